"""Random draws that several channel models share: circular complex Gaussians, and independent generators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import positive_int
from qbench.radio._arguments import require_generator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench.radio._arguments import ComplexArray


def complex_gaussian(rng: np.random.Generator, shape: Sequence[int]) -> ComplexArray:
    """Draw circular complex Gaussians CN(0, 1) of the given shape, independent: real and imaginary part N(0, 1/2).

    A gain of variance s is sqrt(s) times such a draw. Filled in C order, real before imaginary part: a longer first
    axis keeps the entries of a shorter one.
    Raises TypeError unless `rng` is a Generator, ValueError unless every length is a whole number of at least 1.
    """
    lengths = tuple(positive_int("every length in shape", length) for length in shape)
    parts = require_generator(rng).standard_normal((*lengths, 2))
    parts *= np.sqrt(0.5)
    return parts.view(np.complex128)[..., 0]


def spawn(rng: np.random.Generator, count: int) -> list[np.random.Generator]:
    """Return `count` independent generators; more of them keep the first ones.

    They follow from the state of `rng` alone, which moves on by one fixed step whatever `count` is: what one of them
    draws shifts no other. Raises TypeError unless `rng` is a Generator, ValueError for a count below 1.
    """
    number = positive_int("count", count)
    root = np.random.SeedSequence(require_generator(rng).integers(2**32, size=4, dtype=np.uint64).tolist())
    return [np.random.default_rng(child) for child in root.spawn(number)]
