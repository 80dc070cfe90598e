"""Figures drawn again from stored results: what they refuse, what the store gives them, and how they look."""

import csv
import io
import math
import re
import xml.etree.ElementTree as ET
from dataclasses import FrozenInstanceError, replace

import matplotlib as mpl
import numpy as np
import pytest
from scipy import stats

from qbench.evidence.check import check_paper
from qbench.evidence.claims import Cell, Reading
from qbench.evidence.figure_data import figures_of
from qbench.evidence.figure_svg import COLOURS, DASHES, INK, MARKERS, figure_svg
from qbench.evidence.figures import Figure, Point, Series
from qbench.evidence.report import write_report
from qbench.evidence.statistics import Mean
from qbench.evidence.sweep import SerialExecutor, sweep
from qbench.evidence.tasks import tasks_of
from qbench.evidence.verify import verify
from tests.site import broken_links
from tests.synthetic import FAILING, MAIN, NORMAL, band, claim, exact_claim, paper, part, replayed

CELLS = {m: Cell("normal", {"mean": float(m)}) for m in (2, 3, 5)}
PARTS = tuple(part(float(m), name=f"at {m}") for m in CELLS)
LOW = Reading("low", params={"mean": -9.0}, why="test")
OURS = Series.across("ours", "a", CELLS)
GAIN = Series.across("gain", {"a": 1.0, "b": -1.0}, CELLS)
FIGURE = Figure("fig4a", "Fig. 4(a)", "Rate", "BSs", "rate (bit/s/Hz)", (OURS, GAIN), note="Both in dB.")
COLUMNS = {str(i): np.linspace(i, i + 1, 40) for i in range(30)}
AT_ZERO = Series.across("ours", "a", {0.0: CELLS[2], 1.0: CELLS[3]})
CURVE = replayed(COLUMNS, name="curve", statistic=Mean("0"), band=band(-1.0))


def of(*figures, claims=None, **kwargs):
    return replace(paper(*(claims or (claim(parts=PARTS, readings=(MAIN, LOW)),)), **kwargs), figures=figures)


def filled(whole, store, tier="standard", **kwargs):
    """Verify the paper's claims, then return its figures at the tier."""
    verify(whole.claims, [whole], store, tier=tier, **kwargs)
    return figures_of(whole, store, tier, kwargs.get("salt", 0))


# --- what a figure is ---


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: Point(math.nan, "a", CELLS[2]), "needs a finite x, got nan"),
        (lambda: Point(1.0, {}, CELLS[2]), "a quantity names at least one column"),
        (lambda: Series(" ", OURS.points), "a series of a figure needs a label"),
        (lambda: Series("ours", ()), "the series 'ours' needs at least one point"),
        (lambda: Series("ours", OURS.points, "dots"), "'ours' is drawn as 'curve' or 'points', got 'dots'"),
        (lambda: Series("ours", OURS.points[::-1]), "go from left to right, got 5.0 before 3.0"),
        (lambda: Series("ours", OURS.points[:1] * 2), "go from left to right, got 2.0 before 2.0"),
        (lambda: replace(FIGURE, key="Fig 4"), "lower-case letters, digits and '-', got 'Fig 4'"),
        (lambda: replace(FIGURE, key="../up"), "lower-case letters, digits and '-', got '../up'"),
        (lambda: replace(FIGURE, title=" "), "the figure 'fig4a' needs title"),
        (lambda: replace(FIGURE, y_label=""), "the figure 'fig4a' needs y_label"),
        (lambda: replace(FIGURE, log_x=True, series=(AT_ZERO,)), "no place for x = 0"),
        (lambda: replace(FIGURE, series=()), "needs series with different labels"),
        (lambda: replace(FIGURE, series=(OURS, OURS)), "needs series with different labels, got .'ours', 'ours'."),
    ],
)
def test_what_a_figure_refuses(made, message):
    with pytest.raises(ValueError, match=message):
        made()


