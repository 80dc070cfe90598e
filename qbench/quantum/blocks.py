"""Circuits of two-qubit blocks on rotated inputs, for many seeds side by side: <Z> and every gradient by one pass.

The circuit is RY(2 h_q) on every qubit, then blocks, each a 4 x 4 unitary on an ordered pair of qubits, as in a quantum
convolutional network. Every seed has blocks of its own and inputs of its own, (S, B, n). Blocks on up to four qubits
are multiplied first, once a seed; a batch then costs a few real matrix products of 32 x 32, whatever the number of
blocks. Index of a block's matrix: bit of the first qubit + 2 x bit of the second, Qiskit's order.

Processor milliseconds of value and all gradients, 8 qubits, 13 blocks of one vector of angles, 128 inputs, single
precision: 6 for a seed alone, 2.3 a seed for twenty together; PennyLane's TorchLayer (default.qubit, backprop) 305.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from qbench._check import positive_int
from qbench.quantum._block_passes import Passes
from qbench.quantum._block_plan import WIDTH, plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from qbench._arrays import FloatArray

MAX_QUBITS = 16
"""A state of 16 qubits takes 512 KiB an input in single precision; beyond, `compile` checks the memory first."""


class BlockProgram:
    """<Z_q> of the qubits `read` after blocks on `pairs`, in this order; block k takes matrix `which[k]`.

    Seeds lead every product of matrices and no sum goes over them, so that a seed's results have the same bits with any
    other seeds beside it (for the same batch). Works on any torch device, in the precision of its arguments.

    Raises ValueError for sizes below 1 or above 16 qubits, wires that are not there, a pair of one wire, and `which`
    or `read` that do not fit.
    """

    def __init__(
        self, n_qubits: int, pairs: Sequence[tuple[int, int]], which: Sequence[int], read: Sequence[int]
    ) -> None:
        self.n_qubits = n = positive_int("n_qubits", n_qubits)
        if n > MAX_QUBITS:
            raise ValueError(f"blocks run on at most {MAX_QUBITS} qubits, got {n}; use qbench.quantum.compile")
        for a, b in pairs:
            if a == b or not (0 <= a < n and 0 <= b < n):
                raise ValueError(f"a block needs two different qubits in 0..{n - 1}, got {(a, b)}")
        if len(which) != len(pairs) or min(which, default=0) < 0:
            raise ValueError(f"which must name a matrix, from 0, for each of {len(pairs)} blocks, got {list(which)}")
        if not read or len(set(read)) < len(read) or min(read) < 0 or max(read) >= n:
            raise ValueError(f"read must name different qubits in 0..{n - 1}, at least one, got {list(read)}")
        self.pairs, self.which, self.read = tuple(map(tuple, pairs)), tuple(which), tuple(read)
        self.n_matrices = 1 + max(self.which, default=-1)
        self.plan = plan(n, self.pairs)  # type: ignore[arg-type]  # mypy: pairs of tuple[int, ...]

    def expectation(self, h: Tensor, blocks: Tensor) -> Tensor:
        """Return <Z_q> (S, B, len(read)) of half angles h (S, B, n), radians, and blocks (S, V, 4, 4), complex.

        Differentiable by torch in both. Raises ValueError for other shapes, and TypeError where one is double and the
        other single precision.
        """
        self._check(h, blocks)
        matrices = self._matrices(blocks)
        turned = torch.stack([torch.cos(h), torch.sin(h)], dim=-1).permute(0, 2, 3, 1)
        products = [_product(turned, head.wires) for head in self.plan.heads]
        passes = Passes(self.plan, self._signs(h))
        found: Tensor = _Expectation.apply(passes, *products, *matrices)  # type: ignore[no-untyped-call]  # torch
        return found.transpose(1, 2)

    def _check(self, h: Tensor, blocks: Tensor) -> None:
        if h.dim() != 3 or h.shape[-1] != self.n_qubits or 0 in h.shape:
            raise ValueError(f"h must be (seeds, batch, {self.n_qubits}) and not empty, got {tuple(h.shape)}")
        if blocks.dim() != 4 or blocks.shape != (h.shape[0], blocks.shape[1], 4, 4):
            raise ValueError(
                f"blocks must be (seeds, matrices, 4, 4) with {h.shape[0]} seeds, got {tuple(blocks.shape)}"
            )
        if blocks.shape[1] < self.n_matrices:
            raise ValueError(f"the circuit takes {self.n_matrices} matrices a seed, got {blocks.shape[1]}")
        if blocks.dtype != (torch.complex64 if h.dtype == torch.float32 else torch.complex128):
            raise TypeError(f"h and blocks must have one precision, got {h.dtype} and {blocks.dtype}")

    def _matrices(self, blocks: Tensor) -> list[Tensor]:
        """Return each group's product of blocks, heads before runs: [[Re, -Im], [Im, Re]] (S, 2d, 2d).

        Of heads, which act on real products, only the left half, (S, 2d, d).
        """
        groups = (*self.plan.heads, *self.plan.runs)
        longest, k = self._longest, min(WIDTH, self.n_qubits)
        seeds, size = len(blocks), 2**k
        placed = torch.as_tensor(self._places, dtype=blocks.real.dtype, device=blocks.device)
        one = torch.ones((seeds, 1), dtype=blocks.dtype, device=blocks.device)
        entries = torch.cat([blocks[:, : self.n_matrices].reshape(seeds, -1), one], dim=1)
        # A product with zeros and ones, one of them a column: each number is copied, and its gradient is one sum.
        parts = torch.bmm(torch.stack([entries.real, entries.imag], dim=1), placed.expand(seeds, -1, -1))
        factors = torch.complex(parts[:, 0], parts[:, 1]).reshape(seeds, longest, len(groups), size, size).unbind(1)
        total = factors[0].reshape(-1, size, size)
        for factor in factors[1:]:
            total = torch.bmm(factor.reshape(-1, size, size), total)
        total = total.reshape(seeds, len(groups), size, size)
        found: list[Tensor] = []
        for k, (group, matrix) in enumerate(zip(groups, total.unbind(1), strict=True)):
            d = 2 ** len(group.wires)
            re, im = matrix.real[:, :d, :d], matrix.imag[:, :d, :d]
            columns = [torch.cat([re, im], dim=1)]
            if k >= len(self.plan.heads):
                columns.append(torch.cat([-im, re], dim=1))
            found.append(torch.cat(columns, dim=2))
        return found

    @property
    def _longest(self) -> int:
        return max(1, *(len(g.blocks) for g in (*self.plan.heads, *self.plan.runs)))

    @cached_property
    def _places(self) -> FloatArray:
        """Which entry of the blocks, or the 1 at their end, each entry of each group's factors is: zeros and ones."""
        groups = (*self.plan.heads, *self.plan.runs)
        longest, k = self._longest, min(WIDTH, self.n_qubits)
        found = np.zeros((16 * self.n_matrices + 1, longest, len(groups), 2**k, 2**k))
        index = np.arange(2**k)
        for g, group in enumerate(groups):
            for t in range(longest):
                if t >= len(group.blocks):
                    found[-1, t, g, index, index] = 1.0
                    continue
                block = group.blocks[t]
                a, b = (group.wires.index(q) for q in self.pairs[block])
                own = ((index >> a) & 1) + 2 * ((index >> b) & 1)
                rest = index & ~((1 << a) | (1 << b))
                rows, columns = np.nonzero(rest[:, None] == rest[None, :])
                found[16 * self.which[block] + 4 * own[rows] + own[columns], t, g, rows, columns] = 1.0
        return found.reshape(len(found), -1)

    def _signs(self, like: Tensor) -> Tensor:
        """Return the signs (read, 2^(n+1)) of Z on real, then imaginary parts, in the last state's order of bits."""
        index = torch.arange(2**self.n_qubits, device=like.device)
        order = self.plan.orders[-1]
        bits = torch.stack([(index >> (self.n_qubits - 1 - order.index(q))) & 1 for q in self.read])
        return (1 - 2 * bits).to(like.dtype).repeat(1, 2)


class _Expectation(torch.autograd.Function):
    """<Z> of products (S, 2^k, B) of the heads through the matrices of heads and runs."""

    @staticmethod
    def forward(ctx: Any, passes: Passes, *inputs: Tensor) -> Tensor:  # noqa: ANN401
        values, states = passes.forward(inputs, keep=any(ctx.needs_input_grad))
        ctx.passes = passes
        ctx.save_for_backward(*inputs, *states)
        return values

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        return (None, *ctx.passes.backward(ctx.saved_tensors, grad.contiguous()))


def _product(turned: Tensor, wires: tuple[int, ...]) -> Tensor:
    """Return real product states (S, 2^k, B) of (S, n, 2, B), the lowest wire the lowest bit."""
    seeds, _, _, batch = turned.shape
    state = turned[:, wires[0]]
    for q in wires[1:]:
        state = (turned[:, q, :, None] * state[:, None]).reshape(seeds, -1, batch)
    return state
