"""Every assignment, scored."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from qbench.assignment._search import Best, block_rows
from qbench.assignment._strings import count_strings, string_blocks
from qbench.assignment.solution import NotApplicableError, scored

if TYPE_CHECKING:
    from qbench._arrays import IntArray
    from qbench.assignment.problem import AssignmentProblem
    from qbench.assignment.solution import Budget, Solution


@dataclass(frozen=True)
class Enumeration:
    """Score all assignments within capacity, in blocks of bounded memory; the first best in lexicographic order wins.

    limit: the most assignments per instance it will score. Where the problem is symmetric only one assignment of every
    set of renamings is scored, the lexicographically first (choices appear in rising order). Values are compared as
    computed: optima that are equal on paper may differ in the last bit.
    Raises NotApplicableError naming the count where it exceeds `limit` or the budget.
    """

    limit: int = 10**8

    name: ClassVar[str] = "enumeration"
    needs: ClassVar[frozenset[str]] = frozenset()

    def solve(self, problem: AssignmentProblem, budget: Budget, rng: np.random.Generator) -> Solution:  # noqa: ARG002
        """Return an optimal assignment per instance (not optimal, not feasible where nothing is feasible)."""
        started = time.perf_counter()
        count = count_strings(problem.n_agents, problem.n_choices, problem.capacity, canonical=problem.symmetric)
        _refuse_above(self.limit, count, problem, "limit of this enumeration; use a solver that needs less")
        if budget.evaluations is not None:
            _refuse_above(budget.evaluations, count, problem, "budget; raise it, or pass Budget(None) for a reference")
        best: Best | None = None
        for block in string_blocks(
            problem.n_agents, problem.n_choices, problem.capacity, block_rows(problem), canonical=problem.symmetric
        ):
            found = Best.of(problem, np.broadcast_to(block, (*problem.batch, *block.shape)))
            best = found if best is None else best.or_better(found)
        if best is None:
            raise NotApplicableError("no assignment keeps the capacity of this problem; raise a capacity")
        return scored(problem, best.assignment, evaluations=count, started=started, optimal=True)


def optima(problem: AssignmentProblem, *, atol: float = 1e-9, limit: int = 10**7) -> tuple[float, IntArray]:
    """Return the optimum of a small single problem and every optimal assignment, in lexicographic order.

    The value, and the feasible assignments (m, agents) whose value lies within `atol` (in the unit of the value) of it.
    ValueError for a batch, for more than `limit` assignments, and where nothing is feasible.
    """
    if problem.batch:
        raise ValueError(f"optima takes a single instance, got batch {problem.batch}; call it for each instance")
    count = count_strings(problem.n_agents, problem.n_choices, problem.capacity)
    _refuse_above(limit, count, problem, "limit; raise it or ask for a smaller problem")
    values = np.empty(0)
    strings = np.empty((0, problem.n_agents), dtype=np.int64)
    for block in string_blocks(problem.n_agents, problem.n_choices, problem.capacity, block_rows(problem)):
        candidates = block[problem.feasible(block)]
        values = np.concatenate((values, problem.value(candidates)))
        strings = np.concatenate((strings, candidates))
        near = values >= values.max(initial=-np.inf) - atol
        values, strings = values[near], strings[near]
    if not values.size:
        raise ValueError(f"none of the {count} assignments within capacity is feasible; relax a constraint")
    return float(values.max()), strings


def _refuse_above(limit: int, count: int, problem: AssignmentProblem, what: str) -> None:
    if count > limit:
        raise NotApplicableError(
            f"{count} assignments of {problem.n_agents} agents to {problem.n_choices} choices exceed {limit}, "
            f"the {what}"
        )
