"""The slot-by-slot loops of agents with a table, compiled: loaded by the first agent that learns.

Actions stand in the order in which ties fall, so that the first largest entry of a row is the greedy one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qbench.papers._compiled import kernel
from qbench.papers.tn_qdrl.grover import ROUNDING

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray


class World(NamedTuple):
    """What a kernel asks of the stream.

    codes (T + 1, 3^Q): the state of a slot for each joint eta of the slot before; start: that of slot 0; key
    (T, 3^Q, P), tasks (T, places, 2), block (T, E, 2): `menu.Costs`; weight: xi_1; base, scale: reward = base - scale
    cost.
    """

    codes: IntArray
    start: int
    key: FloatArray
    tasks: FloatArray
    block: FloatArray
    weight: float
    base: float
    scale: float


class Choices(NamedTuple):
    """What an agent may do: joint eta, joint a, w - 1, b (4, N), in the order of ties; place (N,) of the natural order.

    place[p]: where the p-th action in natural order stands in the order of ties.
    """

    parts: IntArray
    place: IntArray


class Rule(NamedTuple):
    """How an agent learns and explores.

    step: the learning rate; discount; epsilon (tau* + 1,): chance of a uniform draw after tau iterations; per_visit:
    iterations per visit of a state; decay: slots of the linear decay to `least`, 0 to explore by visits instead.
    """

    step: float
    discount: float
    epsilon: FloatArray
    per_visit: float
    decay: float
    least: float


@kernel
def first_largest(row: FloatArray) -> int:
    """Return the index of the first largest entry."""
    best = 0
    for i in range(1, len(row)):
        if row[i] > row[best]:
            best = i
    return best


@kernel
def reward_of(world: World, parts: IntArray, t: int, i: int) -> float:
    """Return the reward of action i in slot t."""
    e, a, w, b = parts[0, i], parts[1, i], parts[2, i], parts[3, i]
    key = world.key[t, e, a if world.key.shape[2] > 1 else 0]
    return float(world.base - world.scale * (key + world.weight * (world.tasks[t, a, b] + world.block[t, w, b])))


@kernel
def learn(world: World, choices: Choices, rule: Rule, uniform: FloatArray, table: FloatArray) -> IntArray:
    """Return the action of each slot (T,), in the order of ties; `uniform` (T, 2); `table` (states, N) is trained.

    Eq. (31) with the discount in place of Eq. (30)'s learning rate, across the ends of episodes.
    """
    n_slot, n = len(world.tasks), choices.parts.shape[1]
    chosen = np.empty(n_slot, dtype=np.int64)
    visits = np.zeros(len(table), dtype=np.int64)
    state = world.codes[0, world.start]
    for t in range(n_slot):
        if rule.decay > 0:
            epsilon = max(rule.least, 1.0 - t / rule.decay)
        else:
            epsilon = rule.epsilon[min(len(rule.epsilon) - 1, int(np.floor(rule.per_visit * visits[state])))]
        greedy = uniform[t, 0] >= epsilon
        i = first_largest(table[state]) if greedy else choices.place[int(uniform[t, 1] * n)]
        visits[state] += 1
        after = world.codes[t + 1, choices.parts[0, i]]
        target = reward_of(world, choices.parts, t, i) + rule.discount * table[after].max()
        table[state, i] += rule.step * (target - table[state, i])
        chosen[t] = i
        state = after
    return chosen


@kernel
def average(world: World, choices: Choices, rule: Rule, uniform: FloatArray) -> IntArray:
    """Return the action of each slot (T,) of a bandit that keeps the mean reward of each action, whatever the state.

    As `learn` otherwise, with epsilon falling by the slot; an action that was never tried is never the greedy one.
    """
    n_slot, n = len(world.tasks), choices.parts.shape[1]
    chosen = np.empty(n_slot, dtype=np.int64)
    total = np.zeros(n)
    count = np.zeros(n, dtype=np.int64)
    mean = np.full(n, -np.inf)
    for t in range(n_slot):
        greedy = uniform[t, 0] >= max(rule.least, 1.0 - t / rule.decay)
        i = first_largest(mean) if greedy else choices.place[int(uniform[t, 1] * n)]
        total[i] += reward_of(world, choices.parts, t, i)
        count[i] += 1
        mean[i] = total[i] / count[i]
        chosen[t] = i
    return chosen


@kernel
def reinforce(
    world: World, choices: Choices, rule: Rule, uniform: FloatArray, table: FloatArray, scale: float
) -> IntArray:
    """Return the action of each slot (T,) of an agent that amplifies what it did: T2, Dong et al. 2008.

    Amplitudes start uniform; after an action with amplitude c = sin(theta), L = int(scale (r + max Q')) iterations, at
    most pi/(4 theta) - 1/2, take it to sin((2 L + 1) theta), and the others keep their ratios. `uniform` (T, 2): its
    second column draws.
    """
    n_slot, n = len(world.tasks), choices.parts.shape[1]
    # Zeros until a state is seen: hardly any of the raw patterns is.
    amplitude = np.zeros(table.shape)
    chosen = np.empty(n_slot, dtype=np.int64)
    state = world.codes[0, world.start]
    for t in range(n_slot):
        row = amplitude[state]
        if row[0] == 0.0 and (row * row).sum() == 0.0:
            row[:] = 1.0 / np.sqrt(n)
        left = uniform[t, 1] * (row * row).sum()
        i = n - 1
        for k in range(n):
            left -= row[k] * row[k]
            if left < 0.0:
                i = k
                break
        after = world.codes[t + 1, choices.parts[0, i]]
        r = reward_of(world, choices.parts, t, i)
        best = table[after].max()
        table[state, i] += rule.step * (r + rule.discount * best - table[state, i])
        theta = np.arcsin(min(1.0, row[i]))
        if theta > 0.0:
            most = np.floor(np.pi / (4.0 * theta) - 0.5 + ROUNDING)
            n_turn = min(np.floor(scale * (r + best)), most)
            if n_turn > 0:
                others = np.cos((2.0 * n_turn + 1.0) * theta) / np.cos(theta)
                for k in range(n):
                    row[k] *= others
                row[i] = np.sin((2.0 * n_turn + 1.0) * theta)
        chosen[t] = i
        state = after
    return chosen
