"""Fusion: gates gathered into blocks of a few qubits, each one matrix that passes over the state once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from qbench.quantum.gates import GATES

if TYPE_CHECKING:
    from torch import Tensor

    from qbench.quantum.lowering import Lowered, Op


@dataclass(frozen=True)
class Block:
    """Gates on a few qubits, in order; the first qubit is the lowest bit of the block's matrix."""

    qubits: tuple[int, ...]
    ops: tuple[Op, ...]

    @property
    def constant(self) -> bool:
        """Whether no gate takes an angle."""
        return not any(op.slots for op in self.ops)


def block_width(n_qubits: int) -> int:
    """Return how many qubits a block may have: few for small states, where building costs more."""
    return 2 if n_qubits < 9 else 4


def fuse(lowered: Lowered, width: int) -> tuple[Block, ...]:
    """Return blocks that together are the circuit.

    A gate may join any block from the last one on that touches its qubits: whatever stands between acts on other
    qubits. It joins where it adds the fewest qubits; where none has room a new block begins.
    """
    members: list[tuple[list[int], list[Op]]] = []
    last: dict[int, int] = {}
    for op in lowered.ops:
        first = max((last.get(q, -1) for q in op.qubits), default=-1)
        fits = [
            (len(set(op.qubits) - set(members[k][0])), k)
            for k in range(max(first, 0), len(members))
            if len(set(op.qubits) | set(members[k][0])) <= max(width, len(op.qubits))
        ]
        if fits:
            chosen = min(fits)[1]
        else:
            members.append(([], []))
            chosen = len(members) - 1
        qubits, ops = members[chosen]
        qubits.extend(q for q in op.qubits if q not in qubits)
        ops.append(op)
        for q in op.qubits:
            last[q] = max(last.get(q, -1), chosen)
    return tuple(Block(tuple(q), tuple(o)) for q, o in members)


def gate_matrices(lowered: Lowered, angles: Tensor, dtype: torch.dtype) -> dict[Op, Tensor]:
    """Return the matrix of every gate: (*B, d, d) with angles (*B, angles), (d, d) where it has none.

    All gates of one kind are built in one call: for small circuits the number of calls is the cost.
    """
    kinds: dict[str, list[Op]] = {}
    for op in lowered.ops:
        kinds.setdefault(op.name, []).append(op)
    found: dict[Op, Tensor] = {}
    for name, ops in kinds.items():
        gate = GATES[name]
        if gate.angles == 0:
            matrix = gate.matrix(angles[..., :0], dtype)
            found.update(dict.fromkeys(ops, matrix))
            continue
        slots = torch.tensor([op.slots for op in ops], device=angles.device)
        matrices = gate.matrix(angles[..., slots], dtype)
        found.update(zip(ops, matrices.unbind(dim=-3), strict=True))
    return found


def block_matrix(block: Block, matrices: dict[Op, Tensor]) -> Tensor:
    """Return the block's matrix, (*B, 2^k, 2^k) or (2^k, 2^k) for a constant block."""
    size = len(block.qubits)
    whole: Tensor | None = None
    for op in block.ops:
        matrix = matrices[op]
        axes = [block.qubits.index(q) for q in op.qubits]
        if whole is None and axes == list(range(size)):
            whole = matrix
            continue
        if whole is None:
            whole = torch.eye(2**size, dtype=matrix.dtype, device=matrix.device)
        whole = _apply_rows(matrix, whole, axes, size)
    if whole is None:
        raise ValueError("a block has at least one gate")
    return whole


def _apply_rows(matrix: Tensor, whole: Tensor, axes: list[int], size: int) -> Tensor:
    """Return (gate on `axes`) @ whole; bit a of a row index is axis a."""
    columns = whole.shape[-1]
    batch = matrix.shape[:-2] or whole.shape[:-2]
    lead = len(batch)
    tensor = whole.expand(*batch, *whole.shape[-2:]).reshape(*batch, *([2] * size), columns)
    # Row axes stand most significant first: bit a is axis lead + size - 1 - a.
    chosen = [lead + size - 1 - a for a in reversed(axes)]
    rest = [k for k in range(lead, lead + size + 1) if k not in chosen]
    order = [*range(lead), *chosen, *rest]
    moved = tensor.permute(order).reshape(*batch, 2 ** len(axes), -1)
    product = (matrix.expand(*batch, *matrix.shape[-2:]) @ moved).reshape([tensor.shape[k] for k in order])
    back = [order.index(k) for k in range(lead + size + 1)]
    return product.permute(back).reshape(*batch, 2**size, columns)
