"""How far a verification is: a bar on a terminal, a line now and then elsewhere, with time left."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from qbench.evidence.cost import expected_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from qbench.evidence.papers import Paper
    from qbench.evidence.tasks import TaskResult, TaskSpec

EVERY = 30.0
"""Seconds between two lines where there is no terminal."""


class Progress:
    """Listens to `verify`.

    Time left is the expected cost of what is missing, shared among the workers, times how much slower or faster than
    expected the finished tasks were.
    """

    def __init__(
        self, out: Console, papers: Sequence[Paper], workers: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        self._out = out
        self._papers = papers
        self._workers = workers
        self._clock = clock
        words = "{task.description}"
        columns = (TextColumn(words), BarColumn(), TimeElapsedColumn(), TextColumn("{task.fields[left]}"))
        self._bar = Bar(*columns, console=out, disable=not out.is_terminal, transient=True)
        self._task = self._bar.add_task("", total=None, left="")
        self._look = 0
        self._costs: dict[str, float] = {}
        self._whole = self._spent = self._expected = self._said = 0.0
        self._count = 0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def plan(self, look: int, missing: Sequence[TaskSpec], stored: int) -> None:
        """Say what a look needs: how many tasks, how many of them the store has, how long the rest may take."""
        self._look = look + 1
        self._costs = {task.key: expected_seconds(task, self._papers) for task in missing}
        self._whole = sum(self._costs.values())
        self._count = len(missing)
        self._said = self._clock()
        self._bar.reset(self._task, total=self._whole or 1.0, description=self._words(), left=self._left())
        tail = f", {self._left()} on {self._workers} worker{'s' * (self._workers > 1)}" if missing else ""
        tasks = len(missing) + stored
        self._out.print(f"look {self._look}: {tasks} tasks, {stored} from the store{tail}", soft_wrap=True)

    def done(self, result: TaskResult) -> None:
        """Count a task that is computed and stored."""
        cost = self._costs.pop(result.key)
        if result.error is None:  # a failure ends early and says nothing of the pace
            self._spent += result.seconds
            self._expected += cost
        self._bar.update(self._task, advance=cost, description=self._words(), left=self._left())
        now = self._clock()
        if not self._out.is_terminal and self._costs and now - self._said >= EVERY:
            self._said = now
            self._out.print(f"{self._words()}, {self._left()}", soft_wrap=True)

    def wait(self, study: str) -> None:
        """Say that another process has the study."""
        self._out.print(f"another run computes {study} into this store: waiting for it", soft_wrap=True)

    def _words(self) -> str:
        return f"look {self._look}: {self._count - len(self._costs)} of {self._count} tasks"

    def _left(self) -> str:
        if not self._costs:
            return ""
        pace = self._spent / self._expected if self._expected else 1.0
        longest = max(self._costs.values(), default=0.0)  # a task is never split among workers
        return f"about {duration(pace * max(sum(self._costs.values()) / self._workers, longest))} left"


def duration(seconds: float) -> str:
    """Return a time in words, as exactly as an estimate deserves."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
