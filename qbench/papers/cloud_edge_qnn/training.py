"""Training of the edge networks: Algorithm 3 of the journal paper, for all edges and seeds side by side.

theta is (S, M, P): S seeds, M edges, P weights, radians. In an iteration every edge turns the channels of its own AP
into a beam, all send, and each moves its own weights by what its own user receives: no edge sees another's channels,
weights or loss. The assignment is given; it may change from channel to channel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array
from qbench.papers.cloud_edge_qnn.links import (
    Links,
    beams_of_others,
    disturbance,
    edge_losses,
    link_rate,
    loss_cotangent,
    received_power,
)
from qbench.papers.cloud_qnn.rules import step_size

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.cloud_edge_qnn.network import EdgeNetwork
    from qbench.papers.cloud_edge_qnn.setting import EdgeSetting
    from qbench.papers.cloud_qnn.system import Channels

    Snapshot = Callable[[int, FloatArray], None]


@dataclass(frozen=True, eq=False)
class TrainedEdges:
    """Trained edge networks of S seeds.

    Attributes:
        start, theta: weights before and after (S, M, P), radians.
        curve: mean loss of every edge on the curve set, before training and after each episode (S, M, epochs + 1).
    """

    start: FloatArray
    theta: FloatArray
    curve: FloatArray


def train_edges(
    setting: EdgeSetting,
    theta: ArrayLike,
    channels: Channels,
    assignment: IntArray,
    curve: Links | None = None,
    snapshot: Snapshot | None = None,
) -> TrainedEdges:
    """Train the edges of S networks from theta (S, M, P) on channels (S, n, M, K, J) under assignments (S, n, M).

    `curve`: the links (S, n', ...) on which the curve is drawn; None for the training channels, as under data
    "fixed100" and "one". `snapshot(e, theta)` is called before training, e = 0, and after each episode. Episode e of a
    longer run is episode e of a shorter one. Raises ValueError for shapes that do not fit and too few channels.
    """
    seeds, n_ap = channels.batch[0], channels.n_ap
    network = setting.network(channels.n_user, channels.n_tx)
    start = finite_array("theta", theta, ndim_at_least=3)
    if start.shape != (seeds, n_ap, network.n_weights):
        raise ValueError(
            f"theta must have shape (seeds, APs, weights) {(seeds, n_ap, network.n_weights)}, got {start.shape}"
        )
    if len(channels.batch) != 2 or channels.batch[1] < setting.n_training:
        raise ValueError(
            f"data {setting.data!r} needs channels (seeds, {setting.n_training}, APs, users, antennas), got "
            f"{channels.h.shape}"
        )
    moved = start.copy()
    points = []
    lessons, shown = None, curve
    for episode in range(setting.epochs + 1):
        if episode < setting.epochs and (lessons is None or setting.data == "regenerated"):
            lessons = _lessons(setting, channels, assignment, episode)
            shown = lessons if curve is None else curve
        assert lessons is not None and shown is not None  # noqa: S101, PT018 - set in the first round
        points.append(mean_losses(setting, network, moved, shown))
        if snapshot is not None:
            snapshot(episode, moved.copy())
        if episode < setting.epochs:
            step = step_size(setting.rate, episode)
            for sample in range(setting.samples):
                links = lessons.at(sample % lessons.phi.shape[1])
                moved = moved - step * descent_direction(setting, network, moved, links)
    return TrainedEdges(start, moved, np.stack(points, axis=-1))


def descent_direction(setting: EdgeSetting, network: EdgeNetwork, theta: FloatArray, links: Links) -> FloatArray:
    """Return what an iteration descends along, (*B, M, P), for links with leading axes (*B): see `EdgeSetting`."""
    sent = network.beams(links.phi, theta)
    disturbing = disturbance(links, beams_of_others(links, sent, setting.others))
    if setting.gradient == "chain":
        slope = loss_cotangent(links, sent, disturbing, snr=setting.snr, interference=setting.interference)
        return network.gradient(links.phi, theta, slope)
    probes = network.shifted_beams(links.phi, theta)
    power = received_power(links.mine[..., np.newaxis, np.newaxis, :], probes)
    rate = link_rate(power, disturbing[..., np.newaxis, np.newaxis], snr=setting.snr, interference=setting.interference)
    loss = np.square(rate - links.target[..., np.newaxis, np.newaxis])
    return np.asarray(0.5 * (loss[..., 0, :] - loss[..., 1, :]))


def sent_beams(network: EdgeNetwork, theta: FloatArray, links: Links) -> NDArray[np.complex128]:
    """Return the beams (S, n, M, J) of networks theta (S, M, P) on links with leading axes (S, n)."""
    return network.beams(links.phi, theta[:, np.newaxis])


def mean_losses(setting: EdgeSetting, network: EdgeNetwork, theta: FloatArray, links: Links) -> FloatArray:
    """Return the mean over n channels of every edge's loss, (S, M); theta (S, M, P), links (S, n, ...)."""
    sent = sent_beams(network, theta, links)
    disturbing = disturbance(links, beams_of_others(links, sent, setting.others))
    found = edge_losses(links, sent, disturbing, snr=setting.snr, interference=setting.interference)
    return np.asarray(found.mean(axis=1))


def mean_gradient(setting: EdgeSetting, network: EdgeNetwork, theta: FloatArray, links: Links) -> FloatArray:
    """Return the exact gradient (S, M, P) of every edge's mean loss over n channels by its own weights, others held."""
    sent = sent_beams(network, theta, links)
    disturbing = disturbance(links, beams_of_others(links, sent, setting.others))
    slope = loss_cotangent(links, sent, disturbing, snr=setting.snr, interference=setting.interference)
    return np.asarray(network.gradient(links.phi, theta[:, np.newaxis], slope).mean(axis=1))


def _lessons(setting: EdgeSetting, channels: Channels, assignment: IntArray, episode: int) -> Links:
    part = setting.episode_channels(episode)
    some = type(channels)(channels.h[:, part], channels.h_hat[:, part])
    return Links.of(some, assignment[:, part], setting)
