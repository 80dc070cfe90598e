"""The adjoint pass: `sweep` undone on a state and on the derivative by it, with all gradients taken on the way.

The rotations of one layer commute, so the derivative by each of its angles is a contraction of the two states anywhere
within the layer: here, while the qubit is in registers to be undone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbench.quantum._ry_cz_simd import (
    MOST_QUBITS_BACK,
    entry,
    kernel,
    lane_qubits_of,
    lanes_of,
    summing,
    unrotation,
)
from qbench.quantum._ry_cz_tiling import columns_of, copy, parts_of, size_of

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray
    from qbench.quantum._ry_cz_tiling import Array, Call

# Groups share the qubits evenly: their sizes are the largest, "full", or one less, "part".
_PART, _FULL = MOST_QUBITS_BACK - 1, MOST_QUBITS_BACK
_inside_part, _inside_full = (unrotation(k, lanes=True, signed=False) for k in (_PART, _FULL))
_inside_part_s, _inside_full_s = (unrotation(k, lanes=True, signed=True) for k in (_PART, _FULL))
_across_part, _across_full = (unrotation(k, lanes=False, signed=False) for k in (_PART, _FULL))
_across_part_s, _across_full_s = (unrotation(k, lanes=False, signed=True) for k in (_PART, _FULL))


@kernel
def _unrotate(
    psi: Array,
    lam: Array,
    j: int,
    pitch: int,
    columns: int,
    low: bool,  # noqa: FBT001 - numba calls by position
    tile: int,
    n: int,
    t: Array,
    t_at: int,
    lane_t: Array,
    lane_t_at: int,
    sums: Array,
    signs: Array,
    sign_at: int,
    signed: bool,  # noqa: FBT001
    x: float,
    y: float,
) -> None:
    """Undo a rotation of the same block on both states, after signs and the scales x and y; contractions go to sums."""
    lanes, inside = lanes_of(psi), lane_qubits_of(psi)
    first, last = (inside, tile) if low else (tile, n)
    parts = parts_of(first, last, MOST_QUBITS_BACK)
    begin = True
    while parts > 0:
        size = size_of(first, last, parts)
        a, z = t_at + first, first * lanes
        e = 1 << first
        d = e if low else pitch << (first - tile)
        run = e if low else columns
        rows = 1 if low else 1 << (first - tile)
        for above in range(1 << (last - first - size)):
            for row in range(rows):
                at = above * (d << size) + row * pitch
                s_at = sign_at + above * (e << size) + (row << tile)
                for c in range(0, run, lanes):
                    m, s = j + at + c, s_at + c
                    if low and begin:
                        if signed:
                            if size == _PART:
                                _inside_part_s(psi, lam, m, d, t, a, lane_t, lane_t_at, sums, z, signs, s, e, x, y)
                            else:
                                _inside_full_s(psi, lam, m, d, t, a, lane_t, lane_t_at, sums, z, signs, s, e, x, y)
                        elif size == _PART:
                            _inside_part(psi, lam, m, d, t, a, lane_t, lane_t_at, sums, z, signs, s, e, x, y)
                        else:
                            _inside_full(psi, lam, m, d, t, a, lane_t, lane_t_at, sums, z, signs, s, e, x, y)
                    elif signed and begin:
                        if size == _PART:
                            _across_part_s(psi, lam, m, d, t, a, lane_t, lane_t_at, sums, z, signs, s, e, x, y)
                        else:
                            _across_full_s(psi, lam, m, d, t, a, lane_t, lane_t_at, sums, z, signs, s, e, x, y)
                    elif size == _PART:
                        _across_part(psi, lam, m, d, t, a, lane_t, lane_t_at, sums, z, signs, s, e, x, y)
                    else:
                        _across_full(psi, lam, m, d, t, a, lane_t, lane_t_at, sums, z, signs, s, e, x, y)
        first += size
        parts -= 1
        begin = False


@kernel
def _flush(sums: Array, totals: FloatArray, b: int, at: int, first: int, last: int) -> None:
    # Over one block sums are taken in the state's own precision, over blocks in float64.
    for k in range(first, last):
        totals[b, at + k] += sums[k]
        sums[k] = 0.0


@summing
def _against_product(lam: Array, lo: FloatArray, factor: float, edge: FloatArray) -> float:
    """Return lam . lo, and add factor lam to edge."""
    total = 0.0
    for c in range(edge.size):
        total += lam[c] * lo[c]
        edge[c] += factor * lam[c]
    return total


@entry
def unsweep(sources: int) -> Call:
    """(hi, lo, t, lane_t, scales, signs, which, psi, lam, sums, totals, dots, edge) -> None; psi and lam are used up.

    psi: what `sweep` left; lam: the derivative by the state, scaled. Added to totals (C, layers n lanes): the sums of
    `unrotation`, each from just before its qubit was undone; in even layers the low qubits are undone first. dots
    (C, rows) and edge (C, 2^T) += lam before layer 1, against lo and against hi.
    """

    def call(
        hi: FloatArray,
        lo: FloatArray,
        t: Array,
        lane_t: Array,
        scales: FloatArray,
        signs: Array,
        which: IntArray,
        psi: Array,
        lam: Array,
        sums: Array,
        totals: FloatArray,
        dots: FloatArray,
        edge: FloatArray,
    ) -> None:
        if not sources:
            return
        layers, n = t.shape[1:]
        rows, pitch = psi.shape[1:]
        tile = n
        while rows << tile > 1 << n:
            tile -= 1
        lanes = lanes_of(psi)
        per_layer = lanes * lane_qubits_of(psi)
        columns = columns_of(psi, rows, tile)
        for b in range(hi.shape[0]):
            for s in range(layers - 1 if rows > 1 else 0, -1, -1):
                low = s % 2 == 0
                begin = max(s, 1)
                end = min(s + 2, layers) if rows > 1 else layers
                for block in range(0, rows if low else 1 << tile, 1 if low else columns):
                    j = b * rows * pitch + (block * pitch if low else block)
                    for layer in range(end - 1, begin - 1, -1):
                        signed = layer < end - 1
                        y = scales[b, layer + 1] if signed else 1.0
                        x = y * y if layer == layers - 2 else y  # psi comes without its last scale, lam with it
                        _unrotate(
                            psi,
                            lam,
                            j,
                            pitch,
                            columns,
                            low,
                            tile,
                            n,
                            t,
                            (b * layers + layer) * n,
                            lane_t,
                            (b * layers + layer) * per_layer,
                            sums,
                            signs,
                            (which[layer] << n) + (block << tile if low else block),
                            signed,
                            x,
                            y,
                        )
                        first, last = (0, tile) if low else (tile, n)
                        _flush(sums, totals, b, layer * n * lanes, first * lanes, last * lanes)
                    if s == 0:
                        if layers > 1:
                            at = (which[0] << n) + (block << tile)
                            for c in range(0, 1 << tile, lanes):
                                copy(lam, j + c, lam, j + c, 0, t, 0, lane_t, 0, signs, at + c, 0, scales[b, 1])
                        dots[b, block] = _against_product(
                            lam[b, block], lo[b, 1 << tile :], hi[b, rows + block], edge[b]
                        )

    return call
