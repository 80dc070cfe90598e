"""The paper's classical networks, and the controls that it leaves out. The paper gives layers and channels only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from qbench._check import one_of, positive_int
from qbench.papers.hqcnn.counts import HEADS, LIGHT
from qbench.papers.hqcnn.ensemble import Dense, Ensemble

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from torch import Tensor

FEATURES, FIRST, SECOND = 8, 7, 6
"""Of `TwinNetwork`: features, and kernels whose weights and biases are 15 numbers."""


class Perceptron(Ensemble):
    """The MLP: FC(M K -> 8) ReLU FC(8 -> 8) ReLU FC(8 -> K tau); 8 is Table I's n^2 read as a hidden layer."""

    def __init__(
        self, n_users: int, n_ap: int, n_pilots: int, rngs: Sequence[np.random.Generator], width: int = 8
    ) -> None:
        super().__init__(n_users, n_ap, n_pilots, rngs)
        w = positive_int("width", width)
        self.layers = nn.ModuleList([self._dense(self.n_inputs, w), self._dense(w, w), self._dense(w, self.n_outputs)])

    def logits(self, x: Tensor) -> Tensor:
        """Return the logits (S, B, K tau)."""
        y = x.flatten(2)
        for layer in self.layers[:-1]:
            y = torch.relu(layer(y))
        found: Tensor = self.layers[-1](y)
        return found


class ConvolutionalNetwork(Ensemble):
    """The CNNs: a K x M image of one channel, two 3 x 3 convolutions with ReLU, same padding, then FC.

    `head`: "flatten" (default: Table I has a term M tau K^2), or "gap", the mean over the image.
    """

    def __init__(
        self,
        n_users: int,
        n_ap: int,
        n_pilots: int,
        rngs: Sequence[np.random.Generator],
        channels: tuple[int, int] = LIGHT,
        head: str = "flatten",
    ) -> None:
        super().__init__(n_users, n_ap, n_pilots, rngs)
        self.head = one_of("head", head, HEADS)
        first, second = (positive_int("channels", c) for c in channels)
        self.first, self.first_bias = self._uniform(9, first, 1, 3, 3), self._uniform(9, first)
        self.second, self.second_bias = self._uniform(9 * first, second, first, 3, 3), self._uniform(9 * first, second)
        self.after = self._dense(second * (self.n_inputs if head == "flatten" else 1), self.n_outputs)

    def logits(self, x: Tensor) -> Tensor:
        """Return the logits (S, B, K tau)."""
        found = []
        # Seed by seed: a grouped convolution may take another algorithm for another number of groups, and other bits.
        for s, image in enumerate(x[:, :, None].unbind(0)):
            # Channels last: a third less time in the second convolution, forward and backward.
            last = image.contiguous(memory_format=torch.channels_last)
            y = torch.relu(nn.functional.conv2d(last, self.first[s], self.first_bias[s], padding=1))
            y = torch.relu(nn.functional.conv2d(y, self.second[s], self.second_bias[s], padding=1))
            found.append(y.flatten(1) if self.head == "flatten" else y.mean(dim=(2, 3)))
        outputs: Tensor = self.after(torch.stack(found))
        return outputs


class ConstantNetwork(Ensemble):
    """One assignment for all networks: the biases of the last layer and nothing else."""

    def __init__(self, n_users: int, n_ap: int, n_pilots: int, rngs: Sequence[np.random.Generator]) -> None:
        super().__init__(n_users, n_ap, n_pilots, rngs)
        self.bias = self._uniform(FEATURES, 1, self.n_outputs)

    def logits(self, x: Tensor) -> Tensor:
        """Return the biases for every input."""
        return self.bias.expand(-1, x.shape[1], -1)


class TwinNetwork(Ensemble):
    """As many parameters as "Ours", without a quantum part: 15 numbers where the circuit has its 15 angles.

    FC(M K -> 8), two circular convolutions over the 8 features, kernels of 7 and 6 weights and a bias each, with tanh
    after both as <Z> lies in [-1, 1] too, and FC(8 -> K tau).
    """

    def __init__(self, n_users: int, n_ap: int, n_pilots: int, rngs: Sequence[np.random.Generator]) -> None:
        super().__init__(n_users, n_ap, n_pilots, rngs)
        self.before = self._dense(self.n_inputs, FEATURES)
        self.first, self.first_bias = self._uniform(FIRST, FIRST, 1), self._uniform(FIRST, 1, 1)
        self.second, self.second_bias = self._uniform(SECOND, SECOND, 1), self._uniform(SECOND, 1, 1)
        self.after = self._dense(FEATURES, self.n_outputs)

    def logits(self, x: Tensor) -> Tensor:
        """Return the logits (S, B, K tau)."""
        y = self.before(x.flatten(2))
        for weight, bias in ((self.first, self.first_bias), (self.second, self.second_bias)):
            y = torch.tanh(_circular(y, weight) + bias)
        found: Tensor = self.after(y)
        return found


class SymmetricNetwork(Ensemble):
    """Users and APs may be renumbered: the pilots follow the users, and the order of the APs changes nothing.

    Two layers that mix an entry with the means over its row, its column and all, ReLU; the mean over APs; a layer that
    mixes a user with the mean over users. Its number of parameters does not depend on M and K.
    """

    def __init__(
        self, n_users: int, n_ap: int, n_pilots: int, rngs: Sequence[np.random.Generator], width: int = 16
    ) -> None:
        super().__init__(n_users, n_ap, n_pilots, rngs)
        self.width = w = positive_int("width", width)
        self.first, self.second = self._dense(4, w), self._dense(4 * w, w)
        self.after = self._dense(2 * w, n_pilots)

    def logits(self, x: Tensor) -> Tensor:
        """Return the logits (S, B, K, tau)."""
        y = x[..., None]
        for layer in (self.first, self.second):
            y = torch.relu(_rows(layer, torch.cat([y, *_means(y)], dim=-1)))
        users = y.mean(dim=3)
        return _rows(self.after, torch.cat([users, users.mean(dim=2, keepdim=True).expand_as(users)], dim=-1))


def _circular(y: Tensor, weight: Tensor) -> Tensor:
    """Return sum_i weight_i y[(k + i) mod n] for every place k of (S, B, n)."""
    shifted = torch.stack([y.roll(-i, dims=2) for i in range(weight.shape[1])], dim=3)
    return torch.bmm(shifted.flatten(1, 2), weight).reshape(y.shape)


def _means(y: Tensor) -> list[Tensor]:
    """Return the means of (S, B, K, M, C) over APs, over users, and over both, at every entry."""
    return [y.mean(dim=d, keepdim=True).expand_as(y) for d in (3, 2, (2, 3))]


def _rows(layer: Dense, y: Tensor) -> Tensor:
    """Return the layer on the last axis of (S, ..., C)."""
    found: Tensor = layer(y.flatten(1, -2))
    return found.reshape(*y.shape[:-1], -1)
