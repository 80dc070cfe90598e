"""Channel gains between vehicles and edge devices; the paper gives none, so these are ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, positive_int
from qbench.radio._arguments import require_generator, same_grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray

DEVICES_M = ((150.0, 150.0), (300.0, 300.0), (150.0, 300.0), (300.0, 150.0))
"""Places of the edge devices, m: the inner junctions of the grid; a system has the first E."""

LOSS_AT_100_M_DB, SLOPE_DB, NEAREST_M = 103.0, 30.0, 10.0
"""Loss at 100 m and per decade, dB, and the least distance, m: urban, out of sight."""
SHADOWING_DB, INNOVATION_DB, MEMORY = 3.0, 1.8, 0.8
"""Standard deviations, dB, and the correlation from slot to slot: 0.8^2 3^2 + 1.8^2 = 3^2, so X is stationary."""


def device_places(n_edge: int) -> FloatArray:
    """Return places (E, 2), m, of the first `n_edge` devices; ValueError unless it is 1 to 4."""
    count = positive_int("n_edge", n_edge)
    if count > len(DEVICES_M):
        raise ValueError(f"n_edge must be at most {len(DEVICES_M)}, one an inner junction, got {n_edge}")
    return np.array(DEVICES_M[:count])


def gain_db(vehicle_m: ArrayLike, device_m: ArrayLike, shadowing_db: ArrayLike = 0.0) -> FloatArray:
    """Return g = -(103 + 30 log10(max(d, 10)/100) + X), dB, (..., V, E).

    `vehicle_m`: places (..., V, 2), m; `device_m`: places (E, 2), m; `shadowing_db`: X, a loss, broadcasts against
    (..., V, E). Raises ValueError for other shapes and values that are not finite.
    """
    at, to = finite_array("vehicle_m", vehicle_m, ndim_at_least=2), finite_array("device_m", device_m, ndim_at_least=2)
    if at.shape[-1] != 2 or to.shape[1:] != (2,):
        raise ValueError(f"vehicle_m (..., V, 2) and device_m (E, 2) must hold places, got {at.shape} and {to.shape}")
    across = at[..., :, np.newaxis, :] - to
    # Contiguous: numpy's functions may round otherwise along strides.
    east, north = np.ascontiguousarray(across[..., 0]), np.ascontiguousarray(across[..., 1])
    distance = np.maximum(NEAREST_M, np.hypot(east, north))
    shadow = finite_array("shadowing_db", shadowing_db)
    same_grid(distance=distance, shadowing_db=shadow)
    return np.asarray(-(LOSS_AT_100_M_DB + SLOPE_DB * np.log10(distance / 100.0) + shadow))


def shadowing_walks(rngs: Sequence[np.random.Generator], *, n_slot: int, n_vehicle: int, n_edge: int) -> FloatArray:
    """Return X (seeds, n_slot, V, E), dB: X_0 ~ N(0, 3^2), then 0.8 X + N(0, 1.8^2), independent from link to link.

    One seed a generator, which gives standard normals (n_slot, V, E): a longer walk keeps the slots of a shorter one,
    and a seed has the same bits in any batch. Raises TypeError for another generator, ValueError for none and for
    numbers below 1.
    """
    shape = (positive_int("n_slot", n_slot), positive_int("n_vehicle", n_vehicle), positive_int("n_edge", n_edge))
    if not len(rngs):
        raise ValueError("rngs must hold a generator for each seed, got none")
    walk = np.stack([require_generator(rng).standard_normal(shape) for rng in rngs])
    walk[:, 0] *= SHADOWING_DB
    walk[:, 1:] *= INNOVATION_DB
    from qbench.papers.tn_qdrl._walk_kernel import remember

    remember(walk.reshape(len(walk), n_slot, -1), MEMORY)
    return walk
