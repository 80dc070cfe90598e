"""What every joint action of every slot comes to, from parts that do not repeat.

Keys depend on the efficiencies (and on who offloads where offloading consumes keys), a task on its own place, on how
many share it and on the band, finality on producer and band. `system.evaluate` is the plain way to the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import one_of
from qbench.papers.tn_qdrl import latency
from qbench.papers.tn_qdrl._sums import ordered_sum
from qbench.papers.tn_qdrl.actions import BAND_SHARES, ActionSpace
from qbench.papers.tn_qdrl.keys import after_use, link_keys
from qbench.papers.tn_qdrl.links import sinr_of_all
from qbench.papers.tn_qdrl.system import finality
from qbench.radio import rate_from_sinr

COSTS = ("objective", "additive", "delays")
NEEDS_LIST = "key_use consumed needs a flat list of actions: keys there depend on all places at once"

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.tn_qdrl.parameters import Setting, Weights
    from qbench.papers.tn_qdrl.system import Slot


@dataclass(frozen=True, eq=False)
class Menu:
    """Outcomes of T slots under every choice.

    Attributes:
        space: the joint actions.
        key_sum: sum of K over links, bit/s, (T, 3^Q, P): P = 1, or one for each joint a where offloading costs keys.
        local_s: T_x of a vehicle that computes alone, s, (T, V).
        away_s: T_x at device m of n vehicles there, s, (T, V, E, V, 2): axes x, m - 1, n - 1, b.
        tasks_s: sum of T_x over vehicles, s, (T, (E + 1)^V, 2): axes joint a, b; None without a flat list.
        finality_s: T_b, s, (T, E, 2): axes w - 1, b.
        unweighed_s: T_b with no keys to weigh, s, (T, E, 2).

    """

    space: ActionSpace
    key_sum: FloatArray
    local_s: FloatArray
    away_s: FloatArray
    tasks_s: FloatArray | None
    finality_s: FloatArray
    unweighed_s: FloatArray

    @property
    def n_slot(self) -> int:
        """T."""
        return int(self.local_s.shape[0])

    @property
    def n_link(self) -> int:
        """Q (V + E), quantum links."""
        return self.space.n_node * (self.space.n_vehicle + self.space.n_edge)

    @property
    def tasks(self) -> FloatArray:
        """`tasks_s`; ValueError where the system has no flat list."""
        self.space.require_flat()
        assert self.tasks_s is not None  # noqa: S101 - for the type checker
        return self.tasks_s


def menu(slots: Slot, setting: Setting) -> Menu:
    """Return the outcomes of `slots` (T,), in the readings of `setting`.

    Raises ValueError for "noma_sic", where the rate depends on which vehicles share a device and not on how many, for
    "consumed" keys without a flat list, for vehicles that leave the nodes no band (C8), and for slots of other sizes or
    with other leading axes.
    """
    slots.fits(setting)
    if slots.cycles.ndim != 2:
        raise ValueError(f"slots must have one leading axis (T,), got cycles of shape {slots.cycles.shape}")
    if setting.radio.access == "noma_sic":
        raise ValueError("access noma_sic has no menu: cancellation depends on who shares a device; use evaluate")
    space = ActionSpace.of(setting)
    local = latency.local_time(slots.cycles, slots.vehicle_hz)
    away = _away(slots, setting)
    tasks = _sums(local, away, space.places) if space.is_flat else None
    return Menu(
        space,
        _key_sums(slots, setting, space),
        local,
        away,
        tasks,
        _finality(slots, setting),
        _finality(slots, replace(setting, chain=replace(setting.chain, key_weighing_s=0.0))),
    )


def _away(slots: Slot, setting: Setting) -> FloatArray:
    v = setting.n_vehicle
    n = np.arange(1, v + 1)[:, np.newaxis]
    whole = setting.radio.bandwidth_hz * np.array(BAND_SHARES)
    sinr, band = sinr_of_all(slots.power_w * slots.gain, n, whole, setting.radio)
    rate = rate_from_sinr(np.ascontiguousarray(sinr), band)
    if setting.radio.access == "fixed":
        rate = np.full_like(rate, setting.radio.fixed_rate)
    edge_hz = slots.edge_hz[:, np.newaxis, :, np.newaxis, np.newaxis]
    size, cycles = (values[:, :, np.newaxis, np.newaxis, np.newaxis] for values in (slots.size_bits, slots.cycles))
    return latency.offload_time(
        size,
        cycles,
        rate=rate,
        edge_hz=edge_hz / n if setting.tasks.share_cpu else edge_hz,
        result_bits=setting.tasks.result_share * size,
        relay_s_per_bit=setting.tasks.relay_s_per_bit,
    ).total_s


def _sums(local_s: FloatArray, away_s: FloatArray, places: IntArray) -> FloatArray:
    from qbench.papers.tn_qdrl._menu_kernel import task_sums

    return np.asarray(task_sums(local_s, away_s, places))


def _key_sums(slots: Slot, setting: Setting, space: ActionSpace) -> FloatArray:
    rate = link_keys(
        slots.length_km[:, np.newaxis], space.efficiencies, setting.qkd, time_s=slots.time_s[:, np.newaxis]
    ).rate
    if setting.qkd.key_use != "consumed":
        return ordered_sum(rate.reshape(*rate.shape[:-2], -1))[..., np.newaxis]
    if not space.is_flat:
        raise ValueError(NEEDS_LIST)
    sums = []
    for choice in space.places:
        left = after_use(rate, np.where(choice > 0, slots.size_bits, 0.0)[:, np.newaxis], setting.qkd)
        sums.append(ordered_sum(left.reshape(*left.shape[:-2], -1)))
    return np.stack(sums, axis=-1)


def _finality(slots: Slot, setting: Setting) -> FloatArray:
    return finality(slots.edge_hz[..., np.newaxis], slots.keys[..., np.newaxis], np.array(BAND_SHARES), setting)[0]


@dataclass(frozen=True, eq=False)
class Costs:
    """A sum to be made small, slot by slot: key + xi_1 (tasks + block).

    Attributes:
        space: the joint actions.
        key: (T, 3^Q, P).
        tasks_s: (T, (E + 1)^V, 2).
        block_s: (T, E, 2).
        delay_weight: xi_1.

    """

    space: ActionSpace
    key: FloatArray
    tasks_s: FloatArray
    block_s: FloatArray
    delay_weight: float

    def of_all(self) -> FloatArray:
        """Return the cost of every flat action, (T, N); that of F has the bits of `system.evaluate`."""
        key = self.key[:, :, :, np.newaxis, np.newaxis]
        delay = self.tasks_s[:, :, np.newaxis] + self.block_s[:, np.newaxis]
        return np.asarray(key + self.delay_weight * delay[:, np.newaxis]).reshape(len(key), -1)

    def of(self, index: IntArray) -> FloatArray:
        """Return the cost (T,) of one flat action a slot, `index` (T,)."""
        e, a, w, b = self.space.parts(index)
        t = np.arange(len(self.key))
        key = self.key[t, e, a if self.key.shape[-1] > 1 else 0]
        return np.asarray(key + self.delay_weight * (self.tasks_s[t, a, b] + self.block_s[t, w, b]))

    def mean(self) -> FloatArray:
        """Return the mean (T,) over all flat actions."""
        return np.asarray(
            self.key.mean(axis=(1, 2))
            + self.delay_weight * (self.tasks_s.mean(axis=(1, 2)) + self.block_s.mean(axis=(1, 2)))
        )

    def least(self) -> FloatArray:
        """Return the minimum (T,) over all flat actions: the exact optimum of a slot."""
        key = self.key.min(axis=1)[:, :, np.newaxis]
        delay = self.tasks_s + self.block_s.min(axis=1)[:, np.newaxis]
        return np.asarray((key + self.delay_weight * delay).min(axis=(1, 2)))

    def over(self, slots: IntArray | slice) -> Costs:
        """Return the mean over some slots as costs of a single one."""
        return replace(
            self,
            **{name: getattr(self, name)[slots].mean(axis=0)[np.newaxis] for name in ("key", "tasks_s", "block_s")},
        )


def costs(menu: Menu, weights: Weights, kind: str = "objective") -> Costs:
    """Return a cost of `menu`, of a flat system.

    "objective": F of Eq. (22), as `objective` has it. "additive": xi_1 (sum T_x + T_b) - (1 - xi_1) xi_2 sum K.
    "delays": F without its keys, and no keys weighed in T_b: what a scheme without quantum keys pays. Raises ValueError
    for another kind and a system without a flat list.
    """
    key = key_costs(menu.key_sum, weights, kind)
    block = menu.unweighed_s if kind == "delays" else menu.finality_s
    return Costs(menu.space, key, menu.tasks, block, weights.delay_weight)


def key_costs(key_sum: FloatArray, weights: Weights, kind: str) -> FloatArray:
    """Return what keys contribute to a cost: (1 - xi_1)/(xi_2 sum K), or -(1 - xi_1) xi_2 sum K where "additive".

    Any shape; "delays" gives 0. Raises ValueError for another kind.
    """
    if one_of("kind", kind, COSTS) == "delays":
        return np.zeros_like(key_sum)
    if kind == "additive":
        return np.asarray(-(1.0 - weights.delay_weight) * weights.key_scale * key_sum)
    floored = np.maximum(weights.key_floor, key_sum)
    return np.asarray((1.0 - weights.delay_weight) / (weights.key_scale * floored))
