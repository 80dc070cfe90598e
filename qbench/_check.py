"""Checks of arguments: every message names the value, the limit and the way out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray


def positive_int(name: str, value: object, *, least: int = 1) -> int:
    """Return `value` as int; ValueError unless it is a whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}")
    return int(value)


def in_interval(
    name: str,
    value: float,
    lo: float,
    hi: float,
    *,
    lo_open: bool = False,
    hi_open: bool = False,
) -> float:
    """Return `value` as float; ValueError unless it lies between `lo` and `hi` (closed unless said)."""
    number = float(value)
    above = number > lo if lo_open else number >= lo
    below = number < hi if hi_open else number <= hi
    if not (above and below):
        left, right = "(" if lo_open or lo == -math.inf else "[", ")" if hi_open or hi == math.inf else "]"
        raise ValueError(f"{name} must lie in {left}{lo:g}, {hi:g}{right}, got {value!r}")
    return number


def finite_array(name: str, values: ArrayLike, *, ndim_at_least: int = 0, hint: str = "") -> FloatArray:
    """Return `values` as float64; ValueError for an empty array, too few axes, or a value that is not finite."""
    array = np.asarray(values, dtype=np.float64)
    way_out = f"; {hint}" if hint else ""
    if array.ndim < ndim_at_least:
        raise ValueError(f"{name} must have at least {ndim_at_least} axes, got shape {array.shape}{way_out}")
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}{way_out}")
    finite = np.isfinite(array)
    if not finite.all():
        bad = np.argwhere(~finite)
        where = tuple(int(k) for k in bad[0])
        raise ValueError(f"{name} must be finite, got {array[where]} at index {where} ({len(bad)} such){way_out}")
    return array


def one_of(name: str, value: str, allowed: Collection[str]) -> str:
    """Return `value`; ValueError naming the allowed words, and the nearest one, unless it is among them."""
    if value in allowed:
        return value
    import difflib

    near = difflib.get_close_matches(str(value), list(allowed), n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"{name} must be one of {', '.join(sorted(allowed))}, got {value!r}{hint}")
