"""tn_qdrl: time of the environment's steps, of all actions' costs, and of a stream.

No track of rewards or delays: those are what claims are about, and they have studies of their own.
"""

from __future__ import annotations

from qbench.evidence.threads import pin_environment

pin_environment()

import numpy as np  # noqa: E402 - thread pools read the environment when numpy loads

from qbench.papers.tn_qdrl.environment import QibVec  # noqa: E402
from qbench.papers.tn_qdrl.stream import draw_stream  # noqa: E402

SEED = 20_261_122


def actions(env: QibVec, count: int) -> np.ndarray:
    """Return joint actions (count, Q + V + 2), the same in every run."""
    return np.random.default_rng(SEED).integers(env.action_space.nvec, size=(count, len(env.action_space.nvec)))


class Episode:
    """An episode of 20 slots: 20 steps and a reset."""

    params = (["small", "mid"], ["literal", "aug"])
    param_names = ("profile", "observation")

    def setup(self, profile, observation):
        self.env = QibVec(profile, reward="neg", observation=observation)
        self.env.reset(seed=SEED)
        self.actions = actions(self.env, 20)

    def time_episode(self, profile, observation):
        self.env.reset(seed=None)
        for action in self.actions:
            self.env.step(action)

    def track_features(self, profile, observation):
        return self.env.observation_space.shape[0]

    track_features.unit = "features"


class Costs:
    """F of all 324 joint actions of a slot, in one call."""

    def setup(self):
        self.env = QibVec(reward="neg")
        self.env.reset(seed=SEED)

    def time_f_all(self):
        self.env.f_all()

    def track_actions(self):
        return len(self.env.f_all())

    track_actions.unit = "joint actions"


class Start:
    """What comes before the first step: the stream of a run, 16,001 slots, and the unit of the rewards."""

    params = (["manhattan", "sumo"],)
    param_names = ("mobility",)
    number, repeat = 1, 5

    def setup(self, mobility):
        self.setting = QibVec(reward="neg", mobility=mobility).scenario.setting

    def time_stream(self, mobility):
        draw_stream(np.random.default_rng(SEED), self.setting, 16_001, traffic=mobility)

    def time_unit(self, mobility):
        QibVec(reward="shift", mobility=mobility)
