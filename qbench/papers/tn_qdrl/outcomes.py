"""What a run of chosen actions came to, slot by slot, from a menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench.papers.tn_qdrl._sums import ordered_sum
from qbench.papers.tn_qdrl.actions import CALIBRATED, EFFICIENCIES
from qbench.papers.tn_qdrl.menu import key_costs

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.tn_qdrl.menu import Menu
    from qbench.papers.tn_qdrl.parameters import Weights


@dataclass(frozen=True, eq=False)
class Chosen:
    """A joint action a slot.

    Attributes:
        efficiency: joint eta (T,), an index of 0..3^Q - 1.
        places: a (T, V).
        miner: w - 1 (T,).
        band: index of b (T,).

    """

    efficiency: IntArray
    places: IntArray
    miner: IntArray
    band: IntArray

    @classmethod
    def flat(cls, menu: Menu, index: IntArray) -> Chosen:
        """Return the actions of flat indices (T,)."""
        e, a, w, b = menu.space.parts(index)
        return cls(e, menu.space.places[a], w, b)

    @classmethod
    def components(cls, menu: Menu, chosen: IntArray) -> Chosen:
        """Return the actions of component choices (T, Q + V + 1), the last 2 (w - 1) + b."""
        q = menu.space.n_node
        efficiency = np.ravel_multi_index(tuple(chosen[:, :q].T), (len(EFFICIENCIES),) * q)
        return cls(efficiency, chosen[:, q:-1], chosen[:, -1] // 2, chosen[:, -1] % 2)

    def take(self, slots: IntArray) -> Chosen:
        """Return the actions of some slots."""
        return Chosen(self.efficiency[slots], self.places[slots], self.miner[slots], self.band[slots])


def calibrated_efficiency(n_node: int) -> int:
    """Return the index of the joint eta with 0.9 everywhere."""
    return int(np.ravel_multi_index((CALIBRATED,) * n_node, (len(EFFICIENCIES),) * n_node))


def task_times(menu: Menu, chosen: Chosen, slots: IntArray | None = None) -> FloatArray:
    """Return T_x (T, V), s, of the actions of `slots`, all by default."""
    from qbench.papers.tn_qdrl._menu_kernel import chosen_times

    t = np.arange(menu.n_slot) if slots is None else slots
    return np.asarray(chosen_times(menu.local_s, menu.away_s, t, chosen.places, chosen.band))


def key_sums(menu: Menu, chosen: Chosen, slots: IntArray | None = None, *, efficiency: int | None = None) -> FloatArray:
    """Return the sum of K over links (T,), bit/s; under the joint eta `efficiency` where given."""
    t = np.arange(menu.n_slot) if slots is None else slots
    e = chosen.efficiency if efficiency is None else np.full(len(t), efficiency)
    if menu.key_sum.shape[-1] == 1:
        return np.asarray(menu.key_sum[t, e, 0])
    a = np.ravel_multi_index(tuple(chosen.places.T), (menu.space.n_edge + 1,) * menu.space.n_vehicle)
    return np.asarray(menu.key_sum[t, e, a])


def cost_of_run(menu: Menu, chosen: Chosen, weights: Weights, kind: str, slots: IntArray | None = None) -> FloatArray:
    """Return the cost (T,) of a run, `kind` as in `menu.costs`."""
    t = np.arange(menu.n_slot) if slots is None else slots
    block = (menu.unweighed_s if kind == "delays" else menu.finality_s)[t, chosen.miner, chosen.band]
    delay = weights.delay_weight * (ordered_sum(task_times(menu, chosen, slots)) + block)
    if kind == "delays":
        return np.asarray(delay)
    return np.asarray(key_costs(key_sums(menu, chosen, slots), weights, kind) + delay)
