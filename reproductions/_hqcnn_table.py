"""Table II beside what was measured, by the verdicts on record: `python -m reproductions._hqcnn_table FILE`.

FILE is docs/papers/hqcnn.md: the tables stand in it between two comments.
"""

from __future__ import annotations

import sys

from qbench.evidence.verdict_table import write_tables
from reproductions._hqcnn_cells import untrained
from reproductions._hqcnn_setting import COLUMNS, NAMES, SEARCHED, TABLE, printed
from reproductions.hqcnn import CELLS

MARKS = (
    "<!-- Table II: written by `python -m reproductions._hqcnn_table docs/papers/hqcnn.md` -->",
    "<!-- end of Table II -->",
)
TRAINED = {"mlp": "MLP", "light": "light CNN", "heavy": "heavy CNN", "hq11": "HQCNN [11]", "ours": "proposed"}
OURS = {
    "best": "best known",
    "ls": "local search",
    "colour": "colouring",
    "balanced": "balanced",
}
ABSENT = "-"


def measured(row: str, column: str) -> float | None:
    """Return the mean on record of a method on a row, Mbps; None where there is none.

    Methods that are no column of the paper stand beside Random.
    """
    if (row, column) in CELLS:
        recorded = CELLS[row, column].recorded
        return None if recorded is None else recorded.parts[CELLS[row, column].parts[0].name].value
    beside = CELLS[row, "random"]
    if column in COLUMNS or beside.recorded is None or column not in untrained(row):
        return None
    return beside.recorded.beside[beside.parts[0].name][NAMES[column]].value


def tables() -> str:
    """Return both tables in Markdown: sum rates, and their shares of the best; print first, measurement second.

    All ten columns of the paper, those without a claim with the print alone.
    """
    names = tuple((TRAINED | NAMES)[name] for name in COLUMNS)
    lines = _head("sum rate (Mbps)", (*names, *OURS.values()))
    shares = _head("share of the best", (*names, OURS["ls"]))
    for row in TABLE:
        best = next(reversed(untrained(row)))
        most, of_paper = measured(row, best), printed(row, "epas" if row in SEARCHED else "ours")
        in_print = COLUMNS[: len(TABLE[row])]
        blanks = [ABSENT] * (len(COLUMNS) - len(in_print))
        found = [_pair(printed(row, name), measured(row, name)) for name in in_print]
        extra = [_number(measured(row, best if name == "best" else name)) for name in OURS]
        lines.append(_line(row, [*found, *blanks, *extra]))
        ratios = [_pair(printed(row, name) / of_paper, _share(measured(row, name), most), 3) for name in in_print]
        shares.append(_line(row, [*ratios, *blanks, _number(_share(measured(row, "ls"), most), 3)]))
    return "\n".join(["", *lines, "", *shares, "", ""])


def _share(value: float | None, most: float | None) -> float | None:
    return None if value is None or most is None else value / most


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
