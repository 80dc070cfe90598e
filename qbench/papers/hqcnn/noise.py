"""<Z> of the noisy convolutional circuit, exactly, in the basis of Paulis, for many seeds and inputs.

Weights and noise are shared by a batch, so most of the circuit is pulled back onto the observables once a seed
(Heisenberg): each grows only over the wires that reach it. The first blocks, which act on at most four wires that began
as a product, are run forward on the inputs (Schroedinger). Both are real vectors of 4^k numbers; on 8 qubits none
has more than 4^6, where a density matrix has 4^8.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from qbench._check import finite_array
from qbench.papers.hqcnn.depolarising import transfer_matrices
from qbench.papers.hqcnn.extrapolation import SCALES, extrapolate
from qbench.quantum._block_plan import plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike
    from torch import Tensor

    from qbench._arrays import FloatArray
    from qbench.papers.hqcnn.depolarising import Depolarising
    from qbench.papers.hqcnn.layout import Layout


@dataclass
class _Observables:
    """Some of the read wires' Z, pulled back: weights (S, m, 4^k) on `wires`, the first the slowest axis."""

    which: list[int]
    wires: tuple[int, ...]
    weights: Tensor


def noisy_expectation(layout: Layout, h: ArrayLike, theta: ArrayLike, noise: Depolarising) -> FloatArray:
    """Return <Z> (S, B, read) at half angles h (S, B, n) and angles theta (S, P), radians, under `noise`.

    Every seed has the same bits whatever seeds are beside it. Raises ValueError for other shapes, values that are not
    finite, and a layout with pooling gates.
    """
    half, angles = finite_array("h", h, ndim_at_least=3), finite_array("theta", theta, ndim_at_least=2)
    with torch.no_grad():
        found = noisy_features(layout, torch.tensor(half), torch.tensor(angles), noise)
    return np.asarray(found.numpy())


def mitigated_expectation(
    layout: Layout,
    h: ArrayLike,
    theta: ArrayLike,
    noise: Depolarising,
    scales: Sequence[float] = SCALES,
    model: str = "richardson",
) -> FloatArray:
    """Return `noisy_expectation` at each of the scales, extrapolated to none, (S, B, read), clipped to [-1, 1].

    `noise.scale` is replaced. Raises ValueError as `noisy_expectation`, `Depolarising` and `extrapolate` do.
    """
    values = [noisy_expectation(layout, h, theta, replace(noise, scale=float(scale))) for scale in scales]
    return extrapolate(np.stack(values), scales, model)


def noisy_features(layout: Layout, h: Tensor, theta: Tensor, noise: Depolarising) -> Tensor:
    """Return `noisy_expectation` of tensors, in double precision, differentiable by torch in both."""
    if h.dim() != 3 or h.shape[0] != theta.shape[0] or h.shape[2] != layout.n_qubits:
        shape = tuple(h.shape)
        raise ValueError(
            f"h must be (seeds, batch, {layout.n_qubits}) with the {len(theta)} seeds of theta, got {shape}"
        )
    half = h.double()
    blocks = transfer_matrices(layout, theta, noise).unbind(1)
    pairs = tuple(b.wires for b in layout.blocks)
    found = plan(layout.n_qubits, pairs)
    z = torch.tensor([0.0, 0.0, 0.0, 1.0], dtype=torch.float64, device=h.device).expand(len(half), 1, 4)
    groups = [_Observables([k], (q,), z) for k, q in enumerate(layout.read)]
    for run in reversed(found.runs):
        for k in reversed(run.blocks):
            groups = _merged([_pulled(group, blocks[k], pairs[k]) for group in groups])
    states = [_forward(half, head.wires, [(blocks[k], pairs[k]) for k in head.blocks], noise) for head in found.heads]
    heads = [head.wires for head in found.heads]
    values = torch.cat([_contracted(group, heads, states) for group in groups], dim=2)
    order = [k for group in groups for k in group.which]
    return values[:, :, np.argsort(order)]