def test_two_ways_to_write_a_series():
    cell = Cell("normal", {"mean": 1.0})
    curve = Series.curve("energy", cell, {0: "a", 1: {"a": 1.0, "b": -1.0}})
    assert [(p.x, str(p.column), p.cell) for p in curve.points] == [(0.0, "a", cell), (1.0, "a - b", cell)]
    assert [(p.x, str(p.column), p.cell) for p in OURS.points] == [(float(m), "a", c) for m, c in CELLS.items()]
    assert (curve.style, OURS.style) == ("curve", "points")
    assert FIGURE.cells == tuple(CELLS.values()) * 2
    with pytest.raises(FrozenInstanceError):
        FIGURE.key = "other"


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        ((FIGURE, FIGURE), "figures of synthetic must differ, 'fig4a' stands twice"),
        (
            (replace(FIGURE, series=(Series.across("x", "a", {1: Cell("nromal")}),)),),
            "synthetic, figure fig4a: synthetic has no study 'nromal'",
        ),
        (
            (replace(FIGURE, series=(Series.across("x", "a", {1: Cell("normal", {"men": 1.0})}),)),),
            "synthetic, figure fig4a: the study normal has no parameter 'men'",
        ),
    ],
)
def test_a_paper_refuses_figures_of_studies_it_has_not(figures, message):
    with pytest.raises(ValueError, match=message):
        of(*figures)


def test_the_checker_wants_every_cell_run_by_a_claim():
    def lacks(*figures):
        return [p for p in check_paper(of(*figures, studies=(NORMAL,))) if "figure" in p]

    low = Series.across("low", "a", {1: Cell("normal", {"mean": -9})})
    # Defaults spelt out, and whole numbers for floats, are the same run; so is one of a reading.
    same = Series.across("same", "a", {1: Cell("normal", {"mean": 2, "sd": 1})})
    assert lacks(FIGURE, replace(FIGURE, key="low", series=(low, same))) == []
    brief = replace(PARTS[0], cells={"cell": Cell("normal", {"mean": 7})})
    seven = replace(FIGURE, series=(Series.across("seven", "a", {1: Cell("normal", {"mean": 7.0, "sd": 1.0})}),))
    whole = of(seven, claims=(claim(parts=(brief,)),), studies=(NORMAL,))
    assert not [p for p in check_paper(whole) if "figure" in p]
    idle = Series.across("idle", "a", {1: Cell("normal", {"mean": 4.0})})
    assert lacks(replace(FIGURE, series=(OURS, idle))) == [
        "figure synthetic/fig4a: no claim runs normal with {'mean': 4.0}, under no reading: it would never be drawn"
    ]


# --- what the store gives ---


def test_values_are_means_with_student_intervals_of_95_percent(store):
    (data,) = filled(of(FIGURE), store)
    assert (data.units, data.missing, data.problems) == ((10, 10), 0, ())
    for series, values in zip(FIGURE.series, data.values, strict=True):
        for point, value in zip(series.points, values, strict=True):
            study, params = NORMAL, point.cell.params
            tasks = list(tasks_of("synthetic", study, params, 0, 10))
            columns = [store.get(t.key).columns for t in tasks]
            a, b = (np.concatenate([c[name] for c in columns]) for name in "ab")
            x = a if series is OURS else a - b
            lo, hi = stats.t.interval(0.95, 9, loc=x.mean(), scale=stats.sem(x))
            assert (value.x, value.n) == (point.x, 10)
            assert (value.mean, value.lo, value.hi) == pytest.approx((x.mean(), lo, hi))


def test_no_more_units_than_the_tier_looks_at(store):
    whole = of(FIGURE, claims=(claim(parts=tuple(replace(p, band=band(4.0)) for p in PARTS)),))
    verify(whole.claims, [whole], store, tier="paper")
    assert [figures_of(whole, store, tier)[0].units for tier in ("fast", "standard")] == [(5, 5), (10, 10)]
    (data,) = figures_of(whole, store, "paper")
    assert data.units[1] <= 40


def test_whatever_units_are_there(store):
    sweep(tasks_of("synthetic", NORMAL, CELLS[3].params, 0, 5), store, SerialExecutor())
    (data,) = figures_of(of(FIGURE), store, "standard")
    assert [[(v.x, v.n) for v in values] for values in data.values] == [[(3.0, 5)], [(3.0, 5)]]
    assert data.missing == 4


def test_units_after_a_gap_or_a_failure_do_not_count(store):
    first, second, third = tasks_of("synthetic", NORMAL, CELLS[3].params, 0, 15)
    sweep([first, third], store, SerialExecutor())
    assert figures_of(of(FIGURE), store, "standard")[0].units == (5, 5)
    FAILING.add(5)
    fragile = replace(PARTS[0], cells={"cell": Cell("fragile", {"mean": 0.0})})
    figure = replace(FIGURE, series=(Series.across("f", "a", {1: Cell("fragile", {"mean": 0.0})}),))
    (data,) = filled(of(figure, claims=(claim(parts=(fragile,)),)), store)
    assert data.units == (5, 5)
    assert second.units == (5, 10)


