"""Gradients of random circuits: `vjp` and autograd by the shift rule on Qiskit's states, and by central differences."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterExpression
from qiskit.quantum_info import Statevector

from qbench.quantum import compile, cvar
from tests.oracles import circuits as c

SOME = c.share(0.6)
tame = st.floats(-1.0, 1.0)
TURN = np.pi / 2
ROOT = np.sqrt(2.0)
TWO_TERMS = ((TURN, 0.5),)
# Generators with eigenvalues 0 and +-1/2 (Wierichs et al., Quantum 6, 677 (2022)): four terms.
FOUR_TERMS = ((TURN, (ROOT + 1) / (4 * ROOT)), (3 * TURN, -(ROOT - 1) / (4 * ROOT)))
RULES = {"crx": FOUR_TERMS, "cry": FOUR_TERMS, "crz": FOUR_TERMS}


def replay(gates, n):
    circuit = QuantumCircuit(n)
    for name, angles, wires in gates:
        getattr(circuit, name)(*angles, *wires)
    return circuit


def by_shifts(circuit, values, expectation):
    """d expectation(circuit)/d parameters: every gate angle shifted by itself, Qiskit's own chain rule on top."""
    bind = dict(zip(circuit.parameters, values, strict=True))
    gates, slopes = [], []
    for instruction in circuit.data:
        name = instruction.operation.name
        if name == "barrier":
            continue
        wires = [circuit.find_bit(q).index for q in instruction.qubits]
        gates.append((name, [number(x, bind) for x in instruction.operation.params], wires))
        slopes.append([slope(x, bind) for x in instruction.operation.params])
    gradient = np.zeros(len(bind))
    for g, (name, angles, wires) in enumerate(gates):
        for k, by_parameter in enumerate(slopes[g]):
            if not np.any(by_parameter):
                continue
            for shift, weight in RULES.get(name, TWO_TERMS):
                for sign in (1, -1):
                    moved = [a + sign * shift * (j == k) for j, a in enumerate(angles)]
                    value = expectation(replay([*gates[:g], (name, moved, wires), *gates[g + 1 :]], circuit.num_qubits))
                    gradient += sign * weight * value * by_parameter
    return gradient


def number(expression, bind):
    """The value of an angle; Qiskit refuses values of parameters that an expression lacks."""
    if not isinstance(expression, ParameterExpression):
        return float(expression)
    return float(expression.bind({p: bind[p] for p in expression.parameters}).numeric())


def slope(expression, bind):
    own = expression.parameters if isinstance(expression, ParameterExpression) else set()
    return np.array([number(expression.gradient(p), bind) if p in own else 0.0 for p in bind])


def central_differences(function, x, h=2e-5):
    """Five points: the error is of order h^4."""
    gradient = np.zeros_like(x)
    for k in range(len(x)):
        step = h * np.eye(len(x))[k]
        near, far = function(x + step) - function(x - step), function(x + 2 * step) - function(x - 2 * step)
        gradient[k] = (8 * near - far) / (12 * h)
    return gradient


@SOME
@given(c.cases(st.integers(1, 5), batch=st.integers(1, 2)), st.data())
def test_vjp_is_the_shift_rule(case, data):
    program = compile(case.circuit)
    values = data.draw(c.diagonals(program.n_qubits, (len(case.angles),)))
    found = program.vjp(case.angles, values)
    assert found.shape == case.angles.shape
    for row, energies, gradient in zip(case.angles, values, found, strict=True):

        def energy(bound, energies=energies):
            return float(np.abs(c.by_qiskit(bound)) ** 2 @ energies)

        assert gradient == pytest.approx(by_shifts(case.circuit, row, energy), abs=1e-9, rel=1e-9)


@SOME
@given(c.cases(st.integers(1, 5), batch=st.just(1)), st.data())
def test_gradient_of_a_pauli_sum_is_the_shift_rule(case, data):
    """By autograd through `expectation`, which is also what `vjp` does with an operator."""
    program = compile(case.circuit)
    operator = data.draw(c.pauli_sums(program.n_qubits))
    (row,) = case.angles
    expected = by_shifts(case.circuit, row, lambda bound: Statevector(bound).expectation_value(operator).real)
    theta = torch.tensor(row, requires_grad=True)
    value = program.expectation(theta, operator)
    if value.requires_grad:
        value.backward()
    gradient = np.zeros_like(row) if theta.grad is None else theta.grad.numpy()
    assert gradient == pytest.approx(expected, abs=1e-8, rel=1e-9)
    assert program.vjp(row, operator) == pytest.approx(expected, abs=1e-8, rel=1e-9)


