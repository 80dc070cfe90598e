"""The classical twin: consequences that the paper's reader would meet, the sampler, and bad input."""

import numpy as np
import pytest

from qbench.papers.cloud_qnn.closed_forms import (
    expectations,
    joint_law,
    output_jacobian,
    outputs,
    product_values,
    sample,
    shifted_outputs,
)

RNG = np.random.default_rng
THETA, PHI = RNG(0).uniform(0, 7, (5, 2, 4)), RNG(1).uniform(0, 7, (5, 4))


def test_by_hand() -> None:
    theta, phi = np.array([[0.3, 0.5], [0.7, 1.1]]), np.array([0.2, 0.4])
    wanted = [-np.sin(0.3) * np.cos(0.2), -np.sin(0.5) * np.cos(0.4)]
    wanted += [-np.cos(0.7) * np.sin(0.5) * np.cos(0.4), np.cos(1.1)]
    np.testing.assert_allclose(expectations(theta, phi).ravel(), wanted, atol=1e-15)
    np.testing.assert_allclose(outputs(theta, phi, readout="all"), (1 - np.array(wanted)) / 2, atol=1e-15)


def test_default_model_is_one_input_and_a_static_assignment() -> None:
    """L = 2: APs 2..4 ignore the channel, AP 1 listens to AP 4's alone."""
    rng = RNG(2)
    moved = outputs(THETA, PHI + rng.normal(size=4) * np.array([1, 1, 1, 0]))
    np.testing.assert_array_equal(moved, outputs(THETA, PHI))
    moved = outputs(THETA, PHI + np.array([0, 0, 0, 1.0]))
    np.testing.assert_array_equal(moved[:, 1:], outputs(THETA, PHI)[:, 1:])
    assert np.abs(moved[:, 0] - outputs(THETA, PHI)[:, 0]).min() > 0


def test_one_layer_at_a_right_angle_is_a_random_assignment() -> None:
    """o = (1 + cos phi)/2, phi uniform: users 0, 1, 2 with probabilities .3918, .2163, .3918."""
    phi = (np.arange(300_000) + 0.5) / 300_000 * 2 * np.pi
    o = outputs(np.full((1, 1), np.pi / 2), phi[:, None])[:, 0]
    shares = np.bincount(np.minimum((o * 3).astype(int), 2)) / o.size
    outer = np.arccos(1 / 3) / np.pi
    np.testing.assert_allclose(shares, [outer, 1 - 2 * outer, outer], atol=1e-5)
    assert outer == pytest.approx(0.3918, abs=5e-5)
    assert 1 - 2 * outer == pytest.approx(0.2163, abs=5e-5)


def test_zero_angles_in_the_last_layer_are_a_fixed_point_of_the_shift_rule() -> None:
    """theta_2 = 0: both shifts of an angle give o = 1/2, so the rule sees no difference, whatever the loss."""
    theta = THETA.copy()
    theta[:, 1] = 0.0
    np.testing.assert_array_equal(outputs(theta, PHI)[:, 1:], 0.0)
    z = -np.sin(theta[:, 0, 3]) * np.cos(PHI[:, 3])
    np.testing.assert_allclose(outputs(theta, PHI)[:, 0], (1 - z) / 2, atol=1e-15)
    both = shifted_outputs(theta, PHI)[:, :, 1]
    for n in range(4):
        np.testing.assert_allclose(both[:, :, n, n], 0.5, atol=1e-15)


@pytest.mark.parametrize("readout", ["last", "first", "all"])
@pytest.mark.parametrize("order", ["operator", "circuit"])
@pytest.mark.parametrize(("layers", "n"), [(1, 1), (1, 3), (2, 1), (2, 4), (3, 2)])
def test_shifted_outputs_are_outputs_at_shifted_angles(layers: int, n: int, order: str, readout: str) -> None:
    theta, phi = RNG(3).uniform(0, 7, (5, layers, n)), RNG(4).uniform(0, 7, (5, n))
    found = shifted_outputs(theta, phi, shift=0.7, order=order, readout=readout)
    for sign, move in enumerate((0.7, -0.7)):
        for place in np.ndindex(layers, n):
            moved = theta.copy()
            moved[(slice(None), *place)] += move
            wanted = outputs(moved, phi, order=order, readout=readout)
            np.testing.assert_array_equal(found[(slice(None), sign, *place)], wanted)


