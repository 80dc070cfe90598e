"""SIGKILL at random moments, in the driver and in a worker: nothing that was stored is lost or computed again."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from qbench.evidence.store import Store
from tests.survival.harness import REPETITIONS, ROOT, TASKS, Run, alive, kill, summary, workers_of
from tests.survival.studies import JOURNAL

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to find the workers of a driver")


def chance(repetition: int) -> random.Random:
    """Random moments, the same in every run of the tests."""
    return random.Random(repetition)  # noqa: S311


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A run that nobody disturbs, and how many seconds it took."""
    run = Run(tmp_path_factory.mktemp("undisturbed"))
    start = time.monotonic()
    assert run.finish() == (0, TASKS, 0)
    return run.digests(), time.monotonic() - start


@pytest.mark.parametrize("workers", [1, 4])
def test_any_number_of_workers_gives_the_same_bits(tmp_path, undisturbed, workers):
    run = Run(tmp_path, workers=workers)
    assert run.finish() == (0, TASKS, 0)
    assert run.digests() == undisturbed[0]
    assert sorted(run.begun()) == list(range(0, 5 * TASKS, 5))


@pytest.mark.parametrize("repetition", range(REPETITIONS))
def test_a_killed_driver(tmp_path, undisturbed, survived, repetition):
    digests, seconds = undisturbed
    moment = chance(repetition).uniform(0.0, 1.1 * seconds)
    run = Run(tmp_path)
    driver = run.start()
    time.sleep(moment)
    outlived = kill(driver)
    assert outlived < 2.0
    kept, begun = run.digests(), len(run.begun())
    assert kept.items() <= digests.items()
    start = time.monotonic()
    assert run.finish() == (len(kept), TASKS - len(kept), 0)
    assert run.digests() == digests
    # What had begun and was not stored was in flight: no more than the pool is handed at a time.
    assert begun - len(kept) <= 4
    assert len(run.begun()) - begun == TASKS - len(kept)
    survived("SIGKILL of the driver", len(digests) - len(run.digests()), time.monotonic() - start)


@pytest.mark.parametrize("repetition", range(REPETITIONS))
def test_a_driver_killed_in_the_middle_has_stored_something(tmp_path, undisturbed, survived, repetition):
    digests, _ = undisturbed
    run = Run(tmp_path)
    driver = run.start()
    run.wait_for(chance(repetition).randint(6, TASKS - 4))
    assert kill(driver) < 2.0
    start = time.monotonic()
    stored, computed, failed = run.finish()
    assert stored > 0
    assert (stored + computed, failed) == (TASKS, 0)
    assert run.digests() == digests
    survived("SIGKILL of the driver, half way", len(digests) - len(run.digests()), time.monotonic() - start)


@pytest.mark.parametrize("repetition", range(REPETITIONS))
def test_a_killed_worker(tmp_path, undisturbed, survived, repetition):
    digests, seconds = undisturbed
    run = Run(tmp_path)
    driver = run.start()
    run.wait_for(1)
    time.sleep(chance(repetition).uniform(0.0, 0.5 * seconds))
    workers = workers_of(driver.pid)
    if workers:  # else the run was over before the moment came
        os.kill(chance(repetition).choice(workers), signal.SIGKILL)
    start = time.monotonic()
    assert summary(driver) == (0, TASKS, 0)
    assert run.digests() == digests
    assert len(run.begun()) - TASKS <= 4
    survived("SIGKILL of a worker", len(digests) - len(run.digests()), time.monotonic() - start)


@pytest.mark.parametrize("repetition", range(REPETITIONS))
def test_a_task_that_always_kills_its_worker_is_recorded_and_the_rest_is_done(tmp_path, survived, repetition):
    run = Run(tmp_path, study="deadly")
    start = time.monotonic()
    assert run.finish() == (0, TASKS, 1)
    assert run.begun().count(20) == 2
    with Store(run.store) as store:
        (failed,) = [r for r in store if r.error is not None]
    assert failed.spec["units"] == [20, 25]
    assert "the worker process died in this task twice" in failed.error
    assert len(run.digests()) == TASKS - 1
    survived("a task that kills its worker", TASKS - 1 - len(run.digests()), time.monotonic() - start)
    # The next run tries it again, and nothing else.
    assert run.finish() == (TASKS - 1, 1, 1)


def test_a_worker_deaf_to_everything_dies_with_its_driver(tmp_path):
    run = Run(tmp_path, study="hog", tasks=2)
    driver = run.start()
    run.wait_for(2)
    workers = workers_of(driver.pid)
    assert len(workers) == 2
    assert kill(driver) < 2.0
    assert not any(map(alive, workers))


