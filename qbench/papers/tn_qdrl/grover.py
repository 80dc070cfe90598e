"""Grover's search over the valid actions in closed form, Section IV-C; the agent knows which action it marks.

N actions, of which the oracle marks the one of the largest value. The start is uniform over the N valid ones, not over
2^beta indices, so sin theta = N^-1/2; for N = 2^beta that is Eq. (48). After tau iterations the marked action has the
amplitude sin((2 tau + 1) theta), all others share the rest: the law of an epsilon-greedy choice with `equal_epsilon`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import positive_int

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray

ROUNDING = 1e-12


def start_angle(n_action: int) -> float:
    """Return theta = asin(N^-1/2), rad. Raises ValueError for fewer than 1 action."""
    return math.asin(positive_int("n_action", n_action) ** -0.5)


def best_iterations(n_action: int) -> int:
    """Return tau* = floor(pi/(4 theta)), the first best number of iterations; 0 for one action.

    For two actions the chance is 1/2 whatever tau (E43). Raises ValueError for fewer than 1 action.
    """
    # For two actions the quotient is 1, which rounding misses.
    return math.floor(math.pi / (4 * start_angle(n_action)) + ROUNDING)


def marked_amplitude(n_action: int, iterations: ArrayLike) -> FloatArray:
    """Return sin((2 tau + 1) theta) (...) for tau (...). Raises ValueError unless tau are whole numbers from 0."""
    return np.asarray(np.sin(_turned(n_action, iterations)))


def law(n_action: int, iterations: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the probability (...) of the marked action after tau (...) iterations, and that of each other.

    The second is 0 where there is no other. Raises ValueError as `marked_amplitude`.
    """
    turned = _turned(n_action, iterations)
    return np.asarray(np.sin(turned) ** 2), np.asarray(np.cos(turned) ** 2 / max(1, n_action - 1))


def equal_epsilon(n_action: int, iterations: ArrayLike) -> FloatArray:
    """Return e(tau) = N/(N - 1) cos^2((2 tau + 1) theta) (...): an epsilon-greedy choice with it has the same law.

    1 - e + e/N for the marked action, e/N for others. e(0) = 1, uniform; past tau* it grows again and can exceed 1, up
    to N/(N - 1), where the marked action is the least likely. Raises ValueError for fewer than 2 actions, and as
    `marked_amplitude`.
    """
    positive_int("n_action", n_action, least=2)
    return np.asarray(n_action / (n_action - 1) * np.cos(_turned(n_action, iterations)) ** 2)


def whole_numbers(name: str, values: ArrayLike) -> IntArray:
    """Return whole numbers from 0 as int64; ValueError, naming the first that is none."""
    array = np.asarray(values)
    if array.dtype.kind not in "iu":
        raise ValueError(f"{name} must hold whole numbers, got dtype {array.dtype}")
    if array.size and array.min() < 0:
        raise ValueError(f"{name} must be at least 0, got {array.min()}")
    return array.astype(np.int64)


def _turned(n_action: int, iterations: ArrayLike) -> FloatArray:
    return np.asarray((2.0 * whole_numbers("iterations", iterations) + 1.0) * start_angle(n_action))
