"""Every pool is one thread while a study runs, whatever the process had before."""

import os

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from qbench.evidence.tasks import execute, tasks_of
from qbench.evidence.threads import VARIABLES, one_thread, pin_environment, pools
from tests.synthetic import POOLS


def most():
    np.ones((2, 2)) @ np.ones((2, 2))
    return max(info["num_threads"] for info in threadpool_info())


@pytest.fixture
def two_threads(monkeypatch):
    """A process whose pools have two threads and whose environment says so."""
    for name in VARIABLES:
        monkeypatch.setenv(name, "2")
    with threadpool_limits(limits=2):
        assert most() == 2
        yield


def test_inside_a_study_pools_are_one(two_threads):
    (task,) = tasks_of("synthetic", POOLS, {}, 0, 5)
    columns = execute(task).columns
    assert columns["threads"] == [1.0] * 5
    # Child processes and libraries that the study is the first to load read the environment.
    assert columns["told"] == [1.0] * 5


def test_after_it_they_are_as_they_were(two_threads):
    with one_thread():
        assert most() == 1
    assert most() == 2


def test_after_a_failure_too(two_threads):
    with pytest.raises(RuntimeError), one_thread():
        raise RuntimeError
    assert most() == 2


def test_the_environment_is_pinned(two_threads):
    pin_environment()
    assert {os.environ[name] for name in VARIABLES} == {"1"}
    assert {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"} <= set(VARIABLES)


def test_pools_are_told(two_threads):
    # Some libraries, loaded by other tests of this process, obey no limit but their own.
    assert sorted(pool["num_threads"] for pool in pools()) == sorted(i["num_threads"] for i in threadpool_info())
    assert 2 in {pool["num_threads"] for pool in pools()}
    assert {"internal_api", "version", "num_threads"} == set(pools()[0])
