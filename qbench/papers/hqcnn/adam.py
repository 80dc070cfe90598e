"""Adam on arrays that lead with seeds, in steps that give a seed the same bits whatever seeds are beside it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

BETA1, BETA2, EPS = 0.9, 0.999, 1e-8
"""torch.optim.Adam's defaults."""


class Adam:
    """Adam with default betas, as torch.optim.Adam up to rounding.

    torch's own fuses a product and a sum, or not, by where in an array a number stands; here they are apart. On the CPU
    a step is one compiled pass, elsewhere torch's operations one by one.
    """

    def __init__(self, parameters: Sequence[Tensor], rate: float) -> None:
        self.rate, self.steps = rate, 0
        self.first = [torch.zeros_like(p) for p in parameters]
        self.second = [torch.zeros_like(p) for p in parameters]

    @torch.no_grad()
    def step(self, parameters: Sequence[Tensor]) -> None:
        """Move the parameters, in place, against their gradients as they stand."""
        self.steps += 1
        step = self.rate / (1.0 - BETA1**self.steps)
        scale = math.sqrt(1.0 - BETA2**self.steps)
        for p, m, v in zip(parameters, self.first, self.second, strict=True):
            assert p.grad is not None  # noqa: S101 - the loss reaches every parameter
            if all(t.device.type == "cpu" and t.is_contiguous() for t in (p, m, v)):
                _move_here(p, p.grad, m, v, scale, step)
            else:
                move_anywhere(p, p.grad, m, v, scale, step)

    def keep(self, seeds: Tensor) -> None:
        """Go on with some of the seeds, as `Ensemble.keep`."""
        self.first = [m[seeds] for m in self.first]
        self.second = [v[seeds] for v in self.second]


def move_anywhere(
    parameter: Tensor, gradient: Tensor, first: Tensor, second: Tensor, scale: float, step: float
) -> None:
    """Move a parameter and its two means, in place, on any device."""
    first.mul_(BETA1).add_(gradient * (1.0 - BETA1))
    second.mul_(BETA2).add_(gradient * gradient * (1.0 - BETA2))
    parameter.sub_(first / (second.sqrt() / scale + EPS) * step)


def _move_here(parameter: Tensor, gradient: Tensor, first: Tensor, second: Tensor, scale: float, step: float) -> None:
    # Compiled on first use: whoever imports this module may never train.
    from qbench.papers.hqcnn._adam_kernel import move

    flat = [t.detach().reshape(-1).numpy() for t in (parameter, gradient, first, second)]
    real = flat[0].dtype.type
    decays = (real(BETA1), real(1.0 - BETA1), real(BETA2), real(1.0 - BETA2))
    move(*flat, decays, np.array([scale, EPS, step], dtype=real))
