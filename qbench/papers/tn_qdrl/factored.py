"""Schemes of a system whose joint actions cannot be listed: a table for each component of the action."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.papers.tn_qdrl.actions import CALIBRATED
from qbench.papers.tn_qdrl.agents import LEAST_EPSILON, Agent, Scheme, epsilons, tie_order
from qbench.papers.tn_qdrl.descent import component_sizes, descended, slot_parts
from qbench.papers.tn_qdrl.outcomes import Chosen

if TYPE_CHECKING:
    from qbench._arrays import IntArray
    from qbench.papers.tn_qdrl._factored_kernel import Parts
    from qbench.papers.tn_qdrl.actions import ActionSpace
    from qbench.papers.tn_qdrl.play import Play

EVERY = 5
"""Slots from one optimum by coordinates to the next."""


def allowed(space: ActionSpace, subset: str) -> list[IntArray]:
    """Return the values that a scheme may give each component; see `ActionSpace.subset`."""
    values = [np.arange(size) for size in component_sizes(space)]
    if subset == "alone":
        values[space.n_node : -1] = [np.zeros(1, dtype=np.int64)] * space.n_vehicle
    elif subset == "fixed_band":
        values[-1] = values[-1][values[-1] % 2 == 0]
    elif subset == "fixed_keys":
        values[: space.n_node] = [np.array([CALIBRATED])] * space.n_node
    elif subset != "all":
        raise ValueError(f"subset must be all, alone, fixed_band or fixed_keys, got {subset!r}")
    return values


def run_factored(play: Play, scheme: Scheme, agent: Agent) -> Chosen:
    """Return what a scheme chose in each slot. Raises ValueError for amplitudes and for states of raw features."""
    if agent.agent != "grover" or agent.rival_state != "mps":
        raise ValueError(
            f"agent {agent.agent!r} with states {agent.rival_state!r} needs a flat list of actions; "
            "components learn as 'grover' on 'mps'"
        )
    from qbench.papers.tn_qdrl import _factored_kernel as kernels

    values = allowed(play.menu.space, scheme.subset)
    n = np.array([len(each) for each in values])
    if scheme.explores == "always":
        drawn = (play.uniform[..., 1] * n).astype(np.int64)
        picked = np.stack([each[drawn[:, c]] for c, each in enumerate(values)], axis=-1)
        return Chosen.components(play.menu, picked)
    most = int(n.max())
    held, place = np.zeros((2, len(values), most), dtype=np.int64)
    for c, each in enumerate(values):
        held[c, : n[c]], place[c, : n[c]] = tie_order(play.order[c], each)
    laws = [epsilons(int(count)) for count in n]
    longest = max(map(len, laws))
    decays = scheme.explores == "decay" and not agent.law
    rule = kernels.Exploration(
        step=agent.learning_rate,
        discount=agent.discount,
        epsilon=np.stack([np.pad(law, (0, longest - len(law)), mode="edge") for law in laws]),
        per_visit=agent.per_visit,
        decay=float(agent.decay) if decays else 0.0,
        least=LEAST_EPSILON,
    )
    table = np.full((len(values), play.n_state, most), agent.start_value)
    options = kernels.Options(held, place, n)
    found = kernels.learn_factored(parts_of(play, scheme), options, rule, play.uniform, table)
    return Chosen.components(play.menu, np.asarray(found))


def parts_of(play: Play, scheme: Scheme) -> Parts:
    """Return what the compiled loop reads for one scheme."""
    reward = play.calibration.reward
    parts = slot_parts(play.menu, play.scenario.setting.weights, scheme.cost(reward.cost))
    return parts._replace(codes=play.codes, start=play.start, base=reward.base, scale=reward.scale)


def optimum_by_coordinates(play: Play, scheme: Scheme) -> tuple[IntArray, Chosen]:
    """Return every fifth slot, and what coordinate descent chooses there."""
    slots = np.arange(0, play.menu.n_slot, EVERY)
    found = descended(parts_of(play, scheme), play.menu.space, slots)
    return slots, Chosen.components(play.menu, found)


def constant_by_coordinates(play: Play, scheme: Scheme, *, by_state: bool) -> Chosen:
    """Return the constant action that descent finds for the mean of the whole run, or for that of each state.

    As `play.best_of_states`, but for the guarantee.
    """
    parts = parts_of(play, scheme)
    best_eta = play.menu.space.n_efficiency - 1
    states = play.codes[:-1, best_eta] if by_state else np.zeros(play.menu.n_slot, dtype=np.int64)
    chosen = np.zeros((play.menu.n_slot, len(component_sizes(play.menu.space))), dtype=np.int64)
    for state in np.unique(states):
        here = states == state
        means = {
            name: getattr(parts, name)[here].mean(axis=0)[np.newaxis] for name in ("key", "local", "away", "block")
        }
        chosen[here] = descended(parts._replace(**means), play.menu.space, np.zeros(1, dtype=np.int64))
    return Chosen.components(play.menu, chosen)
