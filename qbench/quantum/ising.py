"""Quadratic binary problems, their Ising form, and functions of all bit strings.

Everywhere bit q of an index belongs to qubit q (Qiskit's little-endian order): string k sets x_q = (k >> q) & 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, one_of, positive_int

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from qiskit.quantum_info import SparsePauliOp

    from qbench._arrays import FloatArray, IntArray

MAX_BITS = 30  # 2^30 energies take 8 GiB
# Spin of a variable x: +1 at x = 1 (x = (1 + s)/2), or Z's eigenvalue on the measured bit x (x = (1 - s)/2).
SPIN_OF_ONE = {"spin-up-is-one": 1.0, "qiskit": -1.0}
_SYMMETRY_TOLERANCE = 1e-12  # relative to the largest entry: products like A @ A.T are symmetric to rounding only


def _bits(n: int) -> int:
    positive_int("the number of bits", n)
    if n > MAX_BITS:
        raise ValueError(f"the number of bits must be at most {MAX_BITS} to list all strings, got {n}")
    return n


def all_bitstrings(n: int) -> IntArray:
    """Return all strings of n bits, shape (2^n, n): row k, column q holds bit q of k.

    Raises ValueError unless 1 <= n <= 30.
    """
    return (np.arange(2 ** _bits(n))[:, None] >> np.arange(n)) & 1


def subset_sums(values: ArrayLike) -> FloatArray:
    """Return the sum of the values at the set bits, for every string: (*B, n) -> (*B, 2^n).

    Raises ValueError for values that are empty or not finite, and for n > 30.
    """
    v = finite_array("values", values, ndim_at_least=1)
    n = _bits(v.shape[-1])
    sums = np.zeros((*v.shape[:-1], 2**n))
    for q in range(n):
        size = 2**q
        np.add(sums[..., :size], v[..., q, None], out=sums[..., size : 2 * size])
    return sums


def moebius_transform(values: ArrayLike, *, inverse: bool = False) -> FloatArray:
    """Return the multilinear coefficients of a function of n bits: a(T) = sum_{S in T} (-1)^(|T|-|S|) f(S).

    f(x) = sum_T a(T) prod_{q in T} x_q, with sets as indices. Shapes (*B, 2^n) -> (*B, 2^n). `inverse` goes from the
    coefficients back to the values: f(S) = sum_{T in S} a(T).
    Raises ValueError unless the last axis is a power of two.
    """
    out = finite_array("values", values, ndim_at_least=1).copy()
    n = out.shape[-1].bit_length() - 1
    if out.shape[-1] != 2**n:
        raise ValueError(f"the last axis must have a power of two entries, got {out.shape[-1]}")
    for q in range(n):
        pairs = out.reshape(*out.shape[:-1], -1, 2, 2**q)
        if inverse:
            pairs[..., 1, :] += pairs[..., 0, :]
        else:
            pairs[..., 1, :] -= pairs[..., 0, :]
    return out


def check_qubo(Q: ArrayLike) -> FloatArray:
    """Return Q as float64, shape (*B, n, n); ValueError unless it is finite, square and symmetric."""
    q = finite_array("Q", Q, ndim_at_least=2)
    if q.shape[-1] != q.shape[-2]:
        raise ValueError(f"Q must be square in its last two axes, got shape {q.shape}")
    skew = float(np.abs(q - q.swapaxes(-1, -2)).max())
    if skew > _SYMMETRY_TOLERANCE * float(np.abs(q).max()):
        raise ValueError(
            f"Q must be symmetric, largest |Q - Q^T| is {skew:g}; use (Q + Q.T) / 2, which has the same energies"
        )
    return q


def qubo_energies(Q: ArrayLike) -> FloatArray:
    """Return E(x) = x^T Q x for every string x: (*B, n, n) -> (*B, 2^n), in the unit of Q.

    One doubling a bit: E(x + bit k) = E(x) + Q_kk + sum_{j<k} (Q_jk + Q_kj) x_j, 2^n additions in all.
    Raises ValueError unless Q is finite, square and symmetric with n <= 30.
    """
    q = check_qubo(Q)
    n = _bits(q.shape[-1])
    energies = np.zeros((*q.shape[:-2], 2**n))
    for k in range(n):
        size = 2**k
        step = q[..., k, k, None]
        if k:
            step = step + subset_sums(q[..., :k, k] + q[..., k, :k])
        np.add(energies[..., :size], step, out=energies[..., size : 2 * size])
    return energies


@dataclass(frozen=True, eq=False)
class Ising:
    """An Ising energy constant + sum_i fields_i s_i + sum_{i<j} couplings_ij s_i s_j.

    Attributes:
        constant: (*B,), the mean energy over all strings.
        fields: (*B, n).
        couplings: (*B, n, n), zero on and below the diagonal.
        convention: which variable x a spin stands for: "qiskit" x = (1 - s)/2 (s is Z on the measured bit x), or
            "spin-up-is-one" x = (1 + s)/2.

    Raises ValueError for shapes that do not fit, entries below the diagonal, and an unknown convention.

    """

    constant: FloatArray
    fields: FloatArray
    couplings: FloatArray
    convention: str = "qiskit"

    def __post_init__(self) -> None:
        one_of("convention", self.convention, SPIN_OF_ONE)
        constant = finite_array("constant", self.constant)
        fields = finite_array("fields", self.fields, ndim_at_least=1)
        couplings = finite_array("couplings", self.couplings, ndim_at_least=2)
        if fields.shape[:-1] != constant.shape or couplings.shape != (*fields.shape, fields.shape[-1]):
            raise ValueError(
                "constant, fields and couplings must have shapes (*B,), (*B, n) and (*B, n, n), "
                f"got {constant.shape}, {fields.shape} and {couplings.shape}"
            )
        if np.any(np.tril(couplings)):
            raise ValueError("couplings must be zero on and below the diagonal: each pair counts once")
        for name, value in (("constant", constant), ("fields", fields), ("couplings", couplings)):
            object.__setattr__(self, name, value)

    @property
    def n_qubits(self) -> int:
        """The number of spins n."""
        return int(self.fields.shape[-1])

    def with_convention(self, convention: str) -> Ising:
        """Return the same energies of x in another convention: flipping every spin flips the fields only."""
        one_of("convention", convention, SPIN_OF_ONE)
        return self if convention == self.convention else replace(self, fields=-self.fields, convention=convention)

    def energies(self) -> FloatArray:
        """Return the energy of every string x, shape (*B, 2^n): bit q of the index is x_q, in either convention.

        Raises ValueError for n > 30.
        """
        n = _bits(self.n_qubits)
        one = SPIN_OF_ONE[self.convention]
        out = np.empty((*self.constant.shape, 2**n))
        out[..., 0] = self.constant
        for k in range(n):
            size = 2**k
            force = self.fields[..., k, None]
            if k:
                column = self.couplings[..., :k, k]
                # s_j = (2 x_j - 1) * one, so sum_j J_jk s_j is a subset sum less a constant.
                force = force + one * (2.0 * subset_sums(column) - column.sum(axis=-1, keepdims=True))
            np.add(out[..., :size], one * force, out=out[..., size : 2 * size])
            out[..., :size] -= one * force
        return out

    def to_sparse_pauli_op(self) -> SparsePauliOp:
        """Return the operator whose measured bit q is x_q (Qiskit's convention, whatever this one's).

        Its diagonal equals `energies()`. Zero terms are left out, the constant stays.
        Raises ValueError for a batch: take one problem of it.
        """
        if self.constant.ndim:
            raise ValueError(f"a batch of shape {self.constant.shape} has no single operator; build one per problem")
        from qiskit.quantum_info import SparsePauliOp

        z = self.with_convention("qiskit")
        terms: list[tuple[str, list[int], float]] = [("", [], float(z.constant))]
        terms += [("Z", [int(i)], float(z.fields[i])) for i in np.flatnonzero(z.fields)]
        terms += [("ZZ", [int(i), int(j)], float(z.couplings[i, j])) for i, j in np.argwhere(z.couplings)]
        return SparsePauliOp.from_sparse_list(terms, num_qubits=self.n_qubits)


def ising_from_qubo(Q: ArrayLike, convention: str = "qiskit") -> Ising:
    """Return the Ising form of E(x) = x^T Q x, shape of Q (*B, n, n).

    Inserting x = (1 + s)/2: constant (sum Q + tr Q)/4, fields sum_j Q_ij / 2, couplings Q_ij / 2 for i < j. With
    x = (1 - s)/2 the fields change sign and nothing else does.
    Raises ValueError unless Q is finite, square and symmetric, and for an unknown convention.
    """
    q = check_qubo(Q)
    one_of("convention", convention, SPIN_OF_ONE)
    trace = np.trace(q, axis1=-2, axis2=-1)
    return Ising(
        constant=np.asarray((q.sum(axis=(-2, -1)) + trace) / 4.0),
        fields=SPIN_OF_ONE[convention] * q.sum(axis=-1) / 2.0,
        couplings=np.triu(q, 1) / 2.0,
        convention=convention,
    )
