"""Kernels of `bloch`: one member of a batch after the other, on a state of a few amplitudes that stays in registers.

No kernel sums over members, so what it computes for one is the same to the bit in every batch.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    from qbench._arrays import FloatArray, IntArray


def _kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    # A product and a sum may fuse; nothing is reordered.
    compiled: Callable[..., Any] = njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})(function)
    return compiled


@_kernel
def _encode(re: FloatArray, im: FloatArray, phi: FloatArray) -> None:
    """Write the product of (|0> + exp(i phi_q) |1>) / sqrt 2, which is RZ(phi) H |0> without its global phase."""
    re[0], im[0] = 2.0 ** (-0.5 * len(phi)), 0.0
    size = 1
    for q in range(len(phi)):
        c, s = math.cos(phi[q]), math.sin(phi[q])
        for i in range(size):
            re[size + i] = c * re[i] - s * im[i]
            im[size + i] = c * im[i] + s * re[i]
        size *= 2


@_kernel
def _run(
    re: FloatArray, im: FloatArray, qubits: IntArray, before: FloatArray, cosines: FloatArray, sines: FloatArray
) -> None:
    """Apply signs before_g and RY on qubits_g for each gate g in turn, then the last row of signs."""
    size = len(re)
    for g in range(len(qubits) + 1):
        for i in range(size):
            re[i] *= before[g, i]
            im[i] *= before[g, i]
        if g == len(qubits):
            break
        bit, c, s = 1 << qubits[g], cosines[g], sines[g]
        for i in range(size):
            if not i & bit:
                k = i | bit
                a, b = re[i], re[k]
                re[i], re[k] = c * a - s * b, s * a + c * b
                a, b = im[i], im[k]
                im[i], im[k] = c * a - s * b, s * a + c * b


@_kernel
def _read(re: FloatArray, im: FloatArray, out: FloatArray) -> None:
    """Write <X>, <Y>, <Z> of every qubit into out (n, 3)."""
    for q in range(out.shape[0]):
        bit = 1 << q
        x = y = z = 0.0
        for i in range(len(re)):
            if not i & bit:
                k = i | bit
                x += re[i] * re[k] + im[i] * im[k]
                y += re[i] * im[k] - im[i] * re[k]
                z += re[i] * re[i] + im[i] * im[i] - re[k] * re[k] - im[k] * im[k]
        out[q, 0], out[q, 1], out[q, 2] = 2.0 * x, 2.0 * y, z


@_kernel
def bloch(
    phi: FloatArray, theta: FloatArray, qubits: IntArray, weights: IntArray, before: FloatArray, moves: FloatArray
) -> FloatArray:
    """Return Bloch vectors (S, M, n, 3) of phi (S, n), theta (S, W), with gate g turned further by moves (M, G)."""
    n, gates = phi.shape[1], len(qubits)
    size = 1 << n
    out = np.empty((phi.shape[0], moves.shape[0], n, 3))
    start_re, start_im, re, im = np.empty(size), np.empty(size), np.empty(size), np.empty(size)
    cosines, sines, c, s = np.empty(gates), np.empty(gates), np.empty(gates), np.empty(gates)
    for member in range(phi.shape[0]):
        _encode(start_re, start_im, phi[member])
        for g in range(gates):
            half = 0.5 * theta[member, weights[g]]
            cosines[g], sines[g] = math.cos(half), math.sin(half)
        for move in range(moves.shape[0]):
            re[:] = start_re
            im[:] = start_im
            for g in range(gates):
                # Most gates stay: their cosine is known.
                if moves[move, g] == 0.0:
                    c[g], s[g] = cosines[g], sines[g]
                else:
                    half = 0.5 * (theta[member, weights[g]] + moves[move, g])
                    c[g], s[g] = math.cos(half), math.sin(half)
            _run(re, im, qubits, before, c, s)
            _read(re, im, out[member, move])
    return out