def _pulled(group: _Observables, block: Tensor, pair: tuple[int, int]) -> _Observables:
    """Return the observables before a block (S, 16, 16); one that misses both wires stays, as noise keeps traces."""
    if not {*pair} & {*group.wires}:
        return group
    seeds, m, _ = group.weights.shape
    rest = [q for q in group.wires if q not in pair]
    weights = group.weights.reshape(seeds, m, *([4] * len(group.wires)))
    order = [2 + group.wires.index(q) for q in (*rest, *reversed(pair)) if q in group.wires]
    moved = weights.permute(0, 1, *order).reshape(seeds, m * 4 ** len(rest), -1)
    # Without a wire, its Pauli after the block is the identity: only these rows of the block count.
    rows = block
    if pair[0] not in group.wires:
        rows = block[:, ::4]
    elif pair[1] not in group.wires:
        rows = block[:, :4]
    return _Observables(group.which, (*rest, pair[1], pair[0]), torch.bmm(moved, rows).reshape(seeds, m, -1))


def _merged(groups: list[_Observables]) -> list[_Observables]:
    """Return groups of observables on the same wires as one."""
    found: dict[tuple[int, ...], list[_Observables]] = {}
    for group in groups:
        found.setdefault(group.wires, []).append(group)
    return [
        some[0]
        if len(some) == 1
        else _Observables([k for g in some for k in g.which], wires, torch.cat([g.weights for g in some], dim=1))
        for wires, some in found.items()
    ]


def _forward(
    half: Tensor, wires: tuple[int, ...], steps: list[tuple[Tensor, tuple[int, int]]], noise: Depolarising
) -> Tensor:
    """Return Pauli vectors (S, 4, .., 4, B) of the inputs on `wires` after blocks, the first wire the slowest axis."""
    seeds, batch, _ = half.shape
    state = half.new_ones((seeds, 1, batch))
    for q in wires:
        turn = 2.0 * half[:, :, q]
        zero = torch.zeros_like(turn)
        # RY(2h) turns Z towards X; its noise shrinks both.
        own = torch.stack(
            [zero + 1.0, noise.embedding * torch.sin(turn), zero, noise.embedding * torch.cos(turn)], dim=1
        )
        state = (state[:, :, None] * own[:, None]).reshape(seeds, -1, batch)
    for block, (a, b) in steps:
        axes = [1 + wires.index(q) for q in (b, a)]
        whole = state.reshape(seeds, *([4] * len(wires)), batch).movedim(axes, (1, 2))
        moved = torch.bmm(block, whole.reshape(seeds, 16, -1)).reshape(whole.shape)
        state = moved.movedim((1, 2), axes).reshape(seeds, -1, batch)
    return state.reshape(seeds, *([4] * len(wires)), batch)


def _contracted(group: _Observables, heads: list[tuple[int, ...]], states: list[Tensor]) -> Tensor:
    """Return the values (S, B, m) of observables on the states of the heads, of which the rest is traced out."""
    seeds, m, _ = group.weights.shape
    batch = states[0].shape[-1]
    order = [q for head in heads for q in head if q in group.wires]
    weights = group.weights.reshape(seeds, m, *([4] * len(order)))
    weights = weights.permute(0, 1, *(2 + group.wires.index(q) for q in order))
    total: Tensor | None = None
    for head, state in zip(reversed(heads), reversed(states), strict=True):
        kept = [q for q in head if q in group.wires]
        if not kept:
            continue
        part = state[(slice(None), *(slice(None) if q in kept else 0 for q in head))].reshape(seeds, -1, batch)
        size = part.shape[1]
        if total is None:
            total = torch.bmm(weights.reshape(seeds, -1, size), part)
        else:
            total = (total.reshape(seeds, -1, size, batch) * part[:, None]).sum(dim=2)
    assert total is not None  # noqa: S101 - an observable has a wire
    return total.reshape(seeds, m, batch).transpose(1, 2)
