"""Sweeps over a state: which amplitudes come into the cache, and all that is done to them while they are there.

A state of n qubits lies in memory as 2^(n - T) rows of 2^T amplitudes. One row is a tile for the first-level cache: all
rotations of the T low qubits happen while it is there. The high qubits are rotated on blocks of some columns of all
rows, for the second level. Neighbouring layers are done alternately from the low to the high qubits and back, so that
the end of one and the beginning of the next share a visit: L layers take L sweeps. Rows are padded, because at a
distance of a power of two the rows of a block would all fall into the same few sets of the cache.

Layer 0 acts on |0...0>, where it gives a product state. The CZ between layers k and k + 1 have number k; with their
signs goes the factor scales[k] that the rotations of layer k leave out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbench.quantum._ry_cz_simd import MOST_QUBITS, entry, kernel, lane_qubits_of, lanes_of, rotation

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from numpy.typing import NDArray

    from qbench._arrays import FloatArray, IntArray

    Array: TypeAlias = NDArray[Any]  # float64 or float32, as the states are
    Call: TypeAlias = Callable[..., Any]

_inside2, _inside3, _inside4 = (rotation(k, lanes=True, signed=False) for k in (2, 3, 4))
_inside2s, _inside3s, _inside4s = (rotation(k, lanes=True, signed=True) for k in (2, 3, 4))
_across2, _across3, _across4 = (rotation(k, lanes=False, signed=False) for k in (2, 3, 4))
_across2s, _across3s, _across4s = (rotation(k, lanes=False, signed=True) for k in (2, 3, 4))
copy = rotation(0, lanes=False, signed=True)

BLOCK_BYTES = 2**18


@kernel
def parts_of(first: int, last: int, most: int) -> int:
    """Return into how few groups of at most `most` the qubits first, ..., last - 1 go."""
    return (last - first + most - 1) // most


@kernel
def size_of(first: int, last: int, parts: int) -> int:
    """Return the size of the next group when `parts` groups share the qubits evenly."""
    return (last - first + parts - 1) // parts


@kernel
def columns_of(w: Array, rows: int, tile: int) -> int:
    """Return how many columns a block of all rows takes."""
    least = 4 * int(lanes_of(w))
    return min(1 << tile, max(least, BLOCK_BYTES // (w.itemsize * rows)))


@kernel
def _rotate(
    source: Array,
    i: int,
    w: Array,
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
    signs: Array,
    sign_at: int,
    signed: bool,  # noqa: FBT001
    scale: float,
) -> None:
    """Rotate the low qubits of the row at w[j], or the high ones of `columns` columns at w[j], after signs and scale.

    The row is read at source[i].
    """
    lanes, inside = lanes_of(w), lane_qubits_of(w)
    first, last = (inside, tile) if low else (tile, n)
    parts = parts_of(first, last, MOST_QUBITS)
    begin = True
    while parts > 0:
        size = size_of(first, last, parts)
        a = t_at + first
        # A group holds 2^size vectors at distance d, amplitudes at distance e. Groups differ in the bits below,
        # columns and rows, and in those above.
        e = 1 << first
        d = e if low else pitch << (first - tile)
        run = e if low else columns
        rows = 1 if low else 1 << (first - tile)
        for above in range(1 << (last - first - size)):
            for row in range(rows):
                at = above * (d << size) + row * pitch
                s_at = sign_at + above * (e << size) + (row << tile)
                for c in range(0, run, lanes):
                    k, m, s = i + at + c, j + at + c, s_at + c
                    if low and begin:
                        if signed:
                            if size == 2:
                                _inside2s(source, k, w, m, d, t, a, lane_t, lane_t_at, signs, s, e, scale)
                            elif size == 3:
                                _inside3s(source, k, w, m, d, t, a, lane_t, lane_t_at, signs, s, e, scale)
                            else:
                                _inside4s(source, k, w, m, d, t, a, lane_t, lane_t_at, signs, s, e, scale)
                        elif size == 2:
                            _inside2(source, k, w, m, d, t, a, lane_t, lane_t_at, signs, s, e, scale)
                        elif size == 3:
                            _inside3(source, k, w, m, d, t, a, lane_t, lane_t_at, signs, s, e, scale)
                        else:
                            _inside4(source, k, w, m, d, t, a, lane_t, lane_t_at, signs, s, e, scale)
                    elif signed and begin:
                        if size == 2:
                            _across2s(w, m, w, m, d, t, a, lane_t, lane_t_at, signs, s, e, scale)
                        elif size == 3:
                            _across3s(w, m, w, m, d, t, a, lane_t, lane_t_at, signs, s, e, scale)
                        else:
                            _across4s(w, m, w, m, d, t, a, lane_t, lane_t_at, signs, s, e, scale)
                    elif size == 2:
                        _across2(w, m, w, m, d, t, a, lane_t, lane_t_at, signs, s, e, scale)
                    elif size == 3:
                        _across3(w, m, w, m, d, t, a, lane_t, lane_t_at, signs, s, e, scale)
                    else:
                        _across4(w, m, w, m, d, t, a, lane_t, lane_t_at, signs, s, e, scale)
        first += size
        parts -= 1
        begin = False


@entry
def sweep(sources: int) -> Call:
    """(hi, lo, t, lane_t, scales, signs, which, w) -> None: prepare the states of a batch, up to their last scale."""

    def call(
        hi: FloatArray,
        lo: Array,
        t: Array,
        lane_t: Array,
        scales: FloatArray,
        signs: Array,
        which: IntArray,
        w: Array,
    ) -> None:
        if not sources:
            return
        layers, n = t.shape[1:]
        rows, pitch = w.shape[1:]
        tile = n
        while rows << tile > 1 << n:
            tile -= 1
        lanes = lanes_of(w)
        per_layer = lanes * lane_qubits_of(w)
        columns = columns_of(w, rows, tile)
        for b in range(hi.shape[0]):
            for s in range(layers if rows > 1 else 1):
                low = s % 2 == 0
                begin = max(s, 1)
                end = min(s + 2, layers) if rows > 1 else layers
                for block in range(0, rows if low else 1 << tile, 1 if low else columns):
                    j = b * rows * pitch + (block * pitch if low else block)
                    for layer in range(begin, end):
                        fresh = layer == 1 and low
                        source, i = (lo, b << tile) if fresh else (w, j)
                        scale = hi[b, rows + block] if fresh else scales[b, layer - 1]
                        _rotate(
                            source,
                            i,
                            w,
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
                            signs,
                            (which[layer - 1] << n) + (block << tile if low else block),
                            fresh or layer > begin,
                            scale,
                        )
                    if layers == 1:
                        for c in range(0, 1 << tile, lanes):
                            copy(lo, (b << tile) + c, w, j + c, 0, t, 0, lane_t, 0, signs, 0, 0, hi[b, rows + block])

    return call
