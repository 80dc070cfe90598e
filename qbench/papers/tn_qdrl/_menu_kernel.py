"""Sums and look-ups over menus, compiled: the same additions in the same order as `system.evaluate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.papers._compiled import kernel

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray


@kernel
def task_sums(local: FloatArray, away: FloatArray, places: IntArray) -> FloatArray:
    """Return the sum of T_x over vehicles (T, P, 2) of every joint a, `places` (P, V); `away` (T, V, E, V, 2)."""
    n_slot, n_vehicle = local.shape
    n_place, n_edge, n_band = len(places), away.shape[2], away.shape[4]
    together = np.zeros((n_place, n_edge + 1), dtype=np.int64)
    for a in range(n_place):
        for x in range(n_vehicle):
            together[a, places[a, x]] += 1
    total = np.empty((n_slot, n_place, n_band))
    for t in range(n_slot):
        for a in range(n_place):
            for b in range(n_band):
                value = 0.0
                for x in range(n_vehicle):
                    m = places[a, x]
                    value += local[t, x] if m == 0 else away[t, x, m - 1, together[a, m] - 1, b]
                total[t, a, b] = value
    return total


@kernel
def chosen_times(local: FloatArray, away: FloatArray, slots: IntArray, places: IntArray, band: IntArray) -> FloatArray:
    """Return T_x (n, V) of one joint a a slot, `places` (n, V), `slots` and `band` (n,)."""
    n_vehicle, n_edge = local.shape[1], away.shape[2]
    found = np.empty(places.shape)
    there = np.empty(n_edge + 1, dtype=np.int64)
    for k in range(len(slots)):
        t = slots[k]
        there[:] = 0
        for x in range(n_vehicle):
            there[places[k, x]] += 1
        for x in range(n_vehicle):
            m = places[k, x]
            found[k, x] = local[t, x] if m == 0 else away[t, x, m - 1, there[m] - 1, band[k]]
    return found
