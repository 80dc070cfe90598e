"""What shared programs compute, by hand and to the bit; random circuits stand in tests/properties."""

import math

import numpy as np
import pytest
import torch
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter, ParameterVector
from qiskit.quantum_info import Operator, Pauli, SparsePauliOp

from qbench.quantum import _shared_engine
from qbench.quantum._shared_lowering import readouts, rotations
from qbench.quantum.gates import GATES
from qbench.quantum.lowering import lower
from qbench.quantum.shared import share

Z = np.array([1.0, -1.0])


def network(n=3, layers=2, *, encoding=("ry",), gates=("rx", "ry", "rz")):
    """Encoding rotations, then layers of rotations and a ring of CX; <Z_q> of every qubit."""
    x, w = ParameterVector("x", n), ParameterVector("w", n * layers * len(gates))
    circuit, weights = QuantumCircuit(n), iter(w)
    for q in range(n):
        for name in encoding:
            getattr(circuit, name)(x[q], q)
    for _ in range(layers):
        for q in range(n):
            for name in gates:
                getattr(circuit, name)(next(weights), q)
        for q in range(n):
            circuit.cx(q, (q + 1) % n)
    return circuit, x, [SparsePauliOp.from_sparse_list([("Z", [q], 1.0)], n) for q in range(n)]


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def shared():
    return share(*network())


def arguments(shared, rng, batch=5, lead=()):
    states = shared.encode(rng.uniform(-3, 3, (batch, len(shared.inputs))))
    return states, rng.uniform(-3, 3, (*lead, len(shared.weights)))


def test_one_qubit_by_hand():
    """<Z> of RY(w) RY(x) |0> is cos(x + w), <X> is sin(x + w)."""
    x, w = Parameter("x"), Parameter("w")
    circuit = QuantumCircuit(1)
    circuit.ry(x, 0)
    circuit.ry(w, 0)
    shared = share(circuit, [x], [Z, Pauli("X")])
    inputs = np.array([[0.0], [0.3], [1.1]])
    states = shared.encode(inputs)
    np.testing.assert_allclose(states, np.hstack([np.cos(inputs / 2), np.sin(inputs / 2)]), atol=1e-15)
    total = inputs + 0.5
    np.testing.assert_allclose(shared.expectation(states, [0.5]), np.hstack([np.cos(total), np.sin(total)]), atol=1e-15)
    jacobian = np.hstack([-np.sin(total), np.cos(total)])
    np.testing.assert_allclose(shared.jacobian(states, [0.5])[..., 0], jacobian, atol=1e-15)
    np.testing.assert_allclose(shared.vjp(states, [0.5], np.ones((3, 2))), [jacobian.sum()], atol=1e-15)


def test_vectors_that_no_circuit_encoded(rng):
    """Amplitude encoding: any vectors are states, used as they are; without inputs, `encode` gives |0>."""
    w = Parameter("w")
    circuit = QuantumCircuit(1)
    circuit.rx(w, 0)
    shared = share(circuit, [], [Z])
    vector = rng.standard_normal((4, 2)) + 1j * rng.standard_normal((4, 2))
    moved = vector @ Operator(circuit.assign_parameters([0.4])).data.T
    np.testing.assert_allclose(shared.expectation(vector, [0.4])[:, 0], (np.abs(moved) ** 2) @ Z, atol=1e-14)
    assert shared.encode(np.zeros((2, 0))).tolist() == [[1.0, 0.0]] * 2


def test_inputs_and_weights_keep_their_order(rng):
    """x follows `inputs`, whatever their names; weights follow circuit.parameters."""
    b, a, w = Parameter("b"), Parameter("a"), ParameterVector("w", 11)
    circuit = QuantumCircuit(2)
    circuit.ry(b, 0)
    circuit.ry(a, 1)
    for k in reversed(range(11)):
        circuit.ry((k + 1) * w[k], k % 2)
    shared = share(circuit, (b, a), [np.kron(np.ones(2), Z), np.kron(Z, np.ones(2))])
    assert shared.inputs == (b, a)
    assert shared.weights == tuple(w)
    x, theta = rng.uniform(-1, 1, (1, 2)), rng.uniform(-1, 1, 11)
    turns = theta * np.arange(1, 12)
    wanted = [np.cos(x[0, 0] + turns[::2].sum()), np.cos(x[0, 1] + turns[1::2].sum())]
    np.testing.assert_allclose(shared.expectation(shared.encode(x), theta)[0], wanted, atol=1e-14)


