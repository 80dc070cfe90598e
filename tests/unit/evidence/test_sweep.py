"""The sweep: whatever computes the tasks, and however it ends, nothing that was finished is lost."""

import threading
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import pytest
from filelock import FileLock

from qbench.evidence.damage import locks_of
from qbench.evidence.store import Store, StoreError
from qbench.evidence.sweep import SerialExecutor, Summary, sweep
from qbench.evidence.tasks import execute, tasks_of
from tests.synthetic import EXITING, FAILING, FRAGILE, NORMAL, STOPPING

BLOCKS = [(0, 5), (5, 10), (10, 15), (15, 20)]


def tasks(study=FRAGILE, stop=20, salt=0, **params):
    return list(tasks_of("synthetic", study, params, salt, stop))


def digests(store):
    return {r.key: r.digest for r in store}


def test_what_is_missing_is_computed_once(store, calls):
    assert sweep(tasks(), store, SerialExecutor()) == Summary(stored=0, computed=4, failed=0)
    assert calls == BLOCKS
    assert sweep(tasks(), store, SerialExecutor()) == Summary(stored=4, computed=0, failed=0)
    assert calls == BLOCKS


def test_a_later_look_reuses_the_blocks_of_the_first(store, calls):
    sweep(tasks(stop=5), store, SerialExecutor())
    sweep(tasks(stop=10), store, SerialExecutor())
    assert sweep(tasks(stop=20), store, SerialExecutor()) == Summary(stored=2, computed=2)
    assert calls == BLOCKS
    # Look by look or at once: the same results.
    with Store(None) as at_once:
        sweep(tasks(stop=20), at_once, SerialExecutor())
        assert digests(store) == digests(at_once)


def test_a_task_asked_for_twice_is_computed_once(store, calls):
    assert sweep(tasks() + tasks(stop=10), store, SerialExecutor()) == Summary(stored=0, computed=4)
    assert calls == BLOCKS


def test_nothing_to_do(store):
    assert sweep([], store, SerialExecutor()) == Summary()


def test_other_params_and_salts_are_other_tasks(store):
    sweep(tasks(), store, SerialExecutor())
    assert sweep(tasks(mean=1.0), store, SerialExecutor()).computed == 4
    assert sweep(tasks(salt=1), store, SerialExecutor()).computed == 4
    assert len(set(digests(store).values())) == 12


# --- failures and interruptions ---


def test_a_failed_task_is_kept_and_tried_again_by_the_next_run(store, calls):
    FAILING.add(10)
    assert sweep(tasks(), store, SerialExecutor()) == Summary(stored=0, computed=4, failed=1)
    broken = store.get(tasks()[2].key)
    assert "RuntimeError: no power at unit 10" in broken.error
    FAILING.clear()
    calls.clear()
    assert sweep(tasks(), store, SerialExecutor()) == Summary(stored=3, computed=1, failed=0)
    assert calls == [(10, 15)]
    assert store.get(broken.key).error is None


def test_a_failure_does_not_stop_the_others(store):
    FAILING.update({0, 10})
    assert sweep(tasks(), store, SerialExecutor()) == Summary(stored=0, computed=4, failed=2)
    assert len(store) == 4


def test_ctrl_c_keeps_what_was_finished(tmp_path, calls):
    path = tmp_path / "results.sqlite"
    STOPPING.add(10)
    with Store(path) as store, pytest.raises(KeyboardInterrupt):
        sweep(tasks(), store, SerialExecutor())
    with Store(path) as store:
        assert {r.spec["units"][0] for r in store} == {0, 5}
        STOPPING.clear()
        assert sweep(tasks(), store, SerialExecutor()) == Summary(stored=2, computed=2)
    assert calls == BLOCKS


def test_every_finished_task_is_stored_before_anybody_hears_of_it(tmp_path):
    path = tmp_path / "results.sqlite"
    heard = []
    with Store(path) as store, Store(path) as witness:

        def hear(result):
            heard.append(result.key)
            # Another connection sees only what is committed.
            assert witness.get(result.key) == result

        FAILING.add(5)
        sweep(tasks(), store, SerialExecutor(), hear)
    assert heard == [t.key for t in tasks()]


