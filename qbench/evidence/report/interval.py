"""An interval drawn against its band: where everything lies, in percent of the width of the drawing.

Percent, and no scaled viewBox: a phone and a wide screen then show the same drawing with words of the same size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from qbench.evidence.wording import estimate_text, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qbench.evidence.claims import Band
    from qbench.evidence.record import Span

NARROWEST = 270.0
"""Width in px of the narrowest drawing on a phone: labels that do not collide there collide nowhere."""

LETTER = 7.2
"""Width in px of a character of a label, with some to spare."""

MARGIN = 0.14
"""Space beside what is drawn, as a share of its width."""

ASIDE = 2.5
"""How far, in percent, a label that begins or ends at its value reaches beyond it."""


@dataclass(frozen=True)
class Frame:
    """The part of the number line that is drawn, from `low` to `high`; what lies beyond is drawn at the border."""

    low: float
    high: float

    @classmethod
    def around(cls, points: Iterable[float]) -> Frame:
        """Return a frame around the finite ones of `points`, with some space beside them; [-1, 1] without any."""
        finite = [x for x in points if math.isfinite(x)] or [0.0]
        low, high = min(finite), max(finite)
        # Halves, so that the largest floats do not overflow.
        margin = 2 * MARGIN * (high / 2 - low / 2) or max(abs(low), 1.0) * 0.5
        biggest = 1e308
        return cls(max(low - margin, -biggest), min(high + margin, biggest))

    def x(self, value: float) -> float:
        """Return the place of a value in percent, from 0 to 100."""
        inside = min(max(value, self.low), self.high)
        return round(100.0 * (inside / 2 - self.low / 2) / (self.high / 2 - self.low / 2), 2)


@dataclass(frozen=True)
class Label:
    """A number at a place.

    Attributes:
        x: in percent.
        anchor: which end of the text stands there, as SVG says it.
        kind: "value", "edge" or "claimed".
    """

    x: float
    text: str
    anchor: Literal["start", "middle", "end"]
    kind: str

    @property
    def sides(self) -> tuple[float, float]:
        """Left and right end in px in the narrowest drawing."""
        place, width = self.x / 100.0 * NARROWEST, LETTER * len(self.text)
        left = {"start": place, "middle": place - width / 2, "end": place - width}[self.anchor]
        return left, left + width


@dataclass(frozen=True)
class Drawing:
    """An interval against a band, ready to be drawn; places in percent.

    Attributes:
        band: left and right side of the band's field.
        edges: the band's finite edges.
        line: ends of the interval.
        open_left, open_right: whether the interval is unbounded there.
        mark: the estimate.
        claimed: the paper's own number, None where there is none to draw.
        labels: numbers at the estimate, the edges and the paper's own number.
        text: the whole in words.
        strip: drawn small, as one row among many, without labels.
    """

    band: tuple[float, float]
    edges: tuple[float, ...]
    line: tuple[float, float]
    open_left: bool
    open_right: bool
    mark: float
    claimed: float | None
    labels: tuple[Label, ...]
    text: str
    strip: bool = False

    @property
    def width(self) -> float:
        """Width of the band's field: never nothing, or a band of a single number would not be seen."""
        return round(max(self.band[1] - self.band[0], 0.6), 2)


def draw(span: Span, band: Band, claimed: float | None = None) -> Drawing:
    """Return the drawing of one interval against its band, with numbers."""
    frame = Frame.around(_points(span, band, claimed))
    labels = [_label(frame, span.value, number(span.value), "value"), *_edge_labels(frame, band)]
    if claimed is not None:
        labels.append(_label(frame, claimed, f"the paper: {number(claimed)}", "claimed"))
    return _drawing(frame, span, band, claimed, tuple(labels))


def strips(spans: Sequence[Span], band: Band) -> tuple[Drawing, ...]:
    """Return small drawings of several intervals against one band, all to one scale."""
    frame = Frame.around([*(s.value for s in spans), band.lo, band.hi])
    return tuple(_drawing(frame, span, band, None, (), strip=True) for span in spans)


def position(span: Span, band: Band) -> str:
    """Say where an interval lies."""
    what = "value" if span.exact else "interval"
    if band.holds(span.lo, span.hi):
        return f"the {what} lies inside the band"
    if band.excludes(span.lo, span.hi):
        return f"the {what} lies {'below' if span.hi < band.lo else 'above'} the band"
    if math.isinf(span.lo) and math.isinf(span.hi):
        return "the interval is unbounded"
    return "the interval reaches across an edge of the band"


def _points(span: Span, band: Band, claimed: float | None) -> list[float]:
    own = [span.lo, span.hi, span.value, band.lo, band.hi]
    return own if claimed is None else [*own, claimed]


def _drawing(
    frame: Frame, span: Span, band: Band, claimed: float | None, labels: tuple[Label, ...], *, strip: bool = False
) -> Drawing:
    edges = tuple(frame.x(edge) for edge in dict.fromkeys((band.lo, band.hi)) if math.isfinite(edge))
    tail = "" if claimed is None else f"; the paper says {number(claimed)}"
    return Drawing(
        band=(frame.x(band.lo), frame.x(band.hi)),
        edges=edges,
        line=(frame.x(span.lo), frame.x(span.hi)),
        open_left=span.lo < frame.low,
        open_right=span.hi > frame.high,
        mark=frame.x(span.value),
        claimed=None if claimed is None else frame.x(claimed),
        labels=labels,
        text=f"{estimate_text(span, band.unit)} against {band}: {position(span, band)}{tail}",
        strip=strip,
    )


def _label(frame: Frame, value: float, text: str, kind: str) -> Label:
    """Return a label centred at a value, or beginning or ending there where it would stick out at the border."""
    x, half = frame.x(value), LETTER * len(text) / 2
    place = x / 100.0 * NARROWEST
    if place - half < 0:
        return Label(round(max(x - ASIDE, 0.0), 2), text, "start", kind)
    if place + half > NARROWEST:
        return Label(round(min(x + ASIDE, 100.0), 2), text, "end", kind)
    return Label(x, text, "middle", kind)


def _edge_labels(frame: Frame, band: Band) -> list[Label]:
    """Return the numbers at the band's edges; one for both where two would not fit."""
    if band.hi == math.inf:
        return [_label(frame, band.lo, f"{band.lo:g} and above", "edge")]
    if band.lo == -math.inf:
        return [_label(frame, band.hi, f"{band.hi:g} and below", "edge")]
    if band.lo == band.hi:
        return [_label(frame, band.lo, f"{band.lo:g}", "edge")]
    left, right = _label(frame, band.lo, f"{band.lo:g}", "edge"), _label(frame, band.hi, f"{band.hi:g}", "edge")
    if left.sides[1] + LETTER < right.sides[0]:
        return [left, right]
    return [_label(frame, band.lo / 2 + band.hi / 2, f"{band.lo:g} to {band.hi:g}", "edge")]
