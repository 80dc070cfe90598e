"""From a part and a reading to tasks, and from stored results back to the columns that the statistic sees."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import numpy as np

from qbench.evidence.tasks import TaskResult, TaskSpec, load, tasks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qbench.evidence.canonical import JSON
    from qbench.evidence.claims import Cell, Claim, Part, Reading
    from qbench.evidence.papers import Paper, Study
    from qbench.evidence.statistics.quantity import Columns
    from qbench.evidence.store import Store


class MeasurementError(Exception):
    """A claim could not be measured; the message holds the study's own error."""


def cell_params(study: Study, name: str, cell: Cell, reading: Reading) -> dict[str, JSON]:
    """Return the params of the cell `name` under a reading.

    The reading's params that the study knows win over the cell's own, and those it gives to this cell alone over both.
    """
    known = {key: value for key, value in reading.params.items() if key in study.defaults}
    return {**cell.params, **known, **reading.cells.get(name, {})}


def part_tasks(paper: Paper, part: Part, reading: Reading, salt: int, units: int) -> dict[str, list[TaskSpec]]:
    """Return, for every cell of the part, the tasks that hold its first `units` units."""
    tasks = {}
    for name, cell in part.cells.items():
        study = paper.study(cell.study)
        tasks[name] = list(tasks_of(paper.key, study, cell_params(study, name, cell, reading), salt, units))
    return tasks


def claim_costs(paper: Paper, claim: Claim) -> dict[str, int]:
    """Return the largest of each cost (qubits, gates, ...) over the cells of the main reading.

    MeasurementError, with its error, where a study's function of costs fails.
    """
    costs: dict[str, int] = {}
    for part in claim.parts:
        for name, cell in part.cells.items():
            study = paper.study(cell.study)
            if study.costs is None or claim.main is None:
                continue
            params = study.resolve(cell_params(study, name, cell, claim.main))
            try:
                found = {cost: int(value) for cost, value in load(study.costs)(params).items()}
            except Exception as error:
                raise MeasurementError(f"{study.costs}, which counts costs, failed: {_last_line(error)}") from error
            for cost, value in found.items():
                costs[cost] = max(value, costs.get(cost, 0))
    return costs


def _last_line(error: Exception) -> str:
    return traceback.format_exception_only(error)[-1].strip()


class Results:
    """Stored results, read once each."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cache: dict[str, TaskResult] = {}

    def of(self, task: TaskSpec) -> TaskResult:
        """Return the result of a task; MeasurementError where it failed or is not there."""
        key = task.key
        if key not in self._cache:
            result = self._store.get(key)
            if result is None:
                raise MeasurementError(f"{task.study}, units {task.units}: not in the store; run `qbench verify`")
            if result.error is not None:
                raise MeasurementError(
                    f"{task.study}, units {task.units[0]} to {task.units[1] - 1}, failed:\n{result.error.rstrip()}"
                )
            self._cache[key] = result
        return self._cache[key]

    def check_reading(self, tasks: Iterable[Mapping[str, list[TaskSpec]]], reading: Reading) -> None:
        """MeasurementError where a reading replaces a column that no study gave: it would pass for the main reading."""
        given = {name for cells in tasks for blocks in cells.values() for name in self.of(blocks[0]).columns or {}}
        for name in sorted(reading.columns.keys() - given):
            raise MeasurementError(
                f"reading {reading.key!r} replaces {name!r}; the studies gave {', '.join(sorted(given))}"
            )

    def columns(self, tasks: Mapping[str, list[TaskSpec]], reading: Reading) -> Columns:
        """Return the columns of all cells, aligned by unit, as "cell.column" (a single cell: no prefix)."""
        view = {}
        for cell, blocks in tasks.items():
            results = [self.of(task).columns or {} for task in blocks]
            raw = {name: np.concatenate([np.asarray(r[name]) for r in results]) for name in results[0]}
            for name in raw:
                source = reading.columns.get(name, name)
                if source not in raw:
                    raise MeasurementError(
                        f"reading {reading.key!r} puts {source!r} in place of {name!r}; the study gave {', '.join(raw)}"
                    )
                view[name if len(tasks) == 1 else f"{cell}.{name}"] = raw[source]
        return view

    def seconds(self, tasks: Mapping[str, list[TaskSpec]]) -> dict[str, float]:
        """Return seconds by key, so that a task shared by parts is counted once."""
        return {task.key: self.of(task).seconds for blocks in tasks.values() for task in blocks}