@SOME
@given(c.cases(st.integers(1, 6), batch=st.just(1), values=tame, most=8), st.data())
def test_vjp_by_central_differences_of_qiskit(case, data):
    values = data.draw(c.diagonals(case.circuit.num_qubits))

    def energy(x):
        return float(np.abs(c.by_qiskit(case.circuit.assign_parameters(x))) ** 2 @ values)

    expected = central_differences(energy, case.angles[0])
    assert compile(case.circuit).vjp(case.angles[0], values) == pytest.approx(expected, abs=1e-6, rel=1e-6)


@c.share(0.12)
@given(c.cases(st.integers(9, 10), batch=st.just(2), values=tame, most=40), st.data())
def test_vjp_of_wide_circuits(case, data):
    """From 9 qubits on blocks are wider, and states stay permuted for longer."""
    program = compile(case.circuit)
    values = data.draw(c.diagonals(program.n_qubits))
    for row, gradient in zip(case.angles, program.vjp(case.angles, values), strict=True):
        expected = by_shifts(case.circuit, row, lambda b: float(np.abs(c.by_qiskit(b)) ** 2 @ values))
        assert gradient == pytest.approx(expected, abs=1e-9, rel=1e-9)


@SOME
@given(c.cases(st.integers(1, 6)), st.data())
def test_autograd_of_any_smooth_loss_is_vjp_with_its_slope(case, data):
    program = compile(case.circuit)
    weights = torch.tensor(data.draw(c.diagonals(program.n_qubits, (len(case.angles),))))
    theta = torch.tensor(case.angles, requires_grad=True)
    p = program.probabilities(theta)
    loss = (weights * p**2 + torch.sin(3 * p) * p.roll(1, dims=-1)).sum() + torch.log1p(p).prod(dim=-1).sum()
    if not loss.requires_grad:
        assert not np.any(program.vjp(case.angles, weights.numpy()))
        return
    (cotangent,) = torch.autograd.grad(loss, p, retain_graph=True)
    (gradient,) = torch.autograd.grad(loss, theta)
    assert isinstance(program.vjp(theta, cotangent), torch.Tensor)
    assert program.vjp(theta, cotangent).numpy() == pytest.approx(gradient.numpy(), abs=1e-12, rel=1e-12)


@c.share(0.24)
@given(c.cases(st.integers(1, 3), batch=st.integers(1, 2), values=tame, most=6))
def test_gradcheck(case):
    """torch's own check, of probabilities and of complex states with their global phase."""
    program = compile(case.circuit)
    assume(program.parameters)
    theta = torch.tensor(case.angles, requires_grad=True)
    assume(program.state(theta).requires_grad)
    assert torch.autograd.gradcheck(program.probabilities, theta)
    assert torch.autograd.gradcheck(program.state, theta)


@SOME
@given(c.cases(st.integers(1, 5), values=tame, most=8, batch=st.just(1)), st.data())
def test_overlap_with_a_fixed_state(case, data):
    """A loss of amplitudes, not of probabilities: Re <phi|psi> depends on the global phase."""
    program = compile(case.circuit)
    n = program.n_qubits
    phi = data.draw(c.diagonals(n)) + 1j * data.draw(c.diagonals(n))
    phi /= np.linalg.norm(phi)
    theta = torch.tensor(case.angles[0], requires_grad=True)
    overlap = (torch.tensor(phi).conj() * program.state(theta)).sum().real
    assume(overlap.requires_grad)
    overlap.backward()

    def by_qiskit(x):
        return np.vdot(phi, c.by_qiskit(case.circuit.assign_parameters(x))).real

    assert theta.grad.numpy() == pytest.approx(central_differences(by_qiskit, case.angles[0]), abs=1e-6, rel=1e-6)


@SOME
@given(c.cases(st.integers(2, 5), batch=st.just(1), values=tame, most=12), st.data(), st.sampled_from((0.3, 0.7, 1.0)))
def test_gradient_of_cvar_through_its_cotangent(case, data, alpha):
    program = compile(case.circuit)
    energies = data.draw(c.diagonals(program.n_qubits))

    def objective(x):
        law = np.abs(c.by_qiskit(case.circuit.assign_parameters(x))) ** 2
        return float(cvar(energies, law / law.sum(), alpha)[0])

    # Where the mass alpha ends at an atom's edge the objective has a kink.
    law = program.probabilities(case.angles[0])
    order = np.argsort(energies)
    assume(alpha == 1.0 or np.abs(np.cumsum(law[order]) - alpha).min() > 1e-2)
    _, cotangent = cvar(energies, law / law.sum(), alpha)
    expected = central_differences(objective, case.angles[0])
    assert program.vjp(case.angles[0], cotangent) == pytest.approx(expected, abs=1e-6, rel=1e-6)
