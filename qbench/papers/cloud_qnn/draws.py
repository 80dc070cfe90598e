"""The channels of the training seeds: those they learn from, those of their curves, and those they are tested on.

"edge" are those that the journal's edge networks learn from, "training" those of the cloud network.

A unit is a replicate of several seeds. Nothing but the physics decides what a seed draws: every setting, SNR and
interference factor of the studies sees the same channels and begins at the same angles, and more channels of a kind
keep the first ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qbench import radio
from qbench._check import one_of, positive_int
from qbench.papers.cloud_qnn.setting import initial_angles
from qbench.papers.cloud_qnn.system import Parameters, draw_channels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench._arrays import FloatArray
    from qbench.papers._study import Params, Streams
    from qbench.papers.cloud_qnn.setting import Setting
    from qbench.papers.cloud_qnn.system import Channels

KINDS = ("training", "curve", "test", "edge")

PHYSICS: Mapping[str, Any] = {
    "n_path": 1,
    "gain_index": "antenna",
    "angle": "literal",
    "distance": "fixed",
    "mean_distance": 0.5,
    "d_floor": "abs",
    "kappa": 2.3,
    "csi_var": 0.01,
}
"""The fields of `Parameters` that a study's params name, with the values of the main reading."""

NETWORK: Mapping[str, Any] = {"n_ap": 4, "n_user": 3, "n_tx": 2}
"""The fields of `Parameters` that only params of studies of other networks name; without them they are as here."""

SIZE: Mapping[str, Any] = {"seeds": 8, "curve_channels": 1000, "test_channels": 1000}
"""Seeds a unit; channels a seed for the curve, where it is not drawn on the training channels, and for the test."""


def physics(params: Params) -> Parameters:
    """Return the network that a study's params name."""
    sizes = {name: cast("Any", params.get(name, usual)) for name, usual in NETWORK.items()}
    return Parameters(**sizes, **{name: cast("Any", params[name]) for name in PHYSICS})


def draw_sets(params: Params, streams: Streams, unit: int, kind: str, count: int) -> list[Channels]:
    """Draw the first `count` channels of every seed of a unit; `kind`: one of `KINDS`, each with its own generator."""
    at = KINDS.index(one_of("kind", kind, KINDS))
    seeds = radio.spawn(streams.rng("instance", unit), positive_int("seeds", params["seeds"]))
    return [draw_channels(radio.spawn(seed, len(KINDS))[at], count, physics(params)) for seed in seeds]


def draw_angles(params: Params, streams: Streams, unit: int, setting: Setting) -> FloatArray:
    """Draw theta (seeds, L, M) of a unit, radians, as `setting.initial_angles`."""
    seeds = radio.spawn(streams.rng("algorithm", unit), positive_int("seeds", params["seeds"]))
    n_neuron = physics(params).n_ap
    return np.stack([initial_angles(seed, setting, n_neuron) for seed in seeds])
