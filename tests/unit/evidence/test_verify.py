"""Verification: which tasks run at which tier, look by look, and what comes of them."""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from qbench.evidence.claims import Cell, Part, Reading
from qbench.evidence.compare import Outcome
from qbench.evidence.statistics import Exact, Mean, Median, PairedDifference, Share
from qbench.evidence.store import Store
from qbench.evidence.sweep import Summary
from qbench.evidence.verify import stored, verify
from tests.synthetic import (
    COUNT,
    FAILING,
    MAIN,
    NORMAL,
    STUDIES,
    band,
    claim,
    exact_claim,
    paper,
    part,
    recorded,
    replayed,
    untestable_claim,
)

SURE, NEVER = part(mean=9.0), part(mean=0.0)
LATE = [0.0, 6.0, 2.0, 7.0, 1.0, 9.0, 9.0, 9.0, 9.0, 9.0] + [9.0] * 30  # open at 5 units, decided at 10
OTHER = Reading("other", params={"mean": -9.0}, why="the paper may mean it so")
RESCORED = Reading("rescored", columns={"a": "b"}, why="the paper may mean that column")


def run(*claims, store, tier="standard", **kwargs):
    return verify(claims, [paper(*claims)], store, tier=tier, **kwargs)


def only(of, store, **kwargs):
    (result,) = run(of, store=store, **kwargs).claims
    return result


def blocks(stop, size=5):
    return [(start, start + size) for start in range(0, stop, size)]


# --- tiers and looks ---


@pytest.mark.parametrize(("tier", "stop"), [("fast", 5), ("standard", 20), ("paper", 40)])
def test_an_open_claim_runs_to_the_last_look_of_the_tier(store, calls, tier, stop):
    result = only(claim(parts=(NEVER,)), store, tier=tier)
    assert result.verdict == "inconclusive"
    assert result.main.units == stop
    assert calls == blocks(stop)


@pytest.mark.parametrize(("tier", "stop"), [("fast", 5), ("standard", 5), ("paper", 10)])
@pytest.mark.parametrize(("mean", "verdict"), [(9.0, "reproduced"), (-9.0, "not reproduced")])
def test_a_sure_claim_stops_at_the_first_look(store, calls, tier, stop, mean, verdict):
    result = only(claim(parts=(part(mean=mean),)), store, tier=tier)
    assert (result.verdict, result.main.look, result.main.units) == (verdict, 0, stop)
    assert calls == blocks(stop)


def test_the_first_look_that_decides_gives_the_verdict(store):
    later = [*LATE[:10], *[-99.0] * 30]  # what would overturn it is never looked at
    result = only(claim(parts=(replayed({"a": later}),)), store)
    assert (result.verdict, result.main.look, result.main.units) == ("reproduced", 1, 10)
    assert len(store) == 2
    assert only(claim(parts=(replayed({"a": LATE}),)), store, tier="fast").verdict == "inconclusive"


@pytest.mark.parametrize(("tier", "look", "alpha"), [("fast", 0, 0.005), ("standard", 2, 0.035), ("paper", 2, 0.035)])
def test_each_look_spends_its_own_error(store, tier, look, alpha):
    main = only(claim(parts=(NEVER,)), store, tier=tier).main
    (found,) = main.parts
    assert (main.look, found.estimate.alpha) == (look, alpha)


def test_looks_that_a_part_declares(store, calls):
    looks = {"fast": (10,), "standard": (10, 15, 25), "paper": (15, 25, 50)}
    result = only(claim(parts=(part(mean=0.0, looks=looks),)), store)
    assert (result.main.units, calls) == (25, blocks(25))


def test_parts_may_differ_in_looks(store):
    looks = {"fast": (10,), "standard": (10, 15, 25), "paper": (15, 25, 50)}
    result = only(claim(parts=(NEVER, part(mean=1.0, name="b", looks=looks))), store)
    assert [r.estimate.n for r in result.main.parts] == [20, 25]
    assert result.main.units == 25


