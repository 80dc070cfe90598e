"""Small circuits of RY and CZ behind an angle encoding, run for many inputs that each have weights of their own.

`compile` costs a call of torch a gate and `share` a matrix a member: both are made for larger states or larger batches
of inputs under the same weights. Where every member of a batch is another network on another input, as in the training
of many small networks on one channel a step, three qubits are 8 amplitudes and the calls are all there is. Here one
compiled loop takes a member from its angles to the Bloch vectors of all its qubits.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike
    from qiskit import QuantumCircuit
    from qiskit.circuit import Parameter

    from qbench._arrays import FloatArray, IntArray

MAX_QUBITS = 10
"""Beyond, the calls that this saves are no longer what a circuit costs."""


class BlochProgram:
    """<X>, <Y> and <Z> of every qubit, for inputs phi (*B, n) and weights theta (*B, W), radians.

    Leading axes broadcast. Every member is computed by itself, to the same bits in every batch. float64, CPU.

    Attributes:
        n_qubits: n.
        weights: the parameters that are not inputs, in the order of the last axis of theta.
    """

    def __init__(self, circuit: QuantumCircuit, inputs: Sequence[Parameter]) -> None:
        """Read the circuit: H and RZ(inputs[q]) on each qubit q, then RY of one weight each, and CZ, in any order.

        Raises ValueError for any other gate or order, more than 10 qubits, and angles that are not plain weights.
        """
        self.n_qubits = circuit.num_qubits
        if self.n_qubits > MAX_QUBITS:
            raise ValueError(
                f"at most {MAX_QUBITS} qubits, the circuit has {self.n_qubits}; use qbench.quantum.compile"
            )
        self.weights = tuple(p for p in circuit.parameters if p not in set(inputs))
        self._qubits, self._index, self._before = _lower(circuit, list(inputs), self.weights)

    def bloch(self, phi: ArrayLike, theta: ArrayLike) -> FloatArray:
        """Return (*B, n, 3). Raises ValueError for angles that are not finite, do not fit or do not broadcast."""
        return self._run(phi, theta, np.zeros((1, len(self._qubits))))[..., 0, :, :]

    def shifted(self, phi: ArrayLike, theta: ArrayLike, shift: float = math.pi / 2) -> FloatArray:
        """Return (*B, 2, W, n, 3): weight w alone turned by +shift at [..., 0, w], by -shift at [..., 1, w].

        A weight that stands in several gates turns them all. Raises ValueError as `bloch`.
        """
        turned = float(shift) * (self._index == np.arange(len(self.weights))[:, None])
        out = self._run(phi, theta, np.concatenate([turned, -turned]))
        return out.reshape(*out.shape[:-3], 2, len(self.weights), self.n_qubits, 3)

    def jacobian(self, phi: ArrayLike, theta: ArrayLike) -> FloatArray:
        """Return the derivatives (*B, W, n, 3) by the weights: every gate is shifted by itself, then summed.

        Exact where a weight stands in several gates too, where the two-term rule on the weight is not. Raises
        ValueError as `bloch`.
        """
        gates = len(self._qubits)
        turned = 0.5 * math.pi * np.eye(gates)
        out = self._run(phi, theta, np.concatenate([turned, -turned]))
        slopes = 0.5 * (out[..., :gates, :, :] - out[..., gates:, :, :])
        result = np.zeros((*slopes.shape[:-3], len(self.weights), self.n_qubits, 3))
        for gate, weight in enumerate(self._index):
            result[..., weight, :, :] += slopes[..., gate, :, :]
        return result

    def _run(self, phi: ArrayLike, theta: ArrayLike, moves: FloatArray) -> FloatArray:
        from qbench.quantum import _bloch_kernels

        f = self._angles("phi", phi, self.n_qubits)
        t = self._angles("theta", theta, len(self.weights))
        try:
            lead = np.broadcast_shapes(f.shape[:-1], t.shape[:-1])
        except ValueError:
            raise ValueError(f"leading axes of phi {f.shape} and theta {t.shape} must broadcast") from None
        f, t = (np.ascontiguousarray(np.broadcast_to(a, (*lead, a.shape[-1]))).reshape(-1, a.shape[-1]) for a in (f, t))
        out = np.asarray(_bloch_kernels.bloch(f, t, self._qubits, self._index, self._before, moves))
        return out.reshape(*lead, *out.shape[1:])

    @staticmethod
    def _angles(name: str, values: ArrayLike, size: int) -> FloatArray:
        array = finite_array(name, values, ndim_at_least=1)
        if array.shape[-1] != size:
            raise ValueError(f"{name} must have {size} values on the last axis, got shape {array.shape}")
        return array


def _lower(
    circuit: QuantumCircuit, inputs: list[Parameter], weights: Sequence[Parameter]
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return for each RY its qubit, its weight and the signs (G + 1, 2^n) of the CZ before it; last, those at the end.

    Raises ValueError where the circuit has another form.
    """
    n = circuit.num_qubits
    if len(inputs) != n:
        raise ValueError(f"inputs must be one parameter a qubit, {n}, got {len(inputs)}")
    encoded = [0] * n  # 1 after H, 2 after RZ
    qubits: list[int] = []
    used: list[int] = []
    signs = [np.ones(2**n)]
    states = np.arange(2**n)
    for gate in circuit.data:
        name, wires = gate.operation.name, [circuit.find_bit(q).index for q in gate.qubits]
        if name == "barrier":
            continue
        if name == "h" and encoded[wires[0]] == 0:
            encoded[wires[0]] = 1
        elif name == "rz" and encoded[wires[0]] == 1 and gate.operation.params[0] == inputs[wires[0]]:
            encoded[wires[0]] = 2
        elif name == "ry" and encoded[wires[0]] == 2 and gate.operation.params[0] in weights:
            qubits.append(wires[0])
            used.append(list(weights).index(gate.operation.params[0]))
            signs.append(np.ones(2**n))
        elif name == "cz" and all(encoded[q] == 2 for q in wires):
            signs[-1] *= 1.0 - 2.0 * ((states >> wires[0]) & (states >> wires[1]) & 1)
        else:
            raise ValueError(
                f"the circuit must be H and RZ(input) on every qubit, then RY(weight) and CZ; {name!r} on qubits "
                f"{wires} does not fit: use qbench.quantum.compile or share"
            )
    if min(encoded) < 2:
        raise ValueError(f"every qubit needs H and RZ(input) first, qubit {encoded.index(min(encoded))} has none")
    return np.array(qubits, dtype=np.int64), np.array(used, dtype=np.int64), np.stack(signs)
