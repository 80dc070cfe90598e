"""`qbench report`: pages from what a store and the records hold, computing nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qbench.evidence import registry
from qbench.evidence.figures import Figure, Series
from qbench.evidence.record import RecordedReading, Span
from tests import synthetic as s
from tests.site import Page, broken_links

HELD = s.recorded("reproduced", a=s.estimate(2.93))
LOW = s.Reading("low", params={"mean": -7.0}, why="as low as it goes")


def written(folder: Path) -> Page:
    assert broken_links(folder) == []
    return Page((folder / "synthetic" / "index.html").read_text(encoding="utf-8"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "deeper" / "site"


def test_it_shows_what_the_store_has_and_computes_nothing(qbench, known, out: Path) -> None:
    known(s.claim(recorded=HELD, readings=(s.MAIN, LOW)), s.exact_claim(2), s.untestable_claim())
    qbench("verify", "--reading", "low")
    s.CALLS.clear()
    result = qbench("report", "--out", str(out))
    assert result.exit_code == 0
    assert "3 claims, 0 of them shown from the record." in " ".join(result.output.split())
    assert s.CALLS == []
    page = written(out)
    assert "Measured at tier standard. The verdict is that of the record of 2026-01-02" in page.words_of("C01")
    assert "low not reproduced as low as it goes" in page.words_of("C01")
    assert "Counterexample: 2 strings differ" in page.words_of("C02")
    assert page.words_of("C03").startswith("C03 open untestable")
    assert "Tasks none computed, read from a store" in page.words


def test_without_a_store_it_speaks_from_the_records_and_makes_none(
    qbench, known, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = {"main": RecordedReading("reproduced", "standard", 1, {"a": Span(2.93, 1.93, 3.93, 10)})}
    figure = Figure(
        "fig1", "Fig. 1", "Rate", "x", "y", (Series.across("s", "a", {3: s.Cell("normal", {"mean": 3.0})}),)
    )
    paper = known(s.claim(recorded=replace(HELD, readings=readings)), s.exact_claim(2), s.untestable_claim())
    monkeypatch.setattr(registry, "papers", lambda: (replace(paper, figures=(figure,)),))
    result = qbench("report", "--out", str(out))
    assert result.exit_code == 0
    said = " ".join(result.output.split())
    assert f"3 claims, 1 of them shown from the record. There is no store at {tmp_path / 'store.sqlite'}." in said
    assert [p.name for p in tmp_path.iterdir()] == ["deeper"]
    page = written(out)
    assert page.words_of("C01").startswith("C01 holds reproduced")
    assert "2.93 [1.93, 3.93] dB , 10 replicates" in page.words_of("C01")
    assert "verdict and numbers are those of the record of 2026-01-02" in page.words_of("C01")
    # No record, no result: said so, and what it would take.
    assert page.words_of("C02").startswith("C02 exact inconclusive")
    assert "the store does not hold its results: `qbench verify synthetic/exact` computes them" in page.words
    assert "Not measured in this run, and no verdict is on record." in page.words_of("C02")
    assert "No data: none of its runs is in the store at this tier." in page.words
    assert "read from the records alone" in page.words


def test_each_claim_at_the_tier_that_decides_it_or_at_the_one_named(qbench, known, out: Path) -> None:
    known(s.claim(decides_at="paper", parts=(s.part(0.0),)))
    qbench("verify", "--tier", "fast")
    qbench("report", "--out", str(out))
    assert ", 5 replicates;" in written(out).words_of("C01")
    qbench("verify", "--tier", "paper")
    qbench("report", "--out", str(out))
    assert ", 40 replicates;" in written(out).words_of("C01")
    qbench("report", "--out", str(out), "--tier", "standard")
    assert ", 20 replicates;" in written(out).words_of("C01")
    assert "Tier standard" in written(out).words


def test_a_tier_of_which_the_store_has_nothing(qbench, known, out: Path) -> None:
    known(s.claim(recorded=HELD, parts=(s.part(study="slow"),)))
    qbench("verify")
    qbench("report", "--out", str(out), "--tier", "fast")
    assert "the store does not hold its results at tier fast" in written(out).words_of("C01")


def test_readings_are_shown_although_the_main_one_has_not_run(qbench, known, out: Path) -> None:
    known(s.claim(readings=(s.MAIN, LOW)))
    qbench("verify", "--reading", "low")
    known(s.claim(readings=(s.MAIN, LOW), parts=(s.part(4.0),)))
    qbench("report", "--out", str(out))
    words = written(out).words_of("C01")
    assert "the store does not hold its results" in words
    assert "low not reproduced as low as it goes -7" in words


def test_a_store_that_is_not_there_is_refused_where_it_was_named(qbench, known, out: Path, tmp_path: Path) -> None:
    known(s.claim())
    result = qbench("report", "--store", str(tmp_path / "no.sqlite"), "--out", str(out))
    assert result.exit_code == 2
    assert "there is no store at" in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_is_none_is_refused(qbench, known, out: Path, tmp_path: Path) -> None:
    known(s.claim())
    (tmp_path / "notes.txt").write_text("not a database, but long enough to be taken for one\n" * 30, encoding="utf-8")
    result = qbench("report", "--store", str(tmp_path / "notes.txt"), "--out", str(out))
    assert result.exit_code == 2
    assert "notes.txt" in result.output
    assert not (out / "index.html").exists()


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_folder_that_cannot_be_written_is_refused(qbench, known, place: str, tmp_path: Path) -> None:
    known(s.claim())
    (tmp_path / "file").write_text("x", encoding="utf-8")
    result = qbench("report", "--out", str(tmp_path / place))
    assert result.exit_code == 2
    assert "cannot be written to" in result.output or "is a file" in result.output


def test_a_full_disk_exits_3(qbench, known, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    known(s.claim())
    monkeypatch.setattr("qbench.evidence.report.site.write_whole", full)
    result = qbench("report", "--out", str(out))
    assert result.exit_code == 3
    assert "the report could not be written" in result.output


def test_verify_leaves_no_empty_page_before_it_has_one(qbench, known, out: Path) -> None:
    known(s.claim(parts=(s.part(study="fragile"),)))
    s.STOPPING.add(0)
    try:
        assert qbench("verify", "--workers", "1", "--report", str(out)).exit_code == 130
    finally:
        s.STOPPING.clear()
    assert list(out.iterdir()) == []


def test_the_papers_of_this_repository_from_their_records(qbench, out: Path) -> None:
    assert qbench("report", "--out", str(out)).exit_code == 0
    assert broken_links(out) == []
    index = Page((out / "index.html").read_text(encoding="utf-8"))
    for paper in registry.papers():
        page = Page((out / paper.key / "index.html").read_text(encoding="utf-8"))
        assert [a["id"] for a in page.of("article")] == [c.number for c in paper.claims]
        for claim in paper.claims:
            recorded = claim.recorded
            assert recorded is not None
            assert page.words_of(claim.number).startswith(f"{claim.number} {claim.id.split('/')[1]} {recorded.verdict}")
            assert claim.says in index.words
        for correction in paper.corrections:
            assert correction.why in page.words
