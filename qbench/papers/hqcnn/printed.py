"""Arithmetic on the numbers that the paper prints in Table II: whether its text says what its table says."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams

HEURISTICS = ("greedy", "mpa", "lpa")
LEARNED = ("mlp", "light", "heavy")


def printed(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001 - the signature of a study
    """C03-C06: what Ours is ahead by, as a loss 1 - X/Ours of the other or as a gain Ours/X - 1 over it.

    Params: table, {row: {column: Mbps}} with the columns ours, random, greedy, mpa, lpa, mlp, light, heavy; small and
    medium, lists of its rows; first and last, the rows that the text takes for examples. Columns: mean_, small_ and
    medium_ with mlp, light, heavy: the mean loss over all rows, or those; first_ and last_ with greedy, mpa, lpa: the
    loss in that row; largest, largest_all: over the medium rows and greedy, mpa, lpa, and random too. All but the
    means also with _gain behind them.
    """
    table = cast("Mapping[str, Mapping[str, float]]", params["table"])
    small, medium = cast("list[str]", params["small"]), cast("list[str]", params["medium"])
    first, last = table[cast("str", params["first"])], table[cast("str", params["last"])]
    columns: dict[str, float] = {}
    for name in LEARNED:
        for prefix, rows in (("mean", [*small, *medium]), ("small", small), ("medium", medium)):
            columns[f"{prefix}_{name}"] = float(np.mean([loss(table[row], name) for row in rows]))
    for name in HEURISTICS:
        for prefix, row in (("first", first), ("last", last)):
            columns |= {f"{prefix}_{name}": loss(row, name), f"{prefix}_{name}_gain": gain(row, name)}
    for prefix, names in (("largest", HEURISTICS), ("largest_all", ("random", *HEURISTICS))):
        pairs = [(table[row], name) for row in medium for name in names]
        columns[prefix] = max(loss(*pair) for pair in pairs)
        columns[f"{prefix}_gain"] = max(gain(*pair) for pair in pairs)
    return {name: np.array([value]) for name, value in columns.items()}


def loss(row: Mapping[str, float], name: str) -> float:
    """Return 1 - X/Ours of a row."""
    return 1.0 - row[name] / row["ours"]


def gain(row: Mapping[str, float], name: str) -> float:
    """Return Ours/X - 1 of a row."""
    return row["ours"] / row[name] - 1.0


def learned_witness(columns: Mapping[str, FloatArray]) -> str:
    """Say the mean losses that the table gives."""
    said = ", ".join(f"{name} {columns[f'mean_{name}'][0]:.1%}" for name in reversed(LEARNED))
    return f"the table's means over its eight rows are {said}"


def largest_witness(columns: Mapping[str, FloatArray]) -> str:
    """Say the largest gain over a heuristic that the table gives."""
    return (
        f"over Greedy, Master-AP and location the table's largest gain is {columns['largest_gain'][0]:.1%} "
        f"(Master-AP, M = 35), as a loss {columns['largest'][0]:.1%}"
    )


def last_witness(columns: Mapping[str, FloatArray]) -> str:
    """Say by how much the two heuristics are behind in the last row."""
    return (
        f"at M = 45 Greedy is {columns['last_greedy'][0]:.1%} behind and Master-AP {columns['last_mpa'][0]:.1%}; "
        "only the second rounds to 17 %"
    )
