"""The store: what is in it stays in it, and what it cannot do it says."""

import sqlite3
from dataclasses import replace

import numpy as np
import pytest

from qbench.evidence import store as module
from qbench.evidence.canonical import SCHEMA, sha256
from qbench.evidence.store import Store, StoreError
from qbench.evidence.tasks import TaskResult

GOOD = TaskResult(
    key="k1",
    spec={"study": "synthetic/normal", "units": [0, 2]},
    columns={"a": [0.1 + 0.2, 5e-324], "b": [-0.0, 1e300]},
    error=None,
    digest=sha256({"a": [0.1 + 0.2, 5e-324], "b": [-0.0, 1e300]}),
    seconds=0.25,
    provenance={"host": "here", "versions": {"numpy": "2"}},
)
FAILED = replace(
    GOOD, columns=None, error="Traceback ...\nRuntimeError: no power", digest=sha256({"error": "no power"})
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deeper" / "results.sqlite"


def test_results_survive_reopening(path):
    with Store(path) as store:
        store.put(GOOD)
        store.put(replace(FAILED, key="k2"))
    with Store(path) as again:
        assert again.get("k1") == GOOD
        assert again.get("k2") == replace(FAILED, key="k2")
        assert again.get("k3") is None
        assert [r.key for r in again] == ["k1", "k2"]
        assert len(again) == 2


def test_floats_survive_bit_by_bit(path):
    with Store(path) as store:
        store.put(GOOD)
    with Store(path) as again:
        columns = again.get("k1").columns
        assert {k: [v.hex() for v in c] for k, c in columns.items()} == {
            k: [v.hex() for v in c] for k, c in GOOD.columns.items()
        }
        assert sha256(columns) == GOOD.digest


def test_each_result_is_committed_when_put_returns(path):
    with Store(path) as writer, Store(path) as reader:
        writer.put(GOOD)
        assert reader.get("k1") == GOOD


def test_what_the_driver_wrote_outlives_it(path):
    # A driver that is killed never closes: another process must find what was put.
    killed = Store(path)
    killed.put(GOOD)
    with Store(path) as heir:
        assert heir.get("k1") == GOOD
    killed.close()


def test_the_disk_is_asked_to_keep_it(path):
    with Store(path) as store:
        assert store._db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
        assert store._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_success_is_never_replaced(path):
    with Store(path) as store:
        store.put(GOOD)
        store.put(replace(GOOD, columns={"a": [9.0]}, digest="other"))
        store.put(FAILED)
        assert store.get("k1") == GOOD
        assert len(store) == 1


def test_a_failure_is_replaced_by_what_comes_later(path):
    with Store(path) as store:
        store.put(FAILED)
        later = replace(FAILED, error="RuntimeError: other", digest="later", seconds=9.0)
        store.put(later)
        assert store.get("k1") == later
        store.put(GOOD)
        assert store.get("k1") == GOOD


def test_missing_are_those_without_success():
    with Store(None) as store:
        store.put(GOOD)
        store.put(replace(FAILED, key="k2"))
        assert store.missing(["k1", "k2", "k3"]) == {"k2", "k3"}
        assert store.missing([]) == set()


def test_results_come_in_the_order_of_keys():
    with Store(None) as store:
        for key in ("b", "c", "a"):
            store.put(replace(GOOD, key=key))
        assert [r.key for r in store] == ["a", "b", "c"]


def test_memory_stores_are_separate():
    with Store(None) as one, Store(None) as other:
        one.put(GOOD)
        assert len(other) == 0


# --- what goes wrong ---

WAY_OUT = "name another with --store"


@pytest.mark.parametrize("garbage", [b"not a database, but a letter to the editor. " * 40, b"\x00" * 4096, b"short"])
def test_a_file_that_is_no_store(path, garbage):
    path.parent.mkdir()
    path.write_bytes(garbage)
    with pytest.raises(StoreError, match=WAY_OUT) as error:
        Store(path)
    assert str(path) in str(error.value)
    assert path.read_bytes() == garbage


def test_a_folder_in_place_of_the_file(path):
    path.mkdir(parents=True)
    with pytest.raises(StoreError, match=WAY_OUT):
        Store(path)


def test_a_file_in_place_of_the_folder(tmp_path):
    (tmp_path / "deeper").write_text("in the way")
    with pytest.raises(StoreError, match=WAY_OUT):
        Store(tmp_path / "deeper" / "results.sqlite")


def test_a_store_of_another_schema_is_left_alone(path):
    with Store(path) as store:
        store.put(GOOD)
        store._db.execute(f"PRAGMA user_version={SCHEMA + 1}")
    with pytest.raises(StoreError, match=f"has schema {SCHEMA + 1}, this qbench writes {SCHEMA}: keep it.*--store"):
        Store(path)
    db = sqlite3.connect(path)
    assert db.execute("SELECT COUNT(*) FROM results").fetchone() == (1,)
    db.close()


def test_another_programs_database_is_no_store(path):
    path.parent.mkdir()
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE results (id INTEGER, mark TEXT)")
    db.commit()
    db.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is the database of another program: name another file with --store"):
        Store(path)
    assert path.read_bytes() == before


def test_a_damaged_store_says_so(path):
    with Store(path) as store:
        for i in range(200):
            store.put(replace(GOOD, key=f"k{i:03}", columns={"a": list(np.arange(50.0))}))
    raw = path.read_bytes()
    path.write_bytes(raw[:8192] + b"\xff" * (len(raw) - 8192))
    with Store(path) as store:
        with pytest.raises(StoreError, match=WAY_OUT):
            list(store)
        with pytest.raises(StoreError, match=WAY_OUT):
            [store.get(f"k{i:03}") for i in range(200)]


def test_a_write_that_is_refused_keeps_what_was_there(path):
    with Store(path) as store:
        store.put(GOOD)
        store._db.execute("PRAGMA query_only=ON")
        with pytest.raises(StoreError, match=r"could not be written to .*stored before it are safe.*--store"):
            store.put(replace(GOOD, key="k2"))
        assert store.get("k1") == GOOD
        assert store.get("k2") is None


def test_a_store_that_cannot_be_opened_holds_no_file(path, monkeypatch):
    opened = []
    connect = sqlite3.connect

    def spy(*args, **kwargs):
        opened.append(connect(*args, **kwargs))
        return opened[-1]

    monkeypatch.setattr(module.sqlite3, "connect", spy)
    path.parent.mkdir()
    path.write_bytes(b"garbage " * 1000)
    with pytest.raises(StoreError):
        Store(path)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")
