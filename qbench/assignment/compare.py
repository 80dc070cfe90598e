"""The same problem and budget for every solver, and in words why one does not apply."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from qbench.assignment.annealing import SimulatedAnnealing
from qbench.assignment.cross_entropy import CrossEntropy
from qbench.assignment.enumeration import Enumeration
from qbench.assignment.greedy import Greedy
from qbench.assignment.hungarian import Hungarian
from qbench.assignment.local_search import LocalSearch
from qbench.assignment.milp import Milp
from qbench.assignment.occupancy import OccupancyVectors
from qbench.assignment.random_search import RandomSearch
from qbench.assignment.solution import NotApplicableError, structure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench.assignment.problem import AssignmentProblem
    from qbench.assignment.solution import Budget, Solution, Solver

RngFor: TypeAlias = Callable[[str], np.random.Generator]

SOLVERS: tuple[Solver, ...] = (
    Enumeration(),
    OccupancyVectors(),
    Hungarian(),
    Milp(),
    SimulatedAnnealing(),
    CrossEntropy(),
    LocalSearch(),
    Greedy(),
    RandomSearch(),
)
"""One of each, exact ones first."""


@dataclass(frozen=True, eq=False)
class Row:
    """What one solver did: its solution, or the reason in words why it does not apply (the other is None)."""

    solver: str
    solution: Solution | None
    reason: str | None


def compare(
    problem: AssignmentProblem,
    solvers: Sequence[Solver],
    budget: Budget,
    rng_for: RngFor | np.random.SeedSequence,
) -> list[Row]:
    """Run every solver on `problem` with the same budget and a generator of its own; one row each, in order.

    rng_for: name -> generator, or a SeedSequence, from which each solver's stream follows by its name alone, whichever
    other solvers run. ValueError where two solvers share a name, or where a solver misstates its result: value and
    feasibility are scored again by the problem.
    """
    names = [solver.name for solver in solvers]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"solvers must have different names, got {', '.join(twice)} more than once; rename one")
    stream = _by_name(rng_for) if isinstance(rng_for, np.random.SeedSequence) else rng_for
    rows = []
    for solver in solvers:
        try:
            structure(solver, problem)
            solution = solver.solve(problem, budget, stream(solver.name))
        except NotApplicableError as why:
            rows.append(Row(solver.name, None, f"does not apply: {why}"))
        else:
            _check_score(solver.name, problem, solution)
            rows.append(Row(solver.name, solution, None))
    return rows


def _by_name(seed: np.random.SeedSequence) -> RngFor:
    def rng(name: str) -> np.random.Generator:
        word = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
        # A key of its own instead of spawn(): no state changes, so the order of the solvers does not matter.
        return np.random.default_rng(
            np.random.SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, word), pool_size=seed.pool_size)
        )

    return rng


def _check_score(name: str, problem: AssignmentProblem, solution: Solution) -> None:
    one = solution.assignment[..., None, :]
    value = problem.value(one)[..., 0]
    if not np.allclose(solution.value, value, rtol=1e-9, atol=1e-9 * float(np.abs(value).max())):
        at = int(np.argmax(np.abs(solution.value - value)))
        raise ValueError(
            f"solver {name!r} reports value {solution.value.flat[at]:g} for an assignment that scores "
            f"{value.flat[at]:g} (instance {at}); take the value from problem.value"
        )
    if not np.array_equal(solution.feasible, problem.feasible(one)[..., 0]):
        raise ValueError(f"solver {name!r} misreports feasibility; take it from problem.feasible")