def test_an_exact_claim_runs_once_at_every_tier(store):
    for tier in ("fast", "standard", "paper"):
        result = only(exact_claim(0), store, tier=tier)
        assert (result.verdict, result.main.units) == ("reproduced", 0)
    assert len(store) == 1


def test_exact_and_measured_parts_together(store, calls):
    both = claim(parts=(exact_claim(0).parts[0], NEVER))
    assert only(both, store).verdict == "inconclusive"
    assert calls == blocks(20)
    broken = claim(parts=(exact_claim(3).parts[0], SURE))
    result = only(broken, store)
    # A claim that measures is "not reproduced", whichever part fails.
    assert (result.verdict, result.main.look) == ("not reproduced", 0)


# --- studies that claims share ---


def test_a_study_stops_when_every_claim_that_uses_it_is_decided(store, calls):
    sure, never = claim(parts=(SURE,)), claim("open", "C02", parts=(part(mean=9.0, band=band(9.0)),))
    found = run(sure, never, store=store)
    assert [r.verdict for r in found.claims] == ["reproduced", "inconclusive"]
    # The decided claim keeps the look that decided it, though more units are there now.
    assert [r.main.units for r in found.claims] == [5, 20]
    assert calls == blocks(20)


def test_claims_that_share_a_decided_study_stop_together(store, calls):
    run(claim(parts=(SURE,)), claim("again", "C02", parts=(part(mean=9.0, name="b"),)), store=store)
    assert calls == blocks(5)


def test_stored_blocks_are_not_computed_again(store, calls):
    run(claim(parts=(NEVER,)), store=store, tier="fast")
    run(claim(parts=(NEVER,)), store=store, tier="standard")
    run(claim(parts=(NEVER,)), store=store, tier="paper")
    assert calls == blocks(40)


# --- columns ---


def test_cells_are_aligned_by_unit(store):
    cells = {"x": Cell("normal", {"mean": 2.0}), "y": Cell("normal", {"mean": 0.5})}
    pair = Part("gain", cells, PairedDifference("x.a", "y.a"), band())
    (found,) = only(claim(parts=(pair,)), store).main.parts
    # Both cells see the same instances, so that their difference has no spread; as two blocks of other units it had.
    assert found.estimate.value == pytest.approx(1.5, abs=1e-12)
    assert found.estimate.sd == pytest.approx(0.0, abs=1e-12)


def test_one_cell_has_no_prefix_and_two_have(store):
    seen = {}

    class Spy(Mean):
        def estimate(self, columns, alpha):
            seen[len(columns)] = sorted(columns)
            return super().estimate({"a": np.array([9.0, 9.1])}, alpha)

    cells = {"x": Cell("normal"), "y": Cell("normal", {"mean": 1.0})}
    run(claim(parts=(part(statistic=Spy("a")), Part("two", cells, Spy("a"), band()))), store=store, tier="fast")
    assert seen == {2: ["a", "b"], 4: ["x.a", "x.b", "y.a", "y.b"]}


def test_units_come_in_order(store):
    values = np.arange(40.0) * (-1.0) ** np.arange(40)  # open at every look
    seen = []

    class Spy(Mean):
        def estimate(self, columns, alpha):
            seen.append(columns["a"].tolist())
            return super().estimate(columns, alpha)

    run(claim(parts=(replayed({"a": values}, statistic=Spy("a")),)), store=store)
    assert max(seen, key=len) == values[:20].tolist()


# --- readings ---


def test_rescoring_costs_no_task(store, calls):
    plain = only(claim(parts=(SURE,)), store)
    asked = list(calls)
    result = only(claim(parts=(SURE,), readings=(MAIN, RESCORED)), store)
    assert calls == asked
    assert result.verdict == plain.verdict == "reproduced"
    (other,) = result.others
    assert other.reading is RESCORED
    # Column b is noise around 0: open at the units that the main reading has paid for, and not a unit more.
    assert (other.verdict, other.units) == ("inconclusive", 5)
    assert other.parts[0].estimate.value == pytest.approx(np.mean(store.get(next(iter(store)).key).columns["b"]))


