"""The occupancy problem, exactly, by one linear assignment per vector of occupancies."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from qbench.assignment.solution import NotApplicableError, scored, structure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qbench._arrays import FloatArray, IntArray
    from qbench.assignment.problem import AssignmentProblem
    from qbench.assignment.solution import Budget, Solution


@dataclass(frozen=True)
class OccupancyVectors:
    """Solve one linear assignment for every vector of occupancies: exact for any I, J, capacities and signs.

    Once n = (n_0, ..., n_{J-1}) is fixed, sum n_j = I and n_j <= Q_j, the value sum_i w[i, a_i] / n_{a_i} is linear:
    give choice j n_j places worth w[i, j] / n_j each and match the I agents with the I places. Every assignment within
    capacity has exactly one such n, so the best over all n is the optimum. There are at most C(I + J - 1, J - 1)
    vectors: polynomial in I for fixed J.

    limit: the most vectors it will solve. Ties: the lexicographically first n, within it SciPy's matching.
    Raises NotApplicableError without occupancy weights and for more vectors than `limit`.
    """

    limit: int = 10**5

    name: ClassVar[str] = "occupancy-vectors"
    needs: ClassVar[frozenset[str]] = frozenset({"occupancy"})

    def solve(self, problem: AssignmentProblem, budget: Budget, rng: np.random.Generator) -> Solution:  # noqa: ARG002
        """Return an optimal assignment per instance, scored once."""
        started = time.perf_counter()
        structure(self, problem)
        weights = np.asarray(problem.occupancy, dtype=np.float64)
        limits = [problem.n_agents] * problem.n_choices if problem.capacity is None else problem.capacity.tolist()
        count = count_vectors(problem.n_agents, limits)
        if count > self.limit:
            raise NotApplicableError(
                f"{count} occupancy vectors of {problem.n_agents} agents on {problem.n_choices} choices exceed "
                f"{self.limit}, the limit; raise it or use a heuristic"
            )
        vectors = list(_vectors(problem.n_agents, limits))
        assignment = np.empty((*problem.batch, problem.n_agents), dtype=np.int64)
        for at in np.ndindex(problem.batch):
            assignment[at] = _best(weights[at], vectors)
        return scored(problem, assignment, evaluations=1, started=started, optimal=True)


def count_vectors(n_agents: int, limits: list[int]) -> int:
    """Return how many vectors n with sum n_j = n_agents and 0 <= n_j <= limits[j] there are."""
    ways = [1] + [0] * n_agents
    for limit in limits:
        ways = [sum(ways[max(0, r - limit) : r + 1]) for r in range(n_agents + 1)]
    return ways[n_agents]


def _vectors(left: int, limits: list[int]) -> Iterator[tuple[int, ...]]:
    if not limits:
        yield ()
        return
    room_after = sum(limits[1:])
    for n in range(max(0, left - room_after), min(limits[0], left) + 1):
        for rest in _vectors(left - n, limits[1:]):
            yield (n, *rest)


def _best(weights: FloatArray, vectors: list[tuple[int, ...]]) -> IntArray:
    """Return the best assignment (agents,) for weights (agents, choices)."""
    from scipy.optimize import linear_sum_assignment

    choices = np.arange(weights.shape[1])
    top = -np.inf
    best = np.zeros(weights.shape[0], dtype=np.int64)
    for n in vectors:
        place = np.repeat(choices, n)
        shares = weights[:, place] / np.asarray(n)[place]
        rows, columns = linear_sum_assignment(shares, maximize=True)
        value = float(shares[rows, columns].sum())
        if value > top:
            top, best = value, place[columns]
    return best