def test_salts_are_kept_apart(store):
    whole = of(FIGURE)
    (ours,) = filled(whole, store, salt=3)
    assert figures_of(whole, store, "standard", 0)[0].units is None
    assert "--salt 3" in ours.command


def test_exact_values_have_no_interval(store):
    whole = of(
        replace(FIGURE, series=(Series.across("strings", {"count": 2.0}, {0: Cell("count", {"count": 3})}),)),
        claims=(exact_claim(3),),
    )
    (data,) = filled(whole, store)
    assert [(v.mean, v.lo, v.hi, v.n) for v in data.values[0]] == [(6.0, 6.0, 6.0, 0)]


def test_one_unit_has_no_bound(store):
    single = replace(NORMAL, name="single", block=1)
    whole = of(
        replace(FIGURE, series=(Series.across("one", "a", {1: Cell("single")}),)),
        claims=(claim(parts=(part(study="single"),)),),
        studies=(single,),
    )
    sweep(tasks_of("synthetic", single, {}, 0, 1), store, SerialExecutor())
    (data,) = figures_of(whole, store, "standard")
    (value,) = data.values[0]
    assert (value.n, value.lo, value.hi) == (1, -math.inf, math.inf)
    assert data.to_csv().splitlines()[1].endswith(f",{value.mean},,,1")
    assert "one" in texts(figure_svg(data))


def test_a_column_that_is_not_there_is_told(store):
    (data,) = filled(of(replace(FIGURE, series=(OURS, Series.across("typo", "c", CELLS)))), store)
    assert data.problems[0] == "typo at 2: no column 'c': the study gave a, b"
    assert (len(data.problems), data.missing) == (3, 3)
    assert len(data.values[0]) == 3


def test_the_table(store):
    (data,) = filled(of(FIGURE), store)
    rows = list(csv.DictReader(io.StringIO(data.to_csv())))
    assert [*rows[0]] == ["x", "series", "mean", "lo", "hi", "n"]
    assert [(float(r["x"]), r["series"], int(r["n"])) for r in rows] == [
        (float(m), label, 10) for label in ("ours", "gain") for m in CELLS
    ]
    assert float(rows[0]["mean"]) == data.values[0][0].mean


@pytest.mark.parametrize(
    ("series", "tier", "command"),
    [
        ((OURS,), "standard", "synthetic/holds --tier standard"),
        ((OURS,), "paper", "synthetic/holds --tier paper"),
        (
            (Series.across("low", "a", {0: Cell("normal", {"mean": -9.0})}),),
            "fast",
            "synthetic/holds --tier fast --reading low",
        ),
        ((Series.across("low", "a", {0: Cell("normal", {"mean": -9.0})}),), "paper", "synthetic/holds --tier paper"),
        (
            (Series.across("slow", "a", {0: Cell("slow")}), OURS),
            "fast",
            "synthetic/late synthetic/holds --tier standard",
        ),
    ],
)
def test_the_command_runs_every_cell(store, series, tier, command):
    ours = claim(parts=PARTS, readings=(MAIN, LOW)), claim("late", "C02", parts=(part(0.0, study="slow"),))
    (data,) = figures_of(of(replace(FIGURE, series=series), claims=ours), store, tier)
    assert data.command == f"qbench verify {command} --report report"


def test_no_command_where_no_claim_runs_a_cell(store):
    idle = Series.across("idle", "a", {1: Cell("normal", {"mean": 4.0})})
    assert figures_of(of(replace(FIGURE, series=(OURS, idle))), store, "standard")[0].command == ""


# --- how it looks ---


@pytest.fixture
def drawn(store):
    cell = CURVE.cells["cell"]
    two = Figure(
        "fig4b",
        "Fig. 4(b)",
        "Energy & <time>",
        "iteration $k$",
        "energy",
        (
            Series.curve("α = 0.1", cell, {i: str(i) for i in range(30)}),
            Series.curve("flat", cell, {i: {str(i): 1.0, str(29 - i): 1.0} for i in range(30)}),
        ),
    )
    return filled(of(FIGURE, two, claims=(claim(parts=(*PARTS, CURVE)),)), store)


