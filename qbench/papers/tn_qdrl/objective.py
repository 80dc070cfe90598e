"""The objective that the paper minimises, Eq. (22)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench.papers.tn_qdrl._sums import ordered_sum
from qbench.radio._arguments import nonnegative, same_grid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray
    from qbench.papers.tn_qdrl.parameters import Weights


@dataclass(frozen=True, eq=False)
class Objective:
    """F and its two terms, each (...), smaller is better.

    Attributes:
        key_term: (1 - xi_1)/(xi_2 sum K), s/bit; with the defaults two orders below the delays, so xi_2 equalises
            nothing.
        delay_term: xi_1 (sum T_x + T_b), s.

    """

    key_term: FloatArray
    delay_term: FloatArray

    @property
    def value(self) -> FloatArray:
        """F of Eq. (22)."""
        return np.asarray(self.key_term + self.delay_term)


def objective(key_rate: ArrayLike, task_s: ArrayLike, finality_s: ArrayLike, weights: Weights) -> Objective:
    """Return F = (1 - xi_1)/(xi_2 sum_ij K_ij) + xi_1 (sum_x T_x + T_b), Eq. (22) with two corrections.

    `key_rate`: K (..., Q, V + E), bit/s; `task_s`: T_x (..., V), s, of the place that each vehicle chose, where the
    print sums over all devices; `finality_s`: T_b (...), s, of the one producer. The sum of K is at least
    `weights.key_floor`: at 0 the print divides by 0. Raises ValueError for negative values and shapes that do not
    broadcast.
    """
    k, t = nonnegative("key_rate", key_rate, ndim_at_least=2), nonnegative("task_s", task_s, ndim_at_least=1)
    block = nonnegative("finality_s", finality_s)
    keys = np.maximum(weights.key_floor, ordered_sum(k.reshape(*k.shape[:-2], -1)))
    tasks = ordered_sum(t)
    same_grid(key_rate=keys, task_s=tasks, finality_s=block)
    return Objective(
        np.asarray((1.0 - weights.delay_weight) / (weights.key_scale * keys)),
        np.asarray(weights.delay_weight * (tasks + block)),
    )
