"""How the defaults of the tuned solvers were chosen: every setting of a grid, on instances of a stream of their own.

`python -m qbench.assignment.tuning` repeats the search and prints the best settings; the solvers' docstrings quote it.
"""

from __future__ import annotations

import hashlib
import sys
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import one_of, positive_int
from qbench.assignment.annealing import SimulatedAnnealing
from qbench.assignment.cross_entropy import CrossEntropy
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

CROSS_ENTROPY: tuple[Solver, ...] = tuple(
    CrossEntropy(samples=samples, elite=elite, smoothing=smoothing)
    for samples, elite, smoothing in product((16, 32, 64, 128), (0.05, 0.1, 0.2), (0.1, 0.2, 0.4, 0.6, 0.8))
)
"""The settings of the cross-entropy method that were tried."""

FAMILIES = ("occupancy 8x5, at most 3", "occupancy 8x5", "occupancy 12x4, at most 4", "linear 10x10, one each")
"""Exponential weights of mean 1. Smaller problems teach nothing: at these budgets almost every setting solves them."""

GRIDS = {"simulated-annealing": (ANNEALING, FAMILIES), "cross-entropy": (CROSS_ENTROPY, FAMILIES[:3])}
"""What is tried, and on which families: a product law draws a permutation of ten too rarely to tell settings apart."""


def family(name: str, instances: int) -> AssignmentProblem:
    """Return `instances` problems of one of the FAMILIES, always the same.

    ValueError unless `instances` is a whole number of at least 1 and `name` is one of them.
    """
    positive_int("instances", instances)
    key = FAMILIES.index(one_of("name", name, FAMILIES))
    agents, choices, most = ((8, 5, 3), (8, 5, None), (12, 4, 4), (10, 10, 1))[key]
    weights = _rng(0, key).exponential(size=(instances, agents, choices))
    capacity = None if most is None else [most] * choices
    return (LinearAssignment if name.startswith("linear") else OccupancyAssignment)(weights, capacity)


def gaps(
    solvers: Sequence[Solver], names: Sequence[str], *, instances: int = INSTANCES, budgets: Sequence[int] = BUDGETS
) -> dict[Solver, dict[tuple[str, int], float]]:
    """Return, for every solver, its optimality gap in each family of `names` at each budget.

    The gap is 1 - (sum of values) / (sum of optima) over the instances of the family. All solvers start from the same
    generators (common random numbers).
    """
    table: dict[Solver, dict[tuple[str, int], float]] = {solver: {} for solver in solvers}
    for name in names:
        problem, key = family(name, instances), FAMILIES.index(name)
        exact: Solver = Hungarian() if problem.linear is not None else OccupancyVectors()
        best = float(exact.solve(problem, Budget(), _rng(1, key)).value.sum())
        for budget in budgets:
            for solver in solvers:
                found = solver.solve(problem, Budget(budget), _rng(2, key, budget))
                table[solver][name, budget] = 1.0 - float(found.value.sum()) / best
    return table


def search(
    solvers: Sequence[Solver], names: Sequence[str], *, instances: int = INSTANCES, budgets: Sequence[int] = BUDGETS
) -> list[tuple[float, Solver]]:
    """Return the mean gap over the families `names` and budgets of every solver, the smallest first."""
    table = gaps(solvers, names, instances=instances, budgets=budgets)
    ranked = [(float(np.mean(list(cells.values()))), solver) for solver, cells in table.items()]
    return sorted(ranked, key=lambda row: row[0])


def _rng(*key: int) -> np.random.Generator:
    word = int.from_bytes(hashlib.sha256(STREAM.encode()).digest()[:8], "big")
    return np.random.default_rng(np.random.SeedSequence(word, spawn_key=key))


def main(instances: int = INSTANCES, budgets: Sequence[int] = BUDGETS) -> None:
    """Print the ten best settings of every grid and the worst, and the gaps of the best one."""
    for word, (solvers, names) in GRIDS.items():
        ranked = search(solvers, names, instances=instances, budgets=budgets)
        lines = [f"{word}: {len(solvers)} settings"]
        lines += [f"  {loss:.5f}  {solver}" for loss, solver in (*ranked[:10], ranked[-1])]
        best = ranked[0][1]
        for (name, budget), gap in gaps([best], FAMILIES, instances=instances, budgets=budgets)[best].items():
            lines.append(f"    {name}, {budget} evaluations: {gap:.5f}")
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
