"""Shift rules on single and shared angles, and how many assignments a few features reach."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qbench.papers.hqcnn.layout import Layout
from qbench.papers.hqcnn.reach import reachable_assignments
from qbench.papers.hqcnn.rules import circuit_values, exact_gradient, occurrence_shift, shared_shift, shift_rule


def drawn(layout):
    rng = np.random.default_rng(layout.n_angles)
    return rng.uniform(-3, 3, layout.n_qubits), rng.uniform(-7, 7, layout.n_angles)


@pytest.mark.parametrize("shift", [math.pi / 2, 0.4, 2.5])
def test_rule_on_a_wave(shift):
    def f(t):
        return 0.3 + 0.5 * np.cos(t) - 0.8 * np.sin(t)

    found = shift_rule(f(0.7 + shift), f(0.7 - shift), shift)
    assert found == pytest.approx(-0.5 * np.sin(0.7) - 0.8 * np.cos(0.7))
    # The printed plus: the constant at pi/2, and for no shift the derivative.
    printed = shift_rule(f(0.7 + shift), f(0.7 - shift), shift, "printed")
    assert abs(printed - found) > 0.1
    if shift == math.pi / 2:
        assert printed == pytest.approx(0.3)


@pytest.mark.parametrize("sharing", ["all", "layer", "block"])
@pytest.mark.parametrize("n", [4, 6])
def test_gradients_are_difference_quotients(sharing, n):
    layout = Layout(n_qubits=n, sharing=sharing)
    h, theta = drawn(layout)
    exact = exact_gradient(layout, h, theta)
    step = 1e-5 * np.eye(theta.size)
    quotient = (circuit_values(layout, h, theta + step) - circuit_values(layout, h, theta - step)) / 2e-5
    np.testing.assert_allclose(exact, quotient, atol=1e-8)
    np.testing.assert_allclose(occurrence_shift(layout, h, theta), exact, atol=1e-12)
    np.testing.assert_allclose(occurrence_shift(layout, h, theta, 0.9), exact, atol=1e-12)
    two_circuits = shared_shift(layout, h, theta)
    if sharing == "block":
        np.testing.assert_allclose(two_circuits, exact, atol=1e-12)
    else:
        assert np.abs(two_circuits - exact).max() > 0.05


def test_cells_by_hand():
    """E8 (ii)."""
    assert [reachable_assignments(6, 3, n) for n in (1, 2)] == [13, 172]
    assert [reachable_assignments(20, 10, n) for n in (1, 2, 4)] == [181, 405_451, 27_277_121_776]
    # 4 048 cells for 4 features, but only 3^6 assignments.
    assert reachable_assignments(6, 3, 4) == 729
    assert reachable_assignments(20, 10, 8) == 10_441_772_046_863_839_456
    assert reachable_assignments(1, 1, 5) == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: shift_rule(1.0, 0.0, 0.0), r"shift must lie in \(0, 3.14159\), got 0.0"),
        (lambda: shift_rule(1.0, 0.0, math.pi), r"shift must lie in \(0, 3.14159\), got 3.14159"),
        (lambda: shift_rule(1.0, 0.0, 1.0, "plus"), "sign must be one of minus, printed, got 'plus'"),
        (
            lambda: circuit_values(Layout(), np.ones(7), np.ones((1, 15))),
            r"h must be one input \(8,\), got shape \(7,\)",
        ),
        (lambda: circuit_values(Layout(), np.ones(8), np.ones((1, 14))), r"theta must be \(seeds, 15\)"),
        (
            lambda: occurrence_shift(Layout(pooling=True), np.ones(8), np.ones(21)),
            "controlled rotations; take pooling=F",
        ),
        (lambda: reachable_assignments(6, 3, 0), "n_features must be a whole number of at least 1, got 0"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
