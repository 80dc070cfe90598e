"""Training of any of the networks, all seeds side by side. The paper gives no recipe: this one serves every model.

Adam, batches of 64 in a fresh order each epoch, the weights of the best validation epoch, early stopping. A seed that
has stopped is dropped, and the others go on as if it had never been there, to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from qbench._check import in_interval, positive_int
from qbench.papers._torch import one_thread
from qbench.papers.hqcnn.adam import Adam

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.hqcnn.ensemble import Ensemble

    Loss = Callable[[Tensor, Tensor], Tensor]
    """(logits (S, B, K, tau), targets (S, B, ...)) -> losses (S, B)"""

CHUNK = 256
"""Networks whose loss is evaluated at a time."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How to train.

    Attributes:
        rate: Adam's learning rate.
        epochs: at most so many passes over the training set.
        batch: networks a step; the last batch of an epoch may be shorter.
        patience: stop when the best validation loss has not fallen by `tolerance` for so many epochs; None: never.
        tolerance: relative to the size of the loss.

    Raises ValueError for values outside their ranges.
    """

    rate: float
    epochs: int = 100
    batch: int = 64
    patience: int | None = 20
    tolerance: float = 1e-3

    def __post_init__(self) -> None:
        in_interval("rate", self.rate, 0.0, np.inf, lo_open=True, hi_open=True)
        in_interval("tolerance", self.tolerance, 0.0, 1.0)
        for name in ("epochs", "batch") + (("patience",) if self.patience is not None else ()):
            positive_int(name, getattr(self, name))


@dataclass(frozen=True, eq=False)
class Examples:
    """Networks to learn from: features x (S, N, K, M) and targets (S, N, ...), gains or labels.

    Raises ValueError unless both lead with the same S and N, at least 1.
    """

    x: Tensor
    targets: Tensor

    def __post_init__(self) -> None:
        if self.x.dim() < 2 or self.x.shape[:2] != self.targets.shape[:2] or 0 in self.x.shape:
            shapes = f"{tuple(self.x.shape)} and {tuple(self.targets.shape)}"
            raise ValueError(f"x and targets must lead with the same seeds and examples, at least one, got {shapes}")


@dataclass(frozen=True, eq=False)
class Trained:
    """What a training leaves beside the network, which carries the best weights of every seed.

    Attributes:
        training, validation: mean losses before training and after each epoch (S, epochs + 1); NaN after a seed has
            stopped, and `training` throughout unless it was asked for.
        best: epoch of the weights that are kept (S,).
        stopped: last epoch of the seed (S,).
    """

    training: FloatArray
    validation: FloatArray
    best: IntArray
    stopped: IntArray


def train(
    network: Ensemble,
    loss: Loss,
    learned: Examples,
    validated: Examples,
    recipe: Recipe,
    rngs: Sequence[np.random.Generator],
    *,
    curve: bool = False,
) -> Trained:
    """Train all seeds of `network`, in place, each with its own examples and its own generator of orders.

    `curve`: also evaluate the loss on all training examples after each epoch. Raises ValueError for examples or
    generators of another number of seeds.
    """
    seeds = network.seeds
    if not len(learned.x) == len(validated.x) == len(rngs) == seeds:
        raise ValueError(
            f"the network has {seeds} seeds; got examples of {len(learned.x)} and {len(validated.x)} and {len(rngs)} "
            "generators"
        )
    record = _Record(network, recipe)
    with one_thread():
        adam = Adam(list(network.parameters()), recipe.rate)
        for epoch in range(recipe.epochs + 1):
            if epoch:
                _epoch(network, adam, loss, learned, recipe.batch, record.active, rngs)
            shown = mean_losses(network, loss, learned, record.active) if curve else None
            going = record.note(network, epoch, mean_losses(network, loss, validated, record.active), shown)
            if not going.any():
                break
            if not going.all():
                left = np.flatnonzero(going)
                network.keep(left.tolist())
                adam.keep(torch.from_numpy(left))
                record.active = record.active[left]
    return record.finish(network)


@torch.no_grad()
def mean_losses(network: Ensemble, loss: Loss, examples: Examples, seeds: IntArray) -> FloatArray:
    """Return the mean loss (len(seeds),) of a network of these seeds over their examples."""
    index = torch.from_numpy(seeds)
    total = np.zeros(len(seeds))
    for start in range(0, examples.x.shape[1], CHUNK):
        part = slice(start, start + CHUNK)
        found = loss(network(examples.x[index, part]), examples.targets[index, part])
        total += found.double().cpu().numpy().sum(axis=1)
    return total / examples.x.shape[1]


def _epoch(
    network: Ensemble,
    adam: Adam,
    loss: Loss,
    examples: Examples,
    batch: int,
    seeds: IntArray,
    rngs: Sequence[np.random.Generator],
) -> None:
    parameters = list(network.parameters())
    count = examples.x.shape[1]
    orders = torch.from_numpy(np.stack([rngs[s].permutation(count) for s in seeds]))
    index = torch.from_numpy(seeds)[:, None]
    for start in range(0, count, batch):
        rows = orders[:, start : start + batch]
        found = loss(network(examples.x[index, rows]), examples.targets[index, rows])
        for parameter in parameters:
            parameter.grad = None
        # A sum over seeds: each parameter belongs to one, and its gradient is that of its own mean loss.
        (found.sum() / rows.shape[1]).backward()  # type: ignore[no-untyped-call]  # torch
        adam.step(parameters)


class _Record:
    """Losses, best weights and the seeds that still train."""

    def __init__(self, network: Ensemble, recipe: Recipe) -> None:
        self.recipe, self.active = recipe, np.arange(network.seeds)
        shape = (network.seeds, recipe.epochs + 1)
        self.training, self.validation = np.full(shape, np.nan), np.full(shape, np.nan)
        self.best, self.stopped = np.zeros(network.seeds, np.int64), np.zeros(network.seeds, np.int64)
        self.lowest, self.mark = np.full(network.seeds, np.inf), np.full(network.seeds, np.inf)
        self.since = np.zeros(network.seeds, np.int64)
        self.weights = [p.detach().clone() for p in network.parameters()]

    def note(
        self, network: Ensemble, epoch: int, validation: FloatArray, training: FloatArray | None
    ) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Record an epoch's losses and return which of the active seeds go on."""
        a = self.active
        self.validation[a, epoch] = validation
        if training is not None:
            self.training[a, epoch] = training
        self.stopped[a] = epoch
        better = validation < self.lowest[a]
        for kept, now in zip(self.weights, network.parameters(), strict=True):
            kept[torch.from_numpy(a[better])] = now.detach()[torch.from_numpy(np.flatnonzero(better))]
        self.lowest[a[better]], self.best[a[better]] = validation[better], epoch
        # inf - inf would be NaN: the first epoch always moves the mark.
        mark = self.mark[a]
        least = np.where(
            np.isinf(mark), np.inf, mark - self.recipe.tolerance * np.abs(np.where(np.isinf(mark), 0, mark))
        )
        moved = validation < least
        self.mark[a[moved]] = validation[moved]
        self.since[a] = np.where(moved, epoch, self.since[a])
        going = np.ones(len(a), dtype=np.bool_)
        if self.recipe.patience is not None:
            going = epoch - self.since[a] < self.recipe.patience
        return np.asarray(going)

    def finish(self, network: Ensemble) -> Trained:
        """Give the network all seeds with their best weights, and return what was recorded."""
        # Any seed in every place makes room for all of them.
        network.keep([0] * len(self.stopped))
        with torch.no_grad():
            for parameter, kept in zip(network.parameters(), self.weights, strict=True):
                parameter.copy_(kept)
        return Trained(self.training, self.validation, self.best, self.stopped)
