"""The reference against arithmetic done by hand: the comments carry it."""

import math

import pytest
from scipy import stats

from . import rule

ONE_TO_FIVE = [1.0, 2.0, 3.0, 4.0, 5.0]  # mean 3, sum of squares 10, sd sqrt(10/4), se sqrt(10/4/5) = sqrt(1/2)
INF = math.inf


def part(x, lo, hi=INF, kind="mean"):
    return {"kind": kind, "columns": {"x": x}, "band": (lo, hi)}


# --- intervals ---


@pytest.mark.parametrize(
    ("alpha", "df", "printed"),
    [(0.005, 4, 4.604), (0.010, 9, 2.821), (0.05, 19, 1.729), (0.0005, 4, 8.610), (0.0025, 4, 5.598)],
)
def test_t_quantile_is_the_printed_tables(alpha, df, printed):
    assert rule.t_quantile(alpha, df) == pytest.approx(printed, abs=5e-4)


def test_mean():
    value, lo, hi, sd = rule.interval("mean", {"x": ONE_TO_FIVE}, 0.005)
    assert (value, sd) == (3.0, pytest.approx(math.sqrt(2.5)))
    # 4.604095 * sqrt(1/2) = 3.255586
    assert (lo, hi) == (pytest.approx(-0.255586, abs=1e-6), pytest.approx(6.255586, abs=1e-6))


def test_a_level_of_one_half_is_the_estimate_itself():
    assert rule.interval("mean", {"x": ONE_TO_FIVE}, 0.5)[1:3] == (pytest.approx(3.0), pytest.approx(3.0))


def test_paired_is_the_mean_of_the_differences():
    a, b = [11.0, 22.0, 33.0, 44.0, 55.0], [10.0, 20.0, 30.0, 40.0, 50.0]
    assert rule.interval("paired", {"a": a, "b": b}, 0.01) == rule.interval("mean", {"x": ONE_TO_FIVE}, 0.01)


def test_ratio_by_hand():
    # n = 2, one degree of freedom: the quantile with 1/4 above it is tan(pi/4) = 1. For a = (1, 3), b = (4, 6):
    # mean(a - theta b) = 2 - 5 theta; residuals 1 - 4 theta and 3 - 6 theta, half their distance is |1 - theta| = se.
    # |2 - 5 theta| = 1 - theta: theta = 1/4 and theta = 1/2. Value 2/5, where the residuals are -0.6 and 0.6:
    # sd sqrt(0.72), over mean(b) = 5: 0.1697056.
    value, lo, hi, sd = rule.interval("ratio", {"a": [1.0, 3.0], "b": [4.0, 6.0]}, 0.25)
    assert (value, lo, hi) == (pytest.approx(0.4), pytest.approx(0.25), pytest.approx(0.5))
    assert sd == pytest.approx(math.sqrt(0.72) / 5.0)


@pytest.mark.parametrize("scale", [2.0, -2.0])
def test_ratio_to_a_constant_is_the_mean_over_it(scale):
    value, lo, hi, sd = rule.interval("ratio", {"a": ONE_TO_FIVE, "b": [scale] * 5}, 0.005)
    ends = sorted([-0.255586 / scale, 6.255586 / scale])
    assert (value, sd) == (pytest.approx(3.0 / scale), pytest.approx(math.sqrt(2.5) / 2.0))
    assert (lo, hi) == (pytest.approx(ends[0], abs=1e-6), pytest.approx(ends[1], abs=1e-6))


def test_ratio_agrees_with_the_quadratic():
    # (A^2 - t^2 Vaa) - 2 theta (A B - t^2 Vab) + theta^2 (B^2 - t^2 Vbb) = 0, V the (co)variances of the means
    a, b = [3.1, 2.7, 4.4, 3.9, 2.2, 3.3], [1.9, 1.4, 2.8, 2.1, 1.5, 1.7]
    t, n = rule.t_quantile(0.01, 5), 6
    A, B = sum(a) / n, sum(b) / n
    va = sum((p - A) ** 2 for p in a) / (n * (n - 1))
    vb = sum((q - B) ** 2 for q in b) / (n * (n - 1))
    vab = sum((p - A) * (q - B) for p, q in zip(a, b, strict=True)) / (n * (n - 1))
    two, one, zero = B * B - t * t * vb, A * B - t * t * vab, A * A - t * t * va
    root = math.sqrt(one * one - two * zero)
    _, lo, hi, _ = rule.interval("ratio", {"a": a, "b": b}, 0.01)
    assert (lo, hi) == (pytest.approx((one - root) / two, rel=1e-12), pytest.approx((one + root) / two, rel=1e-12))


