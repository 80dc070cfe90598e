"""Rates of both papers: G(3)-(5) and J(4)-(5), for one assignment or many, over batches of channels.

An assignment is an integer array (..., M): a_m is the user 0..K-1 of AP m, and `SILENT` = -1 an AP that neither serves
nor disturbs. Powers p_mk (..., M, K) are |h_mk^T v_m|^2: what user k receives of AP m, before the transmit SNR rho.
J(5) prints A_m where A_k, the APs of user k, is meant. Rates are in bit/s/Hz.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench import radio
from qbench._check import finite_array, one_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import BoolArray, FloatArray, IntArray
    from qbench.papers.cloud_qnn.system import Channels

SILENT = -1
INFEASIBLE = ("user_zero", "zero_trial", "plus10")


def gain_table(channel: ArrayLike, beams: ArrayLike) -> FloatArray:
    """Return |h_mk^T v_mu|^2 (*B, M, U, K): what user k receives of AP m while it sends its beam number u.

    `channel`: h (*B, M, K, J). `beams`: v (*B, M, U, J), unit vectors, one for each user that m may serve. Raises
    ValueError for shapes that do not fit (different antennas, for example) and values that are not finite.
    """
    h, v = np.asarray(channel), np.asarray(beams)
    if h.ndim < 3 or v.ndim < 3 or h.shape[:-2] != v.shape[:-2]:
        raise ValueError(
            f"channel (*batch, APs, users, antennas) and beams (*batch, APs, beams, antennas) must agree but for the "
            f"last two axes, got shapes {h.shape} and {v.shape}"
        )
    return radio.beam_gain(h[..., np.newaxis, :, :], v[..., :, np.newaxis, :])


def mr_table(channels: Channels, *, rate_channel: str = "h", conjugate: bool = True) -> FloatArray:
    """Return the `gain_table` (*B, M, K, K) of beams matched to h_hat: beam u of AP m is conj(h_mu)/||h_mu||.

    The papers write h_m without the user; it is that of the user m serves. conjugate=False is the beam of J App. C,
    h_mu/||h_mu||, which loses 1.76 dB for two antennas (ERR-16). `rate_channel`: as `Channels.rated`.
    """
    beams = radio.maximum_ratio(channels.h_hat) if conjugate else radio.unit_beam(channels.h_hat)
    return gain_table(channels.rated(rate_channel), beams)


def received(table: FloatArray, assignment: IntArray) -> FloatArray:
    """Return p_mk (*B, *more, M, K) of a `gain_table` (*B, M, K, K) where AP m sends the beam of its user a_m.

    `assignment`: (*B, *more, M), for example (*B, k, M) for k candidates a channel. A silent AP's row is 0.
    Raises ValueError for other shapes, an empty assignment, and users that are not there.
    """
    n_ap, n_user = table.shape[-3], table.shape[-1]
    if table.ndim < 3 or table.shape[-2] != n_user:
        raise ValueError(f"table must have shape (*batch, APs, users, users), got {table.shape}; see gain_table")
    a = as_assignment(assignment, n_ap, n_user)
    batch = table.shape[:-3]
    if a.shape[: len(batch)] != batch or a.ndim <= len(batch):
        raise ValueError(f"assignment must have shape {(*batch, '...', n_ap)}, one user an AP, got {a.shape}")
    # One row of K powers for each (channel, AP, user served): a gather of whole rows, AP by AP, so that the powers of
    # an AP lie together in memory and the sums over APs below run over long stretches.
    rows = table.reshape(-1, n_user)
    start = n_user * np.arange(table[..., 0, 0].size).reshape(*batch, *(1,) * (a.ndim - 1 - len(batch)), n_ap)
    powers = np.empty((n_ap, *a.shape[:-1], n_user))
    for m in range(n_ap):
        np.take(rows, start[..., m] + np.maximum(a[..., m], 0), axis=0, out=powers[m])
        powers[m][a[..., m] < 0] = 0.0
    return np.moveaxis(powers, 0, -2)


def user_rates(powers: FloatArray, assignment: IntArray, *, snr: ArrayLike, interference: ArrayLike) -> FloatArray:
    """Return R_k of G(4), J(5), shape (..., K), bit/s/Hz: the APs of a user add up in power, all others disturb.

    R_k = log2(1 + rho sum_{m: a_m = k} p_mk / (rho mu sum_{m: a_m != k} p_mk + 1)); 0 for a user without AP. `powers`:
    p (..., M, K). `assignment`: (..., M). `snr`: rho > 0, a power ratio; `interference`: mu in [0, 1]; both broadcast
    against the leading axes, and may add to them. Raises ValueError for values out of range and shapes that do not fit.
    """
    powers, a, rho, mu = _arguments(powers, assignment, snr, interference)
    users = np.arange(powers.shape[-1])
    signal, disturbance = np.zeros((2, *powers.shape[:-2], powers.shape[-1]))
    # AP after AP: numpy's own sum groups terms by memory layout, and then the batch would change bits.
    for m in range(powers.shape[-2]):
        own = a[..., m, np.newaxis] == users
        signal += np.where(own, powers[..., m, :], 0.0)
        disturbance += np.where(own, 0.0, powers[..., m, :])
    return _rate(signal, disturbance, rho[..., np.newaxis], mu[..., np.newaxis])


def link_rates(powers: FloatArray, assignment: IntArray, *, snr: ArrayLike, interference: ArrayLike) -> FloatArray:
    """Return R_{m -> k} of G(3), J(4) with k = a_m, shape (..., M), bit/s/Hz; 0 for a silent AP.

    All other APs disturb, those that serve the same user too: the rates of the links of a user do not make up its R_k
    (ERR-22). Arguments and errors as `user_rates`.
    """
    powers, a, rho, mu = _arguments(powers, assignment, snr, interference)
    at = np.broadcast_to(np.maximum(a, 0)[..., np.newaxis, :], (*powers.shape[:-1], a.shape[-1]))
    # Entry (n, m): what the user of AP m receives of AP n.
    heard = np.take_along_axis(powers, at, axis=-1)
    n_ap = powers.shape[-2]
    signal = np.diagonal(heard, axis1=-2, axis2=-1)  # 0 for a silent AP, as its powers are
    disturbance = np.zeros(a.shape)
    for n in range(n_ap):
        disturbance += np.where(np.arange(n_ap) == n, 0.0, heard[..., n, :])
    return _rate(signal, disturbance, rho[..., np.newaxis], mu[..., np.newaxis])


def assigned_rates(table: FloatArray, assignment: IntArray, *, snr: ArrayLike, interference: ArrayLike) -> FloatArray:
    """Return R_k (*B, *more, K) of assignments (*B, *more, M) with the beams of a `gain_table` (*B, M, K, K).

    The composition of `received` and `user_rates`, with their errors.
    """
    return user_rates(received(table, assignment), assignment, snr=snr, interference=interference)


def served(assignment: IntArray, n_user: int) -> BoolArray:
    """Return which users have an AP, (..., K), for assignments (..., M); J(6c), J(8c) ask for all of them."""
    a, users = np.asarray(assignment), np.arange(n_user)
    result = np.zeros((*a.shape[:-1], n_user), dtype=np.bool_)
    for m in range(a.shape[-1]):
        result |= a[..., m, np.newaxis] == users
    return result


def feasible(assignment: IntArray, n_user: int) -> BoolArray:
    """Return which assignments (..., M) leave no user without AP, J(6c) and J(8c), shape (...)."""
    result: BoolArray = np.all(served(assignment, n_user), axis=-1)
    return result


def sum_rate(rates: FloatArray, is_served: BoolArray, *, infeasible: str = "user_zero") -> FloatArray:
    """Return R_sum of G(5), shape (...), bit/s/Hz, of user rates (..., K) and who is served (..., K).

    What a trial counts that leaves a user unserved: "user_zero": the rates of the others; "zero_trial": nothing, as
    J(8c) forbids it; "plus10": 10 for each such user, -r_penalty as printed (a control: it rewards the violation).
    A sum rate alone says little: serving one user with all APs has no interference, and beats every feasible
    assignment at high SNR (ERR-32). Show the share of feasible trials and the lowest rate beside it.
    """
    one_of("infeasible", infeasible, INFEASIBLE)
    rate = np.where(is_served, rates, 10.0 if infeasible == "plus10" else 0.0)
    total = sum_last(rate)
    return np.where(is_served.all(axis=-1), total, 0.0) if infeasible == "zero_trial" else total


def as_assignment(assignment: ArrayLike, n_ap: int, n_user: int) -> IntArray:
    """Return `assignment` (..., M) as int64; ValueError unless it names a user 0..K-1 or SILENT for each of M APs."""
    a = np.asarray(assignment)
    if a.size == 0:
        raise ValueError(f"assignment must not be empty, got shape {a.shape}; give one user for each of the {n_ap} APs")
    if a.dtype.kind not in "iu":
        raise ValueError(f"assignment must hold whole numbers, users 0..{n_user - 1}, got dtype {a.dtype}")
    if a.ndim < 1 or a.shape[-1] != n_ap:
        raise ValueError(
            f"assignment must have one user for each of the {n_ap} APs, shape (..., {n_ap}), got {a.shape}"
        )
    if a.min() < SILENT or a.max() >= n_user:
        raise ValueError(
            f"assignment must name users 0..{n_user - 1} ({n_user} users), or {SILENT} for a silent AP, got values "
            f"from {a.min()} to {a.max()}; the papers count users from 1"
        )
    return a.astype(np.int64, copy=False)


def check_snr(snr: ArrayLike) -> FloatArray:
    """Return the transmit SNR rho as floats; ValueError unless every one is finite and above 0 (a ratio, not dB)."""
    rho = finite_array("snr", snr, hint="give the power ratio of transmit power and noise; radio.db_to_linear converts")
    if rho.min() <= 0:
        raise ValueError(f"snr must be above 0, got {rho.min()}; it is a power ratio: radio.db_to_linear converts dB")
    return rho


def check_interference(interference: ArrayLike) -> FloatArray:
    """Return the interference factor mu as floats; ValueError unless every one lies in [0, 1]."""
    mu = finite_array("interference", interference)
    if mu.min() < 0 or mu.max() > 1:
        worst = mu.min() if mu.min() < 0 else mu.max()
        raise ValueError(
            f"interference must lie in [0, 1], got {worst}; it is the factor mu of J(4), 0.1 in the papers"
        )
    return mu


def _arguments(
    powers: FloatArray, assignment: IntArray, snr: ArrayLike, interference: ArrayLike
) -> tuple[FloatArray, IntArray, FloatArray, FloatArray]:
    if powers.ndim < 2:
        raise ValueError(f"powers must have shape (..., APs, users), got {powers.shape}")
    a = as_assignment(assignment, powers.shape[-2], powers.shape[-1])
    if a.shape != powers.shape[:-1]:
        raise ValueError(f"assignment must have shape {powers.shape[:-1]}, that of powers without users, got {a.shape}")
    rho, mu = check_snr(snr), check_interference(interference)
    try:
        np.broadcast_shapes(rho.shape, mu.shape, a.shape[:-1])
    except ValueError:
        raise ValueError(
            f"snr {rho.shape} and interference {mu.shape} must broadcast against the leading axes {a.shape[:-1]}; "
            "add axes of length 1"
        ) from None
    silent = a < 0
    heard = np.where(silent[..., np.newaxis], 0.0, powers) if silent.any() else powers
    return heard, a, rho, mu


def _rate(signal: FloatArray, disturbance: FloatArray, rho: FloatArray, mu: FloatArray) -> FloatArray:
    return radio.spectral_efficiency(rho * signal / (rho * mu * disturbance + 1.0))


def sum_last(values: FloatArray) -> FloatArray:
    """Return the sum over the last axis, term after term: its bits depend neither on the batch nor on the layout."""
    total = values[..., 0]
    for k in range(1, values.shape[-1]):
        total = total + values[..., k]
    return total
