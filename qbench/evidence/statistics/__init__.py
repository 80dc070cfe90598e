"""What turns columns into an estimate: frozen records with one method, `estimate(columns, alpha)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from qbench.evidence.statistics.bootstrap import IQM, Median
from qbench.evidence.statistics.exact import Exact
from qbench.evidence.statistics.means import Mean, PairedDifference, RatioOfMeans, Share
from qbench.evidence.statistics.quantity import Largest, Product, Quantity

if TYPE_CHECKING:
    from qbench.evidence.estimate import Estimate
    from qbench.evidence.statistics.quantity import Columns

__all__ = [
    "IQM",
    "Exact",
    "Largest",
    "Mean",
    "Median",
    "PairedDifference",
    "Product",
    "Quantity",
    "RatioOfMeans",
    "Share",
    "Statistic",
]


@runtime_checkable
class Statistic(Protocol):
    """Turns the columns of all cells, aligned by unit, into an estimate."""

    def estimate(self, columns: Columns, alpha: float) -> Estimate:
        """Return value and interval; `alpha` is the error per side."""
        ...