def test_ratio_is_unbounded_where_the_denominator_may_be_zero():
    # b = (-1, 3): mean 1, se |3 - -1| / 2 = 2, quantile 1: zero is not rejected
    value, lo, hi, sd = rule.interval("ratio", {"a": [1.0, 3.0], "b": [-1.0, 3.0]}, 0.25)
    # residuals at 2: 1 + 2 = 3 and 3 - 6 = -3: sd sqrt(18) over mean 1
    assert (value, lo, hi, sd) == (2.0, -INF, INF, pytest.approx(math.sqrt(18.0)))


@pytest.mark.parametrize("b", [[0.0] * 5, [-2.0, -1.0, 0.0, 1.0, 2.0]])
@pytest.mark.parametrize("a", [ONE_TO_FIVE, [0.0] * 5])
def test_ratio_over_a_zero_mean_is_the_whole_line_and_decides_nothing(a, b):
    columns = {"a": a * 4, "b": b * 4}
    value, lo, hi, sd = rule.interval("ratio", columns, 0.01)
    assert math.isnan(value)
    assert math.isnan(sd)
    assert (lo, hi) == (-INF, INF)
    for band in ((0.0, INF), (-INF, 0.0), (3.0, 4.0)):
        parts = [{"kind": "ratio", "columns": columns, "band": band}]
        assert rule.verdict(parts, (5, 10, 20)) == ("inconclusive", None)


def test_proportional_columns_have_a_ratio_of_one_point():
    b = [0.1 * k for k in range(1, 21)]
    value, lo, hi, _ = rule.interval("ratio", {"a": [0.3 * q for q in b], "b": b}, 0.035)
    assert lo == value == hi
    assert value == pytest.approx(0.3, rel=1e-15)


def test_a_zero_numerator_has_ratio_zero():
    assert rule.interval("ratio", {"a": [0.0] * 5, "b": ONE_TO_FIVE}, 0.035) == (0.0, 0.0, 0.0, 0.0)


def test_share_by_hand():
    # one of two: P(X >= 1) = 1 - (1 - p)^2 = 0.19 at p = 0.1, and by symmetry the upper end is 0.9; sd sqrt(1/2)
    value, lo, hi, sd = rule.interval("share", {"x": [1.0, 0.0]}, 0.19)
    assert (value, lo, hi, sd) == (0.5, pytest.approx(0.1), pytest.approx(0.9), pytest.approx(math.sqrt(0.5)))


def test_share_of_all_and_of_none():
    # p^5 = 0.005 at p = exp(ln(0.005) / 5) = exp(-1.0596635) = 0.3465724
    assert rule.interval("share", {"x": [1.0] * 5}, 0.005) == (1.0, pytest.approx(0.3465724, abs=1e-7), 1.0, 0.0)
    assert rule.interval("share", {"x": [0.0] * 5}, 0.005) == (0.0, 0.0, pytest.approx(0.6534276, abs=1e-7), 0.0)
    # the printed 95 % limit for none of ten is 0.3085
    assert rule.interval("share", {"x": [0.0] * 10}, 0.025)[2] == pytest.approx(0.3085, abs=5e-5)


@pytest.mark.parametrize("n", [2, 5, 10, 20, 40])
@pytest.mark.parametrize("alpha", [0.0005, 0.005, 0.035, 0.5])
def test_share_is_the_quantile_of_the_beta_distribution(n, alpha):
    for k in range(n + 1):
        _, lo, hi, _ = rule.interval("share", {"x": [1.0] * k + [0.0] * (n - k)}, alpha)
        assert lo == pytest.approx(stats.beta.ppf(alpha, k, n - k + 1) if k else 0.0, abs=1e-13)
        assert hi == pytest.approx(stats.beta.isf(alpha, k + 1, n - k) if k < n else 1.0, abs=1e-13)