@pytest.mark.parametrize("repetition", range(REPETITIONS))
def test_ctrl_c_ends_the_workers_at_once_and_keeps_what_was_finished(tmp_path, undisturbed, survived, repetition):
    digests, _ = undisturbed
    run = Run(tmp_path)
    # A shell lets background jobs ignore Ctrl-C, and the tests may be one.
    driver = run.start(start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    run.wait_for(chance(repetition).randint(6, TASKS - 6))
    workers = workers_of(driver.pid)
    os.killpg(driver.pid, signal.SIGINT)  # as a terminal sends it: to the driver and to its workers
    start = time.monotonic()
    driver.communicate(timeout=20)
    assert time.monotonic() - start < 2.0
    assert driver.returncode != 0
    assert not any(map(alive, workers))
    kept = run.digests()
    assert 0 < len(kept) < TASKS
    start = time.monotonic()
    assert run.finish() == (len(kept), TASKS - len(kept), 0)
    assert run.digests() == digests
    survived("Ctrl-C", len(digests) - len(run.digests()), time.monotonic() - start)


@pytest.mark.parametrize("repetition", range(REPETITIONS))
def test_two_drivers_on_one_store(tmp_path, undisturbed, survived, repetition):
    digests, _ = undisturbed
    run = Run(tmp_path)
    first, second = run.start(), run.start()
    start = time.monotonic()
    results = [summary(first), summary(second)]
    assert sum(computed for _, computed, _ in results) == TASKS
    assert sorted(run.begun()) == list(range(0, 5 * TASKS, 5))
    assert run.digests() == digests
    survived("two drivers on one store", len(digests) - len(run.digests()), time.monotonic() - start)


@pytest.mark.parametrize("repetition", range(REPETITIONS))
def test_of_two_drivers_one_is_killed(tmp_path, undisturbed, survived, repetition):
    digests, _ = undisturbed
    run = Run(tmp_path)
    drivers = [run.start(), run.start()]
    run.wait_for(chance(repetition).randint(1, TASKS - 4))
    victim = chance(repetition).randrange(2)
    kill(drivers[victim])
    start = time.monotonic()
    stored, computed, failed = summary(drivers[1 - victim])
    assert (stored + computed, failed) == (TASKS, 0)
    assert len(run.begun()) - TASKS <= 4
    assert run.digests() == digests
    survived("SIGKILL of one of two drivers", len(digests) - len(run.digests()), time.monotonic() - start)


PAPER = """
from qbench.evidence import Cell, Mean, Part
from tests.survival.studies import WORK
from tests.synthetic import band, claim, paper

LOOKS = {"fast": (60,), "standard": (60, 80, 120), "paper": (60, 80, 120)}
mean = Part("sum", {"cell": Cell("work")}, Mean("sum"), band(), looks=LOOKS)
paper = paper(claim(parts=(mean,)), studies=(WORK,))
"""


@pytest.mark.parametrize("repetition", range(REPETITIONS))
def test_the_command_line_killed_and_called_again(tmp_path, survived, repetition):
    folder = tmp_path / "reproductions"
    folder.mkdir()
    (folder / "synthetic.py").write_text(PAPER, encoding="utf-8")

    def verify(run: Run, *args: str, **kwargs: object) -> subprocess.Popen[str]:
        call = "import sys; from qbench.cli import main; sys.argv[0] = 'qbench'; main()"
        command = [sys.executable, "-c", call, "verify", str(folder / "synthetic.py"), "--store", str(run.store), *args]
        env = {**os.environ, JOURNAL: str(run.journal), "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            command, env=env, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kwargs
        )

    def found(driver: subprocess.Popen[str]) -> dict[str, object]:
        out, err = driver.communicate(timeout=300)
        assert driver.returncode == 1, err  # inconclusive, and nothing is on record
        return json.loads(out)

    calm = found(verify(Run(tmp_path / "calm"), "--json", "-", "--workers", "1"))
    assert calm["tasks"] == {"stored": 0, "computed": TASKS, "failed": 0}
    run = Run(tmp_path / "killed")
    driver = verify(run, "--workers", "2")
    run.wait_for(chance(repetition).randint(6, TASKS - 4))
    assert kill(driver) < 2.0
    start = time.monotonic()
    again = found(verify(run, "--json", "-", "--workers", "4"))
    assert again["tasks"]["stored"] > 0
    assert again["tasks"]["stored"] + again["tasks"]["computed"] == TASKS
    assert again["claims"][0]["parts"] == calm["claims"][0]["parts"]
    lost = len(Run(tmp_path / "calm").digests().items() - run.digests().items())
    assert lost == 0
    survived("SIGKILL of qbench verify", lost, time.monotonic() - start)
