"""Classical beams for the APs of an assignment: what the journal's edge networks are compared with, J(15).

Only |h^T v_m| of its own user enters R_{m -> k} of AP m, the interference being fixed by the others: maximum ratio is
optimal for J(15) where h is known, whatever the others do (Cauchy-Schwarz). For the sum rate it is not, as it ignores
what the beam does to other users; zero forcing and signal to leakage and noise are the competitors there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench import radio
from qbench._check import one_of
from qbench.papers.cloud_qnn.rates import as_assignment, check_interference, check_snr
from qbench.radio._arguments import complex_array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray
    from qbench.radio._arguments import ComplexArray

BEAMS = ("mr", "unconjugated", "equal_gain", "zf", "slnr")


def assigned_beams(
    h_hat: ArrayLike,
    assignment: IntArray,
    kind: str = "mr",
    *,
    snr: ArrayLike = 1.0,
    interference: ArrayLike = 1.0,
) -> ComplexArray:
    """Return v_m (*B, M, J), unit vectors, of APs that serve the users a_m of an assignment (*B, M).

    `h_hat`: known channels (*B, M, K, J). `kind`: "mr", conj(h)/||h||; "unconjugated", h/||h|| of J App. C;
    "equal_gain", the phases of mr at equal amplitudes; "zf", zero forcing towards the other users (with more users than
    antennas the limit of "slnr" at high SNR, as no beam nulls K - 1 >= J of them); "slnr", largest signal over leakage
    mu sum_{i != k} |h_i^T v|^2 plus noise 1/rho, which alone uses `snr` and `interference` (mu > 0). A silent AP gets
    the beam of user 0: `rates` gives it no power. Random beams: `radio.isotropic_beam(rng, (*B, M, J))`.
    Raises ValueError for another kind, mu = 0 with "slnr" (use "mr", its limit), and bad shapes or values.
    """
    h = complex_array("h_hat", h_hat, ndim_at_least=3, hint="shape is (*batch, APs, users, antennas)")
    a = as_assignment(assignment, h.shape[-3], h.shape[-2])
    if a.shape != h.shape[:-2]:
        raise ValueError(f"assignment must have shape {h.shape[:-2]}, one user an AP, got {a.shape}")
    if one_of("kind", kind, BEAMS) in {"zf", "slnr"}:
        noise = 0.0 if kind == "zf" else _leakage_noise(snr, interference)
        beams = radio.zero_forcing(h, noise)
        return np.take_along_axis(beams, np.maximum(a, 0)[..., np.newaxis, np.newaxis], axis=-2)[..., 0, :]
    mine = np.take_along_axis(h, np.maximum(a, 0)[..., np.newaxis, np.newaxis], axis=-2)[..., 0, :]
    if kind == "equal_gain":
        return radio.equal_gain(mine)
    return radio.maximum_ratio(mine) if kind == "mr" else radio.unit_beam(mine)


def beam_powers(channel: ArrayLike, beams: ArrayLike) -> FloatArray:
    """Return p_mk = |h_mk^T v_m|^2 (*B, M, K), power ratios, of channels (*B, M, K, J) and beams (*B, M, J).

    What `rates.user_rates` and `rates.link_rates` take. Raises ValueError for shapes that do not fit.
    """
    v = np.asarray(beams)
    if v.ndim < 2:
        raise ValueError(f"beams must have shape (*batch, APs, antennas), got {v.shape}")
    return radio.beam_gain(channel, v[..., np.newaxis, :])


def _leakage_noise(snr: ArrayLike, interference: ArrayLike) -> FloatArray:
    rho, mu = check_snr(snr), check_interference(interference)
    if mu.min() <= 0:
        raise ValueError(f"interference must be above 0 for 'slnr', got {mu.min()}; without leakage use kind 'mr'")
    # One value for a channel holds for all its APs.
    return (1.0 / (rho * mu))[..., np.newaxis]
