"""What is wrong with the tables of a paper: cells that are no claims, or claims that fill no cell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qbench.evidence.claims import Claim
    from qbench.evidence.papers import Paper
    from qbench.evidence.tables import Table


def table_problems(paper: Paper) -> list[str]:
    """Return what is wrong with the paper's tables, a sentence each."""
    return [
        f"table {paper.key}/{table.key}: {problem}" for table in paper.tables for problem in _problems(paper, table)
    ]


def unfit(claim: Claim, table: Table) -> str:
    """Return why a claim cannot fill a cell of a table; "" where it can."""
    if len(claim.parts) != 1:
        return f"{claim.number} has {len(claim.parts)} parts, a cell is a claim of one"
    if claim.claimed is None or not math.isfinite(claim.claimed):
        return f"{claim.number} names no printed number: set its `claimed`"
    if table.unit not in {claim.unit} & {part.band.unit for part in claim.parts}:
        return f"{claim.number} is in {claim.unit!r}, its band in {claim.parts[0].band.unit!r}, not in {table.unit!r}"
    return ""


def _problems(paper: Paper, table: Table) -> list[str]:
    known = {claim.number: claim for claim in paper.claims}
    missing = [n for n in table.cells.values() if n not in known]
    fitting = {place: known[n] for place, n in table.cells.items() if n in known}
    problems = [f"there is no claim {number}" for number in missing]
    problems += [why for claim in fitting.values() if (why := unfit(claim, table))]
    for row, column in table.references.items():
        claim = fitting.get((row, column))
        if claim is not None and claim.claimed == 0:
            problems.append(f"ratios of the row {row!r} divide by {claim.number}, which is 0 in print")
    others = {reading.key for claim in fitting.values() for reading in claim.readings[1:]}
    problems += [f"no cell has another reading {key!r}" for key in table.readings if key not in others]
    for extra in table.extras:
        names = {
            name
            for (_, column), claim in fitting.items()
            for part in claim.parts
            for name in part.beside
            if column == extra.column
        }
        if extra.beside not in names:
            problems.append(f"no claim of the column {extra.column!r} has the number {extra.beside!r} beside its part")
    return problems
