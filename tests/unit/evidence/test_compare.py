"""A verdict beside the record, in every combination, and the lock."""

import itertools
from dataclasses import replace

import pytest
from scipy import stats

from qbench.evidence.compare import Outcome, compare, locked
from qbench.evidence.tiers import TIERS
from tests.reference import rule
from tests.synthetic import claim, estimate, exact_estimate, recorded

VERDICTS = ("reproduced", "not reproduced", "inconclusive")


@pytest.mark.parametrize("decides_at", TIERS)
@pytest.mark.parametrize("on_record", VERDICTS)
@pytest.mark.parametrize("now", VERDICTS)
def test_every_combination(now, on_record, decides_at):
    record = recorded(on_record, decides_at, a=estimate(1.0, n=20))
    of = claim(decides_at=decides_at, recorded=record)
    for units, tier, salt in itertools.product((5, 20, 40), TIERS, (0, 1)):
        wanted = rule.compare(now, units, on_record, 20, tier, decides_at, salt)
        assert compare(now, units, of, tier, salt).value == wanted, (units, tier, salt)


@pytest.mark.parametrize(
    ("now", "units", "tier", "salt", "outcome"),
    [
        ("reproduced", 5, "fast", 0, Outcome.AS_RECORDED),
        ("not reproduced", 5, "fast", 0, Outcome.CONTRADICTS),  # a decided verdict is never excused
        ("not reproduced", 20, "standard", 1, Outcome.CONTRADICTS),
        ("inconclusive", 5, "fast", 0, Outcome.UNDECIDED),
        ("inconclusive", 20, "standard", 0, Outcome.CONTRADICTS),
        ("inconclusive", 10, "standard", 0, Outcome.UNDECIDED),
        ("inconclusive", 20, "standard", 7, Outcome.UNDECIDED),
        ("inconclusive", 20, "paper", 0, Outcome.CONTRADICTS),
        ("refuted", 0, "fast", 0, Outcome.CONTRADICTS),
    ],
)
def test_beside_reproduced_at_standard_with_twenty_units(now, units, tier, salt, outcome):
    of = claim(decides_at="standard", recorded=recorded("reproduced", a=estimate(1.0, n=20)))
    assert compare(now, units, of, tier, salt) is outcome


@pytest.mark.parametrize(
    ("now", "tier", "salt", "outcome"),
    [
        ("reproduced", "fast", 0, Outcome.CONTRADICTS),
        ("inconclusive", "fast", 0, Outcome.UNDECIDED),
        ("inconclusive", "standard", 0, Outcome.CONTRADICTS),
        ("inconclusive", "standard", 1, Outcome.UNDECIDED),
    ],
)
def test_without_a_record(now, tier, salt, outcome):
    assert compare(now, 5, claim(decides_at="standard"), tier, salt) is outcome


# --- the lock ---


@pytest.mark.parametrize(("n_now", "n_record"), [(20, 20), (5, 20), (40, 10)])
def test_the_edge_of_the_lock(n_now, n_record):
    record = estimate(3.0, sd=2.0, n=n_record)
    edge = stats.t.ppf(0.9995, n_record - 1) * 2.0 * (1 / n_record + 1 / n_now) ** 0.5
    for sign in (-1, 1):
        assert locked(estimate(3.0 + 0.9999 * sign * edge, n=n_now), record)
        assert not locked(estimate(3.0 + 1.0001 * sign * edge, n=n_now), record)


def test_the_spread_on_record_counts_not_todays():
    record = estimate(3.0, sd=1e-3)
    assert not locked(estimate(4.0, sd=100.0), record)


def test_exact_values_are_locked_to_their_tolerance():
    assert locked(exact_estimate(3.0), exact_estimate(3.0))
    assert not locked(exact_estimate(3.001), exact_estimate(3.0))
    assert locked(exact_estimate(3.001), exact_estimate(3.0), atol=0.0011)
    assert not locked(exact_estimate(3.001), exact_estimate(3.0), atol=0.0009)
    assert not locked(exact_estimate(1.0), exact_estimate(0.0))


def test_another_machines_rounding_is_no_drift():
    assert locked(exact_estimate(3.0 * (1.0 + 0.9e-9)), exact_estimate(3.0))
    assert not locked(exact_estimate(3.0 * (1.0 + 1.1e-9)), exact_estimate(3.0))
    flat = estimate(3.0, sd=0.0)
    assert locked(replace(flat, value=3.0 * (1.0 + 0.9e-9)), flat)
    assert not locked(replace(flat, value=3.0 * (1.0 + 1.1e-9)), flat)


def test_exact_and_measured_are_not_one_another():
    assert not locked(exact_estimate(3.0), estimate(3.0))
    assert not locked(estimate(3.0), exact_estimate(3.0))
