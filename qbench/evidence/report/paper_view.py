"""What the pages say of one paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbench.evidence.compare import Outcome
from qbench.evidence.documents import holm_by_paper
from qbench.evidence.fingerprint import fingerprint
from qbench.evidence.record import VERDICTS
from qbench.evidence.report.claim_view import ClaimView, claim_view, from_record, shown_verdict
from qbench.evidence.report.table_view import TableView, table_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench.evidence.claims import Claim
    from qbench.evidence.findings import ClaimResult
    from qbench.evidence.papers import Paper
    from qbench.evidence.report.figure_view import FigureView


@dataclass(frozen=True)
class Count:
    """How many claims have a verdict."""

    verdict: str
    kind: str
    number: int


@dataclass(frozen=True)
class Resources:
    """The resources of every claim that has any: a column a resource."""

    names: tuple[str, ...]
    rows: tuple[tuple[ClaimView, tuple[str, ...]], ...]


@dataclass(frozen=True)
class OpenPoint:
    """Something the paper leaves open, and the claims it bears on."""

    why: str
    claims: tuple[str, ...]


@dataclass(frozen=True)
class PaperView:
    """One paper.

    Attributes:
        counts: verdicts shown, in the order of `VERDICTS`, without those on the paper's own arithmetic: `arithmetic`
            counts these in words.
        undecided: claims that this run leaves open; `recorded` those shown from the record.
        holm: the line on Holm's procedure; "" where nothing measured was decided.
        inferred, unstated: claims that depend on parameters the paper does not state.
        code: fingerprint of the sources that its studies depend on.
    """

    paper: Paper
    claims: tuple[ClaimView, ...]
    figures: tuple[FigureView, ...]
    tables: tuple[TableView, ...]
    counts: tuple[Count, ...]
    arithmetic: str
    undecided: int
    recorded: int
    holm: str
    resources: Resources
    open_points: tuple[OpenPoint, ...]
    inferred: tuple[str, ...]
    unstated: tuple[str, ...]
    code: str

    @property
    def cited(self) -> str:
        """Authors and year."""
        return f"{', '.join(self.paper.authors)}, {self.paper.year}"


def paper_view(paper: Paper, results: Sequence[ClaimResult], figures: Sequence[FigureView]) -> PaperView:
    """Return what the pages say of a paper with at least one claim in the run."""
    verdicts = [shown_verdict(r) for r in results if r.claim.kind != "consistency"]
    own = [shown_verdict(r) == "reproduced" for r in results if r.claim.kind == "consistency"]
    stands = holm_by_paper(results).get(paper.key, {})
    holm = f"{sum(stands.values())} of {len(stands)} measured verdicts stand under Holm at 5 % over the paper."
    claims = tuple(claim_view(r, paper) for r in results)
    return PaperView(
        paper=paper,
        claims=claims,
        figures=tuple(figures),
        tables=tuple(table_view(table, paper, results) for table in paper.tables),
        counts=tuple(Count(v, v.replace(" ", "-"), verdicts.count(v)) for v in VERDICTS if v in verdicts),
        arithmetic=f"The paper's own arithmetic: {sum(own)} consistent, {len(own) - sum(own)} not." if own else "",
        undecided=sum(r.outcome is Outcome.UNDECIDED for r in results),
        recorded=sum(from_record(r) for r in results),
        holm=holm if stands else "",
        resources=_resources(claims),
        open_points=_open_points([r.claim for r in results]),
        inferred=_with_parameters(results, "inferred"),
        unstated=_with_parameters(results, "unstated"),
        code=fingerprint(tuple(sorted({name for study in paper.studies for name in study.code})))[:12],
    )


def _with_parameters(results: Sequence[ClaimResult], word: str) -> tuple[str, ...]:
    claims = [r.claim for r in results]
    return tuple(c.number for c in claims if c.parameters == word and c.untestable is None)


def _resources(claims: Sequence[ClaimView]) -> Resources:
    """Return the table, our own time first: the others are the method's. A resource that is 0 everywhere is none."""
    time = "computing time"
    having = [(c, {**({time: c.seconds} if c.seconds else {}), **dict(c.costs)}) for c in claims]
    names = sorted(dict.fromkeys(name for _, of in having for name in of), key=lambda name: name != time)
    names = [name for name in names if any(of.get(name, "0") != "0" for _, of in having)]
    rows = tuple((c, tuple(of.get(name, "") for name in names)) for c, of in having if of)
    return Resources(tuple(names), rows)


def _open_points(claims: Sequence[Claim]) -> tuple[OpenPoint, ...]:
    """Return why the paper allows other readings, each reason once; a reading's several are divided by semicolons."""
    found: dict[str, dict[str, None]] = {}
    for claim in claims:
        for reading in claim.readings[1:]:
            for why in reading.why.split("; "):
                found.setdefault(why, {})[claim.number] = None
    return tuple(OpenPoint(why, tuple(numbers)) for why, numbers in found.items())
