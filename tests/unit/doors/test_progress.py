"""What a user hears while a verification runs."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from qbench.cli.progress import Progress, duration
from qbench.evidence.tasks import execute, tasks_of
from tests import synthetic as s

HEAVY = replace(s.NORMAL, name="heavy", seconds=2.0)  # ten seconds a task of five units
PAPER = s.paper(s.claim(), studies=(*s.STUDIES, HEAVY))


class Clock:
    """Time that passes when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


def listening(clock, workers=2, terminal=False, quiet=False):
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=120, quiet=quiet, color_system=None)
    return Progress(console, (PAPER,), workers, clock), out


def tasks(count=12):
    return list(tasks_of("synthetic", HEAVY, {}, 0, 5 * count))


def took(task, seconds, error=None):
    return replace(execute(task), seconds=seconds, error=error)


def test_a_look_says_what_comes_from_the_store_and_how_long_the_rest_takes(clock):
    progress, out = listening(clock)
    with progress:
        progress.plan(0, tasks(), 3)
    assert out.getvalue() == "look 1: 15 tasks, 3 from the store, about 60 s left on 2 workers\n"


def test_nothing_missing_needs_no_time(clock):
    progress, out = listening(clock, workers=1)
    with progress:
        progress.plan(1, [], 15)
    assert out.getvalue() == "look 2: 15 tasks, 15 from the store\n"


def test_elsewhere_than_on_a_terminal_a_line_comes_every_half_minute(clock):
    progress, out = listening(clock)
    with progress:
        progress.plan(0, tasks(), 0)
        for task in tasks():
            clock.now += 11.0
            progress.done(took(task, 20.0))  # twice as slow as expected
    lines = out.getvalue().splitlines()
    # At 33, 66 and 99 s: nine, six and three tasks of 20 s remain for two workers. The last task needs no line.
    assert lines[1:] == [
        "look 1: 3 of 12 tasks, about 2 min left",
        "look 1: 6 of 12 tasks, about 60 s left",
        "look 1: 9 of 12 tasks, about 30 s left",
    ]


def test_one_long_task_is_not_shared_among_workers(clock):
    progress, out = listening(clock, workers=8)
    with progress:
        progress.plan(0, tasks(1), 0)
    assert "about 10 s left on 8 workers" in out.getvalue()


def test_a_failure_says_nothing_of_the_pace(clock):
    progress, out = listening(clock, workers=1)
    with progress:
        progress.plan(0, tasks(3), 0)
        clock.now = 31.0
        progress.done(took(tasks(3)[0], 0.001, error="RuntimeError: at once"))
    assert out.getvalue().splitlines()[1] == "look 1: 1 of 3 tasks, about 20 s left"


def test_each_look_counts_from_the_start(clock):
    progress, out = listening(clock, workers=1)
    with progress:
        progress.plan(0, tasks(1), 0)
        progress.done(took(tasks(1)[0], 10.0))
        progress.plan(1, tasks(3)[1:], 1)
    assert out.getvalue().splitlines()[1] == "look 2: 3 tasks, 1 from the store, about 20 s left on 1 worker"


def test_a_terminal_sees_a_bar(clock):
    progress, out = listening(clock, terminal=True)
    with progress:
        progress.plan(0, tasks(), 3)
        progress.done(took(tasks()[0], 10.0))
        progress._bar.refresh()
    text = out.getvalue()
    assert "look 1: 1 of 12 tasks" in text
    assert "about 55 s left" in text
    assert "look 1: 15 tasks, 3 from the store" in text


def test_quiet_is_quiet(clock):
    progress, out = listening(clock, quiet=True)
    with progress:
        progress.plan(0, tasks(), 3)
        progress.wait("synthetic/heavy")
        clock.now = 99.0
        progress.done(took(tasks()[0], 1.0))
    assert out.getvalue() == ""


def test_waiting_for_another_run_is_said(clock):
    progress, out = listening(clock)
    with progress:
        progress.wait("synthetic/heavy")
    assert out.getvalue() == "another run computes synthetic/heavy into this store: waiting for it\n"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "1 s"),
        (0.4, "1 s"),
        (42.4, "42 s"),
        (89.9, "90 s"),
        (90.0, "2 min"),
        (3600.0, "60 min"),
        (7260, "2 h 1 min"),
    ],
)
def test_durations(seconds, words):
    assert duration(seconds) == words
