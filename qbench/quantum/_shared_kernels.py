"""Kernels on the 2^n x 2^n matrices that all inputs of a shared program share: their cost knows no batch.

A weight circuit is a product of Pauli rotations exp(-i phi/2 P) before one Clifford circuit. P = i^|x&z| X^x Z^z is
given by two bit masks: x flips, z signs. A matrix is stored as (parts, D, D), D = 2^n: its real part, then, with two
parts, its imaginary one. On so small matrices a call costs more than its arithmetic: hence numba. No kernel sums over
inputs or seeds, so what it computes for one seed is the same to the bit in every ensemble.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from qbench._arrays import FloatArray, IntArray


def _kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    # A product and a sum may fuse, which spares a third of a rotation's time; nothing is reordered.
    compiled: Callable[..., Any] = njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})(function)
    return compiled


@_kernel
def _odd(bits: int) -> int:
    """Return the parity of the lowest eight bits."""
    bits ^= bits >> 4
    bits ^= bits >> 2
    return (bits ^ (bits >> 1)) & 1


@_kernel
def _turn(a: FloatArray, b: FloatArray, c: float, s: float) -> None:
    """Turn two rows into c a + s b and c b - s a."""
    for j in range(len(a)):
        p, q = a[j], b[j]
        a[j] = c * p + s * q
        b[j] = c * q - s * p


@_kernel
def _rotate(u: FloatArray, x: int, z: int, c: float, s: float) -> None:
    """Replace U (parts, D, D) by (c - i s P) U."""
    size = u.shape[1]
    # i^|x&z| = +-1 or +-i: with c - i s P, an odd number of Y mixes real parts with real parts.
    flipped = x & z
    real = _odd(flipped) == 1
    ones = 0
    while flipped:
        flipped &= flipped - 1
        ones += 1
    turned = (ones >> 1) & 1
    lowest = x & -x
    for i in range(size):
        if i & lowest:
            continue
        k = i ^ x
        t = -s if turned ^ _odd(z & k) else s
        if x == 0:
            _turn(u[0, i], u[1, i], c, t)
        elif real:
            for part in range(u.shape[0]):
                _turn(u[part, i], u[part, k], c, t)
        else:
            # Two streams a loop: with all four rows in one, the compiler does not vectorise.
            _turn(u[0, i], u[1, k], c, t)
            _turn(u[1, i], u[0, k], c, -t)


@_kernel
def rotation_angles(values: FloatArray, index: IntArray, slope: FloatArray, offset: FloatArray) -> FloatArray:
    """Return angles (S, K) = offset_k + sum_t slope_kt values[index_kt] of values (S, V)."""
    angles = np.empty((values.shape[0], len(offset)))
    for s in range(values.shape[0]):
        for k in range(len(offset)):
            angle = offset[k]
            for t in range(index.shape[1]):
                angle += slope[k, t] * values[s, index[k, t]]
            angles[s, k] = angle
    return angles


@_kernel
def by_values(by_angles: FloatArray, index: IntArray, slope: FloatArray, width: int) -> FloatArray:
    """Return derivatives (S, width) by the values from those (S, K) by the angles: `rotation_angles` transposed."""
    out = np.zeros((by_angles.shape[0], width))
    for s in range(by_angles.shape[0]):
        for k in range(by_angles.shape[1]):
            for t in range(index.shape[1]):
                out[s, index[k, t]] += slope[k, t] * by_angles[s, k]
    return out


@_kernel
def unitaries(angles: FloatArray, x: IntArray, z: IntArray, parts: int, size: int) -> FloatArray:
    """Return the products (S, parts, D, D) of all rotations, the first acting first, of angles (S, K)."""
    out = np.zeros((angles.shape[0], parts, size, size))
    for s in range(angles.shape[0]):
        for i in range(size):
            out[s, 0, i, i] = 1.0
        for k in range(angles.shape[1]):
            half = angles[s, k] / 2
            _rotate(out[s], x[k], z[k], math.cos(half), math.sin(half))
    return out


@_kernel
def derivatives(
    angles: FloatArray, x: IntArray, z: IntArray, index: IntArray, slope: FloatArray, parts: int, size: int, width: int
) -> FloatArray:
    """Return the derivatives (width, parts, D, D) of one product of rotations, of angles (K,), by the values.

    The derivative of exp(-i phi/2 P) is half the same rotation by phi + pi.
    """
    out = np.zeros((width, parts, size, size))
    begun = np.zeros(width, dtype=np.bool_)
    whole = np.zeros((parts, size, size))
    for i in range(size):
        whole[0, i, i] = 1.0
    shifted = np.empty_like(whole)
    for k in range(len(angles)):
        c, s = math.cos(angles[k] / 2), math.sin(angles[k] / 2)
        for v in range(width):
            if begun[v]:
                _rotate(out[v], x[k], z[k], c, s)
        _rotate(whole, x[k], z[k], c, s)
        shifted[:] = whole
        _rotate(shifted, x[k], z[k], 0.0, 0.5)
        for t in range(index.shape[1]):
            if slope[k, t] != 0.0:
                out[index[k, t]] += slope[k, t] * shifted
                begun[index[k, t]] = True
    return out


@_kernel
def squares(amplitudes: FloatArray, size: int) -> FloatArray:
    """Return |phi|^2 (S, D, B) of amplitudes (S, parts D, B)."""
    seeds, rows, batch = amplitudes.shape
    out = np.empty((seeds, size, batch))
    for s in range(seeds):
        for i in range(size):
            for b in range(batch):
                out[s, i, b] = amplitudes[s, i, b] ** 2
            if rows > size:
                for b in range(batch):
                    out[s, i, b] += amplitudes[s, size + i, b] ** 2
    return out


@_kernel
def weighed(amplitudes: FloatArray, energies: FloatArray) -> FloatArray:
    """Return amplitudes (S, parts D, B) times energies (S, D, B), which both parts share."""
    seeds, rows, batch = amplitudes.shape
    size = energies.shape[1]
    out = np.empty_like(amplitudes)
    for s in range(seeds):
        for i in range(rows):
            k = i if i < size else i - size
            for b in range(batch):
                out[s, i, b] = amplitudes[s, i, b] * energies[s, k, b]
    return out


@_kernel
def products(slopes: FloatArray, amplitudes: FloatArray, size: int) -> FloatArray:
    """Return d|phi|^2 (D, W, B) of derivatives (W, parts D, B) of amplitudes (parts D, B)."""
    width, rows, batch = slopes.shape
    out = np.zeros((size, width, batch))
    for w in range(width):
        for i in range(rows):
            k = i if i < size else i - size
            for b in range(batch):
                out[k, w, b] += 2.0 * slopes[w, i, b] * amplitudes[i, b]
    return out


@_kernel
def _pauli_vector(k: FloatArray, signs: FloatArray) -> FloatArray:
    """Return Im tr(P K) (4^n,) for every Pauli P, at z 2^n + x, of K in blocks as `sweep` takes them."""
    size = signs.shape[0]
    # The symmetric part of Im K and the antisymmetric part of Re K, in one real matrix: a Pauli sees only the first
    # where its number of Y is even, only the second where it is odd.
    flat = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            entry = k[j, i] - k[i, j]
            if len(k) > size:
                m, o = size + i, size + j
                entry += (k[o, m] - k[m, o]) + (k[m, j] - k[i, o]) + (k[o, i] - k[j, m])
            flat[i, j] = entry / 2
    # tr(X^x Z^z A) = sum_j (-1)^|z&j| A[j, j^x]: a Walsh-Hadamard transform over j, all x side by side.
    h = np.empty((size, size))
    for j in range(size):
        for x in range(size):
            h[j, x] = flat[j, j ^ x]
    step = 1
    while step < size:
        for j in range(size):
            if j & step == 0:
                for x in range(size):
                    a, b = h[j, x], h[j + step, x]
                    h[j, x] = a + b
                    h[j + step, x] = a - b
        step *= 2
    return (h * signs).reshape(size * size)


@_kernel
def sweep(
    blocks: FloatArray,
    angles: FloatArray,
    paulis: IntArray,
    rows: IntArray,
    pairs: NDArray[np.uint16],
    signs: FloatArray,
) -> FloatArray:
    """Return the derivatives (S, K) of 2 Re tr(G^dag U) by the rotation angles (S, K).

    `blocks` (S, parts D, parts D) = [Re U; Im U] [Re G; Im G]^T, whose blocks make up K = U G^dag. Where K_k is K with
    the rotations after the k-th undone on both sides, the derivative is Im tr(P_k K_k): one number of the Pauli vector.
    Undoing a rotation turns its numbers in pairs (Q, R) with i P Q = R; `pairs[rows[k]]` lists the Q.
    """
    out = np.empty(angles.shape)
    for s in range(angles.shape[0]):
        v = _pauli_vector(blocks[s], signs)
        for k in range(angles.shape[1] - 1, -1, -1):
            p = np.uint64(paulis[k])
            out[s, k] = v[p]
            c, t = math.cos(angles[s, k]), math.sin(angles[s, k])
            row = pairs[rows[k]]
            for e in range(len(row)):
                q = np.uint64(row[e])
                r = q ^ p
                a, b = v[q], v[r]
                v[q] = c * a - t * b
                v[r] = c * b + t * a
    return out
