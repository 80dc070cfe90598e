"""Median and interquartile mean."""

import math

import numpy as np
import pytest
from scipy import stats

from qbench.evidence.statistics import IQM, Median
from qbench.evidence.statistics.bootstrap import interquartile_mean

RNG = np.random.default_rng(8)
X = RNG.gamma(2.0, size=25)
BOTH = pytest.mark.parametrize(
    ("statistic", "location"), [(Median("x"), np.median), (IQM("x"), interquartile_mean)], ids=["median", "IQM"]
)


@pytest.fixture
def rng():
    return np.random.default_rng(9)


@pytest.mark.parametrize(
    ("x", "mean"),
    [
        ([1.0, 2.0, 3.0, 4.0], 2.5),
        ([0.0, 1.0, 2.0, 100.0], 1.5),
        # n = 5: the middle half holds 2.5 units: the middle three, the outer two of them three quarters each.
        ([1.0, 2.0, 3.0, 4.0, 50.0], (0.75 * 2.0 + 3.0 + 0.75 * 4.0) / 2.5),
        # n = 6: 3 units: half of the second and fifth, the whole third and fourth.
        ([0.0, 1.0, 5.0, 6.0, 9.0, 99.0], (0.5 + 5.0 + 6.0 + 4.5) / 3.0),
        ([7.0], 7.0),
    ],
)
def test_interquartile_mean_by_hand(x, mean):
    for order in (x, x[::-1]):
        assert float(interquartile_mean(np.array(order))) == pytest.approx(mean)


def test_interquartile_mean_is_scipys_trimmed_mean_where_quarters_are_whole(rng):
    x = rng.normal(size=24)
    assert float(interquartile_mean(x)) == pytest.approx(stats.trim_mean(x, 0.25))


def test_interquartile_mean_along_an_axis(rng):
    x = rng.normal(size=(3, 9))
    assert interquartile_mean(x).tolist() == pytest.approx([float(interquartile_mean(row)) for row in x])
    assert interquartile_mean(x.T, axis=0).tolist() == interquartile_mean(x).tolist()


@BOTH
@pytest.mark.parametrize("alpha", [0.005, 0.035])
def test_interval_is_the_bca_of_scipy(statistic, location, alpha):
    got = statistic.estimate({"x": X}, alpha)
    # Another seed: two bootstraps agree up to their own noise, far below the interval's width.
    wanted = stats.bootstrap((X,), location, n_resamples=20_000, confidence_level=1 - 2 * alpha, rng=3)
    width = wanted.confidence_interval.high - wanted.confidence_interval.low
    assert got.lo == pytest.approx(wanted.confidence_interval.low, abs=0.1 * width)
    assert got.hi == pytest.approx(wanted.confidence_interval.high, abs=0.1 * width)
    assert got.value == pytest.approx(float(location(X)))
    assert got.sd == pytest.approx(math.sqrt(25) * wanted.standard_error, rel=0.05)
    assert (got.n, got.alpha) == (25, alpha)


@BOTH
def test_equal_columns_give_equal_bits(statistic, location):
    assert statistic.estimate({"x": X}, 0.01) == statistic.estimate({"x": X.copy()}, 0.01)


@BOTH
def test_a_lower_level_gives_a_wider_interval(statistic, location):
    wide, narrow = (statistic.estimate({"x": X}, alpha) for alpha in (0.005, 0.05))
    assert wide.lo < narrow.lo < narrow.hi < wide.hi


@BOTH
@pytest.mark.parametrize(("n", "bounded"), [(5, False), (19, False), (20, True)])
def test_below_twenty_units_nothing_is_known(statistic, location, n, bounded):
    got = statistic.estimate({"x": X[:n]}, 0.01)
    assert got.value == pytest.approx(float(location(X[:n])))
    assert (math.isfinite(got.lo), math.isfinite(got.hi)) == (bounded, bounded)


@BOTH
@pytest.mark.parametrize("ones", [1, 8, 9, 12, 19])
def test_ties_never_narrow_the_interval_to_nothing(statistic, location, ones):
    # Among ties the acceleration of BCa is 0/0; no warning, and no interval that pretends to know.
    x = np.array([0.0] * (20 - ones) + [1.0] * ones)
    got = statistic.estimate({"x": x}, 0.01)
    assert got.lo < got.hi
    assert got.lo <= got.value <= got.hi


@BOTH
@pytest.mark.parametrize("n", [5, 20, 23])
def test_a_constant_is_its_own_location(statistic, location, n):
    got = statistic.estimate({"x": np.full(n, 0.1)}, 0.01)
    assert (got.value, got.lo, got.hi, got.sd) == (0.1, 0.1, 0.1, 0.0)


def test_rounding_is_no_spread(rng):
    u = 100.0 * rng.random(20)
    columns = {"a": u * 1.1, "b": u + 0.1 * u}
    assert np.ptp(columns["a"] - columns["b"]) > 0.0
    got = Median({"a": 1, "b": -1}).estimate(columns, 0.01)
    assert (got.value, got.sd) == (0.0, 0.0)


@BOTH
def test_one_unit_carries_no_interval(statistic, location):
    with pytest.raises(ValueError, match="needs at least 2 units, got 1"):
        statistic.estimate({"x": np.array([1.0])}, 0.01)
