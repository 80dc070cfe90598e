"""The ansatz by four independent engines: Qiskit, Aer, PennyLane, and the few lines of numpy below."""

from functools import reduce

import numpy as np
import pennylane as qml
import pytest
from qiskit.quantum_info import Statevector
from qiskit_aer import AerSimulator

from qbench.papers.cvar_vqe.circuits import ENTANGLEMENTS, cz_pairs, ry_cz_ansatz

CASES = [(1, 2), (2, 1), (3, 0), (3, 2), (5, 3)]


def ry(angle):
    half = angle / 2
    return np.array([[np.cos(half), -np.sin(half)], [np.sin(half), np.cos(half)]])


def reference(n, depth, pairs, theta):
    """Dense matrices from the definition; qubit 0 is the low bit, so it stands last in a Kronecker product."""
    signs = np.ones(2**n)
    for index in range(2**n):
        for a, b in pairs:
            if (index >> a) & (index >> b) & 1:
                signs[index] *= -1
    state = np.eye(2**n)[0]
    for layer, block in enumerate(np.reshape(theta, (depth + 1, n))):
        if layer:
            state = signs * state
        state = reduce(np.kron, [ry(angle) for angle in reversed(block)]) @ state
    return state


def by_qiskit(circuit):
    return Statevector(circuit).data


def by_aer(circuit):
    circuit = circuit.copy()
    circuit.save_statevector()
    simulator = AerSimulator(method="statevector", max_parallel_threads=1)
    return simulator.run(circuit).result().get_statevector().data


def by_pennylane(n, depth, pairs, theta):
    """Wire 0 is PennyLane's high bit, so qubit q lives on wire n - 1 - q."""

    @qml.qnode(qml.device("default.qubit", wires=n))
    def run():
        for layer, block in enumerate(np.reshape(theta, (depth + 1, n))):
            if layer:
                for a, b in pairs:
                    qml.CZ(wires=[n - 1 - a, n - 1 - b])
            for qubit, angle in enumerate(block):
                qml.RY(angle, wires=n - 1 - qubit)
        return qml.state()

    return run()


@pytest.mark.parametrize("entanglement", ENTANGLEMENTS)
@pytest.mark.parametrize(("n", "depth"), CASES)
def test_four_engines_agree(n, depth, entanglement):
    pairs = cz_pairs(n, entanglement)
    theta = np.random.default_rng([n, depth]).uniform(-np.pi, np.pi, (depth + 1) * n)
    expected = reference(n, depth, pairs, theta)
    circuit = ry_cz_ansatz(n, depth, entanglement).assign_parameters(theta)
    assert by_qiskit(circuit) == pytest.approx(expected, abs=1e-10)
    assert by_aer(circuit) == pytest.approx(expected, abs=1e-10)
    assert by_pennylane(n, depth, pairs, theta) == pytest.approx(expected, abs=1e-10)


def test_bit_order_is_the_same_in_every_engine():
    """Only qubit 1 of three is flipped: all engines put the mass on index 2."""
    theta = np.array([0.0, np.pi, 0.0])
    circuit = ry_cz_ansatz(3, 0).assign_parameters(theta)
    for state in (reference(3, 0, [], theta), by_qiskit(circuit), by_aer(circuit), by_pennylane(3, 0, [], theta)):
        assert np.abs(state).argmax() == 2
