"""Trajectories on Aer against exact noise where that is possible, and on 16 qubits against no noise and all noise."""

from __future__ import annotations

import numpy as np
import pytest

from qbench.papers.hqcnn.depolarising import Depolarising
from qbench.papers.hqcnn.layout import Layout
from qbench.papers.hqcnn.noise import noisy_expectation
from qbench.papers.hqcnn.rules import circuit_values
from qbench.papers.hqcnn.trajectories import trajectory_expectation


def drawn(layout, inputs=2):
    rng = np.random.default_rng(layout.n_qubits)
    return rng.uniform(-3, 3, (inputs, layout.n_qubits)), rng.uniform(-7, 7, layout.n_angles)


def assert_within_shot_noise(found, exact, shots):
    """Five standard errors, for fixed draws; a wire without spread leaves one shot's worth."""
    allowed = 5.0 * np.sqrt(np.maximum(1.0 - exact**2, 1.0 / shots) / shots)
    assert (np.abs(found - exact) < allowed).all()


@pytest.mark.parametrize(
    "noise",
    [
        Depolarising(p=0.05),
        Depolarising(p=0.1, places="cx_only"),
        Depolarising(p=0.05, convention="pennylane"),
        Depolarising(p=0.02, scale=3.0),
        Depolarising(p=0.02, scale=3.0, scaling="linear"),
    ],
    ids=lambda noise: f"{noise.convention} {noise.places} {noise.scaling} {noise.scale:g}",
)
def test_estimates_agree_with_the_exact_values(noise) -> None:
    layout, shots = Layout(n_qubits=4), 4000
    h, theta = drawn(layout)
    exact = noisy_expectation(layout, h[None], theta[None], noise)[0]
    found = trajectory_expectation(layout, h, theta, noise, shots, np.random.default_rng(1))
    assert_within_shot_noise(found, exact, shots)
    # The noise is there: without it these shots would not agree.
    clean = np.stack([circuit_values(layout, row, theta[None])[0] for row in h])
    with pytest.raises(AssertionError):
        assert_within_shot_noise(found, clean, shots)


def test_sixteen_qubits() -> None:
    layout, shots = Layout(n_qubits=16), 64
    h, theta = drawn(layout, inputs=1)
    clean = circuit_values(layout, h[0], theta[None])
    rng = np.random.default_rng(2)
    assert clean.shape == (1, 16)
    assert_within_shot_noise(trajectory_expectation(layout, h, theta, Depolarising(p=0.0), shots, rng), clean, shots)
    lost = trajectory_expectation(layout, h, theta, Depolarising(p=1.0), shots, rng)
    assert_within_shot_noise(lost, np.zeros((1, 16)), shots)
    assert np.abs(clean).max() > 0.5


def test_draws_are_the_generators() -> None:
    layout = Layout(n_qubits=4)
    h, theta = drawn(layout)

    def found(seed):
        return trajectory_expectation(layout, h, theta, Depolarising(p=0.1), 100, np.random.default_rng(seed)).tolist()

    assert found(3) == found(3) != found(4)


@pytest.mark.parametrize(
    ("layout", "h", "noise", "shots", "message"),
    [
        (Layout(n_qubits=4), np.zeros((1, 8)), Depolarising(p=0.1), 10, r"h must be \(inputs, 4\)"),
        (Layout(n_qubits=4), np.zeros(4), Depolarising(p=0.1), 10, "h"),
        (Layout(n_qubits=4), np.full((1, 4), np.nan), Depolarising(p=0.1), 10, "h must be finite"),
        (Layout(n_qubits=4), np.zeros((1, 4)), Depolarising(p=0.1), 0, "shots"),
        (Layout(n_qubits=4), np.zeros((1, 4)), Depolarising(p=0.1, places="per_layer"), 10, "take places"),
        (Layout(n_qubits=4, pooling=True), np.zeros((1, 4)), Depolarising(p=0.1), 10, "take pooling=False"),
    ],
)
def test_errors(layout, h, noise, shots, message) -> None:
    theta = np.zeros(layout.n_angles)
    with pytest.raises(ValueError, match=message):
        trajectory_expectation(layout, h, theta, noise, shots, np.random.default_rng(0))
