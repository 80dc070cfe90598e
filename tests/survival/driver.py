"""A driver to be killed: `python -m tests.survival.driver STUDY TASKS WORKERS STORE`.

It prints how many tasks were stored, computed and failed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from qbench.evidence.pool import executor_of
from qbench.evidence.store import Store, StoreError
from qbench.evidence.sweep import sweep
from qbench.evidence.tasks import tasks_of
from tests.survival.studies import STUDIES


def main(study: str, count: str, workers: str, path: str) -> None:
    """Sweep `count` tasks of a study."""
    chosen = STUDIES[study]
    tasks = list(tasks_of("survival", chosen, {}, 0, int(count) * chosen.block))
    try:
        with Store(Path(path), repair=True) as store, executor_of(int(workers)) as executor:
            for text in store.notes:
                print(text, file=sys.stderr)
            done = sweep(tasks, store, executor)
    except StoreError as error:
        print(error, file=sys.stderr)
        raise SystemExit(3) from error
    print(done.stored, done.computed, done.failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
