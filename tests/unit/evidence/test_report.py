"""The report as a browser would read it."""

import os
import stat
from dataclasses import replace
from itertools import pairwise

import pytest

from qbench.evidence.claims import Band, Reading
from qbench.evidence.corrections import Correction
from qbench.evidence.record import RecordedReading, Span
from qbench.evidence.report import site, write_report
from qbench.evidence.report.claim_view import duration
from qbench.evidence.report.files import write_whole
from qbench.evidence.statistics import Mean, Median
from qbench.evidence.verify import verify
from qbench.evidence.wording import estimate_text, in_short
from tests.site import Page, broken_links, pages_of
from tests.synthetic import (
    MAIN,
    NORMAL,
    claim,
    estimate,
    exact_claim,
    paper,
    part,
    recorded,
    untestable_claim,
)

INF = float("inf")
EVIL = "<script>alert('\"&amp;')</script><b>&\""

CLAIMS = (
    claim(
        "sure",
        "C01",
        parts=(part(mean=9.0), part(name="b", band=Band(lo=-INF, hi=2.0, unit="dB", why="test"), statistic=Mean("b"))),
        readings=(MAIN, Reading("rescored", columns={"a": "b"}, why="b may be meant; nobody says")),
        recorded=recorded("reproduced", a=estimate(9.0, sd=9.0), b=estimate(0.0, sd=9.0)),
    ),
    exact_claim(3, "refuted", "C02"),
    untestable_claim("C03"),
    claim("slow", "C04", parts=(part(study="slow"),)),
    claim("unbounded", "C05", parts=(part(statistic=Median("a")),), parameters="unstated"),
    claim("broken", "C06", parts=(part(study="fragile", sd="wide"),)),
)


@pytest.fixture
def found(store):
    return verify(CLAIMS, [paper(*CLAIMS)], store, tier="fast")


def read(run, papers, folder, key="synthetic", **kwargs):
    """The page of one paper."""
    write_report(run, papers, folder, **kwargs)
    assert broken_links(folder) == []
    return pages_of(folder)[folder / key / "index.html"]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "deeper" / "report"


@pytest.fixture
def page(found, folder):
    return read(found, [paper(*CLAIMS)], folder)


@pytest.fixture
def index(page, folder):
    return Page((folder / "index.html").read_text(encoding="utf-8"))


def test_every_claim_is_there_with_its_verdict_and_command(found, page, index):
    assert page.tags.count("article") == len(CLAIMS)
    for result in found.claims:
        of = result.claim
        words = page.words_of(of.number)
        assert words.startswith(f"{of.number} {of.id.split('/')[1]} {result.verdict} {of.says} {of.where}")
        assert f"qbench verify {of.id} --tier {of.decides_at}" in words
        # At a glance too, on both pages, each time with a link.
        assert {"href": f"#{of.number}"} in page.of("a")
        assert {"href": f"synthetic/index.html#{of.number}"} in index.of("a")
        assert index.words.count(f"{of.number} {of.says}") == 1


def test_every_interval_is_there_in_words_and_drawn(found, page):
    parts = [r for c in found.claims if c.main is not None for reading in (c.main, *c.others) for r in reading.parts]
    assert len(parts) == 2 + 2 + 1 + 1
    for shown in parts:
        assert estimate_text(shown.estimate, shown.part.band.unit) in page.words
        assert str(shown.part.band) in page.words
    labels = [a["aria-label"] for a in page.of("svg") if a.get("role") == "img"]
    assert len(labels) == len(parts)
    assert all(" against " in label for label in labels)


def test_shapes_stay_in_their_drawings(page):
    places = [a[k] for tag in ("rect", "line", "text") for a in page.of(tag) for k in ("x", "x1", "x2") if k in a]
    assert len(places) > 30
    assert all(0.0 <= float(x.removesuffix("%")) <= 100.0 for x in places)
    assert all(float(a["width"].removesuffix("%")) > 0.0 for a in page.of("rect"))


LOST = RecordedReading("not reproduced", "paper", 0, {"a": Span(-9.0, -10.0, -8.0, 10)})


def with_readings(count):
    """A claim with so many readings beside the main one, all on record but the last."""
    others = tuple(Reading(f"r{i}", params={"mean": -9.0 - i}, why="test") for i in range(count))
    record = replace(recorded("reproduced", a=estimate(9.0, sd=9.0)), readings={r.key: LOST for r in others[:-1]})
    return claim(parts=(part(mean=9.0),), readings=(MAIN, *others), recorded=record)


