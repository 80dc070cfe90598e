"""A full disk, a store that may not be written, a file that was cut or overwritten: said plainly, nothing lost."""

from __future__ import annotations

import ctypes
import random
import subprocess
import sys
import time

import pytest

from tests.survival.harness import REPETITIONS, TASKS, Run, workers_of

resource = pytest.importorskip("resource", reason="limits of Unix")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and capabilities of Linux")

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1


@pytest.fixture(scope="module")
def digests(tmp_path_factory):
    run = Run(tmp_path_factory.mktemp("undisturbed"))
    assert run.finish() == (0, TASKS, 0)
    return run.digests()


@pytest.mark.parametrize("kilobytes", [40 + 7 * k for k in range(REPETITIONS)])
def test_a_full_disk(tmp_path, digests, survived, kilobytes):
    run = Run(tmp_path)
    limit = kilobytes * 1024
    # No file of the driver may grow beyond the limit: for SQLite a write that fails, as on a full disk.
    driver = run.start(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    _, err = driver.communicate(timeout=120)
    assert driver.returncode == 3, err
    assert str(run.store) in err
    assert "results stored before it are safe; free the disk or name another store with --store, and run again" in err
    assert "Traceback" not in err
    assert workers_of(driver.pid) == []
    kept = run.digests()
    assert 0 < len(kept) < TASKS
    start = time.monotonic()
    assert run.finish() == (len(kept), TASKS - len(kept), 0)
    assert run.digests() == digests
    survived("full disk", len(digests) - len(run.digests()), time.monotonic() - start)


def bound_by_permissions() -> None:
    """Give up what lets root write where nobody may, before the driver starts."""
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE)


def writes_nowhere(folder) -> bool:
    """Return whether a process that is bound by permissions cannot write into a folder that nobody may write."""
    try:
        done = subprocess.run(["touch", str(folder / "probe")], preexec_fn=bound_by_permissions, capture_output=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode != 0


@pytest.mark.parametrize("what", ["the file", "the folder", "both"])
def test_a_store_that_may_not_be_written(tmp_path, digests, survived, what):
    run = Run(tmp_path / "run")
    assert run.finish() == (0, TASKS, 0)
    paths = [run.store] * (what != "the folder") + [run.folder] * (what != "the file")
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        if what != "the file" and not writes_nowhere(run.folder):
            pytest.skip("this user writes in spite of permissions")
        run.tasks = TASKS + 1  # something to write
        driver = run.start(preexec_fn=bound_by_permissions)
        _, err = driver.communicate(timeout=120)
    finally:
        for path in reversed(paths):
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert driver.returncode == 3, err
    assert str(run.folder) in err
    assert "--store" in err
    assert "Traceback" not in err
    start = time.monotonic()
    run.tasks = TASKS
    assert run.finish() == (TASKS, 0, 0)
    assert run.digests() == digests
    survived("read-only store", len(digests) - len(run.digests()), time.monotonic() - start)


def cut(raw: bytes, chance: random.Random) -> bytes:
    """Lose everything from a random byte on."""
    return raw[: chance.randrange(len(raw))]


def overwrite(raw: bytes, chance: random.Random) -> bytes:
    """Overwrite a random stretch with noise."""
    begin = chance.randrange(len(raw))
    length = min(chance.randrange(1, 3 * 4096), len(raw) - begin)
    return raw[:begin] + chance.randbytes(length) + raw[begin + length :]


def garble(raw: bytes, chance: random.Random) -> bytes:
    """Nothing but noise."""
    return chance.randbytes(len(raw))


@pytest.mark.parametrize("repetition", range(REPETITIONS))
@pytest.mark.parametrize("fault", [cut, overwrite, garble], ids=lambda f: f.__name__)
def test_a_store_file_that_was_damaged(tmp_path, digests, survived, fault, repetition):
    run = Run(tmp_path)
    assert run.finish() == (0, TASKS, 0)
    bad = fault(run.store.read_bytes(), random.Random(repetition))  # noqa: S311
    run.store.write_bytes(bad)
    begun = len(run.begun())
    start = time.monotonic()
    driver = run.start()
    out, err = driver.communicate(timeout=120)
    assert driver.returncode == 0, err
    stored, computed, failed = map(int, out.split())
    assert (stored + computed, failed) == (TASKS, 0)
    assert len(run.begun()) - begun == computed
    assert run.digests() == digests
    for path in run.folder.glob("results.sqlite.damaged-*Z"):
        assert f"now lies at {path}. {stored} results in it were whole" in err
        assert path.read_bytes() == bad
    if not list(run.folder.glob("results.sqlite.damaged-*Z")) and bad:
        # SQLite saw nothing wrong: the noise fell on free space or on values, and values have digests.
        assert err == ""
    survived(f"store file: {fault.__name__}", len(digests) - len(run.digests()), time.monotonic() - start)
