"""What stands before and after the sweeps: angles made small, the product state of layer 0, and gradients by angle.

Arrays of a batch of C states, L layers, n qubits: t (C, L, n) tangents; lane_t (C, L, lane qubits, lanes) those of the
qubits inside vectors; scales (C, L) the products of the cosines left out; flips (C, L, n) the signs angles were taken
with; v and dv (C, n, 2) the vectors of layer 0 and their derivatives; hi (C, 2 * 2^(n-T)), lo (C, 2 * 2^T) products.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qbench.quantum._ry_cz_simd import entry, kernel, lane_qubits_of, lanes_of

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray
    from qbench.quantum._ry_cz_tiling import Array, Call


@kernel
def _odd(bits: int) -> int:
    for shift in (32, 16, 8, 4, 2, 1):
        bits ^= bits >> shift
    return bits & 1


@kernel
def _reduce(
    angles: FloatArray,
    partners: IntArray,
    t: Array,
    lane_t: Array,
    scales: FloatArray,
    flips: FloatArray,
    v: FloatArray,
    dv: FloatArray,
) -> None:
    """Bring all angles but layer 0's into [-pi/2, pi/2], where the tangent of the half is at most 1.

    RY(a) = RY(a - m pi) (X Z)^m. X and Z are moved to the front of the circuit: RY(a) X = X RY(-a), RY(a) Z = Z RY(-a),
    and CZ X = X Z' CZ with Z' on the other qubit. There they change the product state of layer 0, exactly.
    partners[k, q]: the qubits that share a CZ with q between layers k and k + 1, as bits.
    """
    layers, n = angles.shape
    lanes, inside = lanes_of(t), lane_qubits_of(t)
    x = z = 0
    sign = 1.0
    for layer in range(layers - 1, 0, -1):
        scale = 1.0
        for q in range(n):
            flip = 1.0 - 2.0 * ((x ^ z) >> q & 1)
            angle = flip * angles[layer, q]
            m = math.floor(angle / math.pi + 0.5)
            tangent = math.tan(0.5 * (angle - m * math.pi))
            quarter = m - 4.0 * math.floor(0.25 * m)
            if quarter >= 2.0:  # (X Z)^2 = -1
                sign = -sign
            if quarter == 1.0 or quarter == 3.0:
                if x >> q & 1:  # Z X = -X Z
                    sign = -sign
                x ^= 1 << q
                z ^= 1 << q
            scale /= math.sqrt(1.0 + tangent * tangent)
            flips[layer, q] = flip
            t[layer, q] = tangent
            if q < inside:
                for lane in range(lanes):
                    lane_t[layer, q, lane] = tangent if lane >> q & 1 else -tangent
        scales[layer] = scale
        for q in range(n):
            if x >> q & 1:
                z ^= partners[layer - 1, q]
                if _odd(partners[layer - 1, q] & x & ((1 << q) - 1)):  # a CZ on two X: (X Z') (X' Z) = -X X' Z Z'
                    sign = -sign
    scales[0] = 1.0
    for q in range(n):
        c, s = math.cos(0.5 * angles[0, q]), math.sin(0.5 * angles[0, q])
        one = x >> q & 1
        first = sign if q == 0 else 1.0
        second = -first if z >> q & 1 else first
        v[q, one], v[q, 1 - one] = first * c, second * s
        dv[q, one], dv[q, 1 - one] = -0.5 * first * s, 0.5 * second * c


@kernel
def _products(v: FloatArray, first: int, last: int, table: FloatArray) -> None:
    """Fill table[2^j : 2^(j+1)] with the product state of the qubits first, ..., first + j - 1."""
    table[1] = 1.0
    for q in range(first, last):
        size = 1 << (q - first)
        for k in range(size):
            old = table[size + k]
            table[2 * size + k] = v[q, 0] * old
            table[3 * size + k] = v[q, 1] * old


@kernel
def _product_gradient(
    x: FloatArray, table: FloatArray, v: FloatArray, dv: FloatArray, first: int, last: int, out: FloatArray
) -> None:
    """Contract x with the product state in which one qubit's vector is its derivative, for each; x is used up."""
    for q in range(last - 1, first - 1, -1):
        size = 1 << (q - first)
        total = 0.0
        for k in range(size):
            low, high = x[k], x[size + k]
            total += (dv[q, 0] * low + dv[q, 1] * high) * table[size + k]
            x[k] = v[q, 0] * low + v[q, 1] * high
        out[q] = total


@entry
def reduce_angles(sources: int) -> Call:
    """(angles (m, L, n), partners, t, lane_t, scales, flips, v, dv, hi, lo, low) -> None, for the first m <= C states.

    low (C, 1, 2^T): the last half of lo in the precision of the states.
    """

    def call(
        angles: FloatArray,
        partners: IntArray,
        t: Array,
        lane_t: Array,
        scales: FloatArray,
        flips: FloatArray,
        v: FloatArray,
        dv: FloatArray,
        hi: FloatArray,
        lo: FloatArray,
        low: Array,
    ) -> None:
        if not sources:
            return
        n = angles.shape[2]
        columns = low.shape[2]
        tile = n
        while columns < 1 << tile:
            tile -= 1
        for b in range(angles.shape[0]):
            _reduce(angles[b], partners, t[b], lane_t[b], scales[b], flips[b], v[b], dv[b])
            _products(v[b], 0, tile, lo[b])
            _products(v[b], tile, n, hi[b])
            for c in range(columns):
                low[b, 0, c] = lo[b, columns + c]

    return call


@entry
def gradients(sources: int) -> Call:
    """(t, scales, flips, v, dv, hi, lo, totals, dots, edge, out (m, L, n)) -> None: what `unsweep` left, by angle.

    dots and edge are used up.
    """

    def call(
        t: Array,
        scales: FloatArray,
        flips: FloatArray,
        v: FloatArray,
        dv: FloatArray,
        hi: FloatArray,
        lo: FloatArray,
        totals: FloatArray,
        dots: FloatArray,
        edge: FloatArray,
        out: FloatArray,
    ) -> None:
        if not sources:
            return
        batch, layers, n = out.shape
        lanes, inside = lanes_of(t), lane_qubits_of(t)
        tile = n
        while edge.shape[1] < 1 << tile:
            tile -= 1
        for b in range(batch):
            _product_gradient(edge[b], lo[b], v[b], dv[b], 0, tile, out[b, 0])
            _product_gradient(dots[b], hi[b], v[b], dv[b], tile, n, out[b, 0])
            for layer in range(1, layers):
                # Both states lack the cosines of the qubits undone before; psi began without the last scale.
                factor = scales[b, layer] if layer == layers - 1 else 1.0
                first = tile if layer % 2 else 0  # odd layers: the high qubits were undone first
                for i in range(n):
                    q = (i + first) % n
                    total = 0.0
                    for lane in range(lanes):
                        part = totals[b, (layer * n + q) * lanes + lane]
                        total += -part if q < inside and not lane >> q & 1 else part
                    out[b, layer, q] = 0.5 * flips[b, layer, q] * factor * total
                    factor /= 1.0 + t[b, layer, q] ** 2

    return call
