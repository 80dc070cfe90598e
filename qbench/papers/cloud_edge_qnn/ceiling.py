"""How far the loss of an edge can fall at all, by quadrature: the number behind the 71.9 % of Section V.

Maximum ratio is the best answer of an edge to any beams of the others, and an untrained network that is blind to the
relative phase of its antennas is a random beam. So c(rho) = 1 - E L(maximum ratio)/E L(random beam) is the largest drop
from such a start, for the target `rank1`, exactly known channels and beams of the others that do not depend on theirs
to this user. c -> 1 as rho -> 0: there the difference of R and |Phi| is of order rho for a random beam and rho^2 for
maximum ratio. c -> 0 as rho -> inf for mu > 0: both rates stay finite while |Phi| grows like log2 rho. The paper prints
no rho: whether its number can be reached at all follows from one that is missing.
"""

from __future__ import annotations

import numpy as np

from qbench._check import finite_array, in_interval, positive_int

NODES = 120


def mean_losses(
    snr: float, interference: float, *, strength: float, n_tx: int = 2, others: int = 3
) -> tuple[float, float]:
    """Return E L_precode of maximum ratio and of a random beam, (bit/s/Hz)^2.

    `strength`: E |h_j|^2 = d^-kappa of every link, channels iid CN; `others`: APs that disturb, with random beams. With
    x = ||h||^2 ~ Gamma(J), u = |h^T v|^2/||h||^2 ~ Beta(1, J - 1) and I ~ Gamma(others), each times `strength`, by
    Gaussian quadrature. Raises ValueError for values out of range and fewer than 2 antennas.
    """
    from scipy.special import gammaln, roots_genlaguerre, roots_legendre

    rho = float(finite_array("snr", snr))
    in_interval("snr", rho, 0.0, np.inf, lo_open=True)
    in_interval("interference", interference, 0.0, 1.0)
    in_interval("strength", strength, 0.0, np.inf, lo_open=True)
    j, m = positive_int("n_tx", n_tx, least=2), positive_int("others", others)
    x, wx = roots_genlaguerre(NODES, j - 1)
    i, wi = roots_genlaguerre(NODES, m - 1)
    s, ws = roots_legendre(NODES)
    s, ws = 0.5 * (s + 1.0), 0.5 * ws
    # u = s^4 puts nodes where the logarithm bends; density (J - 1)(1 - u)^(J - 2).
    u, wu = s**4, ws * 4.0 * s**3 * (j - 1) * (1.0 - s**4) ** (j - 2)
    wx, wi = wx / np.exp(gammaln(j)), wi / np.exp(gammaln(m))
    power = strength * x[:, np.newaxis]
    noise = rho * interference * strength * i + 1.0
    ideal = np.log2(1.0 + rho * power)
    best = np.square(np.log2(1.0 + rho * power / noise) - ideal)
    blind = np.square(np.log2(1.0 + rho * power[..., np.newaxis] * u / noise[:, np.newaxis]) - ideal[..., np.newaxis])
    return float(wx @ best @ wi), float(np.einsum("a,b,c,abc->", wx, wi, wu, blind))


def largest_drop(snr: float, interference: float, *, strength: float, n_tx: int = 2, others: int = 3) -> float:
    """Return c(rho) in [0, 1], a share; arguments and errors as `mean_losses`."""
    best, blind = mean_losses(snr, interference, strength=strength, n_tx=n_tx, others=others)
    return 1.0 - best / blind


def last_snr_db(drop: float, interference: float, *, strength: float, n_tx: int = 2, others: int = 3) -> float:
    """Return the SNR in decibels up to which a fall by the share `drop` is possible: c falls with the SNR.

    Searched from -60 to 200 dB. Raises ValueError where c does not pass `drop` there, and as `mean_losses`.
    """
    from scipy.optimize import brentq

    def excess(snr_db: float) -> float:
        return largest_drop(10.0 ** (snr_db / 10.0), interference, strength=strength, n_tx=n_tx, others=others) - drop

    if excess(-60.0) <= 0.0 or excess(200.0) >= 0.0:
        raise ValueError(f"no SNR from -60 to 200 dB has {drop} for its largest fall; take a share that it passes")
    return float(brentq(excess, -60.0, 200.0, xtol=1e-9))
