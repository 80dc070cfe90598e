"""Targets, rewards and losses of both papers: G(8), G(11), G(12), G(18) and J(13), J(14), J(16)-(18), J(22).

The papers write rewards and targets as negative numbers, Q = -min_k R_k and Phi = -(a capacity). Here a target is
|Phi| = -Phi > 0, in bit/s/Hz, and L_assign = (Q - Phi)^2 = (|Phi| - min_k R_k)^2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench import radio
from qbench._check import finite_array, one_of
from qbench.papers.cloud_qnn.rates import as_assignment, check_snr, sum_last
from qbench.radio._arguments import complex_array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import BoolArray, FloatArray, IntArray

TARGETS = ("gram", "rank1", "rank1_half")

UNSERVED = -10.0
"""R_k of a user without AP in the loss: r_penalty = -10, the "negative reward" both texts describe (the default).

Printed is -r_penalty = +10, above which hardly a rate rises: the lowest R_k then ignores unserved users, and serving
one user with all APs can have the smaller loss (ERR-3). 0 is the rate without any penalty.
"""


def ap_targets(
    h_hat: ArrayLike, *, snr: ArrayLike, target: str = "gram", assignment: IntArray | None = None
) -> FloatArray:
    """Return sum_i log2(1 + lambda_i rho / N_lambda) of every AP, (..., M), bit/s/Hz: |Phi_precode|, J(18).

    `h_hat`: (..., M, K, J). `snr`: rho > 0, broadcasts to the leading axes. The papers speak of the eigenvalues lambda
    of a vector, h_mk, which has none; read is
    "gram": the J eigenvalues of H_m^H H_m, H_m (K, J) the rows of AP m, N_lambda = J; their sum is
        log2 det(I + rho/J H_m^H H_m), which is how it is computed;
    "rank1": the one eigenvalue ||h_mk||^2 of h_mk h_mk^H, N_lambda = 1: the rate of maximum ratio without interference,
        for the user k = a_m;
    "rank1_half": the same among N_lambda = J.
    `assignment` (..., M) is needed for the latter two; a silent AP's target is 0. "gram" and "rank1_half" are no upper
    bounds of the rate of a link: rows (1, 0), (0, 0), (0, 0) give log2(1 + rho/2) < log2(1 + rho). Raises ValueError
    for another target, a missing assignment, and shapes or values as in `rates`.
    """
    h = complex_array("h_hat", h_hat, ndim_at_least=3, hint="shape is (*batch, APs, users, antennas)")
    rho = check_snr(snr)[..., np.newaxis]
    n_tx = h.shape[-1]
    if one_of("target", target, TARGETS) == "gram":
        gram = np.conj(np.swapaxes(h, -1, -2)) @ h
        inner = np.eye(n_tx) + (rho / n_tx)[..., np.newaxis, np.newaxis] * gram
        return np.asarray(np.linalg.slogdet(inner)[1] / np.log(2.0))
    if assignment is None:
        raise ValueError(f"target {target!r} depends on the user of each AP; pass assignment=, or take 'gram'")
    a = as_assignment(assignment, h.shape[-3], h.shape[-2])
    if a.shape != h.shape[:-2]:
        raise ValueError(f"assignment must have shape {h.shape[:-2]}, one user an AP, got {a.shape}")
    mine = np.take_along_axis(h, np.maximum(a, 0)[..., np.newaxis, np.newaxis], axis=-2)[..., 0, :]
    strength = radio.beam_gain(mine, radio.maximum_ratio(mine))
    return radio.spectral_efficiency(np.where(a < 0, 0.0, rho * strength / (1 if target == "rank1" else n_tx)))


def network_target(
    h_hat: ArrayLike, *, snr: ArrayLike, target: str = "gram", assignment: IntArray | None = None
) -> FloatArray:
    """Return |Phi_assign| of G(12) and below J(14), (...), bit/s/Hz: the sum of `ap_targets` over the APs.

    "gram" depends on h_hat alone, as printed. It is an upper bound of min_k R_k for K = 3, J = 2 and rates from the
    same channel, and never attained: with x_m = ||h_m,a_m||^2, min_k R_k <= (1/3) sum_k R_k <= (1/3) sum_m log2(1 +
    rho x_m), as log(1 + a + b) <= log(1 + a) + log(1 + b), <= sum_m log2(1 + rho x_m/2), as the logarithm is concave,
    and the last is at most the sum over all eigenvalues, as the largest of H_m^H H_m is at least x_m.
    """
    return sum_last(ap_targets(h_hat, snr=snr, target=target, assignment=assignment))


def lowest_reward(rates: FloatArray, is_served: BoolArray, *, unserved: float = UNSERVED) -> FloatArray:
    """Return min_k R'_k = -Q of G(8), J(14), (...): R'_k = R_k (..., K) where user k is served, else `unserved`.

    Unit bit/s/Hz. Raises ValueError unless `unserved` is finite.
    """
    level = finite_array("unserved", unserved)
    each = np.where(is_served, rates, level)
    lowest = each[..., 0]
    # A reduction over a last axis of a few numbers costs numpy more than these.
    for k in range(1, each.shape[-1]):
        lowest = np.minimum(lowest, each[..., k])
    return lowest


def assignment_loss(
    rates: FloatArray,
    is_served: BoolArray,
    target: FloatArray,
    *,
    unserved: float = UNSERVED,
    normalised: bool = False,
) -> FloatArray:
    """Return L_assign of G(11), J(13), (...), in (bit/s/Hz)^2, or normalised, L/Phi^2 of G(18), J(22).

    `target`: |Phi| > 0, broadcasts against the leading axes of the rates (..., K). The papers place the normalised loss
    in [0, 1]; it is (1 + 10/|Phi|)^2 > 1 wherever a user is unserved, and lies there iff 0 <= min_k R'_k <= 2 |Phi|.
    Raises ValueError for a target that is not finite and above 0 (H = 0 has none), or a bad `unserved`.
    """
    ideal = finite_array("target", target)
    if ideal.min() <= 0:
        raise ValueError(f"target must be above 0, got {ideal.min()}; it is |Phi| = -Phi, and 0 only where H is 0")
    raw = np.square(ideal - lowest_reward(rates, is_served, unserved=unserved))
    return raw / np.square(ideal) if normalised else raw


def precoding_loss(rates: FloatArray, targets: FloatArray) -> FloatArray:
    """Return L_precode of J(17) for every AP, (..., M), in (bit/s/Hz)^2: (R_{m -> k} - |Phi_precode|)^2.

    `rates`: `rates.link_rates` (..., M). `targets`: `ap_targets` (..., M). Raises ValueError where shapes do not fit.
    """
    try:
        return np.square(rates - targets)
    except ValueError:
        raise ValueError(
            f"rates and targets must agree, got shapes {np.shape(rates)} and {np.shape(targets)}"
        ) from None