def test_rescoring_stops_at_its_own_first_decision(store):
    columns = {"a": LATE, "b": [9.0, 9.1, 9.2, 9.0, 9.1] + [-99.0] * 35}
    result = only(claim(parts=(replayed(columns),), readings=(MAIN, RESCORED)), store)
    assert (result.main.look, result.others[0].look) == (1, 0)
    assert result.others[0].verdict == "reproduced"


def test_rescoring_goes_as_far_as_the_main_reading(store):
    result = only(claim(parts=(replayed({"a": LATE, "b": LATE}),), readings=(MAIN, RESCORED)), store)
    assert (result.main.look, result.others[0].look) == (1, 1)
    assert result.others[0].verdict == "reproduced"


def test_other_params_run_at_paper_or_by_name(store, calls):
    both = claim(parts=(SURE,), readings=(MAIN, OTHER, RESCORED))
    assert [o.reading.key for o in only(both, store).others] == ["rescored"]
    assert calls == blocks(5)
    named = only(both, store, readings=["other"])
    assert {o.reading.key: o.verdict for o in named.others} == {"rescored": "inconclusive", "other": "not reproduced"}
    assert calls == blocks(5) * 2
    calls.clear()
    at_paper = only(both, store, tier="paper")
    assert {o.reading.key for o in at_paper.others} == {"rescored", "other"}
    # Blocks 0-5 of both readings are stored; ten units take one more each.
    assert calls == [(5, 10), (5, 10)]


def test_at_paper_the_readings_named_run_in_place_of_all(store, calls):
    both = claim(parts=(SURE,), readings=(MAIN, OTHER, RESCORED))
    alone = only(both, store, tier="paper", readings=[MAIN.key])
    assert [o.reading.key for o in alone.others] == ["rescored"]
    assert calls == [(0, 5), (5, 10)]
    assert {o.reading.key for o in only(both, store, tier="paper", readings=["other"]).others} == {"rescored", "other"}


def test_only_the_main_reading_gives_the_verdict(store):
    result = only(claim(parts=(SURE,), readings=(MAIN, OTHER)), store, tier="paper")
    assert (result.verdict, result.others[0].verdict) == ("reproduced", "not reproduced")


def test_a_reading_goes_on_alone_where_the_main_one_is_decided(store):
    open_ = Reading("open", params={"mean": 0.0}, why="test")
    result = only(claim(parts=(SURE,), readings=(MAIN, open_)), store, tier="paper")
    assert (result.main.units, result.others[0].units) == (10, 40)


def test_a_readings_params_reach_only_the_cells_that_know_them(store):
    both = claim(parts=(SURE, exact_claim(0).parts[0]), readings=(MAIN, OTHER))
    (other,) = only(both, store, readings=["other"]).others
    assert {r.part.name: r.estimate.value for r in other.parts} == {
        "a": pytest.approx(-9.0, abs=3.0),
        "violations": 0.0,
    }


def test_a_rescoring_with_params_runs_its_own_tasks(store, calls):
    mixed = Reading("mixed", params={"mean": -9.0}, columns={"a": "b"}, why="test")
    of = claim(parts=(SURE,), readings=(MAIN, mixed))
    assert only(of, store).others == ()
    (other,) = only(of, store, readings=["mixed"]).others
    # Column b does not depend on the mean.
    assert other.parts[0].estimate.value == pytest.approx(0.0, abs=2.0)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"a": "c"}, "reading 'typo' puts 'c' in place of 'a'; the study gave a, b"),
        # Taken for what it says it would silently be the main reading once more.
        ({"aa": "b"}, "reading 'typo' replaces 'aa'; the studies gave a, b"),
    ],
)
def test_a_reading_of_columns_that_are_not_there(store, columns, message):
    typo = Reading("typo", columns=columns, why="test")
    found = run(claim(parts=(SURE,), readings=(MAIN, typo)), store=store)
    assert message in found.claims[0].others[0].error
    # The main reading stands, but the run did not do all it was asked to.
    assert found.claims[0].verdict == "reproduced"
    assert found.exit_code() == 3


