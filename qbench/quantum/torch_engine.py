"""The general engine: blocks of gates over a batch of states on any torch device, and an adjoint pass for gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from qbench.quantum.fusion import block_matrix, block_width, fuse, gate_matrices

if TYPE_CHECKING:
    from torch import Tensor

    from qbench.quantum.lowering import Lowered


class _Layout:
    """Which qubit each axis of a stored state holds: states are left permuted between blocks, not moved back."""

    def __init__(self, n_qubits: int) -> None:
        self.n = n_qubits
        # Axis k of (B, 2, ..., 2) after the batch; the index's highest bit comes first.
        self.order = list(range(n_qubits - 1, -1, -1))

    def front(self, state: Tensor, qubits: tuple[int, ...]) -> Tensor:
        """Return the state as (B, 2^k, rest) with `qubits` in the middle axis, the first of them its lowest bit."""
        wanted = [*reversed(qubits)]
        wanted += [q for q in self.order if q not in qubits]
        if wanted != self.order:
            axes = [0, *(1 + self.order.index(q) for q in wanted)]
            state = state.reshape(-1, *([2] * self.n)).permute(axes)
            self.order = wanted
        return state.reshape(state.shape[0], 2 ** len(qubits), -1)

    def flat(self, state: Tensor) -> Tensor:
        """Return the state as (B, 2^n), bit q of the index being qubit q."""
        return self.front(state, tuple(range(self.n))).reshape(state.shape[0], -1)


def _bmm(matrix: Tensor, state: Tensor) -> Tensor:
    # The batch leads a bmm: its members are separate products, so none changes another's bits.
    return torch.bmm(matrix.expand(state.shape[0], -1, -1), state)


class _Evolve(torch.autograd.Function):
    """All blocks on |0...0>; backward undoes them one by one, so no state but the last is kept."""

    @staticmethod
    def forward(ctx: Any, qubits: list[tuple[int, ...]], n: int, *matrices: Tensor) -> Tensor:  # noqa: ANN401
        batch = max((m.shape[0] for m in matrices), default=1)
        state = torch.zeros((batch, 2**n), dtype=matrices[0].dtype, device=matrices[0].device)
        state[:, 0] = 1.0
        layout = _Layout(n)
        for of_block, matrix in zip(qubits, matrices, strict=True):
            state = _bmm(matrix, layout.front(state, of_block))
        state = layout.flat(state)
        ctx.qubits, ctx.n = qubits, n
        ctx.save_for_backward(state, *matrices)
        return state

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        state, *matrices = ctx.saved_tensors
        gradients: list[Tensor | None] = [None] * len(matrices)
        psi, chi = _Layout(ctx.n), _Layout(ctx.n)
        cotangent = grad.contiguous()
        for k in range(len(matrices) - 1, -1, -1):
            adjoint = matrices[k].mH
            state = _bmm(adjoint, psi.front(state, ctx.qubits[k]))
            cotangent = chi.front(cotangent, ctx.qubits[k])
            if ctx.needs_input_grad[2 + k]:
                product = torch.bmm(cotangent, state.mH)
                gradients[k] = product.sum(dim=0, keepdim=True) if matrices[k].shape[0] == 1 else product
            cotangent = _bmm(adjoint, cotangent)
        return (None, None, *gradients)


class TorchEngine:
    """States of a lowered circuit; angles are gate angles, not parameters."""

    def __init__(self, lowered: Lowered, dtype: torch.dtype, device: torch.device) -> None:
        self.lowered = lowered
        self.blocks = fuse(lowered, block_width(lowered.n_qubits))
        complex_type = torch.complex64 if dtype == torch.float32 else torch.complex128
        self.dtype = dtype if lowered.real else complex_type
        self.device = device
        varied = [b for b in self.blocks if not b.constant]
        gates = sum(4 ** len(op.qubits) for b in varied for op in b.ops if op.slots)
        self.matrix_entries = gates + sum(4 ** len(b.qubits) for b in varied)
        """Entries of the matrices of gates and blocks, for each member of a batch."""

    def state(self, angles: Tensor) -> Tensor:
        """Return states (B, 2^n) of gate angles (B, G); differentiable by one adjoint pass."""
        n = self.lowered.n_qubits
        if not self.blocks:
            state = torch.zeros((angles.shape[0], 2**n), dtype=self.dtype, device=self.device)
            state[:, 0] = 1.0
        else:
            matrices = gate_matrices(self.lowered, angles, self.dtype)
            stacked = [block_matrix(block, matrices) for block in self.blocks]
            lifted = [m if m.dim() == 3 else m[None] for m in stacked]
            state = _Evolve.apply([b.qubits for b in self.blocks], n, *lifted)  # type: ignore[no-untyped-call]  # torch
            state = state.expand(angles.shape[0], -1)
        if self.lowered.phase is not None:
            turn = angles[:, self.lowered.phase, None]
            c, s, re, im = torch.cos(turn), torch.sin(turn), state.real, state.imag
            # Real products, as in gates.polar.
            state = torch.complex(re * c - im * s, re * s + im * c)
        return state
