"""A step of Adam on flat arrays in one pass: what is read and written once is the floor of a large network's step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.papers._compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Real = np.float32 | np.float64
    Flat = NDArray[Real]


@kernel
def move(
    parameter: Flat, gradient: Flat, first: Flat, second: Flat, decays: tuple[Real, Real, Real, Real], ends: Flat
) -> None:
    """Move `parameter`, `first` and `second` in place, number by number, with no product fused into a sum.

    decays: beta1, 1 - beta1, beta2, 1 - beta2; ends: the scale of the root, epsilon, and the step.
    """
    kept1, new1, kept2, new2 = decays
    scale, eps, step = ends[0], ends[1], ends[2]
    for i in range(parameter.size):
        g = gradient[i]
        m = first[i] * kept1 + g * new1
        v = second[i] * kept2 + g * g * new2
        first[i] = m
        second[i] = v
        parameter[i] -= m / (np.sqrt(v) / scale + eps) * step
