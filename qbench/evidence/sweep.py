"""The sweep: compute what the store lacks, on any executor, and lose nothing."""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qbench.evidence.tasks import TaskResult, TaskSpec, execute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from qbench.evidence.store import Store

IN_FLIGHT = 64
"""Tasks handed to a pool at a time: enough to keep it busy, few enough that a killed driver loses little."""


class SerialExecutor(Executor):
    """One worker: this process. `submit` runs the call before it returns."""

    in_flight = 1

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401
        """Run the call now and return a future that is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
            if not isinstance(error, Exception):  # Ctrl-C must stop the driver, not become a result
                raise
        return future


@dataclass(frozen=True)
class Summary:
    """How many tasks came from the store, were computed, and failed (failed ones are among the computed)."""

    stored: int = 0
    computed: int = 0
    failed: int = 0


def sweep(
    tasks: Iterable[TaskSpec],
    store: Store,
    executor: Executor,
    on_done: Callable[[TaskResult], None] = lambda _: None,
) -> Summary:
    """Compute the tasks whose results the store lacks, commit each as it ends, then call `on_done` with it.

    Two processes that want one study take turns at a file lock, so that neither computes what the other just did.
    """
    unique = {task.key: task for task in tasks}
    with ExitStack() as stack:
        for lock in _locks(store, {task.study for task in unique.values()}):
            stack.enter_context(lock)
        waiting = store.missing(unique)
        queue = deque(task for key, task in unique.items() if key in waiting)
        failed = 0
        flying: set[Future[TaskResult]] = set()
        limit = getattr(executor, "in_flight", IN_FLIGHT)
        while queue or flying:
            while queue and len(flying) < limit:
                flying.add(executor.submit(execute, queue.popleft()))
            done, flying = wait(flying, return_when=FIRST_COMPLETED)
            for future in done:
                result = future.result()
                store.put(result)
                failed += result.error is not None
                on_done(result)
    return Summary(stored=len(unique) - len(waiting), computed=len(waiting), failed=failed)


def _locks(store: Store, studies: set[str]) -> list[Any]:
    """Return one file lock a study, in one order for every process so that none waits in a circle."""
    if store.path is None:
        return []
    from filelock import FileLock

    folder = store.path.with_name(store.path.name + ".locks")
    folder.mkdir(parents=True, exist_ok=True)
    return [FileLock(folder / (study.replace("/", "--") + ".lock")) for study in sorted(studies)]
