"""Observables: a diagonal, or a sum of Pauli strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:
    from qiskit.quantum_info import Pauli, SparsePauliOp
    from torch import Tensor


class Diagonal:
    """Energies (2^n,) or (*B, 2^n) of the basis states."""

    def __init__(self, values: Tensor) -> None:
        self.values = values

    def work(self, *, gradient: bool) -> int:  # noqa: ARG002 - one signature for all observables
        """Return the bytes per amplitude that an expectation needs beside the state."""
        return 0

    def expectation(self, state: Tensor) -> Tensor:
        """Return <psi|O|psi> (*B,) of states (*B, 2^n)."""
        return (probabilities(state) * self.values).sum(dim=-1)


class PauliSum:
    """sum_k c_k P_k, applied string by string: bits flipped by X and Y, signs from Z and Y."""

    def __init__(self, coefficients: Tensor, x: Tensor, z: Tensor, phase: Tensor, n: int) -> None:
        self.coefficients, self.x, self.z, self.phase, self.n = coefficients, x, z, phase, n

    def work(self, *, gradient: bool) -> int:
        """Return the bytes per amplitude that an expectation needs beside the state."""
        number = self.coefficients.element_size()
        # Measured: products and whole-number indices; autograd keeps up to two complex states for each string.
        return 5 * number // 2 + (2 * number * len(self.coefficients) if gradient else 0)

    def expectation(self, state: Tensor) -> Tensor:
        """Return <psi|O|psi> (*B,) of states (*B, 2^n)."""
        index = torch.arange(2**self.n, device=state.device)
        # Real and imaginary parts apart: torch's complex product gives other bits at the end of an array than within.
        re, im = (state.real, state.imag) if state.is_complex() else (state, None)
        total = torch.zeros(state.shape[:-1], dtype=re.dtype, device=state.device)
        for weight, x, z in zip((self.coefficients * self.phase).tolist(), self.x, self.z, strict=True):
            # P|k> = phase (-1)^{|k & z|} |k ^ x>
            signs = 1.0 - 2.0 * _parity(index & z, self.n).to(re.dtype)
            flipped = index ^ x
            if weight.real:
                product = re[..., flipped] * re if im is None else re[..., flipped] * re + im[..., flipped] * im
                total = total + weight.real * (signs * product).sum(dim=-1)
            if weight.imag and im is not None:
                product = re[..., flipped] * im - im[..., flipped] * re
                total = total - weight.imag * (signs * product).sum(dim=-1)
        return total


def _broadcasts(lead: tuple[int, ...], batch: tuple[int, ...]) -> bool:
    """Whether leading axes fit a batch without making it larger."""
    try:
        return np.broadcast_shapes(lead, batch) == batch
    except ValueError:
        return False


def _parity(bits: Tensor, n: int) -> Tensor:
    parity = torch.zeros_like(bits)
    for q in range(n):
        parity ^= (bits >> q) & 1
    return parity


def probabilities(state: Tensor) -> Tensor:
    """Return |psi|^2 of states (*B, 2^n)."""
    return state.real**2 + state.imag**2 if state.is_complex() else state**2


def as_observable(
    observable: Any,  # noqa: ANN401 - arrays and operators
    n: int,
    dtype: torch.dtype,
    device: torch.device,
    batch: tuple[int, ...] | None = None,
) -> Diagonal | PauliSum:
    """Return what computes expectations of a diagonal (..., 2^n), a Pauli or a SparsePauliOp of n qubits.

    Where `batch` is given, the diagonal's leading axes must broadcast to it. Raises ValueError for another size, values
    that are not finite or real, and other types.
    """
    from qiskit.quantum_info import Pauli, SparsePauliOp

    if isinstance(observable, Pauli | SparsePauliOp):
        return _pauli_sum(observable, n, dtype, device)
    try:
        # torch shares an array's memory, and takes neither read-only nor reversed ones.
        shared = observable if isinstance(observable, torch.Tensor) else np.require(observable, requirements=["C", "W"])
        values = torch.as_tensor(shared)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"an observable is a diagonal array, a Pauli or a SparsePauliOp, got {type(observable).__name__}; "
            "SparsePauliOp.from_operator takes a matrix"
        ) from error
    if values.is_complex() or values.dim() < 1 or values.shape[-1] != 2**n:
        raise ValueError(
            f"a diagonal observable of {n} qubits is real with last axis 2^{n} = {2**n}, "
            f"got shape {tuple(values.shape)} of {values.dtype}; pass a SparsePauliOp for another observable"
        )
    # Only towards the states: a matrix would pass for 2^n diagonals of one state.
    if batch is not None and not _broadcasts(tuple(values.shape[:-1]), tuple(batch)):
        raise ValueError(
            f"diagonals of shape {tuple(values.shape)} do not fit a batch of shape {tuple(batch)}: "
            "give one for all members, or one a member"
        )
    if not bool(torch.isfinite(values).all()):
        raise ValueError("a diagonal observable must be finite; bound the energies before you pass them")
    return Diagonal(values.to(dtype=dtype, device=device))


def _pauli_sum(observable: Pauli | SparsePauliOp, n: int, dtype: torch.dtype, device: torch.device) -> PauliSum:
    from qiskit.quantum_info import SparsePauliOp

    operator = SparsePauliOp(observable)
    if operator.num_qubits != n:
        raise ValueError(f"the observable has {operator.num_qubits} qubits, the circuit {n}")
    coefficients = np.asarray(operator.coeffs)
    if coefficients.dtype == object:
        raise ValueError(f"an observable's coefficients must be numbers, got {coefficients}; assign its parameters")
    if not np.all(np.isfinite(coefficients)) or np.any(np.abs(coefficients.imag) > 1e-12 * np.abs(coefficients).max()):
        raise ValueError(f"an observable has finite real coefficients, got {coefficients}; make it Hermitian first")
    weights = 1 << np.arange(n)
    x, z = operator.paulis.x.astype(np.int64) @ weights, operator.paulis.z.astype(np.int64) @ weights
    # Y = i X Z: qiskit keeps the group phase (-i)^phase apart from it.
    phase = (-1j) ** operator.paulis.phase * 1j ** (operator.paulis.x & operator.paulis.z).sum(axis=1)
    complex_type = torch.complex64 if dtype == torch.float32 else torch.complex128

    def tensor(values: Any, kind: torch.dtype) -> Tensor:  # noqa: ANN401
        return torch.as_tensor(np.asarray(values)).to(dtype=kind, device=device)

    return PauliSum(
        tensor(coefficients, complex_type),
        tensor(x, torch.int64),
        tensor(z, torch.int64),
        tensor(phase, complex_type),
        n,
    )
