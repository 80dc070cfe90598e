"""What the readings of a claim show: present results before the record, hits named and counted."""

from dataclasses import replace

import pytest

from qbench.evidence.claims import Reading
from qbench.evidence.record import RecordedReading, Span
from qbench.evidence.summary import MANY, appears, others_text, readings_of
from qbench.evidence.sweep import SerialExecutor, sweep
from qbench.evidence.tasks import tasks_of
from qbench.evidence.verify import stored, stored_readings, verify
from tests.synthetic import MAIN, SLOW, claim, estimate, paper, part, recorded

LOW = Reading("low", params={"mean": -9.0}, why="test")
HIGH = Reading("high", cells={"cell": {"mean": 8.0}}, why="test")
SWAP = Reading("swap", columns={"a": "b"}, why="test")
SURE = part(mean=9.0)
HELD = RecordedReading("reproduced", "standard", 0, {"a": Span(9.0, 8.0, 10.0, 5)})
LOST = RecordedReading("not reproduced", "paper", 0, {"a": Span(-9.0, -10.0, -8.0, 10)})


def run(of, store, **kwargs):
    return verify([of], [paper(of)], store, **kwargs).claims[0]


def on_record(**readings):
    return replace(recorded("reproduced", a=estimate(9.0)), readings=readings)


def seen(views):
    return {v.key: (v.source, v.verdict) for v in views}


def test_present_results_win_over_the_record(store):
    of = claim(parts=(SURE,), readings=(MAIN, LOW, HIGH), recorded=on_record(main=LOST, low=LOST))
    assert seen(readings_of(of, None)) == {
        "main": ("2026-01-02", "not reproduced"),
        "low": ("2026-01-02", "not reproduced"),
        "high": ("", "not run"),
    }
    views = readings_of(of, run(of, store, readings=["high"]))
    assert seen(views) == {
        "main": ("now", "reproduced"),
        "low": ("2026-01-02", "not reproduced"),
        "high": ("now", "reproduced"),
    }
    assert [v.main for v in views] == [True, False, False]
    assert appears(views) == "The claim holds under 2 of 3 readings run (3 registered): main, high."


def test_a_claim_that_never_ran():
    views = readings_of(claim(readings=(MAIN, LOW)), None)
    assert appears(views) == "The claim holds under 0 of 0 readings run (2 registered)."
    assert (others_text(views), views[0].numbers) == ("", "")


def test_readings_no_longer_registered_are_left_out():
    of = claim(readings=(MAIN,), recorded=on_record(main=HELD, gone=HELD))
    assert [v.key for v in readings_of(of, None)] == ["main"]


def test_one_that_failed_has_not_run(store):
    of = claim(parts=(SURE,), readings=(MAIN, Reading("typo", columns={"a": "c"}, why="test")))
    views = readings_of(of, run(of, store))
    assert views[1].verdict.startswith("not measured (reading 'typo' puts 'c' in place of 'a'")
    assert appears(views) == "The claim holds under 1 of 1 readings run (2 registered): main."


def test_open_readings_say_how_far_they_came(store):
    of = claim(parts=(SURE,), readings=(MAIN, SWAP))
    swap = readings_of(of, run(of, store))[1]
    assert swap.verdict == "open after 5 units"
    assert swap.numbers.startswith("a ")


def views(main, others):
    readings = (MAIN, *(Reading(f"r{i}", params={"mean": float(i)}, why="test") for i in range(len(others))))
    kept = {f"r{i}": r for i, r in enumerate(others)}
    return readings_of(claim(readings=readings, recorded=on_record(main=main, **kept)), None)


@pytest.mark.parametrize(
    ("main", "others", "search"),
    [
        (HELD, [LOST] * 3, False),
        (HELD, [HELD] * (MANY - 1), False),
        (LOST, [LOST] * 3, False),
        (LOST, [LOST, HELD], True),
        (HELD, [LOST] * MANY, True),
        (LOST, [LOST] * 20, False),
    ],
)
def test_a_hit_among_many_is_called_a_search(main, others, search):
    text = appears(views(main, others))
    assert text.endswith("a hit among many readings is a search, not a reproduction.") == search


def test_the_others_are_counted_with_their_range():
    open_ = RecordedReading("inconclusive", "paper", 2, {"a": Span(-0.25, -1.0, 1.0, 40)})
    found = views(HELD, [LOST, HELD, open_, LOST])
    assert others_text(found) == "3 other readings run: 2 not reproduced, 1 inconclusive; a from -9 to -0.25"
    assert others_text(views(HELD, [HELD])) == ""


def test_ranges_are_by_part():
    two = replace(LOST, parts={"a": Span(1.0, 0.0, 2.0, 5), "b": Span(7.0, 7.0, 7.0, 0)})
    assert others_text(views(HELD, [two, LOST])).endswith("a from -9 to 1; b from 7 to 7")


# --- readings of which the store holds results ---


def test_the_store_is_asked_for_every_reading(store):
    of = claim(parts=(SURE,), readings=(MAIN, LOW, SWAP, HIGH))
    assert stored_readings(of, paper(of), store) == ()
    run(of, store, readings=["low"], tier="fast")
    (low,) = stored_readings(of, paper(of), store)
    # Five units end the schedule of standard, where the first look decides; paper begins at ten.
    assert (low.reading, low.verdict, low.tier, low.units) == (LOW, "not reproduced", "standard", 5)
    assert [o.reading.key for o in stored(of, paper(of), store).others] == ["swap", "low"]
    run(of, store, tier="paper")
    found = stored_readings(of, paper(of), store)
    assert [(r.reading.key, r.tier, r.units) for r in found] == [("low", "paper", 10), ("high", "paper", 10)]


def test_a_tier_whose_looks_ended_is_preferred(store):
    open_ = Reading("open", params={"mean": 0.0}, why="test")
    of = claim(parts=(SURE,), readings=(MAIN, open_))
    run(of, store, readings=["open"], tier="standard")
    (found,) = stored_readings(of, paper(of), store)
    # Twenty units are the last look of standard; of paper's they are the second, and the third is not there.
    assert (found.tier, found.look, found.units) == ("standard", 2, 20)


def test_a_schedule_cut_short_is_still_shown(store):
    open_ = Reading("open", params={"mean": 0.0}, why="test")
    of = claim(parts=(SURE,), readings=(MAIN, open_))
    run(of, store, readings=["open"], tier="fast")
    (found,) = stored_readings(of, paper(of), store)
    assert (found.tier, found.units, found.verdict) == ("fast", 5, "inconclusive")


def test_tiers_below_the_studies_are_not_asked(store):
    low = Reading("low", params={"mean": 0.1}, why="test")
    slow = claim(parts=(part(study="slow", mean=0.0),), readings=(MAIN, low))
    # A run that stopped after five units: the whole schedule of fast, at which this study does not run.
    sweep(tasks_of("synthetic", SLOW, {"mean": 0.1, "sd": 1.0}, 0, 5), store, SerialExecutor())
    assert [(r.tier, r.units) for r in stored_readings(slow, paper(slow), store)] == [("standard", 5)]
