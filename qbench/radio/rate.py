"""Rates of links at a given SINR."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np

from qbench.radio._arguments import nonnegative, same_grid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray


def spectral_efficiency(sinr: ArrayLike) -> FloatArray:
    """Return log2(1 + s) of a SINR (any shape, power ratio), in bit/s/Hz (Shannon).

    Computed as log1p(s) / ln 2, which keeps links of s = 1e-22 above 0. Raises ValueError for a negative or non-finite
    SINR.
    """
    ratio = nonnegative("sinr", sinr, hint="give the power ratio, not dB: db_to_linear converts")
    return np.log1p(ratio) / log(2.0)


def rate_from_sinr(sinr: ArrayLike, bandwidth_hz: ArrayLike) -> FloatArray:
    """Return W log2(1 + s) in bit/s; `bandwidth_hz` W (Hz, at least 0) broadcasts against `sinr` (power ratio).

    W = 1 gives the rate per bandwidth, bit/s/Hz. Raises ValueError for negative or non-finite values and for shapes
    that do not broadcast.
    """
    efficiency = spectral_efficiency(sinr)
    bandwidth = nonnegative("bandwidth_hz", bandwidth_hz)
    same_grid(sinr=np.asarray(efficiency), bandwidth_hz=bandwidth)
    return bandwidth * efficiency
