"""Walks that go slot by slot, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.papers._compiled import kernel

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray


@kernel
def remember(walk: FloatArray, memory: float) -> None:
    """Turn steps (seeds, T, n) in place into X_t = step_t + memory X_(t-1)."""
    for s in range(walk.shape[0]):
        for t in range(1, walk.shape[1]):
            for k in range(walk.shape[2]):
                walk[s, t, k] += memory * walk[s, t - 1, k]


@kernel
def streets_of_laps(
    first: IntArray, offset: IntArray, uniform: FloatArray, after: IntArray, n_after: IntArray, steps: int
) -> IntArray:
    """Return the street of each lap (seeds, laps, vehicles); see `mobility.streets` for `after` and `n_after`."""
    n_seed, n_slot, n_vehicle = uniform.shape
    laps = (n_slot - 1 + steps - 1) // steps + 1
    taken = np.empty((n_seed, laps, n_vehicle), dtype=np.int64)
    for s in range(n_seed):
        for x in range(n_vehicle):
            street = first[s, x]
            taken[s, 0, x] = street
            for lap in range(1, laps):
                # A lap that starts after the last slot is never read: any uniform will do.
                u = uniform[s, min(lap * steps - offset[s, x], n_slot - 1), x]
                street = after[street, int(u * n_after[street])]
                taken[s, lap, x] = street
    return taken
