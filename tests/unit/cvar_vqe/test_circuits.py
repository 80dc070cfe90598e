"""What Eq. (11) fixes: layers, parameter order, real amplitudes, reach of all basis states, gate counts and depth."""

import re

import numpy as np
import pytest
from qiskit.quantum_info import Statevector

from qbench.papers.cvar_vqe.circuits import ENTANGLEMENTS, cz_pairs, ry_cz_ansatz


def state(circuit, theta):
    return Statevector(circuit.assign_parameters(theta)).data


def angles(circuit, seed=0):
    return np.random.default_rng(seed).uniform(-np.pi, np.pi, circuit.num_parameters)


@pytest.mark.parametrize(
    ("n", "entanglement", "pairs"),
    [
        (4, "linear", [(0, 1), (1, 2), (2, 3)]),
        (4, "ring", [(0, 1), (1, 2), (2, 3), (3, 0)]),
        (2, "ring", [(0, 1)]),
        (1, "ring", []),
        (1, "linear", []),
        (3, "full", [(0, 1), (0, 2), (1, 2)]),
        (3, "none", []),
    ],
)
def test_pairs(n, entanglement, pairs):
    assert cz_pairs(n, entanglement) == pairs


@pytest.mark.parametrize("depth", range(4))
@pytest.mark.parametrize("entanglement", ENTANGLEMENTS)
def test_gate_and_parameter_counts(depth, entanglement):
    circuit = ry_cz_ansatz(5, depth, entanglement)
    assert circuit.num_parameters == 5 * (depth + 1)
    counts = circuit.count_ops()
    assert counts["ry"] == 5 * (depth + 1)
    assert counts.get("cz", 0) == depth * {"linear": 4, "ring": 5, "full": 10, "none": 0}[entanglement]
    assert set(counts) <= {"ry", "cz"}


def test_parameters_are_layer_major_and_sorted_by_number():
    """24 parameters: an order by name would put theta[10] before theta[2]."""
    circuit = ry_cz_ansatz(8, 2)
    drawn = [(g.params[0], circuit.find_bit(g.qubits[0]).index) for g in circuit.data if g.operation.name == "ry"]
    assert [parameter for parameter, _ in drawn] == list(circuit.parameters)
    assert [p.index for p in circuit.parameters] == list(range(24))
    assert [qubit for _, qubit in drawn] == list(range(8)) * 3


@pytest.mark.parametrize(
    ("n", "entanglement", "depth", "total", "two_qubit"),
    [
        (16, "linear", 1, 17, 15),
        (16, "linear", 2, 20, 17),
        (16, "linear", 3, 23, 19),
        (8, "linear", 1, 9, 7),
        (3, "linear", 2, 7, 4),
        (16, "full", 1, 31, 29),
        (16, "full", 2, 48, 45),
        (8, "full", 3, 33, 29),
    ],
)
def test_depth_as_drawn(n, entanglement, depth, total, two_qubit):
    """Linear n + 3p - 2, two-qubit n - 1 + 2(p - 1); full 2n - 1 + (p - 1)(n + 1), two-qubit 2n - 3 + (p - 1)n."""
    circuit = ry_cz_ansatz(n, depth, entanglement)
    assert circuit.depth() == total
    assert circuit.depth(lambda g: g.operation.num_qubits == 2) == two_qubit


@pytest.mark.parametrize("depth", range(4))
@pytest.mark.parametrize("n", range(1, 5))
def test_reaches_every_basis_state(n, depth):
    """theta_0 = pi b and every other angle 0: RY(pi) flips, CZ only signs, RY(0) = 1."""
    circuit = ry_cz_ansatz(n, depth, "full")
    for b in range(2**n):
        theta = np.zeros(circuit.num_parameters)
        theta[:n] = [np.pi * ((b >> q) & 1) for q in range(n)]
        amplitudes = state(circuit, theta)
        assert abs(amplitudes[b]) ** 2 == pytest.approx(1, abs=1e-12)
        assert amplitudes[b].imag == 0


@pytest.mark.parametrize("entanglement", ENTANGLEMENTS)
def test_zero_angles_leave_the_ground_state(entanglement):
    circuit = ry_cz_ansatz(4, 2, entanglement)
    assert state(circuit, np.zeros(12)) == pytest.approx(np.eye(16)[0], abs=1e-15)


@pytest.mark.parametrize("entanglement", ENTANGLEMENTS)
@pytest.mark.parametrize("depth", [0, 1, 3])
def test_real_and_normalised(entanglement, depth):
    circuit = ry_cz_ansatz(4, depth, entanglement)
    amplitudes = state(circuit, angles(circuit))
    assert not np.any(amplitudes.imag)
    assert np.linalg.norm(amplitudes) == pytest.approx(1, abs=1e-12)


def test_period_of_every_angle():
    circuit = ry_cz_ansatz(3, 2, "ring")
    theta = angles(circuit)
    amplitudes = state(circuit, theta)
    for k in range(len(theta)):
        step = np.eye(len(theta))[k] * 2 * np.pi
        assert state(circuit, theta + step) == pytest.approx(-amplitudes, abs=1e-12)
        assert state(circuit, theta + 2 * step) == pytest.approx(amplitudes, abs=1e-12)


def test_depth_zero_is_a_product_with_qubit_0_as_the_low_bit():
    circuit = ry_cz_ansatz(3, 0)
    theta = angles(circuit)
    product = np.ones(1)
    for t in theta:
        product = np.kron([np.cos(t / 2), np.sin(t / 2)], product)
    assert state(circuit, theta) == pytest.approx(product, abs=1e-14)


def test_without_entanglement_layers_add_up():
    deep, flat = ry_cz_ansatz(3, 2, "none"), ry_cz_ansatz(3, 0)
    theta = angles(deep)
    assert state(deep, theta) == pytest.approx(state(flat, theta.reshape(3, 3).sum(axis=0)), abs=1e-14)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ry_cz_ansatz(0, 1), "n_qubits must be a whole number of at least 1, got 0"),
        (lambda: ry_cz_ansatz(2, -1), "depth must be a whole number of at least 0, got -1"),
        (lambda: ry_cz_ansatz(2, 1.0), "depth must be a whole number of at least 0, got 1.0"),
        (lambda: ry_cz_ansatz(2, 1, "liner"), "got 'liner'; did you mean 'linear'?"),
        (lambda: cz_pairs(2, "all"), "entanglement must be one of full, linear, none, ring, got 'all'"),
    ],
)
def test_errors_name_the_value_and_the_limit(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
