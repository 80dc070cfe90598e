"""Numbers with a source, closed forms, and every error message of `qbench.quantum.cvar`."""

import re
import subprocess
import sys

import numpy as np
import pytest

from qbench.quantum.cvar import (
    cvar,
    cvar_of_counts,
    cvar_of_samples,
    cvar_sampling_variance,
    cvar_variance_bound,
    lower_quantile,
)

ENERGIES, MASSES = [-2.0, -1.0], [0.6, 0.4]


def midpoints(quantile, size=200_000):
    """Equal atoms at a continuous law's quantiles: its CVaR up to O(1/size)."""
    return quantile((np.arange(size) + 0.5) / size), np.full(size, 1 / size)


@pytest.mark.parametrize(("alpha", "expected"), [(0.8, -1.75), (0.6, -2.0), (0.1, -2.0), (1.0, -1.6)])
def test_boundary_atom_is_split(alpha, expected):
    assert cvar(ENERGIES, MASSES, alpha)[0] == pytest.approx(expected, abs=1e-15)


def test_value_and_cotangent_have_the_documented_form():
    value, cotangent = cvar([3.0, 0.0, 1.0, 9.0], [0.25, 0.25, 0.25, 0.25], 0.6)
    assert value == pytest.approx((0.25 * 0 + 0.25 * 1 + 0.1 * 3) / 0.6, abs=1e-15)
    assert cotangent == pytest.approx(np.array([0, -3, -2, 0]) / 0.6, abs=1e-15)


def test_at_alpha_one_the_cotangent_counts_atoms_without_mass():
    """The mean is linear: moving mass to an empty high level must cost its energy."""
    _, cotangent = cvar([0.0, 1.0, 50.0], [0.5, 0.5, 0.0], 1.0)
    assert cotangent == pytest.approx([-50, -49, 0])


def test_repeated_energies_count_together():
    split = cvar([1.0, 0.0, 1.0, 0.0], [0.2, 0.3, 0.3, 0.2], 0.7)[0]
    assert split == pytest.approx(float(cvar([0.0, 1.0], [0.5, 0.5], 0.7)[0]), abs=1e-15)


def test_quantile_is_the_left_one_and_survives_rounding():
    tenths = np.full(10, 0.1)  # eight tenths cumulate to 0.7999999999999999
    assert [float(lower_quantile(np.arange(10.0), tenths, k / 10)) for k in range(1, 11)] == list(range(10))
    assert lower_quantile([0.0, 1.0, 2.0], [0.0, 1.0, 0.0], 1e-15) == 1
    # A sum just below 1 must not put the quantile on a level without mass.
    assert lower_quantile([0.0, 1.0, 1e9], [0.5, 0.5 - 5e-9, 0.0], 1 - 1e-12) == 1


def test_leading_axes_are_a_batch():
    p = np.full((2, 3, 4), 0.25)
    value, cotangent = cvar(np.arange(4.0), p, 0.5)
    assert value.shape == (2, 3)
    assert cotangent.shape == (2, 3, 4)
    assert np.all(value == 0.5)
    assert cvar_sampling_variance(np.arange(4.0), p, 0.6).shape == (2, 3)
    assert cvar_of_samples(p, 0.5).shape == (2, 3)


@pytest.mark.parametrize(
    ("convention", "alpha", "expected"),
    [("floor", 0.5, 1.5), ("floor", 0.7, 2.0), ("ceil", 0.7, 2.5), ("fractional", 0.7, (1 + 2 + 3 + 0.5 * 4) / 3.5)],
)
def test_samples_by_convention(convention, alpha, expected):
    x = [4.0, 1.0, 3.0, 2.0] if alpha == 0.5 else [5.0, 1.0, 4.0, 2.0, 3.0]
    assert cvar_of_samples(x, alpha, convention) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("convention", ["floor", "ceil", "fractional"])
def test_at_least_one_sample_is_taken(convention):
    assert cvar_of_samples([3.0, 1.0, 2.0], 0.01, convention) == 1


