"""The exhaustive search of the paper, over partitions of the users instead of labelled assignments."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from qbench._check import positive_int
from qbench.assignment import NotApplicableError
from qbench.assignment._strings import count_strings
from qbench.assignment.solution import scored
from qbench.papers.hqcnn.problem import PilotAssignment

if TYPE_CHECKING:
    from qbench.assignment import AssignmentProblem, Budget, Solution

LANES = 128
"""Most assignments tried side by side: 81 for three pilots, as fast as 243 and faster than 27."""


@dataclass(frozen=True)
class Exhaustive:
    """Score every partition of K users into at most tau groups, sum_{i <= tau} S(K, i) of them, compiled.

    2,391,485 for K = 15 and tau = 3, where labels would make it 14,348,907. The same answer, to the last bit, as
    `qbench.assignment.Enumeration` on the same problem, which asks for values block by block: among equals the
    lexicographically first, pilots named in the order of their first users. Networks do not touch each other.

    limit: the most partitions a network it will score. Raises NotApplicableError naming the count where it exceeds
    `limit` or the budget, and for a problem that is not a `PilotAssignment`.
    """

    limit: int = 10**8

    name: ClassVar[str] = "exhaustive-partitions"
    needs: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        positive_int("limit", self.limit)

    def solve(self, problem: AssignmentProblem, budget: Budget, rng: np.random.Generator) -> Solution:  # noqa: ARG002
        """Return an optimal assignment per network; draws nothing."""
        started = time.perf_counter()
        if not isinstance(problem, PilotAssignment):
            raise NotApplicableError(
                f"{self.name} scores pilot assignments, got {type(problem).__name__}; use enumeration"
            )
        count = n_partitions(problem.n_agents, problem.n_choices)
        most = self.limit if budget.evaluations is None else min(self.limit, budget.evaluations)
        if count > most:
            raise NotApplicableError(
                f"{count} partitions of {problem.n_agents} users into at most {problem.n_choices} groups exceed "
                f"{most}, the limit or the budget; raise it or use local search"
            )
        from qbench.papers.hqcnn._partition_kernel import best_partition

        tail = 0
        while tail + 1 < problem.n_agents and min(problem.n_choices, problem.n_agents) ** (tail + 1) <= LANES:
            tail += 1
        best = np.empty((math.prod(problem.batch), problem.n_agents), dtype=np.int64)
        for b in range(len(best)):
            best_partition(*problem.tables, b, problem.n_choices, tail, best)
        assignment = best.reshape(*problem.batch, problem.n_agents)
        return scored(problem, assignment, evaluations=count, started=started, optimal=True)


def n_partitions(n_user: int, n_pilot: int) -> int:
    """Return sum_{i <= n_pilot} S(n_user, i), S the Stirling numbers of the second kind: distinct pilot assignments.

    Exact. ValueError for a size below 1.
    """
    return count_strings(positive_int("n_user", n_user), positive_int("n_pilot", n_pilot), None, canonical=True)
