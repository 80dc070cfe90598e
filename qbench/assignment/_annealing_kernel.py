"""The inner loop of simulated annealing for weights, compiled: loaded by the first solve that needs it.

Everything is scored from scratch, agent after agent, as the problems do it: same order, same bits. A step is then
O(agents), which choosing a partner costs anyway, and no rounding error can pile up along the walk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    from qbench._arrays import FloatArray, IntArray


def _kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    # No fastmath: sums keep the order of `problem.value`, so that both ways to anneal take the same decisions.
    compiled: Callable[..., Any] = njit(cache=True, nogil=True, error_model="numpy")(function)
    return compiled


@_kernel
def _value(weights: FloatArray, a: IntArray, n: IntArray, shared: bool) -> float:  # noqa: FBT001 - numba calls by position
    """Return sum_i w[i, a_i], each term divided by n_{a_i} where `shared`; weights (I, J), a (I,), n (J,)."""
    total = 0.0
    for i in range(len(a)):
        total += weights[i, a[i]] / n[a[i]] if shared else weights[i, a[i]]
    return total


@_kernel
def _nth(a: IntArray, choice: int, elsewhere: bool, nth: int) -> int:  # noqa: FBT001 - numba calls by position
    """Return the agent number `nth` (from 0) among those on `choice`, or among those `elsewhere`."""
    for k in range(len(a)):
        if (a[k] != choice) == elsewhere:
            if nth == 0:
                return k
            nth -= 1
    return -1


@_kernel
def proposal(a: IntArray, n: IntArray, room: IntArray, swaps: float, u: FloatArray) -> tuple[int, int, int]:
    """Return (agent, partner or -1, choice): the agent goes to `choice`, a partner from there takes its place.

    a (I,), occupancies n (J,), capacities `room` (J,), uniforms u (3,) in [0, 1). See `SimulatedAnnealing`.
    """
    i = int(u[1] * len(a))
    here = a[i]
    if u[0] < swaps:
        others = len(a) - n[here]
        if others == 0:
            return i, -1, here
        k = _nth(a, here, True, int(u[2] * others))  # noqa: FBT003 - as above
        return i, k, a[k]
    if len(n) == 1:
        return i, -1, here
    x = u[2] * (len(n) - 1)
    rank = int(x)
    to = rank + 1 if rank >= here else rank
    if n[to] < room[to]:
        return i, -1, to
    # What is left of the uniform after the choice is drawn is uniform again and independent of the choice.
    return i, _nth(a, to, False, int((x - rank) * n[to])), to  # noqa: FBT003 - as above


@_kernel
def anneal(
    weights: FloatArray,
    shared: bool,  # noqa: FBT001 - numba calls by position
    room: IntArray,
    swaps: float,
    u: FloatArray,
    heat: FloatArray,
    warm: bool,  # noqa: FBT001 - numba calls by position
    a: IntArray,
    n: IntArray,
    value: FloatArray,
    best: IntArray,
    top: FloatArray,
    scale: FloatArray,
) -> None:
    """Walk as many steps as u (steps, B, 3) has, in place.

    weights (B, I, J), capacities `room` (J,). A step may lose scale (B,) times -heat (steps, B); `warm`: it may lose
    anything, and |change| is added to scale.
    State: a (B, I) with occupancies n (B, J) and value (B,); the best seen (B, I), worth `top` (B,).
    """
    for t in range(u.shape[0]):
        for b in range(u.shape[1]):
            i, k, to = proposal(a[b], n[b], room, swaps, u[t, b])
            here = a[b, i]
            a[b, i] = to
            if k >= 0:
                a[b, k] = here
            else:
                n[b, here] -= 1
                n[b, to] += 1
            new = _value(weights[b], a[b], n[b], shared)
            change = new - value[b]
            if warm:
                scale[b] += abs(change)
            elif change < scale[b] * heat[t, b]:
                a[b, i] = here
                if k >= 0:
                    a[b, k] = to
                else:
                    n[b, here] += 1
                    n[b, to] -= 1
                continue
            value[b] = new
            if new > top[b]:
                top[b] = new
                best[b] = a[b]
