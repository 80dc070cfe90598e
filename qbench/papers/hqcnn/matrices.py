"""The blocks of the convolutional circuit as matrices, for many seeds and vectors of angles at once, in torch.

Index of a matrix: bit of the first wire + 2 x bit of the second, Qiskit's order, which `quantum.blocks` takes.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import torch

from qbench.papers.hqcnn.layout import POOL_ANGLES, SU4_ANGLES

if TYPE_CHECKING:
    from torch import Tensor

    from qbench.papers.hqcnn.layout import Layout

# Each gate of the block as e^{i kappa} U(theta, phi, lambda) with angles linear in the block's: high wire, low wire.
_GATES: tuple[tuple[dict[str, tuple[int, float]], ...], ...] = (
    ({"theta": (3, 1.0), "phi": (4, 1.0), "lam": (5, 1.0)}, {"theta": (0, 1.0), "phi": (1, 1.0), "lam": (2, 1.0)}),
    ({"lam": (7, 1.0), "kappa": (7, -0.5)}, {"theta": (6, 1.0)}),
    ({}, {"theta": (8, 1.0)}),
    ({"theta": (12, 1.0), "phi": (13, 1.0), "lam": (14, 1.0)}, {"theta": (9, 1.0), "phi": (10, 1.0), "lam": (11, 1.0)}),
)
_AB, _BA, _NONE = (0, 3, 2, 1), (0, 1, 3, 2), (0, 1, 2, 3)
"""CX from the first wire (low bit) to the second, back, and no CX, as permutations."""
_ROWS, _COLUMNS = (_NONE, _BA, _NONE, _NONE), (_NONE, _AB, _NONE, _AB)
"""The CX around each of the four pairs of gates: U = (G_4 CX_ab) G_3 (CX_ba G_2 CX_ab) G_1."""


def su4_matrices(p: Tensor, *, entangled: bool = True) -> Tensor:
    """Return U_SU4 (*B, 4, 4) of angles (*B, 15), radians; without its CX unless `entangled`.

    Complex in the precision of `p`; differentiable. Raises ValueError for another number of angles.
    """
    if p.dim() < 1 or p.shape[-1] != SU4_ANGLES:
        raise ValueError(f"a block takes {SU4_ANGLES} angles on the last axis, got shape {tuple(p.shape)}")
    parts = _pairs(p, entangled=entangled).unbind(1)
    found = torch.bmm(parts[3], torch.bmm(parts[2], torch.bmm(parts[1], parts[0])))
    return found.reshape(*p.shape[:-1], 4, 4)


def rotation_pairs(p: Tensor) -> Tensor:
    """Return the four pairs of rotations between the CX, first to last, (*B, 4, 4, 4), of angles (*B, 15).

    The second wire rests while the third RY turns the first: its factor there is the identity.
    """
    return _pairs(p, entangled=False).reshape(*p.shape[:-1], 4, 4, 4)


def _pairs(p: Tensor, *, entangled: bool) -> Tensor:
    """Return the four factors (N, 4, 4, 4) whose product is the block."""
    flat = p.reshape(-1, 1, SU4_ANGLES)
    # One small product a block: rows of one big product would depend on how many blocks there are.
    linear = torch.bmm(flat, _linear_map(p).expand(len(flat), -1, -1)).reshape(-1, 8, 5)
    half, phase = linear[..., 0], linear[..., 1:]
    c, s = torch.cos(half), torch.sin(half)
    length = torch.stack([c, -s, s, c], dim=-1)
    gates = torch.complex(length * torch.cos(phase), length * torch.sin(phase)).reshape(-1, 4, 2, 4)
    outer = torch.matmul(gates[:, :, 0, :, None], gates[:, :, 1, None, :])
    order = torch.tensor(_orders(entangled=entangled), device=p.device)
    return outer.reshape(-1, 64).index_select(1, order).reshape(-1, 4, 4, 4)


@cache
def _orders(*, entangled: bool) -> tuple[int, ...]:
    """Return where each entry of the four pairs, CX included, stands in the products of their two gates' entries."""
    found = []
    for k in range(4):
        rows, columns = (_ROWS[k], _COLUMNS[k]) if entangled else (_NONE, _NONE)
        for r in rows:
            for c in columns:
                high, low = 2 * (r // 2) + c // 2, 2 * (r % 2) + c % 2
                found.append(16 * k + 4 * high + low)
    return tuple(found)


@cache
def _linear_rows() -> tuple[tuple[float, ...], ...]:
    """Return half angle and the four entries' phases of the eight gates as a linear map (15, 40) of the angles."""
    columns = []
    for pair in _GATES:
        for gate in pair:
            unit = {name: [0.0] * SU4_ANGLES for name in ("theta", "phi", "lam", "kappa")}
            for name, (at, factor) in gate.items():
                unit[name][at] = factor
            theta, phi, lam, kappa = unit.values()
            columns.append([t / 2 for t in theta])
            sums = ((kappa,), (kappa, lam), (kappa, phi), (kappa, phi, lam))
            columns += [[sum(x) for x in zip(*parts, strict=True)] for parts in sums]
    return tuple(zip(*columns, strict=True))


def _linear_map(like: Tensor) -> Tensor:
    return torch.tensor(_linear_rows(), dtype=like.dtype, device=like.device)


def pool_matrices(p: Tensor) -> Tensor:
    """Return [11]'s pooling gate (*B, 4, 4), CRZ, X on the control, CRX, of angles (*B, 2); control first.

    Raises ValueError for another number of angles.
    """
    if p.dim() < 1 or p.shape[-1] != POOL_ANGLES:
        raise ValueError(f"a pooling gate takes {POOL_ANGLES} angles on the last axis, got shape {tuple(p.shape)}")
    zero = torch.zeros_like(p[..., 0])
    half = p / 2
    c, s = torch.cos(half[..., 1]), torch.sin(half[..., 1])
    phase = torch.complex(torch.cos(half[..., 0]), torch.sin(half[..., 0]))
    none, cosine, wave = torch.complex(zero, zero), torch.complex(c, zero), torch.complex(zero, -s)
    # Index 2t + c: control c set turns the target by RZ before X, control clear by RX after it.
    rows = [
        [none, phase.conj(), none, none],
        [cosine, none, wave, none],
        [none, none, none, phase],
        [wave, none, cosine, none],
    ]
    return torch.stack([torch.stack(row, dim=-1) for row in rows], dim=-2)


def layout_matrices(layout: Layout, theta: Tensor) -> Tensor:
    """Return the matrices (S, V, 4, 4) of all vectors of a layout, theta (S, angles): blocks, then pooling gates.

    Block k of the layout takes number `which(layout)[k]`. Raises ValueError for another number of angles.
    """
    if theta.dim() != 2 or theta.shape[1] != layout.n_angles:
        raise ValueError(f"theta must be (seeds, {layout.n_angles}) for this layout, got shape {tuple(theta.shape)}")
    cut = SU4_ANGLES * layout.n_vectors
    found = su4_matrices(theta[:, :cut].reshape(len(theta), -1, SU4_ANGLES), entangled=layout.entangled)
    if not layout.pooling:
        return found
    return torch.cat([found, pool_matrices(theta[:, cut:].reshape(len(theta), -1, POOL_ANGLES))], dim=1)


def which(layout: Layout) -> tuple[int, ...]:
    """Return the number of each block's matrix among `layout_matrices`."""
    return tuple(b.vector + (layout.n_vectors if b.kind == "pool" else 0) for b in layout.blocks)
