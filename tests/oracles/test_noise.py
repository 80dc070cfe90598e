"""The noisy device against PennyLane's mixed-state simulator, and its readout flips by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qbench.papers.cvar_vqe.circuits import cz_pairs, ry_cz_ansatz
from qbench.papers.cvar_vqe.noise import Noise, NoisyObjective, flipped
from qbench.quantum import compile
from qbench.quantum.cvar import cvar_of_samples

qml = pytest.importorskip("pennylane")

PAULIS = [np.eye(2), np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])]


def pennylane_law(theta, n: int, depth: int, noise: Noise) -> np.ndarray:
    """Return the law of measured strings; wire 0 is the highest bit."""
    strength = noise.two_qubit
    # (1 - l) rho + l 1/4: all sixteen Paulis, the identity with what is left.
    kraus = [
        np.sqrt(strength / 16 + (1 - strength if not a and not b else 0.0)) * np.kron(PAULIS[a], PAULIS[b])
        for a, b in itertools.product(range(4), repeat=2)
    ]

    @qml.qnode(qml.device("default.mixed", wires=n))
    def law():
        for layer in range(depth + 1):
            if layer:
                for a, b in cz_pairs(n, "linear"):
                    wires = [n - 1 - a, n - 1 - b]
                    qml.CZ(wires=wires)
                    qml.QubitChannel(kraus, wires=wires)
            for q in range(n):
                qml.RY(theta[layer * n + q], wires=n - 1 - q)
                qml.DepolarizingChannel(0.75 * noise.one_qubit, wires=n - 1 - q)
        for q in range(n):
            qml.BitFlip(noise.readout, wires=q)
        return qml.probs(wires=range(n))

    return np.asarray(law())


@pytest.mark.parametrize("noise", [Noise(), Noise(one_qubit=0.2, two_qubit=0.3, readout=0.1), Noise().scaled(2.0)])
@pytest.mark.parametrize(("n", "depth"), [(2, 1), (4, 2)])
def test_law_is_that_of_pennylane(noise: Noise, n: int, depth: int) -> None:
    theta = np.random.default_rng(n).uniform(-np.pi, np.pi, (depth + 1) * n)
    objective = NoisyObjective(ry_cz_ansatz(n, depth), np.arange(2.0**n), 0.25, noise)
    np.testing.assert_allclose(objective.probabilities(theta), pennylane_law(theta, n, depth, noise), atol=1e-10)


def test_without_noise_it_is_the_engine() -> None:
    circuit = ry_cz_ansatz(4, 1)
    theta = np.random.default_rng(0).uniform(-np.pi, np.pi, (2, 8))
    objective = NoisyObjective(circuit, np.arange(16.0), 0.25, Noise(one_qubit=0.0, two_qubit=0.0, readout=0.0))
    np.testing.assert_allclose(objective.probabilities(theta), compile(circuit).probabilities(theta), atol=1e-12)


def test_flips_by_hand() -> None:
    certain = np.zeros(8)
    certain[0b011] = 1.0
    law = flipped(certain, 0.1)
    assert law.sum() == pytest.approx(1.0)
    assert law[0b011] == pytest.approx(0.9**3)
    assert law[0b010] == law[0b001] == law[0b111] == pytest.approx(0.9**2 * 0.1)
    assert law[0b100] == pytest.approx(0.1**3)


def test_samples_follow_the_law_and_the_objective_is_their_cvar() -> None:
    energies = np.random.default_rng(1).normal(size=16)
    objective = NoisyObjective(ry_cz_ansatz(4, 1), energies, 0.3, Noise(readout=0.2))
    theta = np.random.default_rng(2).uniform(-np.pi, np.pi, 8)
    value, samples = objective.sampled(theta, 500, [np.random.default_rng(3)])
    assert value == cvar_of_samples(energies[samples], 0.3)
    law = objective.probabilities(theta)
    expected = np.searchsorted(np.cumsum(law) / law.sum(), np.random.default_rng(3).random(500), side="right")
    np.testing.assert_array_equal(samples, expected)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Noise(readout=1.5), r"readout must lie in \[0, 1\], got 1.5"),
        (lambda: Noise().scaled(100.0), "two_qubit must lie in|readout must lie in"),
        (lambda: NoisyObjective(ry_cz_ansatz(13, 0), np.zeros(2**13), 0.5, Noise()), "up to 12 qubits, got 13"),
        (lambda: NoisyObjective(ry_cz_ansatz(2, 0), np.zeros(8), 0.5, Noise()), r"shape \(4,\) for 2 qubits"),
        (lambda: NoisyObjective(ry_cz_ansatz(2, 0), np.zeros(4), 0.0, Noise()), "alpha must lie in"),
        (
            lambda: NoisyObjective(ry_cz_ansatz(2, 0), np.zeros(4), 0.5, Noise()).sampled(np.zeros(2), 4, []),
            "one generator a member, 1, got 0",
        ),
        (
            lambda: NoisyObjective(ry_cz_ansatz(2, 0), np.zeros(4), 0.5, Noise()).value_and_gradient(np.zeros(2)),
            "no exact gradient",
        ),
    ],
    ids=["readout", "scaled", "qubits", "energies", "alpha", "generators", "gradient"],
)
def test_errors(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