def test_a_reading_may_replace_a_column_of_one_part_only(store):
    parts = (SURE, replayed({"c": [1.0] * 40}, name="c", statistic=Mean("c")))
    result = only(claim(parts=parts, readings=(MAIN, RESCORED)), store, tier="fast")
    assert result.others[0].error is None


# --- what is not measured here ---


def test_a_claim_below_its_studys_tier_is_not_measured(store, calls):
    slow = claim(parts=(part(study="slow"),), recorded=recorded("reproduced"))
    result = only(slow, store, tier="fast")
    assert (result.verdict, result.outcome, result.main) == ("inconclusive", Outcome.UNDECIDED, None)
    assert result.reasons == ("not measured at fast: a study of it runs from standard on, about 3 minutes on one core",)
    assert calls == []
    assert only(slow, store, tier="standard").main is not None


def test_one_slow_part_holds_back_the_whole_claim(store, calls):
    assert only(claim(parts=(SURE, part(name="b", study="slow"))), store, tier="fast").main is None
    assert calls == []


def test_the_cost_of_what_parts_share_is_counted_once(store):
    parts = (part(study="slow"), part(name="b", study="slow"), part(mean=1.0, name="c", study="slow"))
    # Two different cells of 20 units at 9 s each.
    assert "about 6 minutes" in only(claim(parts=parts), store, tier="fast").reasons[0]


def test_untestable_claims_run_nothing(store):
    result = only(untestable_claim(), store)
    assert (result.verdict, result.outcome, result.main) == ("untestable", Outcome.AS_RECORDED, None)
    assert result.reasons == ("missing: energy model",)
    assert len(store) == 0
    other = replace(untestable_claim(), recorded=recorded("reproduced"))
    assert only(other, store).outcome is Outcome.CONTRADICTS


# --- errors ---


def broken_claim(study="broken", number="C09"):
    return claim("broken", number, parts=(Part("x", {"c": Cell(study)}, Mean("a"), band()),))


def test_a_study_that_fails(store):
    found = run(claim(parts=(SURE,)), broken_claim(), store=store)
    good, bad = found.claims
    assert good.verdict == "reproduced"
    assert (bad.verdict, bad.outcome) == ("inconclusive", Outcome.ERROR)
    assert "synthetic/broken, units 0 to 4, failed:\nTraceback" in bad.reasons[0]
    assert "RuntimeError: the antenna fell off" in bad.reasons[0]
    assert found.exit_code() == 3
    assert found.tasks == Summary(stored=0, computed=2, failed=1)


def test_a_study_that_is_not_finite(store):
    (result,) = run(broken_claim("infinite"), store=store).claims
    assert result.outcome is Outcome.ERROR
    assert "column 'a' is inf at unit 4" in result.reasons[0]


@pytest.mark.parametrize(
    ("statistic", "message"),
    [
        (Mean("c"), "synthetic/holds under main: no column 'c': the study gave a, b"),
        (Share("a"), "a share is taken of 0 and 1"),
    ],
)
def test_a_statistic_that_does_not_fit_the_columns(store, statistic, message):
    result = only(claim(parts=(part(statistic=statistic),)), store)
    assert result.outcome is Outcome.ERROR
    assert message in result.reasons[0]


def test_a_witness_that_is_not_there_spoils_one_claim_only(store):
    violations = replace(exact_claim(3).parts[0], witness="tests.synthetic:wintess")
    found = run(exact_claim(3, parts=(violations,)), claim(parts=(SURE,)), store=store)
    assert [r.outcome for r in found.claims] == [Outcome.ERROR, Outcome.CONTRADICTS]
    assert "has no 'wintess'" in found.claims[0].reasons[0]


