"""What a network learns from in each slot: transitions drawn from the last of them (ours, the paper gives no memory).

A transition is the slot that it started in, so a memory is a window of slots and nothing is stored twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import positive_int

if TYPE_CHECKING:
    from qbench._arrays import IntArray

MEMORY, BATCH = 10_000, 32
"""Transitions kept, and those drawn for an update."""


def replay_slots(rng: np.random.Generator, n_slot: int, *, memory: int = MEMORY, batch: int = BATCH) -> IntArray:
    """Return slots (n_slot, batch): row t draws from slots max(0, t + 1 - memory)..t, each as likely, with replacement.

    A longer run keeps the rows of a shorter one. Raises ValueError for numbers below 1.
    """
    shape = (positive_int("n_slot", n_slot), positive_int("batch", batch))
    t = np.arange(n_slot)[:, np.newaxis]
    held = np.minimum(t + 1, positive_int("memory", memory))
    return np.asarray(t + 1 - held + (rng.random(shape) * held).astype(np.int64))
