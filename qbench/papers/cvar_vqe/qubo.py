"""A true QUBO with the same optimum as problem P where I <= J, and the paper's Ising form as printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array
from qbench.papers.cvar_vqe.hamiltonian import default_penalty
from qbench.quantum.ising import Ising, check_qubo, qubo_energies

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import BoolArray, FloatArray, IntArray

_TIE = 1e-9  # absolute: energies this close are one level


def matching_qubo(
    weights: ArrayLike, *, row_penalty: ArrayLike | None = None, pair_penalty: ArrayLike | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return Q (*B, IJ, IJ), symmetric, and the constant (*B,) of the matching problem on one-hot qubits i J + j.

    x^T Q x + constant = -sum_ij w_ij u_ij + l1 sum_i (sum_j u_ij - 1)^2 + l2 sum_j sum_{i<k} u_ij u_kj.
    Shapes: weights (*B, I, J) of at least 0; penalties () or (*B,), 2 w_max each where not given.

    Claim: for I <= J, all Q_j >= 1 and l1, l2 > w_max the minimum is minus the optimum of P, Eq. (5). Proof: (a) P has
    an optimal matching: where k >= 2 AVs share a BS, at least k - 1 BSs are empty; keep the AV with the largest
    weight, which is no less than the mean, and move the others to empty BSs. On matchings both objectives are sum w u.
    (b) Every minimiser here is a matching: dropping one of two entries of a row gains l1 and costs at most w_max; an
    AV without a BS finds one empty; of two AVs on one BS one can move to an empty one for a gain of l2.
    Raises ValueError for weights that are not finite or, without given penalties, negative.
    """
    w = finite_array("weights", weights, ndim_at_least=2)
    *batch, agents, stations = w.shape
    l1 = default_penalty(w) if row_penalty is None else finite_array("row_penalty", row_penalty)
    l2 = default_penalty(w) if pair_penalty is None else finite_array("pair_penalty", pair_penalty)
    same_agent = np.kron(np.eye(agents), 1 - np.eye(stations))
    same_station = np.kron(1 - np.eye(agents), np.eye(stations))
    size = agents * stations
    linear = -w.reshape(*batch, size) - l1[..., None]
    # (sum_j u - 1)^2 = 1 - sum_j u + 2 sum_{j<l} u_j u_l; each pair stands twice in the symmetric matrix.
    q = linear[..., None] * np.eye(size) + l1[..., None, None] * same_agent + l2[..., None, None] / 2.0 * same_station
    return np.asarray(q), np.broadcast_to(agents * l1, tuple(batch)).copy()


def printed_ising(Q: ArrayLike) -> tuple[FloatArray, Ising]:
    """Return the constant and H of Eq. (8), (9) as printed: f = sum(Q)/4 - H/2.

    H = -sum_{i<j} Q_ij s_i s_j - sum_i (sum_j Q_ij) s_i with s = 2x - 1. Shapes: Q (*B, n, n); constant (*B,). Two
    errors of the paper: Eq. (8) lost tr(Q)/4, which the third line of its derivation has; and as f = const - H/2, the
    ground state of H, which Eq. (12) looks for, is the worst x.
    Raises ValueError unless Q is finite, square and symmetric.
    """
    q = check_qubo(Q)
    fields = -q.sum(axis=-1)
    h = Ising(np.zeros(q.shape[:-2]), fields, -np.triu(q, 1), convention="spin-up-is-one")
    return np.asarray(q.sum(axis=(-2, -1)) / 4.0), h


def printed_energies(Q: ArrayLike) -> FloatArray:
    """Return f of Eq. (8) as printed for every string x, shape (*B, 2^n); errors as `printed_ising`."""
    constant, h = printed_ising(Q)
    return np.asarray(constant[..., None] - h.energies() / 2.0)


def strings_where_printed_differs(Q: ArrayLike, *, atol: float = _TIE) -> IntArray:
    """Return on how many of the 2^n strings Eq. (8) as printed differs from E(x) = x^T Q x: all where tr Q != 0.

    Shapes (*B, n, n) -> (*B,). Errors as `printed_ising`.
    """
    return np.asarray((np.abs(printed_energies(Q) - qubo_energies(Q)) > atol).sum(axis=-1), dtype=np.int64)


def printed_ground_state_differs(Q: ArrayLike, *, atol: float = _TIE) -> BoolArray:
    """Return whether the strings of least H, Eq. (9), are other strings than those of least E = x^T Q x.

    Shapes (*B, n, n) -> (*B,). Levels within `atol` of the least are ties. Errors as `printed_ising`.
    """
    h, e = printed_ising(Q)[1].energies(), qubo_energies(Q)
    least_h = h <= h.min(axis=-1, keepdims=True) + atol
    least_e = e <= e.min(axis=-1, keepdims=True) + atol
    return np.asarray((least_h != least_e).any(axis=-1))