@pytest.mark.parametrize("convention", ["floor", "ceil", "fractional"])
def test_whole_alpha_k_is_not_lost_to_rounding(convention):
    """0.29 * 100 is 28.999999999999996 in floats, 29 samples in the text; 0.07 * 100 is 7.000000000000001."""
    x = np.arange(100.0)
    assert cvar_of_samples(x, 0.29, convention) == pytest.approx(14.0, abs=1e-12)
    assert cvar_of_samples(x, 0.07, convention) == pytest.approx(3.0, abs=1e-12)


@pytest.mark.parametrize("alpha", [0.05, 0.25, 0.5, 1.0])
def test_sampling_variance_of_uniform_and_exponential_tails(alpha):
    uniform = cvar_sampling_variance(*midpoints(lambda u: u), alpha)
    assert uniform == pytest.approx(alpha / 3 - alpha**2 / 4, rel=1e-3)
    exponential = cvar_sampling_variance(*midpoints(np.log), alpha)
    assert exponential == pytest.approx(2 / alpha - 1, rel=1e-3)


def test_sampling_variance_at_one_and_once_the_ground_level_fills_the_tail():
    assert cvar_sampling_variance([0.0, 1.0], [0.3, 0.7], 1.0) == pytest.approx(0.21, abs=1e-15)
    assert cvar_sampling_variance([0.0, 1.0], [0.3, 0.7], 0.2) == 0


def floor_moments(p_low, alpha, shots):
    """Exact mean and variance of the estimator on the law 0 with mass p_low, else 1 (binomial count of zeros)."""
    from scipy.stats import binom

    m = round(alpha * shots)
    zeros = np.arange(shots + 1)
    values = np.maximum(m - zeros, 0) / m
    weights = binom.pmf(zeros, shots, p_low)
    mean = weights @ values
    return mean, weights @ (values - mean) ** 2


def test_sampling_variance_is_the_limit_on_a_regular_law():
    limit = float(cvar_sampling_variance([0.0, 1.0], [0.2, 0.8], 0.5))
    assert 2000 * floor_moments(0.2, 0.5, 2000)[1] == pytest.approx(limit, rel=1e-3)


def test_sampling_variance_fails_where_alpha_sits_in_a_gap():
    """The documented limits of the formula: 3.07 against 0, and a bias of 3/sqrt(2 pi K)."""
    mean, variance = floor_moments(0.1, 0.1, 40_000)
    assert 40_000 * variance == pytest.approx(9 * (0.5 - 1 / (2 * np.pi)), rel=0.01)
    assert mean * 200 == pytest.approx(3 / np.sqrt(2 * np.pi), rel=0.01)
    assert cvar_sampling_variance([0.0, 1.0], [0.1, 0.9], 0.1) == 0


