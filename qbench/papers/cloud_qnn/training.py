"""Training of the cloud network: Algorithm 1 of the 2022 paper, Algorithm 2 of the journal.

All seeds run side by side on the leading axis S; theta is (S, L, N), N = M neurons, radians. An iteration takes one
channel: the circuit's outputs with each angle turned by +-pi/2 are decoded into assignments, their losses are looked up
(`tables`) or computed (`candidates`, for networks with too many assignments), and their half differences, the shift
rule on the loss, move the angles (`rules`: what the rule gives for a decoded loss is not a gradient, G(17) has the sign
reversed). Expectation values are exact: no shots.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array
from qbench.papers.cloud_qnn.decode import decode, decode_unchecked
from qbench.papers.cloud_qnn.networks import network
from qbench.papers.cloud_qnn.rules import half_difference, rotosolve_sweep, shift_gradient, step_size
from qbench.papers.cloud_qnn.tables import assignment_number, decoded_number

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.cloud_qnn.networks import Network
    from qbench.papers.cloud_qnn.setting import Setting
    from qbench.papers.cloud_qnn.tables import Course


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


def chosen_users(circuit: Network, theta: FloatArray, phi: FloatArray, n_user: int) -> IntArray:
    """Return the assignments (S, n, M) that networks theta (S, L, N) choose for phi (S, n, N)."""
    return decode(circuit.outputs(theta, phi), n_user)


def assignments(circuit: Network, theta: FloatArray, phi: FloatArray, n_user: int) -> IntArray:
    """Return the rows (S, n) in `tables.every_assignment` that networks theta (S, L, N) choose for phi (S, n, N)."""
    return assignment_number(chosen_users(circuit, theta, phi, n_user), n_user)


def surrogate_gradient(
    circuit: Network, theta: FloatArray, phi: FloatArray, losses: FloatArray, n_user: int
) -> FloatArray:
    """Return the shift rule on the decoded loss (S, L, N): [L(t + pi/2) - L(t - pi/2)]/2 for each angle.

    One channel a seed: `phi` (S, N), `losses` (S, K^M) of every assignment.
    """
    number = decoded_number(circuit.shifted(theta, phi), n_user)
    found = np.take_along_axis(losses, number.reshape(len(losses), -1), axis=-1).reshape(number.shape[0], 2, -1)
    return shift_gradient(found[:, 0], found[:, 1]).reshape(theta.shape)


def train(setting: Setting, theta: ArrayLike, lessons: Course, curve: Course | None = None) -> Trained:
    """Train networks from theta (S, L, N) on `lessons`, which hold `setting.n_training` channels a seed.

    `curve`: the channels on which the curve is drawn; None for the training channels, as under data "fixed100" and
    "one". Episode e of a longer run is episode e of a shorter one. Raises ValueError for shapes that do not fit, inputs
    that are not finite, and angles that a step takes out of range.
    """
    start = finite_array("theta", theta, ndim_at_least=3)
    phi = finite_array("phi", lessons.phi, ndim_at_least=3)
    seeds, held, n_ap = phi.shape
    if start.shape != (seeds, setting.n_layer, n_ap):
        raise ValueError(
            f"theta must have shape (seeds, layers, APs) {(seeds, setting.n_layer, n_ap)}, got {start.shape}"
        )
    if held < setting.n_training:
        raise ValueError(f"data {setting.data!r} needs {setting.n_training} training channels a seed, got {held}")
    circuit = network(setting, n_ap)
    shown = lessons if curve is None else curve
    moved = start.copy()
    points, path = [losses_on(circuit, moved, shown)], [start]
    for episode in range(setting.epochs):
        step = step_size(setting.rate, episode)
        for sample in range(setting.samples):
            at = setting.channel_at(episode, sample)
            if setting.optimiser == "psr":
                moved = _descended(circuit, moved, phi[:, at], lessons, at, step)
            else:
                moved = _swept(circuit, moved, phi[:, at], lessons, at, setting.arctan)
        points.append(losses_on(circuit, moved, shown))
        path.append(moved)
    means, variances = np.stack(points, axis=-1)
    return Trained(start, moved, means, variances, np.stack(path, axis=1))


def _descended(
    circuit: Network, theta: FloatArray, phi: FloatArray, lessons: Course, at: int, step: float
) -> FloatArray:
    """Return theta after one step of the shift rule on the loss of one channel a seed, as `surrogate_gradient` has it.

    Without the checks of the functions that it stands for, which took a third of a training's time: finite angles are
    all that they need, and what a bad loss or rate leads to shows in the angles after the step.
    """
    users = decode_unchecked(circuit.shifted_unchecked(theta, phi), lessons.n_user)
    found = lessons.losses_at(at, users.reshape(len(theta), -1, users.shape[-1])).reshape(len(theta), 2, -1)
    moved: FloatArray = theta - step * half_difference(found[:, 0], found[:, 1]).reshape(theta.shape)
    if not np.isfinite(moved).all():
        finite_array("theta", moved, hint=f"a step of {step:g} on channel {at} took it there: lower rate, check losses")
    return moved


def _swept(circuit: Network, theta: FloatArray, phi: FloatArray, lessons: Course, at: int, arctan: str) -> FloatArray:
    """Return theta after one sweep of Rotosolve on the loss of one channel a seed."""

    def objective(flat: FloatArray) -> FloatArray:
        users = chosen_users(circuit, flat.reshape(theta.shape), phi[:, np.newaxis], lessons.n_user)
        return lessons.losses_at(at, users)[:, 0]

    flat, _ = rotosolve_sweep(objective, theta.reshape(len(theta), -1), angle=arctan)
    return flat.reshape(theta.shape)


def losses_on(circuit: Network, theta: FloatArray, shown: Course) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance (S,) of the loss of networks theta (S, L, N) over the channels of `shown`."""
    found = shown.losses_each(chosen_users(circuit, theta, shown.phi, shown.n_user))
    return found.mean(axis=-1), found.var(axis=-1)
