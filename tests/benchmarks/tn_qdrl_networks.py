"""tn_qdrl: time and size of the networks in the place of tables.

No track of their returns: that is what claims are about, and those have studies of their own.
"""

from __future__ import annotations

from qbench.evidence.threads import pin_environment

pin_environment()

import numpy as np  # noqa: E402 - thread pools read the environment when numpy loads

from qbench.evidence.streams import Streams  # noqa: E402
from qbench.papers.tn_qdrl.agents import Agent  # noqa: E402
from qbench.papers.tn_qdrl.networks import first_weights, run_networks  # noqa: E402
from qbench.papers.tn_qdrl.play import Play  # noqa: E402
from qbench.papers.tn_qdrl.scenario import SYSTEM, Scenario, calibrate  # noqa: E402
from qbench.papers.tn_qdrl.tensor_learner import VARIANTS  # noqa: E402
from qbench.papers.tn_qdrl.vqc import TnNetwork  # noqa: E402

EPISODES = 75
"""1500 slots, 1000 of them with an update."""


def unit(episodes: int) -> Play:
    """Return a unit, the same in every run and none of a study's."""
    streams = Streams("benchmarks/tn_qdrl")
    scenario = Scenario.of({**SYSTEM, "episodes": episodes})
    rngs = {axis: streams.rng(axis, 0) for axis in ("instance", "algorithm")}
    return Play.draw(scenario, calibrate(scenario, streams), Agent(), **rngs)


class Training:
    """A network of one seed: 1000 updates with a batch of 32, 27 features, 324 actions."""

    params = (["dqn", *VARIANTS],)
    param_names = ("network",)
    number, repeat, timeout = 1, 3, 300

    def setup(self, network):
        self.unit = unit(EPISODES)
        run_networks([unit(1)], Agent(), network)  # compiles

    def time_training(self, network):
        run_networks([self.unit], Agent(), network)

    def track_numbers(self, network):
        rng = np.random.default_rng(0)
        if network == "dqn":
            return len(first_weights(rng, 27, 324))
        return TnNetwork([rng], [rng], 27, 324, variant=VARIANTS[network]).n_parameters

    track_numbers.unit = "trained numbers"
