"""What a measurement says: a value, its interval and the spread behind it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbench.evidence.canonical import finite_or_none

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.evidence.canonical import JSON


@dataclass(frozen=True)
class Estimate:
    """A value with its two-sided interval.

    Attributes:
        value: the estimate, in the unit of the part's band.
        lo, hi: the interval; an unbounded side is infinite (JSON: null). `lo <= value <= hi` unless unbounded.
        alpha: error per side. An exact value has alpha 0, n 0, sd 0 and lo == value == hi.
        n: units seen.
        sd: spread per unit; for a ratio that of (a - value*b)/mean(b); 0 for a sample without spread.
        method: the name of the interval, such as "Student t".
    """

    value: float
    lo: float
    hi: float
    alpha: float
    n: int
    sd: float
    method: str

    def __post_init__(self) -> None:
        if any(math.isnan(x) for x in (self.value, self.lo, self.hi, self.sd)):
            raise ValueError(f"an estimate must not be NaN, got {self!r}; the study returned a column it cannot judge")
        if self.n < 0 or self.sd < 0:
            raise ValueError(f"n and sd must not be negative, got n={self.n}, sd={self.sd}")
        if self.n == 0 and not self.lo == self.value == self.hi:
            raise ValueError(f"an exact estimate has lo == value == hi, got {self.lo}, {self.value}, {self.hi}")
        if not self.lo <= self.value <= self.hi:
            raise ValueError(f"the interval [{self.lo}, {self.hi}] must hold the value {self.value}")

    @property
    def exact(self) -> bool:
        """Whether the value carries no statistical error."""
        return self.n == 0

    def to_json(self) -> dict[str, JSON]:
        """Return a JSON object; infinite sides become null."""
        return {
            "value": self.value,
            "lo": finite_or_none(self.lo),
            "hi": finite_or_none(self.hi),
            "alpha": self.alpha,
            "n": self.n,
            "sd": self.sd,
            "method": self.method,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, JSON]) -> Estimate:
        """Return the estimate that `to_json` wrote; ValueError naming a field that is missing or unknown."""
        fields = set(cls.__dataclass_fields__)
        if set(data) != fields:
            raise ValueError(f"an estimate has the fields {sorted(fields)}, got {sorted(data)}")
        number = {name: data[name] for name in ("value", "alpha", "sd")}
        for name, value in number.items():
            if not isinstance(value, (int, float)):
                raise ValueError(f"{name} of an estimate must be a number, got {value!r}")  # noqa: TRY004 - bad data, not code
        lo, hi = data["lo"], data["hi"]
        return cls(
            value=float(number["value"]),  # type: ignore[arg-type]  # checked above
            lo=-math.inf if lo is None else float(lo),  # type: ignore[arg-type]  # a wrong type raises here
            hi=math.inf if hi is None else float(hi),  # type: ignore[arg-type]
            alpha=float(number["alpha"]),  # type: ignore[arg-type]
            n=int(data["n"]),  # type: ignore[arg-type]
            sd=float(number["sd"]),  # type: ignore[arg-type]
            method=str(data["method"]),
        )
