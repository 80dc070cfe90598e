"""Depolarising noise in its readings, and the blocks under it as Pauli transfer matrices.

"Error rate 0.1" (Section IV-C) names no channel. One that keeps a share f of every Pauli but the identity commutes
with the unitary before it, so folding a gate G -> G (G^dag G)^j, scale lambda = 2 j + 1, gives f^lambda exactly.

"qiskit" (default): depolarizing_error(p, 1) after every one-qubit gate, (p, 2) on the pair after every CX: f = 1 - p;
"pennylane": DepolarizingChannel(p) on each wire of every gate: f = 1 - 4 p / 3 a wire.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch

from qbench._check import in_interval, one_of
from qbench.papers.hqcnn.layout import SU4_ANGLES
from qbench.papers.hqcnn.matrices import rotation_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from qbench._arrays import FloatArray
    from qbench.papers.hqcnn.layout import Layout

CONVENTIONS = {"qiskit": 1.0, "pennylane": 0.75}
"""The p of each convention at which nothing is left."""
PLACES = ("gates", "cx_only", "per_layer")
SCALINGS = ("power", "linear")


@dataclass(frozen=True, kw_only=True)
class Depolarising:
    """Where and how strongly qubits depolarise.

    Attributes:
        p: the error rate, from 0 to 1 ("qiskit") or 3/4 ("pennylane"), where nothing is left.
        convention: what p means, see the module.
        places: after every gate, embedding included ("gates", default), after every CX ("cx_only"), or one channel on
            each live wire after each ring layer ("per_layer").
        scale: lambda of zero-noise extrapolation, at least 0.
        scaling: what is kept is f^lambda ("power", folding, default), or the share of the rate lambda p ("linear").

    Raises ValueError for words and values outside their ranges, lambda p included.
    """

    p: float
    convention: str = "qiskit"
    places: str = "gates"
    scale: float = 1.0
    scaling: str = "power"

    def __post_init__(self) -> None:
        most = CONVENTIONS[one_of("convention", self.convention, CONVENTIONS)]
        one_of("places", self.places, PLACES)
        one_of("scaling", self.scaling, SCALINGS)
        in_interval("p", self.p, 0.0, most)
        in_interval("scale", self.scale, 0.0, np.inf, hi_open=True)
        if self.scaling == "linear" and self.scale * self.p > most:
            raise ValueError(
                f"scale * p must lie in [0, {most:g}] for {self.convention!r}, got {self.scale:g} * {self.p:g}; "
                "take smaller scales or scaling='power'"
            )

    @property
    def kept(self) -> float:
        """Share f of a Pauli that a channel leaves."""
        most = CONVENTIONS[self.convention]
        if self.scaling == "linear":
            return 1.0 - self.scale * self.p / most
        return float((1.0 - self.p / most) ** self.scale)

    @property
    def embedding(self) -> float:
        """Share that is left of a qubit after its RY."""
        return self.kept if self.places == "gates" else 1.0


def transfer_matrices(layout: Layout, theta: Tensor, noise: Depolarising) -> Tensor:
    """Return the noisy blocks of a layout in order, (S, blocks, 16, 16), of theta (S, angles), radians.

    Entry [i, j] is the weight of Pauli i after the block that Pauli j before it leads to; index: Pauli of the first
    wire + 4 x Pauli of the second, in the order I, X, Y, Z. Real, in double precision; differentiable by torch. Raises
    ValueError for another number of angles, and for pooling gates, for which no noise is defined.
    """
    if layout.pooling:
        raise ValueError("noise is defined for blocks alone, the layout has pooling gates; take pooling=False")
    if theta.dim() != 2 or theta.shape[1] != layout.n_angles:
        raise ValueError(f"theta must be (seeds, {layout.n_angles}) for this layout, got shape {tuple(theta.shape)}")
    vectors = theta.double().reshape(len(theta), layout.n_vectors, SU4_ANGLES)
    found = _block(vectors, noise, entangled=layout.entangled)[:, [b.vector for b in layout.blocks]]
    if noise.places == "per_layer":
        shares = np.ones((len(layout.blocks), 16))
        for k, block in enumerate(layout.blocks):
            later = {w for b in layout.blocks[k + 1 :] if b.layer == block.layer for w in b.wires}
            # Nothing of the layer touches the wire again: its channel may come at once.
            first, second = (1.0 if w in later else noise.kept for w in block.wires)
            shares[k] = _wires(first, second)
        found = torch.from_numpy(shares).to(theta.device)[:, :, None] * found
    return found


def _block(p: Tensor, noise: Depolarising, *, entangled: bool) -> Tensor:
    """Return U_SU4 and the noise of its gates, (*B, 16, 16), of angles (*B, 15)."""
    turns = _transfer(rotation_pairs(p))
    one = noise.kept if noise.places == "gates" else 1.0
    pair = noise.kept if noise.places != "per_layer" else 1.0
    both, single = _wires(one, one), _wires(one, 1.0)
    after_cx = _wires(pair, pair) if noise.convention == "pennylane" else np.where(np.arange(16) == 0, 1.0, pair)
    total = _constant(both[:, np.newaxis], p) * turns[..., 0, :, :]
    for k, (control, after) in enumerate(((0, both), (1, single), (0, both)), start=1):
        if entangled:
            total = torch.matmul(_constant(after_cx[:, np.newaxis] * _cx(control), p), total)
        total = _constant(after[:, np.newaxis], p) * torch.matmul(turns[..., k, :, :], total)
    return total


def _constant(values: FloatArray, like: Tensor) -> Tensor:
    return torch.from_numpy(values).to(like.device)


def _wires(first: float, second: float) -> FloatArray:
    """Return the shares (16,) that one-qubit channels on both wires leave of each pair of Paulis."""
    index = np.arange(16)
    return np.where(index % 4 == 0, 1.0, first) * np.where(index // 4 == 0, 1.0, second)


@cache
def _paulis() -> NDArray[np.complex128]:
    one = np.array([[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]], dtype=np.complex128)
    return np.stack([np.kron(one[k // 4], one[k % 4]) for k in range(16)])


@cache
def _to_paulis() -> NDArray[np.complex128]:
    """Return T (16, 16) with T vec(rho) the Pauli weights of rho, vec row by row."""
    return np.conj(_paulis()).reshape(16, 16)


def _transfer(u: Tensor) -> Tensor:
    """Return Tr[P_i U P_j U^dag] / 4, (*B, 16, 16), of unitaries (*B, 4, 4)."""
    lead = u.shape[:-2]
    flat = u.reshape(-1, 16)
    # vec(U rho U^dag) = (U x conj U) vec(rho); entries as a product of a column and a row, as in matrices.
    both = torch.bmm(flat[:, :, None], flat[:, None, :].conj()).reshape(-1, 4, 4, 4, 4).transpose(2, 3)
    t = torch.from_numpy(_to_paulis()).to(u.device).expand(len(flat), -1, -1)
    found = torch.bmm(torch.bmm(t, both.reshape(-1, 16, 16)), t.mH).real / 4.0
    return found.reshape(*lead, 16, 16)


@cache
def _cx(control: int) -> FloatArray:
    rows = [0, 3, 2, 1] if control == 0 else [0, 1, 3, 2]
    return np.asarray(_transfer(torch.eye(4, dtype=torch.complex128)[rows]).numpy())
