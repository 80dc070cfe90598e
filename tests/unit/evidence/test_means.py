"""Means, differences, ratios and shares against scipy, brute force and hand."""

import math

import numpy as np
import pytest
from scipy import stats

from qbench.evidence.statistics import Exact, Mean, PairedDifference, RatioOfMeans, Share
from qbench.evidence.statistics.kernels import clopper_pearson, fieller, student, student_quantile

RNG = np.random.default_rng(5)
SAMPLES = [
    RNG.normal(size=5),
    RNG.exponential(size=10) * 1e6,
    RNG.integers(-3, 4, size=20).astype(float),
    1e-9 * RNG.normal(size=40),
    np.array([1.0, 2.0]),
]
ALPHAS = [0.005, 0.01, 0.035, 0.035 / 4, 1e-6, 0.3]


@pytest.fixture
def rng():
    return np.random.default_rng(6)


def interval(estimate):
    return estimate.lo, estimate.hi


# --- means ---


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("x", SAMPLES, ids=len)
def test_mean_is_the_t_test_of_scipy(x, alpha):
    got = Mean("x").estimate({"x": x}, alpha)
    wanted = stats.ttest_1samp(x, 0.0).confidence_interval(confidence_level=1.0 - 2.0 * alpha)
    assert interval(got) == pytest.approx((wanted.low, wanted.high), rel=1e-9)
    assert (got.value, got.sd) == (pytest.approx(x.mean()), pytest.approx(x.std(ddof=1)))
    assert (got.alpha, got.n, got.method) == (alpha, len(x), "Student t")


@pytest.mark.parametrize("alpha", ALPHAS)
def test_paired_difference_is_the_paired_t_test_of_scipy(rng, alpha):
    a, b = rng.normal(size=10), rng.normal(size=10)
    got = PairedDifference("a", "b").estimate({"a": a, "b": b}, alpha)
    wanted = stats.ttest_rel(a, b).confidence_interval(confidence_level=1.0 - 2.0 * alpha)
    assert interval(got) == pytest.approx((wanted.low, wanted.high), rel=1e-9)
    assert got.method == "paired Student t"


def test_a_paired_difference_is_the_mean_of_the_difference(rng):
    columns = {"a": rng.normal(size=10), "b": rng.normal(size=10)}
    paired = PairedDifference("a", "b").estimate(columns, 0.01)
    mean = Mean({"a": 1, "b": -1}).estimate(columns, 0.01)
    assert (paired.value, *interval(paired), paired.sd) == (mean.value, *interval(mean), mean.sd)


def test_the_quantile_has_alpha_above_it():
    # Printed tables of Student's t: 4 degrees of freedom, 0.5 % above; 9 and 1 %; 19 and 5 %.
    assert student_quantile(0.005, 5) == pytest.approx(4.604, abs=5e-4)
    assert student_quantile(0.010, 10) == pytest.approx(2.821, abs=5e-4)
    assert student_quantile(0.050, 20) == pytest.approx(1.729, abs=5e-4)


# --- ratios ---


def scanned(a, b, alpha, thetas):
    """Return the thetas that a paired t test of mean(a - theta b) = 0 does not reject."""
    keeps = [stats.ttest_1samp(a - theta * b, 0.0).pvalue >= 2.0 * alpha for theta in thetas]
    return thetas[np.array(keeps)]


@pytest.mark.parametrize("alpha", [0.005, 0.035])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_ratio_is_every_theta_that_the_t_test_keeps(rng, alpha, sign):
    b = sign * (3.0 + rng.normal(size=12))
    a = 2.0 * b + rng.normal(size=12)
    got = RatioOfMeans("a", "b").estimate({"a": a, "b": b}, alpha)
    step = (got.hi - got.lo) / 200.0
    thetas = got.value + step * np.arange(-300, 301)
    kept = scanned(a, b, alpha, thetas)
    assert kept.min() - step < got.lo <= kept.min()
    assert kept.max() <= got.hi < kept.max() + step
    assert got.value == pytest.approx(a.mean() / b.mean())
    assert got.sd == pytest.approx(((a - got.value * b) / b.mean()).std(ddof=1))


