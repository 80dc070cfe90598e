"""The variational circuit of reading R-B as Qiskit draws it; the paper names one and defines none: all of it is ours.

Layers of RY on every qubit, then a ring of CNOTs 0 > 1 > ... > n - 1 > 0, and <Z> of every qubit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, positive_int

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from qiskit import QuantumCircuit

N_LAYERS = 2


def layers_circuit(n_qubit: int, n_layer: int = N_LAYERS) -> QuantumCircuit:
    """Return the layers: parameters theta, radians, layer by layer, qubit by qubit.

    Raises ValueError for fewer than 2 qubits, as a ring needs two, and fewer than 1 layer.
    """
    from qiskit import QuantumCircuit
    from qiskit.circuit import ParameterVector

    n, layers = positive_int("n_qubit", n_qubit, least=2), positive_int("n_layer", n_layer)
    theta = ParameterVector("theta", layers * n)
    circuit = QuantumCircuit(n, name="vqc")
    for layer in range(layers):
        for q in range(n):
            circuit.ry(theta[layer * n + q], q)
        for q in range(n):
            circuit.cx(q, (q + 1) % n)
    return circuit


def angle_circuit(n_qubit: int, n_layer: int = N_LAYERS) -> QuantumCircuit:
    """Return RY(phi_q) on every qubit, then the layers: parameters phi (n,), then theta. Raises ValueError likewise."""
    from qiskit import QuantumCircuit
    from qiskit.circuit import ParameterVector

    layers = layers_circuit(n_qubit, n_layer)
    circuit = QuantumCircuit(n_qubit, name="angle")
    for q, phi in enumerate(ParameterVector("phi", n_qubit)):
        circuit.ry(phi, q)
    return circuit.compose(layers)


def amplitude_circuit(amplitude: ArrayLike, n_layer: int = N_LAYERS) -> QuantumCircuit:
    """Return the preparation of a state of 2^n real amplitudes, made a unit vector, then the layers; parameters theta.

    A vector of zeros prepares |0..0>. Raises ValueError for a length that is no power of 2 from 4, and values that are
    not finite.
    """
    from qiskit import QuantumCircuit
    from qiskit.circuit.library import StatePreparation

    y = finite_array("amplitude", amplitude)
    n = max(0, y.size.bit_length() - 1)
    if y.ndim != 1 or n < 2 or y.size != 2**n:
        raise ValueError(f"amplitude must be (2^n,) for 2 or more qubits, got shape {y.shape}; pad it with zeros")
    circuit = QuantumCircuit(n, name="amplitude")
    norm = float(np.linalg.norm(y))
    if norm > 0.0:
        circuit.append(StatePreparation(y / norm), range(n))
    return circuit.compose(layers_circuit(n, n_layer))
