"""Bloch programs against the general engine and the shared one, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector
from qiskit.quantum_info import SparsePauliOp

from qbench.quantum.bloch import BlochProgram
from qbench.quantum.program import compile
from qbench.quantum.shared import share

ORDER = "XYZ"


@st.composite
def circuits(draw):
    """H and RZ on up to 4 qubits, then RY of up to 3 weights, some in several gates, and CZ."""
    n, weights = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    phi, theta = ParameterVector("phi", n), ParameterVector("theta", weights)
    circuit = QuantumCircuit(n)
    for q in range(n):
        circuit.h(q)
        circuit.rz(phi[q], q)
    for k in range(weights):
        circuit.ry(theta[k], draw(st.integers(0, n - 1)))
    for _ in range(draw(st.integers(0, 8))):
        q = draw(st.integers(0, n - 1))
        if n > 1 and draw(st.booleans()):
            circuit.cz(q, (q + draw(st.integers(1, n - 1))) % n)
        else:
            circuit.ry(theta[draw(st.integers(0, weights - 1))], q)
    return circuit, list(phi)


def observables(n):
    return [SparsePauliOp.from_sparse_list([(p, [q], 1.0)], n) for q in range(n) for p in ORDER]


@given(circuits(), st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_it_is_the_other_engines(case, seed):
    circuit, inputs = case
    n, program, rng = circuit.num_qubits, BlochProgram(*case), np.random.default_rng(seed)
    phi, theta = rng.uniform(-7, 7, (2, 3, n)), rng.uniform(-7, 7, (3, len(program.weights)))
    found, whole = program.bloch(phi, theta), compile(circuit)
    rows = np.concatenate([phi, np.broadcast_to(theta, (2, 3, theta.shape[-1]))], axis=-1)
    assert [p.name[0] for p in whole.parameters] == ["p"] * n + ["t"] * len(program.weights)
    for k, observable in enumerate(observables(n)):
        np.testing.assert_allclose(found[..., k // 3, k % 3], whole.expectation(rows, observable), atol=1e-10)
    shared = share(circuit, inputs, observables(n))
    assert shared.weights == program.weights
    jacobian = shared.jacobian(shared.encode(phi[0][:, None]), theta)[:, 0]
    ours = np.moveaxis(program.jacobian(phi[0], theta), 1, -1).reshape(jacobian.shape)
    np.testing.assert_allclose(ours, jacobian, atol=1e-10)


@given(circuits(), st.floats(-4, 4), st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_shifted_turns_a_weight_in_all_its_gates(case, shift, seed):
    program, rng = BlochProgram(*case), np.random.default_rng(seed)
    phi, theta = rng.uniform(-7, 7, program.n_qubits), rng.uniform(-7, 7, len(program.weights))
    found = program.shifted(phi, theta, shift)
    for w in range(len(theta)):
        for sign, move in enumerate((shift, -shift)):
            moved = theta.copy()
            moved[w] += move
            np.testing.assert_allclose(found[sign, w], program.bloch(phi, moved), atol=1e-12)


@given(circuits(), st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_members_are_alone_to_the_bit(case, seed):
    program, rng = BlochProgram(*case), np.random.default_rng(seed)
    phi, theta = rng.uniform(-7, 7, (2, 5, program.n_qubits)), rng.uniform(-7, 7, (5, len(program.weights)))
    for call in (program.bloch, program.shifted, program.jacobian):
        whole = call(phi, theta)
        for a, b in np.ndindex(2, 5):
            np.testing.assert_array_equal(whole[a, b], call(phi[a, b], theta[b]))


def plain(*, qubits=2, last=None):
    phi, theta = ParameterVector("phi", qubits), ParameterVector("theta", qubits)
    circuit = QuantumCircuit(qubits)
    for q in range(qubits):
        circuit.h(q)
        circuit.rz(phi[q], q)
        circuit.barrier()
        circuit.ry(theta[q], q)
    if last:
        last(circuit, phi, theta)
    return circuit, list(phi)


def test_barriers_are_nothing():
    program = BlochProgram(*plain())
    np.testing.assert_allclose(program.bloch([0.0, 0.5], [0.0, 0.0])[1], [np.cos(0.5), np.sin(0.5), 0.0], atol=1e-15)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: BlochProgram(*plain(qubits=11)), "at most 10 qubits, the circuit has 11; use qbench.quantum.compile"),
        (lambda: BlochProgram(*plain(last=lambda c, p, t: c.cx(0, 1))), r"'cx' on qubits \[0, 1\] does not fit: use"),
        (lambda: BlochProgram(*plain(last=lambda c, p, t: c.h(0))), r"'h' on qubits \[0\] does not fit"),
        (lambda: BlochProgram(*plain(last=lambda c, p, t: c.ry(2 * t[0], 0))), r"'ry' on qubits \[0\] does not fit"),
        (lambda: BlochProgram(*plain(last=lambda c, p, t: c.ry(p[0], 0))), r"'ry' on qubits \[0\] does not fit"),
        (lambda: BlochProgram(plain()[0], plain()[1][::-1]), r"'rz' on qubits \[0\] does not fit"),
        (lambda: BlochProgram(plain()[0], plain()[1][:1]), "inputs must be one parameter a qubit, 2, got 1"),
        (lambda: BlochProgram(QuantumCircuit(2), plain()[1]), "every qubit needs H and RZ.*qubit 0 has none"),
        (lambda: BlochProgram(*plain()).bloch([0.0], [0.0, 0.0]), r"phi must have 2 values on the last axis.*\(1,\)"),
        (lambda: BlochProgram(*plain()).bloch([0.0, 0.0], [0.0]), "theta must have 2 values on the last axis"),
        (lambda: BlochProgram(*plain()).bloch([0.0, np.inf], [0.0, 0.0]), "phi must be finite, got inf"),
        (lambda: BlochProgram(*plain()).bloch(np.zeros((3, 2)), np.zeros((2, 2))), r"phi \(3, 2\) and theta \(2, 2\)"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
