"""An interval against its band: what is drawn where, and what is written beside it."""

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbench.evidence.claims import Band
from qbench.evidence.record import Span
from qbench.evidence.report.interval import NARROWEST, Frame, draw, position, strips

INF = math.inf


def band(lo, hi):
    return Band(lo=lo, hi=hi, unit="dB", why="test")


def drawn(d):
    return [*d.band, d.band[0] + d.width, *d.edges, *d.line, d.mark, *([] if d.claimed is None else [d.claimed])]


@pytest.mark.parametrize(
    ("span", "of", "where"),
    [
        (Span(-5.0, -6.0, -4.0, 10), band(0.0, INF), "the interval lies below the band"),
        (Span(5.0, 4.0, 6.0, 10), band(-INF, 0.0), "the interval lies above the band"),
        (Span(5.0, 4.0, 6.0, 10), band(3.0, INF), "the interval lies inside the band"),
        (Span(5.0, 4.0, 6.0, 10), band(4.5, 7.0), "the interval reaches across an edge of the band"),
        (Span(5.0, -INF, INF, 10), band(4.5, 7.0), "the interval is unbounded"),
        (Span(5.0, 4.0, INF, 10), band(4.5, 7.0), "the interval reaches across an edge of the band"),
        (Span(2.0, 2.0, 2.0, 0), band(0.0, 0.0), "the value lies above the band"),
        (Span(0.0, 0.0, 0.0, 0), band(0.0, 0.0), "the value lies inside the band"),
        (Span(101.0, 101.0, 101.0, 20), band(30.0, 60.0), "the interval lies above the band"),
    ],
)
def test_words_and_places_agree(span, of, where):
    d = draw(span, of)
    assert position(span, of) == where
    assert where in d.text
    assert all(0.0 <= x <= 100.5 for x in drawn(d))
    assert d.line[0] <= d.mark <= d.line[1]
    left, right = d.band
    if where.endswith("below the band"):
        assert d.line[1] < left
    elif where.endswith("above the band"):
        assert d.line[0] > right
    elif where.endswith("inside the band"):
        assert left <= d.line[0] <= d.line[1] <= right
    assert (d.open_left, d.open_right) == (math.isinf(span.lo), math.isinf(span.hi))


finite = st.floats(-1e300, 1e300, allow_nan=False)
sides = finite | st.sampled_from([-INF, INF])


@given(sides, finite, sides, sides, finite, st.booleans(), finite | st.none())
def test_whatever_the_numbers_it_stays_in_its_frame(lo, value, hi, edge, other, exact, claimed):
    lo, value, hi = (value, value, value) if exact else (min(lo, value), value, max(hi, value))
    d = draw(Span(value, lo, hi, 0 if exact else 7), band(min(edge, other), max(edge, other)), claimed)
    assert all(0.0 <= x <= 100.6 for x in drawn(d))
    assert d.width > 0.0
    assert d.line[0] <= d.mark <= d.line[1]
    for label in d.labels:
        left, right = label.sides
        # A label longer than the whole drawing cannot lie inside; such numbers have words for units, not zeros.
        assert right - left > 0.7 * NARROWEST or -8.0 <= left <= right <= NARROWEST + 8.0
    rows = [[x for x in d.labels if x.kind == kind] for kind in ("value", "edge", "claimed")]
    assert [len(r) for r in rows[::2]] == [1, 0 if claimed is None else 1]
    for a, b in combinations(rows[1], 2):
        assert a.sides[1] < b.sides[0]


def test_numbers_stand_at_the_edges_and_at_the_estimate():
    d = draw(Span(0.925, 0.878, 0.965, 5), band(1.185, 1.285), 1.235)
    assert [(x.text, x.kind) for x in d.labels] == [
        ("0.925", "value"),
        ("1.185", "edge"),
        ("1.285", "edge"),
        ("the paper: 1.235", "claimed"),
    ]
    assert [d.labels[0].x, *(x.x for x in d.labels[1:3])] == [d.mark, *d.edges]
    assert d.claimed == pytest.approx(sum(d.edges) / 2, abs=0.02)
    assert d.text == (
        "0.925 [0.878, 0.965] dB against [1.185, 1.285]: the interval lies below the band; the paper says 1.235"
    )
    # A band far away is a line: one label for both edges.
    far = draw(Span(-500.0, -600.0, -400.0, 5), band(0.9, 1.1))
    assert [x.text for x in far.labels] == ["-500", "0.9 to 1.1"]
    assert [x.text for x in draw(Span(1.0, 0.0, 2.0, 5), band(0.5, INF)).labels] == ["1", "0.5 and above"]
    assert [x.text for x in draw(Span(1.0, 0.0, 2.0, 5), band(-INF, 0.5)).labels] == ["1", "0.5 and below"]
    assert [x.text for x in draw(Span(1.0, 1.0, 1.0, 0), band(0.0, 0.0)).labels] == ["1", "0"]


def test_strips_share_one_scale():
    spans = [Span(1.0, 0.5, 1.5, 5), Span(9.0, 8.0, INF, 5), Span(1.0, -99.0, 1.0, 5)]
    first, second, third = strips(spans, band(0.0, 4.0))
    assert first.band == second.band == third.band
    assert first.mark == third.mark < second.mark
    # What lies beyond the scale, which the values set, ends in an arrow.
    assert [(d.open_left, d.open_right) for d in (first, second, third)] == [
        (False, False),
        (False, True),
        (True, False),
    ]
    assert all(d.strip and not d.labels for d in (first, second, third))
    assert strips([], band(0.0, 1.0)) == ()


def test_a_frame_without_points():
    assert Frame.around([INF, -INF]).x(0.0) == 50.0
