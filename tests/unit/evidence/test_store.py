"""The store: what is in it stays in it, and what it cannot do it says."""

import sqlite3
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from qbench.evidence import store as module
from qbench.evidence.canonical import SCHEMA, sha256
from qbench.evidence.damage import damage, set_aside
from qbench.evidence.store import NotAStoreError, Store, StoreError
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


# --- damage ---


def filled(path, count=200):
    """A store of `count` results under their real keys; return them by key."""
    results = {}
    for i in range(count):
        spec = {"study": "synthetic/normal", "units": [i, i + 1]}
        columns = {"a": [float(x) for x in np.arange(50.0) + i]}
        results[sha256(spec)] = replace(GOOD, key=sha256(spec), spec=spec, columns=columns, digest=sha256(columns))
    with Store(path) as store:
        for result in results.values():
            store.put(result)
        store.put(replace(FAILED, key=sha256(FAILED.spec)))
    return results


def with_tail_of_noise(raw):
    return raw[: len(raw) // 2] + b"\xff" * (len(raw) - len(raw) // 2)


def with_a_page_of_noise(raw):
    middle = len(raw) // 8192 * 4096
    return raw[:middle] + bytes(range(256)) * 16 + raw[middle + 4096 :]


DAMAGES = {
    "a tail of noise": with_tail_of_noise,
    "a page of noise": with_a_page_of_noise,
    "half of it gone": lambda raw: raw[: len(raw) // 2],
    "pages gone": lambda raw: raw[: len(raw) // 8192 * 4096],
    "its head overwritten": lambda raw: b"\0" * 100 + raw[100:],
    "all noise": lambda raw: np.random.default_rng(1).bytes(len(raw)),
    "its schema overwritten": lambda raw: raw.replace(b"TEXT PRIMARY KEY", b"TEXT \xc2\xafI\xf3\xff(( KEY"),
    "its owner overwritten": lambda raw: raw[:68] + b"ABCD" + raw[72:],
    "its version overwritten": lambda raw: raw[:60] + b"\xff" + raw[61:],
    "its format overwritten": lambda raw: raw[:47] + b"\x05" + raw[48:],
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_store_is_refused_or_set_aside_and_what_is_whole_is_kept(path, kind):
    results = filled(path)
    bad = DAMAGES[kind](path.read_bytes())
    path.write_bytes(bad)
    with pytest.raises(StoreError, match=r"is damaged \(.+\): `qbench verify` sets it aside.*--store"):
        Store(path)
    assert path.read_bytes() == bad
    with Store(path, repair=True) as store:
        (note,) = store.notes
        (aside,) = path.parent.glob("results.sqlite.damaged-*Z")
        assert str(aside) in note
        assert f"{len(store)} results in it were whole" in note
        kept = {result.key: result for result in store}
        assert all(result == results[key] for key, result in kept.items())
        assert store.missing(results) == results.keys() - kept.keys()
        for result in results.values():
            store.put(result)
    assert aside.read_bytes() == bad
    with Store(path, repair=True) as again:
        assert again.notes == ()
        assert {r.key: r for r in again} == results


def test_a_log_that_was_never_written_back_is_read_too(path):
    results = filled(path, 3)
    writer = Store(path)  # stays open: the log is not written back
    spec = {"study": "synthetic/normal", "units": [9, 10]}
    late = replace(GOOD, key=sha256(spec), spec=spec)
    writer.put(late)
    bad = path.read_bytes()[:-4096] + b"\xff" * 4096
    log = path.with_name(path.name + "-wal").read_bytes()
    writer.close()
    path.write_bytes(bad)
    path.with_name(path.name + "-wal").write_bytes(log)
    with Store(path, repair=True) as store:
        assert store.get(late.key) == late
        for key in results.keys() - store.missing(results):
            assert store.get(key) == results[key]


def test_a_page_of_noise_costs_little_of_the_rest(path):
    results = filled(path)
    path.write_bytes(with_a_page_of_noise(path.read_bytes()))
    with Store(path, repair=True) as store:
        assert len(results) // 2 < len(store) < len(results)


def test_two_damaged_stores_in_one_second_have_two_names(path):
    for _ in range(3):
        filled(path, 50)
        path.write_bytes(with_tail_of_noise(path.read_bytes()))
        Store(path, repair=True).close()
    assert len(list(path.parent.glob("results.sqlite.damaged-*"))) == 3


@pytest.mark.parametrize("column", ["value", "spec", "provenance"])
def test_a_damaged_row_is_absent_and_computed_again(path, column):
    results = filled(path, 3)
    key = min(results)
    db = sqlite3.connect(path)
    db.execute(f"UPDATE results SET {column} = CAST(X'7BFF' AS TEXT) WHERE key = ?", (key,))  # noqa: S608
    db.commit()
    db.close()
    with Store(path) as store:
        assert store.notes == ()
        assert store.get(key) is None
        assert store.missing(results) == {key}
        assert {r.key for r in store if r.error is None} == results.keys() - {key}
        store.put(results[key])
        assert store.get(key) == results[key]
        assert store.missing(results) == set()


def test_one_changed_digit_is_noticed(path):
    results = filled(path, 2)
    key = min(results)
    db = sqlite3.connect(path)
    db.execute("UPDATE results SET value = replace(value, '1', '2') WHERE key = ?", (key,))
    db.commit()
    db.close()
    with Store(path) as store:
        assert store.missing(results) == {key}


def test_what_a_foreigner_left_is_never_moved(path):
    path.parent.mkdir()
    path.write_bytes(b"a letter to the editor " * 300)
    with pytest.raises(StoreError, match="is no store of qbench"):
        Store(path, repair=True)
    assert [p.name for p in path.parent.iterdir()] == ["results.sqlite"]


def test_nor_is_what_somebody_wrote_where_a_store_was(path):
    filled(path, 3)
    path.write_text("a shopping list in place of the store, with its locks beside it\n" * 50, encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(NotAStoreError, match="is no store of qbench"):
        Store(path, repair=True)
    assert path.read_bytes() == before
    assert list(path.parent.glob("*.damaged-*")) == []


@pytest.mark.parametrize("moment", ["salvage", "set_aside"])
def test_a_repair_that_is_killed_loses_nothing(path, monkeypatch, moment):
    results = filled(path)
    path.write_bytes(with_a_page_of_noise(path.read_bytes()))

    class KilledError(BaseException):
        pass

    whole = getattr(module, moment)

    def killed(*args):
        done = whole(*args)
        if moment == "salvage":
            next(iter(done))
        raise KilledError

    monkeypatch.setattr(module, moment, killed)
    with pytest.raises(KilledError):
        Store(path, repair=True)
    monkeypatch.undo()
    with Store(path, repair=True) as store:
        kept = {r.key for r in store}
    assert len(results) // 2 < len(kept) < len(results)


def test_a_log_left_by_a_killed_repair_is_not_taken_for_the_new_files(path, monkeypatch):
    filled(path)
    writer = Store(path)
    writer.put(replace(GOOD, key=sha256({"late": 1}), spec={"late": 1}))
    log = path.with_name(path.name + "-wal")
    stale = log.read_bytes()
    writer.close()
    path.write_bytes(with_a_page_of_noise(path.read_bytes()))
    Store(path, repair=True).close()
    repaired = path.read_bytes()
    path.rename(path.with_name(path.name + ".repaired"))
    log.write_bytes(stale)
    with Store(path) as store:
        assert len(store) > 100
    assert damage(path) is None
    assert len(path.read_bytes()) == len(repaired)


def test_a_second_process_waits_for_the_first_ones_repair(path, monkeypatch):
    results = filled(path)
    path.write_bytes(with_a_page_of_noise(path.read_bytes()))
    inside, seen = threading.Event(), []
    whole = module.salvage

    def slow(where):
        inside.set()
        time.sleep(0.4)
        return whole(where)

    def second():
        inside.wait(20)
        with Store(path, repair=True) as store:
            seen.append((store.notes, len(store)))

    monkeypatch.setattr(module, "salvage", slow)
    thread = threading.Thread(target=second)
    thread.start()
    with Store(path, repair=True) as store:
        thread.join(20)
        assert seen == [((), len(store))]
        assert len(results) // 2 < len(store)


def test_a_store_that_another_run_set_aside_takes_no_more_results(path):
    filled(path, 50)
    with Store(path) as running:
        set_aside(path)
        Store(path).close()
        with pytest.raises(StoreError, match=r"set it aside.*run again"):
            running.put(GOOD)


@pytest.mark.parametrize("change", ["value = X'00FF'", "value = NULL", "seconds = 'soon'", "provenance = X'00'"])
def test_rows_of_other_types_are_absent(path, change):
    results = filled(path, 3)
    key = min(results)
    db = sqlite3.connect(path)
    db.execute(f"UPDATE results SET {change} WHERE key = ?", (key,))  # noqa: S608
    db.commit()
    db.close()
    with Store(path) as store:
        assert store.missing(results) == ({key} if "seconds" not in change else set())
        store.put(results[key])
        assert store.missing(results) == set()


def test_reading_needs_no_right_to_write(path):
    results = filled(path, 3)
    before = sorted(p.name for p in path.parent.iterdir())
    with Store(path, readonly=True) as store:
        assert {r.key: r for r in store if r.error is None} == results
        with pytest.raises(StoreError):
            store.put(GOOD)
    assert sorted(p.name for p in path.parent.iterdir() if p.name[-4:] not in {"-wal", "-shm"}) == before


def test_an_empty_file_becomes_a_store_and_says_so_where_it_was_one(path):
    path.parent.mkdir()
    path.touch()
    with Store(path) as store:
        assert (len(store), store.notes) == (0, ())
    filled(path)
    path.write_bytes(b"")
    with Store(path) as store:
        assert (len(store), store.notes) == (0, (f"the store {path} was empty: every result is computed again",))
    with Store(path) as store:
        assert store.notes == ()


def test_many_that_make_one_store_at_once(path):
    """Each sees a store or nothing, never half of one, which would pass for another program's database."""
    failed = []

    def make(i):
        try:
            with Store(path) as store:
                store.put(replace(GOOD, key=f"k{i}"))
        except StoreError as error:
            failed.append(error)

    threads = [threading.Thread(target=make, args=(i,)) for i in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with Store(path) as store:
        assert len(store) == 16


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
    assert opened
    for connection in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")
