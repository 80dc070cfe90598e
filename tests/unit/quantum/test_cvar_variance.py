"""The sampling variance of the CVaR estimator, summed exactly over all counts of a law with three atoms."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from scipy.stats import binom

from qbench.quantum.cvar import cvar, cvar_sampling_variance, cvar_variance_bound

ENERGIES = np.array([-2.0, 0.5, 3.0])
LAWS = [np.array([0.2, 0.5, 0.3]), np.array([0.4, 0.35, 0.25]), np.array([0.12, 0.18, 0.7])]


@lru_cache(maxsize=1)
def binomials(shots: int, share: float) -> np.ndarray:
    """Return the law of N_1 (columns) for every N_2 (rows)."""
    counts = np.arange(shots + 1)
    return binom.pmf(counts[None, :], counts[:, None], share)


def mean_and_variance(law: np.ndarray, alpha: float, shots: int) -> tuple[float, float]:
    """Return both moments of the mean of the m = floor(alpha K) lowest of K samples.

    With N_j samples at or below level j the sum of the m lowest is m E_3 - sum_j (E_{j+1} - E_j) min(m, N_j), j = 1, 2.
    """
    m = int(alpha * shots)
    counts = np.arange(shots + 1)
    upper = np.minimum(m, counts)
    two = binom.pmf(counts, shots, law[0] + law[1])
    # N_1 given N_2 is binomial.
    one_of_two = binomials(shots, float(law[0] / (law[0] + law[1])))
    low, high = np.diff(ENERGIES)
    conditional = one_of_two @ upper
    mean_1, mean_2 = two @ conditional, two @ upper
    square_1, square_2 = two @ (one_of_two @ upper**2), two @ upper**2
    product = two @ (upper * conditional)
    mean = ENERGIES[2] - (low * mean_1 + high * mean_2) / m
    spread = low**2 * (square_1 - mean_1**2) + high**2 * (square_2 - mean_2**2)
    return mean, (spread + 2.0 * low * high * (product - mean_1 * mean_2)) / m**2


@pytest.mark.parametrize("alpha", [0.05, 0.25, 0.5, 1.0])
@pytest.mark.parametrize("law", LAWS, ids=["a", "b", "c"])
def test_variance_times_shots_is_the_tail_formula_on_regular_laws(law: np.ndarray, alpha: float) -> None:
    shots = 2000
    mean, variance = mean_and_variance(law, alpha, shots)
    limit = float(cvar_sampling_variance(ENERGIES, law, alpha))
    assert shots * variance == pytest.approx(limit, rel=0.1, abs=1e-6)
    assert abs(mean - float(cvar(ENERGIES, law, alpha)[0])) <= 5.0 * np.sqrt(limit / shots) + 1e-9
    assert variance <= cvar_variance_bound(5.0, alpha, shots) * (1.0 + 1e-9)


def test_moments_of_two_samples_by_hand() -> None:
    law = np.array([0.5, 0.25, 0.25])
    # The lower of two: -2 with 3/4, 0.5 with 3/16, 3 with 1/16.
    masses = np.array([3 / 4, 3 / 16, 1 / 16])
    mean, variance = mean_and_variance(law, 0.5, 2)
    assert mean == pytest.approx(masses @ ENERGIES)
    assert variance == pytest.approx(masses @ ENERGIES**2 - (masses @ ENERGIES) ** 2)


def test_where_the_law_has_a_gap_at_alpha_the_formula_does_not_hold() -> None:
    # Two atoms, P(low) = alpha = 0.1: K Var tends to (1 - a)/a (1/2 - 1/(2 pi)) times the gap squared, not to 0.
    law = np.array([0.1, 1e-12, 0.9 - 1e-12])
    _, variance = mean_and_variance(law, 0.1, 2000)
    assert 2000 * variance / 25.0 == pytest.approx(0.9 / 0.1 * (0.5 - 0.5 / np.pi), rel=0.05)