@pytest.mark.parametrize(("count", "folded"), [(12, False), (13, True), (40, True)])
def test_all_readings_stand_there_folded_where_there_are_many(store, tmp_path, count, folded):
    of = with_readings(count)
    page = read(verify([of], [paper(of)], store, tier="fast"), [paper(of)], tmp_path)
    (shut,) = [a for a in page.of("details") if a.get("class") == "readings"]
    assert ("open" not in shut) == folded
    assert f"The other readings ({count})" in page.words
    assert f"The claim holds under 1 of {count} readings run ({count + 1} registered): main." in page.words
    assert "r0 not reproduced on record test -9 [-10, -8] dB, 10 replicates" in page.words
    assert f"r{count - 1} not run" in page.words
    # Each that ran is drawn once.
    assert len([a for a in page.of("svg") if a.get("role") == "img"]) == count
    assert (f"{count - 1} other readings run: {count - 1} not reproduced; a from -9 to -9" in page.words) == folded


def test_a_claim_not_measured_here_is_shown_from_its_record(store, tmp_path):
    record = replace(
        recorded("not reproduced", a=estimate(2.93)),
        beside={"a": {"exact optimum": estimate(4.5)}},
    )
    of = claim(parts=(part(study="slow"),), recorded=record)
    run = verify([of], [paper(of)], store, tier="fast")
    page = read(run, [paper(of)], tmp_path)
    words = page.words_of("C01")
    assert words.startswith("C01 holds not reproduced")
    assert "2.93 [2.43, 3.43] dB , 20 replicates" in words
    assert "exact optimum 4.5 [4, 5]" in words
    assert (
        "Not measured in this run: verdict and numbers are those of the record of 2026-01-02, tier standard." in words
    )
    assert "Undecided in this run: 1. Not measured in it and shown from the record: 1." in page.words
    # Readings on record say the same in more detail, where the record has them.
    main = RecordedReading("reproduced", "standard", 1, {"a": Span(7.0, 6.0, 8.0, 10)})
    rich = replace(of, recorded=replace(record, readings={"main": main}))
    page = read(verify([rich], [paper(rich)], store, tier="fast"), [paper(rich)], tmp_path)
    assert "7 [6, 8] dB , 10 replicates" in page.words_of("C01")


def test_what_this_run_says_beside_the_record(store, tmp_path):
    def said(of, tier="standard", **kwargs):
        run = verify([of], [paper(of)], store, tier=tier, **kwargs)
        return read(run, [paper(of)], tmp_path).words_of("C01"), Page((tmp_path / "index.html").read_text()).words

    near = claim(parts=(part(),), recorded=recorded("reproduced", a=estimate(2.93)))
    assert "Measured at tier standard. The verdict is that of the record of 2026-01-02" in said(near)[0]
    wrong = replace(near, recorded=recorded("not reproduced", a=estimate(2.93)))
    assert "This contradicts the record of 2026-01-02, tier standard: not reproduced." in said(wrong)[0]
    assert "now reproduced, on record since 2026-01-02: not reproduced" in said(wrong)[1]
    assert (
        "This left the lock of the record" in said(replace(near, recorded=recorded("reproduced", a=estimate(99.0))))[0]
    )
    assert "No verdict is on record yet." in said(replace(near, recorded=None))[0]
    weak = replace(near, parts=(part(0.0),), recorded=recorded("not reproduced", a=estimate(0.0)))
    words, index = said(weak, "fast")
    assert words.startswith("C01 holds inconclusive")
    assert "Undecided in this run; the record of 2026-01-02, tier standard says not reproduced." in words
    assert "Undecided in this run; on record: not reproduced. as measured in the test" in index


def test_reasons_counterexamples_and_records(page, index):
    assert "Counterexample: 3 strings differ" in page.words_of("C02")
    assert "missing: energy model" in page.words_of("C03")
    assert "not measured at fast" in page.words_of("C04")
    assert "as measured in the test" in page.words_of("C01")
    assert "Traceback" in page.words_of("C06")
    assert "Could not be measured." in page.words_of("C06")
    # A traceback has no place in a list of verdicts.
    assert "Traceback" not in index.words
    assert "pytest" not in page.words_of("C02")


def test_the_first_screen_counts_what_is_open(page, index):
    # Verdicts that are inconclusive: below its tier, unbounded, broken; undecided beside the record: the first two.
    for one in (page, index):
        assert "1 reproduced 1 refuted 3 inconclusive 1 untestable Undecided in this run: 2." in one.words
        assert "1 of 1 measured verdicts stand under Holm" in one.words
        assert "shown from the record" not in one.words


