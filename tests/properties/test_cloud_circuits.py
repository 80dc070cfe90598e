"""The cloud circuit, exactly: its closed forms against three engines, and what follows from them for every angle."""

from __future__ import annotations

import numpy as np
import pennylane as qml
from hypothesis import given
from hypothesis import strategies as st
from qiskit.quantum_info import Statevector

from qbench.papers.cloud_qnn.circuits import CZ_RANGES, ORDERS, SCHEDULES, cloud_circuit, readout_qubits, reuse_circuit
from qbench.papers.cloud_qnn.closed_forms import expectations, joint_law, output_jacobian, outputs
from qbench.papers.cloud_qnn.encoding import ALPHAS, neuron_angles
from qbench.papers.cloud_qnn.rules import rotosolve_sweep, shift_gradient, shifted_angles
from qbench.quantum import compile

TOLERANCE = 1e-10
seeds = st.integers(0, 2**32 - 1)
orders, schedules, ranges = st.sampled_from(ORDERS), st.sampled_from(SCHEDULES), st.sampled_from(CZ_RANGES)
shifts = st.floats(0.05, 3.0)


def drawn(seed, layers, n, batch=()):
    """Angles theta (*batch, L, N), phi (*batch, N), some at multiples of pi/2, where sines and cosines vanish."""
    rng = np.random.default_rng(seed)
    theta, phi = rng.uniform(-7, 7, (*batch, layers, n)), rng.uniform(-7, 7, (*batch, n))
    snapped = np.round(theta / (np.pi / 2)) * np.pi / 2
    return np.where(rng.random(theta.shape) < 0.2, snapped, theta), phi


def z_values(law, size):
    """<Z> of every qubit from a law (*B, 2^n)."""
    signs = 1 - 2 * ((np.arange(2**size)[:, None] >> np.arange(size)) & 1)
    return law @ signs


def flat(theta, phi):
    return np.concatenate([phi, theta.reshape(*phi.shape[:-1], -1)], axis=-1)


def by_pennylane(circuit, values):
    """<Z> of every qubit by default.qubit; qubit q is wire q here, for only single wires are read."""
    bound = circuit.assign_parameters(values)
    names = {"h": qml.Hadamard, "rz": qml.RZ, "ry": qml.RY, "cx": qml.CNOT, "cz": qml.CZ}

    @qml.qnode(qml.device("default.qubit", wires=circuit.num_qubits))
    def run():
        for gate in bound.data:
            wires = [bound.find_bit(q).index for q in gate.qubits]
            names[gate.operation.name](*[float(x) for x in gate.operation.params], wires=wires)
        return [qml.expval(qml.PauliZ(q)) for q in range(circuit.num_qubits)]

    return np.array(run())


@given(st.integers(1, 3), st.integers(1, 4), orders, schedules, ranges, seeds)
def test_closed_forms_are_qiskits_and_the_engines(layers, n, order, schedule, cz_range, seed):
    theta, phi = drawn(seed, layers, n, (2,))
    circuit = cloud_circuit(layers, n, order=order, schedule=schedule, cz_range=cz_range)
    found = expectations(theta, phi, order=order, cz_range=cz_range)
    values, size = flat(theta, phi), layers * n
    by_engine = z_values(compile(circuit).probabilities(values), size)
    np.testing.assert_allclose(found.reshape(2, -1), by_engine, atol=TOLERANCE)
    by_qiskit = z_values(Statevector(circuit.assign_parameters(values[0])).probabilities(), size)
    np.testing.assert_allclose(found[0].ravel(), by_qiskit, atol=TOLERANCE)
    for readout in ("last", "first", "all"):
        o = outputs(theta, phi, order=order, cz_range=cz_range, readout=readout)
        wanted = (1 - by_engine[:, readout_qubits(layers, n, readout)]) / 2
        np.testing.assert_allclose(o, wanted, atol=TOLERANCE)
        assert np.all((o >= 0) & (o <= 1))


@given(st.integers(1, 3), st.integers(1, 3), orders, seeds)
def test_closed_forms_are_pennylanes(layers, n, order, seed):
    theta, phi = drawn(seed, layers, n)
    circuit = cloud_circuit(layers, n, order=order)
    wanted = by_pennylane(circuit, flat(theta, phi))
    np.testing.assert_allclose(expectations(theta, phi, order=order).ravel(), wanted, atol=TOLERANCE)


@given(st.integers(1, 3), st.integers(1, 4), seeds)
def test_the_joint_law_is_that_of_bernoulli_bits_and_xor(layers, n, seed):
    theta, phi = drawn(seed, layers, n)
    circuit = cloud_circuit(layers, n)
    law = Statevector(circuit.assign_parameters(flat(theta, phi))).probabilities()
    np.testing.assert_allclose(joint_law(theta, phi), law, atol=TOLERANCE)


@given(st.integers(1, 3), st.integers(1, 4), ranges, seeds)
def test_cz_changes_no_probability_in_operator_order(layers, n, cz_range, seed):
    theta, phi = drawn(seed, layers, n)
    laws = [
        compile(cloud_circuit(layers, n, cz_range=cz_range, gates=gates)).probabilities(flat(theta, phi))
        for gates in (("ry", "cx", "cz"), ("ry", "cx"))
    ]
    np.testing.assert_allclose(laws[0], laws[1], atol=TOLERANCE)


