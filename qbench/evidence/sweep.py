"""The sweep: compute what the store lacks, on any executor, and lose nothing."""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qbench.evidence.damage import locks_of
from qbench.evidence.store import StoreError
from qbench.evidence.tasks import TaskResult, TaskSpec, execute, failure

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from qbench.evidence.store import Store

IN_FLIGHT = 64
"""Tasks handed to a pool at a time: enough to keep it busy, few enough that a killed driver loses little."""

BROKEN = (
    "WorkerDied: the worker process died in this task twice, the second time with no other task beside it: killed from "
    "outside (out of memory?) or by the code that it runs"
)


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
    *,
    on_start: Callable[[Sequence[TaskSpec], int], None] = lambda _missing, _stored: None,
    on_wait: Callable[[str], None] = lambda _study: None,
) -> Summary:
    """Compute the tasks whose results the store lacks, commit each as it ends, then call `on_done` with it.

    Two processes that want one study take turns at a file lock, so that neither computes what the other just did:
    `on_wait` hears of a study that another computes, `on_start`, once it is our turn, what there is to do and how many
    tasks the store has. When a worker dies, what was in flight is tried again one task at a time, and a task that
    breaks the pool alone too is recorded as failed.
    """
    unique = {task.key: task for task in tasks}
    with ExitStack() as stack:
        # In one order for all processes, so that none waits in a circle.
        for study in sorted({task.study for task in unique.values()}):
            stack.enter_context(_turn(store, study, on_wait))
        waiting = store.missing(unique)
        missing = [task for key, task in unique.items() if key in waiting]
        on_start(missing, len(unique) - len(missing))
        failed = 0
        with closing(_computed(missing, store, executor)) as results:
            for result in results:
                failed += result.error is not None
                on_done(result)
    return Summary(stored=len(unique) - len(missing), computed=len(missing), failed=failed)


def _computed(tasks: Sequence[TaskSpec], store: Store, executor: Executor) -> Generator[TaskResult]:
    """Yield the result of every task once it is stored, in the order in which they end."""
    queue = deque(tasks)
    suspects: deque[TaskSpec] = deque()  # in flight when a worker died: any of them may have killed it
    alone: Future[TaskResult] | None = None  # the suspect that is tried with nothing else in flight
    flying: dict[Future[TaskResult], TaskSpec] = {}
    limit = getattr(executor, "in_flight", IN_FLIGHT)
    try:
        while queue or suspects or flying:
            if suspects and not flying:
                task = suspects.popleft()
                alone = executor.submit(execute, task)
                flying[alone] = task
            # One death is reported future by future: nothing new starts while suspects or the last of them remain.
            while queue and not suspects and alone is None and len(flying) < limit:
                task = queue.popleft()
                flying[executor.submit(execute, task)] = task
            done, _ = wait(flying, return_when=FIRST_COMPLETED)
            for future in done:
                task = flying[future]
                if isinstance(future.exception(), BrokenExecutor):
                    if future is not alone:
                        suspects.append(flying.pop(future))
                        continue
                    result = failure(task, BROKEN)
                else:
                    result = future.result()
                store.put(result)
                del flying[future]
                alone = None if future is alone else alone
                yield result
    except BaseException as stopped:
        # Ctrl-C, or whoever listens had enough: what has ended meanwhile is not thrown away. A store that has just
        # refused would refuse again, each time after its whole timeout.
        if not isinstance(stopped, StoreError):
            _keep(flying, store)
        raise


def _keep(flying: Iterable[Future[TaskResult]], store: Store) -> None:
    for future in flying:
        if future.done() and not future.cancelled() and future.exception() is None:
            try:
                store.put(future.result())
            except StoreError:
                return


@contextmanager
def _turn(store: Store, study: str, on_wait: Callable[[str], None]) -> Iterator[None]:
    """Hold the file lock of a study, where the store is a file."""
    if store.path is None:
        yield
        return
    from filelock import FileLock, Timeout

    folder = locks_of(store.path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / (study.replace("/", "--") + ".lock"))
        try:
            lock.acquire(timeout=0.2)
        except Timeout:
            on_wait(study)
            lock.acquire()
    except OSError as error:
        raise StoreError(
            f"no lock can be held in {folder} ({error}): make the folder writable, or name another store with --store"
        ) from error
    try:
        yield
    finally:
        lock.release()
