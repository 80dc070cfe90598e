"""What the store holds for a figure: a mean with its interval at every point, and what computes it again."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench.evidence.canonical import canonical_json
from qbench.evidence.measure import cell_params
from qbench.evidence.statistics import Exact, Mean
from qbench.evidence.tasks import tasks_of
from qbench.evidence.tiers import LOOKS, tier_rank

if TYPE_CHECKING:
    from qbench.evidence.figures import Figure, Point, Series
    from qbench.evidence.papers import Paper
    from qbench.evidence.parts import Cell
    from qbench.evidence.statistics.quantity import Columns
    from qbench.evidence.store import Store
    from qbench.evidence.tiers import Tier

ALPHA = 0.025
"""Error per side of the intervals drawn: 95 % at every point by itself."""


@dataclass(frozen=True)
class Value:
    """What is drawn at a point.

    Attributes:
        x: of the point.
        mean, lo, hi: mean over units and its Student-t interval, unbounded below two units; equal for an exact value.
        n: units seen; 0 for an exact value.
    """

    x: float
    mean: float
    lo: float
    hi: float
    n: int


@dataclass(frozen=True)
class FigureData:
    """A figure with the values that the store holds.

    Attributes:
        values: for every series, in its order, the values of the points that have any.
        problems: why points have none although results are there, a sentence each.
        command: what computes the values again; "" where no claim runs one of its cells.
    """

    figure: Figure
    values: tuple[tuple[Value, ...], ...]
    problems: tuple[str, ...]
    command: str

    @property
    def units(self) -> tuple[int, int] | None:
        """Fewest and most units over the points that have any; None without data."""
        counts = [v.n for of in self.values for v in of]
        return (min(counts), max(counts)) if counts else None

    @property
    def missing(self) -> int:
        """How many points have no value."""
        return sum(len(s.points) for s in self.figure.series) - sum(len(of) for of in self.values)

    def to_csv(self) -> str:
        """Return the values as CSV with the columns x, series, mean, lo, hi, n; an unbounded side is empty."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["x", "series", "mean", "lo", "hi", "n"])
        for series, of in zip(self.figure.series, self.values, strict=True):
            for v in of:
                sides = ["" if math.isinf(side) else side for side in (v.lo, v.hi)]
                writer.writerow([v.x, series.label, v.mean, *sides, v.n])
        return text.getvalue()


class _Stored:
    """Columns of cells, read from the store once each."""

    def __init__(self, paper: Paper, store: Store, tier: Tier, salt: int) -> None:
        self._paper, self._store, self._tier, self._salt = paper, store, tier, salt
        self._cache: dict[str, Columns] = {}

    def columns(self, cell: Cell) -> Columns:
        """Return the columns of the units that the store has, from the first on; {} where it has none."""
        key = canonical_json({"study": cell.study, "params": dict(cell.params)})
        if key not in self._cache:
            study = self._paper.study(cell.study)
            blocks = []
            for task in tasks_of(self._paper.key, study, cell.params, self._salt, self._last(cell)):
                result = self._store.get(task.key)
                if result is None or result.columns is None:
                    break
                blocks.append(result.columns)
            names = blocks[0] if blocks else {}
            self._cache[key] = {name: np.concatenate([np.asarray(b[name]) for b in blocks]) for name in names}
        return self._cache[key]

    def _last(self, cell: Cell) -> int:
        """Return the last look of the tier over the parts that use the cell's study: more units are another tier's."""
        parts = [p for c in self._paper.claims for p in c.parts if any(x.study == cell.study for x in p.cells.values())]
        return max((p.looks_at(self._tier)[-1] for p in parts), default=LOOKS[self._tier][-1])

    def value(self, point: Point) -> Value | None:
        """Return the value at a point, None without units; KeyError where the study gave no such column."""
        columns = self.columns(point.cell)
        if not columns:
            return None
        if self._paper.study(point.cell.study).unit == "exact":
            exact = Exact(point.column).estimate(columns, ALPHA).value
            return Value(point.x, exact, exact, exact, 0)
        x = point.column.of_columns(columns)
        if x.size < 2:
            return Value(point.x, float(x.mean()), -math.inf, math.inf, x.size)
        found = Mean(point.column).estimate(columns, ALPHA)
        return Value(point.x, found.value, found.lo, found.hi, found.n)


def figures_of(paper: Paper, store: Store, tier: Tier, salt: int = 0) -> tuple[FigureData, ...]:
    """Return the paper's figures with the values that the store holds at a tier, computing nothing."""
    stored = _Stored(paper, store, tier, salt)
    found = []
    for figure in paper.figures:
        problems: list[str] = []
        values = tuple(_values(series, stored, problems) for series in figure.series)
        found.append(FigureData(figure, values, tuple(problems), _command(paper, figure, tier, salt)))
    return tuple(found)


def _values(series: Series, stored: _Stored, problems: list[str]) -> tuple[Value, ...]:
    values = []
    for point in series.points:
        try:
            value = stored.value(point)
        except KeyError as error:
            problems.append(f"{series.label} at {point.x:g}: {error.args[0]}")
            continue
        if value is not None:
            values.append(value)
    return tuple(values)


def runs_of(paper: Paper) -> dict[str, tuple[str, str | None]]:
    """Return for every run of a claim which one: {canonical cell: (claim id, reading or None for the main one)}.

    A run that several claims or readings share is the first's, and a main reading's before another's.
    """
    runs: dict[str, tuple[str, str | None]] = {}
    pairs = [(c, r) for c in paper.claims for r in c.readings[:1]]
    pairs += [(c, r) for c in paper.claims for r in c.readings[1:] if not r.rescores]
    for claim, reading in pairs:
        for part in claim.parts_under(reading):
            for name, cell in part.cells.items():
                study = paper.study(cell.study)
                key = canonical_json([cell.study, study.resolve(cell_params(study, name, cell, reading))])
                runs.setdefault(key, (claim.id, None if reading is claim.main else reading.key))
    return runs


def run_of(paper: Paper, cell: Cell, runs: dict[str, tuple[str, str | None]]) -> tuple[str, str | None] | None:
    """Return the claim and reading that run a cell, None where no claim does."""
    return runs.get(canonical_json([cell.study, paper.study(cell.study).resolve(cell.params)]))


def _command(paper: Paper, figure: Figure, tier: Tier, salt: int) -> str:
    runs = runs_of(paper)
    found = [run_of(paper, cell, runs) for cell in figure.cells]
    known = [run for run in found if run is not None]
    if len(known) < len(found):
        return ""
    claims = list(dict.fromkeys(claim for claim, _ in known))
    readings = list(dict.fromkeys(reading for _, reading in known if reading is not None))
    enough = max([tier, *(paper.study(cell.study).tier for cell in figure.cells)], key=tier_rank)
    tail = [f"--reading {key}" for key in readings if enough != "paper"] + ([f"--salt {salt}"] if salt else [])
    return " ".join(["qbench verify", *claims, f"--tier {enough}", *tail, "--report report"])
