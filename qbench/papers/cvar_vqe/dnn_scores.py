"""What the neural benchmark's associations are worth, and what it costs to get them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, positive_int
from qbench.papers.cvar_vqe.baselines import HIDDEN, soft_score
from qbench.papers.cvar_vqe.system import sum_rate

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Scores:
    """What soft associations are worth, arrays (*B,), rates in the unit of the weights.

    Attributes:
        choices: the hard association (*B, I), see `hard`.
        feasible: whether it is within every BS's capacity (C2).
        hard: its Z, Eq. (5), and 0 where a capacity is exceeded.
        soft_max1: the relaxed score with max(1, n); for I <= J and rows that sum to 1 never above the optimum.
        soft_n: the relaxed score with n; can exceed the optimum.

    """

    choices: IntArray
    feasible: BoolArray
    hard: FloatArray
    soft_max1: FloatArray
    soft_n: FloatArray


def hard(soft: ArrayLike) -> IntArray:
    """Return the BS of every AV (*B, I): the largest entry of its row of u (*B, I, J), the first of equals (C1 holds).

    Raises ValueError for fewer than two axes and values that are not finite.
    """
    choices: IntArray = np.argmax(finite_array("soft", soft, ndim_at_least=2), axis=-1)
    return choices


def scores(soft: ArrayLike, weights: ArrayLike, capacity: ArrayLike) -> Scores:
    """Score soft associations (*B, I, J) on weights w_ij = (1 - mu_j) R_ij (*B, I, J) and capacities Q (J,).

    Raises ValueError for shapes that do not fit, values that are not finite, and capacities that are not whole numbers
    of at least 1.
    """
    u, w = finite_array("soft", soft, ndim_at_least=2), finite_array("weights", weights, ndim_at_least=2)
    if u.shape != w.shape:
        raise ValueError(f"soft must have the shape of weights, {w.shape}, got {u.shape}")
    choices = hard(u)
    z = sum_rate(w, capacity, choices[..., np.newaxis, :])[..., 0]
    occupancy = (choices[..., np.newaxis] == np.arange(w.shape[-1])).sum(axis=-2)
    feasible = (occupancy <= np.asarray(capacity)).all(axis=-1)
    return Scores(choices, feasible, np.where(feasible, z, 0.0), soft_score(u, w), soft_score(u, w, "n"))


def linear_maps(agents: int = 4, stations: int = 4) -> list[tuple[int, int]]:
    """Return (inputs, outputs) of the five linear maps, the first one first; ValueError for numbers below 1."""
    size = positive_int("agents", agents) * positive_int("stations", stations)
    widths = (size, *HIDDEN, size)
    return list(pairwise(widths))


def parameters(agents: int = 4, stations: int = 4) -> int:
    """Return the number of weights and biases: 59,920 at 4 x 4."""
    return sum(inputs * outputs + outputs for inputs, outputs in linear_maps(agents, stations))


def inference_flop(agents: int = 4, stations: int = 4) -> int:
    """Return the floating-point operations of one association: two a multiply-add, 2 x 59,392 at 4 x 4.

    Matrix products only: biases, ReLU and softmax add about a hundredth.
    """
    return 2 * sum(inputs * outputs for inputs, outputs in linear_maps(agents, stations))


def training_flop(samples: int, agents: int = 4, stations: int = 4) -> int:
    """Return the operations of training on `samples` instances, an instance counting once an epoch.

    Three matrix products a map, forward, for its weights and for its inputs; the first map's inputs need none. Adam is
    left out: at batch 128 about a hundredth.
    """
    first, *rest = linear_maps(agents, stations)
    macs = 2 * first[0] * first[1] + 3 * sum(inputs * outputs for inputs, outputs in rest)
    return 2 * macs * positive_int("samples", samples, least=0)