def texts(svg):
    whole = ET.fromstring(svg)  # noqa: S314 - our own text
    return ["".join(e.itertext()) for e in whole.iter("{http://www.w3.org/2000/svg}text")]


def test_words_are_text_and_nothing_is_mathematics(drawn):
    points, curve = (figure_svg(d) for d in drawn)
    assert {"BSs", "rate (bit/s/Hz)", "ours", "gain", "3"} <= set(texts(points))
    assert {"iteration $k$", "α = 0.1", "flat"} <= set(texts(curve))
    assert "<title>Fig. 4(b): Energy &amp; &lt;time&gt;</title>" in curve


def test_the_same_values_give_the_same_bytes_whatever_the_readers_settings(drawn):
    first = figure_svg(drawn[0])
    figure_svg(drawn[1])
    assert figure_svg(drawn[0]) == first
    with mpl.rc_context({"font.size": 30.0, "axes.linewidth": 9.0, "xtick.direction": "in", "svg.fonttype": "path"}):
        assert figure_svg(drawn[0]) == first
        assert mpl.rcParams["font.size"] == 30.0
    assert "dc:date" not in first


def test_both_schemes_can_read_it(drawn):
    svg = figure_svg(drawn[0])
    assert INK not in svg
    assert "prefers-color-scheme: dark" in svg
    inks = set(re.findall(r"(?:fill|stroke): (#?\w+)", svg))
    # Words and axes in the reader's colour, the grid in a middle grey, nothing in black or white, no background.
    assert inks == {"none", "currentColor", "#808080", COLOURS[0].lower(), COLOURS[1].lower()}


def test_curves_have_bands_and_points_have_bars(drawn):
    points, curve = (figure_svg(d) for d in drawn)
    assert ("FillBetween" in points, "FillBetween" in curve) == (False, True)
    assert ("LineCollection" in points, "LineCollection" in curve) == (True, False)


def test_series_differ_in_more_than_colour():
    lengths = len(COLOURS), len(DASHES), len(MARKERS)
    looks = {tuple(i % n for n in lengths) for i in range(math.prod(lengths))}
    assert len(looks) == math.prod(lengths)
    assert len(set(COLOURS)) == len(COLOURS)


