"""The slot-by-slot loop of the DQN, compiled: loaded by the first network that learns.

A step of training costs less in arithmetic than in calls of a library. Weights lie (inputs, outputs), so that inner
loops run along outputs and no sum is reordered; a unit that ReLU silenced is skipped. All parameters of a network are
one array: Adam and the copy to the target are one pass each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qbench.papers._compiled import kernel
from qbench.papers.tn_qdrl._tabular_kernel import first_largest, reward_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.tn_qdrl._tabular_kernel import Choices, World

    Real = NDArray[np.float32] | NDArray[np.float64]

BETA1, BETA2, EPS = 0.9, 0.999, 1e-8
"""torch.optim.Adam's defaults."""


class Course(NamedTuple):
    """How a network learns and explores.

    rate: Adam's; discount; first: the slot of the first update; every: slots from one copy to the target to the next;
    decay: slots of epsilon's linear decay to `least`.
    """

    rate: float
    discount: float
    first: int
    every: int
    decay: float
    least: float


@kernel
def copy(values: Real, out: Real) -> None:
    """Write values (n,) into out (n,): a slice assigned to a slice compiles for seconds, to word its errors."""
    for i in range(len(values)):
        out[i] = values[i]


@kernel
def layer(x: Real, weight: Real, bias: Real, out: Real) -> None:
    """Write x W + b (O,) of x (I,), weight (I, O) and bias (O,) into out."""
    copy(bias, out)
    for i in range(len(x)):
        if x[i] != 0:
            value = x[i]
            for o in range(len(out)):
                out[o] += value * weight[i, o]


@kernel
def silence(x: Real) -> None:
    """Replace x (H,) by max(x, 0)."""
    for i in range(len(x)):
        if x[i] < 0:
            x[i] = 0


@kernel
def parts_of(flat: Real, n_in: int, n_hidden: int, n_out: int) -> tuple[Real, Real, Real, Real, Real, Real]:
    """Return W1 (I, H), b1, W2 (H, H), b2, W3 (H, O), b3 as views of `flat`."""
    a = n_in * n_hidden
    b = a + n_hidden
    c = b + n_hidden * n_hidden
    d = c + n_hidden
    e = d + n_hidden * n_out
    return (
        flat[:a].reshape((n_in, n_hidden)),
        flat[a:b],
        flat[b:c].reshape((n_hidden, n_hidden)),
        flat[c:d],
        flat[d:e].reshape((n_hidden, n_out)),
        flat[e:],
    )


@kernel
def values(flat: Real, x: Real, first: Real, second: Real, out: Real) -> None:
    """Write the Q-values of features x (I,) into out (O,), the hidden layers' outputs into first and second (H,)."""
    w1, b1, w2, b2, w3, b3 = parts_of(flat, len(x), len(first), len(out))
    layer(x, w1, b1, first)
    silence(first)
    layer(first, w2, b2, second)
    silence(second)
    layer(second, w3, b3, out)


@kernel
def turn(matrix: Real, out: Real) -> None:
    """Write the transpose of matrix (n, n) into out."""
    for i in range(len(matrix)):
        for j in range(len(matrix)):
            out[j, i] = matrix[i, j]


