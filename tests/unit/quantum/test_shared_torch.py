"""Shared programs take numpy arrays and torch tensors of any layout, and autograd differentiates them."""

import numpy as np
import pytest
import torch
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector
from qiskit.quantum_info import SparsePauliOp

from qbench.quantum.shared import share


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


def test_what_comes_in_goes_out(shared, rng):
    states, weights = arguments(shared, rng)
    psi, theta, ones = torch.from_numpy(states), torch.from_numpy(weights), np.ones((5, 3))
    numpys = [shared.expectation(states, weights), shared.vjp(states, weights, ones), shared.jacobian(states, weights)]
    for s, w in [(psi, theta), (states, theta), (psi, weights)]:
        tensors = [shared.expectation(s, w), shared.vjp(s, w, torch.from_numpy(ones)), shared.jacobian(s, w)]
        for a, b in zip(numpys, tensors, strict=True):
            assert isinstance(a, np.ndarray)
            assert isinstance(b, torch.Tensor)
            np.testing.assert_array_equal(a, b.numpy())
    assert isinstance(shared.encode(torch.zeros(2, 3)), torch.Tensor)
    assert shared.expectation(psi.float(), theta.float()).dtype == torch.float64


def test_lists_keep_their_precision(shared, rng):
    """torch.as_tensor would take Python floats to single precision."""
    states, weights = arguments(shared, rng)
    wanted = shared.expectation(states, weights)
    np.testing.assert_array_equal(shared.expectation(torch.from_numpy(states), weights.tolist()).numpy(), wanted)
    np.testing.assert_array_equal(shared.expectation(states.tolist(), torch.from_numpy(weights)).numpy(), wanted)


def test_gradients_reach_single_precision_leaves(shared, rng):
    states, weights = arguments(shared, rng)
    theta = torch.tensor(weights, dtype=torch.float32, requires_grad=True)
    shared.expectation(states, theta).sum().backward()
    wanted = shared.vjp(states, theta.detach().double(), np.ones((5, 3)))
    torch.testing.assert_close(theta.grad, wanted.float())


@pytest.mark.parametrize("encoding", [("ry",), ("rx", "rz")])
def test_autograd_reaches_inputs_through_the_encoder(rng, encoding):
    """A classical layer before the encoding trains too."""
    shared = share(*network(2, 1, encoding=encoding))
    x = torch.tensor(rng.uniform(-2, 2, (3, 2)), requires_grad=True)
    w = torch.tensor(rng.uniform(-2, 2, (2, 6)), requires_grad=True)
    assert torch.autograd.gradcheck(lambda x, w: shared.expectation(shared.encode(x), w), (x, w))


def test_states_overwritten_before_the_backward_pass(shared, rng):
    states, weights = arguments(shared, rng)
    psi, theta = torch.from_numpy(states), torch.tensor(weights, requires_grad=True)
    total = shared.expectation(psi, theta).sum()
    psi.zero_()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        total.backward()


def test_weights_may_be_overwritten_before_the_backward_pass(shared, rng):
    """As an optimiser does that steps on one loss before another is differentiated."""
    states, weights = arguments(shared, rng)
    theta = torch.tensor(weights, requires_grad=True)
    total = shared.expectation(states, theta).sum()
    with torch.no_grad():
        theta.zero_()
    total.backward()
    np.testing.assert_array_equal(theta.grad.numpy(), shared.vjp(states, weights, np.ones((5, 3))))


def test_arrays_of_any_layout(shared, rng):
    states, weights = arguments(shared, rng, lead=(2,))
    wanted = shared.expectation(states, weights)
    frozen = weights.copy()
    frozen.setflags(write=False)
    for s in (states, np.asfortranarray(states), np.repeat(states, 2, axis=0)[::2]):
        for w in (weights, np.asfortranarray(weights), frozen, weights.tolist()):
            np.testing.assert_array_equal(shared.expectation(s, w), wanted)
    before = weights.copy()
    shared.vjp(states, weights, np.broadcast_to(1.0, wanted.shape))
    np.testing.assert_array_equal(weights, before)
    conjugate = torch.from_numpy(states.astype(complex)).conj()
    np.testing.assert_array_equal(
        shared.expectation(conjugate, weights).numpy(), shared.expectation(states.astype(complex), weights)
    )


def test_a_cotangent_broadcasts(shared, rng):
    states, weights = arguments(shared, rng, lead=(2,))
    whole = np.broadcast_to([1.0, -2.0, 0.5], (2, 5, 3))
    np.testing.assert_array_equal(
        shared.vjp(states, weights, [1.0, -2.0, 0.5]), shared.vjp(states, weights, whole.copy())
    )
