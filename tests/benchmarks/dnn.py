"""cvar_vqe's neural benchmark: what it costs to train it, to ask it, and to hold it."""

from __future__ import annotations

from qbench.evidence.threads import pin_environment

pin_environment()

import numpy as np  # noqa: E402 - thread pools read the environment when numpy loads

from qbench.papers.cvar_vqe import dnn_scores  # noqa: E402
from qbench.papers.cvar_vqe.dnn import Training, train  # noqa: E402
from qbench.papers.cvar_vqe.system import (  # noqa: E402
    Parameters,
    capacities,
    draw_network,
    rates,
    sinr,
    weighted_rates,
)

SEED = 20_260_103


def networks(count: int, agents: int = 4, stations: int = 4):
    """Return SINR and weights (1, count, I, J) and capacities (J,) of the paper's networks, the same in every run."""
    p = Parameters()
    rng = np.random.default_rng(SEED)
    network = draw_network(rng, batch=count, agents=agents, stations=stations, parameters=p).rf_first()
    weights = weighted_rates(rates(network, p), network.is_thz, p)
    return sinr(network, p)[None], weights[None], capacities(network.is_thz, p)


class Cost:
    """Parameters and floating-point operations: those of B9 at 10,000 instances and 100 epochs."""

    params = ([2, 4, 6],)
    param_names = ("agents",)

    def track_parameters(self, agents):
        return dnn_scores.parameters(agents, 4)

    def track_inference(self, agents):
        return dnn_scores.inference_flop(agents, 4)

    def track_training(self, agents):
        return dnn_scores.training_flop(10_000 * 100, agents, 4)

    track_parameters.unit = "parameters"
    track_inference.unit = track_training.unit = "FLOP"


class Train:
    """Five epochs on 1,280 instances, fifty steps: a hundred and fiftieth of a replicate."""

    params = (["raw", "log"], ["row", "flat"])
    param_names = ("input", "softmax")

    def setup(self, reads, softmax):
        self.data = networks(1280)
        self.settings = Training(input=reads, softmax=softmax, epochs=5)
        self._train()  # compiles

    def _train(self):
        return train(self.settings, *self.data, [np.random.default_rng(SEED)])

    def time_train(self, reads, softmax):
        self._train()

    def peakmem_train(self, reads, softmax):
        self._train()


class Predict:
    """25 associations, a replicate's worth, by one trained network."""

    def setup(self):
        sinr_, weights, capacity = networks(1280)
        self.trained = train(Training(epochs=1), sinr_, weights, capacity, [np.random.default_rng(SEED)])
        self.sinr = sinr_[:, :25]

    def time_predict(self):
        self.trained.predict(self.sinr)
