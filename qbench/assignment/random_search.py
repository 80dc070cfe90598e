"""The best of K feasible assignments drawn at random."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from qbench._check import positive_int
from qbench.assignment._search import Best, block_rows
from qbench.assignment._strings import uniform_strings
from qbench.assignment.solution import scored

if TYPE_CHECKING:
    import numpy as np

    from qbench._arrays import IntArray
    from qbench.assignment.problem import AssignmentProblem
    from qbench.assignment.solution import Budget, Solution

REDRAWS = 1000
"""How often an assignment that breaks a constraint beyond the capacities is drawn again."""


@dataclass(frozen=True)
class RandomSearch:
    """Best of K independent assignments, uniform over the feasible ones; K = budget.evaluations, without one `draws`.

    Within capacity the draw is exactly uniform, without rejection (occupancies by exact counts, then a random
    permutation). Constraints beyond the capacities are met by rejection, which keeps the draw uniform; after 1000
    redraws an assignment that still fails is left out. Every instance has draws of its own. Ties: the first drawn.
    ValueError unless `draws` is a whole number of at least 1.
    """

    draws: int = 1024

    name: ClassVar[str] = "random-search"
    needs: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        positive_int("draws", self.draws)

    def solve(self, problem: AssignmentProblem, budget: Budget, rng: np.random.Generator) -> Solution:
        """Return one assignment per instance; never marked optimal."""
        started = time.perf_counter()
        total = self.draws if budget.evaluations is None else budget.evaluations
        rows = min(total, block_rows(problem))
        best = Best.of(problem, uniform_feasible(problem, rows, rng))
        for start in range(rows, total, rows):
            best = best.or_better(Best.of(problem, uniform_feasible(problem, min(rows, total - start), rng)))
        return scored(problem, best.assignment, evaluations=total, started=started, optimal=False)


def uniform_feasible(problem: AssignmentProblem, k: int, rng: np.random.Generator) -> IntArray:
    """Return k independent assignments per instance, (*batch, k, agents), uniform over the feasible ones.

    Where a constraint beyond the capacities fails 1000 redraws in a row the assignment stays infeasible: ask
    `problem.feasible`.
    """
    shape = (*problem.batch, k, problem.n_agents)

    def draw(size: int) -> IntArray:
        return uniform_strings(rng, size, problem.n_agents, problem.n_choices, problem.capacity)

    strings = draw(math.prod(problem.batch) * k).reshape(shape)
    for _ in range(REDRAWS):
        broken = ~problem.feasible(strings)
        if not broken.any():
            break
        strings[broken] = draw(int(broken.sum()))
    return strings
