"""A pool of spawned worker processes that dies with its driver and comes back after one of its own has died.

Spawned, because forked children of a process with threads (BLAS, numba) can hang. Each worker has every thread pool at
one, so that any number of workers gives the bits that one gives.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import parent_process
from multiprocessing.connection import wait
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import TYPE_CHECKING, Any, Self

from qbench.evidence.sweep import SerialExecutor
from qbench.evidence.threads import pin_environment

if TYPE_CHECKING:
    from collections.abc import Callable

PR_SET_PDEATHSIG = 1
"""Linux's prctl option: the signal that the kernel sends to a process when its parent dies."""

ORPHANED = 70
"""Exit status of a worker whose driver died (EX_SOFTWARE)."""


def cores() -> int:
    """Return how many processors this process may use."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(found, 61) if sys.platform == "win32" else found  # as many processes as Windows can wait for


def executor_of(workers: int) -> Executor:
    """Return what computes with that many workers: this process for one, a pool for more."""
    return SerialExecutor() if workers == 1 else ProcessPool(workers)


class ProcessPool(Executor):
    """At most `workers` processes, started as tasks come.

    Attributes:
        in_flight: tasks worth handing over at a time: enough to keep every worker busy, and no more are lost with it.

    When a worker dies, every future in flight raises BrokenProcessPool; the next `submit` starts new workers. Submit
    from one thread that lives as long as the pool: to the kernel, a worker's parent is the thread that started it.
    """

    def __init__(self, workers: int) -> None:
        if workers < 1:
            raise ValueError(f"a pool needs at least 1 worker, got {workers}")
        self._workers = workers
        self.in_flight = 2 * workers
        self._context = _Context()
        self._pool: ProcessPoolExecutor | None = None
        self._closed = False
        self._before: Any = None  # the handler of Ctrl-C that `with` replaced

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401
        """Hand the call to a worker."""
        if self._closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        if self._pool is None:
            self._pool = self._start()
        try:
            return self._pool.submit(fn, *args, **kwargs)
        except BrokenProcessPool:
            self._pool.shutdown(wait=True)
            self._pool = self._start()
            return self._pool.submit(fn, *args, **kwargs)

    def _start(self) -> ProcessPoolExecutor:
        pin_environment()  # children inherit it, and some libraries read it before any code of ours runs
        self._context.forget_the_dead()
        return ProcessPoolExecutor(self._workers, mp_context=self._context, initializer=_begin, initargs=(os.getpid(),))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - Executor's
        """End the workers once they are idle."""
        self._closed = True
        if self._pool is not None:
            self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)

    def kill(self) -> None:
        """End the workers now, whatever they do: after Ctrl-C or a full disk nobody waits for their results."""
        for process in self._context.started:
            if process.is_alive():
                process.kill()
        self.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        """Let the first Ctrl-C alone raise: a second one within concurrent.futures could leave a lock held for ever."""
        if threading.current_thread() is threading.main_thread():
            handler = signal.getsignal(signal.SIGINT)
            if handler is signal.default_int_handler:
                self._before = handler
                signal.signal(signal.SIGINT, _interrupt_once)
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if kind is None:
                self.shutdown()
            else:
                self.kill()
        finally:
            if self._before is not None:
                signal.signal(signal.SIGINT, self._before)


def _interrupt_once(_signal: int, _frame: object) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


class _Context(SpawnContext):
    """The spawn context, remembering the processes that it made: the executor keeps them to itself."""

    def __init__(self) -> None:
        self.started: list[SpawnProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]  # noqa: N802, ANN401
        """Make a process, as the attribute of this name of every context does."""
        process = SpawnProcess(*args, **kwargs)
        self.started.append(process)
        return process

    def forget_the_dead(self) -> None:
        """Give back what the system holds for processes that have ended: every one has pipes of its own."""
        for process in [p for p in self.started if not p.is_alive()]:
            self.started.remove(process)
            process.close()


def _begin(driver: int) -> None:
    """Prepare a worker: one thread a pool, deaf to Ctrl-C, which is the driver's, and dead when the driver is."""
    pin_environment()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), name="qbench-watchdog", daemon=True).start()
    if sys.platform == "linux":
        # The thread above cannot run while compiled code holds the interpreter's lock; the kernel can.
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != driver:  # it died before we asked
        os._exit(ORPHANED)


def _end_with(sentinel: int) -> None:
    """End this process when the driver's end of the pipe closes, which the driver's death does too."""
    wait([sentinel])
    os._exit(ORPHANED)
