"""A run of all schemes over one stream: what they saw, what they chose, and what could have been chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from qbench.papers.tn_qdrl.agents import LEAST_EPSILON, Agent, Draws, Scheme, epsilons, tie_order
from qbench.papers.tn_qdrl.amplitudes import GAIN
from qbench.papers.tn_qdrl.encoding import Encoder, raw_codes
from qbench.papers.tn_qdrl.menu import Menu, costs, menu
from qbench.papers.tn_qdrl.mps import draw_mps
from qbench.papers.tn_qdrl.outcomes import Chosen, calibrated_efficiency

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.tn_qdrl._tabular_kernel import World
    from qbench.papers.tn_qdrl.menu import Costs
    from qbench.papers.tn_qdrl.scenario import Calibration, Scenario


@dataclass(frozen=True, eq=False)
class Play:
    """One unit: T slots, and one more that the last action leads to.

    Attributes:
        scenario: the system.
        calibration: of that system.
        menu: outcomes of T slots.
        seen: features (T + 1, 3^Q, D) after each joint eta of the slot before.
        codes: states (T + 1, 3^Q) by the encoder.
        n_state: how many there are.
        order: permutation of the flat actions in which ties fall, or of each component's values.
        uniform: draws (T, 2), or (T, components, 2).
        training: generator for networks and replay.

    """

    scenario: Scenario
    calibration: Calibration
    menu: Menu
    seen: FloatArray
    codes: IntArray
    n_state: int
    order: tuple[IntArray, ...]
    uniform: FloatArray
    training: np.random.Generator

    @classmethod
    def draw(
        cls,
        scenario: Scenario,
        calibration: Calibration,
        agent: Agent,
        *,
        instance: np.random.Generator,
        algorithm: np.random.Generator,
    ) -> Play:
        """Draw a unit: its stream from `instance`, its network, order of ties and exploration from `algorithm`."""
        from qbench.papers.tn_qdrl.descent import component_sizes

        space = scenario.space
        slots = scenario.draw(instance, scenario.n_slot + 1)
        draws = Draws.of(algorithm)
        seen = scenario.see(slots, space.efficiencies)
        network = draw_mps(draws.network, seen.shape[-1], bond=agent.bond, n_out=agent.n_bit, label=agent.label)
        encoder = Encoder.fit(network, calibration.sample, feature=agent.feature)
        sizes = (space.n,) if space.is_flat else component_sizes(space)
        order = tuple(draws.order.permutation(size) for size in sizes)
        shape = (scenario.n_slot, 2) if space.is_flat else (scenario.n_slot, len(sizes), 2)
        return cls(
            scenario,
            calibration,
            menu(slots.first(scenario.n_slot), scenario.setting),
            seen,
            encoder.codes(seen),
            encoder.n_state,
            order,
            draws.uniform.random(shape),
            draws.training,
        )

    @property
    def start(self) -> int:
        """Index of the joint eta before the first slot: 0.9 everywhere."""
        return calibrated_efficiency(self.scenario.setting.n_node)

    def costs(self, scheme: Scheme) -> Costs:
        """Return what a scheme pays, for a flat system."""
        return costs(self.menu, self.scenario.setting.weights, scheme.cost(self.calibration.reward.cost))


def run_scheme(play: Play, scheme: Scheme, agent: Agent, *, raw: bool = False) -> Chosen:
    """Return what a scheme with a table chose in each slot; `raw`: its states are patterns of raw features.

    A unit has the same bits whatever else runs. Raises ValueError where a system without a flat list meets what needs
    one: amplitudes, states of raw features; and where a network stands in the scheme's place.
    """
    if (name := scheme.network(agent)) is not None:
        raise ValueError(f"scheme {scheme.name!r} keeps no table with {name!r} in its place; use networks.chosen_by")
    if not play.menu.space.is_flat:
        from qbench.papers.tn_qdrl.factored import run_factored

        return run_factored(play, scheme, replace(agent, rival_state="raw") if raw else agent)
    subset = play.menu.space.subset(scheme.subset)
    if scheme.explores == "always":
        return Chosen.flat(play.menu, subset[(play.uniform[:, 1] * len(subset)).astype(np.int64)])
    from qbench.papers.tn_qdrl import _tabular_kernel as kernels

    kept, place = tie_order(play.order[0], subset)
    raw = raw or (scheme.explores == "decay" and agent.rival_state == "raw")
    codes, n_state = raw_codes(play.seen, play.calibration.sample) if raw else (play.codes, play.n_state)
    # Zeros are not stored before they are touched: hardly any of the raw patterns is.
    table = np.zeros((n_state, len(subset)))
    if agent.start_value:
        table += agent.start_value
    decays = scheme.explores == "decay" and not agent.law
    rule = kernels.Rule(
        step=agent.learning_rate,
        discount=agent.discount,
        epsilon=epsilons(len(subset)),
        per_visit=agent.per_visit,
        decay=float(agent.decay) if decays else 0.0,
        least=LEAST_EPSILON,
    )
    choices = kernels.Choices(np.ascontiguousarray(np.stack(play.menu.space.parts(kept))), place)
    world = world_of(play, scheme, codes)
    if agent.agent == "amplitude" and scheme.explores == "visits":
        found = kernels.reinforce(world, choices, rule, play.uniform, table, GAIN)
    else:
        found = kernels.learn(world, choices, rule, play.uniform, table)
    return Chosen.flat(play.menu, kept[found])


def world_of(play: Play, scheme: Scheme, codes: IntArray) -> World:
    """Return what the compiled loops read for one scheme."""
    from qbench.papers.tn_qdrl._tabular_kernel import World

    own, reward = play.costs(scheme), play.calibration.reward
    return World(codes, play.start, own.key, own.tasks_s, own.block_s, own.delay_weight, reward.base, reward.scale)


def best_of_slots(play: Play, scheme: Scheme) -> Chosen:
    """Return a best action of each slot: of equal ones the first a, then the first b, eta and w."""
    own = play.costs(scheme)
    delay = own.tasks_s + own.block_s.min(axis=1)[:, np.newaxis]
    # One key term for all places, or one each where offloading costs keys.
    eta = own.key.argmin(axis=1)
    total = own.key.min(axis=1)[:, :, np.newaxis] + own.delay_weight * delay
    flat = total.reshape(len(total), -1).argmin(axis=1)
    a, b = np.unravel_index(flat, total.shape[1:])
    t = np.arange(len(total))
    best_eta = eta[t, a if eta.shape[1] > 1 else 0]
    return Chosen(best_eta, play.menu.space.places[a], own.block_s[t, :, b].argmin(axis=1), b)


def best_of_states(play: Play, scheme: Scheme, *, by_state: bool) -> Chosen:
    """Return the best constant action of the whole run, or the best for each state that an eta of 1 leads to.

    Chosen with the whole run known: a bound for policies of that kind, not a method.
    """
    own = play.costs(scheme)
    best_eta = play.menu.space.n_efficiency - 1
    states = play.codes[:-1, best_eta] if by_state else np.zeros(play.menu.n_slot, dtype=np.int64)
    index = np.zeros(play.menu.n_slot, dtype=np.int64)
    for state in np.unique(states):
        here = np.flatnonzero(states == state)
        index[here] = int(own.over(here).of_all()[0].argmin())
    return Chosen.flat(play.menu, index)
