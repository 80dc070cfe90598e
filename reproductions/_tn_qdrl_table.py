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
    """Return in Markdown what a decision costs: in every metric, for every scheme, and which ratios give 58.19 %."""
    return "\n".join(["", *_savings(), "", *_schemes(), "", _ratios(), ""])


def _savings() -> list[str]:
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
    return lines


def _schemes() -> list[str]:
    from qbench.papers.tn_qdrl.parameters import SMALL
    from qbench.papers.tn_qdrl.resources import decision, n_actions, n_features, schemes

    rows = {
        **schemes(SMALL),
        "TN-QDRL, chains with ancillas": decision(n_features(SMALL), n_actions(SMALL), chained=True),
    }
    return [
        "| V = 3 | qubits | CX of an iteration | CX of a decision | depth in series | oracle calls |",
        "|---|---|---|---|---|---|",
        *(
            f"| {name} | {d.qubits} | {d.iteration.cx} | {d.cx:,} | {d.depth_in_series:,} | {d.oracle_calls} |"
            for name, d in rows.items()
        ),
    ]


def _ratios() -> str:
    from qbench.papers.tn_qdrl.ratios import pairs_giving

    smallest = ", ".join(f"{a}/{b}" for a, b in pairs_giving("58.19")[:3])
    return f"The smallest ratios a/b of whole numbers with 1 - a/b = 58.19 %, rounded: {smallest}."


def _count(value: int) -> str:
    return f"{value:,}" if value < 10**7 else f"{value:.3g}"


if __name__ == "__main__":
    write_tables(sys.argv[1] if len(sys.argv) > 1 else "docs/papers/tn_qdrl.md", table(), MARKS)
