"""Beams of measured qubits, by hand and by difference quotients, and the network that makes them."""

import numpy as np
import pytest

from qbench.papers.cloud_edge_qnn.beams import BEAMS, beam_pullback, beams
from qbench.papers.cloud_edge_qnn.circuits import MIDDLES
from qbench.papers.cloud_edge_qnn.network import EdgeNetwork

R = np.array([[0.6, 0.1, 0.3], [-0.2, 0.5, 0.0], [0.9, 0.9, 0.9]])  # three qubits, two antennas


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("zx", [0.3 + 0.6j, -0.2j]),
        ("xy", [0.6 + 0.1j, -0.2 + 0.5j]),
        ("o", [0.35, 0.5]),
        ("phase", [np.exp(0.7j * np.pi), np.exp(1j * np.pi)]),
    ],
)
def test_by_hand(kind: str, raw: list[complex]) -> None:
    np.testing.assert_allclose(beams(R, 2, kind), np.array(raw) / np.linalg.norm(raw), atol=1e-15)


def test_no_direction_gives_the_constant_beam() -> None:
    np.testing.assert_allclose(beams(np.zeros((4, 3, 3))), np.full((4, 2), np.sqrt(0.5)))
    np.testing.assert_array_equal(beam_pullback(np.full((3, 3), 1e-13), np.ones(2)), 0.0)
    np.testing.assert_allclose(beams(np.full((3, 3), 1e-11)), (1 + 1j) / 2 * np.ones(2))


@pytest.mark.parametrize("kind", BEAMS)
def test_pullback_is_a_difference_quotient(kind: str) -> None:
    rng = np.random.default_rng(0)
    r, c = rng.uniform(-1, 1, (4, 3, 3)), rng.normal(size=(4, 2)) + 1j * rng.normal(size=(4, 2))
    found, step = beam_pullback(r, c, 2, kind), 1e-6

    def value(x):
        return (c.conj() * beams(x, 2, kind)).real.sum(axis=-1)

    for place in np.ndindex(3, 3):
        move = np.zeros((3, 3))
        move[place] = step
        np.testing.assert_allclose(found[(..., *place)], (value(r + move) - value(r - move)) / (2 * step), atol=1e-8)


@pytest.mark.parametrize("kind", BEAMS)
@pytest.mark.parametrize("middle", MIDDLES)
@pytest.mark.parametrize("order", ["operator", "circuit"])
def test_gradient_of_the_network_is_a_difference_quotient(kind: str, middle: str, order: str) -> None:
    network, rng, step = EdgeNetwork(kind=kind, middle=middle, order=order), np.random.default_rng(1), 1e-6
    phi, theta = rng.uniform(-3, 3, (5, 3)), rng.uniform(-3, 3, (5, network.n_weights))
    c = rng.normal(size=(5, 2)) + 1j * rng.normal(size=(5, 2))

    def value(t):
        return (c.conj() * network.beams(phi, t)).real.sum(axis=-1)

    slopes = [(value(theta + m) - value(theta - m)) / (2 * step) for m in step * np.eye(network.n_weights)]
    np.testing.assert_allclose(network.gradient(phi, theta, c), np.stack(slopes, axis=-1), atol=1e-6)


def test_identity_and_zx_train_nothing() -> None:
    """<Z> = 0 leaves v = i (<X_1>, <X_2>), and <X_1> = 0: the beam is +-i on antenna 2, whatever the angles."""
    network, rng = EdgeNetwork(middle="identity"), np.random.default_rng(2)
    phi, theta = rng.uniform(-3, 3, (50, 3)), rng.uniform(-3, 3, (50, 3))
    v = network.beams(phi, theta)
    np.testing.assert_allclose(np.abs(v), np.broadcast_to([0.0, 1.0], (50, 2)), atol=1e-12)


def test_shifted_beams_are_beams_at_shifted_angles() -> None:
    network, rng = EdgeNetwork(), np.random.default_rng(3)
    phi, theta = rng.uniform(-3, 3, (4, 1, 3)), rng.uniform(-3, 3, (4, 2, 6))
    found = network.shifted_beams(phi, theta)
    assert found.shape == (4, 2, 2, 6, 2)
    moved = theta.copy()
    moved[..., 5] -= np.pi / 2
    np.testing.assert_allclose(found[..., 1, 5, :], network.beams(phi, moved), atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: beams(R, 4), "n_tx must be at most the number of qubits.*got 4 for 3 qubits; Eq"),
        (lambda: beams(R, 2, "xz"), "kind must be one of o, phase, xy, zx, got 'xz'"),
        (lambda: beams(R[:, :2]), r"bloch must be \(\*B, qubits, 3\).*got shape \(3, 2\)"),
        (lambda: beams(np.full((3, 3), np.nan)), "bloch must be finite, got nan"),
        (lambda: beam_pullback(R, np.ones(3)), r"cotangent must be \(2,\), one complex number an antenna, got \(3,\)"),
        (lambda: EdgeNetwork(n_users=2, n_tx=3), "n_tx must be at most the number of qubits"),
        (lambda: EdgeNetwork(middle="none"), "middle must be one of"),
        (lambda: EdgeNetwork().beams(np.zeros(3), np.zeros(3)), "theta must have 6 values on the last axis"),
    ],
)
def test_errors(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
