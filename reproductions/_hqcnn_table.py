"""Table II beside what was measured, by the verdicts on record: `python -m reproductions._hqcnn_table FILE`.

FILE is docs/papers/hqcnn.md: the tables stand in it between two comments.
"""

from __future__ import annotations

import sys

from qbench.evidence.verdict_table import write_tables
from reproductions.hqcnn import CELLS, HEURISTICS, NAMES, SEARCHED, TABLE, printed, untrained

MARKS = (
    "<!-- Table II: written by `python -m reproductions._hqcnn_table docs/papers/hqcnn.md` -->",
    "<!-- end of Table II -->",
)
SHOWN = (*HEURISTICS, "epas")
ABSENT = "-"


def measured(row: str, column: str) -> float | None:
    """Return the mean on record of an untrained method on a row, Mbps; None where there is none."""
    claim = CELLS[row, "random"]
    if (row, column) in CELLS:
        claim = CELLS[row, column]
        return None if claim.recorded is None else claim.recorded.parts["mean sum rate"].value
    if claim.recorded is None or column not in untrained(row):
        return None
    return claim.recorded.beside["mean sum rate"][NAMES[column]].value


def tables() -> str:
    """Return both tables in Markdown: sum rates, and their shares of the best; print first, measurement second."""
    lines = _head("sum rate (Mbps)", (*(NAMES[name] for name in SHOWN), "best known", "colouring", "balanced"))
    shares = _head("share of the best", tuple(NAMES[name] for name in HEURISTICS))
    for row in TABLE:
        best = next(reversed(untrained(row)))
        most, of_paper = measured(row, best), printed(row, "epas" if row in SEARCHED else "ours")
        found = [_pair(printed(row, name), measured(row, name)) if (row, name) in CELLS else ABSENT for name in SHOWN]
        extra = [_number(measured(row, name)) for name in (best, "colour", "balanced")]
        lines.append(_line(row, [*found, *extra]))
        ratios = []
        for name in HEURISTICS:
            value = measured(row, name)
            ratio = None if value is None or most is None else value / most
            ratios.append(_pair(printed(row, name) / of_paper, ratio, digits=3))
        shares.append(_line(row, ratios))
    return "\n".join(["", *lines, "", *shares, "", ""])


def _head(what: str, names: tuple[str, ...]) -> list[str]:
    return [f"| {what} | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]


def _line(row: str, cells: list[str]) -> str:
    return f"| {row} | {' | '.join(cells)} |"


def _pair(value: float, found: float | None, digits: int = 2) -> str:
    return f"{value:.{digits}f}, {_number(found, digits)}"


def _number(value: float | None, digits: int = 2) -> str:
    return ABSENT if value is None else f"{value:.{digits}f}"


if __name__ == "__main__":
    write_tables(sys.argv[1] if len(sys.argv) > 1 else "docs/papers/hqcnn.md", tables(), MARKS)
