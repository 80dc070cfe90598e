"""Figures of a paper, to be drawn again from our own results. All frozen, checked at birth."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from qbench.evidence.statistics.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.evidence.parts import Cell
    from qbench.evidence.statistics.quantity import Spelling

Style: TypeAlias = Literal["curve", "points"]

_KEY = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True)
class Point:
    """A place on the x axis, and what is averaged over units there.

    Attributes:
        x: on the figure's x axis, in its unit; finite.
        column: a column of the cell, or {"a": 1, "b": -1} for a linear combination; in the unit of the y axis.
        cell: the run that gives it.
    """

    x: float
    column: Quantity
    cell: Cell

    def __init__(self, x: float, column: Spelling, cell: Cell) -> None:
        if not math.isfinite(x):
            raise ValueError(f"a point of a figure needs a finite x, got {x}")
        object.__setattr__(self, "x", float(x))
        object.__setattr__(self, "column", Quantity.of(column))
        object.__setattr__(self, "cell", cell)


@dataclass(frozen=True)
class Series:
    """One line of a figure.

    Attributes:
        label: what it is, as the legend says it.
        points: from left to right, each with a cell of its own or all with one.
        style: a "curve" shows its intervals as a band, "points" as bars.
    """

    label: str
    points: tuple[Point, ...]
    style: Style = "points"

    def __post_init__(self) -> None:
        if not self.label.strip():
            raise ValueError("a series of a figure needs a label")
        if self.style not in {"curve", "points"}:
            raise ValueError(f"the series {self.label!r} is drawn as 'curve' or 'points', got {self.style!r}")
        if not self.points:
            raise ValueError(f"the series {self.label!r} needs at least one point")
        for left, right in itertools.pairwise(p.x for p in self.points):
            if left >= right:
                raise ValueError(
                    f"points of the series {self.label!r} go from left to right, got {left} before {right}"
                )

    @classmethod
    def curve(cls, label: str, cell: Cell, columns: Mapping[float, Spelling]) -> Series:
        """Return a curve whose points {x: column} are columns of one cell."""
        return cls(label, tuple(Point(x, column, cell) for x, column in columns.items()), "curve")

    @classmethod
    def across(cls, label: str, column: Spelling, cells: Mapping[float, Cell]) -> Series:
        """Return points {x: cell} that read one column of several cells."""
        return cls(label, tuple(Point(x, column, cell) for x, cell in cells.items()))


@dataclass(frozen=True)
class Figure:
    """A figure of the paper, drawn from stored results: means over units with Student-t intervals of 95 %.

    Attributes:
        key: names its files: "fig4a".
        where: its place in the paper: "Fig. 4(a)".
        title: what it shows.
        x_label, y_label: quantity and unit of each axis.
        series: with different labels.
        note: what a reader must know to compare it with the paper's.
        log_x: whether x is drawn on a logarithmic axis; every x is positive then.
    """

    key: str
    where: str
    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    note: str = ""
    log_x: bool = False

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError(f"a figure's key has lower-case letters, digits and '-', got {self.key!r}")
        for name in ("where", "title", "x_label", "y_label"):
            if not getattr(self, name).strip():
                raise ValueError(f"the figure {self.key!r} needs {name}")
        labels = [s.label for s in self.series]
        if not labels or len(set(labels)) != len(labels):
            raise ValueError(f"the figure {self.key!r} needs series with different labels, got {labels}")
        least = min(point.x for series in self.series for point in series.points)
        if self.log_x and least <= 0.0:
            raise ValueError(f"the figure {self.key!r} has a logarithmic axis, which has no place for x = {least:g}")

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every point's cell, series by series."""
        return tuple(point.cell for series in self.series for point in series.points)
