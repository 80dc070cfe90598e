"""Grover's search and the variational circuit against Aer, PennyLane and dense matrices."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch
from qiskit import transpile
from qiskit.quantum_info import SparsePauliOp
from qiskit_aer import AerSimulator

from qbench.papers.tn_qdrl.grover import best_iterations, law
from qbench.papers.tn_qdrl.grover_circuits import n_qubits, on_hardware, search_circuit
from qbench.papers.tn_qdrl.vqc import QUBITS, TnNetwork
from qbench.papers.tn_qdrl.vqc_circuits import amplitude_circuit, angle_circuit
from tests.oracles.tn_qdrl_search_reference import search


def by_aer(circuit):
    """The probabilities (2^n,) of a circuit without parameters."""
    simulator = AerSimulator(method="statevector", max_parallel_threads=1)
    saved = circuit.copy()
    saved.save_probabilities()
    return simulator.run(transpile(saved, simulator, optimization_level=0), shots=1).result().data(0)["probabilities"]


def by_pennylane(n_action, marked, iterations):
    """The probabilities by PennyLane's own Grover gates; its wire 0 is the high bit. N = 2^n only."""
    n = n_qubits(n_action)
    wires = list(range(n))

    @qml.qnode(qml.device("default.qubit", wires=n))
    def circuit():
        for w in wires:
            qml.Hadamard(w)
        for _ in range(iterations):
            qml.FlipSign(marked, wires=wires)
            qml.GroverOperator(wires=wires)
        return qml.probs(wires=wires)

    return np.asarray(circuit())


def whole_law(n_action, marked, iterations):
    own, other = law(n_action, iterations)
    found = np.zeros(2 ** n_qubits(n_action))
    found[:n_action] = other
    found[marked] = own
    return found


@pytest.mark.parametrize("lowered", [False, True], ids=["drawn", "transpiled"])
@pytest.mark.parametrize(("n", "marked"), [(2, 1), (3, 1), (8, 6), (12, 9), (27, 26), (64, 17)])
def test_search_against_aer(n, marked, lowered):
    for tau in {1, best_iterations(n), best_iterations(n) + 2}:
        circuit = search_circuit(n, marked, tau)
        found = by_aer(on_hardware(circuit) if lowered else circuit)
        np.testing.assert_allclose(found, whole_law(n, marked, tau), atol=1e-10)


def test_chained_search_against_aer():
    found = by_aer(search_circuit(20, 13, chained=True))
    np.testing.assert_allclose(found[:32], whole_law(20, 13, best_iterations(20)), atol=1e-10)
    np.testing.assert_allclose(found[32:], 0.0, atol=1e-12)


@pytest.mark.parametrize(("n", "marked"), [(4, 2), (8, 6), (32, 1)])
def test_search_against_pennylane(n, marked):
    for tau in range(5):
        np.testing.assert_allclose(by_pennylane(n, marked, tau), whole_law(n, marked, tau), atol=1e-10)


def test_decision_of_the_small_system_against_aer():
    found = by_aer(search_circuit(324, 323))
    np.testing.assert_allclose(found, whole_law(324, 323, 14), atol=1e-9)
    assert found[323] == pytest.approx(search(324, 323, 14)[323] ** 2, abs=1e-9)


def case(variant):
    first, second = np.random.default_rng([4, 1]), np.random.default_rng([4, 2])
    net = TnNetwork([first], [second], 6, 3, variant=variant, dtype=torch.float64)
    x = torch.from_numpy(np.random.default_rng(5).random((1, 2, 6)))
    y, log_norm = (t.detach() for t in net.encode(x))
    with torch.no_grad():
        # A head that reads the circuit itself: <Z> of the first three qubits.
        net.weight.copy_(torch.eye(*net.weight.shape[1:], dtype=torch.float64)[None])
        net.bias.zero_()
    return net, x, y[0].numpy(), np.exp(log_norm[0].numpy())


@pytest.mark.parametrize("variant", ["amplitude", "angle"])
def test_circuit_values_against_aer(variant):
    net, x, y, scale = case(variant)
    found = net(x)[0].detach().numpy()
    theta = net.middle[0].detach().numpy().ravel()
    n = QUBITS[variant]
    for k in range(2):
        if variant == "angle":
            bound = np.concatenate([np.pi * np.tanh(y[k] * scale[k]), theta])
            circuit = angle_circuit(n).assign_parameters(bound)
        else:
            circuit = amplitude_circuit(y[k]).assign_parameters(theta)
        probabilities = by_aer(circuit)
        z = [probabilities @ (1.0 - 2.0 * (np.arange(2**n) >> q & 1)) for q in range(3)]
        np.testing.assert_allclose(found[k], z, atol=1e-10)


@pytest.mark.parametrize("variant", ["amplitude", "angle"])
def test_circuit_gradients_against_pennylane(variant):
    """By the angles and by what is encoded: backpropagation on default.qubit; wire w is qubit n - 1 - w."""
    net, x, y, scale = case(variant)
    n = QUBITS[variant]

    @qml.qnode(qml.device("default.qubit", wires=n), diff_method="backprop", interface="torch")
    def circuit(data, theta):
        wire = [n - 1 - q for q in range(n)]
        if variant == "angle":
            for q in range(n):
                qml.RY(data[q], wires=wire[q])
        else:
            qml.StatePrep(data, wires=range(n), normalize=True)
        for layer in theta:
            for q in range(n):
                qml.RY(layer[q], wires=wire[q])
            for q in range(n):
                qml.CNOT(wires=[wire[q], wire[(q + 1) % n]])
        return [qml.expval(qml.PauliZ(wire[q])) for q in range(3)]

    weights = torch.tensor([0.3, -1.2, 0.7], dtype=torch.float64)
    (net(x)[0, 0] * weights).sum().backward()
    # The label core is linear in y: its gradient is that by y, seen through what stands around it.
    data = torch.from_numpy(y[0] * scale[0]).requires_grad_()
    theta = net.middle[0].detach().clone().requires_grad_()
    encoded = torch.tanh(data) * torch.pi if variant == "angle" else data
    (torch.stack(circuit(encoded, theta)) * weights).sum().backward()
    np.testing.assert_allclose(net.middle.grad[0].numpy(), theta.grad.numpy(), atol=1e-10)
    chained = torch.from_numpy(y[0] * scale[0]) @ data.grad
    np.testing.assert_allclose((net.label.grad * net.label).sum().item(), chained.item(), atol=1e-10)


def test_observable_of_the_readout():
    """<Z> of qubit q is qiskit's Z at place q from the right."""
    net, x, y, _ = case("amplitude")
    from qiskit.quantum_info import Statevector

    state = Statevector(amplitude_circuit(y[0]).assign_parameters(net.middle[0].detach().numpy().ravel()))
    z = [state.expectation_value(SparsePauliOp(label)).real for label in ("IIZ", "IZI", "ZII")]
    np.testing.assert_allclose(net(x)[0, 0].detach(), z, atol=1e-10)
