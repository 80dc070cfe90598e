"""Agents whose actions are too many for one table: a table for each component, and the optimum by coordinates.

Components are eta_1..eta_Q, a_1..a_V, and producer with band as one (a component of two values cannot be amplified);
the last one's values are 2 (w - 1) + b.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qbench.papers._compiled import kernel
from qbench.papers.tn_qdrl._tabular_kernel import first_largest

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray


class Parts(NamedTuple):
    """What a slot's cost is made of, and its scale.

    codes (T + 1, 3^Q), start: as in `_tabular_kernel.World`; key (T, 3^Q); local (T, V); away (T, V, E, V, 2); block
    (T, E, 2); weight: xi_1; base, scale: reward = base - scale cost; n_node: Q.
    """

    codes: IntArray
    start: int
    key: FloatArray
    local: FloatArray
    away: FloatArray
    block: FloatArray
    weight: float
    base: float
    scale: float
    n_node: int


class Options(NamedTuple):
    """Values of each component (C, most), in the order of ties; place (C, most): of the natural order; n (C,)."""

    values: IntArray
    place: IntArray
    n: IntArray


class Exploration(NamedTuple):
    """Learning and exploration; epsilon (C, most iterations + 1), padded with its last entry. See `Rule`."""

    step: float
    discount: float
    epsilon: FloatArray
    per_visit: float
    decay: float
    least: float


@kernel
def joint_efficiency(action: IntArray, n_node: int) -> int:
    """Return the index of the joint eta."""
    e = 0
    for i in range(n_node):
        e = 3 * e + action[i]
    return e


@kernel
def task_sum(parts: Parts, t: int, action: IntArray) -> float:
    """Return the sum of T_x, s."""
    n_vehicle, n_edge = parts.local.shape[1], parts.block.shape[1]
    b = action[-1] % 2
    there = np.zeros(n_edge + 1, dtype=np.int64)
    for x in range(n_vehicle):
        there[action[parts.n_node + x]] += 1
    total = 0.0
    for x in range(n_vehicle):
        m = action[parts.n_node + x]
        total += parts.local[t, x] if m == 0 else parts.away[t, x, m - 1, there[m] - 1, b]
    return float(total)


@kernel
def cost_of(parts: Parts, t: int, action: IntArray) -> float:
    """Return the cost of a joint action (C,)."""
    last = action[-1]
    key = parts.key[t, joint_efficiency(action, parts.n_node)]
    return float(key + parts.weight * (task_sum(parts, t, action) + parts.block[t, last // 2, last % 2]))


@kernel
def learn_factored(
    parts: Parts, options: Options, rule: Exploration, uniform: FloatArray, table: FloatArray
) -> IntArray:
    """Return the joint action of each slot (T, C); `uniform` (T, C, 2); `table` (C, states, most) is trained.

    Every component learns by Eq. (31) from the common reward, as if the others were not there.
    """
    n_slot, n_part = uniform.shape[0], uniform.shape[1]
    chosen = np.empty((n_slot, n_part), dtype=np.int64)
    picked = np.empty(n_part, dtype=np.int64)
    visits = np.zeros(table.shape[1], dtype=np.int64)
    state = parts.codes[0, parts.start]
    for t in range(n_slot):
        turn = min(rule.epsilon.shape[1] - 1, int(np.floor(rule.per_visit * visits[state])))
        for c in range(n_part):
            epsilon = max(rule.least, 1.0 - t / rule.decay) if rule.decay > 0 else rule.epsilon[c, turn]
            n = options.n[c]
            if uniform[t, c, 0] >= epsilon:
                picked[c] = first_largest(table[c, state, :n])
            else:
                picked[c] = options.place[c, int(uniform[t, c, 1] * n)]
            chosen[t, c] = options.values[c, picked[c]]
        visits[state] += 1
        after = parts.codes[t + 1, joint_efficiency(chosen[t], parts.n_node)]
        r = parts.base - parts.scale * cost_of(parts, t, chosen[t])
        for c in range(n_part):
            best = table[c, after, : options.n[c]].max()
            table[c, state, picked[c]] += rule.step * (r + rule.discount * best - table[c, state, picked[c]])
        state = after
    return chosen


@kernel
def descend(parts: Parts, slots: IntArray, start: IntArray, n_value: IntArray) -> IntArray:
    """Return a joint action (slots, C) that no change of one component improves: coordinate descent from `start`.

    Components in order, over and over until none changes; a component moves only to what is better than the value it
    has, and of equally good ones to the lowest.
    """
    found = np.empty((len(slots), len(start)), dtype=np.int64)
    for k in range(len(slots)):
        action = start.copy()
        best = cost_of(parts, slots[k], action)
        moved = True
        while moved:
            moved = False
            for c in range(len(start)):
                held = action[c]
                for value in range(n_value[c]):
                    action[c] = value
                    now = cost_of(parts, slots[k], action)
                    if now < best:
                        best, held, moved = now, value, True
                action[c] = held
        found[k] = action
    return found
