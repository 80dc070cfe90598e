"""A table of the paper on the page: print and measurement cell by cell, in words ready for the template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbench.evidence.report.table_cells import MARKS, Mark, judged_table, why_of
from qbench.evidence.wording import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qbench.evidence.estimate import Estimate
    from qbench.evidence.findings import ClaimResult
    from qbench.evidence.papers import Paper
    from qbench.evidence.record import Span
    from qbench.evidence.report.table_cells import ExtraCell, JudgedCell, JudgedTable
    from qbench.evidence.tables import Table

WORDS: Mapping[Mark, str] = {
    "value": "value",
    "ratio": "ratio",
    "neither": "neither",
    "fails": "not in value",
    "open": "open",
    "missing": "not measured",
}
KINDS: Mapping[Mark, str] = {
    "value": "reproduced",
    "ratio": "as-ratio",
    "neither": "not-reproduced",
    "fails": "not-in-value",
    "open": "inconclusive",
    "missing": "not-run",
}
"""Mark -> its shape and tone, as a CSS class."""


@dataclass(frozen=True)
class Shown:
    """A cell in words; the paper's blanks have none.

    Attributes:
        printed: "" in a column that is not in the paper.
        value, interval: of the measurement, "" without one.
        ratios: in print and measured, as one text.
        word, kind: the mark, "" in a column that is not in the paper.
        claim: the number of its claim where the page has it, for a link.
    """

    printed: str
    value: str
    interval: str
    ratios: str
    word: str = ""
    kind: str = ""
    claim: str = ""


@dataclass(frozen=True)
class Legend:
    """A mark, how many cells have it, and what it says."""

    word: str
    kind: str
    number: int
    says: str


@dataclass(frozen=True)
class TableUnder:
    """The table under one reading.

    Attributes:
        reading: its key, "" for the main one; `why` the paper allows it.
        counts: of the marks, in words.
        known: whether any cell was measured.
        extras: labels of the columns of ours that have a number.
        rows: label, cells of the paper, cells of ours.
    """

    reading: str
    why: str
    counts: str
    known: bool
    extras: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Shown | None, ...], tuple[Shown | None, ...]], ...]


@dataclass(frozen=True)
class TableView:
    """A table as the page shows it: under the main reading, then under the others."""

    table: Table
    about: str
    legend: tuple[Legend, ...]
    main: TableUnder
    others: tuple[TableUnder, ...]


def table_view(table: Table, paper: Paper, results: Sequence[ClaimResult]) -> TableView:
    """Return what the page says of a table; `results` are those of the paper's claims that the page has."""
    claims = {claim.number: claim for claim in paper.claims}
    of_run = {result.claim.number: result for result in results}
    judged = [judged_table(table, claims, of_run, reading) for reading in ("", *table.readings)]
    under = [_under(one, why_of(table, claims, one.reading), of_run) for one in judged]
    return TableView(table, _about(table), _legend(table, judged[0]), under[0], tuple(under[1:]))


def counts_line(judged: JudgedTable) -> str:
    """Return how many cells hold in absolute value, how many more as ratios, and what the rest are."""
    counts = judged.counts
    tails = {
        "neither": "neither",
        "fails": "not in value, without a ratio to judge",
        "open": "open",
        "missing": "not measured",
    }
    rest = ", ".join(f"{counts[mark]} {words}" for mark, words in tails.items() if counts[mark])  # type: ignore[index]
    more = f", {counts['ratio']} more as a ratio" if judged.table.references else ""
    head = f"{counts['value']} of {len(judged.cells)} in absolute value{more}"
    return f"{head}; {rest}" if rest else head


def _about(table: Table) -> str:
    unit = f" In each cell, in {table.unit}:" if table.unit else " In each cell:"
    text = f"{table.note.strip()}{unit} the paper's number, ours with its interval"
    if table.references:
        text += ", and the ratio to the row's reference, in print and as measured from the two values"
    text += ". The number leads to the claim."
    if table.extras:
        text += " The columns on the right are ours and not in the paper"
        text += "; their ratio is to the measured reference." if table.references else "."
    return text.strip()


def _legend(table: Table, judged: JudgedTable) -> tuple[Legend, ...]:
    says: Mapping[Mark, str] = {
        "value": "The claim is reproduced: the interval lies inside the band fixed beforehand.",
        "ratio": "Not so, but the measured ratio to the row's reference lies within "
        f"{number(table.tolerance)} of the printed one. It is read off two values and is no verdict.",
        "neither": "Neither the value nor the ratio holds.",
        "fails": "The value does not hold, and there is no ratio: the cell is its row's reference, or the row has no "
        "measured one.",
        "open": "The interval reaches across an edge of the band, and no ratio holds.",
        "missing": "No measurement, here or on record.",
    }
    counts = judged.counts
    always = {"value", "missing"} | ({"ratio", "neither"} if table.references else set())
    return tuple(
        Legend(WORDS[mark], KINDS[mark], counts[mark], says[mark]) for mark in MARKS if mark in always or counts[mark]
    )


def _under(judged: JudgedTable, why: str, results: Mapping[str, ClaimResult]) -> TableUnder:
    table = judged.table
    extras = tuple(x.label for x in table.extras if any(label == x.label for _, label in judged.extras))
    rows = tuple(
        (
            row,
            tuple(_cell(judged.cells.get((row, column)), table.decimals, results) for column in table.columns),
            tuple(_extra(judged.extras.get((row, label))) for label in extras),
        )
        for row in table.rows
    )
    known = judged.counts["missing"] < len(judged.cells)
    return TableUnder(judged.reading, why, counts_line(judged), known, extras, rows)


def _cell(cell: JudgedCell | None, decimals: int, results: Mapping[str, ClaimResult]) -> Shown | None:
    if cell is None:
        return None
    value, interval = _measured(cell.found)
    ratios = "row's reference" if cell.reference else ""
    if cell.ratios is not None:
        ratios = f"ratio {cell.ratios[0]:.3f}, {cell.ratios[1]:.3f}"
    return Shown(
        printed=f"{cell.printed:.{decimals}f}",
        value=value,
        interval=interval,
        ratios=ratios,
        word=WORDS[cell.mark],
        kind=KINDS[cell.mark],
        claim=cell.claim.number if cell.claim.number in results else "",
    )


def _extra(extra: ExtraCell | None) -> Shown | None:
    if extra is None:
        return None
    return Shown("", *_measured(extra.found), "" if extra.ratio is None else f"ratio {extra.ratio:.3f}")


def _measured(found: Span | Estimate | None) -> tuple[str, str]:
    if found is None:
        return "", ""
    return number(found.value), "" if found.exact else f"[{number(found.lo)}, {number(found.hi)}]"
