"""A store file that cannot be trusted: what is wrong with it, whether it is ours, and what is left in it."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPLICATION = 0x51_42_4E_43
"""SQLite's application id of a store ("QBNC")."""

Row: TypeAlias = tuple[str, str, str | None, str | None, str, float, str]
"""key, spec, value, error, digest, seconds, provenance: the columns of the table, as they stand there."""


def locks_of(path: Path) -> Path:
    """Return the folder of a store's lock files: only qbench makes one, beside a store that it wrote into."""
    return path.with_name(path.name + ".locks")


def damage(path: Path) -> str | None:
    """Return why the file cannot be trusted as a database, None where it can, is empty, or is not there."""
    if not path.is_file() or path.stat().st_size == 0:
        return None
    try:
        with closing(sqlite3.connect(path, timeout=60.0)) as db:
            found = db.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError:
        return None  # locked, no permission, no disk: opening it will say so
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if found == ("ok",) else str(found[0]).splitlines()[-1]


def ours(path: Path) -> bool:
    """Return whether qbench wrote the file: by its header, else by the lock files beside it."""
    with path.open("rb") as file:
        header = file.read(72)
    mine = header.startswith(b"SQLite format 3\0") and header[68:72] == APPLICATION.to_bytes(4, "big")
    return mine or locks_of(path).is_dir()


def set_aside(path: Path) -> Path:
    """Rename the file, and its log with it, to a name that says when; return that name."""
    stamp = f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    name = next(n for i in range(1000) if not (n := path.with_name(stamp + (f"-{i}" if i else ""))).exists())
    path.rename(name)
    for tail in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + tail).rename(name.with_name(name.name + tail))
    return name


def salvage(path: Path) -> Iterator[Row]:
    """Yield the successful rows of a damaged store that are whole, by the hashes of their spec and value.

    Read from both ends of the table, because what lies behind a damaged page is not reached from before it.
    """
    seen: set[str] = set()
    # Without a log the file is read as it lies; SQLite would otherwise make one beside it.
    mode = "mode=ro" if path.with_name(path.name + "-wal").exists() else "immutable=1"
    for order in ("ASC", "DESC"):
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)) as db:
            # Text that is no UTF-8 any more must not end the reading: such a row fails its hash.
            db.text_factory = lambda raw: raw.decode(errors="replace")
            query = f"SELECT key, spec, value, error, digest, seconds, provenance FROM results ORDER BY key {order}"  # noqa: S608
            with closing(db.execute(query)) as cursor:
                for row in cursor:
                    if row[0] not in seen and row[2] is not None and _hash(row[1]) == row[0] and intact(row[2], row[4]):
                        seen.add(row[0])
                        yield row


def intact(value: str | None, digest: str) -> bool:
    """Return whether a stored value is the one that was put there; a failure has no value to check."""
    return value is None or _hash(value) == digest


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