@pytest.mark.parametrize(("length", "columns"), [(10, 2), (42, 1)])
def test_long_labels_stand_in_one_column(store, length, columns):
    cell = CURVE.cells["cell"]
    labels = [f"{name} " * (length // 2) for name in "ab"]
    series = tuple(Series.curve(label.strip(), cell, {i: str(i) for i in range(30)}) for label in labels)
    figure = Figure("fig4b", "Fig. 4(b)", "title", "x", "y", series)
    svg = figure_svg(filled(of(figure, claims=(claim(parts=(*PARTS, CURVE)),)), store)[0])
    whole = ET.fromstring(svg)  # noqa: S314 - our own text
    words = [e for e in whole.iter("{http://www.w3.org/2000/svg}text") if "".join(e.itertext())[:2] in {"a ", "b "}]
    places = [(e.get("x"), e.get("y")) if e.get("y") else re.findall(r"-?[\d.]+", e.get("transform")) for e in words]
    assert len(places) == 2
    assert len({y for _, y, *_ in places}) == (1 if columns == 2 else 2)


def test_a_point_without_a_value_breaks_the_line(store):
    for m in (2, 5):
        sweep(tasks_of("synthetic", NORMAL, CELLS[m].params, 0, 5), store, SerialExecutor())
    whole = of(replace(FIGURE, series=(OURS,)))
    (gap,) = figures_of(whole, store, "standard")
    sweep(tasks_of("synthetic", NORMAL, CELLS[3].params, 0, 5), store, SerialExecutor())
    (full,) = figures_of(whole, store, "standard")

    def segments(data):
        lines = re.findall(rf'<path d="([^"]*)"[^>]*stroke: {COLOURS[0].lower()}; stroke-width: 1.8', figure_svg(data))
        return lines[0].count("L")

    assert (segments(full), segments(gap)) == (2, 0)


def test_a_logarithmic_axis_puts_ratios_at_equal_distances(store):
    """x = 2, 20, 200: the second stands in the middle of a logarithmic axis, and far left on a linear one."""
    series = Series.across("ours", "a", dict(zip((2.0, 20.0, 200.0), CELLS.values(), strict=True)))

    def middle(log_x):
        (data,) = filled(of(replace(FIGURE, series=(series,), log_x=log_x)), store)
        line = re.findall(rf'<path d="([^"]*)"[^>]*stroke: {COLOURS[0].lower()}; stroke-width: 1.8', figure_svg(data))[
            0
        ]
        left, between, right = (float(x) for x in re.findall(r"[ML] ([\d.]+)", line))
        return (between - left) / (right - left)

    assert middle(log_x=True) == pytest.approx(0.5, abs=1e-3)
    assert middle(log_x=False) == pytest.approx(18 / 198, abs=1e-3)


def test_a_logarithmic_axis_has_plain_numbers(store):
    """Where points are few each has its number; formulas of powers would be shown as their source."""
    series = Series.across("ours", "a", dict(zip((0.005, 20.0, 16000.0), CELLS.values(), strict=True)))
    (data,) = filled(of(replace(FIGURE, series=(series,), log_x=True)), store)
    drawn = figure_svg(data)
    assert "mathdefault" not in drawn
    assert {"0.005", "20", "16,000"} <= set(re.findall(r">([^<>]+)</text>", drawn))
    many = Series.curve("ours", CELLS[2], {float(x): "a" for x in range(1, 101)})
    (data,) = filled(of(replace(FIGURE, series=(many,), log_x=True)), store)
    assert {"1", "10", "100"} <= set(re.findall(r">([^<>]+)</text>", figure_svg(data)))


# --- in the report ---


def page_of(whole, run, folder, data):
    write_report(run, [whole], folder, {"synthetic": data})
    assert broken_links(folder) == []
    return (folder / "synthetic" / "index.html").read_text(encoding="utf-8")


def test_the_report_shows_it_with_its_table_and_command(store, tmp_path):
    whole = of(FIGURE)
    run = verify(whole.claims, [whole], store)
    data = figures_of(whole, store, "standard")
    text = page_of(whole, run, tmp_path, data)
    assert (tmp_path / "synthetic" / "fig4a.csv").read_text(encoding="utf-8") == data[0].to_csv()
    assert (tmp_path / "synthetic" / "fig4a.svg").read_text(encoding="utf-8") == figure_svg(data[0])
    for words in (
        "<h3>Fig. 4(a): Rate</h3>",
        'src="fig4a.svg" width="640" height="400" alt="Rate: rate (bit/s/Hz) against BSs">',
        "Both in dB. Means over units (n = 10) with Student-t intervals of 95\xa0%, point by point.",
        '<a href="fig4a.csv">',
        '<code class="command">qbench verify synthetic/holds --tier standard --report report</code>',
    ):
        assert words in text
    assert "Not finished" not in text


def test_a_figure_without_data_says_so_and_leaves_no_old_drawing(store, tmp_path):
    whole = of(FIGURE)
    run = verify(whole.claims, [whole], store)
    page_of(whole, run, tmp_path, figures_of(whole, store, "standard"))
    text = page_of(whole, run, tmp_path, figures_of(whole, store, "standard", 7))
    assert "No data: none of its runs is in the store at this tier." in text
    assert "<img" not in text
    assert not (tmp_path / "synthetic" / "fig4a.svg").exists()
    assert (tmp_path / "synthetic" / "fig4a.csv").read_text(encoding="utf-8") == "x,series,mean,lo,hi,n\n"


def test_what_is_missing_is_counted_and_named(store, tmp_path):
    series = (OURS, Series.across("<low>", "c", {2: CELLS[2], 9: Cell("normal", {"mean": -9.0})}))
    whole = of(replace(FIGURE, series=series, note=""))
    run = verify(whole.claims, [whole], store, tier="fast")
    text = page_of(whole, run, tmp_path, figures_of(whole, store, "fast"))
    missing = "Not finished: 2 points have no data. Not drawn: &lt;low&gt; at 2: no column &#39;c&#39;"
    assert f"{missing}: the study gave a, b." in text


def test_figures_of_papers_outside_the_run_are_left_out(store, tmp_path):
    whole = of(FIGURE)
    run = verify([], [whole], store)
    write_report(run, [whole], tmp_path, {"synthetic": figures_of(whole, store, "standard")})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["index.html", "style.css"]
