"""The results store: SQLite, JSON inside, never pickles. Only the driver writes; a task counts once it is committed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Self

from qbench.evidence.canonical import SCHEMA, canonical_json
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


APPLICATION = 0x51_42_4E_43
"""SQLite's application id of a store ("QBNC")."""


class StoreError(Exception):
    """The store cannot be used; the message says why and what to do."""


class Store:
    """Results by key. `path` None keeps them in memory, for tests and trials."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        with self._usable("opened"), ExitStack() as undo:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(":memory:" if path is None else path, timeout=60.0, isolation_level=None)
            undo.callback(self._db.close)
            self._prepare()
            undo.pop_all()

    def _prepare(self) -> None:
        self._check_owner()
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version not in {0, SCHEMA}:
            raise StoreError(
                f"the store {self.path} has schema {version}, this qbench writes {SCHEMA}: "
                "keep it for the qbench that wrote it and name another with --store"
            )
        self._db.execute(TABLE)
        if version == 0:
            self._db.execute(f"PRAGMA user_version={SCHEMA}")
            self._db.execute(f"PRAGMA application_id={APPLICATION}")

    @contextmanager
    def _usable(self, what: str) -> Iterator[None]:
        """Raise StoreError with a way out where the file, the disk or SQLite refuses."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise StoreError(
                f"the store {self.path} cannot be {what} ({error}): move the file aside, free the disk, "
                "or name another with --store"
            ) from error

    def _check_owner(self) -> None:
        """StoreError for a database of another program: it is neither read nor written."""
        (owner,) = self._db.execute("PRAGMA application_id").fetchone()
        (tables,) = self._db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        if owner != APPLICATION and (owner or tables):
            raise StoreError(f"{self.path} is the database of another program: name another file with --store")

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
        """Commit one result. A success is never replaced; a failure is replaced by whatever comes later."""
        row = (
            result.key,
            canonical_json(result.spec),
            None if result.columns is None else canonical_json(dict(result.columns)),
            result.error,
            result.digest,
            result.seconds,
            canonical_json(dict(result.provenance)),
        )
        try:
            self._db.execute(
                "INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT(key) DO UPDATE SET "
                "value = excluded.value, error = excluded.error, digest = excluded.digest, "
                "seconds = excluded.seconds, provenance = excluded.provenance WHERE results.error IS NOT NULL",
                row,
            )
        except sqlite3.Error as error:
            raise StoreError(
                f"a result could not be written to {self.path} ({error}): results stored before it are safe; "
                "free the disk or name another store with --store, and run again"
            ) from error

    def missing(self, keys: Iterable[str]) -> set[str]:
        """Return those of `keys` that have no successful result: failed tasks are tried again by the next run."""
        found = set()
        query = "SELECT error IS NULL FROM results WHERE key = ?"
        for key in keys:
            with self._usable("read"), closing(self._db.execute(query, (key,))) as cursor:
                row = cursor.fetchone()
            if row is None or not row[0]:
                found.add(key)
        return found

    def __iter__(self) -> Iterator[TaskResult]:
        """Yield every result in the order of keys."""
        query = "SELECT * FROM results ORDER BY key"
        with self._usable("read"), closing(self._db.execute(query)) as cursor:
            for row in cursor:
                yield _result(*row)

    def __len__(self) -> int:
        with self._usable("read"):
            (count,) = self._db.execute("SELECT COUNT(*) FROM results").fetchone()
        return int(count)


def _result(
    key: str, spec: str, value: str | None, error: str | None, digest: str, seconds: float, provenance: str
) -> TaskResult:
    columns = None if value is None else json.loads(value)
    return TaskResult(key, json.loads(spec), columns, error, digest, seconds, json.loads(provenance))
