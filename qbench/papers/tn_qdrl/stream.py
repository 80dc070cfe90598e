"""What happens to the network whatever anybody does: the exogenous stream that all schemes share.

Laws that the paper leaves open are ours: tasks of U(0.5, 1.5) times the mean size, clocks of U(0.7, 1) times those
of Table II, fibres of U(2, 20) km drawn anew each slot, whole stakes of U{500..1500}.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, in_interval, one_of, positive_int
from qbench.papers.tn_qdrl.channel import device_places, gain_db, shadowing_walks
from qbench.papers.tn_qdrl.consensus import stake_walk
from qbench.papers.tn_qdrl.mobility import walks
from qbench.papers.tn_qdrl.parameters import BITS_PER_MB
from qbench.papers.tn_qdrl.system import Slot
from qbench.radio import db_to_linear
from qbench.radio.draws import spawn

if TYPE_CHECKING:
    from qbench._arrays import FloatArray
    from qbench.papers.tn_qdrl.parameters import Setting

CYCLES = (0.5e9, 1.8e9, 3.0e9)
"""f, cycles (stated)."""
POWERS_W = (1.0, 5.0, 10.0, 20.0)
"""p, W (stated)."""
SIZE_MB = 10.0
"""Mean size of a task (ours: where offloading and computing alone break even)."""
SIZE_RANGE = (0.5, 1.5)
VEHICLE_HZ, EDGE_HZ = 0.5e9, 2.5e9
"""Largest c_v and c_e, cycles/s (stated)."""
CLOCK_RANGE = (0.7, 1.0)
FIBRE_KM = (2.0, 20.0)
STAKES = (500, 1500)
"""Keys of a node at the start, both ends included."""

TRAFFIC = ("manhattan", "sumo")
CHILDREN = ("mobility", "shadowing", "power", "cycles", "size", "vehicle_hz", "edge_hz", "fibre", "keys")


def draw_stream(
    rng: np.random.Generator,
    setting: Setting,
    n_slot: int,
    *,
    size_mb: float = SIZE_MB,
    traffic: str | FloatArray = "manhattan",
) -> Slot:
    """Return `n_slot` slots in a row, leading axis (n_slot,).

    Each quantity has a generator of its own, spawned in the order of `CHILDREN`, and draws slot by slot: a longer
    stream keeps the slots of a shorter one, and task sizes scale with `size_mb` on the same draws. Stakes move by one
    round of Algorithm 1 a slot. `size_mb`: mean size of a task, MB; `traffic`: "manhattan", the walk on the grid,
    "sumo", a part of the recorded trace, or places of the vehicles (n_slot, V, 2), m. Raises ValueError for numbers
    below 1, a mean size not above 0, more devices than junctions, another traffic and places of another shape,
    TypeError for another generator.
    """
    slots = positive_int("n_slot", n_slot)
    v, q, e = setting.n_vehicle, setting.n_node, setting.n_edge
    mean_bits = in_interval("size_mb", float(size_mb), 0.0, 1e6, lo_open=True) * BITS_PER_MB
    child = dict(zip(CHILDREN, spawn(rng, len(CHILDREN)), strict=True))
    vehicles = _vehicles(child["mobility"], traffic, v, slots)
    shadowing = shadowing_walks([child["shadowing"]], n_slot=slots, n_vehicle=v, n_edge=e)[0]
    power = np.array(POWERS_W)[child["power"].integers(len(POWERS_W), size=(slots, v))]
    stakes = child["keys"].integers(STAKES[0], STAKES[1] + 1, size=e)
    return Slot(
        length_km=child["fibre"].uniform(*FIBRE_KM, size=(slots, q, v + e)),
        power_w=np.repeat(power[..., np.newaxis], e, axis=-1),
        gain=db_to_linear(gain_db(vehicles, device_places(e), shadowing)),
        cycles=np.array(CYCLES)[child["cycles"].integers(len(CYCLES), size=(slots, v))],
        size_bits=mean_bits * child["size"].uniform(*SIZE_RANGE, size=(slots, v)),
        vehicle_hz=VEHICLE_HZ * child["vehicle_hz"].uniform(*CLOCK_RANGE, size=(slots, v)),
        edge_hz=EDGE_HZ * child["edge_hz"].uniform(*CLOCK_RANGE, size=(slots, e)),
        keys=stake_walk(stakes.astype(np.float64), slots),
        time_s=np.arange(slots, dtype=np.float64),
    )


def _vehicles(rng: np.random.Generator, traffic: str | FloatArray, n_vehicle: int, n_slot: int) -> FloatArray:
    """Return places (n_slot, V, 2), m."""
    if not isinstance(traffic, str):
        places = finite_array("traffic", traffic, ndim_at_least=3)
        if places.shape != (n_slot, n_vehicle, 2):
            raise ValueError(f"traffic must have shape {(n_slot, n_vehicle, 2)}, slot by slot, got {places.shape}")
        return places
    if one_of("traffic", traffic, TRAFFIC) == "manhattan":
        return np.asarray(walks([rng], n_vehicle=n_vehicle, n_slot=n_slot)[0])
    from qbench.papers.tn_qdrl.traces import parts, recorded

    return np.asarray(parts(recorded(), [rng], n_vehicle=n_vehicle, n_slot=n_slot)[0])
