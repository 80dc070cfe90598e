"""Sums whose bits depend on their terms alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from qbench._arrays import FloatArray


def ordered_sum(terms: FloatArray) -> FloatArray:
    """Return the sum over the last axis, one term after the other; 0 for no terms.

    numpy's own sum groups terms by memory layout, and then the composition of a batch would change bits.
    """
    total = np.zeros(terms.shape[:-1])
    for i in range(terms.shape[-1]):
        total += terms[..., i]
    return total
