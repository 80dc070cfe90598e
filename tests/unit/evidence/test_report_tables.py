"""Tables of a paper in the report, as a browser would read them."""

import re
from dataclasses import replace

import pytest

from qbench.evidence.claims import Reading
from qbench.evidence.recall import recall
from qbench.evidence.report import write_report
from qbench.evidence.statistics import Mean
from qbench.evidence.tables import Extra, Table
from qbench.evidence.verify import verify
from tests.site import Page, broken_links
from tests.synthetic import MAIN, claim, estimate, part, recorded
from tests.unit.evidence.tables import CLAIMS, PAPER, TABLE, Grids, cell, changed

EVIL = "<script>alert('\"&amp;')</script><b>&\""
OURS = "a search (2 ms)"


def text_of(paper, store, folder, run=None):
    """The paper's page; without a run from the records alone."""
    write_report(recall([paper], store) if run is None else run, [paper], folder)
    assert broken_links(folder) == []
    return (folder / paper.key / "index.html").read_text(encoding="utf-8")


@pytest.fixture
def text(store, tmp_path):
    return text_of(PAPER, store, tmp_path)


def grids(text):
    return [t for t in Grids(text).tables if t["class"] == "beside-print"]


def section(text):
    return text[text.index('id="table-') : text.index('id="glance"')]


def words(grid):
    return [[words for _, _, words in row] for row in grid["rows"]]


def test_every_cell_shows_print_measurement_interval_ratio_and_mark(text):
    main, low = grids(text)
    assert main["caption"] == "Table II: mean rate, main reading, dB"
    assert words(main) == [
        ["", "in the paper", "not in the paper: ours"],
        ["size", "random", "greedy", "best", OURS],
        [
            "small",
            "print 10.00 20 [19.5, 20.5] ratio 0.500, 0.500 ratio",
            "print 15.00 24 [23.5, 24.5] ratio 0.750, 0.600 neither",
            "print 20.00 40 [39.5, 40.5] row's reference not in value",
            "40 [39.75, 40.25] ratio 1.000",
        ],
        [
            "blank",
            "print 5.00 5.25 [4.75, 5.75] value",
            "print 7.00 9 [8.5, 9.5] not in value",
            "–",
            "10.5 [10.25, 10.75]",
        ],
        [
            "unmeasured",
            "print 5.00 6 [5.5, 6.5] not in value",
            "print 7.00 7.75 [7.25, 8.25] open",
            "print 8.00 row's reference not measured",
            "12 [11.75, 12.25]",
        ],
    ]
    # The other reading, from the record, without columns of ours.
    assert low["caption"] == "Table II: mean rate, reading low, dB"
    assert words(low)[:2] == [
        ["size", "random", "greedy", "best"],
        [
            "small",
            "print 10.00 10 [9, 11] ratio 0.500, 2.500 value",
            "print 15.00 3 [2, 4] ratio 0.750, 0.750 ratio",
            "print 20.00 4 [3, 5] row's reference not in value",
        ],
    ]
    assert words(low)[2][1] == "print 5.00 not measured"


def test_a_program_finds_the_headers_of_a_cell(text):
    main, low = grids(text)
    for grid in (main, low):
        *heads, names = [row for row in grid["rows"] if all(tag == "th" or not words for tag, _, words in row)]
        assert {a["scope"] for tag, a, _ in names} == {"col"}
        body = grid["rows"][len(heads) + 1 :]
        assert [row[0][:2] for row in body] == [("th", {"scope": "row"})] * 3
        assert all(tag == "td" for row in body for tag, _, _ in row[1:])
        assert {len(row) for row in body} == {len(names)}
    spans = [(a["scope"], a["colspan"]) for tag, a, _ in main["rows"][0] if tag == "th"]
    assert spans == [("colgroup", "3"), ("colgroup", "1")]
    groups = [int(a.get("span") or 1) for a in Page(text).of("colgroup")]
    assert groups == [1, 3, 1, 1, 3]
    # Columns of ours are set apart, those of the paper are not.
    assert ["ours" in (a.get("class") or "") for _, a, _ in main["rows"][2]] == [False] * 4 + [True]


def test_numbers_lead_to_their_claims(text):
    links = [a.get("href") for row in grids(text)[0]["rows"] for _, a, _ in row if "href" in a]
    # T09 has no number to click on.
    assert links == ["#T01", "#T02", "#T03", "#T04", "#T05", "#T07", "#T08"]


def test_counts_and_legend(text):
    page = Page(text)
    assert (
        "1 of 8 in absolute value, 1 more as a ratio; 1 neither, 3 not in value, without a ratio to judge, 1 open, "
        "1 not measured." in page.words
    )
    for line in (
        "value 1 The claim is reproduced",
        "ratio 1 Not so, but the measured ratio to the row's reference lies within 0.125 of the printed one.",
        "neither 1 Neither",
        "not in value 3 The value does not hold, and there is no ratio",
        "open 1 The interval reaches",
        "not measured 1 No measurement",
    ):
        assert line in page.words
    assert "Under the reading low: 1 of 8 in absolute value, 1 more as a ratio; 1 not in value" in page.words
    assert "as low as it goes Table II" in page.words
    assert "Over all sizes. In each cell, in dB:" in page.words
    assert "Columns of ours: none known under this reading." in page.words
    assert {"href": "#tables"} in page.of("a")