@pytest.mark.parametrize("spread", [1e-6, 1e-8, 1e-10])
def test_ratio_of_nearly_proportional_columns_keeps_its_width(rng, spread):
    # Solved as a quadratic in theta the interval of such columns drowns in cancellation: its sides came out at the
    # value itself, or a hundred times too far.
    b = 1.0 + rng.random(5)
    noise = rng.normal(size=5)
    got = RatioOfMeans("a", "b").estimate({"a": 2.0 * b + spread * noise, "b": b}, 0.005)
    exact = RatioOfMeans("a", "b").estimate({"a": noise, "b": b}, 0.005)
    assert got.lo - 2.0 == pytest.approx(spread * exact.lo, rel=1e-4)
    assert got.hi - 2.0 == pytest.approx(spread * exact.hi, rel=1e-4)


def test_ratio_to_a_constant_is_the_mean_over_it(rng):
    a = rng.normal(size=10)
    got = RatioOfMeans("a", "b").estimate({"a": a, "b": np.full(10, -2.0)}, 0.01)
    mean = Mean("x").estimate({"x": -a / 2.0}, 0.01)
    assert (got.value, *interval(got), got.sd) == pytest.approx((mean.value, *interval(mean), mean.sd))


def test_ratio_is_the_whole_line_where_the_denominator_may_be_zero():
    b = np.array([-1.0, 3.0, 0.5, -0.2, 1.1])
    got = RatioOfMeans("a", "b").estimate({"a": 5.0 + b, "b": b}, 0.005)
    assert interval(got) == (-math.inf, math.inf)
    assert math.isfinite(got.value)
    for zero in (np.array([1.0, -1.0, 0.0, 2.0, -2.0]), np.zeros(5)):
        assert interval(RatioOfMeans("a", "b").estimate({"a": b, "b": zero}, 0.005)) == (-math.inf, math.inf)


def test_ratio_is_bounded_just_where_the_denominator_is_not_zero():
    b = np.array([1.0, 2.0, 3.0, 4.0, 5.0]) + 0.8
    edge = stats.ttest_1samp(b, 0.0).pvalue / 2.0
    columns = {"a": b[::-1], "b": b}
    assert math.isfinite(RatioOfMeans("a", "b").estimate(columns, edge * 1.001).hi)
    assert math.isinf(RatioOfMeans("a", "b").estimate(columns, edge * 0.999).hi)


def test_ratio_is_no_mean_of_ratios():
    a, b = np.array([1.0, 1.0, 1.0]), np.array([1.0, 2.0, 3.0])
    assert RatioOfMeans("a", "b").estimate({"a": a, "b": b}, 0.3).value == pytest.approx(0.5)


# --- shares ---


@pytest.mark.parametrize("alpha", [0.005, 0.035, 0.035 / 3])
@pytest.mark.parametrize(("hits", "n"), [(0, 5), (5, 5), (1, 5), (7, 20), (19, 20), (40, 40)])
def test_share_is_the_exact_interval_of_scipy(hits, n, alpha):
    x = np.array([1.0] * hits + [0.0] * (n - hits))
    got = Share("x").estimate({"x": x}, alpha)
    wanted = stats.binomtest(hits, n).proportion_ci(confidence_level=1.0 - 2.0 * alpha, method="exact")
    assert interval(got) == pytest.approx((wanted.low, wanted.high), abs=1e-12)
    assert (got.value, got.n, got.sd) == (hits / n, n, pytest.approx(x.std(ddof=1)))
    assert got.method == "Clopper-Pearson"


def test_a_share_of_all_or_none_reaches_the_edge_and_has_no_spread():
    none = Share("x").estimate({"x": np.zeros(5)}, 0.01)
    every = Share("x").estimate({"x": np.ones(5)}, 0.01)
    assert (none.lo, every.hi, none.sd, every.sd) == (0.0, 1.0, 0.0, 0.0)


@pytest.mark.parametrize("wrong", [0.5, 2.0, -1.0])
def test_a_share_is_of_zeros_and_ones(wrong):
    with pytest.raises(ValueError, match=f"0 and 1, got .*{wrong}.*use Mean"):
        Share("x").estimate({"x": np.array([0.0, 1.0, wrong])}, 0.01)


# --- no spread ---


@pytest.mark.parametrize("constant", [0.1, 0.0, -7.3, 1e12, 1 / 3])
@pytest.mark.parametrize("n", [5, 20, 23])
def test_a_constant_is_its_own_mean(constant, n):
    # Summed and divided it need not be: 0.1 for 23 units gives 0.10000000000000002, outside of [0, 0.1].
    got = Mean("x").estimate({"x": np.full(n, constant)}, 0.005)
    assert (got.value, got.lo, got.hi, got.sd) == (constant, constant, constant, 0.0)


