"""The report as a browser would read it."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from qbench.evidence.claims import Band, Reading
from qbench.evidence.record import RecordedReading, Span
from qbench.evidence.report import write_report
from qbench.evidence.statistics import Mean, Median
from qbench.evidence.verify import verify
from qbench.evidence.wording import estimate_text
from tests.synthetic import MAIN, claim, estimate, exact_claim, paper, part, recorded, untestable_claim

INF = float("inf")
EVIL = "<script>alert('\"&amp;')</script>"
VOID = {"meta", "rect", "line", "br"}


class Page(HTMLParser):
    """The tags, attributes and text of a page; tags that are not closed in order are an error."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    @property
    def words(self):
        return " ".join(" ".join(self.text).split())


CLAIMS = (
    claim(
        "sure",
        "C01",
        parts=(part(mean=9.0), part(name="b", band=Band(lo=-INF, hi=2.0, unit="dB", why="test"), statistic=Mean("b"))),
        readings=(MAIN, Reading("rescored", columns={"a": "b"}, why="test")),
        recorded=recorded("reproduced", a=estimate(9.0, sd=9.0), b=estimate(0.0, sd=9.0)),
    ),
    exact_claim(3, "refuted", "C02"),
    untestable_claim("C03"),
    claim("slow", "C04", parts=(part(study="slow"),)),
    claim("unbounded", "C05", parts=(part(statistic=Median("a")),)),
    claim("broken", "C06", parts=(part(study="fragile", sd="wide"),)),
)


@pytest.fixture
def found(store):
    return verify(CLAIMS, [paper(*CLAIMS)], store, tier="fast")


def read(run, papers, folder):
    return Page(write_report(run, papers, folder).read_text(encoding="utf-8"))


@pytest.fixture
def page(found, tmp_path):
    return read(found, [paper(*CLAIMS)], tmp_path / "deeper" / "report")


def test_every_claim_is_there_with_its_verdict_and_command(found, page):
    assert page.tags.count("article") == len(CLAIMS)
    for result in found.claims:
        of = result.claim
        assert f"{of.number} {of.id.split('/')[1]}: {result.verdict}" in page.words
        assert of.says in page.words
        assert f"qbench verify {of.id} --tier {of.decides_at}" in page.words


def test_every_interval_is_there_in_words_and_drawn(found, page):
    parts = [r for c in found.claims if c.main is not None for reading in (c.main, *c.others) for r in reading.parts]
    assert len(parts) == 2 + 2 + 1 + 1
    for shown in parts:
        assert estimate_text(shown.estimate, shown.part.band.unit) in page.words
        assert str(shown.part.band) in page.words
    assert page.tags.count("svg") == len(parts)
    labels = [a["aria-label"] for tag, a in page.attributes if tag == "svg"]
    assert all(" against " in label for label in labels)


def test_drawings_stay_in_their_frame(page):
    drawn = [a for tag, a in page.attributes if tag in {"rect", "line"}]
    assert len(drawn) == 3 * page.tags.count("svg")
    for shape in drawn:
        across = [float(shape[k]) for k in ("x", "x1", "x2") if k in shape]
        assert all(-1.5 <= x <= 200.0 for x in across)
        assert float(shape.get("width", 1.0)) > 0.0


def test_an_interval_inside_its_band_is_drawn_inside(found, page):
    shapes = [a for tag, a in page.attributes if tag in {"rect", "line"}]
    band, line, dot = shapes[:3]
    left, right = float(band["x"]), float(band["x"]) + float(band["width"])
    assert left < float(line["x1"]) < float(dot["x"]) + 1.5 < float(line["x2"]) <= right


LOST = RecordedReading("not reproduced", "paper", 0, {"a": Span(-9.0, -10.0, -8.0, 10)})


def with_readings(count):
    """A claim with so many readings beside the main one, all on record but the last."""
    others = tuple(Reading(f"r{i}", params={"mean": -9.0 - i}, why="test") for i in range(count))
    record = replace(recorded("reproduced", a=estimate(9.0, sd=9.0)), readings={r.key: LOST for r in others[:-1]})
    return claim(parts=(part(mean=9.0),), readings=(MAIN, *others), recorded=record)


