"""A unit is a replicate: several streams with agents of their own, each column averaged over them.

A single stream is no unit: an agent that locks in on a bad action gives columns with a skewness beyond 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import positive_int
from qbench.radio.draws import spawn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qbench.papers._study import Columns, Params, Streams


def seeds_of(params: Params) -> int:
    """Return the streams of a unit; ValueError below 1."""
    return positive_int("seeds", params["seeds"])


def generators(streams: Streams, units: range, seeds: int) -> Iterator[dict[str, np.random.Generator]]:
    """Yield "instance" and "algorithm", the generators of each stream of each unit in turn.

    More streams a unit keep the first ones.
    """
    for unit in units:
        spawned = {axis: spawn(streams.rng(axis, unit), seeds) for axis in ("instance", "algorithm")}
        for k in range(seeds):
            yield {axis: rngs[k] for axis, rngs in spawned.items()}


def averaged(rows: Sequence[dict[str, float]], seeds: int) -> Columns:
    """Return columns (units,), each the mean over a unit's `seeds` rows; rows of a unit follow each other."""
    return {name: np.array([row[name] for row in rows]).reshape(-1, seeds).mean(axis=1) for name in rows[0]}
