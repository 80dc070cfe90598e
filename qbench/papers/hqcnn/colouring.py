"""Pilots as colours: greedy max-k-cut of the graph of conflicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.papers.hqcnn.conflicts import conflicts, shared_cost

if TYPE_CHECKING:
    from qbench._arrays import IntArray
    from qbench.papers.hqcnn.problem import PilotAssignment

SWEEPS = 50
"""Most sweeps after the first placement."""


def colouring(problem: PilotAssignment) -> IntArray:
    """Return pilots (*B, K): few conflicts inside the groups.

    Users by falling sum of their `conflicts` w_jk, each to the pilot whose users have the least sum of w with it. Then
    sweeps: every user in order of index moves to such a pilot, until a sweep changes nothing, at most 50. Ties go to
    the lowest index.
    """
    w = conflicts(problem)
    n_user, tau = problem.n_agents, problem.n_choices
    total = np.zeros(w.shape[:-1])
    for j in range(n_user):
        total += w[..., j]
    order = np.argsort(-total, axis=-1, kind="stable")
    # Users in their turn: one gather instead of another user in every network.
    turn = np.take_along_axis(
        np.take_along_axis(w, order[..., :, np.newaxis], axis=-2), order[..., np.newaxis, :], axis=-1
    )
    placed = np.full(order.shape, -1)
    for i in range(n_user):
        placed[..., i] = np.argmin(shared_cost(turn, placed, i, tau), axis=-1)
    a = np.empty_like(placed)
    np.put_along_axis(a, order, placed, axis=-1)
    for _ in range(SWEEPS):
        before = a.copy()
        for k in range(n_user):
            a[..., k] = np.argmin(shared_cost(w, a, k, tau), axis=-1)
        if np.array_equal(a, before):
            break
    return a
