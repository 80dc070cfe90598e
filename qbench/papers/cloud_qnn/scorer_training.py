"""Training of the classical networks beside the cloud circuit: Adam on the exact mean loss of their soft policy.

They learn from the channels that the circuit learns from, in the same order and as many times, a few a step. The mean
loss over all assignments (`expected_loss`) is smooth in the weights, where the circuit's decoded loss has steps: each
channel is met as often, but its K^M losses are all used, where the shift rule looks 2 P of them up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, positive_int
from qbench.papers.cloud_qnn.expected_loss import expected_loss, score_slopes, softmax
from qbench.quantum.optimise.adam import adam

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.cloud_qnn.scorers import Scorer
    from qbench.papers.cloud_qnn.setting import Setting


@dataclass(frozen=True, eq=False)
class TrainedScorers:
    """Trained scorers of S seeds.

    Attributes:
        start, weights: before and after (S, P).
        curve: mean loss of the soft policy on the channels of each step, before it (S, steps); the loss's unit.
    """

    start: FloatArray
    weights: FloatArray
    curve: FloatArray


def mean_loss(
    scorer: Scorer, weights: FloatArray, inputs: FloatArray, losses: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the soft policy's mean loss (S,) over n channels a seed, and its gradient (S, P) by the weights.

    `inputs`: as the scorer's (S, n, M, ...). `losses` (S, n, K^M) of every assignment. ValueError as `expected_loss`.
    """
    shares = softmax(scorer.scores(weights, inputs))
    value, given = expected_loss(shares, losses)
    count = losses.shape[1]
    slopes = score_slopes(shares, given) / count
    return np.ascontiguousarray(value).sum(axis=-1) / count, scorer.pull_back(weights, inputs, slopes)


def batches(setting: Setting, batch: int) -> list[IntArray]:
    """Return the training channels of each step: those of `batch` iterations of the circuit's training after another.

    The last step may have fewer. Raises ValueError for a batch below 1.
    """
    size, total = positive_int("batch", batch), setting.epochs * setting.samples
    order = np.array([setting.channel_at(*divmod(i, setting.samples)) for i in range(total)], dtype=np.int64)
    return [order[start : start + size] for start in range(0, total, size)]


def train_scorer(
    scorer: Scorer,
    setting: Setting,
    start: ArrayLike,
    inputs: FloatArray,
    losses: FloatArray,
    *,
    rate: float,
    batch: int,
) -> TrainedScorers:
    """Train S scorers side by side from weights (S, P), each on its own `setting.n_training` channels.

    `inputs` (S, n, M, ...) and `losses` (S, n, K^M) of the training channels. Adam with constant `rate`, `batch`
    channels a step: see `batches`. Raises ValueError for shapes that do not fit, values that are not finite, a rate or
    a batch out of range.
    """
    first = finite_array("start", start, ndim_at_least=2)
    wanted = (len(losses), scorer.size(inputs.shape[2]))
    if first.shape != wanted:
        raise ValueError(f"start must have shape (seeds, weights) {wanted}, got {first.shape}")
    if inputs.shape[:2] != losses.shape[:2]:
        raise ValueError(
            f"inputs and losses must be of the same (seeds, channels), got {inputs.shape[:2]} and {losses.shape[:2]}"
        )
    if losses.shape[1] < setting.n_training:
        raise ValueError(
            f"data {setting.data!r} needs {setting.n_training} training channels a seed, got {losses.shape[1]}"
        )
    steps = batches(setting, batch)
    met: list[FloatArray] = []

    def next_step(weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        at = steps[len(met)]
        value, gradient = mean_loss(scorer, weights, inputs[:, at], losses[:, at])
        met.append(value)
        return value, gradient

    # A monitor that costs nothing: without one the curve would ask for a step more.
    trace = adam(next_step, first, iterations=len(steps), lr=rate, monitor=lambda w: np.zeros(len(w)))
    return TrainedScorers(first, trace.theta, np.stack(met, axis=-1))
