"""What the paper reads off its training curves, made into numbers (Sec. V-C1, Fig. 4a-c)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, in_interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray

FLAT = 1e-12
"""A curve whose whole range is smaller has no times and no steps."""


def _curve(curve: ArrayLike) -> FloatArray:
    c = finite_array("curve", curve, ndim_at_least=1)
    if c.ndim != 1 or c.size < 4:
        raise ValueError(f"a curve must have shape (T,) with at least 4 epochs, got {c.shape}")
    return c


def first_at_least(curve: ArrayLike, level: float) -> int:
    """Return the first epoch, counted from 1, at which a curve (T,) is at least `level`; T + 1 where it never is."""
    c = _curve(curve)
    reached = np.flatnonzero(c >= level)
    return int(reached[0]) + 1 if reached.size else c.size + 1


def time_to_own_range(curve: ArrayLike, share: float = 0.9) -> int:
    """Return t90: the first epoch at which a rising curve (T,) has made `share` of its way from c(1) to its best.

    T + 1 for a curve that never rises above c(1). Raises ValueError for fewer than 4 epochs and a share outside (0, 1].
    """
    c = _curve(curve)
    in_interval("share", share, 0.0, 1.0, lo_open=True)
    span = _own_range(c)
    return c.size + 1 if span < FLAT else first_at_least(c, float(c[0]) + share * span)


def late_steps(curve: ArrayLike) -> float:
    """Return s: the mean |c(t) - c(t - 1)| over the last quarter of a curve (T,), in units of its way to its best.

    At T = 100 these are t = 76..100. 0 for a curve that never rises above c(1).
    """
    c = _curve(curve)
    span = _own_range(c)
    return 0.0 if span < FLAT else float(np.abs(np.diff(c))[c.size * 3 // 4 - 1 :].mean() / span)


def _own_range(c: FloatArray) -> float:
    return float(c.max() - c[0])