def test_circuits_without_weights(rng):
    x = Parameter("x")
    circuit = QuantumCircuit(1)
    circuit.ry(x, 0)
    shared = share(circuit, [x], [Z])
    states = shared.encode(np.array([[0.3], [0.4]]))
    for lead in [(), (3,), (2, 3)]:
        none = np.zeros((*lead, 0))
        assert shared.expectation(states, none).shape == (*lead, 2, 1)
        np.testing.assert_allclose(
            shared.expectation(states, none)[..., 0], np.cos([[0.3, 0.4]]).squeeze() + 0 * none.sum(-1)[..., None]
        )
        assert shared.vjp(states, none, np.ones((*lead, 2, 1))).shape == (*lead, 0)
        assert shared.jacobian(states, none).shape == (*lead, 2, 1, 0)


def test_global_phase_and_barriers_change_nothing(rng):
    circuit, x, observables = network()
    plain = share(circuit, x, observables)
    marked = circuit.copy()
    marked.barrier()
    marked.global_phase = Parameter("zz_phase") + x[0]
    shared = share(marked, x, observables)
    states, weights = arguments(plain, rng)
    np.testing.assert_array_equal(shared.encode(rng.uniform(-3, 3, (2, 3))).dtype, np.float64)
    more = np.append(weights, 0.7)
    np.testing.assert_array_equal(shared.expectation(states, more), plain.expectation(states, weights))
    ones = np.ones((5, 3))
    np.testing.assert_array_equal(shared.vjp(states, more, ones), np.append(plain.vjp(states, weights, ones), 0.0))


def test_a_constant_gate_before_any_weight_is_encoded_once():
    x, w = Parameter("x"), Parameter("w")
    circuit = QuantumCircuit(2)
    circuit.ry(x, 0)
    circuit.cx(0, 1)
    circuit.ry(w, 0)
    shared = share(circuit, [x], [np.arange(4.0)])
    state = shared.encode(np.array([[0.6]]))[0]
    np.testing.assert_allclose(state, [np.cos(0.3), 0, 0, np.sin(0.3)], atol=1e-15)


def test_many_products_take_one_eigenbasis_an_observable(rng):
    """All two-qubit strings need many product bases, but two observables need two unitaries."""
    labels = [f"I{a}{b}" for a in "XYZ" for b in "XYZ"] + [f"{a}{b}I" for a in "XYZ" for b in "XYZ"]
    circuit, x, _ = network()
    last = rotations(lower(circuit), tuple(circuit.parameters)).last
    heavy = [SparsePauliOp(labels, rng.standard_normal(18)) for _ in range(2)]
    assert len(readouts([*heavy, np.arange(8.0)], 3, last)) == 3
    assert len(readouts([SparsePauliOp("XII"), SparsePauliOp("IYX")], 3, lower_last())) == 1
    together, alone = share(circuit, x, [*heavy, np.arange(8.0)]), [share(circuit, x, [h]) for h in heavy]
    states, weights = arguments(together, rng)
    cotangent = rng.standard_normal((5, 3))
    np.testing.assert_allclose(
        together.expectation(states, weights)[:, :2],
        np.concatenate([a.expectation(states, weights) for a in alone], axis=1),
        atol=1e-12,
    )
    np.testing.assert_allclose(
        np.einsum("bo,bow->w", cotangent, together.jacobian(states, weights)),
        together.vjp(states, weights, cotangent),
        atol=1e-12,
    )


def lower_last():
    """No Clifford circuit."""
    return rotations(lower(QuantumCircuit(3)), ()).last


def test_observables_that_are_multiples_of_one(rng):
    circuit, x, _ = network()
    shared = share(circuit, x, [np.zeros(8), np.full(8, 2.5), SparsePauliOp("III", 0.0)])
    states, weights = arguments(shared, rng)
    np.testing.assert_allclose(shared.expectation(states, weights), [[0.0, 2.5, 0.0]] * 5, atol=1e-14)
    np.testing.assert_allclose(shared.jacobian(states, weights), 0.0, atol=1e-14)


