"""Means and differences of means (Student t), ratios of means (Fieller), shares (Clopper-Pearson)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from qbench.evidence.estimate import Estimate
from qbench.evidence.statistics.kernels import clopper_pearson, fieller, student
from qbench.evidence.statistics.quantity import Quantity, enough_units

if TYPE_CHECKING:
    from qbench.evidence.statistics.kernels import Interval
    from qbench.evidence.statistics.quantity import Columns, Spelling


def as_estimate(interval: Interval, alpha: float, n: int, method: str) -> Estimate:
    """Return the Estimate of an interval without leading axes."""
    value, lo, hi, sd = (float(x) for x in interval)
    return Estimate(value=value, lo=lo, hi=hi, alpha=alpha, n=n, sd=sd, method=method)


@dataclass(frozen=True)
class Mean:
    """Mean of a quantity over units, Student t."""

    x: Quantity
    method: ClassVar[str] = "Student t"

    def __init__(self, x: Spelling) -> None:
        object.__setattr__(self, "x", Quantity.of(x))

    def estimate(self, columns: Columns, alpha: float) -> Estimate:
        """Return mean and interval at `alpha` per side."""
        x = self.x.of_columns(columns)
        enough_units(x.shape[-1], 2, self.method)
        return as_estimate(student(x, alpha, self.x.size(columns)), alpha, x.shape[-1], self.method)


@dataclass(frozen=True)
class PairedDifference:
    """Mean of a - b over units that both methods share, Student t on the differences."""

    a: Quantity
    b: Quantity
    method: ClassVar[str] = "paired Student t"

    def __init__(self, a: Spelling, b: Spelling) -> None:
        object.__setattr__(self, "a", Quantity.of(a))
        object.__setattr__(self, "b", Quantity.of(b))

    def estimate(self, columns: Columns, alpha: float) -> Estimate:
        """Return mean difference and interval at `alpha` per side."""
        a, b = self.a.of_columns(columns), self.b.of_columns(columns)
        enough_units(a.shape[-1], 2, self.method)
        size = self.a.size(columns) + self.b.size(columns)
        return as_estimate(student(a - b, alpha, size), alpha, a.shape[-1], self.method)


@dataclass(frozen=True)
class RatioOfMeans:
    """mean(a)/mean(b) over paired units, Fieller: never a mean of per-unit ratios."""

    a: Quantity
    b: Quantity
    method: ClassVar[str] = "Fieller"

    def __init__(self, a: Spelling, b: Spelling) -> None:
        object.__setattr__(self, "a", Quantity.of(a))
        object.__setattr__(self, "b", Quantity.of(b))

    def estimate(self, columns: Columns, alpha: float) -> Estimate:
        """Return ratio and interval at `alpha` per side; unbounded where mean(b) may be 0 at this level."""
        a, b = self.a.of_columns(columns), self.b.of_columns(columns)
        enough_units(a.shape[-1], 2, self.method)
        interval = fieller(a, b, alpha, self.a.size(columns), self.b.size(columns))
        return as_estimate(interval, alpha, a.shape[-1], self.method)


@dataclass(frozen=True)
class Share:
    """Share of units where a 0/1 column is 1, Clopper-Pearson."""

    x: Quantity
    method: ClassVar[str] = "Clopper-Pearson"

    def __init__(self, x: Spelling) -> None:
        object.__setattr__(self, "x", Quantity.of(x))

    def estimate(self, columns: Columns, alpha: float) -> Estimate:
        """Return share and interval at `alpha` per side; ValueError where a value is neither 0 nor 1."""
        x = self.x.of_columns(columns)
        enough_units(x.shape[-1], 2, self.method)
        wrong = x[(x != 0.0) & (x != 1.0)]
        if wrong.size:
            raise ValueError(f"a share is taken of 0 and 1, got {wrong[0]!r}; use Mean for other values")
        return as_estimate(clopper_pearson(x, alpha), alpha, x.shape[-1], self.method)
