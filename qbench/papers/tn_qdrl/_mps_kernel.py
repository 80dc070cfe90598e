"""The contraction of a matrix product state with product vectors, compiled: loaded by the first contraction.

LANES samples go side by side through the cores, each in a lane of its own: no sum crosses lanes and none is reordered,
so a sample has the same bits in any lane and beside any others. No fastmath, and no BLAS: both would end that.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from qbench.papers._compiled import kernel

if TYPE_CHECKING:
    from qbench._arrays import FloatArray

LANES = 64
SMALL, LARGE = 1e-100, 1e100

# The polynomials of fdlibm's k_sin.c and k_cos.c: within 1 ulp on [0, pi/4].
S1, S2, S3 = -1.66666666666666324348e-01, 8.33333333332248946124e-03, -1.98412698298579493134e-04
S4, S5, S6 = 2.75573137070700676789e-06, -2.50507602534068634195e-08, 1.58969099521155010221e-10
C1, C2, C3 = 4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05
C4, C5, C6 = -2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11


@kernel
def _site_vectors(values: FloatArray, first: int, count: int, linear: bool, out: FloatArray) -> None:  # noqa: FBT001
    """Write o(v) of samples first..first+count-1 into out (D, 2, LANES); idle lanes repeat the first sample."""
    for w in range(LANES):
        b = first + (w if w < count else 0)
        for k in range(values.shape[1]):
            out[k, 1, w] = values[b, k]
    for k in range(values.shape[1]):
        for w in range(LANES):
            v = out[k, 1, w]
            if linear:
                out[k, 0, w] = 1.0 - v
            else:
                # No call to a library: all lanes at once, and o(0), o(1) exact. Above 1/2, 1 - v is exact as well.
                upper = v > 0.5
                x = 0.5 * math.pi * (1.0 - v if upper else v)
                z = x * x
                sine = x + x * z * (S1 + z * (S2 + z * (S3 + z * (S4 + z * (S5 + z * S6)))))
                cosine = 1.0 - (0.5 * z - z * z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * C6))))))
                out[k, 0, w] = sine if upper else cosine
                out[k, 1, w] = cosine if upper else sine


@kernel
def _step(core: FloatArray, site: FloatArray, state: FloatArray, weighted: FloatArray) -> None:
    """Replace state (chi, LANES) by sum_u o_u state M_u for core (chi, 2, chi) read from its first axis."""
    bond = core.shape[0]
    for i in range(bond):
        for w in range(LANES):
            weighted[0, i, w] = state[i, w] * site[0, w]
            weighted[1, i, w] = state[i, w] * site[1, w]
    for o in range(bond):
        for w in range(LANES):
            state[o, w] = 0.0
        for i in range(bond):
            zero, one = core[i, 0, o], core[i, 1, o]
            for w in range(LANES):
                state[o, w] += weighted[0, i, w] * zero + weighted[1, i, w] * one


@kernel
def _scale(state: FloatArray, norm: FloatArray, product: FloatArray, logs: FloatArray) -> None:
    """Divide every lane of state (chi, LANES) by its 2-norm, which goes into product and logs (LANES,)."""
    bond = state.shape[0]
    for w in range(LANES):
        norm[w] = 0.0
    for i in range(bond):
        for w in range(LANES):
            norm[w] += state[i, w] * state[i, w]
    for w in range(LANES):
        if norm[w] < SMALL:
            # Squares of small numbers lose digits: the largest entry comes out first.
            top = 0.0
            for i in range(bond):
                top = max(top, abs(state[i, w]))
            logs[w] += math.log(top) if top > 0.0 else -np.inf
            norm[w] = 0.0
            for i in range(bond):
                state[i, w] /= top if top > 0.0 else 1.0
                norm[w] += state[i, w] * state[i, w]
        norm[w] = math.sqrt(norm[w]) if norm[w] > 0.0 else 1.0
        # A logarithm a core would cost as much as the core: factors are collected while they fit a float.
        product[w] *= norm[w]
        if not SMALL < product[w] < LARGE:
            logs[w] += math.log(product[w])
            product[w] = 1.0
    for i in range(bond):
        for w in range(LANES):
            state[i, w] /= norm[w]


@kernel
def contract(
    ends: FloatArray,
    forward: FloatArray,
    backward: FloatArray,
    label: FloatArray,
    values: FloatArray,
    linear: bool,  # noqa: FBT001 - numba calls by position
    direction: FloatArray,
    log_norm: FloatArray,
) -> None:
    """Write L C_d R of unit L, R into direction (B, d) and the logarithm of their lengths into log_norm (B,).

    ends (2, chi): l, r; forward (p, chi, 2, chi): cores left of the label core; backward (j - p, chi, 2, chi): those to
    its right, the last core first, each with its bonds swapped; label (chi, d, chi); values (B, j).
    """
    bond, n_out, n_left = ends.shape[1], label.shape[1], forward.shape[0]
    n_site = n_left + backward.shape[0]
    site = np.empty((n_site, 2, LANES))
    left, right, weighted = np.empty((bond, LANES)), np.empty((bond, LANES)), np.empty((2, bond, LANES))
    norm, product, logs = np.empty(LANES), np.empty(LANES), np.empty(LANES)
    for first in range(0, values.shape[0], LANES):
        count = min(LANES, values.shape[0] - first)
        _site_vectors(values, first, count, linear, site)
        for w in range(LANES):
            product[w], logs[w] = 1.0, 0.0
            for i in range(bond):
                left[i, w], right[i, w] = ends[0, i], ends[1, i]
        for k in range(n_left):
            _step(forward[k], site[k], left, weighted)
            _scale(left, norm, product, logs)
        for k in range(n_site - n_left):
            _step(backward[k], site[n_site - 1 - k], right, weighted)
            _scale(right, norm, product, logs)
        for w in range(count):
            log_norm[first + w] = logs[w] + math.log(product[w])
            for d in range(n_out):
                total = 0.0
                for i in range(bond):
                    for o in range(bond):
                        total += left[i, w] * label[i, d, o] * right[o, w]
                direction[first + w, d] = total
