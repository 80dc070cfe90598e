"""What the edge networks of the training seeds begin with and learn from.

The seeds, and the channels of their curves and tests, are those of `cloud_qnn.draws`: a cloud network, the edges below
it and every rival see the same. The edges learn from channels of their own, drawn after those of the cloud.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench import radio
from qbench._check import positive_int
from qbench.papers.cloud_edge_qnn.setting import initial_edge_angles
from qbench.papers.cloud_qnn.draws import physics
from qbench.papers.cloud_qnn.system import Channels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench._arrays import FloatArray
    from qbench.papers._study import Params, Streams
    from qbench.papers.cloud_edge_qnn.setting import EdgeSetting


def draw_edge_angles(params: Params, streams: Streams, unit: int, setting: EdgeSetting) -> FloatArray:
    """Draw theta (seeds, M, P) of the edges of a unit, radians, uniform in [0, 2 pi)."""
    seeds = radio.spawn(streams.rng("algorithm", unit), positive_int("seeds", params["seeds"]))
    network = physics(params)
    weights = setting.network(network.n_user, network.n_tx).n_weights
    # The first two generators of a seed are those of `cloud_qnn.setting.initial_angles`.
    return np.stack([initial_edge_angles(radio.spawn(seed, 3)[2], network.n_ap, weights) for seed in seeds])


def side_by_side(seeds: Sequence[Channels]) -> Channels:
    """Return the channels (S, n, M, K, J) of S seeds with n channels each."""
    return Channels(np.stack([one.h for one in seeds]), np.stack([one.h_hat for one in seeds]))
