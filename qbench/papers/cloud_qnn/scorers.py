"""Classical networks of at most as many trained numbers as the cloud circuit, which see what it sees: h_hat.

A scorer gives every link of access point (AP) m and user k a score s_mk, and AP m serves argmax_k s_mk. Trained is its
soft form, pi(a | h) = prod_m softmax_k(s_mk)[a_m] (`scorer_training`). The circuit has P = L N = 8 angles.

`LinkScorer`, 8 numbers at any size: one small network for all links, which follows users and APs when they are renamed.
`LinearScorer`, 2 M = 8 numbers: no symmetry, and of the channel only the angle phi_m that the circuit encodes.
The scorer with nothing to train, argmax_k ||h_mk||, is `baselines.best_user`.

Shapes: weights (S, P), S seeds; inputs (S, n, M, ...) of n channels a seed; scores (S, n, M, K). Results have the same
bits for any number of seeds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from qbench import radio
from qbench._check import positive_int
from qbench.papers.cloud_qnn.encoding import neuron_angles
from qbench.papers.cloud_qnn.rates import sum_last
from qbench.papers.cloud_qnn.search import strengths

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray

LINK_SPREAD = 0.5
"""Standard deviation of the first weights of `LinkScorer`; its features are of the order of 3."""

SHARPNESS = 8.0
"""How fast `LinearScorer`'s softmax decides: in the middle of a user's interval it has 96 % for K = 3, not 45 %.

