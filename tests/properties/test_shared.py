"""Shared programs against the general engine and Qiskit's state vectors: exact, on random circuits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter, ParameterVector
from qiskit.quantum_info import SparsePauliOp, Statevector

from qbench.quantum.gates import GATES
from qbench.quantum.program import compile
from qbench.quantum.shared import share

INPUTS, WEIGHTS = 3, 4
TOLERANCE = 1e-10
ALL = tuple(sorted(GATES))
REAL = tuple(name for name in ALL if GATES[name].real)


@dataclass
class Case:
    circuit: QuantumCircuit
    inputs: list[Parameter]
    observables: list[Any]
    x: np.ndarray  # (B, D)
    w: np.ndarray  # (W,)

    @property
    def n(self) -> int:
        return self.circuit.num_qubits

    def shared(self):
        return share(self.circuit, self.inputs, self.observables)

    def angles(self, weights: np.ndarray) -> np.ndarray:
        """Parameters (B, P) of the whole circuit."""
        known = dict(zip(self.inputs, self.x.T, strict=True))
        own = [p for p in self.circuit.parameters if p not in known]
        known.update({p: np.full(len(self.x), v) for p, v in zip(own, weights, strict=True)})
        columns = [known[p] for p in self.circuit.parameters]
        return np.stack(columns, axis=-1) if columns else np.zeros((len(self.x), 0))


@st.composite
def expressions(draw, parameters):
    """An angle: a constant, a parameter, an affine or another function of parameters."""
    p, q = draw(st.sampled_from(parameters)), draw(st.sampled_from(parameters))
    kind = draw(st.sampled_from(["constant", "plain", "plain", "affine", "product", "sine"]))
    return {
        "constant": 0.7,
        "plain": p,
        "affine": 1.5 * p - 0.5 * q + 0.3,
        "product": p * q,
        "sine": p.sin() + q,
    }[kind]


@st.composite
def gates(draw, circuit, parameters, names, count, qubits=None):
    """Append up to `count` random gates."""
    pool = list(range(circuit.num_qubits)) if qubits is None else qubits
    for _ in range(draw(st.integers(0, count))):
        name = draw(st.sampled_from([k for k in names if GATES[k].qubits <= len(pool)]))
        gate = GATES[name]
        chosen = draw(st.permutations(pool))[: gate.qubits]
        angles = [draw(expressions(parameters)) for _ in range(gate.angles)]
        getattr(circuit, name)(*angles, *chosen)


@st.composite
def observables(draw, n):
    found = []
    for _ in range(draw(st.integers(1, 3))):
        coefficients = st.floats(-2, 2, allow_subnormal=False)
        if draw(st.booleans()):
            found.append(np.array(draw(st.lists(coefficients, min_size=2**n, max_size=2**n))))
        else:
            label = st.text("IXYZ", min_size=n, max_size=n)
            terms = draw(st.lists(st.tuples(label, coefficients), min_size=1, max_size=6))
            found.append(SparsePauliOp.from_list(terms))
    return found


@st.composite
def cases(draw, names=ALL, encoding=ALL, most=14):
    n = draw(st.integers(1, 4))
    x, w = ParameterVector("x", INPUTS), ParameterVector("w", WEIGHTS)
    circuit = QuantumCircuit(n)
    draw(gates(circuit, list(x), encoding, 5))
    draw(gates(circuit, list(w), names, most))
    inputs = [p for p in x if p in set(circuit.parameters)]
    seed = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = len(circuit.parameters) - len(inputs)
    batch = draw(st.integers(1, 4))
    return Case(
        circuit,
        inputs,
        draw(observables(n)),
        seed.uniform(-4, 4, (batch, len(inputs))),
        seed.uniform(-4, 4, count),
    )


def exact(case: Case, weights: np.ndarray) -> np.ndarray:
    """Values (B, m) by Qiskit."""
    out = []
    for row in case.angles(weights):
        state = Statevector(case.circuit.assign_parameters(dict(zip(case.circuit.parameters, row, strict=True))))
        out.append(
            [
                float(o @ state.probabilities()) if isinstance(o, np.ndarray) else state.expectation_value(o).real
                for o in case.observables
            ]
        )
    return np.array(out)


def general(case: Case, weights: torch.Tensor) -> torch.Tensor:
    """Values (B, m) by the general engine, differentiable in the weights (W,)."""
    program, known = compile(case.circuit), dict(zip(case.inputs, torch.from_numpy(case.x.T), strict=True))
    own = [p for p in case.circuit.parameters if p not in known]
    known.update({p: weights[k].expand(len(case.x)) for k, p in enumerate(own)})
    columns = [known[p] for p in program.parameters]
    angles = torch.stack(columns, dim=-1) if columns else torch.zeros((len(case.x), 0), dtype=torch.float64)
    return torch.stack([program.expectation(angles, o) for o in case.observables], dim=-1)


@given(cases())
def test_values_are_qiskits(case):
    shared = case.shared()
    values = shared.expectation(shared.encode(case.x), case.w)
    assert values.shape == (len(case.x), len(case.observables))
    np.testing.assert_allclose(values, exact(case, case.w), atol=TOLERANCE)


@given(cases(most=25), st.integers(0, 2**32 - 1))
def test_values_and_gradients_are_the_general_engines(case, seed):
    shared, w = case.shared(), torch.tensor(case.w, requires_grad=True)
    states = shared.encode(case.x)
    values, pull = shared.pullback(states, case.w)
    cotangent = np.random.default_rng(seed).standard_normal(values.shape)
    wanted = general(case, w)
    np.testing.assert_allclose(values, wanted.detach().numpy(), atol=TOLERANCE)
    total = (wanted * torch.from_numpy(cotangent)).sum()
    gradient = torch.zeros_like(w)
    if total.requires_grad and len(w):
        (found,) = torch.autograd.grad(total, w, allow_unused=True)
        gradient = gradient if found is None else found
    np.testing.assert_allclose(pull(cotangent), gradient.numpy(), atol=TOLERANCE)
    np.testing.assert_array_equal(shared.vjp(states, case.w, cotangent), pull(cotangent))


@given(cases(encoding=REAL, names=REAL), st.integers(0, 2**32 - 1))
def test_real_circuits_are_the_general_engines(case, seed):
    shared, w = case.shared(), torch.tensor(case.w, requires_grad=True)
    states = shared.encode(case.x)
    assert states.dtype == np.float64
    values, pull = shared.pullback(states, case.w)
    cotangent = np.random.default_rng(seed).standard_normal(values.shape)
    wanted = general(case, w)
    np.testing.assert_allclose(values, wanted.detach().numpy(), atol=TOLERANCE)
    if wanted.requires_grad:
        (found,) = torch.autograd.grad((wanted * torch.from_numpy(cotangent)).sum(), w)
        np.testing.assert_allclose(pull(cotangent), found.numpy(), atol=TOLERANCE)
    # The same vectors, stored as complex ones, take the other path.
    np.testing.assert_allclose(shared.expectation(states.astype(complex), case.w), values, atol=TOLERANCE)
    np.testing.assert_allclose(shared.vjp(states.astype(complex), case.w, cotangent), pull(cotangent), atol=TOLERANCE)


@given(cases())
def test_jacobian_is_a_vjp_for_every_output(case):
    shared = case.shared()
    states = shared.encode(case.x)
    jacobian, (values, pull) = shared.jacobian(states, case.w), shared.pullback(states, case.w)
    assert jacobian.shape == (*values.shape, len(case.w))
    for b, o in np.ndindex(values.shape):
        one = np.zeros(values.shape)
        one[b, o] = 1.0
        np.testing.assert_allclose(jacobian[b, o], pull(one), atol=TOLERANCE)


@given(cases())
@settings(max_examples=20)
def test_gradient_is_a_central_difference(case):
    shared, step = case.shared(), 1e-5
    states = shared.encode(case.x)
    jacobian = shared.jacobian(states, case.w)
    for k in range(len(case.w)):
        ahead, back = case.w.copy(), case.w.copy()
        ahead[k] += step
        back[k] -= step
        slope = (shared.expectation(states, ahead) - shared.expectation(states, back)) / (2 * step)
        # Third derivatives of sums of a dozen angles, each up to 4 and squared, times step^2 / 6.
        np.testing.assert_allclose(jacobian[..., k], slope, atol=2e-5)


@given(cases(), st.sampled_from([(1,), (5,), (2, 3)]), st.booleans(), st.integers(0, 2**32 - 1))
def test_members_of_an_ensemble_are_alone_to_the_bit(case, lead, own_inputs, seed):
    rng, shared = np.random.default_rng(seed), case.shared()
    w = rng.uniform(-4, 4, (*lead, len(case.w)))
    x = rng.uniform(-4, 4, (*lead, *case.x.shape)) if own_inputs else case.x
    states = shared.encode(x)
    values, pull = shared.pullback(states, w)
    cotangent = rng.standard_normal(values.shape)
    gradient, jacobian = pull(cotangent), shared.jacobian(states, w)
    for s in np.ndindex(lead):
        own = states[s] if own_inputs else states
        alone, pull_alone = shared.pullback(own, w[s])
        np.testing.assert_array_equal(values[s], alone)
        np.testing.assert_array_equal(gradient[s], pull_alone(cotangent[s]))
        np.testing.assert_array_equal(jacobian[s], shared.jacobian(own, w[s]))


@given(cases(most=8), st.booleans(), st.sampled_from([(), (2,)]))
@settings(max_examples=25)
def test_gradcheck_of_states_and_weights(case, own_inputs, lead):
    shared = case.shared()
    if not len(case.w):
        return
    rng = np.random.default_rng(0)
    w = torch.tensor(rng.uniform(-2, 2, (*lead, len(case.w))), requires_grad=True)
    x = rng.uniform(-2, 2, (*(lead if own_inputs else ()), *case.x.shape))
    states = torch.tensor(shared.encode(x), requires_grad=True)
    assert torch.autograd.gradcheck(shared.expectation, (states, w), atol=1e-5)


@given(st.data())
def test_gates_on_other_qubits_may_come_in_any_order(data):
    """Inputs on qubits 2 and 3 may follow weights on qubits 0 and 1: nothing has met yet."""
    x, w = ParameterVector("x", INPUTS), ParameterVector("w", WEIGHTS)
    circuit = QuantumCircuit(4)
    data.draw(gates(circuit, list(x), ALL, 3))
    data.draw(gates(circuit, list(w), ALL, 4, [0, 1]))
    data.draw(gates(circuit, list(x), ALL, 3, [2, 3]))
    circuit.barrier()
    data.draw(gates(circuit, list(w), ALL, 6))
    inputs = [p for p in x if p in set(circuit.parameters)]
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    count = len(circuit.parameters) - len(inputs)
    op = SparsePauliOp(["ZIXI", "IYZZ", "IIIZ"], [1.0, -0.5, 2.0])
    case = Case(circuit, inputs, [op], rng.uniform(-3, 3, (2, len(inputs))), rng.uniform(-3, 3, count))
    shared = case.shared()
    np.testing.assert_allclose(shared.expectation(shared.encode(case.x), case.w), exact(case, case.w), atol=TOLERANCE)


@pytest.mark.parametrize("n", [5, 6, 7, 8])
def test_more_qubits_are_the_general_engines(n):
    rng = np.random.default_rng(n)
    x, w = ParameterVector("x", n), ParameterVector("w", 4 * n)
    circuit = QuantumCircuit(n)
    for q in range(n):
        circuit.rx(x[q], q)
        circuit.rz(x[q] * x[(q + 1) % n], q)
    for q in range(n):
        circuit.rx(w[4 * q], q)
        circuit.crz(w[4 * q + 1], q, (q + 1) % n)
        circuit.ry(w[4 * q + 2], q)
        circuit.cx(q, (q + 2) % n)
        circuit.rzz(w[4 * q + 3], q, (q + 3) % n)
        circuit.h(q)
    observables = [SparsePauliOp.from_sparse_list([(p, [q], 1.0)], n) for q in range(n) for p in "ZX"]
    case = Case(
        circuit,
        list(x),
        [*observables, rng.standard_normal(2**n)],
        rng.uniform(-3, 3, (3, n)),
        rng.uniform(-3, 3, 4 * n),
    )
    shared, weights = case.shared(), torch.tensor(case.w, requires_grad=True)
    wanted = general(case, weights)
    values, pull = shared.pullback(shared.encode(case.x), case.w)
    cotangent = rng.standard_normal(values.shape)
    (gradient,) = torch.autograd.grad((wanted * torch.from_numpy(cotangent)).sum(), weights)
    np.testing.assert_allclose(values, wanted.detach().numpy(), atol=TOLERANCE)
    np.testing.assert_allclose(pull(cotangent), gradient.numpy(), atol=TOLERANCE)
    jacobian = shared.jacobian(shared.encode(case.x), case.w)
    np.testing.assert_allclose(np.einsum("bo,bow->w", cotangent, jacobian), gradient.numpy(), atol=TOLERANCE)
