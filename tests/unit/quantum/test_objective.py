"""The CVaR objective against enumeration, finite differences and a torch autograd of its own."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.quantum_info import Statevector

from qbench.papers.cvar_vqe.circuits import ry_cz_ansatz
from qbench.quantum import compile
from qbench.quantum.cvar import cvar, cvar_of_samples
from qbench.quantum.gradients import parameter_shift
from qbench.quantum.objective import CvarObjective

CIRCUIT = ry_cz_ansatz(4, 2)
ENERGIES = np.random.default_rng(0).normal(size=16)
ANGLES = np.random.default_rng(1).normal(size=(2, 3, 12))


def enumerated(angles: np.ndarray, energies: np.ndarray, alpha: float) -> float:
    """Walk up the sorted energies until the mass is alpha, splitting the last atom."""
    law = Statevector(CIRCUIT.assign_parameters(angles)).probabilities()
    left, total = alpha, 0.0
    for k in np.argsort(energies):
        taken = min(left, law[k])
        total += taken * energies[k]
        left -= taken
    return total / alpha


@pytest.mark.parametrize("alpha", [0.05, 0.25, 1.0])
def test_value_is_the_mean_of_the_lowest_mass(alpha: float) -> None:
    values = CvarObjective(compile(CIRCUIT), ENERGIES, alpha).value(ANGLES)
    expected = [[enumerated(a, ENERGIES, alpha) for a in row] for row in ANGLES]
    np.testing.assert_allclose(values, expected, atol=1e-12)


@pytest.mark.parametrize("alpha", [0.05, 0.25, 1.0])
def test_gradient_is_that_of_the_value(alpha: float) -> None:
    objective = CvarObjective(compile(CIRCUIT), ENERGIES, alpha)
    value, gradient = objective.value_and_gradient(ANGLES)
    np.testing.assert_allclose(value, objective.value(ANGLES), atol=1e-13)
    step = 1e-6 * np.eye(12)
    differences = (objective.value(ANGLES[..., None, :] + step) - objective.value(ANGLES[..., None, :] - step)) / 2e-6
    np.testing.assert_allclose(gradient, differences, atol=1e-7)


def test_gradient_of_the_mean_is_that_of_the_shift_rule() -> None:
    """Another route at alpha = 1: the parameter-shift rule on the general engine."""
    program = compile(CIRCUIT)
    _, gradient = CvarObjective(program, ENERGIES, 1.0).value_and_gradient(ANGLES)
    np.testing.assert_allclose(gradient, parameter_shift(program, ANGLES, ENERGIES), atol=1e-12)


def test_every_member_may_have_its_own_hamiltonian() -> None:
    energies = np.random.default_rng(2).normal(size=(3, 16))
    value, gradient = CvarObjective(compile(CIRCUIT), energies, 0.25).value_and_gradient(ANGLES)
    for k in range(3):
        alone = CvarObjective(compile(CIRCUIT), energies[k], 0.25)
        np.testing.assert_array_equal(value[:, k], alone.value(ANGLES[:, k]))
        np.testing.assert_array_equal(gradient[:, k], alone.value_and_gradient(ANGLES[:, k])[1])
    with pytest.raises(ValueError, match=r"must have the instances \(3,\) .* leading axes, got leading axes \(2,\)"):
        CvarObjective(compile(CIRCUIT), energies, 0.25).value(ANGLES[:, 0])


def test_kernels_and_general_engine_agree() -> None:
    energies = np.random.default_rng(2).normal(size=(3, 16))
    fast = CvarObjective(compile(CIRCUIT), energies, 0.25)
    general = CvarObjective(compile(dressed()), energies, 0.25)
    for quick, slow in zip(fast.value_and_gradient(ANGLES), general.value_and_gradient(ANGLES), strict=True):
        np.testing.assert_allclose(quick, slow, atol=1e-12)
    np.testing.assert_allclose(fast.value(ANGLES), general.value(ANGLES), atol=1e-12)


def dressed() -> QuantumCircuit:
    """The same circuit between two gates that undo each other and that the kernels do not know."""
    circuit = QuantumCircuit(4)
    circuit.x(0)
    circuit.x(0)
    return circuit.compose(CIRCUIT)


def test_expressions_shared_by_gates_are_differentiated_through_the_kernels() -> None:
    a, b = Parameter("a"), Parameter("b")
    circuit = QuantumCircuit(3)
    for q in range(3):
        circuit.ry(a * b + q, q)
    circuit.cz(0, 1)
    circuit.cz(1, 2)
    circuit.ry(2 * a, 1)
    circuit.ry(-b, 1)
    circuit.cz(0, 1)
    circuit.ry(a, 0)
    objective = CvarObjective(compile(circuit), ENERGIES[:8], 0.4)
    assert objective._fast is not None
    angles = np.random.default_rng(3).normal(size=(5, 2))
    _, gradient = objective.value_and_gradient(angles)
    step = 1e-6 * np.eye(2)
    differences = (objective.value(angles[:, None] + step) - objective.value(angles[:, None] - step)) / 2e-6
    np.testing.assert_allclose(gradient, differences, atol=1e-8)
    law = np.array([Statevector(circuit.assign_parameters(row)).probabilities() for row in angles])
    np.testing.assert_allclose(objective.value(angles), cvar(ENERGIES[:8], law, 0.4)[0], atol=1e-12)


def test_a_circuit_without_parameters_has_a_value() -> None:
    circuit = QuantumCircuit(4)
    circuit.ry(0.3, 1)
    objective = CvarObjective(compile(circuit), ENERGIES, 0.25)
    expected = cvar(ENERGIES, Statevector(circuit).probabilities(), 0.25)[0]
    assert objective.value(np.zeros(0)) == pytest.approx(expected, abs=1e-14)
    value, gradient = objective.value_and_gradient(np.zeros((2, 0)))
    assert value.shape == (2,)
    assert gradient.shape == (2, 0)


def test_a_circuit_of_cz_alone_has_no_angles_to_gain_by() -> None:
    circuit = QuantumCircuit(4)
    circuit.cz(0, 1)
    objective = CvarObjective(compile(circuit), ENERGIES, 0.25)
    assert objective._fast is None
    assert objective.value(np.zeros(0)) == ENERGIES[0]


def test_autograd_through_probabilities_agrees() -> None:
    theta = torch.tensor(ANGLES[0, 0], requires_grad=True)
    law = compile(CIRCUIT).probabilities(theta)
    order = np.argsort(ENERGIES)
    mass = torch.cumsum(law[order], 0)
    taken = torch.clamp(torch.minimum(law[order], 0.25 - (mass - law[order])), min=0.0)
    ((taken * torch.as_tensor(ENERGIES[order])).sum() / 0.25).backward()
    _, gradient = CvarObjective(compile(CIRCUIT), ENERGIES, 0.25).value_and_gradient(ANGLES[0, 0])
    np.testing.assert_allclose(theta.grad.numpy(), gradient, atol=1e-10)


@pytest.mark.parametrize("convention", ["floor", "ceil", "fractional"])
def test_sampled_value_is_the_estimator_of_its_own_samples(convention: str) -> None:
    objective = CvarObjective(compile(CIRCUIT), ENERGIES, 0.3)
    rngs = [np.random.default_rng(k) for k in range(6)]
    value, samples = objective.sampled(ANGLES, 50, rngs, convention)
    assert samples.shape == (2, 3, 50)
    np.testing.assert_array_equal(value, cvar_of_samples(ENERGIES[samples], 0.3, convention))
    alone, _ = objective.sampled(ANGLES[1, 2], 50, [np.random.default_rng(5)], convention)
    assert alone == value[1, 2]


def test_single_precision_is_close_and_says_so() -> None:
    exact = CvarObjective(compile(CIRCUIT), ENERGIES, 0.25).value(ANGLES)
    single = CvarObjective(compile(CIRCUIT, dtype="float32"), ENERGIES, 0.25).value(ANGLES)
    error = np.abs(single - exact).max()
    assert 0.0 < error < 1e-5, error


def test_a_law_and_its_cotangent_are_those_of_the_engine() -> None:
    program = compile(CIRCUIT)
    value, cotangent = cvar(ENERGIES, program.probabilities(ANGLES), 0.25)
    objective = CvarObjective(program, ENERGIES, 0.25)
    np.testing.assert_allclose(objective.value(ANGLES), value, atol=1e-13)
    np.testing.assert_allclose(objective.value_and_gradient(ANGLES)[1], program.vjp(ANGLES, cotangent), atol=1e-12)


def test_bad_input_says_what_and_what_next() -> None:
    program = compile(CIRCUIT)
    with pytest.raises(ValueError, match=r"alpha must lie in \(0, 1\], got 1.5"):
        CvarObjective(program, ENERGIES, 1.5)
    with pytest.raises(ValueError, match=r"energies must have 16 values on the last axis.*got shape \(8,\)"):
        CvarObjective(program, ENERGIES[:8], 0.5)
    with pytest.raises(ValueError, match="energies must be finite, got nan at index"):
        CvarObjective(program, np.where(ENERGIES > 1, np.nan, ENERGIES), 0.5)
    objective = CvarObjective(program, ENERGIES, 0.5)
    with pytest.raises(ValueError, match="shots must be a whole number of at least 1, got 0"):
        objective.sampled(ANGLES[0, 0], 0, [np.random.default_rng(0)])
    with pytest.raises(ValueError, match="one generator a member, 6 for angles"):
        objective.sampled(ANGLES, 8, [np.random.default_rng(0)])
