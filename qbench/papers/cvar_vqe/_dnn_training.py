"""One network of Sec. V-B and its training set: epochs, losses, logits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from qbench.papers._torch import one_thread
from qbench.papers.cvar_vqe._dnn_network import Adam, Passes, initial

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qbench._arrays import FloatArray
    from qbench.papers.cvar_vqe.dnn import Training

__all__ = ["Data", "Run", "logits", "one_thread"]


@dataclass(frozen=True, eq=False)
class Data:
    """N instances: features (N, I, J), weights (N, I, J), factors of the overload penalty (N,); capacities (J,)."""

    features: FloatArray
    weights: FloatArray
    overload: FloatArray
    capacity: FloatArray


class Run:
    """The training of one network."""

    def __init__(self, settings: Training, data: Data, rng: np.random.Generator) -> None:
        self.settings, self.rng, self.epochs = settings, rng, 0
        size, dtype = settings.agents * settings.stations, torch.float32
        self.parameters = torch.tensor(initial(settings.agents, settings.stations, rng), dtype=dtype)
        gradient = torch.zeros_like(self.parameters)
        self.adam = Adam(self.parameters, gradient, settings.learning_rate)
        self._gradient = gradient
        self._passes: dict[int, Passes] = {}
        self.set = [a.astype(np.float32) for a in (data.features.reshape(-1, size), data.weights, data.overload)]
        # The training set in the order of an epoch, so that a batch is a slice.
        self._x = torch.empty(self.set[0].shape, dtype=dtype)
        self._drawn = [self._x.numpy(), *(np.empty_like(a) for a in self.set[1:])]
        self.capacity = data.capacity.astype(np.float32)

    def epoch(self) -> float:
        """Train on every instance once, in a fresh order; return the mean loss on the way."""
        count, length = len(self._x), self.settings.batch
        order = self.rng.permutation(count)
        for source, drawn in zip(self.set, self._drawn, strict=True):
            np.take(source, order, axis=0, out=drawn, mode="clip")  # "clip": no buffer in between
        self.epochs += 1
        total = 0.0
        for start in range(0, count, length):
            total += self._gradient_of(slice(start, min(start + length, count)))
            self.adam.step()
        return self._checked(total / count)

    def loss(self, data: Data) -> float:
        """Return the mean loss on other instances."""
        size = self.settings.agents * self.settings.stations
        x = torch.tensor(data.features.reshape(-1, size), dtype=torch.float32)
        rest = (a.astype(np.float32) for a in (data.weights, data.overload, data.capacity))
        return self._checked(self.passes(len(x)).loss(x, *rest) / len(x))

    def passes(self, batch: int) -> Passes:
        """Return the passes for batches of this length."""
        if batch not in self._passes:
            s = self.settings
            self._passes[batch] = Passes(
                self.parameters,
                self._gradient,
                batch=batch,
                agents=s.agents,
                stations=s.stations,
                flat=s.softmax == "flat",
            )
        return self._passes[batch]

    def _gradient_of(self, batch: slice) -> float:
        passes = self.passes(batch.stop - batch.start)
        _, weights, overload = self._drawn
        return passes.loss_and_gradient(self._x[batch], weights[batch], overload[batch], self.capacity)

    def _checked(self, loss: float) -> float:
        if not np.isfinite(loss):
            raise ValueError(
                f"the loss became {loss} in epoch {self.epochs} at learning rate {self.settings.learning_rate:g}; "
                "lower the rate, or train on log2(1 + SINR)"
            )
        return loss


def logits(settings: Training, parameters: NDArray[np.float32], features: FloatArray) -> NDArray[np.float32]:
    """Return the logits (B, I, J) of one network (P,) for features (B, I, J)."""
    theta = torch.tensor(parameters)
    passes = Passes(
        theta,
        torch.zeros_like(theta),
        batch=len(features),
        agents=settings.agents,
        stations=settings.stations,
        flat=settings.softmax == "flat",
    )
    x = torch.tensor(features.reshape(len(features), -1), dtype=theta.dtype)
    return np.array(passes.logits(x), dtype=np.float32)
