"""Median and interquartile mean, BCa bootstrap."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import numpy as np

from qbench.evidence.estimate import Estimate
from qbench.evidence.statistics.kernels import ROUNDING, without_rounding
from qbench.evidence.statistics.quantity import Quantity, enough_units

if TYPE_CHECKING:
    from collections.abc import Callable

    from qbench._arrays import FloatArray
    from qbench.evidence.statistics.quantity import Columns, Spelling

Location: TypeAlias = "Callable[..., FloatArray]"

LEAST_UNITS = 20
"""BCa is poor below this: with fewer units the interval is the whole line and nothing is decided."""
RESAMPLES = 9_999
SEED = 20_260_101
"""Resampling is a part of the arithmetic, not of the experiment: one fixed seed, so a rerun gives the same bits."""


def interquartile_mean(x: FloatArray, axis: int = -1) -> FloatArray:
    """Return the mean of the middle half: weights split the atoms at the quartiles, so any n is allowed."""
    ordered = np.sort(x, axis=axis)
    n = x.shape[axis]
    edges = np.arange(n + 1) / n
    weight = np.clip(np.minimum(edges[1:], 0.75) - np.maximum(edges[:-1], 0.25), 0.0, None) * 2.0
    return np.asarray(np.tensordot(ordered, weight, axes=([axis], [0])))


def bca(x: FloatArray, size: FloatArray, location: Location, alpha: float, method: str) -> Estimate:
    """Return location and BCa interval of x (n,); sd is sqrt(n) times the bootstrap standard error.

    `size` (n,) is how large the terms of x were, to tell spread from rounding.
    """
    n = x.shape[-1]
    enough_units(n, 2, method)
    value = float(location(x, axis=-1))
    if float(np.ptp(x)) <= ROUNDING * float(size.max()):
        value = float(without_rounding(x, size))
        return Estimate(value=value, lo=value, hi=value, alpha=alpha, n=n, sd=0.0, method=method)
    from scipy.stats import DegenerateDataWarning, bootstrap

    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        # Ties can make the BCa correction 0/0: scipy warns and returns NaN, which below becomes the whole line.
        warnings.simplefilter("ignore", DegenerateDataWarning)
        result = bootstrap(
            (x,),
            location,
            n_resamples=RESAMPLES,
            confidence_level=1.0 - 2.0 * alpha,
            method="BCa",
            rng=np.random.default_rng(SEED),
        )
    sd = math.sqrt(n) * float(result.standard_error)
    lo, hi = (float(side) for side in result.confidence_interval)
    if n < LEAST_UNITS or math.isnan(lo) or math.isnan(hi):
        lo, hi = -math.inf, math.inf
    return Estimate(value=value, lo=min(lo, value), hi=max(hi, value), alpha=alpha, n=n, sd=sd, method=method)


@dataclass(frozen=True)
class Median:
    """Median over units, BCa bootstrap; decides nothing below 20 units."""

    x: Quantity
    method: ClassVar[str] = "median, BCa"

    def __init__(self, x: Spelling) -> None:
        object.__setattr__(self, "x", Quantity.of(x))

    def estimate(self, columns: Columns, alpha: float) -> Estimate:
        """Return median and interval at `alpha` per side."""
        return bca(self.x.of_columns(columns), self.x.size(columns), np.median, alpha, self.method)


@dataclass(frozen=True)
class IQM:
    """Interquartile mean over units, BCa bootstrap; decides nothing below 20 units."""

    x: Quantity
    method: ClassVar[str] = "interquartile mean, BCa"

    def __init__(self, x: Spelling) -> None:
        object.__setattr__(self, "x", Quantity.of(x))

    def estimate(self, columns: Columns, alpha: float) -> Estimate:
        """Return interquartile mean and interval at `alpha` per side."""
        return bca(self.x.of_columns(columns), self.x.size(columns), interquartile_mean, alpha, self.method)
