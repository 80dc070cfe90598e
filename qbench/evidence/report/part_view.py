"""Parts and readings of a claim: their numbers in words, their intervals as drawings."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbench.evidence.record import RecordedReading, Span
from qbench.evidence.report.interval import Drawing, draw, position, strips
from qbench.evidence.summary import ReadingView
from qbench.evidence.wording import beside_texts, estimate_text, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench.evidence.claims import Claim, Part
    from qbench.evidence.findings import ClaimResult
    from qbench.evidence.papers import Paper


@dataclass(frozen=True)
class PartView:
    """One part under the main reading; `drawing` None where nothing is known of it."""

    name: str
    band: str
    why: str
    drawing: Drawing | None = None
    estimate: str = ""
    place: str = ""
    units: str = ""
    claimed: str = ""
    beside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class SmallPart:
    """One part under one of the other readings."""

    name: str
    drawing: Drawing
    estimate: str
    units: str
    beside: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class OtherReading:
    """A reading beside the main one; without parts where it did not run."""

    key: str
    why: str
    verdict: str
    kind: str
    source: str
    parts: tuple[SmallPart, ...]


def with_record(claim: Claim, views: Sequence[ReadingView]) -> list[ReadingView]:
    """Return the views, with the recorded parts in place of a main reading that neither ran nor is on record."""
    recorded = claim.recorded
    if recorded is None or not recorded.parts:
        return list(views)
    spans = {name: Span.of(e) for name, e in recorded.parts.items()}
    found = RecordedReading(recorded.verdict, recorded.tier, 0, spans)
    return [
        ReadingView(v.reading, v.main, found, recorded.date) if v.main and not v.source and v.error is None else v
        for v in views
    ]


def _units(part: Part, paper: Paper, span: Span) -> str:
    if span.exact:
        return "exact"
    unit = paper.study(next(iter(part.cells.values())).study).unit
    return f"{span.n} {unit}{'' if span.n == 1 else 's'}"


def _besides(claim: Claim, result: ClaimResult) -> dict[str, dict[str, dict[str, str]]]:
    """Return {reading: {part: {name: text}}} of the numbers beside the parts; the main ones from the record too."""
    found = [r for r in (result.main, *result.others) if r is not None and r.parts]
    texts = {r.reading.key: {p.part.name: beside_texts(p) for p in r.parts} for r in found}
    if claim.main is not None and claim.main.key not in texts and claim.recorded is not None:
        recorded = claim.recorded.beside.items()
        texts[claim.main.key] = {part: {n: estimate_text(e) for n, e in of.items()} for part, of in recorded}
    return texts


def _claimed(claim: Claim) -> dict[str, float]:
    """Return {part: the paper's number} for the part it belongs to: in its unit, and meant to hold it."""
    value = claim.claimed
    if value is None or not math.isfinite(value):
        return {}
    same = [p for p in claim.parts if p.band.unit == claim.unit]
    own = next((p for p in same if p.band.holds(value, value)), None)
    if own is None and len(claim.parts) == len(same) == 1:
        own = same[0]
    return {} if own is None else {own.name: value}


def part_views(claim: Claim, result: ClaimResult, paper: Paper, main: ReadingView | None) -> tuple[PartView, ...]:
    """Return every part under the main reading."""
    if main is None:
        return ()
    beside, claimed = _besides(claim, result).get(main.key, {}), _claimed(claim)
    views = []
    for part in claim.parts:
        band = f"{part.band} {part.band.unit}".rstrip()
        span = None if main.found is None else main.found.parts.get(part.name)
        if span is None:
            views.append(PartView(part.name, band, part.band.why))
            continue
        value = claimed.get(part.name)
        views.append(
            PartView(
                part.name,
                band,
                part.band.why,
                draw(span, part.band, value),
                estimate_text(span, part.band.unit),
                position(span, part.band),
                _units(part, paper, span),
                "" if value is None else f"{number(value)} {claim.unit}".rstrip(),
                tuple(beside.get(part.name, {}).items()),
            )
        )
    return tuple(views)


def decisive_part(claim: Claim, parts: Sequence[PartView], main: ReadingView | None) -> PartView | None:
    """Return the part that tells most: one that lies outside, else one that is open, else the first."""
    if main is None or main.found is None:
        return None
    bands = {p.name: p.band for p in claim.parts}
    spans = main.found.parts
    known = [p for p in parts if p.drawing is not None]
    outside = [p for p in known if bands[p.name].excludes(spans[p.name].lo, spans[p.name].hi)]
    open_ = [p for p in known if not bands[p.name].holds(spans[p.name].lo, spans[p.name].hi)]
    return next(iter((*outside, *open_, *known)), None)


def other_readings(
    claim: Claim, result: ClaimResult, paper: Paper, views: Sequence[ReadingView]
) -> tuple[OtherReading, ...]:
    """Return the other readings with their parts, every part drawn to one scale over all of them."""
    beside = _besides(claim, result)
    found: dict[str, list[SmallPart]] = {view.key: [] for view in views}
    for part in claim.parts:
        having = [(v.key, v.found.parts[part.name]) for v in views if v.found and part.name in v.found.parts]
        drawn = strips([span for _, span in having], part.band)
        for (key, span), drawing in zip(having, drawn, strict=True):
            shown = (drawing, estimate_text(span, part.band.unit), _units(part, paper, span))
            numbers = beside.get(key, {}).get(part.name, {})
            found[key].append(SmallPart(part.name, *shown, tuple(numbers.items())))
    return tuple(
        OtherReading(
            key=view.key,
            why=view.reading.why,
            verdict=view.verdict,
            kind=view.found.verdict.replace(" ", "-") if view.found else "not-run",
            source="" if view.source in {"", "now"} else "on record",
            parts=tuple(found[view.key]),
        )
        for view in views
    )
