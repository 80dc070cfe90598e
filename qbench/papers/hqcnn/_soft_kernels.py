"""The soft sum rate and its derivative by the probabilities, compiled: loaded by the first loss on a CPU.

With f_mk = tau rho_p/(tau rho_p sum_j o_jk beta_mj + 1) the amplitude of user j's beams at user k is
A_kj = sum_m u_mj beta_mk, where

    EQUAL      u_mj = f_mj beta_mj (L sum_i gamma_mi)^-1/2,  gamma_mi = f_mi beta_mi^2
    PER_USER   u_mj = (f_mj/(L K))^1/2
    PRINTED_C  u_mj = f_mj beta_mj^1/2,                      gamma_mi = f_mi beta_mi^1.5

One network at a time, forward and back: its arrays stay in the nearest cache, and its bits know no batch. Matrix
products are BLAS's, which at 20 users take a third of the time of loops. Names of_x are the loss's derivatives by x.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    from qbench._arrays import FloatArray

EQUAL, PER_USER, PRINTED_C = 0, 1, 2


def _kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    # On matrices this small calls cost a quarter of the time: all parts go inline.
    compiled: Callable[..., Any] = njit(cache=True, nogil=True, error_model="numpy", forceinline=True)(function)
    return compiled


class Reading(NamedTuple):
    """What the kernels ask of a rule.

    EQUAL, PER_USER or PRINTED_C; tau rho_p; rho_d; L; whether overlaps weigh by their squares; whether o_kk is
    q_k^T q_k; whether N_k counts; whether logits are given, not q.
    """

    mode: int
    training: float
    snr: float
    antennas: float
    squares: bool
    literal: bool
    noncoherent: bool
    logits: bool


class Scratch(NamedTuple):
    """Room for one network.

    q (K, tau). overlap (K, K): o_kj, with 0 where k = j once what is heard has been summed. amplitude (K, K): A, then
    derivatives. of_overlap (K, K). factor, beams (M, K): f, u. of_beams (M, K): derivatives by u, then by what is
    heard. sent (M, K): beta, or its root for PRINTED_C; scale, flood (M,): u over f sent, and sum_j gamma_mj; PER_USER
    has no use for these. noise (K,): I_k + N_k + 1, then its derivative.
    """

    q: FloatArray
    overlap: FloatArray
    amplitude: FloatArray
    of_overlap: FloatArray
    factor: FloatArray
    beams: FloatArray
    of_beams: FloatArray
    sent: FloatArray
    scale: FloatArray
    flood: FloatArray
    noise: FloatArray


@_kernel
def _inner(a: FloatArray, b: FloatArray, r: int) -> float:
    """Return the inner product of row r of two matrices, in four sums that do not wait for each other."""
    # Rows are not sliced: a view counts references, which costs as much as the arithmetic.
    length = a.shape[1]
    whole = length - length % 4
    w, x, y, z = 0.0, 0.0, 0.0, 0.0
    for i in range(0, whole, 4):
        w += a[r, i] * b[r, i]
        x += a[r, i + 1] * b[r, i + 1]
        y += a[r, i + 2] * b[r, i + 2]
        z += a[r, i + 3] * b[r, i + 3]
    for i in range(whole, length):
        w += a[r, i] * b[r, i]
    return (w + x) + (y + z)


@_kernel
def _share(given: FloatArray, logits: bool, q: FloatArray) -> None:  # noqa: FBT001 - numba calls by position
    """Write q (K, tau): what is given, or the softmax of its rows."""
    n_user, n_pilot = given.shape
    for k in range(n_user):
        if not logits:
            for t in range(n_pilot):
                q[k, t] = given[k, t]
            continue
        top = given[k, 0]
        for t in range(1, n_pilot):
            top = max(top, given[k, t])
        mass = 0.0
        for t in range(n_pilot):
            q[k, t] = math.exp(given[k, t] - top)
            mass += q[k, t]
        for t in range(n_pilot):
            q[k, t] /= mass


@_kernel
def _share_back(q: FloatArray, slope: FloatArray) -> None:
    """Replace the derivative by q by that by logits."""
    n_user, n_pilot = q.shape
    for k in range(n_user):
        mean = 0.0
        for t in range(n_pilot):
            mean += q[k, t] * slope[k, t]
        for t in range(n_pilot):
            slope[k, t] = q[k, t] * (slope[k, t] - mean)


@_kernel
def _factors(rule: Reading, factor: FloatArray) -> None:
    """Replace what is heard (M, K) by f."""
    for m in range(factor.shape[0]):
        for k in range(factor.shape[1]):
            factor[m, k] = rule.training / (rule.training * factor[m, k] + 1.0)


@_kernel
def _shared_power(rule: Reading, gain: FloatArray, s: Scratch) -> None:
    """Write u, sent, flood and scale from f for EQUAL and PRINTED_C."""
    n_ap, n_user = gain.shape
    sent, factor, beams = s.sent, s.factor, s.beams
    for m in range(n_ap):
        if rule.mode == EQUAL:
            for k in range(n_user):
                sent[m, k] = gain[m, k]
        else:
            for k in range(n_user):
                sent[m, k] = math.sqrt(gain[m, k])
        for k in range(n_user):
            beams[m, k] = factor[m, k] * sent[m, k]
        s.flood[m] = _inner(beams, gain, m)
        s.scale[m] = 1.0
        if rule.mode == EQUAL:
            scale = 1.0 / math.sqrt(rule.antennas * s.flood[m])
            s.scale[m] = scale
            for k in range(n_user):
                beams[m, k] *= scale


@_kernel
def _own_power(rule: Reading, s: Scratch) -> None:
    """Write u from f for PER_USER."""
    n_ap, n_user = s.factor.shape
    factor, beams = s.factor, s.beams
    share = rule.antennas * n_user
    for m in range(n_ap):
        for k in range(n_user):
            beams[m, k] = math.sqrt(factor[m, k] / share)


@_kernel
def _disturb(rule: Reading, heard: FloatArray, s: Scratch) -> None:
    """Write I_k + N_k + 1 into noise."""
    n_ap, n_user = heard.shape
    o, a, received, noise = s.overlap, s.amplitude, s.of_overlap, s.noise
    for k in range(n_user):
        noise[k] = 0.0
    if rule.noncoherent:
        for m in range(n_ap):
            # L sum_j eta_mj gamma_mj: all of an AP's power, where eta shares it out.
            spent = rule.antennas * s.flood[m] if rule.mode == PRINTED_C else 1.0
            for k in range(n_user):
                noise[k] += spent * heard[m, k]
    coherent = rule.snr * rule.antennas * rule.antennas
    for k in range(n_user):
        for j in range(n_user):
            received[k, j] = o[k, j] * a[k, j]
        weighed = _inner(received, received, k) if rule.squares else _inner(received, a, k)
        noise[k] = coherent * weighed + rule.snr * noise[k] + 1.0


@_kernel
def _receive(rule: Reading, s: Scratch) -> float:
    """Return minus the sum of log2(1 + SINR_k); replace A and noise by derivatives by them, and write of_overlap."""
    o, a, of_o, noise = s.overlap, s.amplitude, s.of_overlap, s.noise
    coherent = rule.snr * rule.antennas * rule.antennas
    total = 0.0
    for k in range(len(noise)):
        ratio = coherent * a[k, k] * a[k, k] / noise[k]
        total -= math.log1p(ratio)
        every = math.log(2.0) * noise[k] * (1.0 + ratio)
        own = -2.0 * coherent * a[k, k] / every
        slope = ratio / every
        noise[k] = slope
        double = 2.0 * slope * coherent
        if rule.squares:
            for j in range(len(noise)):
                p = double * o[k, j] * a[k, j]
                of_o[k, j] = p * a[k, j]
                a[k, j] = p * o[k, j]
        else:
            for j in range(len(noise)):
                p = double * a[k, j]
                of_o[k, j] = 0.5 * p * a[k, j]
                a[k, j] = p * o[k, j]
        a[k, k] = own
    return total / math.log(2.0)


@_kernel
def _shared_power_back(rule: Reading, gain: FloatArray, heard: FloatArray, s: Scratch) -> None:
    """Replace the derivative by u by that by what is heard, for EQUAL and PRINTED_C."""
    n_ap, n_user = gain.shape
    sent, factor, of_beams = s.sent, s.factor, s.of_beams
    for m in range(n_ap):
        scale, of_flood = s.scale[m], 0.0
        if rule.mode == EQUAL:
            of_flood = -0.5 * rule.antennas * scale * scale * _inner(of_beams, s.beams, m)
        elif rule.noncoherent:
            for k in range(n_user):
                of_flood += rule.snr * rule.antennas * s.noise[k] * heard[m, k]
        for k in range(n_user):
            of_factor = (of_beams[m, k] * scale + of_flood * gain[m, k]) * sent[m, k]
            of_beams[m, k] = -of_factor * factor[m, k] * factor[m, k]


@_kernel
def _own_power_back(s: Scratch) -> None:
    """Replace the derivative by u by that by what is heard, for PER_USER."""
    factor, beams, of_beams = s.factor, s.beams, s.of_beams
    for m in range(factor.shape[0]):
        for k in range(factor.shape[1]):
            of_beams[m, k] *= -0.5 * factor[m, k] * beams[m, k]


@_kernel
def _symmetric(rule: Reading, s: Scratch) -> None:
    """Complete of_overlap by what `amplitude` holds, the derivative through what is heard, and add its transpose."""
    o, heard = s.of_overlap, s.amplitude
    for k in range(len(s.noise)):
        # o_kk counts in what is heard alone, and not at all where it is 1.
        o[k, k] = 2.0 * heard[k, k] if rule.literal else 0.0
        for j in range(k):
            both = (o[k, j] + o[j, k]) + (heard[k, j] + heard[j, k])
            o[k, j] = both
            o[j, k] = both


@_kernel
def evaluate(
    rule: Reading, beta: FloatArray, heard: FloatArray, given: FloatArray, loss: FloatArray, slope: FloatArray
) -> None:
    """Write minus the sum rates of B networks into loss (B,), and their derivatives by what is given into slope.

    beta, heard (B, M, K): gains, and what of them counts in N_k; given (B, K, tau): q, or logits if the rule says so;
    slope (B, K, tau), or (0, K, tau) where no derivative is wanted. All in C order, no axis empty.
    """
    n_network, n_ap, n_user = beta.shape
    square, wide, row = np.empty((3, n_user, n_user)), np.empty((4, n_ap, n_user)), np.empty((2, n_ap))
    q, noise = np.empty(given.shape[1:]), np.empty(n_user)
    s = Scratch(q, square[0], square[1], square[2], wide[0], wide[1], wide[2], wide[3], row[0], row[1], noise)
    for b in range(n_network):
        gain = beta[b]
        _share(given[b], rule.logits, s.q)
        np.dot(s.q, s.q.T, s.overlap)
        if not rule.literal:
            for k in range(n_user):
                s.overlap[k, k] = 1.0
        np.dot(gain, s.overlap, s.factor)
        for k in range(n_user):
            s.overlap[k, k] = 0.0
        _factors(rule, s.factor)
        if rule.mode == PER_USER:
            _own_power(rule, s)
        else:
            _shared_power(rule, gain, s)
        np.dot(gain.T, s.beams, s.amplitude)
        _disturb(rule, heard[b], s)
        loss[b] = _receive(rule, s)
        if len(slope) == 0:
            continue
        np.dot(gain, s.amplitude, s.of_beams)
        if rule.mode == PER_USER:
            _own_power_back(s)
        else:
            _shared_power_back(rule, gain, heard[b], s)
        np.dot(gain.T, s.of_beams, s.amplitude)
        _symmetric(rule, s)
        np.dot(s.of_overlap, s.q, slope[b])
        if rule.logits:
            _share_back(s.q, slope[b])
