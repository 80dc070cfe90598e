"""Columns of a study that runs once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from qbench._arrays import FloatArray


def one(**values: float) -> dict[str, FloatArray]:
    """Return columns of one unit."""
    return {name: np.array([float(value)]) for name, value in values.items()}
