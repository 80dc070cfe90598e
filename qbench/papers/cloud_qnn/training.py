"""Training of the cloud network: Algorithm 1 of the 2022 paper, Algorithm 2 of the journal.

All seeds run side by side on the leading axis S; theta is (S, L, N), N = M neurons, radians. An iteration takes one
channel: the circuit's outputs with each angle turned by +-pi/2 are decoded into assignments, their losses are looked up
(`tables`), and their half differences, the shift rule on the loss, move the angles (`rules`: what the rule gives for a
decoded loss is not a gradient, G(17) has the sign reversed). Expectation values are exact: no shots.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array
from qbench.papers.cloud_qnn.networks import network
from qbench.papers.cloud_qnn.rules import descend, rotosolve_sweep, shift_gradient
from qbench.papers.cloud_qnn.tables import decoded_number

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.cloud_qnn.networks import Network
    from qbench.papers.cloud_qnn.setting import Setting
    from qbench.papers.cloud_qnn.tables import Lessons


@dataclass(frozen=True, eq=False)
class Trained:
    """Trained networks of S seeds.

    Attributes:
        start, theta: angles before and after (S, L, N), radians.
        curve: mean loss on the curve set before training and after each episode (S, epochs + 1).
        spread: variance of the loss over the curve set at the same angles (S, epochs + 1).
        path: these angles (S, epochs + 1, L, N), radians.
    """

    start: FloatArray
    theta: FloatArray
    curve: FloatArray
    spread: FloatArray
    path: FloatArray


def assignments(circuit: Network, theta: FloatArray, phi: FloatArray, n_user: int) -> IntArray:
    """Return the rows (S, n) in `tables.every_assignment` that networks theta (S, L, N) choose for phi (S, n, N)."""
    return decoded_number(circuit.outputs(theta, phi), n_user)


def surrogate_gradient(
    circuit: Network, theta: FloatArray, phi: FloatArray, losses: FloatArray, n_user: int
) -> FloatArray:
    """Return the shift rule on the decoded loss (S, L, N): [L(t + pi/2) - L(t - pi/2)]/2 for each angle.

    One channel a seed: `phi` (S, N), `losses` (S, K^M) of every assignment.
    """
    number = decoded_number(circuit.shifted(theta, phi), n_user)
    found = np.take_along_axis(losses, number.reshape(len(losses), -1), axis=-1).reshape(number.shape[0], 2, -1)
    return shift_gradient(found[:, 0], found[:, 1]).reshape(theta.shape)


def train(setting: Setting, theta: ArrayLike, lessons: Lessons, curve: Lessons | None = None) -> Trained:
    """Train networks from theta (S, L, N) on `lessons`, which hold `setting.n_training` channels a seed.

    `curve`: the channels on which the curve is drawn; None for the training channels, as under data "fixed100" and
    "one". Episode e of a longer run is episode e of a shorter one. Raises ValueError for shapes that do not fit.
    """
    start = finite_array("theta", theta, ndim_at_least=3)
    seeds, n_ap = len(lessons.phi), lessons.n_ap
    if start.shape != (seeds, setting.n_layer, n_ap):
        raise ValueError(
            f"theta must have shape (seeds, layers, APs) {(seeds, setting.n_layer, n_ap)}, got {start.shape}"
        )
    if lessons.phi.shape[1] < setting.n_training:
        raise ValueError(
            f"data {setting.data!r} needs {setting.n_training} training channels a seed, got {lessons.phi.shape[1]}"
        )
    circuit = network(setting, n_ap)
    shown = lessons if curve is None else curve
    moved = start.copy()
    points, path = [losses_on(circuit, moved, shown)], [start]
    for episode in range(setting.epochs):
        for sample in range(setting.samples):
            at = setting.channel_at(episode, sample)
            phi, losses = lessons.phi[:, at], lessons.losses[:, at]
            if setting.optimiser == "psr":
                gradient = surrogate_gradient(circuit, moved, phi, losses, lessons.n_user)
                moved = descend(moved, gradient, setting.rate, episode)
            else:
                moved = _swept(circuit, moved, phi, losses, lessons.n_user, setting.arctan)
        points.append(losses_on(circuit, moved, shown))
        path.append(moved)
    means, variances = np.stack(points, axis=-1)
    return Trained(start, moved, means, variances, np.stack(path, axis=1))


def _swept(
    circuit: Network, theta: FloatArray, phi: FloatArray, losses: FloatArray, n_user: int, arctan: str
) -> FloatArray:
    """Return theta after one sweep of Rotosolve on the loss of one channel a seed."""
    seeds = np.arange(len(theta))

    def objective(flat: FloatArray) -> FloatArray:
        number = assignments(circuit, flat.reshape(theta.shape), phi[:, np.newaxis], n_user)
        return np.asarray(losses[seeds, number[:, 0]])

    flat, _ = rotosolve_sweep(objective, theta.reshape(len(theta), -1), angle=arctan)
    return flat.reshape(theta.shape)


def losses_on(circuit: Network, theta: FloatArray, shown: Lessons) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance (S,) of the loss of networks theta (S, L, N) over the channels of `shown`."""
    number = assignments(circuit, theta, shown.phi, shown.n_user)
    found = np.take_along_axis(shown.losses, number[..., np.newaxis], axis=-1)[..., 0]
    return found.mean(axis=-1), found.var(axis=-1)
