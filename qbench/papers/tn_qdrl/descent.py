"""Costs of a system whose joint actions cannot be listed: their mean exactly, their least by coordinates."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

import numpy as np

from qbench.papers.tn_qdrl.actions import BAND_SHARES, EFFICIENCIES
from qbench.papers.tn_qdrl.menu import NEEDS_LIST, key_costs

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.tn_qdrl._factored_kernel import Parts
    from qbench.papers.tn_qdrl.actions import ActionSpace
    from qbench.papers.tn_qdrl.menu import Menu
    from qbench.papers.tn_qdrl.parameters import Weights


def component_sizes(space: ActionSpace) -> tuple[int, ...]:
    """Return how many values each component has: eta_1..eta_Q, a_1..a_V, and w with b as one."""
    return (
        *(len(EFFICIENCIES),) * space.n_node,
        *(space.n_edge + 1,) * space.n_vehicle,
        len(BAND_SHARES) * space.n_edge,
    )


def slot_parts(menu: Menu, weights: Weights, kind: str) -> Parts:
    """Return what a slot's cost is made of, for the compiled loops; no states and no reward in it.

    Raises ValueError where keys depend on who offloads: components have one key term for all places.
    """
    from qbench.papers.tn_qdrl._factored_kernel import Parts

    if menu.key_sum.shape[-1] != 1:
        raise ValueError(NEEDS_LIST)
    block = menu.unweighed_s if kind == "delays" else menu.finality_s
    return Parts(
        codes=np.zeros((menu.n_slot + 1, menu.space.n_efficiency), dtype=np.int64),
        start=0,
        key=np.ascontiguousarray(key_costs(menu.key_sum, weights, kind)[..., 0]),
        local=menu.local_s,
        away=menu.away_s,
        block=block,
        weight=weights.delay_weight,
        base=0.0,
        scale=1.0,
        n_node=menu.space.n_node,
    )


def descended(parts: Parts, space: ActionSpace, slots: IntArray) -> IntArray:
    """Return component choices (slots, Q + V + 1) by coordinate descent: from all alone, eta = 1, w = 1, b = 0.9."""
    from qbench.papers.tn_qdrl._factored_kernel import descend

    sizes = np.array(component_sizes(space))
    start = np.zeros(len(sizes), dtype=np.int64)
    start[: space.n_node] = len(EFFICIENCIES) - 1
    return np.asarray(descend(parts, slots, start, sizes))


def mean_cost(parts: Parts) -> FloatArray:
    """Return the mean cost (T,) over all joint actions, exactly: the others at a device follow a binomial law."""
    n_vehicle, n_edge = parts.local.shape[1], parts.block.shape[1]
    share = 1.0 / (n_edge + 1)
    others = [comb(n_vehicle - 1, n) * share**n * (1.0 - share) ** (n_vehicle - 1 - n) for n in range(n_vehicle)]
    away = parts.away.mean(axis=-1) @ np.array(others)
    tasks = (share * (parts.local + away.sum(axis=-1))).sum(axis=-1)
    return np.asarray(parts.key.mean(axis=-1) + parts.weight * (tasks + parts.block.mean(axis=(1, 2))))


def factored_extremes(menu: Menu, weights: Weights, kind: str) -> tuple[FloatArray, FloatArray]:
    """Return the mean cost (T,) over all joint actions, and the cost (T,) that coordinate descent reaches."""
    from qbench.papers.tn_qdrl.outcomes import Chosen, cost_of_run

    parts = slot_parts(menu, weights, kind)
    found = descended(parts, menu.space, np.arange(menu.n_slot))
    return mean_cost(parts), cost_of_run(menu, Chosen.components(menu, found), weights, kind)