def rounding_noise(n):
    """Return two columns, equal in exact arithmetic, that differ by rounding."""
    u = 100.0 * np.random.default_rng(0).random(n)
    a, b = u * 1.1, u + 0.1 * u
    assert np.ptp(a - b) > 0.0
    return {"a": a, "b": b, "zero": np.zeros(n)}


@pytest.mark.parametrize(
    "statistic",
    [
        PairedDifference("a", "b"),
        Mean({"a": 1, "b": -1}),
        PairedDifference({"a": 1, "b": -1}, "zero"),
    ],
    ids=str,
)
def test_rounding_is_no_spread_and_no_difference(statistic):
    got = statistic.estimate(rounding_noise(20), 0.01)
    assert (got.value, got.lo, got.hi, got.sd) == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("statistic", [RatioOfMeans("a", "b"), RatioOfMeans({"a": 1, "b": -1}, "b")], ids=str)
def test_rounding_is_no_spread_of_a_ratio(statistic):
    got = statistic.estimate(rounding_noise(20), 0.01)
    assert got.sd == 0.0
    assert got.lo == got.value == got.hi


@pytest.mark.parametrize("size", [1e-11, 1e-9, 1e-3])
def test_a_spread_above_rounding_is_one(size):
    x = 1.0 + size * np.array([0.0, 1.0, 0.0, -1.0, 0.0])
    for columns, statistic in (
        ({"x": x}, Mean("x")),
        ({"x": x, "one": np.ones(5)}, PairedDifference("x", "one")),
        ({"x": x, "one": np.ones(5)}, RatioOfMeans("x", "one")),
    ):
        got = statistic.estimate(columns, 0.01)
        assert got.sd == pytest.approx(size * math.sqrt(0.5), rel=1e-4)
        assert got.lo < got.value < got.hi


def test_a_ratio_of_proportional_columns_is_a_point(rng):
    b = rng.random(5) + 1.0
    got = RatioOfMeans("a", "b").estimate({"a": 0.3 * b, "b": b}, 0.005)
    assert (got.sd, got.lo, got.hi) == (0.0, got.value, got.value)


# --- batches and the few ---


def test_a_batch_is_one_at_a_time(rng):
    x = rng.normal(size=(3, 4, 10))
    x[0, 0] = 7.1  # one without spread among others
    y = 2.0 + rng.normal(size=(3, 4, 10))
    y[1, 1] -= y[1, 1].mean()  # one whose interval is the line
    zero_one = (x > 0.0).astype(float)
    for whole, single in (
        (student(x, 0.01), lambda i: student(x[i], 0.01)),
        (fieller(x, y, 0.01), lambda i: fieller(x[i], y[i], 0.01)),
        (clopper_pearson(zero_one, 0.01), lambda i: clopper_pearson(zero_one[i], 0.01)),
    ):
        for index in np.ndindex(3, 4):
            alone = [float(side) for side in single(index)]
            assert [float(side[index]) for side in whole] == alone
        assert {side.shape for side in whole} == {(3, 4)}


@pytest.mark.parametrize("statistic", [Mean("a"), PairedDifference("a", "b"), RatioOfMeans("a", "b"), Share("a")])
def test_one_unit_carries_no_interval(statistic):
    one = {"a": np.array([1.0]), "b": np.array([1.0])}
    with pytest.raises(ValueError, match="needs at least 2 units, got 1; raise the first look"):
        statistic.estimate(one, 0.01)


# --- exact ---


def test_exact_is_the_value():
    got = Exact({"lhs": 1, "rhs": -1}).estimate({"lhs": np.array([3.0]), "rhs": np.array([1.0])}, 0.01)
    assert (got.value, got.lo, got.hi, got.n, got.sd, got.alpha) == (2.0, 2.0, 2.0, 0, 0.0, 0.0)
    assert got.exact


@pytest.mark.parametrize("x", [np.zeros(2), np.zeros((1, 1)), np.zeros(0)])
def test_exact_is_one_number(x):
    with pytest.raises(ValueError, match="an exact study gives one unit, got shape"):
        Exact("x").estimate({"x": x}, 0.01)


@pytest.mark.parametrize("atol", [-1e-9, math.inf, math.nan])
def test_tolerances(atol):
    with pytest.raises(ValueError, match="atol must be finite and not negative"):
        Exact("x", atol)
    assert Exact("x", 1e-9).atol == 1e-9