@pytest.mark.parametrize(
    ("kind", "columns", "alpha"),
    [
        ("share", {"x": [0.0, 0.5]}, 0.01),
        ("mean", {"x": [1.0]}, 0.01),
        ("mean", {"x": [1.0, math.nan]}, 0.01),
        ("paired", {"a": [1.0, 2.0], "b": [1.0, 2.0, 3.0]}, 0.01),
        ("mean", {"x": [1.0, 2.0]}, 0.0),
        ("mean", {"x": [1.0, 2.0]}, 0.6),
    ],
)
def test_what_is_no_sample_is_refused(kind, columns, alpha):
    with pytest.raises(ValueError, match=r"zeros and ones|two units|finite|length|alpha"):
        rule.interval(kind, columns, alpha)


def test_an_equal_sample_is_its_value_exactly():
    for v in (0.1, 1 / 3, 1e-300, -1e300, 0.7):
        for n in (5, 20, 49):
            assert rule.interval("mean", {"x": [v] * n}, 0.01) == (v, v, v, 0.0)


# --- verdict ---


def test_one_sided_band():
    # the interval at 0.005 is [-0.2556, 6.2556]
    assert rule.verdict([part(ONE_TO_FIVE, -0.26)], (5,)) == ("reproduced", 0)
    assert rule.verdict([part(ONE_TO_FIVE, -0.25)], (5,)) == ("inconclusive", None)
    assert rule.verdict([part(ONE_TO_FIVE, 6.25)], (5,)) == ("inconclusive", None)
    assert rule.verdict([part(ONE_TO_FIVE, 6.26)], (5,)) == ("not reproduced", 0)
    assert rule.verdict([part(ONE_TO_FIVE, -INF, 6.26)], (5,)) == ("reproduced", 0)
    assert rule.verdict([part(ONE_TO_FIVE, -INF, -0.26)], (5,)) == ("not reproduced", 0)


def test_a_band_inside_the_interval_decides_nothing():
    assert rule.verdict([part(ONE_TO_FIVE, 2.9, 3.1)], (5,)) == ("inconclusive", None)


def test_the_edges_of_a_band_belong_to_it():
    _, lo, hi, _ = rule.interval("mean", {"x": ONE_TO_FIVE}, 0.005)
    assert rule.verdict([part(ONE_TO_FIVE, lo, hi)], (5,)) == ("reproduced", 0)
    assert rule.verdict([part(ONE_TO_FIVE, math.nextafter(lo, INF), hi)], (5,)) == ("inconclusive", None)
    assert rule.verdict([part(ONE_TO_FIVE, lo, math.nextafter(hi, -INF))], (5,)) == ("inconclusive", None)
    # a touched edge is a shared point: not outside
    assert rule.verdict([part(ONE_TO_FIVE, hi)], (5,)) == ("inconclusive", None)
    assert rule.verdict([part(ONE_TO_FIVE, math.nextafter(hi, INF))], (5,)) == ("not reproduced", 0)


def test_a_refutation_shares_its_level_among_the_parts():
    # at 0.005 / 2 the quantile is 5.597568: 3 + 5.597568 sqrt(1/2) = 6.958078
    free = part(ONE_TO_FIVE, 2.9, 3.1)
    assert rule.verdict([part(ONE_TO_FIVE, 6.9)], (5,)) == ("not reproduced", 0)
    assert rule.verdict([part(ONE_TO_FIVE, 6.9), free], (5,)) == ("inconclusive", None)
    assert rule.verdict([part(ONE_TO_FIVE, 6.96), free], (5,)) == ("not reproduced", 0)


def test_a_conjunction_needs_all_its_parts_at_one_look_at_the_full_level():
    good, open_ = part(ONE_TO_FIVE, -0.26), part(ONE_TO_FIVE, -0.25)
    assert rule.verdict([good, good, good], (5,)) == ("reproduced", 0)
    assert rule.verdict([good, open_], (5,)) == ("inconclusive", None)


def test_the_first_look_that_decides_stands():
    x = ONE_TO_FIVE + [-100.0] * 15
    assert rule.verdict([part(x, -0.26)], (5, 10, 20)) == ("reproduced", 0)
    assert rule.verdict([part(x, -0.26)], (10, 20)) != ("reproduced", 0)


