"""The engine of a shared program: one unitary a member of the ensemble, and products of real matrices for the batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from qbench.quantum import _shared_kernels as kernels
from qbench.quantum._shared_lowering import pair_table, readouts, rotations, trace_signs
from qbench.quantum.memory import require_memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qiskit.circuit import Parameter
    from torch import Tensor

    from qbench._arrays import FloatArray
    from qbench.quantum.lowering import Lowered

CACHED = 2**16
"""How many amplitudes members of an ensemble, or weights of a jacobian, take at once: they should stay in cache."""


@dataclass(frozen=True)
class Tape:
    """One forward pass of S members of an ensemble on B states.

    Attributes:
        inputs: (S, B, cD), or (1, B, cD) where members share them; c = 2 where complex, Re and Im side by side.
        weights, angles, unitary: (S, W), (S, K), (S, parts, D, D).
        forms, amplitudes: for each readout, its unitary as it acts on `inputs` (S, parts D, cD), and (S, parts D, B).
        values: (S, B, m).
    """

    inputs: FloatArray
    weights: FloatArray
    angles: FloatArray
    unitary: FloatArray
    forms: tuple[FloatArray, ...]
    amplitudes: tuple[FloatArray, ...]
    values: FloatArray


class SharedEngine:
    """Values and gradients of a lowered weight circuit on given states; float64 arrays, checked by the caller.

    Members of an ensemble are numpy's stacked axis in every product, one BLAS call each, so that none changes another's
    bits (torch's bmm does, for some shapes), and go through in groups that fit a core's cache.
    """

    def __init__(self, ansatz: Lowered, weights: Sequence[Parameter], observables: Sequence[Any]) -> None:
        self.size = 2**ansatz.n_qubits
        self._map = ansatz.angles
        self._columns = np.array([weights.index(p) for p in ansatz.parameters], dtype=np.int64)
        self._width = len(weights)
        self._rotations = rotations(ansatz, weights)
        self._readouts = readouts(observables, ansatz.n_qubits, self._rotations.last)
        self._paulis, self._rows, self._pairs = pair_table(self._rotations, ansatz.n_qubits)
        self._signs = trace_signs(ansatz.n_qubits)
        # A rotation about a Pauli with an odd number of Y is a real matrix.
        odd = np.bitwise_count(self._rotations.x & self._rotations.z) % 2 == 1
        self._real = bool(odd.all()) and all(r.basis is None or len(r.basis) == 1 for r in self._readouts)

    def run(self, inputs: FloatArray, weights: FloatArray) -> list[Tape]:
        """Return the forward pass of inputs (S or 1, B, cD) and weights (S, W), group after group."""
        batch = inputs.shape[1]
        need = 16 * len(weights) * batch * self.size * (2 + len(self._readouts))
        require_memory(need, f"{len(weights)} x {batch} states", torch.device("cpu"))
        step = max(1, CACHED // (2 * self.size * batch))
        groups = [slice(first, first + step) for first in range(0, len(weights), step)]
        return [self._run(inputs if len(inputs) == 1 else inputs[g], weights[g]) for g in groups]

    def pull(self, tapes: Sequence[Tape], cotangent: FloatArray) -> FloatArray:
        """Return the gradient (S, W) of sum_bo cotangent_bo values_bo; cotangent (S, B, m)."""
        return np.concatenate([self._pull(tape, some) for tape, some in _along(tapes, cotangent)])

    def pull_inputs(self, tapes: Sequence[Tape], cotangent: FloatArray) -> FloatArray:
        """Return the gradient (S, B, cD) of the same sum by each member's inputs."""
        return np.concatenate([self._pull_inputs(tape, some) for tape, some in _along(tapes, cotangent)])

    def jacobian(self, tapes: Sequence[Tape]) -> FloatArray:
        """Return the derivatives (S, B, m, W) of all values by all weights."""
        count = len(tapes[0].inputs[0]) * len(self._readouts[0].diagonals) * self._width
        need = 16 * (sum(len(t.unitary) for t in tapes) * count + self._width * self.size**2)
        require_memory(need, f"a jacobian of {count} numbers a member", torch.device("cpu"))
        return np.stack([self._jacobian(tape, s) for tape in tapes for s in range(len(tape.unitary))])

    def _run(self, inputs: FloatArray, weights: FloatArray) -> Tape:
        r, is_complex = self._rotations, inputs.shape[-1] > self.size
        angles = kernels.rotation_angles(self._values(weights), r.index, r.slope, r.offset)
        unitary = kernels.unitaries(angles, r.x, r.z, 1 if self._real and not is_complex else 2, self.size)
        columns = inputs.transpose(0, 2, 1)
        forms = tuple(_form(_times(readout.basis, unitary), is_complex) for readout in self._readouts)
        amplitudes = tuple(form @ columns for form in forms)
        values = _total(
            [
                readout.diagonals @ kernels.squares(phi, self.size)
                for readout, phi in zip(self._readouts, amplitudes, strict=True)
            ]
        )
        values = np.ascontiguousarray(values.transpose(0, 2, 1))
        return Tape(inputs, weights, angles, unitary, forms, amplitudes, values)

    def _pull(self, tape: Tape, cotangent: FloatArray) -> FloatArray:
        # With chi_b = sum_o c_bo O_o U psi_b and G = sum_b chi_b psi_b^dag it is 2 Re tr(G^dag dU): no batch is left.
        members, parts, size, _ = tape.unitary.shape
        products = []
        for readout, chi in zip(self._readouts, self._forces(tape, cotangent), strict=True):
            product = (chi @ tape.inputs).reshape(members, parts, size, size, -1)
            if product.shape[-1] == 2:  # times the conjugate of Re + i Im
                real = product[:, 0, ..., 0] + product[:, 1, ..., 1]
                product = np.stack([real, product[:, 1, ..., 0] - product[:, 0, ..., 1]], axis=1)
            adjoint = None if readout.basis is None else _dagger(readout.basis)
            products.append(_times(adjoint, product.reshape(members, parts, size, size)))
        whole = _total(products)
        rows = (members, parts * size, size)
        blocks = tape.unitary.reshape(rows) @ whole.reshape(rows).transpose(0, 2, 1)
        by_angle = kernels.sweep(blocks, tape.angles, self._paulis, self._rows, self._pairs, self._signs)
        r = self._rotations
        if self._map.affine:
            return np.asarray(kernels.by_values(by_angle, r.index, r.slope, self._width))
        gradient = np.zeros((members, self._width))
        slopes = kernels.by_values(by_angle, r.index, r.slope, len(self._map))
        for s in range(members):
            theta = self._parameters(tape.weights[s]).requires_grad_()
            with torch.enable_grad():  # this may be part of a backward pass
                angles = self._map(theta)
            (gradient[s, self._columns],) = torch.autograd.grad(angles, theta, torch.from_numpy(slopes[s]))
        return gradient

    def _pull_inputs(self, tape: Tape, cotangent: FloatArray) -> FloatArray:
        # 2 U^dag chi, with the transposed form for U^dag.
        forces = self._forces(tape, cotangent)
        return 2.0 * _total([chi.transpose(0, 2, 1) @ form for chi, form in zip(forces, tape.forms, strict=True)])

    def _jacobian(self, tape: Tape, s: int) -> FloatArray:
        """Return the derivatives (B, m, W) of one member's values by its weights."""
        _, batch, count = tape.values.shape
        r, parts = self._rotations, tape.unitary.shape[1]
        width = self._width if self._map.affine else len(self._map)
        columns = tape.inputs[s % len(tape.inputs)].T
        moved = kernels.derivatives(tape.angles[s], r.x, r.z, r.index, r.slope, parts, self.size, width)
        rows = np.zeros((count, width, batch))
        step = max(1, CACHED // (parts * self.size * batch))
        for first in range(0, width, step):
            some = moved[first : first + step]
            for readout, amplitudes in zip(self._readouts, tape.amplitudes, strict=True):
                form = _form(_times(readout.basis, some), len(columns) > self.size)
                slopes = form.reshape(-1, len(columns)) @ columns
                products = kernels.products(slopes.reshape(len(some), -1, batch), amplitudes[s], self.size)
                found = readout.diagonals @ products.reshape(self.size, -1)
                rows[:, first : first + step] += found.reshape(count, -1, batch)
        by_value = rows.transpose(2, 0, 1)
        return by_value if self._map.affine else by_value @ self._chain(tape.weights[s])

    def _values(self, weights: FloatArray) -> FloatArray:
        """Return what the rotations' angles are affine in, (S, V): the weights, or the gate angles."""
        if self._map.affine:
            return weights
        # Member by member: vectorised sines differ in the last bit from those of a batch's remainder.
        angles = np.stack([self._map(self._parameters(w)).numpy() for w in weights])
        if not np.isfinite(angles).all():
            raise ValueError("a gate angle is not finite: an expression such as log(w) has no value at these weights")
        return angles

    def _chain(self, weights: FloatArray) -> FloatArray:
        """Return the derivatives (V, W) of one member's gate angles by its weights."""
        chain = np.zeros((len(self._map), self._width))
        theta = self._parameters(weights)
        found = torch.autograd.functional.jacobian(self._map, theta)  # type: ignore[no-untyped-call]  # torch
        chain[:, self._columns] = found.numpy()
        return chain

    def _parameters(self, weights: FloatArray) -> Tensor:
        """Return one member's weights as the weight circuit's parameters (P,)."""
        return torch.from_numpy(weights[self._columns])

    def _forces(self, tape: Tape, cotangent: FloatArray) -> list[FloatArray]:
        """Return sum_o c_bo O_o U psi_b (S, parts D, B) for each readout."""
        columns = cotangent.transpose(0, 2, 1)
        return [
            kernels.weighed(amplitudes, readout.diagonals.T @ columns)
            for readout, amplitudes in zip(self._readouts, tape.amplitudes, strict=True)
        ]


def _form(unitary: FloatArray, is_complex: bool) -> FloatArray:  # noqa: FBT001 - private
    """Return matrices (S, parts, D, D) as they act on real vectors, or on complex ones stored as (Re, Im) pairs."""
    members, parts, size, _ = unitary.shape
    if not is_complex:
        return unitary.reshape(members, parts * size, size)
    form = np.empty((members, 2, size, size, 2))
    form[..., 0] = unitary
    np.negative(unitary[:, 1], out=form[:, 0, ..., 1])
    form[:, 1, ..., 1] = unitary[:, 0]
    return form.reshape(members, 2 * size, 2 * size)


def _along(tapes: Sequence[Tape], cotangent: FloatArray) -> Iterator[tuple[Tape, FloatArray]]:
    first = 0
    for tape in tapes:
        yield tape, cotangent[first : first + len(tape.unitary)]
        first += len(tape.unitary)


def _total(arrays: Sequence[FloatArray]) -> FloatArray:
    return sum(arrays[1:], arrays[0])


def _times(basis: FloatArray | None, matrices: FloatArray) -> FloatArray:
    """Return basis (parts, D, D) times matrices (S, parts, D, D); None is 1."""
    if basis is None:
        return matrices
    if len(basis) == 1:
        return np.asarray(basis[0] @ matrices)
    real, imag = matrices[:, 0], matrices[:, 1]
    return np.stack([basis[0] @ real - basis[1] @ imag, basis[0] @ imag + basis[1] @ real], axis=1)


def _dagger(basis: FloatArray) -> FloatArray:
    adjoint = basis.transpose(0, 2, 1).copy()
    adjoint[1:] *= -1.0
    return adjoint
