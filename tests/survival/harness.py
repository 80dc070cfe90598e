"""Start drivers, kill them, and read what they left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from qbench.evidence.store import Store
from tests.survival.studies import JOURNAL

ROOT = Path(__file__).parents[2]
TASKS = 24
REPETITIONS = int(os.environ.get("QBENCH_SOAK", "1"))
"""How often each fault is tried: once in `make test`, twenty times in `make soak`."""


@dataclass
class Run:
    """A driver on one store, with the journal of what its studies did."""

    folder: Path
    study: str = "work"
    workers: int = 2
    tasks: int = TASKS
    store: Path = field(init=False)
    journal: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.store = self.folder / "results.sqlite"
        self.journal = self.folder / "journal"
        self.journal.touch()

    def start(self, **kwargs: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.survival.driver", self.study, str(self.tasks), str(self.workers)]
        return subprocess.Popen(
            [*command, str(self.store)],
            cwd=ROOT,
            env={**os.environ, JOURNAL: str(self.journal)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **kwargs,
        )

    def finish(self, **kwargs: object) -> tuple[int, int, int]:
        """Run to the end; return stored, computed and failed."""
        return summary(self.start(**kwargs))

    def digests(self) -> dict[str, str]:
        """Return the digest of every success in the store."""
        if not self.store.exists():
            return {}
        with Store(self.store) as store:
            return {r.key: r.digest for r in store if r.error is None}

    def begun(self) -> list[int]:
        """Return the first unit of every computation that began, in order."""
        return [int(line.split()[1]) for line in self.journal.read_text().splitlines() if line.startswith("begin")]

    def wait_for(self, begun: int, timeout: float = 60.0) -> None:
        """Return once so many computations have begun."""
        limit = time.monotonic() + timeout
        while len(self.begun()) < begun:
            assert time.monotonic() < limit, f"{len(self.begun())} of {begun} computations began in {timeout} s"
            time.sleep(0.01)


def summary(driver: subprocess.Popen[str]) -> tuple[int, int, int]:
    """Wait for a driver that is to succeed; return what it printed."""
    out, err = driver.communicate(timeout=300)
    assert driver.returncode == 0, err
    stored, computed, failed = map(int, out.split())
    return stored, computed, failed


def workers_of(driver: int) -> list[int]:
    """Return the process ids of a driver's living pool workers."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            mine = entry.name.isdigit() and parent == driver and b"spawn_main" in (entry / "cmdline").read_bytes()
        except (OSError, IndexError, ValueError):
            continue
        if mine:
            found.append(int(entry.name))
    return sorted(found)


def alive(pid: int) -> bool:
    """Return whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill(driver: subprocess.Popen[str]) -> float:
    """SIGKILL a driver; return how many seconds the last of its workers outlived it."""
    workers = workers_of(driver.pid)
    os.kill(driver.pid, signal.SIGKILL)
    driver.wait()  # not communicate(): a worker that lives on holds the pipes open
    start = time.monotonic()
    while any(map(alive, workers)) and time.monotonic() - start < 5.0:
        time.sleep(0.01)
    outlived = time.monotonic() - start
    for pid in filter(alive, workers):  # a failed test must not leave them behind
        os.kill(pid, signal.SIGKILL)
    driver.communicate()
    return outlived
