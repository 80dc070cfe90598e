"""What is read from prepared states: amplitudes, probabilities, tail means, samples; and seeds of the adjoint pass.

w (C, rows, pitch) are states up to scales[:, -1]; lam is shaped like w. D = 2^n strings, `width` of them in a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.quantum._ry_cz_simd import entry, kernel, lanes_of, summing
from qbench.quantum._ry_cz_tiling import copy

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from qbench._arrays import FloatArray, IntArray
    from qbench.quantum._ry_cz_tiling import Array

    Call = Callable[..., Any]

TIE_TOLERANCE = 1e-12  # as in qbench.quantum.cvar
BUCKETS = 256
FEW, MANY, WALKED = 2**12, 2**18, 0.25  # strings, and the alpha, where the ways to a quantile cost the same
DRAW_BLOCK = 16


@kernel
def _tile(w: Array, size: int) -> int:
    """Return how many of log2(size) qubits lie within a row of w (C, rows, pitch)."""
    tile = 0
    while w.shape[1] << tile < size:
        tile += 1
    return tile


@kernel
def _square(w: Array, k: int, tile: int) -> float:
    """Return the unscaled probability of string k; w (rows, pitch) is one state, with 2^tile columns."""
    u, below = np.uint64(k), np.uint64(tile)  # unsigned: no index counts from the end
    amplitude = np.float64(w[u >> below, u & ((np.uint64(1) << below) - np.uint64(1))])
    return amplitude * amplitude


@kernel
def _store_squares(w: Array, factor: float, out: Array) -> None:
    for k in range(out.size):
        out[k] = factor * w[k] * w[k]


@kernel
def _store_scaled(w: Array, factor: float, out: Array) -> None:
    for k in range(out.size):
        out[k] = factor * w[k]


@kernel
def _store_seed(w: Array, factor: float, cotangent: FloatArray, shift: float, cap: float, out: Array) -> None:
    for k in range(cotangent.size):
        out[k] = factor * min(cotangent[k] - shift, cap) * w[k]


@summing
def _block_masses(w: Array, out: FloatArray) -> None:
    """Store the sums of p over blocks of DRAW_BLOCK strings."""
    blocks = w[: DRAW_BLOCK * out.size].reshape(-1, DRAW_BLOCK)
    for k in range(out.size):
        total = 0.0
        for c in range(DRAW_BLOCK):
            amplitude = np.float64(blocks[k, c])
            total += amplitude * amplitude
        out[k] = total


@summing
def _tail_of_row(w: Array, energies: FloatArray, pivot: float) -> float:
    tail = 0.0
    for k in range(energies.size):
        p = np.float64(w[k]) * np.float64(w[k])
        tail += p * min(energies[k] - pivot, 0.0)
    return tail


@kernel
def _tail(w: Array, energies: FloatArray, tile: int, pivot: float) -> float:
    """Return the sum of p min(E - pivot, 0)."""
    width = 1 << tile
    tail = 0.0
    for row in range(energies.size >> tile):
        tail += _tail_of_row(w[row], energies[row * width : (row + 1) * width], pivot)
    return tail


@kernel
def _bucket(w: Array, buckets: Array, tile: int, target: float) -> tuple[int, float]:
    """Return in which bucket of the sorted energies the cumulated mass reaches target, and the mass before it."""
    width = 1 << tile
    masses = np.zeros(BUCKETS)
    for row in range(buckets.size >> tile):
        of_row, in_row = w[row], buckets[row * width : (row + 1) * width]
        for k in range(width):
            masses[in_row[k]] += np.float64(of_row[k]) * np.float64(of_row[k])
    mass = 0.0
    for b in range(BUCKETS - 1):
        if mass + masses[b] >= target:
            return b, mass
        mass += masses[b]
    return BUCKETS - 1, mass


@kernel
def _quantile(
    w: Array, norm: float, energies: FloatArray, order: Array, buckets: Array, tile: int, alpha: float
) -> float:
    """Return the first of the sorted energies where the cumulated probability reaches alpha; norm w^2 is one.

    We walk up the sorted energies. Gathering amplitudes in that order costs about four times a pass over the state,
    more where the state is large: where the way is long, one pass sums masses by bucket, and the walk is through one.
    """
    target = alpha * (1.0 - TIE_TOLERANCE) / norm
    i, mass = 0, 0.0
    if order.size > FEW and (order.size > MANY or alpha > WALKED):
        b, mass = _bucket(w, buckets, tile, target)
        i = b * (order.size // BUCKETS)
    while i < order.size - 1:
        mass += _square(w, order[i], tile)
        if mass >= target:
            break
        i += 1
    return float(energies[order[i]])


@entry
def probabilities(sources: int) -> Call:
    """(w, scales, out (C, D)) -> None."""

    def call(w: Array, scales: FloatArray, out: Array) -> None:
        if not sources:
            return
        for b in range(out.shape[0]):
            width = 1 << _tile(w, out.shape[1])
            scale = scales[b, -1]
            for row in range(out.shape[1] // width):
                _store_squares(w[b, row, :width], scale * scale, out[b, row * width : (row + 1) * width])

    return call


@entry
def amplitudes(sources: int) -> Call:
    """(w, scales, signs, number of the last signs, out (C, D)) -> None; w is used up."""

    def call(w: Array, scales: FloatArray, signs: Array, last: int, out: Array) -> None:
        if not sources:
            return
        flat = w.reshape(-1)
        lanes = lanes_of(w)
        nothing = np.empty(0, w.dtype)
        for b in range(out.shape[0]):
            width = 1 << _tile(w, out.shape[1])
            for row in range(out.shape[1] // width):
                at = (b * w.shape[1] + row) * w.shape[2]
                for c in range(0, width, lanes):
                    sign_at = last * signs.shape[1] * 8 + row * width + c
                    copy(flat, at + c, flat, at + c, 0, nothing, 0, nothing, 0, signs, sign_at, 0, scales[b, -1])
                _store_scaled(w[b, row, :width], 1.0, out[b, row * width : (row + 1) * width])

    return call


@entry
def seed(sources: int) -> Call:
    """(w, lam, scales, cotangent (C or 1, D), shift (C,), cap, factor) -> None.

    lam: the derivative by the state of sum_k g_k p_k, where g = factor min(cotangent - shift, cap).
    """

    def call(
        w: Array, lam: Array, scales: FloatArray, cotangent: FloatArray, shift: FloatArray, cap: float, factor: float
    ) -> None:
        if not sources:
            return
        size = cotangent.shape[1]
        width = 1 << _tile(w, size)
        for b in range(shift.size):
            g = cotangent[b if cotangent.shape[0] > 1 else 0]
            lam[b, 0, width:] = 0.0
            for row in range(size // width):
                _store_seed(
                    w[b, row],
                    2.0 * scales[b, -1] * factor,
                    g[row * width : (row + 1) * width],
                    shift[b],
                    cap,
                    lam[b, row],
                )

    return call


@entry
def tail_means(sources: int) -> Call:
    """(w, scales, energies, order, buckets (C or 1, ...), alpha, values (C,), quantiles (C,)) -> None."""

    def call(
        w: Array,
        scales: FloatArray,
        energies: FloatArray,
        order: Array,
        buckets: Array,
        alpha: float,
        values: FloatArray,
        quantiles: FloatArray,
    ) -> None:
        if not sources:
            return
        tile = _tile(w, energies.shape[1])
        for b in range(values.size):
            e = b if energies.shape[0] > 1 else 0
            norm = scales[b, -1] * scales[b, -1]
            q = energies[e, order[e, -1]]
            if alpha < 1.0:
                q = _quantile(w[b], norm, energies[e], order[e], buckets[e], tile, alpha)
            quantiles[b] = q
            values[b] = q + norm / alpha * _tail(w[b], energies[e], tile, q)

    return call


@entry
def draw(sources: int) -> Call:
    """(w, D, uniforms (C, K) in [0, 1), out (C, K)) -> None: the first string whose cumulated share exceeds u.

    Shares are summed over blocks; a guide table says in which block to begin, so a draw takes a few steps.
    """

    def call(w: Array, size: int, uniforms: FloatArray, out: IntArray) -> None:
        if not sources:
            return
        rows = w.shape[1]
        tile = _tile(w, size)
        per_row = max(1, (1 << tile) // DRAW_BLOCK)  # a row has room for a block, zeros beyond its last string
        blocks = rows * per_row
        cumulated = np.empty(blocks)
        guide = np.empty(blocks, np.int64)
        for b in range(uniforms.shape[0]):
            for row in range(rows):
                _block_masses(w[b, row], cumulated[row * per_row : (row + 1) * per_row])
            mass, last = 0.0, 0
            for k in range(blocks):
                if cumulated[k] > 0.0:
                    last = k
                mass += cumulated[k]
                cumulated[k] = mass
            k = 0
            for g in range(blocks):
                least = g / blocks * mass
                while k < last and cumulated[k] <= least:
                    k += 1
                guide[g] = k
            for i in range(uniforms.shape[1]):
                u = uniforms[b, i] * mass
                k = guide[int(uniforms[b, i] * blocks)]
                while k < last and cumulated[k] <= u:
                    k += 1
                rest = u - cumulated[k - 1] if k else u
                first = k * DRAW_BLOCK
                row, column = first >> tile, first & ((1 << tile) - 1)
                share, pick, top = 0.0, 0, 0
                for c in range(DRAW_BLOCK):  # counted, not left early: which way it goes cannot be predicted
                    amplitude = np.float64(w[b, row, column + c])
                    share += amplitude * amplitude
                    pick += share <= rest
                    top = c if amplitude != 0.0 else top
                if pick == DRAW_BLOCK:
                    pick = top  # rounding: the block's sum was taken in another order; never a string without mass
                out[b, i] = first + pick

    return call
