"""The CVaR workload on each engine, the way its documentation would have it run fast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from qbench.papers.cvar_vqe.circuits import cz_pairs, ry_cz_ansatz
from qbench.papers.cvar_vqe.qubo import matching_qubo
from qbench.papers.cvar_vqe.system import Parameters, draw_network, rates, weighted_rates
from qbench.quantum.cvar import cvar
from qbench.quantum.ising import ising_from_qubo, qubo_energies

ALPHA = 0.25
DEPTH = 2
SHOTS = 1024


class Workload:
    """One association problem as a QUBO on I x J qubits, the RY+CZ ansatz with p = 2, and one set of angles."""

    def __init__(self, agents: int, stations: int) -> None:
        parameters = Parameters()
        rng = np.random.default_rng(20_260_104)
        network = draw_network(rng, batch=1, agents=agents, stations=stations, parameters=parameters).rf_first()
        weights = weighted_rates(rates(network, parameters), network.is_thz, parameters)[0]
        matrix, constant = matching_qubo(weights)
        self.n = agents * stations
        self.circuit = ry_cz_ansatz(self.n, DEPTH)
        self.theta = rng.uniform(-np.pi, np.pi, self.circuit.num_parameters)
        self.energies = qubo_energies(matrix) + constant
        self.order = np.argsort(self.energies, kind="stable")
        ising = ising_from_qubo(matrix)
        self.operator = ising.to_sparse_pauli_op()
        self.shift = float(constant)

    def cvar(self, law: np.ndarray) -> float:
        """Return the CVaR of a law; every engine that gives probabilities uses this, presorted."""
        return float(cvar(self.energies, law / law.sum(), ALPHA, order=self.order)[0])


def pennylane_probabilities(work: Workload, device: str) -> Callable[[np.ndarray], np.ndarray]:
    """Return theta -> probabilities on a PennyLane device; wire 0 is the highest bit, as Qiskit's last qubit is."""
    import pennylane as qml

    n = work.n

    @qml.qnode(qml.device(device, wires=n), diff_method=None)
    def law(theta: np.ndarray) -> Any:
        ansatz(theta, n)
        return qml.probs(wires=range(n))

    return lambda theta: np.asarray(law(theta))


def ansatz(theta: Any, n: int) -> None:
    """Queue the ansatz of `ry_cz_ansatz` in PennyLane."""
    import pennylane as qml

    for layer in range(DEPTH + 1):
        if layer:
            for a, b in cz_pairs(n, "linear"):
                qml.CZ(wires=[n - 1 - a, n - 1 - b])
        for q in range(n):
            qml.RY(theta[layer * n + q], wires=n - 1 - q)


def lightning_gradient(work: Workload) -> Callable[[], np.ndarray]:
    """Return CVaR's gradient by lightning's adjoint method: probabilities first, then the cotangent as a diagonal."""
    import pennylane as qml
    import scipy.sparse

    n = work.n
    device = qml.device("lightning.qubit", wires=n)
    law = pennylane_probabilities(work, "lightning.qubit")

    def gradient() -> np.ndarray:
        probabilities = law(work.theta)
        _, cotangent = cvar(work.energies, probabilities / probabilities.sum(), ALPHA, order=work.order)
        diagonal = scipy.sparse.csr_matrix(scipy.sparse.diags_array(cotangent))

        @qml.qnode(device, diff_method="adjoint")
        def mean(theta: Any) -> Any:
            ansatz(theta, n)
            return qml.expval(qml.SparseHamiltonian(diagonal, wires=range(n)))

        return np.asarray(qml.grad(mean)(qml.numpy.array(work.theta, requires_grad=True)))

    return gradient


def default_qubit_gradient(work: Workload) -> Callable[[], np.ndarray]:
    """Return CVaR's gradient by backpropagation through default.qubit and the sorted sum, with torch."""
    import pennylane as qml
    import torch

    n = work.n

    @qml.qnode(qml.device("default.qubit", wires=n), diff_method="backprop", interface="torch")
    def law(theta: Any) -> Any:
        ansatz(theta, n)
        return qml.probs(wires=range(n))

    order = torch.as_tensor(work.order)
    energies = torch.as_tensor(work.energies[work.order])

    def gradient() -> np.ndarray:
        theta = torch.tensor(work.theta, requires_grad=True)
        mass = law(theta)[order]
        before = torch.cumsum(mass, 0) - mass
        taken = torch.clamp(torch.minimum(mass, ALPHA - before), min=0.0)
        ((taken * energies).sum() / ALPHA).backward()
        return theta.grad.numpy()

    return gradient


def aer_probabilities(work: Workload) -> Callable[[], np.ndarray]:
    """Return probabilities from Aer's state vector, bound anew at each call, on one thread."""
    from qiskit import transpile
    from qiskit_aer import AerSimulator

    circuit = work.circuit.copy()
    circuit.save_probabilities()
    simulator = AerSimulator(method="statevector", max_parallel_threads=1)
    ready = transpile(circuit, simulator, optimization_level=0)

    def law() -> np.ndarray:
        bound = ready.assign_parameters(work.theta)
        return np.asarray(simulator.run(bound, shots=1).result().data()["probabilities"])

    return law


def sampling_vqe(work: Workload) -> Callable[[], float]:
    """Return one objective evaluation of qiskit-algorithms' SamplingVQE with Aer's sampler and 1024 shots."""
    from qiskit import transpile
    from qiskit_aer import AerSimulator
    from qiskit_aer.primitives import SamplerV2
    from qiskit_algorithms import SamplingVQE
    from qiskit_algorithms.optimizers import OptimizerResult

    captured: list[Callable[[np.ndarray], float]] = []

    def capture(fun: Callable[[np.ndarray], float], x0: np.ndarray, *_: Any, **__: Any) -> OptimizerResult:
        captured.append(fun)
        result = OptimizerResult()
        result.x, result.fun, result.nfev = x0, 0.0, 0
        return result

    sampler = SamplerV2(default_shots=SHOTS, seed=5, options={"backend_options": {"max_parallel_threads": 1}})
    circuit = transpile(work.circuit, AerSimulator(), optimization_level=0)
    vqe = SamplingVQE(sampler, circuit, capture, initial_point=work.theta, aggregation=ALPHA)
    vqe.compute_minimum_eigenvalue(work.operator)
    return lambda: float(captured[0](work.theta))
