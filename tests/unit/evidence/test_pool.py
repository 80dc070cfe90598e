"""The pool of worker processes; its deaths are in tests/survival."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import BrokenExecutor

import pytest

from qbench.evidence import pool as module
from qbench.evidence.pool import ProcessPool, cores, executor_of
from qbench.evidence.store import Store
from qbench.evidence.sweep import SerialExecutor, Summary, sweep
from qbench.evidence.tasks import tasks_of
from tests.synthetic import NORMAL, POOLS


def suicide() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hold(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module")
def pool():
    with ProcessPool(2) as made:
        yield made


def test_one_worker_is_this_process_and_more_are_a_pool():
    assert isinstance(executor_of(1), SerialExecutor)
    assert isinstance(executor_of(3), ProcessPool)
    assert executor_of(3).in_flight == 6
    with pytest.raises(ValueError, match="at least 1 worker, got 0"):
        ProcessPool(0)


def test_cores_are_those_that_this_process_may_use(monkeypatch):
    assert cores() == len(os.sched_getaffinity(0))
    monkeypatch.delattr(module.os, "sched_getaffinity")
    assert cores() == os.cpu_count()
    monkeypatch.setattr(module.os, "cpu_count", lambda: None)
    assert cores() == 1


def test_workers_have_one_thread_a_pool_and_tell_their_children_so(pool):
    with Store(None) as store:
        sweep(tasks_of("synthetic", POOLS, {}, 0, 10), store, pool)
        for result in store:
            assert result.error is None, result.error
            assert set(result.columns["threads"]) <= {0.0, 1.0}
            assert set(result.columns["told"]) == {1.0}


def test_the_pool_gives_the_bits_of_one_process(pool, store):
    asked = list(tasks_of("synthetic", NORMAL, {}, 0, 40))
    with Store(None) as serial:
        assert sweep(asked, serial, SerialExecutor()) == sweep(asked, store, pool) == Summary(0, 8, 0)
        assert {r.key: r.digest for r in serial} == {r.key: r.digest for r in store}


def test_after_a_death_the_next_call_finds_new_workers(pool):
    with pytest.raises(BrokenExecutor):
        pool.submit(suicide).result(timeout=60)
    for _ in range(2):
        assert pool.submit(divmod, 7, 2).result(timeout=60) == (3, 1)
        with pytest.raises(BrokenExecutor):
            pool.submit(suicide).result(timeout=60)


def test_workers_are_deaf_to_ctrl_c(pool):
    worker = pool.submit(os.getpid).result(timeout=60)
    future = pool.submit(hold, 0.5)
    os.kill(worker, signal.SIGINT)
    assert future.result(timeout=60) in {p.pid for p in pool._context.started}


def test_leaving_in_peace_waits_and_leaving_in_haste_does_not():
    with ProcessPool(1) as peaceful:
        future = peaceful.submit(hold, 0.3)
    assert future.done()
    hasty = ProcessPool(1)
    worker = hasty.submit(os.getpid).result(timeout=60)
    hasty.submit(hold, 60.0)
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt), hasty:
        raise KeyboardInterrupt
    assert time.monotonic() - start < 10.0
    assert not alive(worker)
    assert not any(p.is_alive() for p in hasty._context.started)


def test_what_has_ended_holds_nothing_of_the_system(pool):
    for _ in range(3):
        with pytest.raises(BrokenExecutor):
            pool.submit(suicide).result(timeout=60)
    pool.submit(divmod, 7, 2).result(timeout=60)
    assert len(pool._context.started) <= 2


def test_a_pool_that_was_shut_takes_no_more():
    with ProcessPool(2) as closed:
        pass
    with pytest.raises(RuntimeError, match="after shutdown"):
        closed.submit(divmod, 7, 2)
    assert closed._context.started == []


def test_only_the_first_ctrl_c_interrupts_a_pool():
    done = []

    def interrupted():
        with ProcessPool(1):
            try:
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(5)
            finally:
                os.kill(os.getpid(), signal.SIGINT)  # ignored: it would end the clean-up half way
                done.append(True)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert done == [True]
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_pool_never_used_starts_nothing():
    before = threading.active_count()
    with ProcessPool(4) as unused:
        pass
    unused.kill()
    assert unused._context.started == []
    assert threading.active_count() == before
