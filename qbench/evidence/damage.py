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

COLUMNS = ("key", "spec", "value", "error", "digest", "seconds", "provenance")
"""Of the table `results`, in order."""

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
            if found != ("ok",):
                return str(found[0]).splitlines()[-1]
            return _spoilt_head(db) if locks_of(path).is_dir() else None
    except sqlite3.OperationalError as error:
        # Locked, no permission, no disk: opening the file will say so.
        return str(error) if any(words in str(error) for words in ("malformed", "file format")) else None
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # SQLite quotes noise in what it says
        return str(error) if isinstance(error, sqlite3.Error) else "its schema is not readable"


def _spoilt_head(db: sqlite3.Connection) -> str | None:
    """Return what is wrong with the marks in the head of a file that holds our table, None where nothing is."""
    if tuple(row[1] for row in db.execute("PRAGMA table_info(results)")) != COLUMNS:
        return None
    (owner,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return None if owner == APPLICATION and 0 <= version < 1000 else "the marks in its head are gone"


def ours(path: Path) -> bool:
    """Return whether qbench wrote the file: by its header, else by the lock files beside it, unless it is a text."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"SQLite format 3\0") and head[68:72] == APPLICATION.to_bytes(4, "big"):
        return True
    return locks_of(path).is_dir() and not _text(head)


def _text(head: bytes) -> bool:
    """Return whether somebody may have written these bytes to be read."""
    try:
        return "\0" not in head[:-3].decode()  # the last character may be cut
    except UnicodeDecodeError:
        return False


def set_aside(path: Path) -> Path:
    """Rename the file, and its log with it, to a name that says when; return that name."""
    stamp = f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    name = next(n for i in range(1000) if not (n := path.with_name(stamp + (f"-{i}" if i else ""))).exists())
    for tail in ("", "-wal", "-shm"):
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
        broken = (sqlite3.Error, UnicodeDecodeError)
        with suppress(*broken), closing(sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)) as db:
            # Text that is no UTF-8 any more must not end the reading: such a row fails its hash.
            db.text_factory = lambda raw: raw.decode(errors="replace")
            with closing(db.execute(f"SELECT {', '.join(COLUMNS)} FROM results ORDER BY key {order}")) as cursor:  # noqa: S608
                for row in cursor:
                    key, spec, value, _, digest, seconds, _ = row
                    whole = value is not None and _hash(spec) == key and intact(value, digest)
                    if key not in seen and whole and isinstance(seconds, float):
                        seen.add(key)
                        yield row


def intact(value: object, digest: object) -> bool:
    """Return whether a stored value is the one that was put there; a failure has no value to check."""
    return value is None or _hash(value) == digest


def _hash(text: object) -> str | None:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest() if isinstance(text, str) else None
