"""What a network sees of a channel: gains in decibels, standardised by the training set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from qbench._check import finite_array, one_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from torch import Tensor

    from qbench._arrays import FloatArray

SCALINGS = ("global", "per_entry")


@dataclass(frozen=True, eq=False)
class Standard:
    """x = (10 log10 beta - mean) / std, from a training set of each seed.

    Attributes:
        mean, std: decibels, (S, 1, 1, 1) for "global" (default, as entries are exchangeable), or (S, 1, M, K).
    """

    mean: FloatArray
    std: FloatArray

    @classmethod
    def of(cls, beta: ArrayLike, scaling: str = "global") -> Standard:
        """Return the scales of training gains (S, N, M, K), linear. Raises ValueError as `gains_db`, and for a word.

        Also where the gains of a training set do not differ: they cannot be scaled.
        """
        one_of("scaling", scaling, SCALINGS)
        x = gains_db(beta)
        axes = (1, 2, 3) if scaling == "global" else 1
        mean, std = x.mean(axis=axes, keepdims=True), x.std(axis=axes, keepdims=True)
        if not (std > 0.0).all():
            raise ValueError(f"gains of a training set must differ to be scaled by {scaling!r}, got a deviation of 0")
        return cls(mean, std)

    def features(self, beta: ArrayLike) -> Tensor:
        """Return x (S, N, K, M), single precision, of gains (S, N, M, K). Raises ValueError as `gains_db`."""
        x = (gains_db(beta) - self.mean) / self.std
        return torch.from_numpy(np.ascontiguousarray(np.swapaxes(x, -1, -2)).astype(np.float32))


def gains_db(beta: ArrayLike) -> FloatArray:
    """Return 10 log10 beta, (S, N, M, K). Raises ValueError for fewer axes and gains that are not positive, finite."""
    gains = finite_array("beta", beta, ndim_at_least=4)
    if not (gains > 0.0).all():
        where = tuple(int(k) for k in np.argwhere(gains <= 0.0)[0])
        raise ValueError(f"beta must be positive to be taken in decibels, got {gains[where]} at index {where}")
    return np.asarray(10.0 * np.log10(gains))
