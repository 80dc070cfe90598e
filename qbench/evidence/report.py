"""The report: one plain static page, readable without JavaScript."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING

from qbench.evidence.compare import Outcome
from qbench.evidence.documents import holm_by_paper
from qbench.evidence.provenance import provenance
from qbench.evidence.wording import beside_texts, counts_line, estimate_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qbench.evidence.claims import Claim
    from qbench.evidence.estimate import Estimate
    from qbench.evidence.findings import ClaimResult, ReadingResult, Verification
    from qbench.evidence.judge import PartResult
    from qbench.evidence.papers import Paper

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
.wide { overflow-x: auto; } svg { width: 14rem; height: 1.6rem; display: block; } code { font-size: 0.9em; }
"""


def write_report(run: Verification, papers: Sequence[Paper], folder: Path) -> Path:
    """Write `index.html` into `folder` and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    sections = [_paper(paper, [r for r in run.claims if r.claim.paper == paper.key]) for paper in papers]
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
    if result.main is not None:
        lines.append(f"<p><small>{_text(_setting(claim, result.main))}</small></p>")
        readings = [result.main, *result.others]
        rows = "".join(_row(reading, part) + _beside(reading, part) for reading in readings for part in reading.parts)
        head = "<tr><th>reading</th><th>part</th><th></th><th>estimate</th><th>band</th><th>n</th></tr>"
        lines.append(f'<div class="wide"><table>{head}{rows}</table></div>')
        lines.extend(f"<p>Counterexample: {_text(witness)}</p>" for witness in result.main.witnesses)
    lines.extend(f"<p>{_text(reason)}</p>" for reason in result.reasons)
    if claim.recorded is not None:
        lines.append(f"<p>On record since {claim.recorded.date}: {_text(claim.recorded.why)}</p>")
    lines.append(f"<p><code>qbench verify {claim.id} --tier {claim.decides_at}</code></p></article>")
    return "\n".join(lines)


def _setting(claim: Claim, main: ReadingResult) -> str:
    stated = {"stated": "parameters stated", "inferred": "parameters inferred", "unstated": "parameters not stated"}
    return (
        f"{claim.kind}; {stated[claim.parameters]} in the paper; main reading “{main.reading.key}”: {main.reading.why}"
    )


def _row(reading: ReadingResult, result: PartResult) -> str:
    cells = [
        f"{_text(reading.reading.key)}: {reading.verdict}",
        _text(result.part.name),
        _drawing(result),
        _text(estimate_text(result.estimate, result.part.band.unit)),
        f"<span title='{html.escape(result.part.band.why, quote=True)}'>{_text(str(result.part.band))}</span>",
        _units(result.estimate),
    ]
    return "<tr>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>"


def _beside(reading: ReadingResult, result: PartResult) -> str:
    """Return a row for every number beside the part: no band, no verdict."""
    rows = []
    for name, shown in beside_texts(result).items():
        cells = [f"{_text(reading.reading.key)}: beside", _text(f"{result.part.name}: {name}"), "", _text(shown), "-"]
        rows.append("<tr>" + "".join(f"<td>{c}</td>" for c in [*cells, _units(result.beside.get(name))]) + "</tr>")
    return "".join(rows)


def _units(estimate: Estimate | None) -> str:
    if estimate is None:
        return "-"
    return "exact" if estimate.exact else str(estimate.n)


def _drawing(result: PartResult) -> str:
    """Return the interval drawn against the band; open sides run to the frame."""
    estimate, band = result.estimate, result.part.band
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
