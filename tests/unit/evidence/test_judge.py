"""The rule, case by case; tests/properties/test_rule.py holds it against an independent reference."""

import math

import numpy as np
import pytest
from scipy import stats

from qbench.evidence.estimate import Estimate
from qbench.evidence.judge import PartResult, holm, judge_parts, side, turning_level, units_to_decide, verdict_of
from qbench.evidence.statistics import Mean, Share
from qbench.evidence.tiers import SPEND
from tests.synthetic import band, claim, estimate, exact_claim, exact_estimate, part

UNIT = band(0.0, 1.0)


def measured(lo, hi, *, sd=1.0, n=20):
    return Estimate(value=(lo + hi) / 2.0, lo=lo, hi=hi, alpha=0.01, n=n, sd=sd, method="test")


# --- one interval beside one band ---


@pytest.mark.parametrize(
    ("lo", "hi", "where"),
    [
        (0.2, 0.8, "inside"),
        (0.0, 1.0, "inside"),
        (-0.1, 0.8, "open"),
        (0.2, 1.1, "open"),
        (-1.0, 2.0, "open"),
        (1.0, 2.0, "open"),
        (-1.0, 0.0, "open"),
        (1.1, 2.0, "outside"),
        (-2.0, -0.1, "outside"),
    ],
)
def test_sides_of_a_closed_band(lo, hi, where):
    assert side(measured(lo, hi), UNIT) == where


@pytest.mark.parametrize(("n", "where"), [(5, "open"), (19, "open"), (20, "inside"), (40, "inside")])
def test_no_spread_decides_nothing_below_twenty_units(n, where):
    assert side(measured(0.5, 0.5, sd=0.0, n=n), UNIT) == where


def test_no_spread_outside():
    assert side(measured(5.0, 5.0, sd=0.0, n=19), UNIT) == "open"
    assert side(measured(5.0, 5.0, sd=0.0, n=20), UNIT) == "outside"


def test_an_exact_value_decides_alone():
    assert side(exact_estimate(0.5), UNIT) == "inside"
    assert side(exact_estimate(1.0), UNIT) == "inside"
    assert side(exact_estimate(1.0 + 1e-12), UNIT) == "outside"


# --- parts together ---


def results(*pairs):
    """Return a claim and results of its parts, from (estimate, wide estimate) pairs, all against [0, 1]."""
    parts = tuple(part(name=f"p{i}", band=UNIT) for i in range(len(pairs)))
    return claim(parts=parts), [PartResult(p, narrow, wide) for p, (narrow, wide) in zip(parts, pairs, strict=True)]


IN, OUT, OPEN = measured(0.4, 0.6), measured(2.0, 3.0), measured(0.5, 1.5)


@pytest.mark.parametrize(
    ("pairs", "verdict"),
    [
        ([(IN, IN)], "reproduced"),
        ([(IN, IN), (IN, OPEN)], "reproduced"),  # a conjunction is shown part by part, each at the full level
        ([(IN, IN), (OPEN, OPEN)], "inconclusive"),
        ([(IN, IN), (OUT, OUT)], "not reproduced"),
        ([(OPEN, OPEN), (OUT, OUT)], "not reproduced"),
        ([(IN, IN), (OUT, OPEN)], "inconclusive"),  # refuting one of many must hold at the shared level
        ([(OUT, OUT)], "not reproduced"),
        ([(OPEN, OPEN)], "inconclusive"),
    ],
)
def test_a_conjunction(pairs, verdict):
    of, found = results(*pairs)
    assert verdict_of(of, found) == verdict


@pytest.mark.parametrize("kind", ["exact", "analytic", "consistency"])
def test_what_is_computed_is_refuted_not_left_unreproduced(kind):
    of = exact_claim(0, kind=kind, proof="tests/t.py::test_it")
    (violations,) = of.parts
    assert verdict_of(of, [PartResult(violations, exact_estimate(2.0), exact_estimate(2.0))]) == "refuted"
    assert verdict_of(of, [PartResult(violations, exact_estimate(0.0), exact_estimate(0.0))]) == "reproduced"


def test_refuting_takes_the_level_over_the_number_of_parts():
    columns = {"a": np.random.default_rng(0).normal(size=10)}
    parts = tuple(part(name=f"p{i}") for i in range(4))
    for found in judge_parts(parts, {p.name: columns for p in parts}, 0.01):
        assert found.estimate == Mean("a").estimate(columns, 0.01)
        assert found.wide == Mean("a").estimate(columns, 0.01 / 4)
    (alone,) = judge_parts(parts[:1], {"p0": columns}, 0.01)
    assert alone.wide == alone.estimate == Mean("a").estimate(columns, 0.01)


def test_exact_parts_share_no_level():
    exact = exact_claim(0).parts[0]
    (_, found) = judge_parts((part(), exact), {"a": {"a": np.arange(5.0)}, "violations": {"count": np.zeros(1)}}, 0.01)
    assert found.estimate == found.wide == exact_estimate(0.0)


# --- how many units would decide ---


def power_units(alpha, shift):
    """Return the least n at which the edge lies t + 1.08 standard errors away, `shift` being distance over sd."""
    n = 2
    while stats.t.isf(alpha, n - 1) + 1.08 > shift * math.sqrt(n):
        n += 1
    return n


@pytest.mark.parametrize("shift", [0.2, 0.45, 0.6])
def test_units_of_one_part(shift):
    inside = PartResult(part(band=band(0.0)), estimate(shift, 1.0, 5), estimate(shift, 1.0, 5))
    beyond = PartResult(part(band=band(0.0)), estimate(-shift, 1.0, 5), estimate(-shift, 1.0, 5))
    assert units_to_decide([inside]) == units_to_decide([beyond]) == power_units(0.035, shift)