def test_a_reading_that_fails_fails_the_run(store):
    bad = Reading("bad", params={"sd": "wide"}, why="test")
    found = run(claim(parts=(SURE,), readings=(MAIN, bad), recorded=None), store=store, tier="paper")
    (result,) = found.claims
    assert result.verdict == "reproduced"
    assert "failed" in result.others[0].error
    assert found.exit_code() == 3


# --- what a run says of itself ---


def test_tasks_are_counted_once(store):
    never = claim(parts=(NEVER,))
    assert run(never, store=store, tier="fast").tasks == Summary(stored=0, computed=1)
    assert run(never, store=store).tasks == Summary(stored=1, computed=3)
    assert run(never, store=store).tasks == Summary(stored=4, computed=0)
    # A claim decided early needs fewer than the store has.
    sure = claim("sure", "C02", parts=(SURE,))
    assert run(sure, never, store=store).tasks == Summary(stored=4, computed=1)
    assert run(sure, store=store).tasks == Summary(stored=1, computed=0)


def test_a_task_that_fails_twice_in_a_run_is_one_task(store):
    looks = {"fast": (20,), "standard": (20, 40, 60), "paper": (20, 40, 60)}
    first = claim(parts=(part(mean=0.0, study="fragile"),))
    second = claim("all", "C02", parts=(part(mean=0.0, study="fragile", looks=looks),))
    # The second claim needs all 20 units at once; the first asks for the broken block again at its last look.
    FAILING.add(15)
    found = run(first, second, store=store)
    assert found.tasks == Summary(stored=0, computed=4, failed=1)
    assert {r.outcome for r in found.claims} == {Outcome.ERROR}


def test_plans_and_results_are_announced(store):
    planned, heard = [], []
    run(
        claim(parts=(NEVER,)),
        store=store,
        on_plan=lambda look, missing, stored: planned.append((look, [t.units for t in missing], stored)),
        on_done=lambda result: heard.append(tuple(result.spec["units"])),
    )
    assert planned == [(0, blocks(20)[:1], 0), (1, blocks(20)[1:2], 1), (2, blocks(20)[2:], 2)]
    assert heard == blocks(20)


def test_an_executor_gives_the_same_result(store):
    asked = (claim(parts=(NEVER,)), claim("sure", "C02", parts=(SURE,)), exact_claim(2, number="C03"))
    serial = run(*asked, store=store)
    with Store(None) as other, ThreadPoolExecutor(2) as pool:
        parallel = run(*asked, store=other, executor=pool)
        assert {r.key: r.digest for r in other} == {r.key: r.digest for r in store}
    assert [r.main.parts for r in parallel.claims] == [r.main.parts for r in serial.claims]


def test_a_salt_is_fresh_randomness(store):
    plain, salted, again = (only(claim(parts=(NEVER,)), store, salt=s) for s in (0, 5, 5))
    assert plain.main.parts[0].estimate.value != salted.main.parts[0].estimate.value
    assert salted.main.parts == again.main.parts
    assert len(store) == 8


def test_a_counterexample_is_told_where_there_is_one(store):
    assert only(exact_claim(3), store).main.witnesses == ("3 strings differ",)
    assert only(exact_claim(0), store).main.witnesses == ()
    assert only(exact_claim(3), store).verdict == "refuted"


def test_costs_that_fail_are_an_error_of_their_claim_and_of_no_other(store):
    broken = replace(COUNT, name="uncounted", costs="tests.synthetic:broken")
    part = replace(exact_claim(0).parts[0], cells={"cell": Cell("uncounted", {"count": 0})})
    one, other = exact_claim(0, parts=(part,)), exact_claim(0, "fine", "C07")
    run = verify([one, other], [paper(one, other, studies=(*STUDIES, broken))], store)
    assert run.claims[0].outcome is Outcome.ERROR
    assert "tests.synthetic:broken, which counts costs, failed: TypeError" in run.claims[0].reasons[-1]
    assert run.claims[1].outcome is not Outcome.ERROR
    assert run.exit_code() == 3


