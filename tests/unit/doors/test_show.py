"""`qbench show` and `qbench record`: what a store has, what the record keeps, and what a fresh clone says of both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qbench.evidence import registry
from qbench.evidence.estimate import Estimate
from qbench.evidence.record import Recorded, RecordedReading, Records, Span
from tests import synthetic as s


def held(verdict: str = "reproduced", value: float = 2.93) -> Recorded:
    estimate = Estimate(value, value - 1, value + 1, 0.01, 10, 1.0, "Student t")
    return Recorded(verdict, "it was measured", "2026-01-02", "standard", {"a": estimate})


def test_show_tells_where_band_reading_cost_rerun_and_why(qbench, known) -> None:
    known(s.claim(recorded=held(), parts=(s.part(),)), s.exact_claim(2))
    text = qbench("show", "C01").output
    for words in (
        "Fig. 1",
        "a is positive",
        "claimed    3 dB",
        "[0, inf)",
        "chosen for the test",
        "2.93 [1.93, 3.93]",
        "main reading main",
        "qbench verify synthetic/holds --tier standard",
        "it was measured",
    ):
        assert words in text
    assert "in store" not in text
    qbench("verify")
    assert "in store   reproduced, as recorded" in qbench("show", "C01").output
    assert "counterexample: 2 strings differ" in qbench("show", "C02").output
    assert "qubits 4" in qbench("show", "C02").output


def test_verify_and_show_tell_every_reading(qbench, known) -> None:
    swapped = s.Reading("swap", columns={"a": "b"}, why="the other column")
    known(s.claim(recorded=held(), readings=(s.MAIN, swapped)))
    assert "C01: reading swap: open after 10 units: a " in qbench("verify").output
    text = qbench("show", "C01").output
    assert "readings   The claim holds under 1 of 2 readings run (2 registered): main." in text
    assert "reading      swap: the other column\n             open after 10 units: a " in text


def test_verify_and_show_tell_the_numbers_beside_a_part(qbench, known) -> None:
    known(s.claim(recorded=held(), parts=(s.part(beside={"the other column": s.Mean("b")}),)))
    result = qbench("verify")
    assert result.exit_code == 0
    assert "beside a: the other column " in result.output
    assert "  beside   the other column: " in qbench("show", "C01").output


RICH = Recorded(
    **{
        **vars(held()),
        "beside": {"a": {"exact optimum": Estimate(4.5, 4.5, 4.5, 0.0, 0, 0.0, "exact")}},
        "readings": {
            "main": RecordedReading("reproduced", "standard", 1, {"a": Span(2.93, 1.93, 3.93, 10)}),
            "low": RecordedReading("not reproduced", "paper", 0, {"a": Span(-7.5, -8.5, -6.5, 40)}),
        },
    }
)
LOW = s.Reading("low", params={"mean": -7.0}, why="as low as it goes")
HIGH = s.Reading("high", params={"mean": 7.0}, why="as high as it goes")


def test_show_on_a_fresh_clone_speaks_from_the_record(qbench, known, tmp_path: Path) -> None:
    of = s.claim(recorded=RICH, readings=(s.MAIN, LOW, HIGH), parts=(s.part(beside={"exact optimum": s.Mean("b")}),))
    known(of)
    text = qbench("show", "C01").output
    for words in (
        "  band     [0, inf) dB: chosen for the test\n",
        "  recorded 2.93 [1.93, 3.93] dB, n=10, Student t, 0.01 per side\n",
        "  beside   exact optimum: 4.5\n",
        "readings   The claim holds under 1 of 2 readings run (3 registered): main.\n",
        "             reproduced: a 2.93 [1.93, 3.93], on record since 2026-01-02\n",
        "             not reproduced: a -7.5 [-8.5, -6.5], on record since 2026-01-02\n",
        "reading      high: as high as it goes (runs at paper, or with --reading high)\n\n",
    ):
        assert words in text
    assert "in store" not in text
    assert not (tmp_path / "store.sqlite").exists()


def test_show_prefers_what_the_store_has(qbench, known) -> None:
    of = s.claim(recorded=RICH, readings=(s.MAIN, LOW, HIGH), parts=(s.part(beside={"exact optimum": s.Mean("b")}),))
    known(of)
    qbench("verify", "--reading", "high")
    text = qbench("show", "C01").output
    assert "  beside   exact optimum: 4.5\n" not in text
    assert "  in store " in text
    assert "readings   The claim holds under 2 of 3 readings run (3 registered): main, high." in text
    lines = text.splitlines()
    now = next(lines[i + 1] for i, line in enumerate(lines) if line.startswith("main reading"))
    assert now.startswith("             reproduced: a ")
    assert "on record" not in now
    # What has not run here still speaks from the record.
    assert "not reproduced: a -7.5 [-8.5, -6.5], on record since 2026-01-02" in text


def test_show_judges_at_the_tier_that_decides_or_at_what_there_is(qbench, known) -> None:
    known(s.claim(decides_at="paper", parts=(s.part(0.0),)))
    qbench("verify", "--tier", "fast")
    assert "n=5, Student t, 0.005 per side" in qbench("show", "C01").output
    qbench("verify", "--tier", "paper")
    assert "n=40, Student t, 0.035 per side" in qbench("show", "C01").output


def many(count: int, mean: float = -9.0) -> tuple[s.Reading, ...]:
    return tuple(s.Reading(f"r{i}", params={"mean": mean - i}, why="one of many") for i in range(count))


def test_of_many_readings_only_those_that_hold_are_named(qbench, known) -> None:
    known(s.claim(recorded=held(), decides_at="paper", parts=(s.part(-3.0),), readings=(s.MAIN, HIGH, *many(14))))
    result = qbench("verify", "--tier", "paper")
    text = qbench("show", "C01").output
    for shown in (result.output, text):
        assert "The claim holds under 1 of 16 readings run (16 registered): high." in shown
        assert "a hit among many readings is a search, not a reproduction" in shown
        assert "14 other readings run: 14 not reproduced; a from -22" in shown
        assert "r7" not in shown
    assert "reading high: reproduced: a " in result.output


def test_show_says_how_many_readings_have_not_run(qbench, known) -> None:
    known(s.claim(recorded=held(), readings=(s.MAIN, *many(14))))
    qbench("verify")
    text = qbench("show", "C01").output
    assert "14 readings have not run: qbench verify synthetic/holds --tier paper runs them all" in text
    assert "The claim holds under 1 of 1 readings run (15 registered): main." in text


def test_record_writes_and_verify_then_agrees(qbench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def put() -> None:
        records = Records(tmp_path / "records" / "synthetic.json")
        claims = (s.claim(recorded=records.get("C01")), s.untestable_claim())
        paper = replace(s.paper(*claims), records=records)
        monkeypatch.setattr(registry, "papers", lambda: (paper,))

    put()
    assert qbench("verify").exit_code == 1
    assert qbench("record", "C01").exit_code == 2
    assert "synthetic/holds: reproduced (was nothing)" in qbench("record", "C01", "--why", "a is 3").output
    put()
    assert qbench("verify").exit_code == 0
    assert qbench("record", "C01").exit_code == 0
    put()
    assert "a is 3" in qbench("show", "C01").output


def test_record_keeps_what_else_was_known(qbench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "records" / "synthetic.json"
    swap = s.Reading("swap", columns={"a": "b"}, why="the other column")

    def put(**kwargs) -> None:
        records = Records(path)
        parts = (s.part(beside={"b alone": s.Mean("b")}),)
        of = s.claim(recorded=records.get("C01"), parts=parts, readings=(s.MAIN, LOW, swap, HIGH), **kwargs)
        monkeypatch.setattr(registry, "papers", lambda: (replace(s.paper(of), records=records),))

    put()
    assert qbench("verify", "--tier", "paper", "-q").exit_code == 1
    assert qbench("record", "C01", "--why", "a is 3").exit_code == 0
    kept = Records(path).get("C01")
    assert list(kept.beside["a"]) == ["b alone"]
    # In the order of the claim; those of other runs at the tiers of those runs.
    assert {key: (r.verdict, r.tier) for key, r in kept.readings.items()} == {
        "main": ("reproduced", "standard"),
        "low": ("not reproduced", "paper"),
        "swap": ("inconclusive", "standard"),
        "high": ("reproduced", "paper"),
    }
    main = kept.readings["main"].parts["a"]
    assert (main.value, main.lo, main.hi, main.n) == tuple(
        getattr(kept.parts["a"], k) for k in ("value", "lo", "hi", "n")
    )
    put()
    assert qbench("verify").exit_code == 0
    (tmp_path / "store.sqlite").unlink()
    assert "beside   b alone: " in qbench("show", "C01").output
    # A store that knows less takes nothing off the record.
    assert qbench("record", "C01").exit_code == 0
    assert Records(path).get("C01").readings["low"] == kept.readings["low"]


def test_record_drops_readings_that_judged_other_parts(qbench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "records" / "synthetic.json"

    def put(part: str) -> None:
        records = Records(path)
        of = s.claim(recorded=records.get("C01"), parts=(s.part(name=part),), readings=(s.MAIN, LOW))
        monkeypatch.setattr(registry, "papers", lambda: (replace(s.paper(of), records=records),))

    put("a")
    qbench("verify", "--reading", "low", "--tier", "paper", "-q")
    assert qbench("record", "C01", "--why", "a is 3").exit_code == 0
    assert set(Records(path).get("C01").readings) == {"main", "low"}
    (tmp_path / "store.sqlite").unlink()
    put("renamed")
    assert qbench("record", "C01").exit_code == 0
    assert set(Records(path).get("C01").readings) == {"main"}


def test_record_refuses_what_is_not_whole(qbench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    records = Records(tmp_path / "synthetic.json")
    of = s.claim(parts=(s.part(beside={"typo": s.Mean("c")}),))
    monkeypatch.setattr(registry, "papers", lambda: (replace(s.paper(of), records=records),))
    result = qbench("record", "C01", "--why", "a is 3")
    assert result.exit_code == 3
    assert "'typo' beside 'a' was not estimated" in result.output
    assert not records.path.exists()
