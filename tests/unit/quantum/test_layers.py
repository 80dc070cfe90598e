"""From a circuit of RY and CZ to layers: cancelling pairs, merged rotations, and angles in any order."""

from __future__ import annotations

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector
from qiskit.quantum_info import Statevector

from qbench.quantum import compile
from qbench.quantum.cvar import cvar
from qbench.quantum.layers import ry_cz_layers
from qbench.quantum.lowering import lower
from qbench.quantum.objective import CvarObjective
from qbench.quantum.ry_cz import RyCzProgram

T = ParameterVector("t", 5)


def circuit() -> QuantumCircuit:
    """Angles in another order than the parameters', a pair that stands twice, and two rotations of one qubit."""
    qc = QuantumCircuit(3)
    for q, k in enumerate((2, 0, 3)):
        qc.ry(T[k], q)
    qc.cz(0, 1)
    qc.cz(1, 2)
    qc.cz(1, 0)
    qc.ry(T[4], 0)  # free of the pairs before it: of the first layer
    qc.ry(T[1], 2)
    return qc


def test_layers_are_as_few_as_commuting_allows() -> None:
    layers = ry_cz_layers(lower(circuit()))
    assert layers.layers == (("ry", (0, 1, 2)), ("cz", ((1, 2),)), ("ry", (2,)))
    assert layers.members == ((0, 3), (1,), (2,), (4,))


def test_layers_prepare_the_state_of_the_circuit() -> None:
    layers = ry_cz_layers(lower(circuit()))
    angles = np.random.default_rng(0).normal(size=(4, 5))
    gates = np.stack([angles[:, 2], angles[:, 0], angles[:, 3], angles[:, 4], angles[:, 1]], axis=-1)
    states = RyCzProgram(3, layers.layers).state(layers.gather(gates))
    expected = [Statevector(circuit().assign_parameters(row)).data for row in angles]
    np.testing.assert_allclose(states, expected, atol=1e-14)


def test_angles_in_any_order_get_their_own_derivative() -> None:
    qc = QuantumCircuit(3)
    for layer, order in enumerate(((2, 0, 1), (4, 3))):
        for q, k in enumerate(order):
            qc.ry(T[k], q)
        qc.cz(layer, layer + 1)
    energies = np.random.default_rng(1).normal(size=8)
    objective = CvarObjective(compile(qc), energies, 0.5)
    angles = np.random.default_rng(2).normal(size=5)
    law = Statevector(qc.assign_parameters(angles)).probabilities()
    value, gradient = objective.value_and_gradient(angles)
    assert value == pytest.approx(cvar(energies, law, 0.5)[0], abs=1e-14)
    step = 1e-6 * np.eye(5)
    np.testing.assert_allclose(
        gradient, (objective.value(angles + step) - objective.value(angles - step)) / 2e-6, atol=1e-8
    )


def test_other_gates_are_refused() -> None:
    qc = QuantumCircuit(1)
    qc.h(0)
    with pytest.raises(ValueError, match=r"gates other than RY and CZ: run it through compile\(\)"):
        ry_cz_layers(lower(qc))
