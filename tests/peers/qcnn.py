"""The convolutional circuit on each engine, the way its documentation would have it run fast; wire q is qubit q."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from qbench.papers.hqcnn.circuits import qcnn_circuit
from tests.benchmarks.qcnn_workload import Workload, joined


def pennylane_block(p: Any, a: int, b: int, after: Callable[..., None]) -> None:
    """Queue one block in PennyLane; `after(wires)` follows every gate."""
    import pennylane as qml

    def put(gate: Any, angles: Any, *wires: int) -> None:
        gate(*angles, wires=list(wires))
        after(wires)

    put(qml.U3, (p[0], p[1], p[2]), a)
    put(qml.U3, (p[3], p[4], p[5]), b)
    put(qml.CNOT, (), a, b)
    put(qml.RY, (p[6],), a)
    put(qml.RZ, (p[7],), b)
    put(qml.CNOT, (), b, a)
    put(qml.RY, (p[8],), a)
    put(qml.CNOT, (), a, b)
    put(qml.U3, (p[9], p[10], p[11]), a)
    put(qml.U3, (p[12], p[13], p[14]), b)


def torch_layer_step(work: Workload) -> Callable[[], np.ndarray]:
    """Return the gradients by PennyLane's TorchLayer on default.qubit with backpropagation, seed after seed."""
    import pennylane as qml
    import torch

    @qml.qnode(qml.device("default.qubit", wires=8), diff_method="backprop", interface="torch")
    def circuit(inputs: Any, theta: Any) -> Any:
        for q in range(8):
            qml.RY(2.0 * inputs[..., q], wires=q)
        for block in work.layout.blocks:
            pennylane_block(theta, *block.wires, after=lambda _: None)
        return [qml.expval(qml.PauliZ(q)) for q in range(8)]

    layer = qml.qnn.TorchLayer(circuit, {"theta": 15}).double()

    def step() -> np.ndarray:
        found = []
        for h, theta, target in zip(work.h, work.theta, work.target, strict=True):
            x = torch.tensor(h, requires_grad=True)
            layer.theta.data.copy_(torch.tensor(theta))
            layer.theta.grad = None
            (layer(x) - torch.tensor(target)).square().sum().backward()
            found.append(joined(x.grad[None], layer.theta.grad[None]))
        return np.concatenate(found)

    return step


def pyqtorch_step(work: Workload) -> Callable[[], np.ndarray]:
    """Return the gradients by pyqtorch's state vector and torch's autograd, seed after seed; U as RZ RY RZ."""
    import pyqtorch as pyq
    import torch

    gates: list[Any] = [pyq.RY(q, f"h{q}") for q in range(8)]
    for block in work.layout.blocks:
        a, b = block.wires

        def u(first: int, q: int) -> list[Any]:
            return [pyq.RZ(q, f"p{first + 2}"), pyq.RY(q, f"p{first}"), pyq.RZ(q, f"p{first + 1}")]

        gates += [*u(0, a), *u(3, b), pyq.CNOT(a, b), pyq.RY(a, "p6"), pyq.RZ(b, "p7")]
        gates += [pyq.CNOT(b, a), pyq.RY(a, "p8"), pyq.CNOT(a, b), *u(9, a), *u(12, b)]
    circuit = pyq.QuantumCircuit(8, gates)
    count = work.h.shape[1]
    index = torch.arange(256)
    # Its state has a qubit an axis, qubit 0 first, and the batch last.
    signs = torch.stack([1.0 - 2.0 * ((index >> (7 - q)) & 1) for q in range(8)]).double()

    def step() -> np.ndarray:
        found = []
        for h, theta, target in zip(work.h, work.theta, work.target, strict=True):
            x, t = torch.tensor(h, requires_grad=True), torch.tensor(theta, requires_grad=True)
            values = {f"h{q}": 2.0 * x[:, q] for q in range(8)} | {f"p{k}": t[k] for k in range(15)}
            start = pyq.zero_state(8, batch_size=count)
            state = pyq.run(circuit, start, values)
            law = state.abs().square().reshape(256, count)
            ((signs @ law).T - torch.tensor(target)).square().sum().backward()
            found.append(joined(x.grad[None], t.grad[None]))
        return np.concatenate(found)

    return step


def aer_noisy(work: Workload, p: float) -> Callable[[], np.ndarray]:
    """Return the noisy values (B, 8) of the first seed by Aer's density matrix, on one thread."""
    from qiskit import transpile
    from qiskit_aer import AerSimulator
    from qiskit_aer.noise import NoiseModel, depolarizing_error

    model = NoiseModel(basis_gates=["u", "ry", "rz", "cx"])
    model.add_all_qubit_quantum_error(depolarizing_error(p, 1), ["u", "ry", "rz"])
    model.add_all_qubit_quantum_error(depolarizing_error(p, 2), ["cx"])
    simulator = AerSimulator(method="density_matrix", noise_model=model, max_parallel_threads=1)
    circuit = qcnn_circuit(work.layout)
    circuit.save_probabilities()
    ready = transpile(circuit, simulator, optimization_level=0)
    signs = 1.0 - 2.0 * ((np.arange(256)[:, None] >> np.arange(8)) & 1)

    def values() -> np.ndarray:
        bound = [ready.assign_parameters(np.concatenate([h, work.theta[0]])) for h in work.h[0]]
        result = simulator.run(bound, shots=1).result()
        return np.array([result.data(k)["probabilities"] for k in range(len(bound))]) @ signs

    return values


def mixed_noisy(work: Workload, p: float) -> Callable[[], np.ndarray]:
    """Return the noisy values (B, 8) of the first seed by PennyLane's default.mixed; p is PennyLane's, on each wire."""
    import pennylane as qml

    def noise(wires: tuple[int, ...]) -> None:
        for q in wires:
            qml.DepolarizingChannel(p, wires=q)

    @qml.qnode(qml.device("default.mixed", wires=8))
    def circuit(h: Any) -> Any:
        for q in range(8):
            qml.RY(2.0 * h[q], wires=q)
            noise((q,))
        for block in work.layout.blocks:
            pennylane_block(work.theta[0], *block.wires, after=noise)
        return [qml.expval(qml.PauliZ(q)) for q in range(8)]

    return lambda: np.array([circuit(h) for h in work.h[0]])
