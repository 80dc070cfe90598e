"""What a run will take, before it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qbench.evidence.papers import Paper
    from qbench.evidence.tasks import TaskSpec

LEAST = 0.01
"""Seconds that the cheapest task counts for: a study without an estimate still takes some time."""


def expected_seconds(task: TaskSpec, papers: Iterable[Paper]) -> float:
    """Return roughly what a task takes on one core, from the cost of a unit that its study names."""
    key, _, name = task.study.partition("/")
    study = next(p for p in papers if p.key == key).study(name)
    return max(study.seconds * (task.units[1] - task.units[0]), LEAST)
