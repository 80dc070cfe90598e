"""Tables of a paper, to be set beside what was measured. All frozen, checked at birth."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Place: TypeAlias = tuple[str, str]
"""Row and column of a table, by their labels."""

_KEY = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True)
class Extra:
    """A measured column that does not stand in the paper.

    Attributes:
        label: what it is, with its cost in words where that matters: "local search (0.2 ms a network)".
        column: the column of the table whose claims have the number.
        beside: the name of the number beside their part, in the table's unit; a row without it stays blank.
    """

    label: str
    column: str
    beside: str

    def __post_init__(self) -> None:
        for name in ("label", "column", "beside"):
            if not getattr(self, name).strip():
                raise ValueError(f"a measured column that the paper does not have needs {name}: {self!r}")


@dataclass(frozen=True)
class Table:
    """A table of the paper, cell by cell: every cell is a claim of one part on the number that it prints.

    Attributes:
        key: names its place on the page: "table2".
        where: its place in the paper: "Table II".
        title: what it shows.
        unit: of every cell; "" for pure numbers.
        heading: what the rows are: "APs-users-pilots".
        rows, columns: labels, each once, in the paper's order.
        cells: (row, column) -> number of the claim; the paper's own blanks are left out.
        references: row -> the column that its ratios divide by, in print and measured; rows left out have no ratios.
        tolerance: how far a measured ratio may lie from the printed one and hold; no unit.
        readings: keys of the readings shown beside the main one.
        extras: measured columns that are not in the paper, with labels of their own.
        decimals: how many the paper prints.
        note: what a reader must know to compare, and where the tolerance comes from.
    """

    key: str
    where: str
    title: str
    unit: str
    heading: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Place, str]
    references: Mapping[str, str] = field(default_factory=dict)
    tolerance: float = 0.0
    readings: tuple[str, ...] = ()
    extras: tuple[Extra, ...] = ()
    decimals: int = 2
    note: str = ""

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError(f"a table's key has lower-case letters, digits and '-', got {self.key!r}")
        for name in ("where", "title", "heading"):
            if not getattr(self, name).strip():
                raise ValueError(f"the table {self.key!r} needs {name}")
        for name, labels in (
            ("rows", self.rows),
            ("columns", (*self.columns, *(extra.label for extra in self.extras))),
            ("readings", self.readings),
        ):
            if len(set(labels)) != len(labels) or not all(label.strip() for label in labels):
                raise ValueError(f"the table {self.key!r} needs different {name}, got {list(labels)}")
        if not self.cells:
            raise ValueError(f"the table {self.key!r} needs at least one cell")
        if self.decimals < 0:
            raise ValueError(f"decimals of the table {self.key!r} count from 0, got {self.decimals}")
        self._check_places()
        self._check_ratios()
        object.__setattr__(self, "cells", MappingProxyType(dict(self.cells)))
        object.__setattr__(self, "references", MappingProxyType(dict(self.references)))

    def _check_places(self) -> None:
        """ValueError where a cell or an extra stands in no row or column, or a row or column has no cell."""
        for row, column in self.cells:
            if row not in self.rows or column not in self.columns:
                raise ValueError(f"the table {self.key!r} has no place ({row!r}, {column!r}) for a cell")
        for extra in self.extras:
            if extra.column not in self.columns:
                raise ValueError(
                    f"the column {extra.label!r} of the table {self.key!r} reads {extra.column!r}, no column"
                )
        for what, labels, used in (
            ("row", self.rows, {row for row, _ in self.cells}),
            ("column", self.columns, {column for _, column in self.cells}),
        ):
            empty = [label for label in labels if label not in used]
            if empty:
                raise ValueError(f"the {what} {empty[0]!r} of the table {self.key!r} has no cell: leave it out")
        twice = sorted({n for n in self.cells.values() if list(self.cells.values()).count(n) > 1})
        if twice:
            raise ValueError(f"cells of the table {self.key!r} are claims of their own, {twice[0]} stands twice")

    def _check_ratios(self) -> None:
        for row, column in self.references.items():
            if (row, column) not in self.cells:
                raise ValueError(
                    f"ratios of the row {row!r} of the table {self.key!r} divide by {column!r}, where it has no cell"
                )
        if not math.isfinite(self.tolerance) or self.tolerance < 0 or (self.references and self.tolerance == 0):
            raise ValueError(
                f"the table {self.key!r} with ratios needs a finite tolerance above 0, got {self.tolerance}"
            )
