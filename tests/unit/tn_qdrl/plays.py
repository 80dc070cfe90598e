"""Short plays of agents for tests, on streams that no study reads, and the same units put together in plain Python."""

from __future__ import annotations

import itertools
import statistics
from dataclasses import replace
from functools import cache

import numpy as np

from qbench.evidence.streams import Streams
from qbench.papers.tn_qdrl.actions import ActionSpace
from qbench.papers.tn_qdrl.agents import SCHEMES, Agent
from qbench.papers.tn_qdrl.descent import factored_extremes
from qbench.papers.tn_qdrl.menu import costs, menu
from qbench.papers.tn_qdrl.mps import draw_mps
from qbench.papers.tn_qdrl.play import Play
from qbench.papers.tn_qdrl.reward import calibrated
from qbench.papers.tn_qdrl.scenario import SYSTEM, Calibration, Scenario
from qbench.papers.tn_qdrl.stream import draw_stream
from qbench.papers.tn_qdrl.system import evaluate
from qbench.radio.draws import spawn
from tests.oracles import tn_qdrl_agents_reference as reference
from tests.oracles.tn_qdrl_search_reference import encode
from tests.unit.tn_qdrl.slots import at

STREAMS = Streams("tn_qdrl/tests", salt=11)
BY_NAME = {scheme.name: scheme for scheme in SCHEMES}
CALIBRATION = "tn_qdrl/tests/calibration"
N_SAMPLE, N_EPISODE = 40, 6
EAGER = Agent(per_visit=0.7, decay=60, learning_rate=0.3)
"""Explores within some 100 slots what agents of studies explore within 16 000."""


def make_scenario(**changes):
    return Scenario.of({**SYSTEM, "episodes": N_EPISODE, **changes})


def rng(axis, unit=0):
    return STREAMS.rng(axis, unit)


def calibration_slots(scenario):
    return scenario.draw(STREAMS.rng("instance", 0, CALIBRATION), N_SAMPLE)


def make_calibration(scenario):
    """As `scenario.calibrate`, from 40 slots."""
    slots = calibration_slots(scenario)
    table, weights = menu(slots, scenario.setting), scenario.setting.weights
    if scenario.space.is_flat:
        own = costs(table, weights)
        mean, least = own.mean(), own.least()
    else:
        mean, least = factored_extremes(table, weights, "objective")
    sample = scenario.see(slots, np.full((1, scenario.setting.n_node), 0.9))[:, 0]
    return Calibration(calibrated(scenario.reward, mean, least), sample, float(mean.mean()))


@cache
def make_play(agent=EAGER, unit=0, **changes):
    """A unit of 6 episodes."""
    return draw_play(make_scenario(**changes), agent, unit)


def draw_play(scenario, agent=EAGER, unit=0):
    rngs = {axis: rng(axis, unit) for axis in ("instance", "algorithm")}
    return Play.draw(scenario, make_calibration(scenario), agent, **rngs)


# --- the same unit from the spec's text: no menu, no compiled loop ---


class PlainUnit:
    """One unit as the reference reads it; actions are flat indices, or lists of a value a component."""

    def __init__(self, scenario, agent, reward, *, keyless=False):
        self.scenario, self.reward_of, self.keyless = scenario, reward, keyless
        self.space = ActionSpace.of(scenario.setting)
        _, self.order_rng, self.uniform_rng, _ = spawn(rng("algorithm"), 4)
        self.first = (0.9,) * scenario.setting.n_node
        self.seer = plain_seer(
            scenario.setting,
            scenario.observation,
            scenario.size_mb,
            agent.bond,
            agent.n_bit,
            agent.feature,
            agent.label,
        )

    def state(self, t, eta):
        return self.seer.state(t, eta)

    def eta(self, a):
        return tuple(self.action(a).efficiency.tolist())

    def action(self, a):
        if not isinstance(a, list):
            return self.space.action(a)
        return self.space.from_components(np.array([*a[:-1], a[-1] // 2, a[-1] % 2]))

    def reward(self, t, a):
        """r = base - scale F, or the sum of keys less the delays: of the slot's evaluation, not of a menu."""
        delay, keys = self.seer.delay_and_keys(t, a, self.action, weighed=not self.keyless)
        if self.scenario.reward == "add":
            return (0.0 if self.keyless else 0.6 * 0.5 * keys) - delay
        f = delay + (0.0 if self.keyless else 0.6 / (0.5 * keys))
        return self.reward_of.base - self.reward_of.scale * f


class PlainSeer:
    """What a unit's observations and slots come to, each worked out once."""

    def __init__(self, setting, observation, size_mb, bond, n_bit, feature, label):
        self.tasks, self.size_mb, self.feature = observation == "aug", size_mb, feature
        self.settings = {
            True: setting,
            False: replace(setting, chain=replace(setting.chain, key_weighing_s=0.0)),
        }
        self.slots = draw_stream(rng("instance"), setting, N_EPISODE * 20 + 1, size_mb=size_mb)
        sample = draw_stream(STREAMS.rng("instance", 0, CALIBRATION), setting, N_SAMPLE, size_mb=size_mb)
        seen = [self.see(at(sample, t), (0.9,) * setting.n_node) for t in range(N_SAMPLE)]
        self.mps = draw_mps(spawn(rng("algorithm"), 4)[0], len(seen[0]), bond=bond, n_out=n_bit, label=label)
        self.medians = [statistics.median(column) for column in zip(*map(self.outputs, seen), strict=True)]
        self.states, self.parts = {}, {}

    def see(self, slot, eta):
        return reference.observation(slot, eta, tasks=self.tasks, mean_mb=self.size_mb)

    def outputs(self, seen):
        m = self.mps
        return encode(m.left.tolist(), m.cores.tolist(), m.label, m.right.tolist(), m.at, seen, self.feature).tolist()

    def state(self, t, eta):
        if (t, eta) not in self.states:
            self.states[t, eta] = reference.code(self.outputs(self.see(at(self.slots, t), eta)), self.medians)
        return self.states[t, eta]

    def delay_and_keys(self, t, a, action, *, weighed):
        """xi_1 (sum T_x + T_b) and sum K."""
        space = ActionSpace.of(self.settings[weighed])
        if space.n > 2000:
            found = evaluate(at(self.slots, t), action(a), self.settings[weighed])
            return float(found.objective.delay_term), float(found.keys.rate.sum())
        if weighed not in self.parts:
            every = space.from_components(np.array(list(itertools.product(*map(range, space.nvec)))))
            found = evaluate(self.slots.beside_actions(), every, self.settings[weighed])
            keys = np.broadcast_to(found.keys.rate.sum(axis=(-2, -1)), found.objective.delay_term.shape)
            self.parts[weighed] = found.objective.delay_term, keys
        flat = int(np.ravel_multi_index((*a[:-1], a[-1] // 2, a[-1] % 2), space.nvec)) if isinstance(a, list) else a
        delay, keys = self.parts[weighed]
        return float(delay[t, flat]), float(keys[t, flat])


@cache
def plain_seer(*of):
    return PlainSeer(*of)
