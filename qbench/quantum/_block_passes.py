"""Forward and backward passes of `BlockProgram` over states, real and imaginary parts apart; the batch comes last.

A state is (S, 2, 2^n, B): rows of a batch are moved and multiplied as they lie in memory. Seeds are taken in pieces
that stay in the processor's cache; as a seed's products are its own, the size of a piece changes no bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torch import Tensor

    from qbench.quantum._block_plan import Plan

CACHE = 2**15
"""Amplitudes of a piece on a processor: 256 KiB in single precision."""


class Passes:
    """The passes for one plan and the signs (read, 2^(n+1)) of <Z> on the squares of the last state."""

    def __init__(self, plan: Plan, signs: Tensor) -> None:
        self.plan, self.signs = plan, signs
        self.n_heads, self.n_runs = len(plan.heads), len(plan.runs)
        self.size = signs.shape[1]
        self.n = self.size.bit_length() - 2

    def forward(self, inputs: Sequence[Tensor], *, keep: bool) -> tuple[Tensor, list[Tensor]]:
        """Return <Z> (S, read, B) and, to `keep` for the backward pass, the state before each run and the last one."""
        products, heads, runs = self._split(inputs)
        seeds, _, batch = products[0].shape
        values = products[0].new_empty((seeds, len(self.signs), batch))
        count = self.n_runs + 1
        kept = [products[0].new_empty((seeds if keep else 1, self.size, batch)) for _ in range(count * keep)]
        for piece in self._pieces(seeds, batch, values):
            parts = [torch.bmm(m[piece], p[piece]) for m, p in zip(heads, products, strict=True)]
            state = parts[0]
            for part in parts[1:]:
                state = _outer(state, part)
            for k, matrix in enumerate(runs):
                moved = self._permuted(state, k)
                if keep:
                    kept[k][piece].view(moved.shape).copy_(moved)
                    moved = kept[k][piece]
                state = torch.bmm(matrix[piece], moved.reshape(len(state), matrix.shape[-1], -1))
                state = state.view(len(state), self.size, batch)
            if keep:
                kept[-1][piece] = state
            values[piece] = torch.bmm(self.signs.expand(len(state), -1, -1), state.square())
        return values, kept

    def backward(self, saved: Sequence[Tensor], grad: Tensor) -> list[Tensor]:
        """Return the gradients of products, heads' matrices and runs' matrices; grad (S, read, B)."""
        inputs, kept = saved[: 2 * self.n_heads + self.n_runs], saved[2 * self.n_heads + self.n_runs :]
        products, heads, runs = self._split(inputs)
        found = [torch.empty_like(x) for x in inputs]
        of_products, of_heads, of_runs = self._split(found)
        seeds, _, batch = products[0].shape
        doubled = 2.0 * self.signs.t()
        for piece in self._pieces(seeds, batch, grad):
            slope = torch.bmm(doubled.expand(len(grad[piece]), -1, -1), grad[piece])
            slope.mul_(kept[-1][piece])
            count = len(slope)
            for k in range(self.n_runs - 1, -1, -1):
                matrix = runs[k][piece]
                wide = (count, matrix.shape[-1], -1)
                slope = slope.reshape(wide)
                of_runs[k][piece] = torch.bmm(slope, kept[k][piece].reshape(wide).mT)
                slope = self._restored(torch.bmm(matrix.mT, slope), k, batch)
            parts = [torch.bmm(m[piece], p[piece]) for m, p in zip(heads, products, strict=True)]
            for k, of_part in enumerate(_outer_backward(parts, slope)):
                of_heads[k][piece] = torch.bmm(of_part, products[k][piece].mT)
                of_products[k][piece] = torch.bmm(heads[k][piece].mT, of_part)
        return found

    def _split(self, inputs: Sequence[Tensor]) -> tuple[Sequence[Tensor], Sequence[Tensor], Sequence[Tensor]]:
        h = self.n_heads
        return inputs[:h], inputs[h : 2 * h], inputs[2 * h :]

    def _pieces(self, seeds: int, batch: int, like: Tensor) -> Iterator[slice]:
        step = max(1, 2 * CACHE // (self.size * batch)) if like.device.type == "cpu" else seeds
        return (slice(start, min(start + step, seeds)) for start in range(0, seeds, step))

    def _axes(self, run: int) -> list[int]:
        """Return which axis of the state's bits, highest first, comes where before run `run`."""
        before, after = self.plan.orders[run], self.plan.orders[run + 1]
        return [before.index(q) for q in after]

    def _permuted(self, state: Tensor, run: int) -> Tensor:
        shape = (len(state), 2, *([2] * self.n), state.shape[-1])
        return state.reshape(shape).permute(0, 1, *(2 + a for a in self._axes(run)), 2 + self.n)

    def _restored(self, state: Tensor, run: int, batch: int) -> Tensor:
        axes = self._axes(run)
        back = [axes.index(k) for k in range(self.n)]
        whole = state.reshape(len(state), 2, *([2] * self.n), batch)
        return whole.permute(0, 1, *(2 + a for a in back), 2 + self.n).reshape(len(state), self.size, batch)


def _outer(a: Tensor, b: Tensor) -> Tensor:
    """Return the product (S, 2 D E, B) of two states (S, 2 D, B) and (S, 2 E, B), the first in the high bits."""
    seeds, _, batch = a.shape
    x, y = a.view(seeds, 2, -1, 1, batch), b.view(seeds, 2, 1, -1, batch)
    # Real products, as in gates.polar: complex ones depend on where in an array a number stands.
    out = a.new_empty((seeds, 2, x.shape[2], y.shape[3], batch))
    torch.mul(x[:, 0], y[:, 0], out=out[:, 0])
    out[:, 0] -= x[:, 1] * y[:, 1]
    torch.mul(x[:, 0], y[:, 1], out=out[:, 1])
    out[:, 1] += x[:, 1] * y[:, 0]
    return out.view(seeds, -1, batch)


def _outer_backward(parts: list[Tensor], slope: Tensor) -> list[Tensor]:
    """Return the gradients of the factors of `_outer` taken from left to right."""
    if len(parts) == 1:
        return [slope]
    left = parts[0]
    for part in parts[1:-1]:
        left = _outer(left, part)
    right = parts[-1]
    seeds, _, batch = slope.shape
    x, y = left.view(seeds, 2, -1, 1, batch), right.view(seeds, 2, 1, -1, batch)
    g = slope.view(seeds, 2, x.shape[2], y.shape[3], batch)
    found = []
    # The gradient times the conjugate of the other factor, summed over the other's index.
    for other, axis in ((y, 2), (x, 1)):
        re = (g[:, 0] * other[:, 0]).add_(g[:, 1] * other[:, 1])
        im = (g[:, 1] * other[:, 0]).sub_(g[:, 0] * other[:, 1])
        found.append(torch.cat([re.sum(dim=axis), im.sum(dim=axis)], dim=1))
    return [*_outer_backward(parts[:-1], found[0]), found[1]]
