"""<Z> of the noisy convolutional circuit, exactly, in the basis of Paulis, for many seeds and inputs.

Weights and noise are shared by a batch, so most of the circuit is pulled back onto the observables once a seed
(Heisenberg): each grows only over the wires that reach it. The first blocks, which act on at most four wires that began
as a product, are run forward on the inputs (Schroedinger). Both are real vectors of 4^k numbers; on 8 qubits none
has more than 4^6, where a density matrix has 4^8.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array
from qbench.papers.hqcnn.depolarising import transfer_matrices
from qbench.quantum._block_plan import plan

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray
    from qbench.papers.hqcnn.depolarising import Depolarising
    from qbench.papers.hqcnn.layout import Layout


@dataclass
class _Observables:
    """Some of the read wires' Z, pulled back: weights (S, m, 4^k) on `wires`, the first the slowest axis."""

    which: list[int]
    wires: tuple[int, ...]
    weights: FloatArray


def noisy_expectation(layout: Layout, h: ArrayLike, theta: ArrayLike, noise: Depolarising) -> FloatArray:
    """Return <Z> (S, B, read) at half angles h (S, B, n) and angles theta (S, P), radians, under `noise`.

    Every seed has the same bits whatever seeds are beside it. Raises ValueError for other shapes, values that are not
    finite, and a layout with pooling gates.
    """
    half, angles = finite_array("h", h, ndim_at_least=3), finite_array("theta", theta, ndim_at_least=2)
    if half.ndim != 3 or half.shape[0] != angles.shape[0] or half.shape[2] != layout.n_qubits:
        raise ValueError(
            f"h must be (seeds, batch, {layout.n_qubits}) with the {angles.shape[0]} seeds of theta, got {half.shape}"
        )
    blocks = transfer_matrices(layout, angles, noise)
    pairs = tuple(b.wires for b in layout.blocks)
    found = plan(layout.n_qubits, pairs)
    groups = [
        _Observables([k], (q,), np.broadcast_to(np.array([0.0, 0.0, 0.0, 1.0]), (len(half), 1, 4)))
        for k, q in enumerate(layout.read)
    ]
    for run in reversed(found.runs):
        for k in reversed(run.blocks):
            groups = _merged([_pulled(group, blocks[:, k], pairs[k]) for group in groups])
    states = [
        _forward(half, head.wires, [(blocks[:, k], pairs[k]) for k in head.blocks], noise) for head in found.heads
    ]
    values = np.empty((*half.shape[:2], len(layout.read)))
    for group in groups:
        values[..., group.which] = _contracted(group, [head.wires for head in found.heads], states)
    return values


def _pulled(group: _Observables, block: FloatArray, pair: tuple[int, int]) -> _Observables:
    """Return the observables before a block (S, 16, 16); one that misses both wires stays, as noise keeps traces."""
    if not {*pair} & {*group.wires}:
        return group
    seeds, m, _ = group.weights.shape
    rest = [q for q in group.wires if q not in pair]
    weights = group.weights.reshape(seeds, m, *([4] * len(group.wires)))
    order = [2 + group.wires.index(q) for q in (*rest, *reversed(pair)) if q in group.wires]
    moved = weights.transpose(0, 1, *order).reshape(seeds, m * 4 ** len(rest), -1)
    # Without a wire, its Pauli after the block is the identity: only these rows of the block count.
    rows = block
    if pair[0] not in group.wires:
        rows = block[:, ::4]
    elif pair[1] not in group.wires:
        rows = block[:, :4]
    return _Observables(group.which, (*rest, pair[1], pair[0]), (moved @ rows).reshape(seeds, m, -1))


def _merged(groups: list[_Observables]) -> list[_Observables]:
    """Return groups of observables on the same wires as one."""
    found: dict[tuple[int, ...], list[_Observables]] = {}
    for group in groups:
        found.setdefault(group.wires, []).append(group)
    return [
        some[0]
        if len(some) == 1
        else _Observables([k for g in some for k in g.which], wires, np.concatenate([g.weights for g in some], axis=1))
        for wires, some in found.items()
    ]


def _forward(
    half: FloatArray, wires: tuple[int, ...], steps: list[tuple[FloatArray, tuple[int, int]]], noise: Depolarising
) -> FloatArray:
    """Return Pauli vectors (S, 4, .., 4, B) of the inputs on `wires` after blocks, the first wire the slowest axis."""
    seeds, batch, _ = half.shape
    state = np.ones((seeds, 1, batch))
    for q in wires:
        turn = 2.0 * half[:, :, q]
        zero = np.zeros_like(turn)
        # RY(2h) turns Z towards X; its noise shrinks both.
        own = np.stack([zero + 1.0, noise.embedding * np.sin(turn), zero, noise.embedding * np.cos(turn)], axis=1)
        state = (state[:, :, np.newaxis] * own[:, np.newaxis]).reshape(seeds, -1, batch)
    for block, (a, b) in steps:
        axes = [1 + wires.index(q) for q in (b, a)]
        whole = np.moveaxis(state.reshape(seeds, *([4] * len(wires)), batch), axes, (1, 2))
        moved = (block @ whole.reshape(seeds, 16, -1)).reshape(whole.shape)
        state = np.moveaxis(moved, (1, 2), axes).reshape(seeds, -1, batch)
    return state.reshape(seeds, *([4] * len(wires)), batch)


def _contracted(group: _Observables, heads: list[tuple[int, ...]], states: list[FloatArray]) -> FloatArray:
    """Return the values (S, B, m) of observables on the states of the heads, of which the rest is traced out."""
    seeds, m, _ = group.weights.shape
    batch = states[0].shape[-1]
    order = [q for head in heads for q in head if q in group.wires]
    weights = group.weights.reshape(seeds, m, *([4] * len(order)))
    weights = weights.transpose(0, 1, *(2 + group.wires.index(q) for q in order))
    total: FloatArray | None = None
    for head, state in zip(reversed(heads), reversed(states), strict=True):
        kept = [q for q in head if q in group.wires]
        if not kept:
            continue
        part = state[(slice(None), *(slice(None) if q in kept else 0 for q in head))].reshape(seeds, -1, batch)
        size = part.shape[1]
        if total is None:
            total = (weights.reshape(seeds, -1, size) @ part)[:, :, np.newaxis]
        else:
            total = (total.reshape(seeds, -1, size, batch) * part[:, np.newaxis]).sum(axis=2, keepdims=True)
    assert total is not None  # noqa: S101 - an observable has a wire
    return np.swapaxes(total.reshape(seeds, m, batch), 1, 2)
