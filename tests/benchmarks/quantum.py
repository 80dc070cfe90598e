"""The engine's kernels: time, peak memory, and the costs of the circuits they run."""

from __future__ import annotations

from qbench.evidence.threads import pin_environment

pin_environment()

import numpy as np  # noqa: E402 - thread pools read the environment when numpy loads

from qbench.papers.cvar_vqe.circuits import ry_cz_ansatz  # noqa: E402

SEED = 20_260_106


class Cvar:
    """CVaR of RY+CZ circuits with p = 2: exact value, gradient, 1024 shots."""

    params = ([8, 16, 20],)
    param_names = ("qubits",)

    def setup(self, n):
        from qbench.quantum import compile
        from qbench.quantum.objective import CvarObjective

        rng = np.random.default_rng(SEED)
        self.circuit = ry_cz_ansatz(n, 2)
        self.objective = CvarObjective(compile(self.circuit), rng.normal(size=2**n), 0.25)
        self.theta = rng.uniform(-np.pi, np.pi, 3 * n)
        self.rng = rng
        # Kernels compile at their first call: not what is timed.
        self.objective.value_and_gradient(self.theta)

    def time_value(self, n):
        self.objective.value(self.theta)

    def time_value_and_gradient(self, n):
        self.objective.value_and_gradient(self.theta)

    def time_1024_shots(self, n):
        self.objective.sampled(self.theta, 1024, [self.rng])

    def peakmem_value_and_gradient(self, n):
        self.objective.value_and_gradient(self.theta)


class General:
    """A circuit of every kind of gate, 8 qubits, a batch of 32: the general engine forward and backward."""

    def setup(self):
        from qiskit import QuantumCircuit
        from qiskit.circuit import ParameterVector

        from qbench.quantum import compile

        n, layers = 8, 3
        theta = ParameterVector("t", n * layers * 2)
        circuit = QuantumCircuit(n)
        for layer in range(layers):
            for q in range(n):
                circuit.rx(theta[2 * (layer * n + q)], q)
                circuit.rz(theta[2 * (layer * n + q) + 1], q)
            for q in range(n):
                circuit.cx(q, (q + 1) % n)
        self.program = compile(circuit)
        rng = np.random.default_rng(SEED)
        self.angles = rng.normal(size=(32, len(theta)))
        self.energies = rng.normal(size=2**n)
        self.program.vjp(self.angles, self.energies)

    def time_state(self):
        self.program.state(self.angles)

    def time_vjp(self):
        self.program.vjp(self.angles, self.energies)


class Shared:
    """A QNN of 4 qubits, 36 shared weights, a batch of 1000: value and all gradients."""

    def setup(self):
        from qbench.quantum.shared import share

        from .qnn_workload import Workload

        self.work = Workload(4, 1000)
        self.program = share(self.work.circuit, self.work.inputs, self.work.observables)
        self.states = self.program.encode(self.work.x)
        self.time_gradient()

    def time_gradient(self):
        values, pull = self.program.pullback(self.states, self.work.weights)
        pull(2.0 * (values - self.work.target) / values.size)

    def peakmem_gradient(self):
        self.time_gradient()


class Costs:
    """What the CVaR-VQE circuit costs on hardware with the gates u and cx."""

    params = ([8, 16], [1, 2])
    param_names = ("qubits", "p")

    def setup(self, qubits, p):
        from qbench.quantum import resources

        self.costs = resources(ry_cz_ansatz(qubits, p)).as_costs()

    def track_transpiled_two_qubit_gates(self, qubits, p):
        return self.costs["transpiled_two_qubit_gates"]

    def track_transpiled_depth(self, qubits, p):
        return self.costs["transpiled_depth"]

    track_transpiled_two_qubit_gates.unit = track_transpiled_depth.unit = "gates"
