"""Shift rule, step and Rotosolve, with the papers' misprints re-derived (ERR-4, 5, 6, 8)."""

import math

import numpy as np
import pytest

from qbench.papers.cloud_qnn.rules import (
    descend,
    rotosolve_sweep,
    shift_gradient,
    shifted_angles,
    step_size,
)


def rule(f, t: float, shift: float = math.pi / 2, **words: str) -> float:
    return float(shift_gradient([f(t + shift)], [f(t - shift)], shift, **words)[0])


def test_shifted_angles() -> None:
    theta = np.arange(6.0).reshape(2, 3)
    found = shifted_angles(theta, 0.5)
    assert found.shape == (2, 2, 3, 3)
    np.testing.assert_array_equal(found[1, 0, 2], [3.0, 4.0, 5.5])
    np.testing.assert_array_equal(found[1, 1, 0], [2.5, 4.0, 5.0])


def test_the_printed_sign_ascends() -> None:
    """ERR-4: L = sin at 0. Truth 1, Eq. (17) of the 2022 paper -1; a step then raises L."""
    assert rule(math.sin, 0.0) == pytest.approx(1.0, abs=1e-15)
    printed = rule(math.sin, 0.0, sign="printed", prefactor="printed")
    assert printed == pytest.approx(-1.0, abs=1e-15)
    after = float(descend([0.0], [printed], 0.01, 0)[0])
    assert math.sin(after) > math.sin(0.0) > math.sin(float(descend([0.0], [1.0], 0.01, 0)[0]))


def test_the_printed_factor_read_literally() -> None:
    """ERR-5: sin^2(s) f'; f = cos at .7: -.3221 at s = pi/4, -.00642 at s = .1, against -.6442."""
    assert rule(math.cos, 0.7, math.pi / 4, prefactor="printed") == pytest.approx(-0.3221, abs=5e-5)
    assert rule(math.cos, 0.7, 0.1, prefactor="printed") == pytest.approx(-0.00642, abs=5e-6)
    for shift in (0.1, math.pi / 4, 1.3, 3.0):
        assert rule(math.cos, 0.7, shift) == pytest.approx(-math.sin(0.7), abs=1e-12)
    assert rule(math.cos, 0.7, prefactor="printed") == rule(math.cos, 0.7)


def test_the_rule_on_a_loss_is_not_its_gradient() -> None:
    """ERR-6: (cos t - .3)^2 at .7: +.3865, truth -.5989; in general 2 c sin t against 2 c sin t - sin 2t."""
    found = rule(lambda t: (math.cos(t) - 0.3) ** 2, 0.7)
    assert found == pytest.approx(0.3865, abs=5e-5)
    assert -2 * (math.cos(0.7) - 0.3) * math.sin(0.7) == pytest.approx(-0.5989, abs=5e-5)
    for c in (-0.8, 0.0, 0.3):
        for t in (0.1, 0.7, 2.9):
            assert rule(lambda x, c=c: (math.cos(x) - c) ** 2, t) == pytest.approx(2 * c * math.sin(t), abs=1e-12)


def test_step() -> None:
    assert [step_size(0.01, e) for e in (0, 3, 99)] == pytest.approx([0.01, 0.005, 0.001])
    np.testing.assert_allclose(descend([[1.0, 2.0]], [[4.0, -4.0]], 0.01, 3), [[0.98, 2.02]])


A, B, C = 1.7, 2.4, 0.3


def sinusoid(theta: np.ndarray) -> np.ndarray:
    return A * np.sin(theta[..., 0] + B) + C


def test_printed_rotosolve_lands_on_the_maximum() -> None:
    """ERR-8: arctan goes to -.8292, value 2.0 = C + A; arctan2 to -3.9708 (mod 2 pi), value -1.4 = C - A."""
    theta, evaluations = rotosolve_sweep(sinusoid, [[0.4], [2.0]], angle="arctan")
    np.testing.assert_allclose(theta[:, 0], -0.8292, atol=5e-5)
    np.testing.assert_allclose(sinusoid(theta), 2.0, atol=1e-12)
    assert evaluations == 3
    theta, _ = rotosolve_sweep(sinusoid, [[0.4], [2.0]])
    np.testing.assert_allclose(theta[:, 0], -3.9708 + 2 * np.pi, atol=5e-5)
    np.testing.assert_allclose(sinusoid(theta), -1.4, atol=1e-12)


@pytest.mark.parametrize(("zero", "quarter", "landing"), [(1.0, 2.0, 0.0), (2.0, 1.0, -np.pi), (1.0, 1.0, -np.pi / 2)])
def test_rotosolve_on_a_loss_with_equal_quarters(zero: float, quarter: float, landing: float) -> None:
    """ERR-8, the default cloud: L+ = L-, for both have o = 1/2. 0 if L0 is less, -pi if more, -pi/2 on ties."""
    theta, _ = rotosolve_sweep(lambda t: np.where(np.abs(t[..., 0]) < 0.1, zero, quarter), [0.3])
    assert theta[0] == pytest.approx(landing, abs=1e-15)


def test_rotosolve_with_arctan_stays_where_the_formula_is_0_over_0() -> None:
    theta, _ = rotosolve_sweep(lambda t: np.ones(t.shape[:-1]), [0.3, -2.0], angle="arctan")
    np.testing.assert_array_equal(theta, [0.3, -2.0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: shift_gradient([1.0], [0.0], math.pi), r"shift must lie in \(0, 3.14159\), got 3.14"),
        (lambda: shift_gradient([1.0], [0.0], sign="minus"), "sign must be one of correct, printed, got 'minus'"),
        (lambda: shift_gradient([1.0], [0.0], prefactor="half"), "prefactor must be one of correct, printed"),
        (lambda: shift_gradient([1.0], [0.0, 1.0]), r"one shape \(\*B, P\), got \(1,\) and \(2,\)"),
        (lambda: shift_gradient([np.nan], [0.0]), "plus must be finite, got nan"),
        (lambda: shifted_angles([]), "theta must not be empty"),
        (lambda: step_size(0.0, 0), r"rate must lie in \(0, inf\), got 0"),
        (lambda: step_size(0.01, -1), "episode must be a whole number of at least 0, got -1"),
        (lambda: descend([0.0], [[0.0]], 0.01, 0), r"one shape \(\*B, P\), got \(1,\) and \(1, 1\)"),
        (lambda: rotosolve_sweep(sinusoid, [0.0], angle="atan"), "angle must be one of arctan, arctan2, got 'atan'"),
    ],
)
def test_errors(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
