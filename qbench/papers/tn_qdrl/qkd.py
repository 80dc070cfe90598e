"""Quantum key distribution: from a source of entangled pairs to the rate of secret keys, Eqs. (1)-(12), corrected.

Every function takes arrays that broadcast. The equations as printed, where they differ, are in `qkd_printed`; the noise
of Eqs. (7) and (8) is in `channel_noise`.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array
from qbench.radio._arguments import nonnegative, positive, refuse, same_grid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray

SHARE_HINT = "give a share: 80 % is 0.8"


def shares(name: str, values: ArrayLike, *, top: float = 1.0, hint: str = SHARE_HINT) -> FloatArray:
    """Return `values` as float64; ValueError unless all lie in [0, top]."""
    array = finite_array(name, values)
    refuse(name, array, (array < 0) | (array > top), f"in [0, {top:g}]", hint)
    return array


def entangled_rate(
    length_km: ArrayLike, *, source_rate: ArrayLike, state_angle: ArrayLike, source_loss_per_km: ArrayLike
) -> FloatArray:
    """Return k_ent = v_s sin^2(theta_k) exp(-sigma l), Eq. (1), pairs/s.

    `length_km`: l; `source_rate`: v_s, pairs/s; `state_angle`: theta_k, rad; `source_loss_per_km`: sigma, 1/km. With
    Eq. (5) the signal (6) is attenuated twice, so sigma is read as a loss of source and coupling. Raises ValueError for
    values that are negative (but for the angle) or not finite, and for shapes that do not broadcast.
    """
    length, loss = nonnegative("length_km", length_km), nonnegative("source_loss_per_km", source_loss_per_km)
    rate, angle = nonnegative("source_rate", source_rate), finite_array("state_angle", state_angle)
    same_grid(length_km=length, source_rate=rate, state_angle=angle, source_loss_per_km=loss)
    return np.asarray(rate * np.square(np.sin(angle)) * np.exp(-loss * length))


def visibility(phase: ArrayLike, phase_noise: ArrayLike) -> FloatArray:
    """Return V_I = abs(cos theta_I)/(1 + rho), Eq. (2), in [0, 1].

    `phase`: theta_I, rad; `phase_noise`: rho. Raises ValueError for a negative rho (V_I would exceed 1) and shapes that
    do not broadcast.
    """
    angle = finite_array("phase", phase)
    noise = nonnegative("phase_noise", phase_noise, hint="below 0 the visibility would exceed 1")
    same_grid(phase=angle, phase_noise=noise)
    return np.asarray(np.abs(np.cos(angle)) / (1.0 + noise))


def detector_efficiency(
    temperature_k: ArrayLike, *, reference_k: float, at_reference: float, loss_per_k: float
) -> FloatArray:
    """Return eta = clip(eta_int (1 - mu (F - F_0)), 0, 1), Eq. (3) corrected, a share.

    `temperature_k`: F, K; `reference_k`: F_0, K; `at_reference`: eta_int, the efficiency at F_0; `loss_per_k`: mu, 1/K.
    The print multiplies by F - F_0 in place of 1 minus mu times it: 0 at F_0, and in kelvin. Raises ValueError for
    temperatures below 0 K and an eta_int outside [0, 1].
    """
    temperature = nonnegative("temperature_k", temperature_k, hint="give kelvin")
    reference = nonnegative("reference_k", reference_k, hint="give kelvin")
    at, loss = shares("at_reference", at_reference), finite_array("loss_per_k", loss_per_k)
    return np.asarray(np.clip(at * (1.0 - loss * (temperature - reference)), 0.0, 1.0))


def system_efficiency(efficiency: ArrayLike, coupling: ArrayLike) -> FloatArray:
    """Return eta_sys = eta_ot eta_i, Eq. (4) corrected, a share.

    `efficiency`: eta_i of the link's own detector; `coupling`: eta_ot. The print adds the efficiencies of all nodes'
    detectors: two of 0.8 give 1.6. Raises ValueError for shares outside [0, 1] and shapes that do not broadcast.
    """
    own, rest = shares("efficiency", efficiency), shares("coupling", coupling)
    same_grid(efficiency=own, coupling=rest)
    return np.asarray(rest * own)


def transmission(length_km: ArrayLike, loss_db_per_km: ArrayLike) -> FloatArray:
    """Return p = 10^(-alpha l/10), Eq. (5) corrected: the share of states that arrive.

    `length_km`: l; `loss_db_per_km`: alpha. The print has e in place of 10, which a loss in dB does not allow. Raises
    ValueError for negative or non-finite values and shapes that do not broadcast.
    """
    length, loss = nonnegative("length_km", length_km), nonnegative("loss_db_per_km", loss_db_per_km)
    same_grid(length_km=length, loss_db_per_km=loss)
    return np.asarray(np.power(10.0, -loss * length / 10.0))


def signal_rate(pairs: ArrayLike, arriving: ArrayLike, efficiency: ArrayLike) -> FloatArray:
    """Return s = k_ent p eta_sys, Eq. (6), detected signals, 1/s.

    `pairs`: k_ent, pairs/s; `arriving`: p; `efficiency`: eta_sys. Raises ValueError for negative pairs, shares outside
    [0, 1] and shapes that do not broadcast.
    """
    rate, p, eta = nonnegative("pairs", pairs), shares("arriving", arriving), shares("efficiency", efficiency)
    same_grid(pairs=rate, arriving=p, efficiency=eta)
    return np.asarray(rate * p * eta)


def error_rate(fringe: ArrayLike, signal: ArrayLike, noise: ArrayLike, *, other_errors: ArrayLike = 0.0) -> FloatArray:
    """Return Q = clip((1 - V_I s/(s + N))/2 + err, 0, 1/2), Eq. (9) corrected: the share of wrong bits.

    `fringe`: V_I; `signal`: s, 1/s; `noise`: N, 1/s, above 0; `other_errors`: err. A signal errs with (1 - V_I)/2,
    noise with 1/2, so their mixture errs with (1 - V_I s/(s + N))/2; without noise this is the QBER that Table II lists
    for its visibilities. The print has exp(eta_sys) p s/N in place of s/(s + N), which has no bound: Q falls below 0.
    Raises ValueError for shares outside [0, 1], a negative signal, noise not above 0 and shapes that do not broadcast.
    """
    v, s = shares("fringe", fringe), nonnegative("signal", signal)
    n = positive("noise", noise, hint="a detector without dark counts still needs a floor, such as 1e-9")
    err = shares("other_errors", other_errors, top=0.5, hint="a bit that is wrong half the time says nothing")
    same_grid(fringe=v, signal=s, noise=n, other_errors=err)
    return np.asarray(np.clip(0.5 * (1.0 - v * s / (s + n)) + err, 0.0, 0.5))


def binary_entropy(probability: ArrayLike) -> FloatArray:
    """Return h(q) = -q log2 q - (1 - q) log2(1 - q), Eq. (10), bits; h(0) = h(1) = 0.

    Raises ValueError for a probability outside [0, 1]: the printed Eq. (9) gives such.
    """
    q = shares("probability", probability, hint="the printed Eq. (9) leaves [0, 1]; error_rate does not")
    # Rounding near 1/2 may not give more than a bit.
    return np.asarray(np.minimum(1.0, (_bits(q) + _bits(1.0 - q)) / log(2.0)))


def _bits(q: FloatArray) -> FloatArray:
    return np.asarray(-q * np.log(np.where(q > 0.0, q, 1.0)))


def security_margin(
    entropy: ArrayLike, *, n_sec: float, fluctuation: float = 1.0, entropy_weight: float = 1.0, epsilon: float = 0.0
) -> FloatArray:
    """Return Delta = sqrt(mu_1/n_sec) + mu_2 h + eps_sec, Eq. (11), without unit.

    `entropy`: h, bits; `n_sec`: signals behind a key; `fluctuation`: mu_1; `entropy_weight`: mu_2. Raises ValueError
    for an entropy outside [0, 1], an n_sec not above 0 and other values below 0.
    """
    h, n = shares("entropy", entropy, hint="a binary entropy is at most one bit"), positive("n_sec", n_sec)
    first, second = nonnegative("fluctuation", fluctuation), nonnegative("entropy_weight", entropy_weight)
    return np.asarray(np.sqrt(first / n) + second * h + nonnegative("epsilon", epsilon))


def key_rate(efficiency: ArrayLike, pairs: ArrayLike, error: ArrayLike, margin: ArrayLike) -> FloatArray:
    """Return K = max(0, eta_i k_ent (1 - Q) - Delta), Eq. (12) from 0 up, bit/s.

    `efficiency`: eta_i of the detector alone, as printed; `pairs`: k_ent, pairs/s; `error`: Q; `margin`: Delta. As the
    equation stands a rate loses a number without unit, loss in the fibre enters through Q <= 1/2 alone, and 1 - Q is no
    secret fraction: K is above 0 where no key can be distilled. Raises ValueError for shares outside [0, 1], negative
    pairs or margins and shapes that do not broadcast.
    """
    return np.asarray(np.maximum(0.0, printed_key_rate(efficiency, pairs, error, margin)))


def printed_key_rate(efficiency: ArrayLike, pairs: ArrayLike, error: ArrayLike, margin: ArrayLike) -> FloatArray:
    """Return eta_i k_ent (1 - Q) - Delta, Eq. (12) without its floor: what C2 speaks of. As `key_rate`."""
    eta, k = shares("efficiency", efficiency), nonnegative("pairs", pairs)
    q, delta = shares("error", error), nonnegative("margin", margin)
    same_grid(efficiency=eta, pairs=k, error=q, margin=delta)
    return np.asarray(eta * k * (1.0 - q) - delta)


def secret_fraction(error: ArrayLike, *, correction_cost: float = 1.0) -> FloatArray:
    """Return max(0, 1 - h(Q) (1 + f_EC)), the asymptotic secret fraction (Shor and Preskill 2000 for f_EC = 1).

    `error`: Q; `correction_cost`: f_EC, at least 0. It is 0 from Q = 0.1100278644 for f_EC = 1. Raises ValueError
    for an error rate outside [0, 1/2] and a negative cost.
    """
    q = shares("error", error, top=0.5, hint="above 1/2 flip every bit")
    cost = nonnegative("correction_cost", correction_cost)
    return np.asarray(np.maximum(0.0, 1.0 - binary_entropy(q) * (1.0 + cost)))


def standard_key_rate(
    efficiency: ArrayLike, pairs: ArrayLike, arriving: ArrayLike, error: ArrayLike, *, correction_cost: float = 1.0
) -> FloatArray:
    """Return K = eta_i k_ent p max(0, 1 - h(Q) (1 + f_EC)), bit/s: what Eq. (12) stands for, with loss and fraction.

    Arguments as in `key_rate` and `secret_fraction`; `arriving`: p. Raises ValueError as they do.
    """
    eta, k = shares("efficiency", efficiency), nonnegative("pairs", pairs)
    p, fraction = shares("arriving", arriving), secret_fraction(error, correction_cost=correction_cost)
    same_grid(efficiency=eta, pairs=k, arriving=p, error=fraction)
    return np.asarray(eta * k * p * fraction)
