"""Assignments that see no channel: one random draw, as the paper's "Random", and a random balanced partition."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import positive_int
from qbench.radio._arguments import require_generator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench._arrays import IntArray


def random_pilots(rng: np.random.Generator, shape: Sequence[int], n_pilot: int) -> IntArray:
    """Draw a pilot for every user, uniform and independent, shape (..., K); nested in the first axis.

    Raises TypeError for another generator, ValueError for a length or a number of pilots below 1.
    """
    generator, lengths = require_generator(rng), [positive_int("every length in shape", n) for n in shape]
    return generator.integers(positive_int("n_pilot", n_pilot), size=lengths)


def balanced_pilots(rng: np.random.Generator, shape: Sequence[int], n_pilot: int) -> IntArray:
    """Draw a_{pi(i)} = i mod tau, pi a uniform permutation, shape (..., K): group sizes differ by at most one.

    The control for every method that learns no more than to spread users over pilots. Nested and errors as
    `random_pilots`; ValueError also for a shape without users.
    """
    generator, lengths = require_generator(rng), [positive_int("every length in shape", n) for n in shape]
    if not lengths:
        raise ValueError("shape must end in the number of users, got (); give (users,) or (networks, users)")
    turns = np.arange(lengths[-1]) % positive_int("n_pilot", n_pilot)
    rows = np.broadcast_to(turns, (math.prod(lengths[:-1]), lengths[-1]))
    return generator.permuted(rows, axis=1).reshape(lengths)
