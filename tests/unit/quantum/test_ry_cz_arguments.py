"""RY-CZ programs: what they refuse, and how they say so."""

import numpy as np
import pytest

from qbench.quantum import memory
from qbench.quantum.ry_cz import RyCzProgram, SortedEnergies


def every(n):
    return "ry", tuple(range(n))


def ansatz(n, depth):
    chain = "cz", tuple((q, q + 1) for q in range(n - 1))
    return [every(n), *[layer for _ in range(depth) for layer in (chain, every(n))]]


LAYERS = {
    "n_qubits must be a whole number of at least 1, got 0": (0, []),
    "n_qubits must be at most 28, got 29": (29, []),
    r"layer 1 must be \('ry', qubits\) or \('cz', pairs\), got 7": (2, [every(2), 7]),
    "kind of layer 0 must be one of cz, ry, got 'rx'": (2, [("rx", (0,))]),
    "qubits of layer 0 must be whole numbers from 0 to 1, got 2": (2, [("ry", (0, 2))]),
    "qubits of layer 0 must be whole numbers from 0 to 1, got True": (2, [("ry", (True,))]),
    "layer 0 must turn a qubit at most once, got .* own layer": (2, [("ry", (1, 1))]),
    r"layer 0 must hold pairs of qubits, got 1": (2, [("cz", (1,))]),
    r"layer 0 must hold pairs of two qubits, each pair once, got \(1, 1\)": (2, [("cz", ((1, 1),))]),
    r"each pair once, got \(1, 0\); two equal CZ cancel": (2, [("cz", ((0, 1), (1, 0)))]),
}


@pytest.mark.parametrize("message", LAYERS)
def test_wrong_circuits_are_refused(message):
    with pytest.raises(ValueError, match=message):
        RyCzProgram(*LAYERS[message])


def test_wrong_arguments_are_refused():
    program, rng = RyCzProgram(3, ansatz(3, 1)), np.random.default_rng(0)
    theta, energies = np.zeros((2, 6)), np.arange(8.0)
    with pytest.raises(ValueError, match="dtype must be float64 or float32, got complex128"):
        RyCzProgram(3, [], dtype=complex)
    for wrong in (np.zeros(6), np.zeros((2, 5)), np.zeros((1, 2, 6))):
        with pytest.raises(ValueError, match=r"theta must have shape \(B, 6\).*flatten leading axes"):
            program.state(wrong)
    with pytest.raises(ValueError, match="theta must be finite, got nan"):
        program.probabilities(np.full((2, 6), np.nan))
    with pytest.raises(ValueError, match=r"cotangents must have shape \(8,\) or \(2, 8\), got \(3, 8\)"):
        program.vjp_probabilities(theta, np.zeros((3, 8)))
    with pytest.raises(ValueError, match="cotangent must be finite"):
        program.vjp_probabilities(theta, np.full(8, np.inf))
    with pytest.raises(ValueError, match="the objective's derivative must be finite"):
        program.value_and_gradient(theta, lambda law: (0.0, np.full(8, np.nan)))
    with pytest.raises(ValueError, match="cotangents must have shape"):
        program.value_and_gradient(theta, lambda law: (0.0, law[:3]))
    for alpha in (0.0, 1.5, np.nan):
        with pytest.raises(ValueError, match=r"alpha must lie in \(0, 1\]"):
            program.cvar(theta, energies, alpha)
    with pytest.raises(ValueError, match=r"energies must have shape \(8,\) or \(2, 8\).*got \(4,\)"):
        program.cvar(theta, np.arange(4.0), 0.5)
    with pytest.raises(ValueError, match=r"energies must have shape \(8,\) or \(2, 8\).*got \(3, 8\)"):
        program.cvar(theta, np.zeros((3, 8)), 0.5)
    with pytest.raises(ValueError, match="shots must be a whole number of at least 1, got 0"):
        program.sample(theta, 0, rng)


def test_wrong_energies_are_refused():
    for wrong in (np.arange(6.0), np.zeros((2, 2, 4))):
        with pytest.raises(ValueError, match=r"energies must have shape \(2\^n,\) or \(B, 2\^n\)"):
            SortedEnergies(wrong)
    with pytest.raises(ValueError, match="energies must be finite"):
        SortedEnergies([0.0, np.nan])
    with pytest.raises(ValueError, match="order must have the shape of energies"):
        SortedEnergies([0.0, 1.0], np.arange(3))
    with pytest.raises(ValueError, match="order does not sort the energies"):
        SortedEnergies([0.0, 1.0], np.array([1, 0]))


def test_more_memory_than_there_is_is_refused(monkeypatch):
    program = RyCzProgram(23, [every(23)])
    monkeypatch.setattr(memory, "available_memory", lambda device: 2**25)
    with pytest.raises(
        ValueError, match=r"a state of 24 qubits .* take about 0.1 GiB, 0.0 GiB are free on cpu: use fewer qubits"
    ):
        RyCzProgram(24, [every(24)])
    with pytest.raises(ValueError, match=r"4 results of 23 qubits take about 0\.2 GiB"):
        program.probabilities(np.zeros((4, 23)))
    with pytest.raises(
        ValueError, match=r"derivatives by a state of 23 qubits take about 0\.1 GiB.* values without gradients"
    ):
        program._work.pull_back(1, np.zeros((1, 2**23)), np.zeros(1), 0.0, 1.0)
    assert RyCzProgram(20, [every(20)]).n_parameters == 20  # too small to be worth asking
