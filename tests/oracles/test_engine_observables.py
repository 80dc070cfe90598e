"""Expectations of random circuits: diagonals and Pauli sums by Qiskit, Aer, PennyLane and dense matrices."""

import numpy as np
import pennylane as qml
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.quantum_info import Pauli, SparsePauliOp, Statevector
from qiskit_aer import AerSimulator

from qbench.quantum import compile
from tests.oracles import circuits as c

TOLERANCE = 1e-10


@given(c.cases(), st.data())
def test_diagonals(case, data):
    """One diagonal for all, and one a member."""
    program, bound = compile(case.circuit), case.bound()
    for members in ((), (len(bound),)):
        values = data.draw(c.diagonals(program.n_qubits, members))
        expected = (np.abs([c.by_qiskit(b) for b in bound]) ** 2 * values).sum(axis=-1)
        found = program.expectation(case.angles, values)
        assert found.shape == (len(bound),)
        assert found == pytest.approx(expected, abs=TOLERANCE)


@given(c.cases(), st.data())
def test_pauli_sums_by_qiskit_and_matrices(case, data):
    program = compile(case.circuit)
    operator = data.draw(c.pauli_sums(program.n_qubits))
    found = program.expectation(case.angles, operator)
    scale = 1.0 + np.abs(operator.coeffs).sum()
    for value, bound in zip(found, case.bound(), strict=True):
        psi = c.by_qiskit(bound)
        assert value == pytest.approx(Statevector(psi).expectation_value(operator).real, abs=TOLERANCE * scale)
        assert value == pytest.approx((psi.conj() @ operator.to_matrix() @ psi).real, abs=TOLERANCE * scale)


def pennylane_string(label):
    """The label's last letter is qubit 0, which is PennyLane's last wire: the label reads along the wires."""
    return qml.prod(*[{"I": qml.Identity, "X": qml.X, "Y": qml.Y, "Z": qml.Z}[p](w) for w, p in enumerate(label)])


@given(c.cases(batch=st.just(1)), st.data())
def test_pauli_strings_by_aer_and_pennylane(case, data):
    program, (bound,) = compile(case.circuit), case.bound()
    n = program.n_qubits
    label = data.draw(st.text("IXYZ", min_size=n, max_size=n))
    (value,) = program.expectation(case.angles, Pauli(label))
    saved = bound.copy()
    saved.save_expectation_value(Pauli(label), range(n))
    simulator = AerSimulator(method="statevector", max_parallel_threads=1)
    assert value == pytest.approx(simulator.run(saved).result().data()["expectation_value"], abs=TOLERANCE)
    machine = qml.device("lightning.qubit", wires=n)
    script = qml.tape.QuantumScript(c.pennylane_operations(bound), [qml.expval(pennylane_string(label))])
    assert value == pytest.approx(float(machine.execute(script)), abs=TOLERANCE)


@pytest.mark.parametrize(
    ("label", "gates", "expected"),
    [
        ("Y", ["h", "s"], 1.0),  # S H |0> = |+i>
        ("-Y", ["h", "s"], -1.0),
        ("Y", ["h", "z", "s"], -1.0),
        ("X", ["h"], 1.0),
        ("Z", ["x"], -1.0),
        ("I", ["x"], 1.0),
    ],
)
def test_signs_of_single_qubits(label, gates, expected):
    circuit = QuantumCircuit(1)
    for name in gates:
        getattr(circuit, name)(0)
    assert compile(circuit).expectation([], Pauli(label)) == pytest.approx(expected, abs=1e-15)


def test_label_order():
    """The last letter is qubit 0; YY on the Bell state is -1, for Y is neither real nor symmetric under Y -> -Y."""
    circuit = QuantumCircuit(2)
    circuit.x(0)
    program = compile(circuit)
    assert program.expectation([], Pauli("IZ")) == pytest.approx(-1)
    assert program.expectation([], Pauli("ZI")) == pytest.approx(1)
    bell = QuantumCircuit(2)
    bell.h(0)
    bell.cx(0, 1)
    assert compile(bell).expectation([], SparsePauliOp(["XX", "YY", "ZZ"], [1.0, 10.0, 100.0])) == pytest.approx(91)
