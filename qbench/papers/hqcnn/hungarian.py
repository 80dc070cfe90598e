"""Pilots block by block: as many users at a time as there are pilots, each block by the Hungarian method."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.assignment import Budget, Hungarian, LinearAssignment
from qbench.papers.hqcnn.conflicts import conflicts, shared_cost

if TYPE_CHECKING:
    from qbench._arrays import IntArray
    from qbench.papers.hqcnn.problem import PilotAssignment

PASSES = 5
"""Passes over the blocks after the first placement."""


def iterative_hungarian(problem: PilotAssignment) -> IntArray:
    """Return pilots (*B, K): users in order of index, tau at a time, no two of a block on one pilot.

    A block is matched with the pilots at the least sum of the users' `conflicts` with those placed there. Five further
    passes take every block out and place it anew. Which of several best matchings comes back is SciPy's choice.
    """
    w = conflicts(problem)
    n_user, tau = problem.n_agents, problem.n_choices
    a = np.full((*problem.batch, n_user), -1)
    for _ in range(1 + PASSES):
        for first in range(0, n_user, tau):
            block = range(first, min(first + tau, n_user))
            a[..., block] = -1
            cost = np.stack([shared_cost(w, a, k, tau) for k in block], axis=-2)
            one_each = LinearAssignment(-cost, np.ones(tau, dtype=np.int64))
            a[..., block] = Hungarian().solve(one_each, Budget(), np.random.default_rng(0)).assignment  # draws nothing
    return a
