"""From the greedy assignment uphill, one move or swap at a time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from qbench._check import positive_int
from qbench.assignment._arguments import as_assignments
from qbench.assignment._search import Best, block_rows, n_neighbours, neighbours
from qbench.assignment.greedy import Greedy
from qbench.assignment.solution import Budget, scored

if TYPE_CHECKING:
    from qbench._arrays import IntArray
    from qbench.assignment.problem import AssignmentProblem
    from qbench.assignment.solution import Solution


@dataclass(frozen=True)
class LocalSearch:
    """Best improvement over all moves of one agent and all swaps of two, from the start of `Greedy`.

    A sweep scores all agents (choices - 1) + agents (agents - 1) / 2 neighbours and takes the best feasible one (the
    first of equals: moves before swaps, lowest agent, lowest choice) if it is better than the current assignment by
    more than 1e-12 of its value. It ends at a local optimum or at the budget; a last sweep that the budget cuts short
    takes the best of what it saw. Deterministic; all instances step together and stay what they would be alone.

    sweeps: the most sweeps, None for no limit. `improve` starts from assignments of the caller instead.
    ValueError unless sweeps is None or a whole number of at least 1.
    """

    sweeps: int | None = None

    name: ClassVar[str] = "local-search"
    needs: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        if self.sweeps is not None:
            positive_int("sweeps", self.sweeps)

    def solve(self, problem: AssignmentProblem, budget: Budget, rng: np.random.Generator) -> Solution:
        """Return one assignment per instance; never marked optimal."""
        started = time.perf_counter()
        start = Greedy().solve(problem, budget, rng)
        best = Best(start.assignment, np.where(start.feasible, start.value, -np.inf))
        return self._climb(problem, best, budget, start.evaluations, started)

    def improve(self, problem: AssignmentProblem, start: IntArray, budget: Budget | None = None) -> Solution:
        """Return one assignment per instance, reached from `start` (*batch, agents) and never worse.

        Scoring the start counts as one evaluation. ValueError for a start that the problem does not take.
        """
        started = time.perf_counter()
        own = as_assignments(np.asarray(start)[..., np.newaxis, :], problem.batch, problem.n_agents, problem.n_choices)
        best = Best.of(problem, own)
        return self._climb(problem, best, Budget() if budget is None else budget, 1, started)

    def _climb(self, problem: AssignmentProblem, best: Best, budget: Budget, used: int, started: float) -> Solution:
        size = n_neighbours(problem.n_agents, problem.n_choices)
        sweep = 0
        while size and sweep != self.sweeps:
            affordable = size if budget.evaluations is None else min(size, budget.evaluations - used)
            if affordable <= 0:
                break
            found = _best_neighbour(problem, best.assignment, affordable)
            used += affordable
            sweep += 1
            better = best.improved_by(found)
            if not better.any():
                break
            best = best.replaced(found, better)
        return scored(problem, best.assignment, evaluations=used, started=started, optimal=False)


def _best_neighbour(problem: AssignmentProblem, a: IntArray, count: int) -> Best:
    """Return the best of the first `count` neighbours of `a` (*batch, agents)."""
    rows = block_rows(problem)
    best: Best | None = None
    for start in range(0, count, rows):
        found = Best.of(problem, neighbours(a, problem.n_choices, start, min(start + rows, count)))
        best = found if best is None else best.or_better(found)
    if best is None:
        raise ValueError(f"count must be at least 1, got {count}")
    return best
