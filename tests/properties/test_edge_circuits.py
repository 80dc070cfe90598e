"""The edge circuit, exactly: Eq. (20) against matrices of our own and Qiskit, and what its readings imply."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pennylane as qml
from hypothesis import given
from hypothesis import strategies as st
from qiskit.quantum_info import SparsePauliOp, Statevector

from qbench.papers.cloud_edge_qnn.beams import BEAMS, beams
from qbench.papers.cloud_edge_qnn.circuits import MIDDLES, edge_circuit
from qbench.papers.cloud_edge_qnn.network import EdgeNetwork
from qbench.papers.cloud_qnn.circuits import ORDERS
from qbench.papers.cloud_qnn.rules import shift_gradient
from qbench.quantum.bloch import BlochProgram

TOLERANCE = 1e-10
seeds, sizes = st.integers(0, 2**32 - 1), st.integers(2, 4)
middles, orders = st.sampled_from(MIDDLES), st.sampled_from(ORDERS)
I, X, Z = np.eye(2), np.array([[0, 1], [1, 0]]), np.diag([1.0, -1.0])
Y = np.array([[0, -1j], [1j, 0]])


def on(n, **paulis):
    """Return a product of Paulis, such as on(3, q0=Z, q2=Y); qubit 0 is the low bit, so it stands last."""
    return reduce(np.kron, [paulis.get(f"q{q}", I) for q in reversed(range(n))])


def turn(pauli, angle):
    return np.cos(angle / 2) * np.eye(len(pauli)) - 1j * np.sin(angle / 2) * pauli


def cz(n, a, b):
    if a == b:
        return on(n, **{f"q{a}": Z})
    return (np.eye(2**n) + on(n, **{f"q{a}": Z}) + on(n, **{f"q{b}": Z}) - on(n, **{f"q{a}": Z, f"q{b}": Z})) / 2


def by_matrices(n, middle, order, phi, theta):
    """Return the state by the factors of Eq. (20) as they are printed, from left to right."""
    t = theta[:n]
    s = {"independent": theta[n:], "shared": t, "identity": np.zeros(n)}[middle]
    ks = range(n - 1)  # k = 2..K, as index k - 2
    chain = [cz(n, k + 1, k) for k in ks]
    factors = [turn(on(n, q0=Y), t[0]), *chain]
    factors += [turn(on(n, **{f"q{q}": Y}), s[q]) for q in range(n)]
    factors += [cz(n, 0, n - 1), *chain]
    # CZ(k, k-1) RY(t_k) CZ(k, k-1) = exp(-i t Z_{k-1} Y_k / 2)
    factors += [turn(on(n, **{f"q{k}": Z, f"q{k + 1}": Y}), t[k + 1]) for k in ks]
    state = reduce(np.kron, [np.array([1, np.exp(1j * f)]) / np.sqrt(2) for f in phi[::-1]])
    for factor in factors if order == "circuit" else factors[::-1]:
        state = factor @ state
    return state


def drawn(seed, n, size):
    rng = np.random.default_rng(seed)
    return rng.uniform(-7, 7, n), rng.uniform(-7, 7, size)


def program_of(n, middle, order):
    circuit = edge_circuit(n, middle=middle, order=order)
    return circuit, BlochProgram(circuit, list(circuit.parameters)[:n])


def bloch_of(state, n):
    values = [[np.vdot(state, on(n, **{f"q{q}": p}) @ state).real for p in (X, Y, Z)] for q in range(n)]
    return np.array(values)


@given(sizes, middles, orders, seeds)
def test_circuit_is_eq_20(n, middle, order, seed):
    circuit, program = program_of(n, middle, order)
    phi, theta = drawn(seed, n, len(program.weights))
    wanted = bloch_of(by_matrices(n, middle, order, phi, theta), n)
    np.testing.assert_allclose(program.bloch(phi, theta), wanted, atol=TOLERANCE)
    state = Statevector(circuit.assign_parameters(np.concatenate([phi, theta])))
    by_qiskit = [
        [state.expectation_value(SparsePauliOp.from_sparse_list([(p, [q], 1.0)], n)).real for p in "XYZ"]
        for q in range(n)
    ]
    np.testing.assert_allclose(program.bloch(phi, theta), by_qiskit, atol=TOLERANCE)


@given(st.integers(2, 3), middles, orders, seeds)
def test_circuit_is_pennylanes(n, middle, order, seed):
    circuit, program = program_of(n, middle, order)
    phi, theta = drawn(seed, n, len(program.weights))
    bound = circuit.assign_parameters(np.concatenate([phi, theta]))
    names = {"h": qml.Hadamard, "rz": qml.RZ, "ry": qml.RY, "cz": qml.CZ}

    @qml.qnode(qml.device("default.qubit", wires=n))
    def run():
        for gate in bound.data:
            wires = [bound.find_bit(q).index for q in gate.qubits]
            names[gate.operation.name](*[float(x) for x in gate.operation.params], wires=wires)
        return [qml.expval(p(q)) for q in range(n) for p in (qml.PauliX, qml.PauliY, qml.PauliZ)]

    np.testing.assert_allclose(program.bloch(phi, theta), np.reshape(run(), (n, 3)), atol=TOLERANCE)


@given(st.floats(-7, 7))
def test_a_rotation_between_two_cz_is_a_rotation_by_zy(t):
    found = cz(2, 1, 0) @ turn(on(2, q1=Y), t) @ cz(2, 1, 0)
    np.testing.assert_allclose(found, turn(on(2, q0=Z, q1=Y), t), atol=1e-14)


@given(sizes, seeds)
def test_the_identity_reading_shows_nothing_in_z(n, seed):
    _, program = program_of(n, "identity", "operator")
    phi, theta = drawn(seed, n, n)
    np.testing.assert_allclose(program.bloch(phi, theta)[:, 2], 0.0, atol=TOLERANCE)


@given(sizes, middles, orders, seeds)
def test_bloch_vectors_are_no_longer_than_1_and_periodic(n, middle, order, seed):
    _, program = program_of(n, middle, order)
    phi, theta = drawn(seed, n, len(program.weights))
    r = program.bloch(phi, theta)
    assert np.all((r**2).sum(axis=-1) <= 1 + TOLERANCE)
    rng = np.random.default_rng(seed)
    turns = [2 * np.pi * rng.integers(-2, 3, a.shape) for a in (phi, theta)]
    np.testing.assert_allclose(program.bloch(phi + turns[0], theta + turns[1]), r, atol=TOLERANCE)


@given(sizes, orders, seeds)
def test_two_term_rules_are_exact_for_independent_angles_alone(n, order, seed):
    """With s_k = t_k an angle stands in two gates: the rule on the angle is off, the sum over its gates is right."""
    for middle in MIDDLES:
        _, program = program_of(n, middle, order)
        phi, theta = drawn(seed, n, len(program.weights))
        exact, moved = program.jacobian(phi, theta), program.shifted(phi, theta)
        flat = moved.reshape(2, -1)
        two_term = shift_gradient(flat[0], flat[1]).reshape(exact.shape)
        step, size = 1e-5, len(theta)
        quotient = program.bloch(phi, theta + step * np.eye(size)) - program.bloch(phi, theta - step * np.eye(size))
        np.testing.assert_allclose(exact, quotient / (2 * step), atol=1e-8)
        if middle != "shared":
            np.testing.assert_allclose(two_term, exact, atol=TOLERANCE)


def test_two_term_rules_fail_for_shared_angles():
    _, program = program_of(3, "shared", "operator")
    phi, theta = drawn(0, 3, 3)
    moved = program.shifted(phi, theta)
    assert np.abs(0.5 * (moved[0] - moved[1]) - program.jacobian(phi, theta)).max() > 0.1


@given(st.sampled_from(BEAMS), middles, orders, seeds)
def test_beams_have_norm_1_and_their_phase_is_nobodys_business(kind, middle, order, seed):
    network = EdgeNetwork(kind=kind, middle=middle, order=order)
    rng = np.random.default_rng(seed)
    phi, theta = rng.uniform(-7, 7, (4, 3)), rng.uniform(-7, 7, (4, network.n_weights))
    v = network.beams(phi, theta)
    np.testing.assert_allclose((np.abs(v) ** 2).sum(axis=-1), 1.0, atol=1e-12)
    h = rng.normal(size=(4, 2)) + 1j * rng.normal(size=(4, 2))
    turned = np.exp(1j * rng.uniform(0, 7, (4, 1))) * v
    gains = [np.abs((h * w).sum(axis=-1)) ** 2 for w in (v, turned)]
    np.testing.assert_allclose(gains[0], gains[1], rtol=1e-9, atol=1e-12)


@given(seeds)
def test_beams_of_random_bloch_vectors_have_norm_1(seed):
    rng = np.random.default_rng(seed)
    r = rng.uniform(-1, 1, (3, 4, 3)) * 10.0 ** rng.integers(-14, 1, (3, 1, 1))
    for kind in BEAMS:
        np.testing.assert_allclose((np.abs(beams(r, 3, kind)) ** 2).sum(axis=-1), 1.0, atol=1e-12)