def test_marks_differ_in_shape_and_word_and_only_then_in_colour(text):
    marks = re.findall(r'<span class="word ([\w-]+)">\s*<svg.*?<path d="([^"]+)"/></svg>([\w ]+)</span>', section(text))
    main = {word: (kind, shape) for kind, shape, word in marks}
    assert set(main) == {"value", "ratio", "neither", "not in value", "open", "not measured"}
    assert len({kind for kind, _ in main.values()}) == len({shape for _, shape in main.values()}) == 6


def test_it_scrolls_in_a_box_of_its_own_with_a_name(text):
    boxes = [a for a in Page(text).of("div") if a.get("class") == "wide" and "Table II" in a["aria-label"]]
    assert [a["aria-label"] for a in boxes] == ["Table II: mean rate, main reading", "Table II: mean rate, reading low"]
    assert all(a["tabindex"] == "0" and a["role"] == "region" for a in boxes)
    assert text.count('<div class="wide"') == text.count("<table class=") - text.count('class="corrections"')


def test_a_reading_that_never_ran_has_no_table(store, tmp_path):
    paper = changed(**{c.number: cell(c.number, c.claimed, None) for c in CLAIMS})
    text = text_of(paper, store, tmp_path)
    (main,) = grids(text)
    assert "0 of 8 in absolute value, 0 more as a ratio; 8 not measured" in Page(text).words
    assert words(main)[1][1] == "print 10.00 not measured"
    assert "Under the reading low: not run" in Page(text).words
    # Of marks that no cell has, the legend keeps those that a reader looks for.
    assert "ratio 0 Not so" in Page(text).words
    assert "open 0" not in Page(text).words


def test_a_table_without_ratios_says_nothing_of_them(store, tmp_path):
    text = text_of(changed(table=replace(TABLE, references={}, unit="", readings=())), store, tmp_path)
    # An empty unit does not fit these claims: nothing is shown in place of what the checker complains about.
    assert words(grids(text)[0])[1][1:] == ["–"] * 3
    text = text_of(changed(table=replace(TABLE, references={}, readings=())), store, tmp_path)
    assert "1 of 8 in absolute value; 5 not in value, without a ratio to judge, 1 open" in Page(text).words
    assert "ratio 0" not in Page(text).words
    assert 'class="ratios"' not in section(text)


def test_the_run_is_shown_where_it_has_the_claim_and_the_record_where_not(store, tmp_path):
    parts = (part(3.0, beside={"a search": Mean("b")}),)
    far = recorded("not reproduced", a=estimate(99.0))
    claims = tuple(
        claim(n.lower(), n, claimed=2.0, parts=parts, recorded=far, readings=(MAIN,)) for n in ("T01", "T02")
    )
    table = Table(
        "t", "Table I", "rates", "dB", "size", ("small",), ("x", "y"), {("small", "x"): "T01", ("small", "y"): "T02"}
    )
    whole = replace(PAPER, claims=claims, tables=(table,))
    run = verify(claims[:1], [whole], store)
    (grid,) = grids(text_of(whole, store, tmp_path, run))
    of_run, of_record = grid["rows"][1][1:]
    shown = run.claims[0].main.parts[0].estimate
    assert of_run[2].startswith(f"print 2.00 {shown.value:.4g} [")
    assert of_run[1] == {"href": "#T01"}
    # The page has no such claim to lead to.
    assert of_record == ("td", {}, "print 2.00 99 [98.5, 99.5] not in value")


def test_nothing_is_run_by_the_reader(store, tmp_path):
    low = Reading("low", params={"mean": -9.0}, why=EVIL)
    parts = (part(study="slow", beside={EVIL: Mean("b")}),)
    record = replace(CLAIMS[0].recorded, beside={"a": {EVIL: estimate(4.0)}})
    of = claim("t01", "T01", claimed=10.0, parts=parts, readings=(MAIN, low), recorded=record)
    table = Table(
        "t", EVIL, EVIL, "dB", EVIL, (EVIL,), (EVIL,), {(EVIL, EVIL): "T01"}, {EVIL: EVIL}, 0.1, ("low",),
        (Extra(f"{EVIL} ours", EVIL, EVIL),), note=EVIL,
    )  # fmt: skip
    text = text_of(replace(PAPER, claims=(of,), tables=(table,)), store, tmp_path)
    assert "<script" not in text
    main, _ = grids(text)
    assert words(main)[1] == [EVIL, EVIL, f"{EVIL} ours"]
    assert words(main)[2][0] == EVIL
    assert main["caption"] == f"{EVIL}: {EVIL}, main reading, dB"
    assert f"{EVIL} In each cell" in Page(text).words


def test_a_paper_without_tables_has_no_section(store, tmp_path):
    text = text_of(replace(PAPER, tables=()), store, tmp_path)
    assert 'id="tables"' not in text
    assert "#tables" not in text