def test_who_listens_may_stop_it(store):
    heard = []

    def hear(result):
        heard.append(result)
        if len(heard) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(tasks(), store, SerialExecutor(), hear)
    assert len(store) == 2


def test_stored_tasks_are_not_announced(store):
    sweep(tasks(stop=10), store, SerialExecutor())
    heard = []
    sweep(tasks(), store, SerialExecutor(), heard.append)
    assert [r.spec["units"] for r in heard] == [[10, 15], [15, 20]]


# --- executors ---


def test_a_serial_executor_is_an_executor():
    future = SerialExecutor().submit(divmod, 7, 2)
    assert future.result() == (3, 1)
    failed = SerialExecutor().submit(divmod, 7, 0)
    with pytest.raises(ZeroDivisionError):
        failed.result()


def test_ctrl_c_in_a_serial_task_reaches_the_driver_at_once():
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        SerialExecutor().submit(interrupted)


@pytest.mark.parametrize(
    "pool",
    [
        lambda: ThreadPoolExecutor(3),
        lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn")),
    ],
    ids=["threads", "spawned processes"],
)
def test_any_executor_gives_the_same_bits(store, pool):
    asked = tasks(NORMAL) + tasks(NORMAL, mean=2.0) + tasks(NORMAL, salt=3)
    sweep(asked, store, SerialExecutor())
    with Store(None) as other, pool() as executor:
        assert sweep(asked, other, executor) == Summary(stored=0, computed=12, failed=0)
        assert digests(other) == digests(store)


def test_a_pool_is_not_flooded(store):
    """A killed driver loses what is in flight and no more."""
    waiting, most = set(), 0

    class Slow(ThreadPoolExecutor):
        def submit(self, fn, /, *args, **kwargs):
            nonlocal most
            future = super().submit(fn, *args, **kwargs)
            waiting.add(future)
            most = max(most, sum(not f.done() for f in waiting))
            return future

    with Slow(1) as executor:
        many = [t for mean in range(60) for t in tasks(NORMAL, stop=10, mean=mean)]
        assert sweep(many, store, executor).computed == 120
    assert most <= 64


# --- workers that die ---


class Mortal(Executor):
    """Breaks on the tasks in `deadly`, and with them on everything in flight, as a process pool does."""

    in_flight = 3

    def __init__(self, deadly, times=99):
        self.deadly, self.times, self.handed = deadly, times, []
        self.flying = []

    def submit(self, fn, task):
        self.handed.append(task.units[0])
        future = Future()
        self.flying.append((future, task))
        # Held back until the pool is full, so that a death takes others along; alone, a task runs at once.
        if len(self.flying) == self.in_flight or self.handed[-1] in self.handed[:-1] or task.units[0] >= 15:
            self.flush()
        return future

    def flush(self):
        flying, self.flying = self.flying, []
        dies = self.times > 0 and any(task.units[0] in self.deadly for _, task in flying)
        self.times -= dies
        for future, task in flying:
            if dies:
                future.set_exception(BrokenExecutor("a process was terminated abruptly"))
            else:
                future.set_result(execute(task))


def test_after_a_death_what_was_in_flight_is_tried_again_one_at_a_time(store):
    executor = Mortal({5}, times=1)
    assert sweep(tasks(), store, executor) == Summary(stored=0, computed=4, failed=0)
    assert executor.handed[:3] == [0, 5, 10]
    assert sorted(executor.handed[3:6]) == [0, 5, 10]
    assert executor.handed[6:] == [15]
    with Store(None) as calm:
        sweep(tasks(), calm, SerialExecutor())
        assert digests(store) == digests(calm)


def test_a_task_that_kills_twice_is_recorded_as_failed_and_nothing_else_is(store):
    heard = []
    executor = Mortal({5})
    assert sweep(tasks(), store, executor, heard.append) == Summary(stored=0, computed=4, failed=1)
    assert executor.handed.count(5) == 2
    failed = store.get(tasks()[1].key)
    assert failed.error.startswith("WorkerDied: the worker process died in this task twice")
    assert [r.spec["units"][0] for r in heard if r.error] == [5]
    assert store.missing(t.key for t in tasks()) == {tasks()[1].key}


