"""Decibels and watts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array
from qbench.radio._arguments import positive, refuse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray

SPEED_OF_LIGHT = 299_792_458.0
"""Speed of light in vacuum, m/s (exact by the definition of the metre)."""

# Beyond this a float64 overflows or vanishes, and such a number is a slip, not a gain.
_LARGEST_DB = 3000.0


def db_to_linear(value_db: ArrayLike) -> FloatArray:
    """Return the power ratio 10^(x/10) of `value_db` (any shape, dB).

    Raises ValueError unless every value is finite and within +-3000 dB.
    """
    value = finite_array("value_db", value_db)
    _within_float("value_db", value)
    return np.power(10.0, value / 10.0)


def linear_to_db(ratio: ArrayLike) -> FloatArray:
    """Return 10 log10 of a power ratio (any shape), in dB.

    Raises ValueError unless every ratio is finite and above 0.
    """
    return 10.0 * np.log10(positive("ratio", ratio, hint="a power of 0 has no value in dB"))


def dbm_to_watt(power_dbm: ArrayLike) -> FloatArray:
    """Return a power (any shape, dBm: decibels above 1 mW) in W; -70 dBm is 1e-10 W.

    Raises ValueError unless every power is finite and within +-3000 dBm.
    """
    power = finite_array("power_dbm", power_dbm)
    _within_float("power_dbm", power)
    return np.power(10.0, (power - 30.0) / 10.0)


def _within_float(name: str, value: FloatArray) -> None:
    refuse(name, value, np.abs(value) > _LARGEST_DB, f"within +-{_LARGEST_DB:g}", "a linear value needs no conversion")