def test_variance_bound():
    assert cvar_variance_bound(2.0, 0.25, 1024) == 4 / (4 * 0.25**2 * 1024)
    assert cvar_variance_bound(1.0, 0.29, 100) == 100 / (4 * 29**2)
    assert cvar_variance_bound(1.0, 0.25, 10) == 10 / (4 * 2**2)  # floor(2.5)
    assert cvar_variance_bound(1.0, 0.01, 10) == 10 / 4


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cvar(ENERGIES, MASSES, 1.5), r"alpha must lie in (0, 1], got 1.5"),
        (lambda: cvar(ENERGIES, MASSES, 0.0), r"alpha must lie in (0, 1], got 0.0"),
        (lambda: cvar_of_samples([1.0], float("nan")), r"alpha must lie in (0, 1], got nan"),
        (lambda: lower_quantile(ENERGIES, MASSES, -1), r"alpha must lie in (0, 1], got -1"),
        (lambda: cvar([], [], 0.5), r"energies must not be empty, got shape (0,)"),
        (lambda: cvar(1.0, [1.0], 0.5), r"energies must have at least 1 axes, got shape ()"),
        (lambda: cvar([1.0, np.inf], MASSES, 0.5), r"energies must be finite, got inf at index (1,) (1 such)"),
        (lambda: cvar(ENERGIES, [np.nan, 1.0], 0.5), r"probabilities must be finite, got nan at index (0,) (1 such)"),
        (lambda: cvar(ENERGIES, [1.2, -0.2], 0.5), r"probabilities must be at least 0, got -0.2"),
        (lambda: cvar(ENERGIES, [0.5, 0.25], 0.5), r"probabilities must sum to 1 within 1e-08, got 0.75"),
        (lambda: cvar(ENERGIES, [[0.5, 0.5], [0.5, 0.25]], 0.5), r"sum to 1 within 1e-08, got 0.75"),
        (lambda: cvar([1.0], MASSES, 0.5), r"energies of shape (1,) do not fit probabilities of shape (2,)"),
        (
            lambda: cvar(np.zeros((3, 2)), MASSES, 0.5),
            r"energies of shape (3, 2) do not fit probabilities of shape (2,)",
        ),
        (lambda: cvar(np.zeros((3, 2)), np.full((4, 2), 0.5), 0.5), r"need (D,) or (*B, D)"),
        (lambda: cvar(ENERGIES, MASSES, 0.5, order=np.array([1, 0])), r"order does not sort the energies"),
        (
            lambda: cvar(ENERGIES, MASSES, 0.5, order=np.array([0])),
            r"order must have the shape of energies (2,), got (1,)",
        ),
        (lambda: cvar_of_samples([], 0.5), r"samples must not be empty, got shape (0,)"),
        (lambda: cvar_of_samples([np.nan], 0.5), r"samples must be finite, got nan"),
        (lambda: cvar_of_samples([1.0], 0.5, "flor"), r"got 'flor'; did you mean 'floor'?"),
        (lambda: cvar_of_counts([0.0, 1.0], [3, -1], 0.5), "counts must be whole numbers of at least 0, got -1"),
        (lambda: cvar_of_counts([0.0, 1.0], [3, 0.5], 0.5), "counts must be whole numbers of at least 0, got 0.5"),
        (lambda: cvar_of_counts([0.0, 1.0], [0, 0], 0.5), "same number of shots, at least 1, got [0.0]"),
        (lambda: cvar_of_counts([0.0, 1.0], [[1, 1], [1, 2]], 0.5), "same number of shots, at least 1, got [2.0, 3.0]"),
        (lambda: cvar_of_counts([0.0, 1.0], [1, 1], 1.5), "alpha must lie in (0, 1], got 1.5"),
        (lambda: cvar_variance_bound(-1.0, 0.5, 10), r"energy_range must lie in [0, inf), got -1.0"),
        (lambda: cvar_variance_bound(np.inf, 0.5, 10), r"energy_range must lie in [0, inf), got inf"),
        (lambda: cvar_variance_bound(1.0, 2.0, 10), r"alpha must lie in (0, 1], got 2.0"),
        (lambda: cvar_variance_bound(1.0, 0.5, 0), r"shots must be a whole number of at least 1, got 0"),
    ],
)
def test_errors_name_the_value_and_the_limit(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_importing_loads_nothing_heavy():
    code = (
        "import sys, qbench.quantum.cvar, qbench.quantum.ising\n"
        "sys.exit(repr({'torch', 'qiskit', 'qiskit_aer', 'pennylane', 'scipy'} & set(sys.modules) or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.strip() in {"", "''"}, done.stderr


@pytest.mark.parametrize("order", [np.array([1, 1]), np.array([0, 2]), np.array([-1, 0])])
def test_an_order_that_is_no_permutation_is_refused(order):
    with pytest.raises(ValueError, match="order must name every index once"):
        cvar([2.0, 1.0], [0.7, 0.3], 0.5, order=order)


def test_an_order_may_be_a_list():
    assert cvar([2.0, 1.0], [0.7, 0.3], 0.5, order=[1, 0])[0] == pytest.approx(1.4)
