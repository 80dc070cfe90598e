"""Values without statistical error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from qbench.evidence.estimate import Estimate
from qbench.evidence.statistics.quantity import Quantity

if TYPE_CHECKING:
    from qbench.evidence.statistics.quantity import Columns, Spelling


@dataclass(frozen=True)
class Exact:
    """A quantity computed once; `atol` is how far a rerun may drift from the record before the lock is left."""

    x: Quantity
    atol: float
    method: ClassVar[str] = "exact"

    def __init__(self, x: Spelling, atol: float = 0.0) -> None:
        if not 0.0 <= atol < float("inf"):
            raise ValueError(f"atol must be finite and not negative, got {atol!r}")
        object.__setattr__(self, "x", Quantity.of(x))
        object.__setattr__(self, "atol", float(atol))

    def estimate(self, columns: Columns, alpha: float) -> Estimate:  # noqa: ARG002 - the protocol's signature
        """Return the value; ValueError unless the study gave exactly one unit."""
        x = self.x.of_columns(columns)
        if x.shape != (1,):
            raise ValueError(f"an exact study gives one unit, got shape {x.shape}; its unit must be 'exact'")
        value = float(x[0])
        return Estimate(value=value, lo=value, hi=value, alpha=0.0, n=0, sd=0.0, method=self.method)