@kernel
def add_gradient(
    flat: Real, gradient: Real, x: Real, action: int, goal: float, share: float, hidden: Real, turned: Real, n_out: int
) -> None:
    """Add the gradient of share (Q - goal)^2, Q the value of `action` at features x (I,), to `gradient`.

    hidden (4, H): scratch; turned (H, H): W2 transposed.
    """
    n_hidden = hidden.shape[1]
    w1, b1, w2, b2, w3, b3 = parts_of(flat, len(x), n_hidden, n_out)
    g1, c1, g2, c2, g3, c3 = parts_of(gradient, len(x), n_hidden, n_out)
    first, second, of_first, of_second = hidden[0], hidden[1], hidden[2], hidden[3]
    layer(x, w1, b1, first)
    silence(first)
    layer(first, w2, b2, second)
    silence(second)
    value = b3[action]
    for h in range(n_hidden):
        value += second[h] * w3[h, action]
    slope = flat.dtype.type(2.0 * share * (value - goal))
    c3[action] += slope
    for h in range(n_hidden):
        g3[h, action] += slope * second[h]
        of_second[h] = slope * w3[h, action] if second[h] > 0 else 0
    for k in range(n_hidden):
        c2[k] += of_second[k]
    for h in range(n_hidden):
        if first[h] > 0:
            for k in range(n_hidden):
                g2[h, k] += first[h] * of_second[k]
    of_first[:] = 0
    for k in range(n_hidden):
        if of_second[k] != 0:
            for h in range(n_hidden):
                of_first[h] += of_second[k] * turned[k, h]
    for h in range(n_hidden):
        if first[h] <= 0:
            of_first[h] = 0
        c1[h] += of_first[h]
    for i in range(len(x)):
        for h in range(n_hidden):
            g1[i, h] += x[i] * of_first[h]


@kernel
def move(flat: Real, gradient: Real, first: Real, second: Real, rate: float, step: int) -> None:
    """Move the parameters, in place, by step number `step` of Adam, 1 the first; `first`, `second`: its two means."""
    kind = flat.dtype.type
    kept1, new1, kept2, new2 = kind(BETA1), kind(1.0 - BETA1), kind(BETA2), kind(1.0 - BETA2)
    scale, eps = kind(1.0 / np.sqrt(1.0 - BETA2**step)), kind(EPS)
    size = kind(rate / (1.0 - BETA1**step))
    for i in range(len(flat)):
        g = gradient[i]
        m = first[i] * kept1 + g * new1
        v = second[i] * kept2 + g * g * new2
        first[i], second[i] = m, v
        flat[i] -= size * m / (np.sqrt(v) * scale + eps)


@kernel
def learn(
    world: World,
    choices: Choices,
    course: Course,
    seen: Real,
    uniform: FloatArray,
    replay: IntArray,
    flat: Real,
    target: Real,
    n_hidden: int,
) -> IntArray:
    """Return the action of each slot (T,), in the order of ties; the parameters `flat` are trained, with `target`.

    seen (T + 1, 3^Q, D); uniform (T, 2); replay (T, batch): slots whose transitions slot t learns from, at most t.
    Eq. (33) with the target of a copied network for (32), whose nested V is an actor-critic's; it bootstraps across the
    ends of episodes.
    """
    n_slot, n, batch = len(uniform), choices.parts.shape[1], replay.shape[1]
    gradient = np.zeros_like(flat)
    means = np.zeros((2, len(flat)), dtype=flat.dtype)
    turned = np.empty((n_hidden, n_hidden), dtype=flat.dtype)
    hidden, row = np.empty((4, n_hidden), dtype=flat.dtype), np.empty(n, dtype=flat.dtype)
    chosen, reward = np.empty(n_slot, dtype=np.int64), np.empty(n_slot)
    eta = np.empty(n_slot + 1, dtype=np.int64)
    eta[0] = world.start
    for t in range(n_slot):
        if t % course.every == 0:
            copy(flat, target)
        if uniform[t, 0] >= max(course.least, 1.0 - t / course.decay):
            values(flat, seen[t, eta[t]], hidden[0], hidden[1], row)
            i = first_largest(row)
        else:
            i = choices.place[int(uniform[t, 1] * n)]
        chosen[t] = i
        eta[t + 1] = choices.parts[0, i]
        reward[t] = reward_of(world, choices.parts, t, i)
        if t < course.first:
            continue
        gradient[:] = 0
        turn(parts_of(flat, seen.shape[2], n_hidden, n)[2], turned)
        for b in range(batch):
            k = replay[t, b]
            values(target, seen[k + 1, eta[k + 1]], hidden[0], hidden[1], row)
            goal = reward[k] + course.discount * row.max()
            add_gradient(flat, gradient, seen[k, eta[k]], chosen[k], goal, 1.0 / batch, hidden, turned, n)
        move(flat, gradient, means[0], means[1], course.rate, t - course.first + 1)
    return chosen