@given(st.integers(2, 3), st.integers(2, 4), seeds)
def test_circuit_order_hides_the_input(layers, n, seed):
    """o_{1,n} = 1/2, and no output moves with phi."""
    theta, phi = drawn(seed, layers, n)
    program = compile(cloud_circuit(layers, n, order="circuit"))
    _, other = drawn(seed + 1, layers, n)
    laws = program.probabilities(np.stack([flat(theta, phi), flat(theta, other)]))
    z = z_values(laws, layers * n)
    np.testing.assert_allclose(z[:, :n], 0.0, atol=TOLERANCE)
    np.testing.assert_allclose(z[0], z[1], atol=TOLERANCE)


@given(st.integers(2, 4), seeds)
def test_three_layers_hide_the_input_from_the_last(n, seed):
    theta, phi = drawn(seed, 3, n)
    program = compile(cloud_circuit(3, n))
    _, other = drawn(seed + 1, 3, n)
    last = [z_values(program.probabilities(flat(theta, f)), 3 * n)[2 * n :] for f in (phi, other)]
    np.testing.assert_allclose(last[0], last[1], atol=TOLERANCE)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), st.sampled_from(ALPHAS), seeds)
def test_phi_does_not_know_which_user_is_which(aps, users, antennas, kind, seed):
    rng = np.random.default_rng(seed)
    h = rng.standard_normal((aps, users, antennas, 2)) @ np.array([1, 1j])
    phi = neuron_angles(h, kind)
    np.testing.assert_allclose(neuron_angles(h[:, rng.permutation(users)], kind), phi, atol=1e-12)
    order = rng.permutation(aps)
    np.testing.assert_allclose(neuron_angles(h[order], kind), phi[order], atol=1e-12)


@given(st.integers(1, 3), st.integers(1, 4), orders, seeds)
def test_periods_and_parity(layers, n, order, seed):
    theta, phi = drawn(seed, layers, n)
    rng = np.random.default_rng(seed)
    o = outputs(theta, phi, order=order, readout="all")
    turns = [2 * np.pi * rng.integers(-2, 3, a.shape) for a in (theta, phi)]
    moved = outputs(theta + turns[0], phi + turns[1], order=order, readout="all")
    np.testing.assert_allclose(moved, o, atol=TOLERANCE)
    np.testing.assert_allclose(outputs(theta, -phi, order=order, readout="all"), o, atol=TOLERANCE)
    # theta -> -theta turns the sign of sin: o_{1,n} -> 1 - o_{1,n} in operator order.
    if order == "operator":
        first = outputs(-theta, phi, readout="first")
        np.testing.assert_allclose(first, 1 - outputs(theta, phi, readout="first"), atol=TOLERANCE)


@given(st.integers(1, 3), st.integers(1, 4), orders, shifts, seeds)
def test_the_shift_rule_is_the_gradient_of_outputs_for_every_shift(layers, n, order, shift, seed):
    """And the printed factor, read literally, is sin^2(s) of it. The engine's adjoint is the other side."""
    theta, phi = drawn(seed, layers, n)
    size = layers * n
    circuit = cloud_circuit(layers, n, order=order)
    program = compile(circuit)
    jacobian = output_jacobian(theta, phi, order=order, readout="all").reshape(size, size)
    moved = shifted_angles(theta.ravel(), shift).reshape(2, size, layers, n)
    plus, minus = outputs(moved, phi, order=order, readout="all")
    for q in range(size):
        wanted = program.vjp(flat(theta, phi), ((np.arange(2**size) >> q) & 1).astype(float))[n:]
        np.testing.assert_allclose(jacobian[q], wanted, atol=TOLERANCE)
        np.testing.assert_allclose(shift_gradient(plus[:, q], minus[:, q], shift), wanted, atol=1e-9)
        literal = shift_gradient(plus[:, q], minus[:, q], shift, prefactor="printed")
        np.testing.assert_allclose(literal, np.sin(shift) ** 2 * wanted, atol=1e-9)


@given(st.integers(1, 3), st.integers(1, 4), st.floats(0.01, 10), st.floats(-7, 7), st.floats(-3, 3), seeds)
def test_rotosolve_finds_the_minimum_of_a_sinusoid(layers, n, a, b, c, seed):
    theta, _ = rotosolve_sweep(lambda t: a * np.sin(t[..., 0] + b) + c, [1.0])
    assert abs(a * np.sin(theta[0] + b) + a) < 1e-9
    # On a sum of outputs, an expectation value, a sweep never goes up.
    angles, phi = drawn(seed, layers, n)

    def total(t):
        return outputs(t.reshape(*t.shape[:-1], layers, n), phi).sum(axis=-1)

    moved, evaluations = rotosolve_sweep(total, angles.ravel())
    assert total(moved) <= total(angles.ravel()) + 1e-9
    assert evaluations == 3 * layers * n


@given(st.integers(1, 3), st.integers(1, 4), schedules, seeds)
def test_the_reuse_circuit_is_a_state_whose_outputs_are_shares(layers, n, schedule, seed):
    theta, phi = drawn(seed, layers, n)
    circuit = reuse_circuit(layers, n, schedule=schedule)
    state = compile(circuit).state(flat(theta, phi))
    assert abs(np.vdot(state, state) - 1) < TOLERANCE
    np.testing.assert_allclose(state, Statevector(circuit.assign_parameters(flat(theta, phi))).data, atol=TOLERANCE)
    o = (1 - z_values(np.abs(state) ** 2, n)) / 2
    assert np.all((o > -TOLERANCE) & (o < 1 + TOLERANCE))
    if layers == 1:
        np.testing.assert_allclose(o, outputs(theta, phi), atol=TOLERANCE)
