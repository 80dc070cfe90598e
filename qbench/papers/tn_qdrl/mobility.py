"""Vehicles on a grid of streets: a random walk without U-turns, seed by seed and slot by slot.

The paper simulates traffic with SUMO and gives no scenario; this walk is ours. Junctions stand 150 m apart, four a
side; each of the 24 streets has two directions. Vehicles move 10 m a slot and never leave.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import positive_int
from qbench.radio._arguments import require_generator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench._arrays import FloatArray, IntArray

SIDE = 4
BLOCK_M, STEP_M = 150.0, 10.0
STEPS = 15
"""Slots from a junction to the next."""


@cache
def streets() -> tuple[FloatArray, FloatArray, IntArray, IntArray]:
    """Return the directed streets: start (48, 2), m; heading (48, 2), unit vectors; next (48, 3); how many of these.

    Ordered by the junction at the start, row by row, and there east, north, west, south. next[s] lists, in that order,
    the streets that leave the junction at the end of s but for the U-turn; places beyond their number, 1 at a corner
    and 3 inside, hold 0.
    """
    headings = ((1, 0), (0, 1), (-1, 0), (0, -1))
    found = {
        (x, y, dx, dy): None
        for y in range(SIDE)
        for x in range(SIDE)
        for dx, dy in headings
        if 0 <= x + dx < SIDE and 0 <= y + dy < SIDE
    }
    index = {street: s for s, street in enumerate(found)}
    after = np.zeros((len(index), 3), dtype=np.int64)
    n_after = np.zeros(len(index), dtype=np.int64)
    for (x, y, dx, dy), s in index.items():
        ways = [index.get((x + dx, y + dy, *h)) for h in headings if h != (-dx, -dy)]
        onward = [way for way in ways if way is not None]
        after[s, : len(onward)], n_after[s] = onward, len(onward)
    start = BLOCK_M * np.array([street[:2] for street in index], dtype=np.float64)
    heading = np.array([street[2:] for street in index], dtype=np.float64)
    for array in (start, heading, after, n_after):
        array.setflags(write=False)
    return start, heading, after, n_after


def walks(rngs: Sequence[np.random.Generator], *, n_vehicle: int, n_slot: int) -> FloatArray:
    """Return places (seeds, n_slot, n_vehicle, 2), m, of vehicles that drive the grid, one seed a generator.

    Slot 0: uniform over the 48 directed streets and the offsets 0, 10 .. 140 m; a vehicle that reaches a junction takes
    any street but the U-turn, equally likely, and is at offset 0 of it. This start is stationary. From each generator:
    the streets, the offsets, then one uniform a slot and vehicle, used at junctions. A longer walk keeps the slots of a
    shorter one; a seed has the same bits in any batch. Raises TypeError for another generator, ValueError for none and
    for numbers below 1.
    """
    vehicles, slots = positive_int("n_vehicle", n_vehicle), positive_int("n_slot", n_slot)
    if not len(rngs):
        raise ValueError("rngs must hold a generator for each seed, got none")
    start, heading, _, _ = streets()
    drawn = [
        (rng.integers(len(start), size=vehicles), rng.integers(STEPS, size=vehicles), rng.random((slots, vehicles)))
        for rng in map(require_generator, rngs)
    ]
    first, offset, uniform = (np.stack(parts) for parts in zip(*drawn, strict=True))
    street = _streets_taken(first, offset, uniform)
    travelled = offset[:, np.newaxis] + np.arange(slots)[:, np.newaxis]
    current = np.take_along_axis(street, travelled // STEPS, axis=1)
    return np.asarray(start[current] + (STEP_M * (travelled % STEPS))[..., np.newaxis] * heading[current])


def _streets_taken(first: IntArray, offset: IntArray, uniform: FloatArray) -> IntArray:
    """Return (seeds, laps, vehicles): the street of each lap; `first`, `offset` (seeds, vehicles)."""
    from qbench.papers.tn_qdrl._walk_kernel import streets_of_laps

    _, _, after, n_after = streets()
    return np.asarray(streets_of_laps(first, offset, uniform, after, n_after, STEPS))
