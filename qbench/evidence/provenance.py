"""Where and with what a result was made: kept beside it, never in its key or digest."""

from __future__ import annotations

import platform
import re
from datetime import UTC, datetime
from functools import lru_cache
from importlib import metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qbench.evidence.canonical import JSON

DISTRIBUTION = "qbench-reproductions"


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Return the installed version of every distribution that qbench requires, without importing any."""
    found: dict[str, str] = {}
    try:
        required = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        required = []
    for requirement in required:
        name = re.split(r"[\s;<>=!~\[(]", requirement, maxsplit=1)[0]
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return dict(sorted(found.items()))


def provenance() -> dict[str, JSON]:
    """Return host, platform, Python, versions and the time in UTC."""
    from qbench import __version__

    return {
        "qbench": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "host": platform.node(),
        "versions": dict(versions()),
        "utc": datetime.now(UTC).isoformat(timespec="seconds"),
    }
