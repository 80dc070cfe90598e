"""Columns of a study: of one that runs once, and of one that computes some units at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qbench._arrays import FloatArray


def one(**values: float) -> dict[str, FloatArray]:
    """Return columns of one unit."""
    return {name: np.array([float(value)]) for name, value in values.items()}


def joined(parts: Iterable[Mapping[str, FloatArray]]) -> dict[str, FloatArray]:
    """Return the columns of parts that follow one another, each with the same columns."""
    rows = list(parts)
    return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
