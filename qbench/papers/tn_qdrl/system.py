"""One slot of the network: what a joint action does to keys, tasks, blocks and the objective.

Slots and actions have leading axes of their own that broadcast: slots (T, 1) and actions (N,) give outcomes (T, N).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array
from qbench.papers.tn_qdrl import chain_delays, latency
from qbench.papers.tn_qdrl.keys import Keys, after_use, link_keys
from qbench.papers.tn_qdrl.links import Links, as_choice, at_device, company, links
from qbench.papers.tn_qdrl.objective import Objective, objective
from qbench.papers.tn_qdrl.qkd import shares
from qbench.radio._arguments import refuse, same_grid

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.tn_qdrl.parameters import Setting


@dataclass(frozen=True, eq=False, kw_only=True)
class Slot:
    """What a slot brings, whatever the action; leading axes (*B) are common or broadcast.

    Attributes:
        length_km: l_ij (*B, Q, V + E), km of fibre; vehicles first, though no fibre reaches a moving vehicle.
        power_w: p (*B, V, E), W.
        gain: g (*B, V, E), power ratios.
        cycles: f (*B, V), cycles.
        size_bits: s (*B, V).
        vehicle_hz: c_v (*B, V), cycles/s.
        edge_hz: c_e (*B, E), cycles/s.
        keys: n_w (*B, E), keys of each node.
        time_s: age of the system (*B), s.

    Raises ValueError for values that are not finite. Signs and limits are the equations' and the constraints' business.

    """

    length_km: FloatArray
    power_w: FloatArray
    gain: FloatArray
    cycles: FloatArray
    size_bits: FloatArray
    vehicle_hz: FloatArray
    edge_hz: FloatArray
    keys: FloatArray
    time_s: FloatArray

    def __post_init__(self) -> None:
        for field in fields(self):
            axes = {"length_km": 2, "power_w": 2, "gain": 2, "time_s": 0}.get(field.name, 1)
            value = finite_array(field.name, getattr(self, field.name), ndim_at_least=axes)
            object.__setattr__(self, field.name, value)

    def fits(self, setting: Setting) -> None:
        """Raise ValueError, naming the array, unless all sizes are those of the setting."""
        v, e = setting.n_vehicle, setting.n_edge
        sizes = {"length_km": (setting.n_node, v + e), "power_w": (v, e), "gain": (v, e), "edge_hz": (e,), "keys": (e,)}
        for field in fields(self):
            own = sizes.get(field.name, () if field.name == "time_s" else (v,))
            shape = getattr(self, field.name).shape
            if own and shape[-len(own) :] != own:
                raise ValueError(f"{field.name} must end in {own} for this setting, got shape {shape}")

    def first(self, count: int) -> Slot:
        """Return the first `count` slots along the leading axis."""
        return Slot(**{field.name: getattr(self, field.name)[:count] for field in fields(self)})

    def beside_actions(self) -> Slot:
        """Return the slots (T,) with an axis of length 1 behind it for actions, (T, 1)."""
        return Slot(**{field.name: getattr(self, field.name)[:, np.newaxis] for field in fields(self)})


@dataclass(frozen=True, eq=False, kw_only=True)
class Action:
    """A joint action, Eq. (25); leading axes (*A).

    Attributes:
        efficiency: eta_i (*A, Q), shares.
        choice: a_x (*A, V): 0 to compute alone, else the edge device 1..E.
        miner: w (*A), the node 1..E that produces the block.
        band_share: b (*A), the vehicles' share of the band; the other nodes' links get the rest.

    Raises ValueError for shares outside [0, 1], a b of 0, and numbers that are not whole.

    """

    efficiency: FloatArray
    choice: IntArray
    miner: IntArray
    band_share: FloatArray

    def __post_init__(self) -> None:
        share = shares("band_share", self.band_share)
        refuse("band_share", share, share <= 0, "above 0", "a band of 0 Hz carries nothing")
        object.__setattr__(self, "band_share", share)
        object.__setattr__(self, "efficiency", shares("efficiency", self.efficiency))
        for name in ("choice", "miner"):
            value = np.asarray(getattr(self, name))
            if value.dtype.kind not in "iu":
                raise ValueError(f"{name} must hold whole numbers, got dtype {value.dtype}")
            object.__setattr__(self, name, value.astype(np.int64))


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a slot under an action comes to; leading axes as both together.

    Attributes:
        keys: quantum links.
        links: radio links, zeros for vehicles alone.
        task_s: T_x (..., V), Eq. (17), s.
        finality_s: T_b (...), Eq. (21) of the producer, s.
        node_band_hz: B_wi (..., E - 1), Hz, from the producer to each other node.
        objective: F, Eq. (22), and its terms.

    """

    keys: Keys
    links: Links
    task_s: FloatArray
    finality_s: FloatArray
    node_band_hz: FloatArray
    objective: Objective