def test_units_scale_with_the_spread():
    wide = PartResult(part(band=band(0.0)), estimate(1.0, 10.0, 5), estimate(1.0, 10.0, 5))
    assert units_to_decide([wide]) == power_units(0.035, 0.1)


def test_the_nearer_edge_counts():
    near = PartResult(part(band=band(0.0, 1.0)), estimate(0.7, 1.0), estimate(0.7, 1.0))
    assert units_to_decide([near]) == power_units(0.035, 0.3)


def test_more_units_than_were_seen():
    # An interval that fits by the estimate but not by what was seen: never "0 more would have done".
    sure = PartResult(part(band=band(0.0)), estimate(50.0, 1.0, 40), estimate(50.0, 1.0, 40))
    assert units_to_decide([sure]) == 41


def test_units_of_several_parts():
    def of(value):
        return PartResult(part(band=band(0.0)), estimate(value, 1.0, 5), estimate(value, 1.0, 5))

    # All inside: every part must fit, at the full level.
    assert units_to_decide([of(0.2), of(0.6)]) == power_units(0.035, 0.2)
    # One beyond: it must leave, at the level over the number of parts; the others do not matter.
    assert units_to_decide([of(0.1), of(-0.6)]) == power_units(0.035 / 2, 0.6)
    assert units_to_decide([of(-0.2), of(-0.6), of(0.1)]) == power_units(0.035 / 3, 0.6)


def test_units_of_a_sample_without_spread():
    flat = PartResult(part(band=band(0.0)), estimate(1.0, 0.0, 5), estimate(1.0, 0.0, 5))
    assert units_to_decide([flat]) == 20


def test_no_number_of_units_is_known_on_the_edge():
    edge = PartResult(part(band=band(0.0)), estimate(0.0, 1.0), estimate(0.0, 1.0))
    assert units_to_decide([edge]) is None
    exact = PartResult(exact_claim(0).parts[0], exact_estimate(0.0), exact_estimate(0.0))
    assert units_to_decide([edge, exact]) is None
    inside = PartResult(part(band=band(0.0)), estimate(0.6, 1.0, 5), estimate(0.6, 1.0, 5))
    assert units_to_decide([inside, exact]) == power_units(0.035, 0.6)


# --- the level that turns a verdict ---


def level_of(x, look, **kwargs):
    of = claim(parts=(part(**kwargs),))
    return turning_level(of, {"a": {"a": np.asarray(x)}}, look)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_at_the_first_look_it_is_the_p_value(sign):
    x = sign * (3.0 + np.array([0.3, -0.5, 0.9, 0.1, -0.8]))
    p = stats.ttest_1samp(x, 0.0).pvalue / 2.0
    assert p < SPEND[0]
    assert level_of(x, 0) == pytest.approx(p, rel=2e-3)


def test_a_later_look_adds_what_the_earlier_ones_spent():
    x = np.random.default_rng(1).normal(1.2, 1.0, size=20)
    p = stats.ttest_1samp(x, 0.0).pvalue / 2.0
    assert p < SPEND[2]
    assert level_of(x, 1) == pytest.approx(0.005 + p, rel=2e-3)
    assert level_of(x, 2) == pytest.approx(0.015 + p, rel=2e-3)


def test_the_largest_over_parts_of_a_conjunction():
    rng = np.random.default_rng(2)
    columns = {"p0": {"a": rng.normal(3.0, 1.0, 10)}, "p1": {"a": rng.normal(2.0, 1.0, 10)}}
    of = claim(parts=(part(name="p0"), part(name="p1")))
    largest = max(stats.ttest_1samp(c["a"], 0.0).pvalue / 2.0 for c in columns.values())
    assert turning_level(of, columns, 0) == pytest.approx(largest, rel=2e-3)
    # Refuted by one of two: that part's own level counts twice.
    columns["p1"]["a"] = -columns["p1"]["a"]
    alone = stats.ttest_1samp(columns["p1"]["a"], 0.0).pvalue / 2.0
    assert turning_level(of, columns, 0) == pytest.approx(2.0 * alone, rel=2e-3)


def test_a_level_never_reaches_zero():
    assert level_of(np.full(20, 3.0), 2) == pytest.approx(0.015 + 1e-12)


def test_only_decided_measured_claims_have_a_level():
    assert level_of([-1.0, 1.0, 2.0, -2.0, 0.1], 0) is None
    assert turning_level(exact_claim(0), {"violations": {"count": np.zeros(1)}}, 0) is None


def test_a_share_has_a_level_too():
    x = np.array([1.0] * 19 + [0.0])
    p = stats.binomtest(19, 20, 0.5, alternative="greater").pvalue
    assert level_of(x, 0, statistic=Share("a"), band=band(0.5, 1.0)) == pytest.approx(p, rel=2e-3)


# --- Holm ---


@pytest.mark.parametrize(
    ("levels", "stands"),
    [
        ({}, {}),
        ({"a": 0.05}, {"a": True}),
        ({"a": 0.0501}, {"a": False}),
        ({"a": 0.025, "b": 0.05}, {"a": True, "b": True}),
        # The first that is too large stops the rest, however small their limits would have been.
        ({"a": 0.026, "b": 0.03}, {"a": False, "b": False}),
        ({"a": 0.001, "b": 0.03, "c": 0.026}, {"a": True, "b": False, "c": False}),
        ({"a": 0.001, "b": 0.03, "c": 0.024}, {"a": True, "b": True, "c": True}),
        ({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005}, {"a": True, "b": False, "c": False, "d": True}),
    ],
)
def test_holm(levels, stands):
    assert holm(levels) == stands
