"""The circuit's part of a training step: <Z> of every wire for a batch, a loss, its gradients by inputs and angles."""

from __future__ import annotations

import numpy as np
import torch

from qbench.papers.hqcnn.layout import Layout
from qbench.papers.hqcnn.matrices import layout_matrices
from qbench.papers.hqcnn.networks import program_of

SEED = 20_260_111


class Workload:
    """Half angles h (S, B, 8), angles theta (S, 15) and targets (S, B, 8); the loss is the summed squared error."""

    def __init__(self, seeds: int, batch: int) -> None:
        rng = np.random.default_rng(SEED)
        self.layout = Layout()
        self.h = rng.uniform(-2, 2, (seeds, batch, 8))
        self.theta = rng.normal(size=(seeds, 15))
        self.target = rng.uniform(-1, 1, (seeds, batch, 8))
        self.program = program_of(self.layout)

    def step(self, dtype: torch.dtype = torch.float64) -> np.ndarray:
        """Return the gradients by h, then by theta, flat, seeds first: (S, 8 B + 15)."""
        h, theta, target = (torch.tensor(x, dtype=dtype) for x in (self.h, self.theta, self.target))
        h.requires_grad_()
        theta.requires_grad_()
        values = self.program.expectation(h, layout_matrices(self.layout, theta))
        (values - target).square().sum().backward()
        return joined(h.grad, theta.grad)


def joined(by_h: torch.Tensor, by_theta: torch.Tensor) -> np.ndarray:
    """Return gradients (S, B, 8) and (S, 15) as one array (S, 8 B + 15)."""
    return np.concatenate([by_h.flatten(1).numpy(), by_theta.numpy()], axis=1)
