"""Small cell-free networks for the tests of the edges."""

from __future__ import annotations

import numpy as np

from qbench.papers.cloud_edge_qnn.setting import initial_edge_angles
from qbench.papers.cloud_qnn.baselines import static_assignment
from qbench.papers.cloud_qnn.system import Channels, Parameters, draw_channels


def some_channels(seeds, n, first=0, **parameters):
    """Return channels (seeds, n, 4, 3, 2)."""
    p = Parameters(**parameters)
    drawn = [draw_channels(np.random.default_rng(first + seed), n, p) for seed in range(seeds)]
    return Channels(np.stack([one.h for one in drawn]), np.stack([one.h_hat for one in drawn]))


def fixed(channels):
    """Return the assignment (0, 1, 2, 2) for every channel."""
    return np.broadcast_to(static_assignment(channels.n_ap, channels.n_user), (*channels.batch, channels.n_ap))


def some_angles(seeds, weights=6):
    return np.stack([initial_edge_angles(np.random.default_rng(seed), 4, weights) for seed in range(seeds)])
