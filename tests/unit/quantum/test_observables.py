"""Observables: closed forms and every refusal."""

import numpy as np
import pytest
import torch
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.quantum_info import Operator, Pauli, SparsePauliOp

from qbench.quantum import compile
from qbench.quantum.observables import probabilities


@pytest.fixture(scope="module")
def program():
    circuit = QuantumCircuit(2)
    circuit.ry(Parameter("a"), 0)
    circuit.ry(Parameter("b"), 1)
    return compile(circuit)


ANGLES = np.array([0.3, 1.1])


def with_coefficients(values):
    """Set afterwards: making such an operator warns."""
    operator = SparsePauliOp(["ZZ", "XX"])
    operator.coeffs = np.array(values, dtype=complex)
    return operator


@pytest.mark.parametrize("method", ["expectation", "vjp"])
@pytest.mark.parametrize(
    ("observable", "message"),
    [
        (np.zeros(3), r"of 2 qubits is real with last axis 2\^2 = 4, got shape \(3,\)"),
        (np.zeros(8), r"got shape \(8,\) of torch.float64; pass a SparsePauliOp"),
        (1.0, r"got shape \(\)"),
        (np.array([1, 2, 3, 1j]), r"is real .*got shape \(4,\) of torch.complex128"),
        (Operator(np.eye(4)), r"is real .*got shape \(4, 4\) of torch.complex128; pass a SparsePauliOp"),
        (np.eye(4), r"diagonals of shape \(4, 4\) do not fit a batch of shape \(\): give one for all members, or one"),
        ([1.0, 2.0, np.nan, 0.0], "must be finite; bound the energies"),
        ([1.0, 2.0, np.inf, 0.0], "must be finite"),
        ("ZZ", "is a diagonal array, a Pauli or a SparsePauliOp, got str; SparsePauliOp.from_operator takes a matrix"),
        (None, "got NoneType"),
        (Pauli("Z"), "the observable has 1 qubits, the circuit 2"),
        (SparsePauliOp(["ZZZ"]), "the observable has 3 qubits, the circuit 2"),
        (SparsePauliOp(["ZZ"], [1j]), r"finite real coefficients, got \[0.\+1.j\]; make it Hermitian first"),
        (Pauli("iZZ"), "finite real coefficients"),
        (with_coefficients([1.0, np.inf]), "finite real coefficients"),
        (with_coefficients([np.nan, 0.0]), "finite real coefficients"),
        (SparsePauliOp(["ZZ"], np.array([Parameter("c")])), "coefficients must be numbers.*assign its parameters"),
    ],
)
def test_refusals(program, method, observable, message):
    with pytest.raises(ValueError, match=message):
        getattr(program, method)(ANGLES, observable)


@pytest.mark.parametrize("method", ["expectation", "vjp"])
def test_diagonals_may_be_one_for_all_or_one_a_member(program, method):
    angles = np.array([[ANGLES, 2 * ANGLES, -ANGLES]] * 2)
    run = getattr(program, method)
    values = np.arange(24.0).reshape(2, 3, 4)
    each = run(angles, values)
    for i in range(2):
        for j in range(3):
            assert each[i, j] == pytest.approx(run(angles[i, j], values[i, j]), abs=1e-15)
    assert np.array_equal(run(angles, values[0, 0]), run(angles, np.broadcast_to(values[0, 0], (2, 3, 4))))
    assert np.array_equal(run(angles, values[:1]), run(angles, np.broadcast_to(values[:1], (2, 3, 4))))
    for shape in [(3, 2, 4), (5, 4), (1, 2, 3, 4), (2, 2, 3, 4)]:
        with pytest.raises(ValueError, match=r"do not fit a batch of shape \(2, 3\)"):
            run(angles, np.zeros(shape))


def test_closed_forms(program):
    """<Z_0> = cos a, <X_0> = sin a, <Z_0 Z_1> = cos a cos b, and no Y in a real state."""
    a, b = ANGLES
    for label, expected in (
        ("IZ", np.cos(a)),
        ("IX", np.sin(a)),
        ("ZI", np.cos(b)),
        ("ZZ", np.cos(a) * np.cos(b)),
        ("XZ", np.sin(b) * np.cos(a)),
        ("IY", 0.0),
        ("YY", 0.0),
        ("II", 1.0),
    ):
        assert program.expectation(ANGLES, Pauli(label)) == pytest.approx(expected, abs=1e-15)
        assert program.expectation(ANGLES, -Pauli(label)) == pytest.approx(-expected, abs=1e-15)


def test_yy_of_a_real_state():
    """Two Ys are a real matrix: <YY> = 1 on (|00> - |11>)/sqrt 2."""
    circuit = QuantumCircuit(2)
    circuit.x(0)
    circuit.h(0)
    circuit.cx(0, 1)
    program = compile(circuit)
    assert program.real
    assert program.expectation([], Pauli("YY")) == pytest.approx(1.0, abs=1e-15)


def test_rounding_in_imaginary_parts_is_forgiven(program):
    assert program.expectation(ANGLES, SparsePauliOp(["IZ"], [1 + 1e-16j])) == pytest.approx(np.cos(0.3))


def test_a_product_of_paulis_keeps_its_phase(program):
    """X Z = -i Y: a Pauli with a phase of its own, in a sum that is Hermitian."""
    product = SparsePauliOp(["IX"]) @ SparsePauliOp(["IZ"])
    circuit = QuantumCircuit(2)
    circuit.h(0)
    circuit.s(0)
    assert compile(circuit).expectation([], 1j * product) == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize(
    "values",
    [
        [1, 2, 3, 4],
        np.array([1, 2, 3, 4], dtype=np.float32),
        torch.arange(1, 5),
        np.arange(4.0, 0.0, -1.0)[::-1],
        np.lib.stride_tricks.as_strided(np.arange(1.0, 5.0), writeable=False),
        np.arange(1.0, 9.0, 0.5)[:8:2],
    ],
    ids=["list", "float32", "tensor", "reversed", "read-only", "strided"],
)
def test_diagonals_of_other_types(program, values):
    assert program.expectation(ANGLES, values) == pytest.approx(program.expectation(ANGLES, np.arange(1.0, 5.0)))


def test_probabilities_of_real_and_complex_states():
    assert probabilities(torch.tensor([0.6, -0.8])).tolist() == pytest.approx([0.36, 0.64])
    assert probabilities(torch.tensor([0.6j, 0.8])).tolist() == pytest.approx([0.36, 0.64])
