"""Claim, study, estimate, verdict, report: from measurements to verdicts, knowing no paper and nothing quantum.

What somebody who adds a paper needs stands here; the rest is in the modules.
"""

from __future__ import annotations

from qbench.evidence.check import check_paper
from qbench.evidence.claims import Band, Cell, Claim, Part, Reading
from qbench.evidence.corrections import Correction
from qbench.evidence.estimate import Estimate
from qbench.evidence.figures import Figure, Point, Series
from qbench.evidence.ledger import Ledger, identity, none_of
from qbench.evidence.papers import Paper, Study
from qbench.evidence.record import Recorded, Records
from qbench.evidence.statistics import (
    IQM,
    Exact,
    Largest,
    Mean,
    Median,
    PairedDifference,
    Product,
    RatioOfMeans,
    Share,
)
from qbench.evidence.streams import Streams
from qbench.evidence.tables import Extra, Table

__all__ = [
    "IQM",
    "Band",
    "Cell",
    "Claim",
    "Correction",
    "Estimate",
    "Exact",
    "Extra",
    "Figure",
    "Largest",
    "Ledger",
    "Mean",
    "Median",
    "PairedDifference",
    "Paper",
    "Part",
    "Point",
    "Product",
    "RatioOfMeans",
    "Reading",
    "Recorded",
    "Records",
    "Series",
    "Share",
    "Streams",
    "Study",
    "Table",
    "check_paper",
    "identity",
    "none_of",
]
