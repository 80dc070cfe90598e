"""Adam on arrays that lead with seeds, in steps that give a seed the same bits whatever seeds are beside it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

BETA1, BETA2, EPS = 0.9, 0.999, 1e-8
"""torch.optim.Adam's defaults."""


class Adam:
    """Adam with default betas, as torch.optim.Adam up to rounding.

    torch's own fuses a product and a sum, or not, by where in an array a number stands; here they are apart.
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
            m.mul_(BETA1).add_(p.grad * (1.0 - BETA1))
            v.mul_(BETA2).add_(p.grad * p.grad * (1.0 - BETA2))
            p.sub_(m / (v.sqrt() / scale + EPS) * step)

    def keep(self, seeds: Tensor) -> None:
        """Go on with some of the seeds, as `Ensemble.keep`."""
        self.first = [m[seeds] for m in self.first]
        self.second = [v[seeds] for v in self.second]
