"""How the defaults of the tuned solvers were chosen: every setting of a grid, on instances of a stream of their own.

`python -m qbench.assignment.tuning` repeats the search and prints the best settings; the solvers' docstrings quote it.
"""

from __future__ import annotations

import hashlib
import sys
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import positive_int
from qbench.assignment.annealing import SimulatedAnnealing
from qbench.assignment.hungarian import Hungarian
from qbench.assignment.occupancy import OccupancyVectors
from qbench.assignment.problem import LinearAssignment, OccupancyAssignment
from qbench.assignment.solution import Budget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench.assignment.problem import AssignmentProblem
    from qbench.assignment.solution import Solver

STREAM = "assignment/tuning"
"""Name of the random stream: no study, test or benchmark draws from it."""

INSTANCES = 200
"""Instances of each family."""

BUDGETS = (512, 2048, 8192)
"""Evaluations an instance; every setting runs with each."""

ANNEALING: tuple[Solver, ...] = tuple(
    SimulatedAnnealing(start=start, end=end, swaps=swaps)
    for start, end, swaps in product((0.25, 0.5, 1.0, 2.0), (0.01, 0.03, 0.1, 0.2), (0.0, 0.1, 0.25, 0.5))
)
"""The settings of simulated annealing that were tried."""

GRIDS = {"simulated-annealing": ANNEALING}


def families(instances: int) -> dict[str, AssignmentProblem]:
    """Return four families of `instances` problems, exponential weights of mean 1, always the same.

    Occupancy weights, 8 agents on 5 choices, of at most 3 and without limit, and 12 on 4 of at most 4; linear weights,
    10 on 10 of one each. Smaller ones teach nothing: at these budgets almost every setting solves them.
    ValueError unless `instances` is a whole number of at least 1.
    """
    positive_int("instances", instances)

    def draw(key: int, agents: int, choices: int) -> np.ndarray:
        return _rng(0, key).exponential(size=(instances, agents, choices))

    return {
        "occupancy 8x5, at most 3": OccupancyAssignment(draw(0, 8, 5), [3] * 5),
        "occupancy 8x5": OccupancyAssignment(draw(1, 8, 5)),
        "occupancy 12x4, at most 4": OccupancyAssignment(draw(2, 12, 4), [4] * 4),
        "linear 10x10, one each": LinearAssignment(draw(3, 10, 10), [1] * 10),
    }


def gaps(
    solvers: Sequence[Solver], *, instances: int = INSTANCES, budgets: Sequence[int] = BUDGETS
) -> dict[Solver, dict[tuple[str, int], float]]:
    """Return, for every solver, its optimality gap in each family at each budget.

    The gap is 1 - (sum of values) / (sum of optima) over the instances of the family. All solvers start from the same
    generators (common random numbers).
    """
    table: dict[Solver, dict[tuple[str, int], float]] = {solver: {} for solver in solvers}
    for key, (family, problem) in enumerate(families(instances).items()):
        exact: Solver = Hungarian() if problem.linear is not None else OccupancyVectors()
        best = float(exact.solve(problem, Budget(), _rng(1, key)).value.sum())
        for budget in budgets:
            for solver in solvers:
                found = solver.solve(problem, Budget(budget), _rng(2, key, budget))
                table[solver][family, budget] = 1.0 - float(found.value.sum()) / best
    return table


def search(
    solvers: Sequence[Solver], *, instances: int = INSTANCES, budgets: Sequence[int] = BUDGETS
) -> list[tuple[float, Solver]]:
    """Return the mean gap over families and budgets of every solver, the smallest first."""
    table = gaps(solvers, instances=instances, budgets=budgets)
    ranked = [(float(np.mean(list(cells.values()))), solver) for solver, cells in table.items()]
    return sorted(ranked, key=lambda row: row[0])


def _rng(*key: int) -> np.random.Generator:
    word = int.from_bytes(hashlib.sha256(STREAM.encode()).digest()[:8], "big")
    return np.random.default_rng(np.random.SeedSequence(word, spawn_key=key))


def main() -> None:
    """Print the ten best settings of every grid, and the gaps of the best one."""
    for name, solvers in GRIDS.items():
        ranked = search(solvers)
        lines = [f"{name}: {len(solvers)} settings"]
        lines += [f"  {loss:.5f}  {solver}" for loss, solver in ranked[:10]]
        best = ranked[0][1]
        for (family, budget), gap in gaps([best])[best].items():
            lines.append(f"    {family}, {budget} evaluations: {gap:.5f}")
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