def test_a_later_look_spends_more():
    # ten units, 1..5 twice: mean 3, sum of squares 20, se sqrt(20/9/10) = 0.4714045, times 2.821438 is 1.330038:
    # [1.669962, 4.330038]; the first look alone ended at -0.2556
    x = ONE_TO_FIVE * 4
    assert rule.verdict([part(x, 1.669)], (5, 10, 20)) == ("reproduced", 1)
    # twenty: sum of squares 40, se sqrt(40/19/20) = 0.3244428, times 1.919992 is 0.6229277: from 2.3770723
    assert rule.verdict([part(x, 1.671)], (5, 10, 20)) == ("reproduced", 2)
    assert rule.verdict([part(x, 2.3770)], (5, 10, 20)) == ("reproduced", 2)
    assert rule.verdict([part(x, 2.3771)], (5, 10, 20)) == ("inconclusive", None)


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("mean", {"x": [1.0] * 20}),
        ("share", {"x": [1.0] * 20}),
        ("paired", {"a": [k + 1.0 for k in range(20)], "b": [float(k) for k in range(20)]}),
        ("ratio", {"a": [0.1 * k for k in range(1, 21)], "b": [0.1 * k for k in range(1, 21)]}),
    ],
)
def test_without_spread_twenty_units_decide_and_fewer_do_not(kind, columns):
    inside = [{"kind": kind, "columns": columns, "band": (0.5, INF)}]
    below = [{"kind": kind, "columns": columns, "band": (-INF, 0.5)}]
    for parts, found in ((inside, "reproduced"), (below, "not reproduced")):
        assert rule.verdict(parts, (5, 10, 20)) == (found, 2)
        assert rule.verdict(parts, (5, 10, 19)) == ("inconclusive", None)


def test_without_spread_a_band_may_be_a_point():
    assert rule.verdict([part([1.0] * 20, 1.0, 1.0)], (5, 10, 20)) == ("reproduced", 2)
    assert rule.verdict([part([1.0] * 20, math.nextafter(1.0, 2.0))], (5, 10, 20)) == ("not reproduced", 2)


def test_a_part_without_spread_does_not_stop_another_from_refuting():
    parts = [part([1.0] * 5, 0.0), part(ONE_TO_FIVE, 100.0)]
    assert rule.verdict(parts, (5,)) == ("not reproduced", 0)
    assert rule.verdict([part([1.0] * 5, 0.0), part(ONE_TO_FIVE, -100.0)], (5,)) == ("inconclusive", None)


def test_an_unbounded_ratio_decides_no_band():
    columns = {"a": [100.0, 101.0, 99.0, 100.0, 100.5], "b": [-5.0, 5.0, 1.0, -0.5, 0.5]}
    for band in ((-INF, 1e300), (-1e300, INF), (1.0, 2.0)):
        parts = [{"kind": "ratio", "columns": columns, "band": band}]
        assert rule.verdict(parts, (5,)) == ("inconclusive", None)


def test_what_cannot_be_judged_is_refused():
    with pytest.raises(ValueError, match="fewer than 10"):
        rule.verdict([part(ONE_TO_FIVE, 2.9, 3.1)], (5, 10))
    with pytest.raises(ValueError, match="no parts"):
        rule.verdict([], (5,))
    with pytest.raises(ValueError, match="more looks"):
        rule.verdict([part(ONE_TO_FIVE, 2.9, 3.1)], (2, 3, 4, 5))


# --- record, lock, levels ---

YES, NO, OPEN = "reproduced", "not reproduced", "inconclusive"


@pytest.mark.parametrize(
    ("now", "now_n", "rec", "rec_n", "tier", "decides_at", "salt", "outcome"),
    [
        (YES, 5, YES, 20, "fast", "standard", 0, "as recorded"),
        (OPEN, 20, OPEN, 20, "standard", "standard", 0, "as recorded"),
        (OPEN, 20, YES, 20, "fast", "standard", 0, "undecided"),
        (OPEN, 20, YES, 20, "standard", "paper", 0, "undecided"),
        (OPEN, 20, NO, 40, "standard", "standard", 0, "undecided"),
        (OPEN, 20, NO, 20, "standard", "standard", 7, "undecided"),
        (OPEN, 20, NO, 20, "standard", "standard", 0, "contradicts"),
        (OPEN, 40, YES, 20, "paper", "standard", 0, "contradicts"),
        (NO, 5, YES, 20, "fast", "paper", 7, "contradicts"),
        (YES, 40, OPEN, 20, "paper", "standard", 0, "contradicts"),
    ],
)
def test_compare(now, now_n, rec, rec_n, tier, decides_at, salt, outcome):
    assert rule.compare(now, now_n, rec, rec_n, tier, decides_at, salt) == outcome


