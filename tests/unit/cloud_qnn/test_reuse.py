"""The reuse network against the general engine, and against the closed forms where they are the same."""

import numpy as np
import pytest

from qbench.papers.cloud_qnn.circuits import reuse_circuit
from qbench.papers.cloud_qnn.closed_forms import outputs
from qbench.papers.cloud_qnn.reuse import ReuseNetwork
from qbench.quantum import compile

RNG = np.random.default_rng


@pytest.mark.parametrize(("layers", "n"), [(1, 3), (2, 4), (3, 2)])
def test_outputs_shifts_and_slopes_are_the_engines(layers: int, n: int) -> None:
    network, program = ReuseNetwork(layers, n), compile(reuse_circuit(layers, n))
    theta, phi = RNG(0).uniform(-7, 7, (5, layers, n)), RNG(1).uniform(-7, 7, (5, n))
    ones = ((np.arange(2**n) >> np.arange(n)[:, None]) & 1).astype(float)

    def engine(t):
        return program.probabilities(np.concatenate([phi, t.reshape(5, -1)], axis=-1)) @ ones.T

    np.testing.assert_allclose(network.outputs(theta, phi), engine(theta), atol=1e-10)
    found, slopes = network.shifted_outputs(theta, phi, shift=0.7), network.output_jacobian(theta, phi)
    assert found.shape == (5, 2, layers, n, n)
    for place in np.ndindex(layers, n):
        for sign, move in enumerate((0.7, -0.7)):
            moved = theta.copy()
            moved[(slice(None), *place)] += move
            np.testing.assert_allclose(found[(slice(None), sign, *place)], engine(moved), atol=1e-10)
    rows = np.concatenate([phi, theta.reshape(5, -1)], axis=-1)
    for q in range(n):
        wanted = program.vjp(rows, ones[q])[:, n:].reshape(5, layers, n)
        np.testing.assert_allclose(slopes[:, q], wanted, atol=1e-10)
    if layers == 1:
        np.testing.assert_allclose(network.outputs(theta, phi), outputs(theta, phi), atol=1e-12)


def test_every_output_hears_its_neighbours() -> None:
    """What the literal circuit lacks: an output that depends on several inputs."""
    theta, phi = RNG(2).uniform(-3, 3, (2, 4)), RNG(3).uniform(-3, 3, 4)
    moved = ReuseNetwork().outputs(theta, phi + 0.3 * np.eye(4)) - ReuseNetwork().outputs(theta, phi)
    hears = np.abs(moved.T) > 1e-9  # output by input
    np.testing.assert_array_equal(hears, np.abs(np.subtract.outer(range(4), range(4))) <= 1)


def test_many_channels_a_seed() -> None:
    theta, phi = RNG(4).uniform(-3, 3, (3, 1, 2, 4)), RNG(5).uniform(-3, 3, (3, 7, 4))
    found = ReuseNetwork().outputs(theta, phi)
    assert found.shape == (3, 7, 4)
    np.testing.assert_array_equal(found[2, 5], ReuseNetwork().outputs(theta[2, 0], phi[2, 5]))


def test_outputs_stay_in_0_1() -> None:
    quarters = np.pi / 2 * RNG(6).integers(-4, 5, (500, 2, 4))
    o = ReuseNetwork().outputs(quarters, np.zeros((500, 4)))
    assert o.min() >= 0.0
    assert o.max() <= 1.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ReuseNetwork(0), "n_layer must be a whole number of at least 1, got 0"),
        (lambda: ReuseNetwork().outputs(np.zeros(8), np.zeros(4)), r"theta must be \(\*B, 2, 4\).*got \(8,\)"),
        (lambda: ReuseNetwork().outputs(np.zeros((2, 4)), np.zeros(3)), "phi must have 4 values on the last axis"),
    ],
)
def test_errors(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
