"""Exact study of the exhaustive search at the size where Table II leaves it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import positive_int
from qbench.assignment import Budget
from qbench.assignment._strings import string_blocks
from qbench.papers.hqcnn.draws import Row, draw_set, link
from qbench.papers.hqcnn.exhaustive import Exhaustive, n_partitions
from qbench.papers.hqcnn.problem import PilotAssignment

if TYPE_CHECKING:
    from qbench.papers._study import Columns, Params, Streams

ROWS = 4096
"""Partitions listed at a time."""


def enumeration(params: Params, streams: Streams, units: range) -> Columns:
    """C08: every partition listed once, and the optimum of the first networks of replicate 0.

    Params: row, PHYSICS, LINK, networks (how many), test, larger: a row that is only counted. Columns: partitions, by
    listing all; returned, how many networks got their optimum; larger, partitions of that row by a recursion; best_0,
    best_1, ...: the optima, Mbps; turns_0, ...: pilot i mod tau for user i, Mbps, for comparison.
    """
    row, larger = Row.of(params["row"]), Row.of(params["larger"])
    count = positive_int("networks", params["networks"])
    listed = sum(len(block) for block in string_blocks(row.n_user, row.n_pilot, None, ROWS, canonical=True))
    (unit,) = units
    beta = draw_set(params, streams, unit, "test").beta[:count]
    problem = PilotAssignment(beta, link(params))
    best = Exhaustive().solve(problem, Budget(), streams.rng("algorithm", unit))  # draws nothing
    turns = np.broadcast_to(np.arange(row.n_user) % row.n_pilot, (len(beta), 1, row.n_user))
    plain = problem.value(turns)[:, 0]
    columns = {
        "partitions": float(listed),
        "returned": float(len(beta) if best.optimal else 0),
        "larger": float(n_partitions(larger.n_user, larger.n_pilot)),
        **{f"best_{b}": 1e-6 * float(value) for b, value in enumerate(best.value)},
        **{f"turns_{b}": 1e-6 * float(value) for b, value in enumerate(plain)},
    }
    return {name: np.array([value]) for name, value in columns.items()}


def enumeration_witness(columns: Columns) -> str:
    """Say the optima that were found."""
    found = [float(values[0]) for name, values in columns.items() if name.startswith("best_")]
    return (
        f"among {columns['partitions'][0]:,.0f} partitions the best of {len(found)} test networks was found: "
        f"{', '.join(f'{value:.2f}' for value in found)} Mbps"
    )
