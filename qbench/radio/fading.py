"""Fading as random power gains: small-scale of mean 1, and shadowing of median 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import in_interval, positive_int
from qbench.radio._arguments import require_generator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench._arrays import FloatArray


def rayleigh_power_gain(rng: np.random.Generator, shape: Sequence[int]) -> FloatArray:
    """Draw Rayleigh power gains abs(h)^2 ~ Exp(1), h ~ CN(0, 1), of the given shape, independent entries.

    The array is filled in C order: a longer first axis keeps the entries of a shorter one.
    Raises TypeError unless `rng` is a Generator, ValueError unless every length is a whole number of at least 1.
    """
    generator = require_generator(rng)
    lengths = tuple(positive_int("every length in shape", length) for length in shape)
    return generator.standard_exponential(lengths)


def shadowing_db(rng: np.random.Generator, shape: Sequence[int], sigma_db: float) -> FloatArray:
    """Draw log-normal shadowing in dB, independent N(0, sigma^2) entries of the given shape; median gain 0 dB.

    `sigma_db`: standard deviation, dB; another one rescales the same draws. Filled in C order, as
    `rayleigh_power_gain`. Raises TypeError unless `rng` is a Generator, ValueError for a length below 1 and unless
    sigma is finite and at least 0.
    """
    generator = require_generator(rng)
    lengths = tuple(positive_int("every length in shape", length) for length in shape)
    return in_interval("sigma_db", sigma_db, 0.0, np.inf, hi_open=True) * generator.standard_normal(lengths)
