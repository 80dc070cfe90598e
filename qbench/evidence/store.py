"""The results store: SQLite, JSON inside, never pickles. Only the driver writes; a task counts once it is committed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Self

from qbench.evidence.canonical import SCHEMA, canonical_json
from qbench.evidence.damage import APPLICATION, damage, intact, locks_of, ours, salvage, set_aside
from qbench.evidence.tasks import TaskResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

TABLE = """
CREATE TABLE IF NOT EXISTS results (
    key TEXT PRIMARY KEY,         -- SHA-256 of spec
    spec TEXT NOT NULL,           -- canonical JSON
    value TEXT,                   -- {column: [floats]}, NULL after an error
    error TEXT,                   -- traceback, NULL after success
    digest TEXT NOT NULL,         -- SHA-256 of value: equal digests are bit-identical results
    seconds REAL NOT NULL,
    provenance TEXT NOT NULL
) WITHOUT ROWID
"""


class StoreError(Exception):
    """The store cannot be used; the message says why and what to do."""


class NotAStoreError(StoreError):
    """The file is somebody else's: it is neither read nor written."""


class Store:
    """Results by key.

    Attributes:
        path: the file; None keeps results in memory, for tests and trials.
        notes: what the user must know of how the store was opened, a sentence each.

    A damaged file is refused (StoreError), or with `repair` replaced by a store of every result in it that is whole
    and set aside under a name that `notes` tells. A row whose value does not fit its digest counts as absent: it is
    computed again. With `readonly` nothing is written, and a folder that may not be written will do.
    """

    def __init__(self, path: Path | None, *, repair: bool = False, readonly: bool = False) -> None:
        self.path = path
        self.notes: tuple[str, ...] = ()
        self._identity: tuple[int, int] | None = None
        with self._usable("opened"), ExitStack() as keep, ExitStack() as alone:
            if path is not None and not readonly:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._make_sound(path, alone, repair=repair)
            elif path is not None and (wrong := damage(path)) is not None:
                raise self._refusal(path, wrong)
            self._db = self._connected(readonly=readonly)
            keep.callback(self._db.close)
            # A byte that is no UTF-8 any more spoils its row, not the reading of the others.
            self._db.text_factory = lambda raw: raw.decode(errors="replace")
            if readonly:
                self._is_new()
            else:
                self._prepare()
            self._identity = None if path is None else _identity(path)
            keep.pop_all()

    def _connected(self, *, readonly: bool) -> sqlite3.Connection:
        if self.path is None or not readonly:
            return sqlite3.connect(self.path or ":memory:", timeout=60.0, isolation_level=None)
        uri = self.path.absolute().as_uri()
        db = sqlite3.connect(f"{uri}?mode=ro", uri=True, timeout=60.0, isolation_level=None)
        try:
            db.execute("SELECT COUNT(*) FROM sqlite_master")
        except sqlite3.OperationalError:  # it wants to write a log beside the file and may not
            db.close()
            db = sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None)
        return db

    def _make_sound(self, path: Path, alone: ExitStack, *, repair: bool) -> None:
        """Make sure that a store can be opened at `path`; hold the lock in `alone` where one is to be made."""
        known = locks_of(path).is_dir()
        wrong = damage(path)
        if wrong is not None:
            if not repair or not ours(path):
                raise self._refusal(path, wrong)
            with _alone(path):
                wrong = damage(path)
                if wrong is not None:  # else another process was faster
                    self._repair(path, wrong)
        if not path.exists() or path.stat().st_size == 0:
            alone.enter_context(_alone(path))  # two that make one file at once would stumble over each other
            if not path.exists() and _repaired(path).exists():  # killed between the renames of a repair
                set_aside(path)  # what is left of its log: SQLite would take it for the new file's
                _repaired(path).rename(path)
            elif known and path.exists() and path.stat().st_size == 0:
                self.notes = (f"the store {path} was empty: every result is computed again",)

    def _refusal(self, path: Path, wrong: str) -> StoreError:
        if not ours(path):
            return NotAStoreError(
                f"{path} is no store of qbench ({wrong}): move it aside, or name another with --store"
            )
        return StoreError(
            f"the store {path} is damaged ({wrong}): `qbench verify` sets it aside, keeps every result that is "
            "whole and computes the others again; or name another with --store"
        )

    def _repair(self, path: Path, wrong: str) -> None:
        """Put a store of the whole results in place of a damaged one; at any moment one of the two files has them."""
        fresh = _repaired(path)
        fresh.unlink(missing_ok=True)
        with closing(sqlite3.connect(fresh, isolation_level=None)) as self._db, self._transaction("IMMEDIATE"):
            self._make()
            rows = self._db.executemany("INSERT OR IGNORE INTO results VALUES (?, ?, ?, ?, ?, ?, ?)", salvage(path))
            count = max(rows.rowcount, 0)
        aside = set_aside(path)
        fresh.rename(path)
        note = f"the store {path} was damaged ({wrong}); it now lies at {aside}"
        self.notes = (f"{note}. {count} results in it were whole and are kept, the others are computed again",)

    def _prepare(self) -> None:
        with self._transaction("DEFERRED"):
            new = self._is_new()
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        if new:
            # All at once: another process that opens the file now sees a store or nothing.
            with self._transaction("IMMEDIATE"):
                if self._is_new():
                    self._make()

    def _make(self) -> None:
        self._db.execute(TABLE)
        self._db.execute(f"PRAGMA user_version={SCHEMA}")
        self._db.execute(f"PRAGMA application_id={APPLICATION}")

    @contextmanager
    def _transaction(self, kind: str) -> Iterator[None]:
        self._db.execute(f"BEGIN {kind}")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _is_new(self) -> bool:
        """Return whether the database is empty; StoreError for another program's, which is neither read nor written."""
        (owner,) = self._db.execute("PRAGMA application_id").fetchone()
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        (tables,) = self._db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        if owner != APPLICATION and (owner or tables):
            raise NotAStoreError(f"{self.path} is the database of another program: name another file with --store")
        if version not in {0, SCHEMA}:
            raise StoreError(
                f"the store {self.path} has schema {version}, this qbench writes {SCHEMA}: "
                "keep it for the qbench that wrote it and name another with --store"
            )
        return not tables

    @contextmanager
    def _usable(self, what: str) -> Iterator[None]:
        """Raise StoreError with a way out where the file, the disk or SQLite refuses."""
        try:
            yield
        except (OSError, sqlite3.Error, UnicodeDecodeError) as error:
            raise StoreError(
                f"the store {self.path} cannot be {what} ({error}): it and its folder must be writable and the disk "
                "not full; else name another with --store"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        self._db.close()

    def get(self, key: str) -> TaskResult | None:
        """Return the result stored under `key`, failed ones too, None where there is none."""
        query = "SELECT spec, value, error, digest, seconds, provenance FROM results WHERE key = ?"
        with self._usable("read"), closing(self._db.execute(query, (key,))) as cursor:
            row = cursor.fetchone()
        return None if row is None else _result(key, *row)

    def put(self, result: TaskResult) -> None:
        """Commit one result. A whole success is never replaced; anything else is replaced by whatever comes later."""
        row = (
            result.key,
            canonical_json(result.spec),
            None if result.columns is None else canonical_json(dict(result.columns)),
            result.error,
            result.digest,
            result.seconds,
            canonical_json(dict(result.provenance)),
        )
        whole = self._whole(result.key)
        try:
            self._db.execute(
                "INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT(key) DO UPDATE SET spec = excluded.spec, "
                "value = excluded.value, error = excluded.error, digest = excluded.digest, "
                "seconds = excluded.seconds, provenance = excluded.provenance WHERE NOT ?",
                (*row, whole),
            )
        except sqlite3.Error as error:
            raise StoreError(
                f"a result could not be written to {self.path} ({error}): results stored before it are safe; "
                "free the disk or name another store with --store, and run again"
            ) from error
        if self.path is not None and _identity(self.path) != self._identity:
            raise StoreError(
                f"another run found {self.path} damaged and set it aside, or somebody moved it: what this run wrote "
                "since went with it; run again"
            )

    def missing(self, keys: Iterable[str]) -> set[str]:
        """Return those of `keys` that have no successful result: failed tasks are tried again by the next run."""
        return {key for key in keys if not self._whole(key)}

    def _whole(self, key: str) -> bool:
        found = self.get(key)
        return found is not None and found.columns is not None

    def __iter__(self) -> Iterator[TaskResult]:
        """Yield every result in the order of keys."""
        query = "SELECT * FROM results ORDER BY key"
        with self._usable("read"), closing(self._db.execute(query)) as cursor:
            for row in cursor:
                result = _result(*row)
                if result is not None:
                    yield result

    def __len__(self) -> int:
        with self._usable("read"):
            (count,) = self._db.execute("SELECT COUNT(*) FROM results").fetchone()
        return int(count)


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another of the same name, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _repaired(path: Path) -> Path:
    """Return the name under which a repair prepares the new file: whole once it is the only one."""
    return path.with_name(path.name + ".repaired")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock under which a store is made or set aside."""
    from filelock import FileLock

    locks_of(path).mkdir(exist_ok=True)
    with FileLock(locks_of(path) / ".store.lock"):
        yield


def _result(
    key: str, spec: str, value: str | None, error: str | None, digest: str, seconds: float, provenance: str
) -> TaskResult | None:
    """Return a row as a result; None where it is not what was put there."""
    if not intact(value, digest) or (value is None) == (error is None):
        return None
    try:
        columns = None if value is None else json.loads(value)
        return TaskResult(key, json.loads(spec), columns, error, digest, seconds, json.loads(provenance))
    except (TypeError, ValueError):  # no text, or no JSON
        return None
