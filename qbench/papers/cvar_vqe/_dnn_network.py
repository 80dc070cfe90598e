"""Forward and backward passes of one network of Sec. V-B whose weights lie in one flat vector."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch

from qbench.papers.cvar_vqe import _dnn_kernels as kernels
from qbench.papers.cvar_vqe.dnn_scores import linear_maps

if TYPE_CHECKING:
    from qbench._arrays import FloatArray
    from qbench.papers.cvar_vqe._dnn_kernels import Real

BETA1, BETA2, EPS = 0.9, 0.999, 1e-8
"""Adam's constants, PyTorch's defaults."""


def initial(agents: int, stations: int, rng: np.random.Generator) -> FloatArray:
    """Draw the flat parameters (P,) as torch.nn.Linear does: all of a map uniform in +-1/sqrt(inputs).

    (Its kaiming_uniform_ with a = sqrt(5) has the bound sqrt(6 / (1 + 5) / inputs).) Weights, then biases, map by map:
    the order of Module.parameters().
    """
    return np.concatenate(
        [
            rng.uniform(-1.0, 1.0, inputs * outputs + outputs) / math.sqrt(inputs)
            for inputs, outputs in linear_maps(agents, stations)
        ]
    )


class Passes:
    """Forward and backward passes over batches of one length; buffers are made once and used again.

    parameters, gradient: (P,) tensors of one dtype, read and written in place; begin at the start of a cache line, as
    torch allocates them. weights and cotangents have the dtype of `parameters`.
    """

    def __init__(
        self, parameters: torch.Tensor, gradient: torch.Tensor, *, batch: int, agents: int, stations: int, flat: bool
    ) -> None:
        self.flat = flat
        self.matrix, self.of_matrix, self.bias, self.of_bias = [], [], [], []
        at = 0
        for inputs, outputs in linear_maps(agents, stations):
            middle, end = at + inputs * outputs, at + inputs * outputs + outputs
            self.matrix.append(parameters[at:middle].view(outputs, inputs))
            self.of_matrix.append(gradient[at:middle].view(outputs, inputs))
            self.bias.append(parameters[middle:end].numpy())
            self.of_bias.append(gradient[middle:end].numpy())
            at = end
        self.output = [parameters.new_empty(batch, len(bias)) for bias in self.bias]
        self.cotangent = [torch.empty_like(z) for z in self.output[:-1]]
        # Kernels take numpy's views of the same memory, made once: making one costs as much as a small kernel.
        self._output = [z.numpy() for z in self.output]
        self._cotangent = [z.numpy() for z in self.cotangent]
        self._logits = self.output[-1].view(batch, agents, stations).numpy()

    def logits(self, x: torch.Tensor) -> Real:
        """Return the last map's values (B, I, J) for inputs (B, I J); the next pass overwrites them."""
        self._forward(x)
        kernels.add_bias(self._output[-1], self.bias[-1])
        return self._logits

    def loss_and_gradient(self, x: torch.Tensor, weights: Real, overload: Real, capacity: Real) -> float:
        """Return the summed loss of a batch and put the derivative of its mean into `gradient`.

        x (B, I J); weights (B, I, J); overload (B,) and capacity (J,) as `score_backward` has them.
        """
        self.logits(x)
        total: float = kernels.score_backward(self._logits, weights, overload, capacity, self.flat, self.of_bias[-1])
        above = self.output[-1]
        for k in range(len(self.matrix) - 1, 0, -1):
            torch.mm(above.t(), self.output[k - 1], out=self.of_matrix[k])
            torch.mm(above, self.matrix[k], out=self.cotangent[k - 1])
            kernels.relu_backward(self._cotangent[k - 1], self._output[k - 1], self.of_bias[k - 1])
            above = self.cotangent[k - 1]
        torch.mm(above.t(), x, out=self.of_matrix[0])
        return total

    def loss(self, x: torch.Tensor, weights: Real, overload: Real, capacity: Real) -> float:
        """Return the summed loss of a batch; `gradient` stays as it is."""
        self.logits(x)
        unused = np.empty_like(self.of_bias[-1])
        total: float = kernels.score_backward(self._logits, weights, overload, capacity, self.flat, unused)
        return total

    def _forward(self, x: torch.Tensor) -> None:
        last = len(self.matrix) - 1
        for k, (matrix, bias) in enumerate(zip(self.matrix, self.bias, strict=True)):
            torch.mm(x, matrix.t(), out=self.output[k])
            x = self.output[k]
            if k < last:
                kernels.add_bias_relu(self._output[k], bias)


class Adam:
    """Adam on a flat vector (P,), in place, as torch.optim.Adam with its default betas and eps."""

    def __init__(self, parameters: torch.Tensor, gradient: torch.Tensor, learning_rate: float) -> None:
        self.number = parameters.numpy().dtype.type
        self.arrays = [t.numpy() for t in (parameters, gradient, torch.zeros_like(parameters))]
        self.arrays.append(torch.zeros_like(parameters).numpy())
        self.learning_rate, self.steps = learning_rate, 0
        self.fixed = [self.number(c) for c in (1.0 - BETA1, BETA2, 1.0 - BETA2)]
        self.eps = self.number(EPS)

    def step(self) -> None:
        """Move the parameters against the gradient as it stands."""
        self.steps += 1
        step = self.number(self.learning_rate / (1.0 - BETA1**self.steps))
        scale = self.number(1.0 / math.sqrt(1.0 - BETA2**self.steps))
        kernels.adam_step(*self.arrays, *self.fixed, step, scale, self.eps)
