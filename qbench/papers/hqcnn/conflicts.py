"""What it costs two users to share a pilot: the weights of the graphs that colouring and the Hungarian method cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.papers.hqcnn.problem import PilotAssignment

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray


def conflicts(problem: PilotAssignment) -> FloatArray:
    """Return w_jk (*B, K, K), bit/s: the value with a pilot for every user, minus that with j and k alone sharing one.

    The energy of training stays that of `problem`, and power control follows the pilots. Symmetric, 0 on the diagonal;
    rarely below 0, since sharing also shifts power to others.
    """
    n_user = problem.n_agents
    apart = PilotAssignment(problem.beta, problem.link.orthogonal(n_user), objective=problem.objective)
    first, second = np.triu_indices(n_user, 1)
    each = np.tile(np.arange(n_user), (1 + len(first), 1))
    each[1 + np.arange(len(first)), second] = first
    values = apart.value(np.broadcast_to(each, (*problem.batch, *each.shape)))
    w = np.zeros((*problem.batch, n_user, n_user))
    w[..., first, second] = values[..., :1] - values[..., 1:]
    w[..., second, first] = w[..., first, second]
    return w


def shared_cost(w: FloatArray, pilots: IntArray, user: int, n_pilot: int) -> FloatArray:
    """Return the sum (*B, n_pilot) of w[user, j] over the users j on each pilot; one below 0 is not placed yet.

    w: (*B, K, K), 0 on the diagonal, so that `user` itself may be placed or not; pilots: (*B, K).
    """
    cost = np.zeros((*w.shape[:-2], n_pilot))
    for j in range(w.shape[-1]):
        cost += np.where(pilots[..., j, np.newaxis] == np.arange(n_pilot), w[..., user, j, np.newaxis], 0.0)
    return cost
