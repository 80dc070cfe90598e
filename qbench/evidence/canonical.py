"""One spelling for every JSON value, so that a hash of it is a name for it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import TypeAlias, cast

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"

SCHEMA = 1
"""Version of everything hashed or stored; it enters every key, so raising it forgets every stored result."""


def canonical_json(value: object) -> str:
    """Return `value` as JSON with sorted keys, no spaces and floats by `repr`.

    Raises ValueError for NaN and infinities, TypeError for what JSON cannot say (both name the value).
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256(value: object) -> str:
    """Return the SHA-256 of the canonical JSON of `value`, in hex."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def as_json(name: str, value: object) -> JSON:
    """Return a plain copy of `value`; ValueError naming `name` where it is not finite JSON."""
    if isinstance(value, Mapping):
        value = dict(value)
    if isinstance(value, tuple):
        value = list(value)
    try:
        return cast("JSON", json.loads(canonical_json(value)))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} must be JSON without NaN or infinities, got {value!r} ({error}); use numbers, strings, lists"
        ) from error


def finite_or_none(value: float) -> float | None:
    """Return `value`, or None where it is infinite or NaN: the JSON of an open side."""
    return value if math.isfinite(value) else None