def test_the_papers_own_arithmetic_is_counted_apart(store, tmp_path):
    own = (exact_claim(0, "fits", "C01", kind="consistency"), exact_claim(2, "not", "C02", kind="consistency"))
    claims = (*own, exact_claim(0, "other", "C03"))
    page = read(verify(claims, [paper(*claims)], store), [paper(*claims)], tmp_path)
    assert "1 reproduced Undecided in this run: 0. The paper's own arithmetic: 1 consistent, 1 not." in page.words


def test_verdicts_have_a_word_a_shape_and_only_then_a_colour(page):
    badges = [a for a in page.of("span") if "badge" in (a.get("class") or "")]
    assert len(badges) == 2 * len(CLAIMS) + 5
    assert len(page.of("svg")) >= len(badges) + 6
    shapes = {a["d"] for a in page.of("path")}
    assert {"M3 8.5 6.5 12 13 4.5", "M4.2 11.8l7.6-7.6", "M3 8h10"} <= shapes


def test_resources_corrections_open_points_and_provenance(found, tmp_path):
    fix = Correction("Eq. (10)", "a row sum", "a column sum", "a row sum is 1")
    whole = replace(paper(*CLAIMS), corrections=(fix,), doi="10.1000/x")
    page = read(found, [whole], tmp_path, tier="some tier", tasks="some tasks")
    # A resource that is 0 for every claim is left out; C02 has two that are not.
    assert "claim computing time qubits two qubit gates C01 under 0.1 s – – C02 under 0.1 s 4 3" in page.words
    assert "where printed used why Eq. (10) a row sum a column sum a row sum is 1" in page.words
    assert "Parameters not stated at all: C05 ." in page.words
    assert "b may be meant C01 nobody says C01" in page.words
    assert "Tier some tier Salt 0 Tasks some tasks Date 20" in page.words
    assert {"href": "https://doi.org/10.1000/x"} in page.of("a")
    assert os.uname().nodename not in page.words or len(os.uname().nodename) < 4
    assert "What we corrected" not in read(found, [paper(*CLAIMS)], tmp_path).words


def test_a_resource_that_is_0_everywhere_is_left_out(store, tmp_path):
    of = exact_claim(0)
    page = read(verify([of], [paper(of)], store), [paper(of)], tmp_path)
    assert "claim computing time qubits C02" in page.words


def test_the_papers_number_is_marked_where_it_belongs(store, tmp_path):
    def marks(of):
        page = read(verify([of], [paper(of)], store), [paper(of)], tmp_path)
        return [a for a in page.of("line") if a.get("class") == "claimed"], page.words

    lines, words = marks(claim(parts=(part(),), claimed=3.0, unit="dB"))
    assert len(lines) == 1
    assert "the paper: 3" in words
    # In another unit, or without an end, it is no place on this axis.
    assert marks(claim(parts=(part(),), claimed=3.0, unit="%"))[0] == []
    assert marks(claim(parts=(part(),), claimed=INF, unit="dB"))[0] == []
    # Of several parts, the one that is to hold it.
    high = part(name="b", band=Band(lo=100.0, hi=INF, unit="dB", why="test"))
    of = claim(parts=(high, part()), claimed=3.0, unit="dB")
    page = read(verify([of], [paper(of)], store), [paper(of)], tmp_path)
    (label,) = [a["aria-label"] for a in page.of("svg") if "the paper says 3" in (a.get("aria-label") or "")]
    assert "against [0, inf)" in label


def test_nothing_is_run_by_the_reader(store, folder):
    evil = (
        claim(
            "sure",
            parts=(
                part(mean=9.0, name=EVIL, band=Band(lo=0.0, hi=INF, unit=EVIL, why=EVIL), beside={EVIL: Mean("b")}),
            ),
            says=EVIL,
            where=EVIL,
            readings=(replace(MAIN, why=EVIL), Reading("low", params={"mean": -9.0}, why=EVIL)),
            recorded=replace(recorded("reproduced"), why=EVIL),
        ),
        replace(untestable_claim("C02"), untestable=f"missing: {EVIL}"),
    )
    fix = Correction(EVIL, EVIL, EVIL, EVIL)
    whole = replace(paper(*evil), title=EVIL, authors=(EVIL,), bibtex=EVIL, corrections=(fix,))
    run = verify(evil, [whole], store, tier="fast", readings=["low"])
    page = read(run, [whole], folder, tier=EVIL, tasks=EVIL)
    for path, one in pages_of(folder).items():
        assert not {"script", "b&"} & set(one.tags)
        assert "<script" not in path.read_text(encoding="utf-8")
        # Nothing is lost either: the reader sees the words as they were written.
        assert one.words.count(EVIL) >= 5
    assert page.words.count(EVIL) >= 18
    assert any(EVIL in (a.get("aria-label") or "") for a in page.of("svg"))


