"""What a run says beside the record: outcome, lock and exit code."""

from dataclasses import replace

import pytest

from qbench.evidence.compare import Outcome
from qbench.evidence.findings import ClaimResult, Verification
from qbench.evidence.statistics import Exact
from qbench.evidence.sweep import Summary
from qbench.evidence.verify import verify
from tests.synthetic import band, claim, estimate, exact_claim, exact_estimate, paper, part, recorded, untestable_claim

SURE, REFUTED, NEVER = part(mean=9.0), part(mean=-9.0), part(mean=0.0)


def only(of, store, **kwargs):
    (result,) = verify([of], [paper(of)], store, **kwargs).claims
    return result


def on_record(of, store, tier="standard"):
    """Return the claim with the record that a run at `tier` makes."""
    result = only(of, store, tier=tier)
    parts = {r.part.name: r.estimate for r in result.main.parts}
    return replace(of, recorded=recorded(result.verdict, tier, **parts))


@pytest.mark.parametrize("shown", [SURE, REFUTED, NEVER])
@pytest.mark.parametrize("tier", ["fast", "standard", "paper"])
def test_a_record_agrees_with_itself(store, shown, tier):
    of = on_record(claim(parts=(shown,), decides_at=tier), store, tier)
    result = only(of, store, tier=tier)
    assert (result.outcome, result.reasons) == (Outcome.AS_RECORDED, ())


# Shown now, on record, tier, salt, outcome. The claim decides at standard; the record saw 20 units.
MATRIX = [
    (SURE, "reproduced", "fast", 0, Outcome.AS_RECORDED),
    (SURE, "not reproduced", "fast", 0, Outcome.CONTRADICTS),
    (SURE, "not reproduced", "paper", 3, Outcome.CONTRADICTS),
    (SURE, "inconclusive", "standard", 0, Outcome.CONTRADICTS),
    (REFUTED, "reproduced", "fast", 0, Outcome.CONTRADICTS),
    (REFUTED, "not reproduced", "standard", 3, Outcome.AS_RECORDED),
    (NEVER, "reproduced", "fast", 0, Outcome.UNDECIDED),
    (NEVER, "reproduced", "standard", 0, Outcome.CONTRADICTS),
    (NEVER, "reproduced", "standard", 3, Outcome.UNDECIDED),
    (NEVER, "not reproduced", "fast", 3, Outcome.UNDECIDED),
    (NEVER, "inconclusive", "fast", 0, Outcome.AS_RECORDED),
]


@pytest.mark.parametrize(("shown", "verdict", "tier", "salt", "outcome"), MATRIX)
def test_outcomes(store, shown, verdict, tier, salt, outcome):
    # A record of today's own estimate, so that the lock has nothing to say; its spread leaves room for other looks.
    mean = shown.cells["cell"].params["mean"]
    of = claim(parts=(shown,), recorded=recorded(verdict, a=estimate(mean, sd=3.0, n=20)))
    result = only(of, store, tier=tier, salt=salt)
    assert result.outcome is outcome
    assert bool(result.reasons) == (outcome is not Outcome.AS_RECORDED)


def test_a_claim_that_is_not_on_record(store):
    result = only(claim(parts=(SURE,)), store)
    assert result.outcome is Outcome.CONTRADICTS
    assert result.reasons == (
        "reproduced, and no verdict is on record: `qbench record synthetic/holds --why TEXT` writes one",
    )


def test_reasons_tell_both_verdicts_and_what_would_decide(store):
    of = claim(parts=(REFUTED,), recorded=recorded("reproduced", a=estimate(-9.0, sd=3.0)))
    assert only(of, store).reasons[0] == "now not reproduced, on record since 2026-01-02: reproduced"
    open_ = claim(parts=(NEVER,), recorded=recorded("reproduced", a=estimate(0.0, sd=3.0)))
    (reason,) = only(open_, store, tier="fast").reasons
    assert reason.startswith("5 units leave it open at fast; its verdict is recorded at standard; about ")
    assert reason.endswith(" units would decide")


# --- the lock ---


def test_a_drift_beyond_chance_contradicts_though_the_verdict_stands(store):
    was = on_record(claim(parts=(part(mean=9.0),)), store)
    drifted = replace(was, parts=(part(mean=29.0),))
    result = only(drifted, store)
    assert (result.verdict, result.outcome) == ("reproduced", Outcome.CONTRADICTS)
    assert "part 'a' left its lock: 2" in result.reasons[0]
    assert "on record (n=5, a drift beyond chance)" in result.reasons[0]


