"""A batch of observations for the encoder, and an action to search for: the same in every run and none of a study's."""

from __future__ import annotations

import numpy as np

from qbench.papers.tn_qdrl.grover import best_iterations, law
from qbench.papers.tn_qdrl.mps import contract, draw_mps

SEED = 20_260_509


class Encoding:
    """y (B, d) of a batch of values (B, j) in [0, 1], over its own largest entry, so that 1e-9 means digits."""

    def __init__(self, bond: int, sites: int = 64, batch: int = 256) -> None:
        rng = np.random.default_rng(SEED)
        self.mps = draw_mps(rng, sites, bond=bond)
        self.values = rng.random((batch, sites))
        self.scale = 1.0
        self.scale = float(np.abs(self.encode()).max())

    def encode(self) -> np.ndarray:
        """Return y (B, d) over `scale`."""
        direction, log_norm = contract(self.mps, self.values)
        return direction * np.exp(log_norm)[:, np.newaxis] / self.scale


class Selection:
    """The law (N,) of an action after tau* iterations."""

    def __init__(self, n_action: int) -> None:
        self.n_action, self.marked = n_action, n_action // 3
        self.iterations = best_iterations(n_action)

    def closed_form(self) -> np.ndarray:
        """Return the law by sin^2."""
        own, other = law(self.n_action, self.iterations)
        found = np.full(self.n_action, float(other))
        found[self.marked] = own
        return found
