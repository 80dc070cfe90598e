"""Every agent takes its best choice; overfull choices send their weakest agents on."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from qbench.assignment._arguments import occupancies
from qbench.assignment._search import Best, neighbours
from qbench.assignment.solution import scored

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray
    from qbench.assignment.problem import AssignmentProblem
    from qbench.assignment.solution import Budget, Solution


@dataclass(frozen=True)
class Greedy:
    """Greedy by weight (max-rate) with capacity repair; deterministic, ties to the lowest index.

    With linear or occupancy weights: each agent takes the choice of largest weight. While some choice is overfull, the
    lowest-numbered one sends its agent of lowest weight to the choice with room where that agent's weight is largest.
    Agents only move to where there is room, so it ends after as many moves as there were agents too many, feasible.
    For occupancy weights the sharing is ignored: that is what a device that sees only its own rates does.

    Without weights: start from the agents packed into the choices in order of index, then let agent 0, 1, ... move once
    to the feasible choice of highest value, the others held. Uses at most 1 + agents (choices - 1) evaluations and
    stops at the budget. The start keeps the capacities, but a problem with further constraints may stay infeasible.
    """

    name: ClassVar[str] = "greedy"
    needs: ClassVar[frozenset[str]] = frozenset()

    def solve(self, problem: AssignmentProblem, budget: Budget, rng: np.random.Generator) -> Solution:  # noqa: ARG002
        """Return one assignment per instance; never marked optimal."""
        started = time.perf_counter()
        weights = problem.linear if problem.linear is not None else problem.occupancy
        if weights is not None:
            assignment, evaluations = _by_weight(weights, problem.capacity), 1
        else:
            assignment, evaluations = _by_value(problem, budget.evaluations)
        return scored(problem, assignment, evaluations=evaluations, started=started, optimal=False)


def _by_weight(weights: FloatArray, capacity: IntArray | None) -> IntArray:
    assignment: IntArray = np.argmax(weights, axis=-1).astype(np.int64, copy=False)
    if capacity is None:
        return assignment
    n_agents, n_choices = weights.shape[-2:]
    a = assignment.reshape(-1, n_agents)
    w = weights.reshape(-1, n_agents, n_choices)
    n = occupancies(a, n_choices)
    # One agent moves per pass, in every instance that still has an overfull choice: fewer passes than agents.
    for _ in range(n_agents):
        rows = np.flatnonzero(np.any(n > capacity, axis=1))
        if not rows.size:
            break
        overfull = np.argmax(n[rows] > capacity, axis=1)
        # The weight of each agent where it stands, on the overfull choice; agents elsewhere do not compete.
        there = np.where(a[rows] == overfull[:, None], w[rows, :, overfull], np.inf)
        agent = np.argmin(there, axis=1)
        target = np.argmax(np.where(n[rows] < capacity, w[rows, agent], -np.inf), axis=1)
        a[rows, agent] = target
        n[rows, overfull] -= 1
        n[rows, target] += 1
    return a.reshape(assignment.shape)


def _by_value(problem: AssignmentProblem, budget: int | None) -> tuple[IntArray, int]:
    n_agents, n_choices = problem.n_agents, problem.n_choices
    room = np.minimum(n_agents if problem.capacity is None else problem.capacity, np.full(n_choices, n_agents))
    packed = np.repeat(np.arange(n_choices), room)[:n_agents]
    best = Best.of(problem, np.broadcast_to(packed, (*problem.batch, 1, n_agents)))
    total = 1 + n_agents * (n_choices - 1)
    total = total if budget is None else min(total, budget)
    used = 1
    while used < total:
        # Neighbours 0, ..., J-2 are the moves of agent 0, the next J-1 those of agent 1, and so on.
        start = used - 1
        stop = min(start + n_choices - 1, total - 1)
        found = Best.of(problem, neighbours(best.assignment, n_choices, start, stop))
        best = best.replaced(found, best.improved_by(found))
        used += stop - start
    return best.assignment, used
