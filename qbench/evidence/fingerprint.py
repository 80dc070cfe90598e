"""Fingerprints of source code: a result is reused only while the code that made it stands."""

from __future__ import annotations

import hashlib
import importlib.util
from functools import lru_cache
from pathlib import Path


def sources(package: str) -> list[tuple[str, Path]]:
    """Return (relative name, path) of every .py file of a package or module, sorted; ValueError if it is not there."""
    try:
        spec = importlib.util.find_spec(package)
    except ModuleNotFoundError:
        spec = None
    if spec is None or spec.origin is None:
        raise ValueError(f"no package {package!r} to fingerprint; check the study's `code`")
    origin = Path(spec.origin)
    if spec.submodule_search_locations is None:
        return [(package, origin)]
    root = origin.parent
    return sorted((f"{package}/{p.relative_to(root).as_posix()}", p) for p in root.rglob("*.py"))


@lru_cache(maxsize=256)
def fingerprint(packages: tuple[str, ...]) -> str:
    """Return the SHA-256 of the sources of `packages`: names and text, whatever the line ends of the checkout."""
    whole = hashlib.sha256()
    for package in sorted(set(packages)):
        for name, path in sources(package):
            text = path.read_bytes().replace(b"\r\n", b"\n")
            whole.update(f"{name}\0{len(text)}\0".encode())
            whole.update(text)
    return whole.hexdigest()