def test_lock_of_an_estimate():
    # 8.610302 * 1 * sqrt(1/5 + 1/5) = 8.610302 * 0.6324555 = 5.445633
    assert rule.locked(5.4456, 5, 0.0, 1.0, 5)
    assert not rule.locked(-5.4457, 5, 0.0, 1.0, 5)
    # more units now, a narrower lock: 8.610302 * sqrt(1/5 + 1/20) = 4.305151
    assert rule.locked(14.3051, 20, 10.0, 1.0, 5)
    assert not rule.locked(14.3052, 20, 10.0, 1.0, 5)


def test_lock_of_a_record_without_spread_is_equality():
    assert rule.locked(0.1, 20, 0.1, 0.0, 20)
    assert not rule.locked(math.nextafter(0.1, 1.0), 20, 0.1, 0.0, 20)


def test_lock_of_an_exact_value_is_closed():
    assert rule.locked(1.5, 0, 1.0, 0.0, 0, exact_atol=0.5)
    assert not rule.locked(1.5, 0, 1.0, 0.0, 0, exact_atol=0.25)
    assert rule.locked(1.0, 0, 1.0, 0.0, 0, exact_atol=0.0)


def test_lock_is_left_by_what_is_no_number():
    assert not rule.locked(math.nan, 20, 1.0, 1.0, 20)


def test_holm():
    # limits 0.0125, 0.016667, 0.025, 0.05: 0.005 and 0.01 pass, 0.03 does not and stops 0.04
    assert rule.holm([0.01, 0.04, 0.03, 0.005]) == [True, False, False, True]
    assert rule.holm([0.05, 0.025]) == [True, True]
    assert rule.holm([0.03, 0.03]) == [False, False]
    assert rule.holm([]) == []


def test_the_largest_level_of_a_mean():
    # t = 3 / sqrt(1/2) = sqrt(18) with 4 degrees of freedom; the tail is in closed form
    # 1/2 - 3/8 * t / sqrt(1 + t^2/4) * (1 - t^2 / (1 + t^2/4) / 12) = 1/2 - 3/8 * sqrt(18 / 5.5) * (1 - 18 / 66)
    tail = 0.5 - 0.375 * math.sqrt(18.0 / 5.5) * (1.0 - 18.0 / 66.0)
    assert tail == pytest.approx(0.0066178, abs=1e-8)
    assert rule.largest_level([part(ONE_TO_FIVE, 0.0)], 5, YES) == pytest.approx(tail, rel=1e-10)
    assert rule.largest_level([part(ONE_TO_FIVE, 6.0)], 5, NO, start=0.035) == pytest.approx(tail, rel=1e-10)
    # the nearer edge counts, of one part and of several
    far = part(ONE_TO_FIVE, -1000.0)
    assert rule.largest_level([far, part(ONE_TO_FIVE, 0.0, 1000.0)], 5, YES) == pytest.approx(tail, rel=1e-10)
    # a refutation by one of two parts is spent at half the level, so its level is twice the part's
    assert rule.largest_level([far, part(ONE_TO_FIVE, 6.0)], 5, NO) == pytest.approx(2.0 * tail, rel=1e-10)


def test_the_largest_level_of_a_ratio():
    # from test_ratio_by_hand: the lower end is 1/4 at the level 1/4
    parts = [{"kind": "ratio", "columns": {"a": [1.0, 3.0], "b": [4.0, 6.0]}, "band": (0.25, INF)}]
    assert rule.largest_level(parts, 2, YES) == pytest.approx(0.25, rel=1e-10)


def test_the_largest_level_of_a_share():
    # twenty of twenty: the lower end alpha^(1/20) is 1/2 at alpha = 2^-20
    assert rule.largest_level([part([1.0] * 20, 0.5, 1.0, "share")], 20, YES) == pytest.approx(2.0**-20, rel=1e-10)


def test_a_verdict_without_spread_is_kept_at_every_level():
    assert rule.largest_level([part([1.0] * 20, 0.0)], 20, YES) == 0.0


def test_there_is_no_level_without_the_verdict():
    with pytest.raises(ValueError, match="no level"):
        rule.largest_level([part(ONE_TO_FIVE, 2.9, 3.1)], 5, OPEN)
    with pytest.raises(ValueError, match="is not"):
        rule.largest_level([part(ONE_TO_FIVE, 0.0)], 5, YES, start=0.005)