At 1 no weights give the user in the middle more than 45 %, and the soft policy cannot come near to what argmax serves.
"""


class Scorer(Protocol):
    """Scores of links that are differentiable in the weights."""

    def size(self, n_ap: int) -> int:
        """Return the number of weights, P."""
        ...

    def first(self, rng: np.random.Generator, n_ap: int) -> FloatArray:
        """Draw the weights (P,) that a training begins with."""
        ...

    def inputs(self, h_hat: ArrayLike) -> FloatArray:
        """Return what the scorer sees (*B, M, ...) of known channels h_hat (*B, M, K, J)."""
        ...

    def scores(self, weights: FloatArray, inputs: FloatArray) -> FloatArray:
        """Return s (S, n, M, K)."""
        ...

    def pull_back(self, weights: FloatArray, inputs: FloatArray, slopes: FloatArray) -> FloatArray:
        """Return the gradient (S, P) by the weights, from that by the scores, `slopes` (S, n, M, K)."""
        ...


def link_features(h_hat: ArrayLike) -> FloatArray:
    """Return three numbers a link (*B, M, K, 3): its strength, the mean of its AP's others, the mean of its user's.

    Strength is x_mk = log2(1 + ||h_mk||^2), bit/s/Hz at an SNR of 0 dB; the means are over the other users of AP m and
    over the other APs of user k, 0 where there are none. Raises ValueError as `search.strengths`.
    """
    x = radio.spectral_efficiency(strengths(h_hat))
    others_here = _mean_of_others(x)
    others_there = np.swapaxes(_mean_of_others(np.ascontiguousarray(np.swapaxes(x, -1, -2))), -1, -2)
    return np.stack([x, others_here, others_there], axis=-1)


class LinkScorer:
    """s_mk = v tanh(a . f_mk + b) + d . f_mk with the `link_features` f: one hidden unit, shared by all links.

    Weights a (3), b, v, d (3), in this order. A number added to all scores of an AP changes nothing, so there is none.
    """

    def size(self, n_ap: int) -> int:  # noqa: ARG002 - shared by all APs
        """As `Scorer.size`: 8."""
        return 8

    def first(self, rng: np.random.Generator, n_ap: int) -> FloatArray:
        """As `Scorer.first`: N(0, `LINK_SPREAD`^2)."""
        return np.asarray(LINK_SPREAD * rng.standard_normal(self.size(n_ap)))

    def inputs(self, h_hat: ArrayLike) -> FloatArray:
        """As `Scorer.inputs`: `link_features`."""
        return link_features(h_hat)

    def scores(self, weights: FloatArray, inputs: FloatArray) -> FloatArray:
        """As `Scorer.scores`."""
        w = _spread(weights)
        return np.asarray(w[4] * self._hidden(w, inputs) + _product(w[5:], inputs))

    def pull_back(self, weights: FloatArray, inputs: FloatArray, slopes: FloatArray) -> FloatArray:
        """As `Scorer.pull_back`."""
        w = _spread(weights)
        hidden = self._hidden(w, inputs)
        inner = slopes * w[4] * (1.0 - np.square(hidden))
        features = [inputs[..., i] for i in range(3)]
        parts = [inner * f for f in features] + [inner, slopes * hidden] + [slopes * f for f in features]
        return np.stack([_total(part) for part in parts], axis=-1)

    @staticmethod
    def _hidden(w: FloatArray, inputs: FloatArray) -> FloatArray:
        return np.asarray(np.tanh(_product(w[:3], inputs) + w[3]))


class LinearScorer:
    """s_mk = T (z_m c_k - c_k^2 / 2), z_m = w_m phi_m + b_m: a softmax whose scores are linear in the angle phi_m.

    Each AP has a slope w_m and an offset b_m of its own, (w, b) in this order; all its users share them through fixed
    places c_k = k - (K - 1)/2, so that argmax is the user whose place is nearest to z_m: the intervals into which the
    papers decode an output of the circuit. T is `SHARPNESS`. A slope and an offset for each user would be M (K - 1)
    numbers each, 16 in all.
    """

    def __init__(self, n_user: int, alpha: str = "sum") -> None:
        self._places = np.arange(positive_int("n_user", n_user)) - (n_user - 1) / 2
        self._alpha = alpha

    def size(self, n_ap: int) -> int:
        """As `Scorer.size`: 2 M."""
        return 2 * n_ap

    def first(self, rng: np.random.Generator, n_ap: int) -> FloatArray:
        """As `Scorer.first`: slopes 0, offsets uniform over all users' intervals, as the circuit's outputs are."""
        return np.concatenate([np.zeros(n_ap), (rng.random(n_ap) - 0.5) * len(self._places)])

    def inputs(self, h_hat: ArrayLike) -> FloatArray:
        """As `Scorer.inputs`: phi (*B, M), radians, of `encoding.neuron_angles`."""
        return neuron_angles(h_hat, self._alpha)

    def scores(self, weights: FloatArray, inputs: FloatArray) -> FloatArray:
        """As `Scorer.scores`."""
        n_ap = inputs.shape[-1]
        z = weights[:, np.newaxis, :n_ap] * inputs + weights[:, np.newaxis, n_ap:]
        return np.asarray(SHARPNESS * (z[..., np.newaxis] * self._places - np.square(self._places) / 2))

    def pull_back(self, weights: FloatArray, inputs: FloatArray, slopes: FloatArray) -> FloatArray:  # noqa: ARG002
        """As `Scorer.pull_back`; the scores are linear in the weights."""
        by_z = SHARPNESS * sum_last(slopes * self._places)
        by_ap = [np.moveaxis(part, -1, 1) for part in (by_z * inputs, by_z)]
        return np.concatenate([np.ascontiguousarray(part).sum(axis=-1) for part in by_ap], axis=-1)


def chosen(scores: FloatArray) -> IntArray:
    """Return the assignment (..., M) of scores (..., M, K), argmax_k s_mk; ties go to the lowest user."""
    best: IntArray = np.argmax(scores, axis=-1).astype(np.int64, copy=False)
    return best


def _mean_of_others(x: FloatArray) -> FloatArray:
    """Return the mean over the other entries of the last axis (..., K); 0 where K = 1."""
    count = x.shape[-1]
    if count == 1:
        return np.zeros_like(x)
    return np.asarray((sum_last(x)[..., np.newaxis] - x) / (count - 1))


def _spread(weights: FloatArray) -> FloatArray:
    """Return the weights (P, S, 1, 1, 1), to stand before channels, APs and users."""
    return np.ascontiguousarray(weights.T)[:, :, np.newaxis, np.newaxis, np.newaxis]


def _product(w: FloatArray, features: FloatArray) -> FloatArray:
    """Return w . f (S, n, M, K), term after term: a matrix product's bits would depend on the batch."""
    return np.asarray(w[0] * features[..., 0] + w[1] * features[..., 1] + w[2] * features[..., 2])


def _total(values: FloatArray) -> FloatArray:
    """Return the sum (S,) over all axes but the first."""
    return np.asarray(np.ascontiguousarray(values).reshape(len(values), -1).sum(axis=-1))
