"""The rates of Eq. (3) against the signals they stand for: moments of drawn channels and estimates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qbench import radio
from qbench._check import positive_int
from qbench.papers.hqcnn.rates import Link, gamma, power_control, user_rates

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray
    from qbench.papers._study import Columns, Params, Streams

N_AP, PILOTS = 4, (0, 0, 1)
"""The systems of the study: four access points, three users, the first two on one pilot of two."""
GAINS, SNRS = (1e-3, 1e3), (1e-1, 1e3)
"""Ranges of the gains and of both SNRs, power ratios; uniform in their logarithms."""


def moments(params: Params, streams: Streams, units: range) -> Columns:
    """Sum rates by `drawn_rates` and by Eq. (3), means over `systems` random systems, bit/s/Hz.

    Params: systems, draws, mode, n_antenna. Columns: drawn, formula; low, high: the smallest and the largest ratio of
    the two over the systems.
    """
    count, draws = positive_int("systems", params["systems"]), positive_int("draws", params["draws"])
    pilots = np.array(PILOTS)
    rows = []
    for unit in units:
        kinds = radio.spawn(streams.rng("instance", unit), 3)
        beta = _log_uniform(kinds[0], (count, N_AP, len(PILOTS)), GAINS)
        snrs = [_log_uniform(kind, (count,), SNRS) for kind in kinds[1:]]
        pairs = []
        for b, rng in enumerate(radio.spawn(streams.rng("shots", unit), count)):
            link = Link(
                n_pilot=max(PILOTS) + 1,
                n_antenna=cast("Any", params["n_antenna"]),
                pilot_snr=float(snrs[0][b]),
                downlink_snr=float(snrs[1][b]),
                bandwidth_hz=1.0,
                mode=cast("Any", params["mode"]),
            )
            pairs.append(
                (drawn_rates(rng, beta[b], pilots, link, draws).sum(), user_rates(beta[b], pilots, link).sum())
            )
        drawn, formula = np.array(pairs).T
        ratio = drawn / formula
        rows.append((drawn.mean(), formula.mean(), ratio.min(), ratio.max()))
    return dict(zip(("drawn", "formula", "low", "high"), np.array(rows).T.copy(), strict=True))


def drawn_rates(rng: np.random.Generator, beta: FloatArray, pilots: IntArray, link: Link, draws: int) -> FloatArray:
    """Return R_k (K,), bit/s, of one system: gains (M, K), pilots (K,), by `draws` draws of its channels.

    a_kj = sqrt(rho_d) sum_m sqrt(eta_mj) g_mk^T conj(ghat_mj) is what user k hears of symbol j, and a receiver that
    knows E a_kk alone has the SINR S_k/(sum_j E |a_kj|^2 - S_k + 1), S_k = |E a_kk|^2: S_k is the product of the means
    over two halves of the draws, without bias. Estimates are LMMSE, c_mk by our correction of the text after Eq. (1),
    eta by `power_control`. Raises ValueError for fewer than two draws.
    """
    positive_int("draws", draws, least=2)
    m, k = beta.shape
    channel_rng, noise_rng = radio.spawn(rng, 2)
    g = np.sqrt(beta)[..., np.newaxis] * radio.complex_gaussian(channel_rng, (draws, m, k, link.n_antenna))
    w = radio.complex_gaussian(noise_rng, (draws, m, link.n_pilot, link.n_antenna))
    same = (pilots[:, np.newaxis] == pilots).astype(np.float64)
    t = link.training
    heard = math.sqrt(t) * np.einsum("dmjl,jk->dmkl", g, same) + w[:, :, pilots]
    c = math.sqrt(t) * beta / (t * beta @ same + 1.0)
    estimate = c[..., np.newaxis] * heard
    eta = power_control(gamma(beta, pilots, link), link)
    beams = np.sqrt(link.downlink_snr * eta)[..., np.newaxis] * estimate.conj()
    a = np.einsum("dmkl,dmjl->dkj", g, beams)
    own = np.diagonal(a, axis1=1, axis2=2)
    half = draws // 2
    signal = (own[:half].mean(axis=0) * own[half:].mean(axis=0).conj()).real
    power = (np.abs(a) ** 2).mean(axis=0).sum(axis=-1)
    return radio.rate_from_sinr(signal / (power - signal + 1.0), link.bandwidth_hz)


def _log_uniform(rng: np.random.Generator, shape: tuple[int, ...], ends: tuple[float, float]) -> FloatArray:
    lo, hi = np.log(ends)
    return np.asarray(np.exp(lo + (hi - lo) * rng.random(shape)))
