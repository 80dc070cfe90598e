"""The report: one plain static page, readable without JavaScript."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING

from qbench.evidence.compare import Outcome
from qbench.evidence.documents import holm_by_paper
from qbench.evidence.provenance import provenance
from qbench.evidence.report_figures import write_figure
from qbench.evidence.summary import MANY, appears, others_text, readings_of
from qbench.evidence.wording import beside_texts, counts_line, estimate_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from qbench.evidence.claims import Band, Claim
    from qbench.evidence.figure_data import FigureData
    from qbench.evidence.findings import ClaimResult, Verification
    from qbench.evidence.papers import Paper
    from qbench.evidence.record import Span
    from qbench.evidence.summary import ReadingView

STYLE = """
:root { color-scheme: light dark; --ok: #0b6e4f; --bad: #b3261e; --open: #7a5b00; --band: #9db8d6; }
@media (prefers-color-scheme: dark) { :root { --ok: #6fd3a8; --bad: #ff9d94; --open: #f0cc66; --band: #3d5a7d; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem; }
article { border-top: 1px solid #8888; padding: 0.75rem 0; }
h3 { margin: 0.25rem 0; } .verdict { font-weight: 700; }
.reproduced { color: var(--ok); } .not-reproduced, .refuted { color: var(--bad); }
.inconclusive, .untestable { color: var(--open); }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: 0.2rem 0.6rem 0.2rem 0; }
td:nth-child(n+5) { white-space: nowrap; }
figure { margin: 1rem 0; } figure img { max-width: 100%; height: auto; }
.wide { overflow-x: auto; } svg { width: 14rem; height: 1.6rem; display: block; } code { font-size: 0.9em; }
"""


def write_report(
    run: Verification, papers: Sequence[Paper], folder: Path, figures: Mapping[str, Sequence[FigureData]] | None = None
) -> Path:
    """Write `index.html` into `folder` and return its path.

    `figures` are those of `figures_of`, by paper: each becomes `<paper>/<key>.svg` and `.csv`. Those of papers without
    a claim in the run are left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sections = []
    for paper in papers:
        own = [r for r in run.claims if r.claim.paper == paper.key]
        drawn = (figures or {}).get(paper.key, ()) if own else ()
        sections.append("\n".join([_paper(paper, own), *(write_figure(paper, data, folder) for data in drawn)]))
    facts = provenance()
    where = f"qbench {facts['qbench']}, Python {facts['python']}, {facts['utc']}"
    open_ = sum(r.outcome is Outcome.UNDECIDED for r in run.claims)
    body = "\n".join(
        [
            "<h1>qbench: which published claims hold?</h1>",
            (
                f"<p>{_text(counts_line(run.claims))}. Undecided in this run: {open_}. Tier <code>{run.tier}</code>, "
                f"salt {run.salt}; {run.tasks.computed} tasks computed, {run.tasks.stored} from the store; "
                f"{_text(where)}.</p>"
            ),
            (
                "<p>A bar is the interval of the estimate, the shaded field the band in which the claim holds, fixed "
                "before the result. A verdict is ours, under the reading named beside it. To dispute one, rerun it "
                "with the command beside it, or change a reading and say why the paper allows it.</p>"
            ),
            *sections,
        ]
    )
    page = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>qbench report</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main>\n{body}\n</main></body></html>\n"
    )
    path = folder / "index.html"
    path.write_text(page, encoding="utf-8")
    return path


def _text(value: str) -> str:
    return html.escape(value)


def _paper(paper: Paper, results: Sequence[ClaimResult]) -> str:
    if not results:
        return ""
    cited = f"{', '.join(paper.authors)}, {paper.year}"
    stands = holm_by_paper(results).get(paper.key, {})
    holm = f"<p>{sum(stands.values())} of {len(stands)} measured verdicts stand under Holm at 5 % over the paper.</p>"
    lines = [f"<h2>{_text(paper.title)}</h2>", f"<p>{_text(cited)}. {_text(counts_line(results))}.</p>"]
    return "\n".join(lines + ([holm] if stands else []) + [_claim(r) for r in results])


def _claim(result: ClaimResult) -> str:
    claim = result.claim
    kind = result.verdict.replace(" ", "-")
    lines = [
        (
            f'<article id="{claim.number}"><h3>{claim.number} {_text(claim.id.split("/")[1])}: '
            f'<span class="verdict {kind}">{result.verdict}</span></h3>'
        ),
        f"<p>{_text(claim.says)} <small>({_text(claim.where)})</small></p>",
    ]
    views = readings_of(claim, result)
    if any(view.source for view in views):
        lines.append(f"<p><small>{_text(_setting(claim))}</small></p>")
        lines.extend(_readings(claim, result, views))
    if result.main is not None:
        lines.extend(f"<p>Counterexample: {_text(witness)}</p>" for witness in result.main.witnesses)
    lines.extend(f"<p>{_text(reason)}</p>" for reason in result.reasons)
    if claim.recorded is not None:
        lines.append(f"<p>On record since {claim.recorded.date}: {_text(claim.recorded.why)}</p>")
    lines.append(f"<p><code>qbench verify {claim.id} --tier {claim.decides_at}</code></p></article>")
    return "\n".join(lines)


def _setting(claim: Claim) -> str:
    stated = {"stated": "parameters stated", "inferred": "parameters inferred", "unstated": "parameters not stated"}
    main = f"; main reading “{claim.main.key}”: {claim.main.why}" if claim.main is not None else ""
    return f"{claim.kind}; {stated[claim.parameters]} in the paper{main}"


def _readings(claim: Claim, result: ClaimResult, views: Sequence[ReadingView]) -> list[str]:
    """Return the readings that ran as a table; where there are many, all but the main one folded away."""
    found = [r for r in (result.main, *result.others) if r is not None]
    beside = {r.reading.key: {p.part.name: beside_texts(p) for p in r.parts} for r in found}
    if claim.main is not None and claim.main.key not in beside and claim.recorded is not None:
        recorded = claim.recorded.beside.items()
        beside[claim.main.key] = {part: {n: estimate_text(e) for n, e in of.items()} for part, of in recorded}
    rows = {view.key: _rows(claim, view, beside.get(view.key, {})) for view in views}
    summary = [f"<p>{_text(appears(views))}</p>"] if len(views) > 1 else []
    if len(views) <= MANY:
        return [*summary, _table("".join(rows.values()))]
    others = others_text([view for view in views if not view.main])
    return [
        *summary,
        _table("".join(rows[view.key] for view in views if view.main)),
        *([f"<p>{_text(others)}</p>"] if others else []),
        f"<details><summary>All {len(views)} readings</summary>{_table(''.join(rows.values()))}</details>",
    ]


def _table(rows: str) -> str:
    head = "<tr><th>reading</th><th>part</th><th></th><th>estimate</th><th>band</th><th>n</th></tr>"
    return f'<div class="wide"><table>{head}{rows}</table></div>'


def _rows(claim: Claim, view: ReadingView, beside: Mapping[str, Mapping[str, str]]) -> str:
    """Return a row for every part of a reading and for every number beside it."""
    if view.found is None:
        return _cells(f"{view.key}: {view.verdict}", "", "", "", "", "")
    since = "" if view.source == "now" else f" (on record {view.source})"
    rows = []
    for part in claim.parts:
        span = view.found.parts.get(part.name)
        if span is None:
            continue
        band = f"<span title='{html.escape(part.band.why, quote=True)}'>{_text(str(part.band))}</span>"
        shown = _text(estimate_text(span, part.band.unit))
        units = "exact" if span.exact else str(span.n)
        words = f"{view.key}: {view.found.verdict}{since}"
        rows.append(_cells(words, part.name, _drawing(span, part.band), shown, band, units))
        for name, text in beside.get(part.name, {}).items():
            rows.append(_cells(f"{view.key}: beside", f"{part.name}: {name}", "", _text(text), "", ""))
    return "".join(rows)


def _cells(reading: str, part: str, *rest: str) -> str:
    """Return a table row; `rest` is HTML already."""
    return "<tr>" + "".join(f"<td>{c}</td>" for c in (_text(reading), _text(part), *rest)) + "</tr>"


def _drawing(estimate: Span, band: Band) -> str:
    """Return the interval drawn against the band; open sides run to the frame."""
    points = [x for x in (estimate.lo, estimate.hi, estimate.value, band.lo, band.hi) if math.isfinite(x)]
    low, high = min(points), max(points)
    margin = 0.15 * (high - low) or max(abs(low), 1.0) * 0.5
    low, high = low - margin, high + margin

    def x(value: float) -> float:
        return round(200.0 * (min(max(value, low), high) - low) / (high - low), 2)

    label = html.escape(f"{estimate_text(estimate, band.unit)} against {band}", quote=True)
    width = max(x(band.hi) - x(band.lo), 1.0)
    return (
        f'<svg viewBox="0 0 200 20" preserveAspectRatio="none" role="img" aria-label="{label}">'
        f'<rect x="{x(band.lo)}" y="0" width="{width}" height="20" fill="var(--band)"/>'
        f'<line x1="{x(estimate.lo)}" x2="{x(estimate.hi)}" y1="10" y2="10" stroke="currentColor" stroke-width="2"/>'
        f'<rect x="{x(estimate.value) - 1.5}" y="4" width="3" height="12" fill="currentColor"/></svg>'
    )
