"""The convolutional circuit, exactly: three engines, light cones, shared gradients, noise, and what it is not."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pennylane as qml
import torch
from hypothesis import given
from hypothesis import strategies as st
from qiskit.quantum_info import DensityMatrix, Operator, Statevector, partial_trace

from qbench.papers.hqcnn.circuits import append_su4, layers_circuit, qcnn_circuit, su4_circuit
from qbench.papers.hqcnn.depolarising import CONVENTIONS, PLACES, Depolarising, transfer_matrices
from qbench.papers.hqcnn.ensemble import decide
from qbench.papers.hqcnn.extrapolation import extrapolation_weights
from qbench.papers.hqcnn.layout import SHARINGS, TOPOLOGIES, Layout
from qbench.papers.hqcnn.matrices import su4_matrices
from qbench.papers.hqcnn.noise import noisy_expectation
from qbench.papers.hqcnn.reach import reachable_assignments
from qbench.papers.hqcnn.rules import circuit_values, exact_gradient, occurrence_shift
from tests.oracles.circuits import share

seeds = st.integers(0, 2**32 - 1)
shares, forms = st.sampled_from(SHARINGS), st.sampled_from(TOPOLOGIES)
few = st.sampled_from((2, 3, 4, 5, 6))


@st.composite
def layouts(draw, qubits=few, **fixed):
    given = {"sharing": draw(shares), "topology": draw(forms), "entangled": draw(st.booleans())} | fixed
    return Layout(n_qubits=draw(qubits), **given)


def drawn(layout, seed, batch=None):
    rng = np.random.default_rng(seed)
    shape = (layout.n_qubits,) if batch is None else (1, batch, layout.n_qubits)
    return rng.uniform(-4, 4, shape), rng.uniform(-7, 7, layout.n_angles)


def z_of(state, read):
    law = np.asarray(state.probabilities())
    return law @ (1.0 - 2.0 * (np.arange(law.size)[:, None] >> np.array(read) & 1))


@given(seeds)
def test_q01_block_is_unitary_and_as_drawn(seed):
    p = np.random.default_rng(seed).uniform(-7, 7, 15)
    u = su4_matrices(torch.tensor(p)).numpy()
    np.testing.assert_allclose(u @ u.conj().T, np.eye(4), atol=1e-13)
    np.testing.assert_allclose(u, Operator(su4_circuit().assign_parameters(p)).data, atol=1e-12)


def test_q01_angles_and_a_phase_reach_every_direction():
    """At a generic point the 15 derivatives and a phase span the algebra of U(4), whose dimension is 16."""
    p = np.random.default_rng(0).uniform(-7, 7, 15)
    u = su4_matrices(torch.tensor(p)).numpy()
    step = 1e-6 * np.eye(15)
    slopes = (su4_matrices(torch.tensor(p + step)) - su4_matrices(torch.tensor(p - step))).numpy() / 2e-6
    algebra = np.concatenate([u.conj().T @ slopes, 1j * np.eye(4)[None]]).reshape(16, 16)
    singular = np.linalg.svd(np.concatenate([algebra.real, algebra.imag], axis=1), compute_uv=False)
    assert singular.min() > 1e-3


@given(layouts(), seeds)
def test_q02_values_lie_within_1(layout, seed):
    h, theta = drawn(layout, seed)
    assert (np.abs(circuit_values(layout, h, theta[None])) <= 1 + 1e-12).all()
    norm = np.linalg.norm(Statevector(qcnn_circuit(layout).assign_parameters(np.concatenate([h, theta]))).data)
    assert abs(norm - 1.0) < 1e-12


@given(layouts(), seeds)
def test_q03_inputs_are_cosines_and_half_turns_are_nothing(layout, seed):
    h, theta = drawn(layout, seed)
    np.testing.assert_allclose(
        circuit_values(layout, h, theta[None]), circuit_values(layout, h + np.pi, theta[None]), atol=1e-12
    )
    # Without CX, blocks of no angle do nothing.
    still = replace(layout, entangled=False)
    np.testing.assert_allclose(circuit_values(still, h, 0 * theta[None])[0], np.cos(2 * h), atol=1e-12)
    # h enters as RY(2 h): the rule with shift pi/4.
    q = seed % layout.n_qubits
    move = np.pi / 4 * np.eye(layout.n_qubits)[q]
    rule = circuit_values(layout, h + move, theta[None]) - circuit_values(layout, h - move, theta[None])
    step = 4e-6 * move
    quotient = (circuit_values(layout, h + step, theta[None]) - circuit_values(layout, h - step, theta[None])) / (
        2 * step[q]
    )
    np.testing.assert_allclose(rule, quotient, atol=1e-7)


@share(0.5)
@given(layouts(st.just(4), sharing="layer"), seeds)
def test_q04_tracing_out_is_not_reading(layout, seed):
    """Odd wires are dropped after the first layer; the second runs on what is left."""
    h, theta = drawn(layout, seed)
    first = Layout(n_qubits=4, readout="n_out2", sharing="layer", topology=layout.topology, entangled=layout.entangled)
    whole = DensityMatrix(qcnn_circuit(first).assign_parameters(np.concatenate([h, theta[:15]])))
    left = partial_trace(whole, [1, 3])
    rest = su4_circuit(entangled=layout.entangled).assign_parameters(theta[15:])
    found = circuit_values(layout, h, theta[None])[0]
    np.testing.assert_allclose(found[[0, 2]], z_of(left.evolve(rest), (0, 1)), atol=1e-12)
    # A retired wire's outcome is that after its own layer.
    np.testing.assert_allclose(found[[1, 3]], z_of(whole, (1, 3)), atol=1e-12)


@share(0.5)
@given(seeds, forms)
def test_q05_light_cones(seed, topology):
    """Wires 1, 3, 5, 7 see the first layer only, 2 and 6 the first two; 0 and 4 all three."""
    layout = Layout(sharing="layer", topology=topology)
    h, theta = drawn(layout, seed)
    slopes = np.abs(exact_gradient(layout, h, theta))
    first, second, third = slopes[:15], slopes[15:30], slopes[30:]
    assert (second[:, [1, 3, 5, 7]] < 1e-14).all()
    assert (third[:, [1, 2, 3, 5, 6, 7]] < 1e-14).all()
    assert (first.max(axis=0) > 1e-6).all()
    assert (second.max(axis=0)[[0, 2, 4, 6]] > 1e-6).all()
    assert (third.max(axis=0)[[0, 4]] > 1e-6).all()


@share(0.5)
@given(layouts(), seeds)
def test_q06_a_shared_gradient_is_the_sum_over_gates(layout, seed):
    h, theta = drawn(layout, seed)
    exact = exact_gradient(layout, h, theta)
    apart = replace(layout, sharing="block")
    columns = np.concatenate([b.angles + np.arange(15) for b in layout.blocks])
    each = exact_gradient(apart, h, theta[columns])
    summed = np.zeros_like(exact)
    np.add.at(summed, columns, each)
    np.testing.assert_allclose(summed, exact, atol=1e-12)
    np.testing.assert_allclose(occurrence_shift(layout, h, theta), exact, atol=1e-12)


@share(0.5)
@given(layouts(), seeds)
def test_q07_three_engines_agree(layout, seed):
    """Qiskit counts qubits from the low bit, PennyLane wires from the high one."""
    h, theta = drawn(layout, seed)
    bound = qcnn_circuit(layout).assign_parameters(np.concatenate([h, theta]))
    ours = circuit_values(layout, h, theta[None])[0]
    np.testing.assert_allclose(ours, z_of(Statevector(bound), layout.read), atol=1e-9)
    names = {"u": qml.U3, "ry": qml.RY, "rz": qml.RZ, "cx": qml.CNOT}

    @qml.qnode(qml.device("default.qubit", wires=layout.n_qubits))
    def run():
        for gate in bound.data:
            wires = [bound.find_bit(q).index for q in gate.qubits]
            names[gate.operation.name](*[float(x) for x in gate.operation.params], wires=wires)
        return [qml.expval(qml.PauliZ(q)) for q in layout.read]

    np.testing.assert_allclose(ours, run(), atol=1e-9)


def test_q08_a_layer_is_not_translation_invariant():
    """(0, 7) comes first and the two rows of pairs differ: inputs moved by two wires are not outputs moved by two."""
    h, theta = drawn(Layout(), 3)
    plain = circuit_values(Layout(readout="n_out4"), h, theta[None])[0]
    moved = circuit_values(Layout(readout="n_out4"), np.roll(h, 2), theta[None])[0]
    assert np.abs(np.roll(plain, 1) - moved).max() > 0.01
    # The check can pass: where no wire meets another, it does.
    alone = Layout(readout="n_out4", entangled=False)
    tilted = np.concatenate([np.tile(theta[:3], 2), [0.0] * 9])
    still = [circuit_values(alone, np.roll(h, s), tilted[None])[0] for s in (0, 2)]
    assert np.abs(np.roll(still[0], 1) - still[1]).max() < 1e-12


@given(seeds, st.integers(1, 4), st.integers(2, 4), st.sampled_from((1, 2, 4)))
def test_q09_few_features_reach_few_assignments(seed, users, pilots, features):
    rng = np.random.default_rng(seed)
    weight, bias = rng.normal(size=(features, users * pilots)), rng.normal(size=users * pilots)
    z = rng.uniform(-1, 1, (4000, features)) * 10.0 ** rng.uniform(-1, 2, (4000, 1))
    found = decide(torch.tensor((z @ weight + bias).reshape(-1, users, pilots)))
    assert len(np.unique(found, axis=0)) <= reachable_assignments(users, pilots, features)


@share(0.5)
@given(layouts(), seeds, st.sampled_from(sorted(CONVENTIONS)), st.sampled_from(PLACES), st.floats(0, 0.75))
def test_q10_noise_keeps_values_within_1_and_rate_0_changes_nothing(layout, seed, convention, places, p):
    h, theta = drawn(layout, seed, 2)
    noisy = noisy_expectation(layout, h, theta[None], Depolarising(p=p, convention=convention, places=places))
    assert (np.abs(noisy) <= 1 + 1e-12).all()
    ideal = np.stack([circuit_values(layout, row, theta[None])[0] for row in h[0]])
    for off in (Depolarising(p=0.0, convention=convention, places=places), Depolarising(p=p, scale=0.0, places=places)):
        np.testing.assert_allclose(noisy_expectation(layout, h, theta[None], off)[0], ideal, atol=1e-12)
    full = Depolarising(p=CONVENTIONS[convention], convention=convention)
    assert (noisy_expectation(layout, h, theta[None], full) == 0.0).all()


@given(seeds, st.floats(0, 1), st.sampled_from((1, 2)))
def test_q12_a_folded_gate_is_its_noise_to_the_power(seed, p, qubits):
    """G, noise, G^dag, noise, G, noise: G with (1 - p)^3."""
    rng = np.random.default_rng(seed)
    d = 2**qubits
    gate = np.linalg.qr(rng.normal(size=(d, d)) + 1j * rng.normal(size=(d, d)))[0]
    x = rng.normal(size=(d, d)) + 1j * rng.normal(size=(d, d))
    rho = x @ x.conj().T / np.trace(x @ x.conj().T)

    def noisy(g, r, share):
        out = g @ r @ g.conj().T
        return share * out + (1 - share) * np.trace(out) * np.eye(d) / d

    folded = noisy(gate, noisy(gate.conj().T, noisy(gate, rho, 1 - p), 1 - p), 1 - p)
    kept = Depolarising(p=p, scale=3.0).kept
    np.testing.assert_allclose(folded, noisy(gate, rho, kept), atol=1e-12)


@given(seeds, st.floats(0, 1))
def test_transfer_matrices_keep_traces_and_shrink(seed, p):
    layout = Layout(n_qubits=4)
    theta = torch.tensor(np.random.default_rng(seed).uniform(-7, 7, (1, 15)))
    found = transfer_matrices(layout, theta, Depolarising(p=p))[0, 0].numpy()
    one = np.eye(16)[0]
    np.testing.assert_allclose(found[0], one, atol=1e-12)
    np.testing.assert_allclose(found[:, 0], one, atol=1e-12)
    clean = transfer_matrices(layout, theta, Depolarising(p=0.0))[0, 0].numpy()
    np.testing.assert_allclose(clean @ clean.T, np.eye(16), atol=1e-12)
    assert np.linalg.norm(found[1:, 1:], 2) <= (1 - p) ** 6 + 1e-9


@given(st.lists(st.integers(1, 40), min_size=3, max_size=5, unique=True))
def test_q13_richardson_cancels_orders(numerators):
    scales = np.array(numerators) / 4.0
    c = extrapolation_weights(scales)
    size = np.abs(c).max()
    assert abs(c.sum() - 1.0) < 1e-12 * size
    for order in range(1, len(scales)):
        assert abs(c @ scales**order) < 1e-11 * (size * scales.max() ** order)


@given(seeds)
def test_wires_and_directions_are_the_drawings(seed):
    """A block on (a, b) is not one on (b, a): the engine takes pairs as the circuit draws them."""
    p = np.random.default_rng(seed).uniform(-7, 7, 15)
    circuit = su4_circuit().copy_empty_like()
    append_su4(circuit, p, (1, 0))
    swap = np.eye(4)[[0, 2, 1, 3]]
    u = su4_matrices(torch.tensor(p)).numpy()
    np.testing.assert_allclose(Operator(circuit).data, swap @ u @ swap, atol=1e-12)
    assert layers_circuit(Layout()).num_parameters == 15
    assert math.isclose(abs(np.linalg.det(u)), 1.0, rel_tol=1e-12)
