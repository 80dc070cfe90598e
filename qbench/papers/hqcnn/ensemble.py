"""Networks of many seeds side by side: one torch module, seeds leading every array and every product of matrices.

Seeds do not see each other: the loss is summed over seeds, and no product or sum mixes them. Values and gradients of a
seed have the same bits whatever seeds are beside it, for the same batch, so seeds may be dropped while others train on.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from qbench._check import positive_int

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from qbench._arrays import IntArray


class Ensemble(nn.Module, ABC):
    """What the networks share: (S, B, K, M) standardised channel gains in, logits (S, B, K, tau) out.

    Parameters lead with the S seeds, one generator each; every seed draws its own, in the order of `parameters()`.
    Raises ValueError for sizes below 1 and no generators.

    Attributes:
        n_users, n_ap, n_pilots: K, M, tau.
        seeds: S.
    """

    def __init__(self, n_users: int, n_ap: int, n_pilots: int, rngs: Sequence[np.random.Generator]) -> None:
        super().__init__()
        self.n_users, self.n_ap = positive_int("n_users", n_users), positive_int("n_ap", n_ap)
        self.n_pilots = positive_int("n_pilots", n_pilots)
        self.seeds = positive_int("the number of generators", len(rngs))
        self._rngs = tuple(rngs)

    @property
    def n_inputs(self) -> int:
        """M K entries of a network's channel."""
        return self.n_ap * self.n_users

    @property
    def n_outputs(self) -> int:
        """K tau logits."""
        return self.n_users * self.n_pilots

    @property
    def n_parameters(self) -> int:
        """Trained numbers of one seed."""
        return sum(p.numel() for p in self.parameters()) // self.seeds

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (S, B, K, tau) of gains (S, B, K, M). Raises ValueError for another shape."""
        if x.dim() != 4 or x.shape != (self.seeds, x.shape[1], self.n_users, self.n_ap) or 0 in x.shape:
            wanted = f"({self.seeds}, batch, {self.n_users}, {self.n_ap})"
            raise ValueError(f"x must be (seeds, batch, users, APs) {wanted}, got {tuple(x.shape)}")
        return self.logits(x).reshape(*x.shape[:3], self.n_pilots)

    @abstractmethod
    def logits(self, x: Tensor) -> Tensor:
        """Return the K tau logits of a network, user by user, in any shape that begins with (S, B)."""

    def keep(self, seeds: Sequence[int]) -> None:
        """Go on with some of the seeds, in this order."""
        index = torch.as_tensor(seeds)
        for name, parameter in list(self.named_parameters()):
            owner, _, leaf = name.rpartition(".")
            kept = nn.Parameter(parameter.detach()[index.to(parameter.device)].clone())
            setattr(self.get_submodule(owner), leaf, kept)
        self.seeds = len(index)

    def _uniform(self, inputs: int, *shape: int) -> nn.Parameter:
        """Draw as torch.nn.Linear and Conv2d do by default: uniform in +-1/sqrt(inputs)."""
        bound = 1.0 / math.sqrt(inputs)
        return _stacked([rng.uniform(-bound, bound, shape) for rng in self._rngs])

    def _normal(self, scale: float, *shape: int) -> nn.Parameter:
        return _stacked([scale * rng.normal(size=shape) for rng in self._rngs])

    def _dense(self, inputs: int, outputs: int) -> Dense:
        return Dense(self._uniform(inputs, inputs, outputs), self._uniform(inputs, 1, outputs))


class Dense(nn.Module):
    """A fully connected layer of every seed: (S, B, inputs) to (S, B, outputs)."""

    def __init__(self, weight: nn.Parameter, bias: nn.Parameter) -> None:
        super().__init__()
        self.weight, self.bias = weight, bias

    def forward(self, x: Tensor) -> Tensor:
        """Return x W + b, a product of matrices for each seed."""
        return torch.bmm(x, self.weight) + self.bias


def decide(logits: Tensor) -> IntArray:
    """Return the pilots (*B, K) of logits (*B, K, tau): the largest of every user, the lowest of those that tie."""
    found: Any = logits.detach().cpu().numpy()
    return np.asarray(found.argmax(axis=-1), dtype=np.int64)


def distinct(assignments: IntArray) -> IntArray:
    """Return how many different assignments (S,) are among (S, N, K): 1 says that a network ignores its input."""
    return np.array([len(np.unique(some, axis=0)) for some in assignments], dtype=np.int64)


def _stacked(drawn: list[Any]) -> nn.Parameter:
    return nn.Parameter(torch.from_numpy(np.stack(drawn).astype(np.float32)))
