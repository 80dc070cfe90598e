"""One system with its stream, and what is known of it before a run: the params of the studies, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qbench._check import in_interval, one_of, positive_int
from qbench.papers.tn_qdrl.actions import CALIBRATED, EFFICIENCIES, ActionSpace
from qbench.papers.tn_qdrl.descent import factored_extremes
from qbench.papers.tn_qdrl.menu import Menu, costs, menu
from qbench.papers.tn_qdrl.observation import OBSERVATIONS, features
from qbench.papers.tn_qdrl.parameters import Qkd, Radio, Setting, Tasks
from qbench.papers.tn_qdrl.reward import EPISODE, REWARDS, Reward, calibrated
from qbench.papers.tn_qdrl.stream import TRAFFIC, draw_stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench._arrays import FloatArray
    from qbench.papers._study import Params, Streams
    from qbench.papers.tn_qdrl.system import Slot

CALIBRATION = "tn_qdrl/calibration"
N_CALIBRATION, N_SAMPLE = 4000, 2000
"""Slots behind the unit of a reward, and those of them behind medians."""

SYSTEM: Mapping[str, Any] = {
    "n_vehicle": 3,
    "n_node": 1,
    "n_edge": 2,
    "size_mb": 10.0,
    "access": "ofdma",
    "share_cpu": True,
    "key_rate": "printed",
    "key_use": "free",
    "observation": "literal",
    "reward": "shift",
    "episodes": 800,
    "seeds": 8,
    "traffic": "manhattan",
}
"""Params that every study of agents knows, with the values of the main reading; seeds: streams of a unit."""


@dataclass(frozen=True, eq=False)
class Scenario:
    """A system, its tasks, and what agents see and are paid.

    Attributes:
        setting: the system.
        size_mb: mean size of a task, MB.
        observation: "literal" or "aug".
        reward: "shift", "neg" or "add".
        n_episode: episodes of 20 slots.
        traffic: "manhattan", the walk on the grid, or "sumo", the recorded trace.

    """

    setting: Setting
    size_mb: float
    observation: str
    reward: str
    n_episode: int
    traffic: str = "manhattan"

    @classmethod
    def of(cls, params: Params) -> Scenario:
        """Return the scenario that a study's params name; ValueError for values that make no system."""
        p = cast("dict[str, Any]", params)
        return cls(
            Setting(
                n_vehicle=p["n_vehicle"],
                n_node=p["n_node"],
                n_edge=p["n_edge"],
                qkd=Qkd(key_rate=p["key_rate"], key_use=p["key_use"]),
                radio=Radio(access=p["access"]),
                tasks=Tasks(share_cpu=p["share_cpu"]),
            ),
            in_interval("size_mb", float(p["size_mb"]), 0.0, 1e6, lo_open=True),
            one_of("observation", p["observation"], OBSERVATIONS),
            one_of("reward", p["reward"], REWARDS),
            positive_int("episodes", p["episodes"]),
            one_of("traffic", p["traffic"], TRAFFIC),
        )

    @property
    def space(self) -> ActionSpace:
        """The joint actions."""
        return ActionSpace.of(self.setting)

    @property
    def n_slot(self) -> int:
        """T, slots of a run."""
        return self.n_episode * EPISODE

    def draw(self, rng: np.random.Generator, n_slot: int) -> Slot:
        """Return a stream of the system's slots."""
        return draw_stream(rng, self.setting, n_slot, size_mb=self.size_mb, traffic=self.traffic)

    def see(self, slots: Slot, efficiency: FloatArray) -> FloatArray:
        """Return features (T, 3^Q, D) of `slots` after each joint eta (3^Q, Q) of the slot before."""
        return features(slots.beside_actions(), efficiency, self.setting, kind=self.observation, size_mb=self.size_mb)


@dataclass(frozen=True, eq=False)
class Calibration:
    """What is fixed before a run, from slots that no run sees.

    Attributes:
        reward: what agents are paid.
        sample: features (2000, D) at eta = 0.9, for medians.
        mean_cost: size of the mean of the reward's cost over all actions and slots, which is negative under "add"; the
            unit of a network's rewards.

    """

    reward: Reward
    sample: FloatArray
    mean_cost: float


def calibrate(scenario: Scenario, streams: Streams) -> Calibration:
    """Return the calibration of a system: unit 0 of the stream `CALIBRATION`, the same for every run of the system."""
    slots = scenario.draw(streams.rng("instance", 0, CALIBRATION), N_CALIBRATION)
    table = menu(slots, scenario.setting)
    mean, least = _extremes(table, scenario, "objective")
    reward = calibrated(scenario.reward, mean, least)
    own = mean if reward.cost == "objective" else _extremes(table, scenario, reward.cost)[0]
    eta = np.full((1, scenario.setting.n_node), EFFICIENCIES[CALIBRATED])
    sample = scenario.see(slots.first(N_SAMPLE), eta)[:, 0]
    return Calibration(reward, sample, abs(float(np.mean(own))))


def _extremes(table: Menu, scenario: Scenario, kind: str) -> tuple[FloatArray, FloatArray]:
    """Return the mean and the least cost (T,) over all actions; the least by coordinates where there is no list."""
    if table.tasks_s is None:
        return factored_extremes(table, scenario.setting.weights, kind)
    own = costs(table, scenario.setting.weights, kind)
    return own.mean(), own.least()