@pytest.mark.parametrize("name", ["rx", "ry", "rz", "rzz", "crx", "cry", "crz"])
def test_gradient_is_the_shift_rule(rng, name):
    x, w = ParameterVector("x", 2), ParameterVector("w", 4)
    circuit = QuantumCircuit(2)
    circuit.ry(x[0], 0)
    circuit.rx(x[1], 1)
    circuit.u(w[0], w[1], w[2], 0)
    circuit.cx(0, 1)
    getattr(circuit, name)(w[3], *range(GATES[name].qubits))
    circuit.h(0)
    shared = share(circuit, list(x), [SparsePauliOp(["ZI", "XY"], [1.0, 0.5])])
    states, theta = shared.encode(rng.uniform(-3, 3, (3, 2))), rng.uniform(-3, 3, 4)

    def difference(k, shift):
        ahead, back = theta.copy(), theta.copy()
        ahead[k] += shift
        back[k] -= shift
        return shared.expectation(states, ahead) - shared.expectation(states, back)

    jacobian = shared.jacobian(states, theta)
    for k in range(4):
        if k == 3 and name.startswith("c"):
            # Frequencies 1/2 and 1: four terms (Anselmetti et al., New J. Phys. 23, 113010 (2021)).
            plus, minus = (math.sqrt(2) + 1) / (4 * math.sqrt(2)), (math.sqrt(2) - 1) / (4 * math.sqrt(2))
            wanted = plus * difference(k, math.pi / 2) - minus * difference(k, 3 * math.pi / 2)
        else:
            wanted = difference(k, math.pi / 2) / 2
        np.testing.assert_allclose(jacobian[..., k], wanted, atol=1e-12)


@pytest.mark.parametrize("encoding", [("ry",), ("rx", "rz")])
def test_groups_of_members_change_no_bits(monkeypatch, rng, encoding):
    """Members go through in groups: one, some or all of them at a time."""
    shared = share(*network(encoding=encoding))
    states, weights = arguments(shared, rng, batch=33, lead=(5,))
    found = []
    for cached in (1, 33 * 16 * 2, 10**9):
        monkeypatch.setattr(_shared_engine, "CACHED", cached)
        values, pull = shared.pullback(states, weights)
        own, pull_own = shared.pullback(np.stack([states] * 5), weights)
        theta, psi = torch.tensor(weights, requires_grad=True), torch.tensor(states, requires_grad=True)
        total = shared.expectation(psi, theta).square().sum()
        by_autograd = [g.numpy() for g in torch.autograd.grad(total, (psi, theta))]
        found.append([values, pull(values), own, pull_own(own), *by_autograd])
    for other in found[1:]:
        for a, b in zip(found[0], other, strict=True):
            np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(found[0][0], found[0][2])
    np.testing.assert_array_equal(found[0][1], found[0][3])


def test_shared_states_get_every_members_gradient(rng):
    shared = share(*network())
    states, weights = arguments(shared, rng, lead=(2, 2))
    psi, own = torch.tensor(states, requires_grad=True), torch.tensor(np.broadcast_to(states, (2, 2, 5, 8)).copy())
    own.requires_grad_()
    (together,) = torch.autograd.grad(shared.expectation(psi, weights).square().sum(), psi)
    (apart,) = torch.autograd.grad(shared.expectation(own, weights).square().sum(), own)
    torch.testing.assert_close(together, apart.sum(dim=(0, 1)), atol=1e-13, rtol=0)


def test_ensembles_of_a_real_size_are_alone_to_the_bit(rng):
    for n, batch in [(4, 101), (5, 64), (6, 37)]:
        shared = share(*network(n, 3))
        states, weights = arguments(shared, rng, batch=batch, lead=(3,))
        values, pull = shared.pullback(states, weights)
        gradient = pull(values)
        for s in range(3):
            alone, pull_alone = shared.pullback(states, weights[s])
            np.testing.assert_array_equal(values[s], alone)
            np.testing.assert_array_equal(gradient[s], pull_alone(alone))
