"""The slot-by-slot loop of a trained tensor network and what stands behind it, compiled: the rule of `_dqn_kernel`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.papers._compiled import kernel
from qbench.papers.tn_qdrl._dqn_kernel import copy, move
from qbench.papers.tn_qdrl._tabular_kernel import first_largest, reward_of
from qbench.papers.tn_qdrl._tn_gradient_kernel import add_gradient
from qbench.papers.tn_qdrl._tn_kernel import forward, heads, room_of

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.tn_qdrl._dqn_kernel import Course
    from qbench.papers.tn_qdrl._tabular_kernel import Choices, World
    from qbench.papers.tn_qdrl._tn_kernel import Real, Shape


@kernel
def _gather(sites: Real, slots: IntArray, eta: IntArray, later: int, out: Real) -> None:
    """Write what is seen `later` slots after `slots` (B,) into out (D, 2, B); sites (T + 1, 3^Q, D, 2)."""
    for w in range(len(slots)):
        t = slots[w] + later
        for k in range(out.shape[0]):
            out[k, 0, w] = sites[t, eta[t], k, 0]
            out[k, 1, w] = sites[t, eta[t], k, 1]


@kernel
def learn(
    world: World,
    choices: Choices,
    course: Course,
    shape: Shape,
    sites: Real,
    uniform: FloatArray,
    replay: IntArray,
    flat: Real,
    target: Real,
) -> IntArray:
    """Return the action of each slot (T,), in the order of ties; the rule is that of `_dqn_kernel.learn`.

    sites (T + 1, 3^Q, D, 2): cos and sin of pi v/2 of what is seen.
    """
    n_slot, n, batch = len(uniform), choices.parts.shape[1], replay.shape[1]
    gradient, means = np.zeros_like(flat), np.zeros((2, len(flat)), dtype=flat.dtype)
    alone, many = room_of(shape, flat, 1), room_of(shape, flat, batch)
    value, values = np.empty((n, 1), dtype=flat.dtype), np.empty((n, batch), dtype=flat.dtype)
    at_one = np.empty((shape.n_feature, 2, 1), dtype=flat.dtype)
    at_many = np.empty((shape.n_feature, 2, batch), dtype=flat.dtype)
    goal, slopes = np.empty(batch), np.empty(batch, dtype=flat.dtype)
    actions = np.empty(batch, dtype=np.int64)
    chosen, reward = np.empty(n_slot, dtype=np.int64), np.empty(n_slot)
    eta, now = np.empty(n_slot + 1, dtype=np.int64), np.empty(1, dtype=np.int64)
    eta[0] = world.start
    for t in range(n_slot):
        if t % course.every == 0:
            copy(flat, target)
        if uniform[t, 0] >= max(course.least, 1.0 - t / course.decay):
            now[0] = t
            _gather(sites, now, eta, 0, at_one)
            forward(flat, shape, at_one, alone)
            heads(flat, shape, alone, value)
            i = first_largest(value[:, 0])
        else:
            i = choices.place[int(uniform[t, 1] * n)]
        chosen[t] = i
        eta[t + 1] = choices.parts[0, i]
        reward[t] = reward_of(world, choices.parts, t, i)
        if t < course.first:
            continue
        _gather(sites, replay[t], eta, 1, at_many)
        forward(target, shape, at_many, many)
        heads(target, shape, many, values)
        for w in range(batch):
            goal[w] = reward[replay[t, w]] + course.discount * values[:, w].max()
        _gather(sites, replay[t], eta, 0, at_many)
        forward(flat, shape, at_many, many)
        heads(flat, shape, many, values)
        for w in range(batch):
            actions[w] = chosen[replay[t, w]]
            slopes[w] = 2.0 * (values[actions[w], w] - goal[w]) / batch
        gradient[:] = 0
        add_gradient(flat, gradient, shape, at_many, many, actions, slopes)
        move(flat, gradient, means[0], means[1], course.rate, t - course.first + 1)
    return chosen
