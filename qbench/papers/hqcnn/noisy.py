"""The proposed network under depolarising noise, and what zero-noise extrapolation gives back, Section IV-C.

Weights are trained without noise unless `train_p` says otherwise, and everything is computed without shots.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from qbench.papers.hqcnn._columns import joined
from qbench.papers.hqcnn.depolarising import Depolarising
from qbench.papers.hqcnn.extrapolation import SCALES, extrapolate
from qbench.papers.hqcnn.models import HYBRID
from qbench.papers.hqcnn.networks import HybridNetwork
from qbench.papers.hqcnn.noise import noisy_features
from qbench.papers.hqcnn.trained import sum_rates, taught

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.hqcnn.trained import Taught

P = 0.1
"""The paper's error rate."""

NOISES: Mapping[str, Depolarising] = {
    "": Depolarising(p=P),
    "_pl": Depolarising(p=P, convention="pennylane"),
    "_cx_only": Depolarising(p=P, places="cx_only"),
    "_per_layer": Depolarising(p=P, places="per_layer"),
    "_p01": Depolarising(p=0.01),
    "_p001": Depolarising(p=0.001),
}
"""Readings of the noise, by what they add to the name of a column."""

METHODS: Mapping[str, tuple[tuple[float, ...], str, str]] = {
    "_p_lambda": (SCALES, "richardson", "linear"),
    "_fold135": ((1.0, 3.0, 5.0), "richardson", "power"),
    "_linear": (SCALES, "linear", "power"),
    "_exp": (SCALES, "exponential", "power"),
}
"""Other extrapolations under the main noise: scales, model and how the noise grows."""


def noisy(params: Params, streams: Streams, units: range) -> Columns:
    """Train the proposed network and test it under noise; params: those of `trained.taught`, and score.

    Columns: rate, noisy, mitigated: mean sum rates on the test networks without noise, with it, and with each <Z>
    extrapolated to none; the same with ln_ before: the logarithms of these means; error, error_zne: mean over wires and
    test networks of how far <Z> with noise, and extrapolated, is from <Z> without; error_on_rate, error_zne_on_rate:
    mean over test networks of how far the sum rate with noise, and the sum rate extrapolated, is from that without.
    noisy, error and error_zne also with the readings of NOISES at the end, error_zne also with those of METHODS. Raises
    TypeError for a model without a circuit.
    """
    return joined(_columns(group, params) for group in taught(params, streams, units))


def _hybrid(group: Taught) -> HybridNetwork:
    net = group.network
    if not isinstance(net, HybridNetwork):
        raise TypeError(
            f"noise acts on a circuit; model must be one of {', '.join(HYBRID)}, got a {type(net).__name__}"
        )
    return net


@torch.no_grad()
def _columns(group: Taught, params: Params) -> dict[str, FloatArray]:
    net = _hybrid(group)
    half = net.angles(group.lessons.x["test"])
    clean = noisy_features(net.layout, half, net.theta, Depolarising(p=0.0)).numpy()
    total = _sums(group, params, clean)
    found = {"rate": total.mean(axis=1)}
    for name, noise in NOISES.items():
        values = {s: noisy_features(net.layout, half, net.theta, replace(noise, scale=s)).numpy() for s in SCALES}
        mitigated = extrapolate(np.stack([values[s] for s in SCALES]), SCALES)
        found[f"noisy{name}"] = _sums(group, params, values[1.0]).mean(axis=1)
        found[f"mitigated{name}"] = _sums(group, params, mitigated).mean(axis=1)
        found[f"error{name}"] = np.abs(values[1.0] - clean).mean(axis=(1, 2))
        found[f"error_zne{name}"] = np.abs(mitigated - clean).mean(axis=(1, 2))
        if not name:
            sums = np.stack([_sums(group, params, values[s]) for s in SCALES])
            extrapolated = extrapolate(sums, SCALES, clip=False)
            found["error_on_rate"] = np.abs(sums[0] - total).mean(axis=1)
            found["error_zne_on_rate"] = np.abs(extrapolated - total).mean(axis=1)
    for name, (scales, model, scaling) in METHODS.items():
        noise = replace(NOISES[""], scaling=scaling)
        each = [noisy_features(net.layout, half, net.theta, replace(noise, scale=s)).numpy() for s in scales]
        found[f"error_zne{name}"] = np.abs(extrapolate(np.stack(each), scales, model) - clean).mean(axis=(1, 2))
    logs = {f"ln_{k}": np.log(v) for k, v in found.items() if not k.startswith("error")}
    return found | logs


def _sums(group: Taught, params: Params, z: FloatArray) -> FloatArray:
    """Return the sum rates (S, test), in `score`, of features <Z> (S, test, read)."""
    net = _hybrid(group)
    return sum_rates(group, params, net.of_features(torch.from_numpy(z).to(net.theta.dtype)))
