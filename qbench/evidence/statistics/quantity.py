"""A quantity: one column, a linear combination of columns, the largest or the product of several, unit by unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench._arrays import FloatArray

Columns: TypeAlias = "Mapping[str, FloatArray]"
Spelling: TypeAlias = "str | Mapping[str, float] | Quantity"


@dataclass(frozen=True)
class Quantity:
    """Sum of weight * column over `terms`; written `"opt"` or `{"opt": 1, "vqe": -1}` where a statistic takes one."""

    terms: tuple[tuple[str, float], ...]

    @classmethod
    def of(cls, spelling: Spelling) -> Quantity:
        """Read a column's name or a mapping from name to weight; ValueError where it is empty."""
        if isinstance(spelling, Quantity):
            return spelling
        terms = ((spelling, 1.0),) if isinstance(spelling, str) else tuple((c, float(w)) for c, w in spelling.items())
        if not terms or not all(name for name, _ in terms):
            raise ValueError(f"a quantity names at least one column, got {spelling!r}")
        return cls(terms)

    def of_columns(self, columns: Columns) -> FloatArray:
        """Return the quantity (..., n); KeyError in words where a column is missing."""
        return np.asarray(sum(self._summands(columns)))

    def size(self, columns: Columns) -> FloatArray:
        """Return the sum of |weight * column| (..., n): beside it, a small quantity may be nothing but rounding."""
        return np.asarray(sum(np.abs(summand) for summand in self._summands(columns)))

    def _summands(self, columns: Columns) -> list[FloatArray]:
        missing = [name for name, _ in self.terms if name not in columns]
        if missing:
            raise KeyError(f"no column {missing[0]!r}: the study gave {', '.join(sorted(columns)) or 'none'}")
        return [weight * np.asarray(columns[name], dtype=np.float64) for name, weight in self.terms]

    def __str__(self) -> str:
        def term(name: str, weight: float) -> str:
            return name if weight == 1 else f"-{name}" if weight == -1 else f"{weight:g}*{name}"

        return " + ".join(term(*t) for t in self.terms).replace("+ -", "- ")


@dataclass(frozen=True)
class Largest(Quantity):
    """The largest of several columns, such as the best of the methods that another is set against."""

    def __init__(self, *names: str) -> None:
        if len(set(names)) < 2:
            raise ValueError(f"the largest is taken of two columns or more, got {names!r}")
        object.__setattr__(self, "terms", Quantity.of(dict.fromkeys(names, 1.0)).terms)

    def of_columns(self, columns: Columns) -> FloatArray:
        """Return the largest value (..., n); KeyError in words where a column is missing."""
        return np.asarray(np.max(self._summands(columns), axis=0))

    def size(self, columns: Columns) -> FloatArray:
        """Return the largest |column| (..., n)."""
        return np.asarray(np.max(np.abs(self._summands(columns)), axis=0))

    def __str__(self) -> str:
        return f"max({', '.join(name for name, _ in self.terms)})"


@dataclass(frozen=True)
class Product(Quantity):
    """The product of several columns, for a ratio of ratios: products are averaged before one is divided."""

    def __init__(self, *names: str) -> None:
        if len(set(names)) < 2:
            raise ValueError(f"a product is taken of two different columns or more, got {names!r}")
        object.__setattr__(self, "terms", Quantity.of(dict.fromkeys(names, 1.0)).terms)

    def of_columns(self, columns: Columns) -> FloatArray:
        """Return the product (..., n); KeyError in words where a column is missing."""
        return np.asarray(np.prod(self._summands(columns), axis=0))

    def size(self, columns: Columns) -> FloatArray:
        """Return the product of the |column| (..., n)."""
        return np.asarray(np.prod(np.abs(self._summands(columns)), axis=0))

    def __str__(self) -> str:
        return " * ".join(name for name, _ in self.terms)


def enough_units(n: int, least: int, method: str) -> None:
    """ValueError unless `n` units carry an interval."""
    if n < least:
        raise ValueError(f"{method} needs at least {least} units, got {n}; raise the first look")
