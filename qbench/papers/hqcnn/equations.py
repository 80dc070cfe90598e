"""Exact studies of three equations as printed: the loss (7), the matrix (10), the state (5) behind a pooling layer."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING, cast

import numpy as np
import torch

from qbench._check import finite_array, positive_int
from qbench.papers.hqcnn._columns import one
from qbench.papers.hqcnn.circuits import qcnn_circuit
from qbench.papers.hqcnn.layout import Layout
from qbench.papers.hqcnn.losses import supervised_loss

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams


def printed_loss(labels: ArrayLike, predictions: ArrayLike) -> FloatArray:
    """Return Eq. (7) as printed, -|sum_k sum_i y_ki log h_ki|, (*B,), of one-hot y and h in (0, 1], (*B, K, tau).

    Raises ValueError for predictions outside (0, 1].
    """
    h = finite_array("predictions", predictions, ndim_at_least=2)
    if (h <= 0.0).any() or (h > 1.0).any():
        raise ValueError(f"predictions must lie in (0, 1], got {h.min():g} to {h.max():g}; take a softmax")
    return np.asarray(-np.abs((np.asarray(labels) * np.log(h)).sum(axis=(-2, -1))))


def label_loss(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001 - the signature of a study
    """C45: Eq. (7) as printed, for one user with two pilots and the label (1, 0), over a grid of predictions.

    Params: steps, how many predictions (p, 1 - p), p = 1/(steps + 1), ...; good, bad: p of two examples. Columns:
    violations, pairs of predictions of which the better fit does not have the lower loss, and violations_restored, by
    the restored loss; pairs; good, bad, good_restored, bad_restored: losses of the examples.
    """
    n = positive_int("steps", params["steps"], least=2)
    shares = np.arange(1, n + 1) / (n + 1)
    grid, grid_restored = _both_losses(shares)
    examples, restored = _both_losses(np.array([cast("float", params["good"]), cast("float", params["bad"])]))
    pairs = list(combinations(range(n), 2))
    return one(
        violations=sum(grid[better] >= grid[worse] for worse, better in pairs),
        violations_restored=sum(grid_restored[better] >= grid_restored[worse] for worse, better in pairs),
        pairs=len(pairs),
        good=examples[0],
        bad=examples[1],
        good_restored=restored[0],
        bad_restored=restored[1],
    )


def label_loss_witness(columns: Columns) -> str:
    """Say the two predictions."""
    return (
        f"label (1, 0): the prediction (0.9, 0.1) has the loss {columns['good'][0]:.3f} and (0.1, 0.9), which is "
        f"wrong, {columns['bad'][0]:.3f}, lower; cross-entropy gives {columns['good_restored'][0]:.3f} and "
        f"{columns['bad_restored'][0]:.3f}"
    )


def rotation(alpha: ArrayLike, beta: ArrayLike, phi: ArrayLike) -> NDArray[np.complex128]:
    """Return Eq. (10), (*B, 2, 2), of angles (*B,), radians."""
    a, b, f = (np.asarray(x, dtype=np.float64) for x in (alpha, beta, phi))
    first = np.stack([np.exp(-1j * a) * np.cos(f), -np.exp(1j * b) * np.sin(f)], axis=-1)
    second = np.stack([np.exp(-1j * b) * np.sin(f), np.exp(1j * a) * np.cos(f)], axis=-1)
    return np.asarray(np.stack([first, second], axis=-2))


def unitarity(params: Params, streams: Streams, units: range) -> Columns:
    """C47: the largest entry of U U^dag - 1 of Eq. (10) over drawn angles, 0 to 2 pi.

    Params: draws. Columns: deviation; determinant, the largest |det U - 1|.
    """
    (unit,) = units
    angles = streams.rng("instance", unit).uniform(0.0, 2.0 * math.pi, (3, positive_int("draws", params["draws"])))
    u = rotation(*angles)
    return one(
        deviation=float(np.abs(u @ np.conj(np.swapaxes(u, -1, -2)) - np.eye(2)).max()),
        determinant=float(np.abs(np.linalg.det(u) - 1.0).max()),
    )


def pooled_purity(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """C48: purity of what the first pooling layer keeps, the even wires after the first convolution.

    Params: h (n,), theta (15,), radians. Columns: deviation, the purity less 1; purity; product, the purity without
    entangling gates; whole, that of all wires.
    """
    from qbench.quantum import compile

    h, theta = (finite_array(name, cast("list[float]", params[name])) for name in ("h", "theta"))
    angles = np.concatenate([h, theta])
    layouts = [Layout(n_qubits=len(h), readout="n_out4", entangled=entangled) for entangled in (True, False)]
    states = [np.asarray(compile(qcnn_circuit(layout)).state(angles)) for layout in layouts]
    even = layouts[0].read
    purities = [purity(state, even) for state in states]
    return one(
        deviation=purities[0] - 1.0,
        purity=purities[0],
        product=purities[1],
        whole=purity(states[0], tuple(range(len(h)))),
    )


def purity(state: ArrayLike, wires: tuple[int, ...]) -> float:
    """Return Tr rho^2 of the qubits `wires` of a pure state (2^n,), bit q of the index being qubit q."""
    psi = np.asarray(state)
    n = psi.size.bit_length() - 1
    others = [q for q in range(n) if q not in wires]
    # Axis 0 of the tensor is the last qubit.
    matrix = psi.reshape([2] * n).transpose([n - 1 - q for q in (*wires, *others)]).reshape(2 ** len(wires), -1)
    rho = matrix @ matrix.conj().T
    return float((np.abs(rho) ** 2).sum())


def pooled_purity_witness(columns: Columns) -> str:
    """Say the purity."""
    return (
        f"h_i = i/10, theta_j = j/10, 8 qubits: the four wires that are kept have the purity "
        f"{columns['purity'][0]:.4f}, where a pure state has 1; without entangling gates it is "
        f"{columns['product'][0]:.4f}"
    )


def _both_losses(shares: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return Eq. (7) as printed and restored, of predictions (p, 1 - p) for the label (1, 0)."""
    h = np.stack([shares, 1.0 - shares], axis=-1)[:, np.newaxis]
    restored = supervised_loss(torch.from_numpy(np.log(h)), torch.zeros((len(h), 1), dtype=torch.int64))
    return printed_loss([[1.0, 0.0]], h), np.asarray(restored.numpy())
