"""From observations to the states of a table: bits of a tensor network's outputs, or the features' own bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array
from qbench.papers.tn_qdrl.mps import contract

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.tn_qdrl.mps import Mps


@dataclass(frozen=True, eq=False)
class Encoder:
    """Bit k of a state tells whether output k lies above its median on a calibration sample (ours).

    Attributes:
        network: the matrix product state, fixed: Algorithm 2 has no step that trains it.
        feature: the map of a feature to a site, "trig" or "linear".
        reference: mean logarithm of the outputs' norm on the sample; a positive constant, which no sign or order sees.
        medians: (d,), of the outputs on the sample.

    """

    network: Mps
    feature: str
    reference: float
    medians: FloatArray

    @classmethod
    def fit(cls, network: Mps, sample: FloatArray, *, feature: str = "trig") -> Encoder:
        """Return the encoder whose medians are those of `sample` (n, D), features in [0, 1]."""
        direction, log_norm = contract(network, finite_array("sample", sample, ndim_at_least=2), feature=feature)
        reference = float(log_norm.mean())
        values = direction * np.exp(log_norm - reference)[..., np.newaxis]
        return cls(network, feature, reference, np.median(values, axis=0))

    @property
    def n_state(self) -> int:
        """2^d."""
        return int(2 ** len(self.medians))

    def codes(self, features: FloatArray) -> IntArray:
        """Return states (...), sum of bit_k 2^k, of features (..., D)."""
        direction, log_norm = contract(self.network, features, feature=self.feature)
        bits = direction * np.exp(log_norm - self.reference)[..., np.newaxis] > self.medians
        return np.asarray((bits * 2 ** np.arange(len(self.medians))).sum(axis=-1), dtype=np.int64)


def raw_codes(features: FloatArray, sample: FloatArray) -> tuple[IntArray, int]:
    """Return states (...) of features (..., D), a pattern of features above the sample's medians each, and their count.

    `sample`: (n, D). States are numbered in the order of their patterns; hardly one is seen twice at D = 27.
    """
    above = features > np.median(sample, axis=0)
    packed = np.packbits(above.reshape(-1, features.shape[-1]), axis=-1)
    _, number = np.unique(packed, axis=0, return_inverse=True)
    return number.reshape(features.shape[:-1]).astype(np.int64), int(number.max()) + 1
