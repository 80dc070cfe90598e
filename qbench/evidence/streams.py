"""Random streams: one generator for every (stream, axis, unit), independent of what else ran."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

ROOT = 0x71_62_65_6E_63_68
"""Entropy of every stream at salt 0 ("qbench" in ASCII); another salt is another independent set of streams."""

AXES = {"instance": 0, "algorithm": 1, "shots": 2}


def h64(text: str) -> int:
    """Return the first 8 bytes of the SHA-256 of `text` as an integer: a hash that is the same in every process."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


@dataclass(frozen=True)
class Streams:
    """The generators of one study.

    Attributes:
        stream: the study's own stream.
        salt: 0 for the recorded verdicts; another number repeats everything with fresh randomness.
    """

    stream: str
    salt: int = 0

    def rng(self, axis: str, unit: int, stream: str | None = None) -> np.random.Generator:
        """Return a fresh generator for one axis and unit.

        `stream` names another stream than the study's own, for calibration and tuning. Raises ValueError for an unknown
        axis or a negative unit.
        """
        if axis not in AXES:
            raise ValueError(f"axis must be one of {', '.join(AXES)}, got {axis!r}")
        if unit < 0:
            raise ValueError(f"unit must not be negative, got {unit}")
        key = (h64(self.stream if stream is None else stream), AXES[axis], unit)
        return np.random.default_rng(np.random.SeedSequence((ROOT, self.salt), spawn_key=key))