def evaluate(slot: Slot, action: Action, setting: Setting) -> Outcome:
    """Return what `action` does in `slot`, Eqs. (1)-(22) in the readings of `setting`.

    An instance has the same bits in any batch. Raises ValueError for sizes that are not the setting's, devices and
    nodes that are not there, values of a slot that an equation refuses, and leading axes that do not broadcast.
    """
    slot.fits(setting)
    if action.efficiency.shape[-1:] != (setting.n_node,):
        raise ValueError(f"efficiency must end in {(setting.n_node,)}, got shape {action.efficiency.shape}")
    choice = as_choice(action.choice, setting.n_vehicle, setting.n_edge)
    same_grid(slot=np.empty(slot.cycles.shape[:-1]), action=np.empty(choice.shape[:-1]))
    radio = links(slot.power_w, slot.gain, choice, action.band_share, setting.radio)
    choice = np.broadcast_to(choice, radio.rate.shape)
    keys = link_keys(slot.length_km, action.efficiency, setting.qkd, time_s=slot.time_s)
    if setting.qkd.key_use == "consumed":
        keys = replace(keys, rate=after_use(keys.rate, np.where(choice > 0, slot.size_bits, 0.0), setting.qkd))
    tasks = _task_times(slot, choice, radio, setting)
    finality, node_band = _finality(slot, action, setting)
    return Outcome(keys, radio, tasks, finality, node_band, objective(keys.rate, tasks, finality, setting.weights))


def _task_times(slot: Slot, choice: IntArray, radio: Links, setting: Setting) -> FloatArray:
    alone = choice == 0
    edge_hz = at_device(np.broadcast_to(slot.edge_hz[..., np.newaxis, :], (*choice.shape, setting.n_edge)), choice)
    if setting.tasks.share_cpu:
        edge_hz = edge_hz / company(choice, setting.n_edge)
    # A vehicle alone has no link: any rate and device above 0 stand in for what task_time drops.
    away = latency.offload_time(
        slot.size_bits,
        slot.cycles,
        rate=np.where(alone, 1.0, radio.rate),
        edge_hz=np.where(alone, 1.0, edge_hz),
        result_bits=setting.tasks.result_share * slot.size_bits,
        relay_s_per_bit=setting.tasks.relay_s_per_bit,
    )
    return latency.task_time(alone, latency.local_time(slot.cycles, slot.vehicle_hz), away.total_s)


def _finality(slot: Slot, action: Action, setting: Setting) -> tuple[FloatArray, FloatArray]:
    n_edge, miner = setting.n_edge, action.miner
    if miner.size == 0 or miner.min() < 1 or miner.max() > n_edge:
        raise ValueError(f"miner must name nodes 1..{n_edge}, got {miner.tolist()!r:.60}")
    lead = same_grid(edge_hz=slot.edge_hz[..., 0], keys=slot.keys[..., 0], miner=np.empty(miner.shape))
    at = np.broadcast_to(miner, lead)
    miner_hz, keys = (at_device(np.broadcast_to(values, (*lead, n_edge)), at) for values in (slot.edge_hz, slot.keys))
    return finality(miner_hz, keys, action.band_share, setting)


def finality(
    miner_hz: FloatArray, keys: FloatArray, band_share: FloatArray, setting: Setting
) -> tuple[FloatArray, FloatArray]:
    """Return T_b (...), Eq. (21), s, of a producer, and its bands to each other node (..., E - 1), Hz.

    `miner_hz`: c_e of the producer, cycles/s; `keys`: its n_w; `band_share`: b, the vehicles' share of the band; all
    broadcast. Raises ValueError for a b that leaves the nodes no band, and what the delays refuse.
    """
    chain, radio, n_other = setting.chain, setting.radio, setting.n_edge - 1
    left = radio.node_bandwidth_hz - radio.bandwidth_hz * band_share
    if n_other:
        refuse("band_share", band_share, left <= 0, "small enough to leave the nodes a band", "C8 bounds both")
    node_band = np.repeat((left / max(1, n_other))[..., np.newaxis], n_other, axis=-1)
    generation = (
        chain_delays.generation_time(chain.block_bits, density=chain.density, miner_hz=chain.miner_share * miner_hz)
        if chain.listed_generation_s is None
        else np.asarray(chain.listed_generation_s)
    )
    propagation = chain_delays.propagation_time(
        keys,
        key_weighing_s=chain.key_weighing_s,
        vote_bits=np.asarray(chain.vote_bits),
        node_rates=radio.node_efficiency * node_band,
    )
    verification = chain_delays.verification_time(
        chain.header_bits,
        transaction_bits=chain.transaction_bits,
        n_transactions=chain.n_transactions,
        transaction_s=chain.transaction_s,
    )
    return chain_delays.finality_time(generation, propagation, verification), node_band