def test_jacobian_is_a_difference_quotient() -> None:
    step = 1e-6
    for readout in ("last", "first", "all"):
        found = output_jacobian(THETA, PHI, readout=readout)
        for place in np.ndindex(2, 4):
            move = np.zeros((2, 4))
            move[place] = step
            slope = (outputs(THETA + move, PHI, readout=readout) - outputs(THETA - move, PHI, readout=readout)) / (
                2 * step
            )
            np.testing.assert_allclose(found[(..., *place)], slope, atol=1e-9)


def test_leading_axes_broadcast() -> None:
    """One row of angles a seed, many channels a seed."""
    many = RNG(5).uniform(0, 7, (5, 11, 4))
    found = outputs(THETA[:, None], many)
    assert found.shape == (5, 11, 4)
    np.testing.assert_array_equal(found[3, 7], outputs(THETA[3], many[3, 7]))
    assert shifted_outputs(THETA[:, None], many).shape == (5, 11, 2, 2, 4, 4)
    assert output_jacobian(THETA[:, None], many).shape == (5, 11, 4, 2, 4)


@pytest.mark.parametrize(("layers", "n"), [(2, 2), (3, 1)])
def test_samples_follow_the_joint_law(layers: int, n: int) -> None:
    """The frequencies that the uniforms of one generator give, against the law: within 5 standard errors."""
    theta, phi = RNG(6).uniform(0, 7, (layers, n)), RNG(7).uniform(0, 7, n)
    shots = 200_000
    bits = sample(theta, phi, shots, RNG(8))
    assert bits.shape == (shots, layers, n)
    index = (bits.reshape(shots, -1) << np.arange(layers * n)).sum(axis=1)
    law = joint_law(theta, phi)
    assert law.sum() == pytest.approx(1.0, abs=1e-12)
    error = np.sqrt(law * (1 - law) / shots)
    assert np.all(np.abs(np.bincount(index, minlength=len(law)) / shots - law) < 5 * error + 1e-12)


def test_samples_of_a_batch() -> None:
    assert sample(THETA, PHI, 3, RNG(0)).shape == (5, 3, 2, 4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: outputs(THETA, PHI[:, :3]), r"same number of neurons on the last axis, got shapes .*theta is"),
        (lambda: outputs(THETA[0, 0], PHI), r"theta must have at least 2 axes, got shape \(4,\); theta is"),
        (lambda: outputs(THETA, 1.0), r"phi must have at least 1 axes, got shape \(\); phi is"),
        (lambda: outputs(THETA, np.full(4, np.nan)), r"phi must be finite, got nan at index \(0,\)"),
        (lambda: outputs(THETA[:3], PHI), r"leading axes of theta \(3, 2, 4\) and phi \(5, 4\) must broadcast; insert"),
        (lambda: outputs(THETA, PHI, readout="lasts"), "readout must be one of all, first, last, got 'lasts'"),
        (lambda: shifted_outputs(THETA, PHI, readout="lasts"), "readout must be one of"),
        (lambda: shifted_outputs(THETA, PHI, order="op"), "order must be one of"),
        (lambda: shifted_outputs(THETA, PHI, cz_range="op"), "cz_range must be one of"),
        (lambda: expectations(THETA, PHI, order="op"), "order must be one of circuit, operator, got 'op'"),
        (lambda: expectations(THETA, PHI, cz_range="op"), "cz_range must be one of"),
        (lambda: product_values(np.zeros((0, 2, 4)), PHI), "theta must not be empty"),
        (lambda: sample(THETA, PHI, 0, RNG(0)), "shots must be a whole number of at least 1, got 0"),
        (lambda: joint_law(np.zeros((3, 7)), np.zeros(7)), r"a law over 2\^21 strings is too long.*`sample` instead"),
    ],
)
def test_errors(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
