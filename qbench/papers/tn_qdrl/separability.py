"""Exact study of the argument for NP-hardness: whether the best joint action is best value by value."""

from __future__ import annotations

import itertools
from dataclasses import fields, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from qbench._check import positive_int
from qbench.papers.tn_qdrl.certificates import EFFICIENCIES, one
from qbench.papers.tn_qdrl.channel import device_places, gain_db, shadowing_walks
from qbench.papers.tn_qdrl.mobility import walks
from qbench.papers.tn_qdrl.parameters import BITS_PER_MB, Setting
from qbench.papers.tn_qdrl.system import Action, Slot, evaluate
from qbench.radio import db_to_linear

if TYPE_CHECKING:
    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams

SHARES = (0.9, 0.6)
ROUNDING = 1e-12
"""Relative: sums of the same delays in another order."""


def separable(params: Params, streams: Streams, units: range) -> Columns:
    """C21: instances whose joint optimum is not the best value of each variable, the others held at their first.

    The paper infers hardness from a joint space that grows exponentially. F of Eq. (22) over all joint actions of Eq.
    (25), in two systems. As printed: Eq. (13) hears all V vehicles, B_x = B/V, tasks do not share a processor; F is
    then a sum of one term a vehicle, one for the miner, one for the band, and one that falls in every efficiency. And
    the main reading, orthogonal slices and shared processors. Params: instances; n_vehicle, n_node, n_edge. Columns:
    mismatches and mismatches_shared, counts in the two systems; gap and gap_shared, the largest relative excess of F;
    tried; actions, joint actions an instance.
    """
    (unit,) = units
    v, q, e = (positive_int(name, params[name]) for name in ("n_vehicle", "n_node", "n_edge"))
    setting = Setting(n_vehicle=v, n_node=q, n_edge=e)
    slots = draw_instances(cast("int", params["instances"]), streams.rng("instance", unit), setting)
    printed, shared = [], []
    for slot in slots:
        printed.append(excess(printed_objective(slot, setting)))
        shared.append(excess(objective_table(slot, setting, SHARES)))
    return one(
        mismatches=sum(gap > ROUNDING for gap in printed),
        mismatches_shared=sum(gap > ROUNDING for gap in shared),
        gap=max(printed),
        gap_shared=max(shared),
        tried=len(slots),
        actions=len(EFFICIENCIES) ** q * (e + 1) ** v * e * len(SHARES),
    )


def separable_witness(columns: Columns) -> str:
    """Say how the optimum is found."""
    tried = columns["tried"][0]
    return (
        "heard by all vehicles, as Eq. (13) prints it, F separates: the best value of each variable alone is the best "
        f"of {columns['actions'][0]:g} joint actions in {tried - columns['mismatches'][0]:g} of {tried:g} instances; "
        f"with shared bands and processors in {tried - columns['mismatches_shared'][0]:g}"
    )


def excess(table: FloatArray) -> float:
    """Return by how much F of the best values one by one exceeds the least F, relative.

    `table`: F of all joint actions, one axis a variable; each variable is optimised with all others at index 0.
    """
    best = []
    for axis in range(table.ndim):
        line = np.moveaxis(table, axis, 0).reshape(table.shape[axis], -1)[:, 0]
        best.append(int(line.argmin()))
    least = float(table.min())
    return (float(table[tuple(best)]) - least) / least


def printed_objective(slot: Slot, setting: Setting) -> FloatArray:
    """Return F, one axis a variable, as printed: B_x = B/V whatever b, which only the links of the nodes see."""
    band = setting.radio.bandwidth_hz
    own = band / setting.n_vehicle
    tables = []
    for share in SHARES:
        radio = replace(
            setting.radio,
            access="noma_literal",
            bandwidth_hz=own,
            node_bandwidth_hz=own + setting.radio.node_bandwidth_hz - share * band,
        )
        printed = replace(setting, radio=radio, tasks=replace(setting.tasks, share_cpu=False))
        tables.append(objective_table(slot, printed, (1.0,)))
    return np.concatenate(tables, axis=-1)


def objective_table(slot: Slot, setting: Setting, shares: tuple[float, ...]) -> FloatArray:
    """Return F of all joint actions of one slot: an axis an efficiency, a vehicle, then the miner and the share."""
    q, v, e = setting.n_node, setting.n_vehicle, setting.n_edge
    parts = [*[EFFICIENCIES] * q, *[range(e + 1)] * v, range(1, e + 1), shares]
    rows = np.array(list(itertools.product(*parts)))
    actions = Action(
        efficiency=rows[:, :q],
        choice=rows[:, q : q + v].astype(np.int64),
        miner=rows[:, q + v].astype(np.int64),
        band_share=rows[:, -1],
    )
    return evaluate(slot, actions, setting).objective.value.reshape([len(part) for part in parts])


def draw_instances(count: int, rng: np.random.Generator, setting: Setting) -> list[Slot]:
    """Return independent slots with the laws of the main reading: tasks of 5 to 15 MB, places on the grid.

    Raises ValueError for a `count` below 1.
    """
    n = positive_int("instances", count)
    v, e = setting.n_vehicle, setting.n_edge
    places = walks(rng.spawn(n), n_vehicle=v, n_slot=1)
    shadowing = shadowing_walks(rng.spawn(n), n_slot=1, n_vehicle=v, n_edge=e)
    together = Slot(
        gain=db_to_linear(gain_db(places, device_places(e), shadowing))[:, 0],
        power_w=rng.choice([1.0, 5.0, 10.0, 20.0], (n, v, 1)).repeat(e, axis=-1),
        cycles=rng.choice([0.5e9, 1.8e9, 3.0e9], (n, v)),
        size_bits=BITS_PER_MB * rng.uniform(5.0, 15.0, (n, v)),
        vehicle_hz=0.5e9 * rng.uniform(0.7, 1.0, (n, v)),
        edge_hz=2.5e9 * rng.uniform(0.7, 1.0, (n, e)),
        length_km=rng.uniform(2.0, 20.0, (n, setting.n_node, v + e)),
        keys=rng.integers(500, 1501, (n, e)).astype(np.float64),
        time_s=np.zeros(n),
    )
    return [replace(together, **{f.name: getattr(together, f.name)[k] for f in fields(together)}) for k in range(n)]
