"""A real case: three qubits, RY and CZ, a diagonal energy, all four minimisers against the enumerated minimum."""

import numpy as np
import pytest

from qbench.quantum.ising import Ising
from qbench.quantum.optimise import adam, cobyla, rotosolve, spsa

# Fields outweigh couplings, so no local minimum stands in the way.
ENERGIES = Ising(
    constant=np.array(0.5),
    fields=np.array([1.0, -1.5, 2.0]),
    couplings=np.array([[0.0, 0.2, 0.1], [0.0, 0.0, -0.3], [0.0, 0.0, 0.0]]),
).energies()
MINIMUM = float(ENERGIES.min())


@pytest.fixture(scope="module")
def energy():
    """Return theta (P,) -> <E> by Qiskit's state vector, for RY, CZ line, RY."""
    from qiskit.circuit import ParameterVector, QuantumCircuit
    from qiskit.quantum_info import Statevector

    angles = ParameterVector("t", 6)
    circuit = QuantumCircuit(3)
    for q in range(3):
        circuit.ry(angles[q], q)
    circuit.cz(0, 1)
    circuit.cz(1, 2)
    for q in range(3):
        circuit.ry(angles[3 + q], q)

    def value(theta):
        return float(Statevector(circuit.assign_parameters(theta)).probabilities() @ ENERGIES)

    return value


START = np.random.default_rng(8).uniform(-np.pi, np.pi, (2, 6))


@pytest.fixture(scope="module")
def batched(energy):
    return lambda theta: np.array([energy(row) for row in theta])


def test_enumeration():
    spins = [(1 - 2 * (k & 1), 1 - 2 * (k >> 1 & 1), 1 - 2 * (k >> 2 & 1)) for k in range(8)]
    by_hand = [0.5 + a - 1.5 * b + 2 * c + 0.2 * a * b + 0.1 * a * c - 0.3 * b * c for a, b, c in spins]
    assert pytest.approx(by_hand) == ENERGIES
    assert pytest.approx(-3.8) == MINIMUM


def test_adam_with_the_parameter_shift_rule(batched):
    def value_and_gradient(theta):
        shift = np.pi / 2 * np.eye(6)
        slopes = [(batched(theta + row) - batched(theta - row)) / 2 for row in shift]
        return batched(theta), np.stack(slopes, axis=-1)

    trace = adam(value_and_gradient, START[:1], lr=0.2, iterations=90)
    assert trace.values[:, -1] == pytest.approx([MINIMUM], abs=1e-3)


def test_rotosolve(batched):
    trace = rotosolve(batched, START, iterations=8)
    assert np.all(np.diff(trace.values, axis=1) <= 1e-12)
    assert trace.values[:, -1] == pytest.approx(np.full(2, MINIMUM), abs=1e-6)
    assert trace.evaluations[0, -1] == 8 * 18


def test_spsa(batched):
    trace = spsa(batched, START, iterations=150, rngs=[np.random.default_rng([1, m]) for m in range(2)])
    assert trace.values[:, -1] == pytest.approx(np.full(2, MINIMUM), abs=0.01)


def test_cobyla(energy):
    trace = cobyla(lambda _, theta: energy(theta), START, evaluations=200)
    assert trace.best_value == pytest.approx(np.full(2, MINIMUM), abs=1e-3)
