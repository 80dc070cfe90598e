"""What a solver may spend, what it answers, and what every solver looks like."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from qbench._check import positive_int

if TYPE_CHECKING:
    import numpy as np

    from qbench._arrays import BoolArray, FloatArray, IntArray
    from qbench.assignment.problem import AssignmentProblem


@dataclass(frozen=True)
class Budget:
    """The most assignments per instance that a solver may score; None leaves it to the solver.

    ValueError unless None or a whole number of at least 1.
    """

    evaluations: int | None = None

    def __post_init__(self) -> None:
        if self.evaluations is not None:
            positive_int("evaluations", self.evaluations)


@dataclass(frozen=True, eq=False)
class Solution:
    """One assignment per instance, and what it cost.

    assignment: (*batch, agents). value, feasible: (*batch,), as the problem scores that assignment.
    evaluations: assignments whose value was asked of the problem, feasible or not, per instance (the largest over the
    batch); scoring the answer once more is not counted, and work that never asks for a value, such as a linear
    assignment solved from the weights, shows in the time only.
    seconds: wall time for the whole batch. optimal: proven optimal, for every instance.
    ValueError where the shapes disagree.
    """

    assignment: IntArray
    value: FloatArray
    feasible: BoolArray
    evaluations: int
    seconds: float
    optimal: bool

    def __post_init__(self) -> None:
        batch = self.assignment.shape[:-1]
        if self.assignment.ndim < 1 or self.value.shape != batch or self.feasible.shape != batch:
            raise ValueError(
                f"assignment (*batch, agents), value (*batch,) and feasible (*batch,) must agree, got shapes "
                f"{self.assignment.shape}, {self.value.shape} and {self.feasible.shape}"
            )


class NotApplicableError(ValueError):
    """The solver cannot take this problem, or not within the budget; the message says why and what would do."""


class Solver(Protocol):
    """What `compare` and the studies ask of a solver."""

    @property
    def name(self) -> str:
        """Short name, unique within a comparison."""
        ...

    @property
    def needs(self) -> frozenset[str]:
        """Structures ("linear", "occupancy") of which the problem must offer at least one; empty: takes any problem."""
        ...

    def solve(self, problem: AssignmentProblem, budget: Budget, rng: np.random.Generator) -> Solution:
        """Return one assignment per instance of `problem`, drawing only from `rng`.

        NotApplicableError (a ValueError) where the method cannot take this problem, for a missing structure (`needs`)
        or a reason of its own, such as a search space that is too large.
        """
        ...


def structure(solver: Solver, problem: AssignmentProblem) -> str | None:
    """Return which structure `problem` offers `solver`: "linear" first, then "occupancy"; None for a solver of any.

    NotApplicableError where the solver needs one and the problem offers none of those it can use.
    """
    if not solver.needs:
        return None
    if problem.linear is not None and "linear" in solver.needs:
        return "linear"
    if problem.occupancy is not None and "occupancy" in solver.needs:
        return "occupancy"
    wanted = " or ".join(sorted(solver.needs))
    has = [word for word in ("linear", "occupancy") if getattr(problem, word) is not None]
    offers = f"only {' and '.join(has)} weights" if has else "no weights"
    raise NotApplicableError(
        f"{solver.name} needs {wanted} weights and this problem offers {offers}; use a solver that asks only for values"
    )


def scored(
    problem: AssignmentProblem, assignment: IntArray, *, evaluations: int, started: float, optimal: bool
) -> Solution:
    """Return the Solution for `assignment` (*batch, agents), scored by `problem`; `started` is a perf_counter reading.

    `optimal` is kept only where every instance is feasible.
    """
    one = assignment[..., None, :]
    feasible = problem.feasible(one)[..., 0]
    return Solution(
        assignment=assignment,
        value=problem.value(one)[..., 0],
        feasible=feasible,
        evaluations=evaluations,
        seconds=time.perf_counter() - started,
        optimal=optimal and bool(feasible.all()),
    )