def test_it_reads_without_the_network_and_without_scripts(page, folder):
    for path, one in pages_of(folder).items():
        assert "script" not in one.tags
        for _, attributes in one.attributes:
            assert not [name for name in attributes if name.startswith("on")], path
    style = (folder / "style.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style


def test_a_reader_who_does_not_see_finds_the_way(page, folder):
    for one in pages_of(folder).values():
        assert one.of("html") == [{"lang": "en"}]
        assert {"header", "nav", "main", "footer"} <= set(one.tags)
        assert one.of("a")[0] == {"class": "skip", "href": "#content"}
        assert one.of("main")[0]["id"] == "content"
        levels = [int(tag[1]) for tag in one.tags if tag in {"h1", "h2", "h3", "h4"}]
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert all(
            a.get("role") == "img" or a.get("aria-hidden") == "true" or "x" in a or "y" in a for a in one.of("svg")
        )
        assert all(a.get("alt") for a in one.of("img"))
        assert all(a["scope"] in {"col", "row"} for a in one.of("th"))


def test_papers_without_a_claim_in_the_run_are_left_out(found, tmp_path):
    silent = replace(paper(), key="silent", title="Not in this run")
    page = read(found, [paper(*CLAIMS), silent], tmp_path)
    assert "Not in this run" not in page.words + Page((tmp_path / "index.html").read_text()).words
    assert not (tmp_path / "silent").exists()


def test_two_papers_lead_to_each_other(store, tmp_path):
    other = replace(claim("sure"), id="other/sure")
    papers = [paper(CLAIMS[0]), replace(paper(), key="other", title="Another", claims=(other,))]
    page = read(verify([CLAIMS[0], other], papers, store), papers, tmp_path)
    assert {"href": "../other/index.html"} in page.of("a")
    assert {"href": "../synthetic/index.html", "aria-current": "page"} in page.of("a")
    assert "Another" in Page((tmp_path / "index.html").read_text()).words


def test_a_run_without_claims_says_so(store, tmp_path):
    assert (
        "No paper has a claim in this run."
        in Page(write_report(verify([], [paper()], store), [paper()], tmp_path).read_text()).words
    )


def test_a_second_report_replaces_the_first(found, store, tmp_path):
    read(found, [paper(*CLAIMS)], tmp_path)
    page = read(verify(CLAIMS[:1], [paper(*CLAIMS)], store), [paper(*CLAIMS)], tmp_path)
    assert page.tags.count("article") == 1
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["index.html", "index.html", "style.css", "synthetic"]


def test_a_killed_run_leaves_the_old_pages_whole(found, tmp_path, monkeypatch):
    read(found, [paper(*CLAIMS)], tmp_path)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    opened = os.fdopen

    def dying(handle, *args, **kwargs):
        file = opened(handle, *args, **kwargs)
        whole = file.write

        def write(text):
            whole(text[: len(text) // 2])
            raise KeyboardInterrupt

        file.write = write
        return file

    monkeypatch.setattr(os, "fdopen", dying)
    with pytest.raises(KeyboardInterrupt):
        write_report(found, [paper(*CLAIMS)], tmp_path)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_the_index_is_written_last(found, tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(site, "write_whole", lambda path, text: written.append(path.relative_to(tmp_path).as_posix()))
    write_report(found, [paper(*CLAIMS)], tmp_path)
    assert written == ["style.css", "synthetic/index.html", "index.html"]


def test_files_may_be_read_by_others(tmp_path):
    write_whole(tmp_path / "a.txt", "words\n")
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o644
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize(
    "text",
    [
        "It is 1.5 times as much; see Eq. (10) and Sec. V, Fig. 4.",
        "Eqs. (1) and Secs. I and Figs. 2 hold!",
    ],
)
def test_a_reason_in_short_ends_with_a_sentence(text):
    long = f"Then {'more ' * 60}follows."
    assert in_short(f"{text} {long}") == text
    assert in_short(f"{text} Not because of that. {long}") == f"{text} Not because of that."
    assert in_short("No end") == "No end"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.01, "under 0.1 s"), (2.34, "2.3 s"), (99.6, "100 s"), (150.0, "2.5 min"), (9000.0, "2.5 h")],
)
def test_durations(seconds, words):
    assert duration(seconds) == words


def test_a_unit_is_named(store, tmp_path):
    study = replace(NORMAL, name="normal", unit="seed")
    of = claim(parts=(part(9.0),))
    whole = paper(of, studies=(study,))
    page = read(verify([of], [whole], store), [whole], tmp_path)
    assert ", 5 seeds;" in page.words
