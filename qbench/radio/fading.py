"""Small-scale fading as random power gains of mean 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import positive_int

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench._arrays import FloatArray


def rayleigh_power_gain(rng: np.random.Generator, shape: Sequence[int]) -> FloatArray:
    """Draw Rayleigh power gains abs(h)^2 ~ Exp(1), h ~ CN(0, 1), of the given shape, independent entries.

    The array is filled in C order: a longer first axis keeps the entries of a shorter one.
    Raises TypeError unless `rng` is a Generator, ValueError unless every length is a whole number of at least 1.
    """
    generator: object = rng
    if not isinstance(generator, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, got {rng!r}; make one with numpy.random.default_rng")
    lengths = tuple(positive_int("every length in shape", length) for length in shape)
    return rng.standard_exponential(lengths)
