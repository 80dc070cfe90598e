"""The linear assignment problem, and the occupancy problem where nobody need share."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from qbench.assignment.solution import NotApplicableError, scored, structure

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray
    from qbench.assignment.problem import AssignmentProblem
    from qbench.assignment.solution import Budget, Solution


@dataclass(frozen=True)
class Hungarian:
    """Solve by `scipy.optimize.linear_sum_assignment`, instance by instance: exact, O(I^2 J).

    Linear weights of any sign. Where every agent's best choice (lowest index on ties) keeps the capacities, that is
    the optimum: no sum exceeds the sum of the row maxima. Otherwise choice j becomes min(Q_j, I) equal columns, one per
    place, and the assignments within capacity are exactly the ways to match agents with different columns.

    Occupancy weights w >= 0, I <= J agents (the collapse theorem): the optimum is the best matching by w, any
    capacities Q_j >= 1. Proof: the value is the sum, over the choices in use, of the mean weight of their agents. Let
    k >= 2 agents share a choice. Since I <= J, at least k - 1 choices are empty. Keep the agent of largest weight,
    which is at least the mean, and move the others to different empty choices, where each earns its weight, >= 0, and
    disturbs nobody. The value does not fall, no capacity is passed, and one choice less is shared; repeat until none
    is. On matchings every n_j <= 1, so the value is the linear one. Where all Q_j = 1 only matchings are feasible and
    any sign will do.

    Which of several optima comes back is SciPy's choice, the same at every call.
    Raises NotApplicableError without such weights, and for occupancy weights outside the theorem.
    """

    name: ClassVar[str] = "hungarian"
    needs: ClassVar[frozenset[str]] = frozenset({"linear", "occupancy"})

    def solve(self, problem: AssignmentProblem, budget: Budget, rng: np.random.Generator) -> Solution:  # noqa: ARG002
        """Return an optimal assignment per instance, scored once."""
        started = time.perf_counter()
        assignment = _linear(problem) if structure(self, problem) == "linear" else _matching(problem)
        return scored(problem, assignment, evaluations=1, started=started, optimal=True)


def _linear(problem: AssignmentProblem) -> IntArray:
    weights = _weights(problem.linear)
    assignment: IntArray = np.argmax(weights, axis=-1).astype(np.int64, copy=False)
    if problem.capacity is None:
        return assignment
    place = np.repeat(np.arange(problem.n_choices), np.minimum(problem.capacity, problem.n_agents))
    overfull = ~problem.feasible(assignment[..., None, :])[..., 0]
    for index in np.argwhere(overfull):
        at = tuple(index)
        assignment[at] = place[_columns(weights[at][:, place])]
    return assignment


def _matching(problem: AssignmentProblem) -> IntArray:
    weights = _weights(problem.occupancy)
    if problem.n_agents > problem.n_choices:
        raise NotApplicableError(
            f"hungarian solves occupancy weights only where nobody must share, got {problem.n_agents} agents and "
            f"{problem.n_choices} choices; use occupancy-vectors or enumeration"
        )
    nobody_can_share = problem.capacity is not None and bool(np.all(problem.capacity == 1))
    if weights.min() < 0 and not nobody_can_share:
        raise NotApplicableError(
            f"hungarian solves occupancy weights only from 0 up, got {weights.min():g}: sharing a choice can then be "
            "better than any matching; use occupancy-vectors or enumeration"
        )
    assignment = np.empty((*problem.batch, problem.n_agents), dtype=np.int64)
    for at in np.ndindex(problem.batch):
        assignment[at] = _columns(weights[at])
    return assignment


def _weights(weights: FloatArray | None) -> FloatArray:
    return np.asarray(weights, dtype=np.float64)


def _columns(weights: FloatArray) -> IntArray:
    """Return, for every row, its column in a matching of largest total weight; (rows, columns >= rows)."""
    from scipy.optimize import linear_sum_assignment

    return np.asarray(linear_sum_assignment(weights, maximize=True)[1], dtype=np.int64)
