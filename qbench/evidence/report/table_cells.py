"""The cells of a paper's table, judged: which hold in absolute value, which only as ratios to their row's reference."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from qbench.evidence.check_table import unfit
from qbench.evidence.report.part_view import with_record
from qbench.evidence.summary import readings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.evidence.claims import Claim, Reading
    from qbench.evidence.estimate import Estimate
    from qbench.evidence.findings import ClaimResult
    from qbench.evidence.record import Span, Verdict
    from qbench.evidence.tables import Extra, Place, Table

Mark: TypeAlias = Literal["value", "ratio", "neither", "fails", "open", "missing"]
MARKS: tuple[Mark, ...] = get_args(Mark)


@dataclass(frozen=True)
class JudgedCell:
    """A cell of the paper beside its measurement.

    Attributes:
        printed: the paper's number, in the table's unit.
        found: the measurement with its interval; None where there is none.
        mark: "value": the claim is reproduced. Else "ratio": its ratio lies within the table's tolerance of the printed
            one; "open": its interval reaches across an edge of its band; "neither": not; "fails": not in value, and
            there is no ratio to judge. "missing": not measured.
        reference: whether the ratios of its row divide by it; it has none itself.
        ratios: to the row's reference, in print and measured; None where either is not known.
    """

    claim: Claim
    printed: float
    found: Span | None
    mark: Mark
    reference: bool
    ratios: tuple[float, float] | None


@dataclass(frozen=True)
class ExtraCell:
    """A measured number that is not in the paper; `ratio` to the row's measured reference, None without it."""

    found: Estimate
    ratio: float | None


@dataclass(frozen=True)
class JudgedTable:
    """A table under one reading.

    Attributes:
        reading: its key; "" for the main one of each claim.
        cells: by place; a cell whose claim is missing or unfit (`check_paper`) is left out.
        extras: row and label -> what stands beside the claims of the row, where it is known.
    """

    table: Table
    reading: str
    cells: Mapping[Place, JudgedCell]
    extras: Mapping[Place, ExtraCell]

    @property
    def counts(self) -> dict[Mark, int]:
        """How many cells have which mark."""
        marks = [cell.mark for cell in self.cells.values()]
        return {mark: marks.count(mark) for mark in MARKS}


def judged_table(
    table: Table, claims: Mapping[str, Claim], results: Mapping[str, ClaimResult], reading: str = ""
) -> JudgedTable:
    """Return the table under a reading, "" for the main one: from the run where it has the claim, else from the record.

    `claims` and `results` by number; a claim that the run does not have is not among the results.
    """
    usable = {place: claims[n] for place, n in table.cells.items() if n in claims and not unfit(claims[n], table)}
    shown = {place: _shown(claim, results.get(claim.number), reading) for place, claim in usable.items()}
    cells = {}
    for (row, column), claim in usable.items():
        verdict, found = shown[row, column]
        of = (row, table.references.get(row, ""))
        ratios = None
        if of in usable and of != (row, column):
            ratios = _ratios((_printed(claim), _printed(usable[of])), (found, shown[of][1]))
        mark = _mark(verdict, found, ratios, table.tolerance)
        cells[row, column] = JudgedCell(claim, _printed(claim), found, mark, of == (row, column), ratios)
    extras = {}
    for extra in table.extras:
        for row in table.rows:
            estimate = _beside(extra, usable.get((row, extra.column)), results, reading)
            if estimate is not None:
                _, of_row = shown.get((row, table.references.get(row, "")), (None, None))
                extras[row, extra.label] = ExtraCell(estimate, _over(estimate.value, of_row))
    return JudgedTable(table, reading, cells, extras)


def _printed(claim: Claim) -> float:
    return math.nan if claim.claimed is None else claim.claimed


def _key(claim: Claim, reading: str) -> str:
    return reading or ("" if claim.main is None else claim.main.key)


def _shown(claim: Claim, result: ClaimResult | None, reading: str) -> tuple[Verdict | None, Span | None]:
    """Return verdict and number of a claim of one part under a reading; None where they are not known."""
    key = _key(claim, reading)
    for view in with_record(claim, readings_of(claim, result)):
        if view.key == key and view.found is not None:
            return view.found.verdict, view.found.parts.get(claim.parts[0].name)
    return None, None


def _mark(verdict: Verdict | None, found: Span | None, ratios: tuple[float, float] | None, tolerance: float) -> Mark:
    if found is None:
        return "missing"
    if verdict == "reproduced":
        return "value"
    if ratios is not None and abs(ratios[1] - ratios[0]) <= tolerance:
        return "ratio"
    if verdict == "inconclusive":
        return "open"
    return "fails" if ratios is None else "neither"


def _ratios(printed: tuple[float, float], found: tuple[Span | None, Span | None]) -> tuple[float, float] | None:
    value, of_row = found
    measured = None if value is None else _over(value.value, of_row)
    return None if measured is None or printed[1] == 0 else (printed[0] / printed[1], measured)


def _over(value: float, of_row: Span | None) -> float | None:
    return None if of_row is None or of_row.value == 0 else value / of_row.value


def _beside(extra: Extra, claim: Claim | None, results: Mapping[str, ClaimResult], reading: str) -> Estimate | None:
    """Return the number beside a claim's part; records keep those of the main reading alone."""
    if claim is None:
        return None
    part, key = claim.parts[0].name, _key(claim, reading)
    result = results.get(claim.number)
    of_run = () if result is None else (result.main, *result.others)
    for shown in of_run:
        if shown is not None and shown.reading.key == key:
            return shown.parts[0].beside.get(extra.beside) if shown.parts else None
    if claim.recorded is None or key != _key(claim, ""):
        return None
    return claim.recorded.beside.get(part, {}).get(extra.beside)


def why_of(table: Table, claims: Mapping[str, Claim], reading: str) -> str:
    """Return why the paper allows a reading, by the first claim of the table that has it; "" where none does."""
    found: list[Reading] = [
        r for n in table.cells.values() if n in claims for r in claims[n].readings if r.key == reading
    ]
    return found[0].why if found else ""