@pytest.mark.parametrize("tier", ["fast", "standard", "paper"])
def test_the_lock_holds_at_every_tier(store, tier):
    was = on_record(claim(parts=(part(mean=9.0),)), store)
    assert only(was, store, tier=tier).outcome is Outcome.AS_RECORDED
    assert only(replace(was, parts=(part(mean=29.0),)), store, tier=tier).outcome is Outcome.CONTRADICTS


def test_an_undecided_claim_is_locked_too(store):
    was = replace(on_record(claim(parts=(NEVER,)), store), decides_at="paper")
    assert only(was, store, tier="fast").outcome is Outcome.AS_RECORDED
    drifted = replace(was, parts=(part(mean=0.0, sd=50.0),), recorded=recorded("reproduced", a=estimate(99.0, n=20)))
    result = only(drifted, store, tier="fast")
    assert (result.verdict, result.outcome) == ("inconclusive", Outcome.CONTRADICTS)


def test_a_salt_is_not_locked(store):
    of = claim(parts=(SURE,), recorded=recorded("reproduced", a=estimate(500.0)))
    assert only(of, store).outcome is Outcome.CONTRADICTS
    assert only(of, store, salt=1).outcome is Outcome.AS_RECORDED


def test_a_part_that_is_not_on_record(store):
    of = claim(parts=(SURE,), recorded=recorded("reproduced", b=estimate(9.0)))
    result = only(of, store)
    assert result.outcome is Outcome.CONTRADICTS
    assert result.reasons == ("part 'a' has no estimate on record",)


@pytest.mark.parametrize(
    ("atol", "value", "outcome"),
    [
        (0.0, 3.0, Outcome.AS_RECORDED),
        (0.0, 3.5, Outcome.CONTRADICTS),
        (0.6, 3.5, Outcome.AS_RECORDED),
        (0.4, 3.5, Outcome.CONTRADICTS),
    ],
)
def test_an_exact_part_is_locked_to_its_own_tolerance(store, atol, value, outcome):
    exact = replace(exact_claim(3).parts[0], statistic=Exact("count", atol), band=band(0, 9))
    of = exact_claim(3, parts=(exact,), recorded=recorded("reproduced", "fast", violations=exact_estimate(value)))
    result = only(of, store, tier="fast")
    assert result.outcome is outcome
    # No chance bears on an exact value: the reason must not blame it.
    assert all("chance" not in reason for reason in result.reasons)


# --- exit codes ---


def ended(*outcomes):
    of = claim()
    results = tuple(ClaimResult(of, "inconclusive", outcome, (), None) for outcome in outcomes)
    return Verification("standard", 0, results, Summary())


A, U, C, E = Outcome.AS_RECORDED, Outcome.UNDECIDED, Outcome.CONTRADICTS, Outcome.ERROR


@pytest.mark.parametrize(
    ("outcomes", "plain", "strict"),
    [
        ([A], 0, 0),
        ([A, U], 0, 1),
        ([U, U], 1, 1),  # a run that decided nothing must not look like one that agreed
        ([], 1, 1),
        ([A, C], 1, 1),
        ([C, U], 1, 1),
        ([A, E], 3, 3),
        ([C, E, U], 3, 3),
    ],
)
def test_exit_codes(outcomes, plain, strict):
    found = ended(*outcomes)
    assert (found.exit_code(), found.exit_code(strict=True)) == (plain, strict)


def test_exit_codes_of_real_runs(store):
    good = on_record(claim(parts=(SURE,)), store)
    slow = claim("slow", "C02", parts=(part(study="slow"),), recorded=recorded("reproduced"))
    broken = claim("broken", "C03", parts=(part(study="fragile", sd="wide"),))
    whole = paper(good, slow, broken, untestable_claim("C04"))

    def code(*claims, **kwargs):
        return verify(claims, [whole], store, tier="fast").exit_code(**kwargs)

    assert code(good) == 0
    assert code(good, slow) == 0
    assert code(good, slow, strict=True) == 1
    assert code(slow) == 1
    assert code(good, broken) == 3
    assert code(good, untestable_claim("C04"), strict=True) == 0
