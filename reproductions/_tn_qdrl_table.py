"""Quantum resources with and without the tensor network: `python -m reproductions._tn_qdrl_table FILE`.

FILE is docs/papers/tn_qdrl.md: the table stands in it between two comments. Circuits are transpiled for it.
"""

from __future__ import annotations

import sys
from math import isnan

from qbench.evidence.verdict_table import write_tables

MARKS = (
    "<!-- resources: written by `python -m reproductions._tn_qdrl_table docs/papers/tn_qdrl.md` -->",
    "<!-- end of resources -->",
)
SYSTEMS = {"small": "V = 3, 27 features, 324 actions", "mid": "V = 10, 150 features, 7e8 actions"}


def table() -> str:
    """Return the table in Markdown: every metric without the network, with it, and the share that is saved."""
    from qbench.papers.tn_qdrl.resources import METRICS, reductions

    found = {(row.system, row.encoding, row.metric): row for row in reductions()}
    columns = [(system, encoding) for system in SYSTEMS for encoding in ("amplitude", "angle")]
    head = " | ".join(f"{SYSTEMS[system]}; {encoding}" for system, encoding in columns)
    lines = [f"| | {head} |", f"|---|{'---|' * len(columns)}"]
    for metric in METRICS:
        cells = []
        for column in columns:
            row = found[*column, metric]
            saved = "-" if isnan(row.saved) else f"{100 * row.saved:.2f} %"
            cells.append(f"{_count(row.without)} to {_count(row.compressed)}: {saved}")
        lines.append(f"| {metric} | {' | '.join(cells)} |")
    return "\n".join(["", *lines, "", ""])


def _count(value: int) -> str:
    return f"{value:,}" if value < 10**7 else f"{value:.3g}"


if __name__ == "__main__":
    write_tables(sys.argv[1] if len(sys.argv) > 1 else "docs/papers/tn_qdrl.md", table(), MARKS)