def test_a_study_that_exits_is_a_failed_task(store):
    EXITING.add(5)
    assert sweep(tasks(), store, SerialExecutor()) == Summary(stored=0, computed=4, failed=1)
    assert "SystemExit: 4" in store.get(tasks()[1].key).error


def test_what_ended_while_the_driver_was_interrupted_is_kept(store):
    with ThreadPoolExecutor(4) as executor:
        executor.in_flight = 4

        def interrupt(_):
            time.sleep(0.5)  # meanwhile the others end
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            sweep(tasks(), store, executor, interrupt)
        assert len(store) == 4


# --- two processes, one store ---


@contextmanager
def held_by_another(path):
    """Hold the lock of `fragile` in another thread until the event that is given is set, or the block ends."""
    locks_of(path).mkdir(exist_ok=True)
    holds, free = threading.Event(), threading.Event()

    def hold():
        with FileLock(locks_of(path) / "synthetic--fragile.lock"):
            holds.set()
            free.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    holds.wait(20)
    try:
        yield free
    finally:
        free.set()
        thread.join()


def test_who_waits_for_another_is_told(tmp_path):
    path = tmp_path / "results.sqlite"
    told = []
    with Store(path) as store:
        with held_by_another(path) as free:

            def wait(study):
                told.append(study)
                free.set()

            sweep(tasks(), store, SerialExecutor(), on_wait=wait)
        sweep(tasks(), store, SerialExecutor(), on_wait=told.append)
    assert told == ["synthetic/fragile"]


def test_what_there_is_to_do_is_counted_once_it_is_our_turn(tmp_path):
    path = tmp_path / "results.sqlite"
    told = []
    with Store(path) as store, held_by_another(path) as free:

        def wait(_):
            with Store(path) as theirs:
                theirs.put(execute(tasks()[0]))
            free.set()

        def start(missing, stored):
            told.append(([t.units[0] for t in missing], stored))

        sweep(tasks(), store, SerialExecutor(), on_wait=wait, on_start=start)
    assert told == [([5, 10, 15], 1)]


def test_locks_that_cannot_be_held(tmp_path):
    path = tmp_path / "results.sqlite"
    with Store(path) as store:
        for file in locks_of(path).iterdir():
            file.unlink()
        locks_of(path).rmdir()
        locks_of(path).write_text("in the way")
        with pytest.raises(StoreError, match=r"no lock can be held in .*results\.sqlite\.locks.*--store"):
            sweep(tasks(), store, SerialExecutor())


def test_two_that_want_one_study_take_turns(tmp_path, calls):
    path = tmp_path / "results.sqlite"
    lock = FileLock(tmp_path / "results.sqlite.locks" / "synthetic--fragile.lock")
    (tmp_path / "results.sqlite.locks").mkdir()
    got = []

    def second():
        with Store(path) as store:
            got.append(sweep(tasks(), store, SerialExecutor()))

    with Store(path) as first:
        thread = threading.Thread(target=second)
        with lock:
            thread.start()
            time.sleep(0.4)  # long enough to compute everything, were it not for the lock
            for task in tasks():
                first.put(execute(task))
            calls.clear()
        thread.join(timeout=20)
    assert got == [Summary(stored=4, computed=0)]
    assert calls == []


def test_other_studies_do_not_wait(tmp_path):
    path = tmp_path / "results.sqlite"
    (tmp_path / "results.sqlite.locks").mkdir()
    with FileLock(tmp_path / "results.sqlite.locks" / "synthetic--fragile.lock"), Store(path) as store:
        assert sweep(tasks(NORMAL), store, SerialExecutor()).computed == 4


def test_the_lock_is_given_back_after_a_failure(tmp_path):
    path = tmp_path / "results.sqlite"
    STOPPING.add(0)
    with Store(path) as store, pytest.raises(KeyboardInterrupt):
        sweep(tasks(), store, SerialExecutor())
    with FileLock(tmp_path / "results.sqlite.locks" / "synthetic--fragile.lock", timeout=0):
        pass
