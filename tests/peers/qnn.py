"""The QNN workload: a batch of inputs, weights shared by all, mean squared error of every <Z>, weight gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from qbench.quantum.shared import share
from tests.benchmarks.qnn_workload import LAYERS, Workload


def ours(work: Workload) -> Callable[[], np.ndarray]:
    """Return the gradient by `share`: inputs encoded once, as they do not change between steps."""
    program = share(work.circuit, work.inputs, work.observables)
    states = program.encode(work.x)

    def gradient() -> np.ndarray:
        values, pull = program.pullback(states, work.weights)
        return pull(2.0 * (values - work.target) / values.size)

    return gradient


def pennylane_gradient(work: Workload, device: str, method: str) -> Callable[[], np.ndarray]:
    """Return the gradient in torch through a PennyLane device, inputs broadcast; wire q is qubit q."""
    import pennylane as qml
    import torch

    n = work.n

    @qml.qnode(qml.device(device, wires=n), diff_method=method, interface="torch")
    def outputs(x: Any, w: Any) -> Any:
        for q in range(n):
            qml.RY(x[:, q], wires=q)
        for layer in range(LAYERS):
            for q in range(n):
                k = 3 * (layer * n + q)
                qml.RX(w[k], wires=q)
                qml.RY(w[k + 1], wires=q)
                qml.RZ(w[k + 2], wires=q)
            for q in range(n):
                qml.CNOT(wires=[q, (q + 1) % n])
        return [qml.expval(qml.PauliZ(q)) for q in range(n)]

    x, target = torch.as_tensor(work.x), torch.as_tensor(work.target)

    def gradient() -> np.ndarray:
        w = torch.tensor(work.weights, requires_grad=True)
        values = torch.stack(outputs(x, w), dim=-1)
        ((values - target) ** 2).mean().backward()
        return w.grad.numpy()

    return gradient


def estimator_qnn_gradient(work: Workload) -> Callable[[], np.ndarray]:
    """Return the gradient by qiskit-machine-learning: exact estimator, its default shift rule, one call a batch."""
    from qiskit.primitives import StatevectorEstimator
    from qiskit.quantum_info import SparsePauliOp
    from qiskit_machine_learning.neural_networks import EstimatorQNN

    weights = [p for p in work.circuit.parameters if p not in set(work.inputs)]
    network = EstimatorQNN(
        circuit=work.circuit,
        estimator=StatevectorEstimator(),
        observables=[SparsePauliOp.from_sparse_list([("Z", [q], 1.0)], work.n) for q in range(work.n)],
        input_params=work.inputs,
        weight_params=weights,
        default_precision=0.0,
    )

    def gradient() -> np.ndarray:
        values = network.forward(work.x, work.weights)
        _, slopes = network.backward(work.x, work.weights)
        return np.einsum("bo,bow->w", 2.0 * (values - work.target) / values.size, slopes)

    return gradient