def test_costs_are_the_largest_of_the_cells(store):
    cells = {name: Cell("count", {"count": count}) for name, count in (("x", 0), ("y", 7), ("z", 3))}
    two = Part("two", cells, Exact("x.count"), band(0, 0))
    assert only(exact_claim(0, parts=(two,)), store).costs == {"qubits": 4, "two_qubit_gates": 7}
    assert only(claim(parts=(SURE,)), store).costs == {}


def test_seconds_of_what_parts_share_count_once(store):
    two = claim(parts=(NEVER, part(mean=0.0, name="b", statistic=Mean("b"))))
    result = only(two, store)
    assert result.main.seconds == pytest.approx(sum(r.seconds for r in store))
    assert len(store) == 4


def test_an_open_claim_says_how_many_units_would_decide_it(store):
    result = only(claim(parts=(NEVER,)), store)
    assert result.main.units_to_decide > 20
    assert only(claim(parts=(SURE,)), store).main.units_to_decide is None


def test_a_decided_measured_claim_has_a_level(store):
    assert 0.0 < only(claim(parts=(SURE,)), store).main.level < 0.005
    assert only(claim(parts=(NEVER,)), store).main.level is None
    assert only(exact_claim(0), store).main.level is None


def test_a_median_decides_nothing_before_twenty_units(store):
    result = only(claim(parts=(part(mean=9.0, statistic=Median("a")),)), store)
    assert (result.verdict, result.main.look) == ("reproduced", 2)


def test_a_constant_decides_nothing_before_twenty_units(store):
    result = only(claim(parts=(replayed({"a": [3.0] * 40}),)), store)
    assert (result.verdict, result.main.look, result.main.units) == ("reproduced", 2, 20)
    assert only(claim(parts=(replayed({"a": [3.0] * 40}),)), store, tier="fast").verdict == "inconclusive"


# --- what the store holds already ---


def test_stored_computes_nothing(store, calls):
    of = claim(parts=(NEVER,))
    whole = paper(of)
    assert stored(of, whole, store) is None
    run(of, store=store, tier="fast")
    calls.clear()
    early = stored(of, whole, store)
    assert (early.verdict, early.main.units) == ("inconclusive", 5)
    run(of, store=store)
    calls.clear()
    assert stored(of, whole, store).main.units == 20
    assert calls == []


def test_stored_stops_at_the_first_decision(store):
    columns = {"a": [*LATE[:10], *[-99.0] * 30]}
    of = claim(parts=(replayed(columns),))
    slow = claim("slow", "C02", parts=(replayed(columns, statistic=Median("a")),))
    run(slow, store=store)
    assert len(store) == 4
    result = stored(of, paper(of), store)
    assert (result.verdict, result.main.look) == ("reproduced", 1)


def test_stored_gives_what_verify_gave(store):
    of = claim(parts=(SURE,), readings=(MAIN, RESCORED), recorded=recorded("reproduced"))
    verified = only(of, store)
    result = stored(of, paper(of), store)
    assert (result.verdict, result.outcome, result.reasons) == (verified.verdict, verified.outcome, verified.reasons)
    assert result.main.parts == verified.main.parts
    assert [o.verdict for o in result.others] == [o.verdict for o in verified.others]


def test_nothing_is_stored_of_an_untestable_claim(store):
    assert stored(untestable_claim(), paper(untestable_claim()), store) is None


def test_results_of_other_code_are_not_used(store, calls):
    of = claim(parts=(SURE,))
    run(of, store=store)
    calls.clear()
    newer = paper(of, studies=(replace(NORMAL, version=2),))
    assert stored(of, newer, store) is None
    verify([of], [newer], store)
    assert calls == blocks(5)


def test_infinite_sides_are_no_error(store):
    of = claim(parts=(part(mean=9.0, statistic=Median("a")),))
    estimate = only(of, store, tier="fast").main.parts[0].estimate
    assert (estimate.lo, estimate.hi) == (-math.inf, math.inf)
