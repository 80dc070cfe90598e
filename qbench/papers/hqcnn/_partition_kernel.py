"""Every partition of the users into pilot groups, scored, compiled: loaded by the first exhaustive search.

The last users' pilots vary fastest, so their choices lie side by side as lanes and every sum runs along all lanes at
once. Each lane adds the terms of `_kernels.ratios` in its order, and exact zeros where a user is in another group: the
bits are those of one assignment alone. numba caches by file: after a change of `_kernels.worth` this file must change
too, or be compiled without its cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qbench.papers._compiled import kernel
from qbench.papers.hqcnn._kernels import EQUAL, PER_USER, PRINTED_C, Gains, Model, worth

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray


class Lanes(NamedTuple):
    """Scratch of the lanes, the last axis.

    inside (K, groups, lanes): 1 where a user is in a group, else 0; size (groups, lanes): its sum over users; load,
    square, factor (groups, M, lanes); flood (M, lanes); amplitude (lanes,); signal, contamination, ratio (K, lanes).
    """

    inside: FloatArray
    size: FloatArray
    load: FloatArray
    square: FloatArray
    factor: FloatArray
    flood: FloatArray
    amplitude: FloatArray
    signal: FloatArray
    contamination: FloatArray
    ratio: FloatArray


# The number of lanes in use, `width`, comes as an argument: the arrays have room for the most there can be.


@kernel
def new_lanes(n_user: int, rows: int, n_ap: int, width: int) -> Lanes:
    """Return scratch for `width` lanes."""
    sums = np.zeros((3, rows, n_ap, width))
    users = np.zeros((3, n_user, width))
    inside = np.zeros((n_user, rows, width))
    size, flood, amplitude = np.zeros((rows, width)), np.zeros((n_ap, width)), np.zeros(width)
    return Lanes(inside, size, sums[0], sums[1], sums[2], flood, amplitude, users[0], users[1], users[2])


@kernel
def endings(tail: int, used: int, rows: int, out: IntArray) -> int:
    """List the pilots of the last `tail` users after `used` groups into out (lanes, tail), in order; return how many.

    A user takes a group that is there or the next new one, of at most `rows`.
    """
    a, groups = np.full(tail + 1, -1), np.full(tail + 1, used)
    count, i = 0, 0
    while i >= 0:
        if i == tail:
            out[count] = a[:tail]
            count += 1
            i -= 1
            continue
        a[i] += 1
        if a[i] > groups[i] or a[i] >= rows:
            a[i] = -1
            i -= 1
            continue
        groups[i + 1] = max(groups[i], a[i] + 1)
        i += 1
    return count


@kernel
def settle(model: Model, gains: Gains, b: int, width: int, head: int, used: int, lanes: Lanes) -> None:
    """Add the users from `head` on to load and square, and set flood and factor, as `_kernels.ratios`."""
    n_user, n_ap = gains.beta.shape[1:]
    lanes.flood[:] = 0.0
    for g in range(used):
        for m in range(n_ap):
            for k in range(head, n_user):
                own = gains.beta[b, k, m]
                both = gains.sent[b, k, m] * own
                for s in range(width):
                    lanes.load[g, m, s] += own * lanes.inside[k, g, s]
                    lanes.square[g, m, s] += both * lanes.inside[k, g, s]
            for s in range(width):
                lanes.factor[g, m, s] = model.training / (model.training * lanes.load[g, m, s] + 1.0)
                lanes.flood[m, s] += lanes.factor[g, m, s] * lanes.square[g, m, s]
    for m in range(n_ap):
        for s in range(width):
            lanes.flood[m, s] *= model.antennas
            lanes.amplitude[s] = 1.0 / np.sqrt(lanes.flood[m, s])
        for g in range(used):
            if model.mode == EQUAL:
                for s in range(width):
                    lanes.factor[g, m, s] *= lanes.amplitude[s]
            elif model.mode == PER_USER:
                for s in range(width):
                    lanes.factor[g, m, s] = np.sqrt(lanes.factor[g, m, s] / (model.antennas * n_user))


@kernel
def meet(model: Model, gains: Gains, b: int, width: int, j: int, k: int, g: int, lanes: Lanes) -> None:
    """Add the power from user `j` to user `k`, and back where it is the same, in the lanes with both in group `g`."""
    lanes.amplitude[:width] = 0.0
    for m in range(gains.beta.shape[2]):
        link = gains.beta[b, k, m] if model.mode == PER_USER else gains.sent[b, j, m] * gains.beta[b, k, m]
        for s in range(width):
            lanes.amplitude[s] += lanes.factor[g, m, s] * link
    for s in range(width):
        power = lanes.amplitude[s] * lanes.amplitude[s]
        lanes.amplitude[s] = power * (lanes.inside[j, g, s] * lanes.inside[k, g, s])
    if j == k:
        for s in range(width):
            lanes.signal[k, s] += lanes.amplitude[s]
        if model.mode == PER_USER:
            for s in range(width):
                lanes.contamination[k, s] += (lanes.size[g, s] - 1.0) * lanes.amplitude[s]
        return
    for s in range(width):
        lanes.contamination[k, s] += lanes.amplitude[s]
    if model.mode == EQUAL:
        for s in range(width):
            lanes.contamination[j, s] += lanes.amplitude[s]


@kernel
def finish(model: Model, gains: Gains, b: int, width: int, a: IntArray, head: int, used: int, lanes: Lanes) -> None:
    """Write SINR_k into lanes.ratio: the first `head` users' groups are `a`, the others' are in lanes.inside."""
    n_user, n_ap = gains.beta.shape[1:]
    lanes.signal[:] = 0.0
    lanes.contamination[:] = 0.0
    lanes.size[:] = 0.0
    for k in range(n_user):
        for g in range(used):
            for s in range(width):
                lanes.size[g, s] += lanes.inside[k, g, s]
    for j in range(n_user):
        # Whom j's beams reach: all of its group, those before it and back, or itself alone, where all are alike.
        first = j if model.mode == PER_USER else 0
        for k in range(first, n_user if model.mode == PRINTED_C else j + 1):
            for g in range(used):
                if (j >= head or a[j] == g) and (k >= head or a[k] == g):
                    meet(model, gains, b, width, j, k, g, lanes)
    for k in range(n_user):
        lanes.amplitude[:] = gains.noise[b, k]
        if model.mode == PRINTED_C:
            lanes.amplitude[:] = 0.0
            for m in range(n_ap):
                for s in range(width):
                    lanes.amplitude[s] += lanes.flood[m, s] * gains.heard[b, k, m]
            for s in range(width):
                lanes.amplitude[s] *= model.snr
        for s in range(width):
            disturbance = model.coherent * lanes.contamination[k, s] + lanes.amplitude[s] + 1.0
            lanes.ratio[k, s] = model.coherent * lanes.signal[k, s] / disturbance


@kernel
def best_partition(model: Model, gains: Gains, b: int, n_pilot: int, tail: int, best: IntArray) -> int:
    """Write network `b`'s first best assignment in lexicographic order into best (B, K); return how many were scored.

    Restricted growth strings, depth first: user 0 takes pilot 0, every other user a pilot that an earlier one has or
    the next new one, so each partition into at most `n_pilot` groups comes once. The last `tail` < K users are lanes.
    """
    n_user, n_ap = gains.beta.shape[1:]
    rows, head = min(n_pilot, n_user), n_user - tail
    ends = np.zeros((rows + 1, rows**tail, tail), np.int64)
    widths = np.zeros(rows + 1, np.int64)
    for u in range(1, rows + 1):
        widths[u] = endings(tail, u, rows, ends[u])
    lanes = new_lanes(n_user, rows, n_ap, rows**tail)
    load, square = np.zeros((head + 1, rows, n_ap)), np.zeros((head + 1, rows, n_ap))
    a, used = np.full(n_user, -1), np.zeros(head + 1, np.int64)
    top, count, i = -np.inf, 0, 0
    while i >= 0:
        if i < head:
            a[i] += 1
            if a[i] > used[i] or a[i] >= rows:
                a[i] = -1
                i -= 1
                continue
            used[i + 1] = max(used[i], a[i] + 1)
            load[i + 1] = load[i]
            square[i + 1] = square[i]
            for m in range(n_ap):
                load[i + 1, a[i], m] += gains.beta[b, i, m]
                square[i + 1, a[i], m] += gains.sent[b, i, m] * gains.beta[b, i, m]
            i += 1
            continue
        here, most = used[head], min(rows, used[head] + tail)
        lanes.inside[:] = 0.0
        for k in range(head):
            lanes.inside[k, a[k]] = 1.0
        for s in range(widths[here]):
            for k in range(head, n_user):
                lanes.inside[k, ends[here, s, k - head], s] = 1.0
        for g in range(most):
            for m in range(n_ap):
                lanes.load[g, m] = load[head, g, m]
                lanes.square[g, m] = square[head, g, m]
        settle(model, gains, b, widths[here], head, most, lanes)
        finish(model, gains, b, widths[here], a, head, most, lanes)
        for s in range(widths[here]):
            product, least = 0.0, np.inf
            for k in range(n_user):
                product = product + lanes.ratio[k, s] + product * lanes.ratio[k, s]
                least = min(least, lanes.ratio[k, s])
            value = worth(model, product, least, lanes.ratio[:, s])
            count += 1
            if value > top:
                top = value
                best[b, :head] = a[:head]
                best[b, head:] = ends[here, s]
        i -= 1
    return count
