"""The parts that the speed of shared programs rests on."""

import subprocess
import sys

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector
from qiskit.quantum_info import Operator, Pauli, SparsePauliOp

from qbench.quantum._shared_engine import SharedEngine
from qbench.quantum._shared_lowering import CLIFFORDS, ROTATIONS, pair_table, rotations
from qbench.quantum.gates import GATES
from qbench.quantum.lowering import lower


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.mark.parametrize("name", sorted(GATES))
def test_gates_are_their_rotations_up_to_a_phase(name):
    """Every gate of the general engine has a form here; a new one must be given one, or be refused by a test."""
    assert (name in ROTATIONS) != (name in CLIFFORDS)
    gate, angles = GATES[name], [0.7, -1.1, 2.3]
    plain = QuantumCircuit(gate.qubits)
    getattr(plain, name)(*angles[: gate.angles], *range(gate.qubits))
    product = np.eye(2**gate.qubits)
    for letters, slot, factor in ROTATIONS.get(name, ()):
        half = factor * (angles[slot] if slot >= 0 else 1.0) / 2
        pauli = Pauli(letters[::-1]).to_matrix()
        product = (np.cos(half) * np.eye(len(pauli)) - 1j * np.sin(half) * pauli) @ product
    if name in ROTATIONS:
        overlap = np.trace(product.conj().T @ Operator(plain).data) / 2**gate.qubits
        assert abs(overlap) == pytest.approx(1.0, abs=1e-14)


def test_pairs_turn_the_right_way():
    """Row of P: Q with i P Q = R for a Pauli R of sign +, and every Pauli that does not commute once in some pair."""
    circuit = QuantumCircuit(2)
    w = ParameterVector("w", 3)
    circuit.rx(w[0], 0)
    circuit.cz(0, 1)
    circuit.ry(w[1], 1)
    circuit.rzz(w[2], 0, 1)
    lowered = rotations(lower(circuit), w)
    paulis, rows, table = pair_table(lowered, 2)

    def pauli(index):
        z, x = divmod(int(index), 4)
        return Pauli(([bool(z & 1), bool(z & 2)], [bool(x & 1), bool(x & 2)])).to_matrix()

    for p, row in zip(paulis, rows, strict=True):
        partners = table[row].astype(int) ^ p
        for q, r in zip(table[row], partners, strict=True):
            np.testing.assert_array_equal(1j * pauli(p) @ pauli(q), pauli(r))
        both = {*table[row].tolist(), *partners.tolist()}
        assert both == {q for q in range(16) if np.any(pauli(p) @ pauli(q) != pauli(q) @ pauli(p))}


@pytest.mark.parametrize(
    ("gate", "observable", "parts"), [("ry", "Z", 1), ("ry", "X", 1), ("ry", "Y", 2), ("rz", "Z", 2)]
)
def test_real_circuits_take_real_matrices(rng, gate, observable, parts):
    w, circuit = ParameterVector("w", 2), QuantumCircuit(2)
    for q in range(2):
        getattr(circuit, gate)(w[q], q)
    engine = SharedEngine(lower(circuit), w, [SparsePauliOp(observable + "I")])
    weights = rng.standard_normal((1, 2))
    (real,) = engine.run(rng.standard_normal((1, 3, 4)), weights)
    (complex_,) = engine.run(rng.standard_normal((1, 3, 8)), weights)
    assert real.unitary.shape == (1, parts, 4, 4)
    assert complex_.unitary.shape == (1, 2, 4, 4)


def test_the_package_loads_no_engine():
    code = "import sys, qbench.quantum; print(sorted({'numba', 'torch', 'qiskit'} & {*sys.modules}))"
    code += "; print(qbench.quantum.share.__name__)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["[]", "share"]
