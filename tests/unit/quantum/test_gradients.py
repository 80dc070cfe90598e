"""Shift rules against the adjoint pass, closed forms and finite differences."""

from __future__ import annotations

import math

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.quantum_info import SparsePauliOp

from qbench.quantum import compile
from qbench.quantum.gradients import finite_differences, parameter_shift, shift_rule


def circuit() -> QuantumCircuit:
    """Every gate that takes an angle, shared parameters, affine and curved expressions, a global phase."""
    a, b, c = Parameter("a"), Parameter("b"), Parameter("c")
    qc = QuantumCircuit(3, global_phase=a)
    qc.h(0)
    qc.rx(a, 0)
    qc.ry(2 * b - a / 3 + 0.2, 1)
    qc.crx(b, 0, 1)
    qc.cry(c, 2, 1)
    qc.rz(a, 1)
    qc.crz(a + c, 1, 2)
    qc.rzz((a * b).sin(), 0, 2)
    qc.u(a, b, c, 2)
    qc.cx(2, 0)
    return qc


OBSERVABLES = [
    np.array([3.0, -1.0, 0.5, 2.0, -2.0, 1.0, 0.0, 4.0]),
    SparsePauliOp.from_list([("XYZ", 0.7), ("IYI", -1.1), ("ZIX", 0.4)]),
]


@pytest.mark.parametrize("observable", OBSERVABLES, ids=["diagonal", "paulis"])
@pytest.mark.parametrize("shift", [math.pi / 2, 0.3, 1.4, 2.0])
def test_any_shift_gives_the_finite_difference(observable, shift: float) -> None:
    program = compile(circuit())
    angles = np.random.default_rng(2).normal(size=(2, 3, 3))
    gradient = parameter_shift(program, angles, observable, shift)
    assert gradient.shape == angles.shape
    np.testing.assert_allclose(gradient, finite_differences(program, angles, observable), atol=1e-8)


def test_shift_rule_agrees_with_the_adjoint_pass_to_rounding() -> None:
    program = compile(circuit())
    angles = np.random.default_rng(3).normal(size=(4, 3))
    np.testing.assert_allclose(
        parameter_shift(program, angles, OBSERVABLES[0]), program.vjp(angles, OBSERVABLES[0]), atol=1e-12
    )


def test_a_parameter_used_k_times_is_summed_over_its_occurrences() -> None:
    t = Parameter("t")
    qc = QuantumCircuit(1)
    for _ in range(3):
        qc.ry(t, 0)
    program = compile(qc)
    # <Z> = cos 3t
    for angle in (0.1, 0.7, 2.0):
        gradient = parameter_shift(program, [angle], np.array([1.0, -1.0]))
        assert gradient[0] == pytest.approx(-3 * math.sin(3 * angle), abs=1e-12)


def test_controlled_rotation_needs_the_four_term_rule() -> None:
    t = Parameter("t")
    qc = QuantumCircuit(2)
    qc.h(0)
    qc.cry(t, 0, 1)
    qc.h(0)
    program = compile(qc)
    z = np.array([1.0, -1.0, 1.0, -1.0])
    two_terms = (program.expectation([1.0 + math.pi / 2], z) - program.expectation([1.0 - math.pi / 2], z)) / 2
    # <Z_0> = cos(t/2): two terms give sin(1/2) sin(pi/4), half a right angle too much.
    assert parameter_shift(program, [1.0], z)[0] == pytest.approx(-math.sin(0.5) / 2, abs=1e-12)
    assert abs(two_terms + math.sin(0.5) / 2) > 0.05


@pytest.mark.parametrize("frequencies", [(1.0,), (0.5, 1.0), (1.0, 2.0, 3.0)])
def test_shift_rule_differentiates_every_frequency(frequencies: tuple[float, ...]) -> None:
    shifts, coefficients = shift_rule(frequencies, 0.4)
    for omega in frequencies:
        for phase in (0.0, 0.9):

            def f(x: float, omega: float = omega, phase: float = phase) -> float:
                return math.sin(omega * x + phase)

            slope = sum(c * (f(0.3 + s) - f(0.3 - s)) for s, c in zip(shifts, coefficients, strict=True))
            assert slope == pytest.approx(omega * math.cos(omega * 0.3 + phase), abs=1e-9)


def test_a_shift_that_tells_nothing_is_refused() -> None:
    program = compile(circuit())
    with pytest.raises(ValueError, match=r"cannot tell the frequencies \[1.0\] apart; pi/2 always can"):
        parameter_shift(program, np.zeros(3), OBSERVABLES[0], math.pi)
    with pytest.raises(ValueError, match=r"shift must lie in \(0, 6.28319\], got 0"):
        parameter_shift(program, np.zeros(3), OBSERVABLES[0], 0.0)


def test_circuits_without_angles_have_empty_gradients() -> None:
    qc = QuantumCircuit(1)
    qc.h(0)
    assert parameter_shift(compile(qc), np.zeros((2, 0)), np.array([1.0, 0.0])).shape == (2, 0)


def test_a_batched_diagonal_goes_with_its_member() -> None:
    program = compile(circuit())
    angles = np.random.default_rng(5).normal(size=(2, 3))
    energies = np.random.default_rng(6).normal(size=(2, 8))
    together = parameter_shift(program, angles, energies)
    for k in range(2):
        np.testing.assert_allclose(together[k], parameter_shift(program, angles[k], energies[k]), atol=1e-13)
    np.testing.assert_allclose(together, finite_differences(program, angles, energies), atol=1e-8)