@pytest.mark.parametrize(("count", "folded"), [(11, 0), (12, 1), (40, 1)])
def test_all_readings_stand_in_a_table_folded_where_there_are_many(store, tmp_path, count, folded):
    of = with_readings(count)
    page = read(verify([of], [paper(of)], store, tier="fast"), [paper(of)], tmp_path)
    assert page.tags.count("details") == folded
    assert f"The claim holds under 1 of {count} readings run ({count + 1} registered): main." in page.words
    assert "r0: not reproduced (on record 2026-01-02)" in page.words
    assert f"r{count - 1}: not run" in page.words
    assert "main: reproduced a" in page.words
    # Each that ran is drawn once, the main one also above the fold.
    assert page.tags.count("svg") == count + folded
    if folded:
        assert f"All {count + 1} readings" in page.words
        assert f"{count - 1} other readings run: {count - 1} not reproduced; a from -9 to -9" in page.words


def test_a_claim_not_measured_here_is_shown_from_its_record(store, tmp_path):
    main = RecordedReading("reproduced", "standard", 1, {"a": Span(2.93, 1.93, 3.93, 10)})
    record = replace(
        recorded("reproduced", a=estimate(2.93)),
        readings={"main": main},
        beside={"a": {"exact optimum": estimate(4.5)}},
    )
    of = claim(parts=(part(study="slow"),), recorded=record)
    page = read(verify([of], [paper(of)], store, tier="fast"), [paper(of)], tmp_path)
    assert "main: reproduced (on record 2026-01-02) a 2.93 [1.93, 3.93] dB [0, inf) 10" in page.words
    assert "main: beside a: exact optimum 4.5 [4, 5]" in page.words


def test_reasons_counterexamples_and_records(page):
    assert "Counterexample: 3 strings differ" in page.words
    assert "missing: energy model" in page.words
    assert "not measured at fast" in page.words
    assert "On record since 2026-01-02: as measured in the test" in page.words
    assert "Traceback" in page.words


def test_the_first_screen_counts_what_is_open(page):
    # Verdicts that are inconclusive: below its tier, unbounded, broken; undecided beside the record: the first two.
    assert "1 reproduced, 1 refuted, 3 inconclusive, 1 untestable" in page.words
    assert "Undecided in this run: 2." in page.words
    assert "1 of 1 measured verdicts stand under Holm" in page.words


def test_nothing_is_run_by_the_reader(store, tmp_path):
    evil = (
        claim(
            "sure",
            parts=(part(mean=9.0, name=EVIL, band=Band(lo=0.0, hi=INF, unit=EVIL, why=EVIL)),),
            says=EVIL,
            where=EVIL,
            readings=(replace(MAIN, why=EVIL),),
            recorded=replace(recorded("reproduced"), why=EVIL),
        ),
        replace(untestable_claim("C02"), untestable=f"missing: {EVIL}"),
    )
    whole = replace(paper(*evil), title=EVIL, authors=(EVIL,))
    folder = tmp_path / "report"
    page = read(verify(evil, [whole], store, tier="fast"), [whole], folder)
    assert "script" not in page.tags
    assert "<script" not in (folder / "index.html").read_text(encoding="utf-8")
    # Nothing is lost either: the reader sees the words as they were written, in text and in attributes.
    assert page.words.count(EVIL) >= 9
    assert any(a.get("title") == EVIL for _, a in page.attributes)


def test_it_reads_without_the_network(page):
    for _, attributes in page.attributes:
        assert not {"src", "href", "onclick", "onload"} & set(attributes)


def test_papers_without_a_claim_in_the_run_are_left_out(found, tmp_path):
    silent = replace(paper(), key="silent", title="Not in this run")
    page = read(found, [paper(*CLAIMS), silent], tmp_path)
    assert "Not in this run" not in page.words


def test_a_second_report_replaces_the_first(found, store, tmp_path):
    read(found, [paper(*CLAIMS)], tmp_path)
    page = read(verify(CLAIMS[:1], [paper(*CLAIMS)], store), [paper(*CLAIMS)], tmp_path)
    assert page.tags.count("article") == 1
