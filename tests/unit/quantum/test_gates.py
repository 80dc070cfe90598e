"""Every gate against Qiskit's own matrix, and the flags that the engine trusts."""

import numpy as np
import pytest
import torch
from qiskit.circuit.library import get_standard_gate_name_mapping

from qbench.quantum.gates import GATES

QISKIT = get_standard_gate_name_mapping()
EXPECTED = {"h", "x", "y", "z", "s", "t", "rx", "ry", "rz", "u", "cx", "cz", "crx", "cry", "crz", "swap", "rzz"}


def test_the_supported_gates_are_these():
    assert set(GATES) == EXPECTED


def reference(name, angles):
    return QISKIT[name].base_class(*[float(a) for a in angles]).to_matrix()


def matrices(name, angles, dtype=torch.complex128):
    return GATES[name].matrix(torch.as_tensor(angles), dtype).numpy()


def turns(name, *batch):
    return np.random.default_rng(len(name)).uniform(-13, 13, (*batch, GATES[name].angles))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_matrix_is_qiskits(name):
    """First qubit = lowest bit, which is Qiskit's convention too; phases included."""
    gate = GATES[name]
    assert (gate.qubits, gate.angles) == (QISKIT[name].num_qubits, len(QISKIT[name].params))
    for angles in turns(name, 5):
        assert matrices(name, angles) == pytest.approx(reference(name, angles), abs=1e-15)


@pytest.mark.parametrize("name", sorted(n for n in EXPECTED if GATES[n].angles))
def test_leading_axes_are_a_batch(name):
    angles = turns(name, 2, 3)
    found = matrices(name, angles)
    size = 2 ** GATES[name].qubits
    assert found.shape == (2, 3, size, size)
    assert found[1, 2] == pytest.approx(reference(name, angles[1, 2]), abs=1e-15)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_flags_say_what_the_matrices_are(name):
    """`real` and `diagonal` hold for every angle, and are not withheld where they would hold."""
    gate = GATES[name]
    references = np.array([reference(name, angles) for angles in turns(name, 5)])
    assert gate.real == (np.abs(references.imag).max() == 0)
    off = references * (1 - np.eye(2**gate.qubits))
    assert gate.diagonal == (np.abs(off).max() == 0)


@pytest.mark.parametrize("name", sorted(EXPECTED))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_precision_is_that_asked_for(name, dtype):
    real, whole = {
        "float32": (torch.float32, torch.complex64),
        "float64": (torch.float64, torch.complex128),
    }[dtype]
    gate = GATES[name]
    angles = torch.as_tensor(turns(name), dtype=real)
    assert gate.matrix(angles, whole).dtype == whole
    if gate.real:
        assert gate.matrix(angles, real).dtype == real


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_frequencies_are_those_of_the_generator(name):
    """Every entry of U rho U^dagger, for every rho, has these frequencies in each angle and needs all of them.

    Over 4 pi in 16 steps the harmonic k of the Fourier transform is the frequency k / 2.
    """
    gate = GATES[name]
    assert len(gate.frequencies) == gate.angles
    for k, frequencies in enumerate(gate.frequencies):
        rows = np.tile(turns(name), (16, 1))
        rows[:, k] += np.arange(16) * 4 * np.pi / 16
        channels = np.array([np.kron(u, u.conj()) for u in (reference(name, angles) for angles in rows)])
        weights = np.abs(np.fft.fft(channels, axis=0)).max(axis=(1, 2))
        found = {j / 2 for j in range(1, 9) if weights[j] > 1e-9}
        assert found == set(frequencies)
