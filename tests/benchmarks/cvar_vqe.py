"""cvar_vqe: circuit costs, optimality gaps of classical solvers, and the time of what a verification spends."""

from __future__ import annotations

from qbench.evidence.threads import pin_environment

pin_environment()

import numpy as np  # noqa: E402 - thread pools read the environment when numpy loads

from qbench.assignment import SOLVERS, Budget, Hungarian, OccupancyAssignment  # noqa: E402
from qbench.papers.cvar_vqe.circuits import ry_cz_ansatz  # noqa: E402
from qbench.papers.cvar_vqe.encodings import encoding  # noqa: E402
from qbench.papers.cvar_vqe.hamiltonian import hamiltonian  # noqa: E402
from qbench.papers.cvar_vqe.system import (  # noqa: E402
    Parameters,
    capacities,
    draw_network,
    rates,
    sinr,
    weighted_rates,
)
from qbench.quantum.cvar import cvar  # noqa: E402

SEED = 20_260_103
BY_NAME = {solver.name: solver for solver in SOLVERS}


def instances(batch: int, agents: int = 4, stations: int = 4) -> OccupancyAssignment:
    """Return a batch of the paper's association problems, the same in every run."""
    parameters = Parameters()
    rng = np.random.default_rng(SEED)
    network = draw_network(rng, batch=batch, agents=agents, stations=stations, parameters=parameters).rf_first()
    weights = weighted_rates(rates(network, parameters), network.is_thz, parameters)
    return OccupancyAssignment(weights, capacities(network.is_thz, parameters))


class Ansatz:
    """Costs of the RY+CZ ansatz as drawn."""

    params = ([8, 16], [1, 3], ["linear", "full"])
    param_names = ("qubits", "p", "entanglement")

    def setup(self, qubits, p, entanglement):
        self.circuit = ry_cz_ansatz(qubits, p, entanglement)

    def track_two_qubit_gates(self, qubits, p, entanglement):
        return self.circuit.num_nonlocal_gates()

    def track_depth(self, qubits, p, entanglement):
        return self.circuit.depth()

    def track_parameters(self, qubits, p, entanglement):
        return self.circuit.num_parameters

    track_two_qubit_gates.unit = track_depth.unit = "gates"
    track_parameters.unit = "angles"


class Encodings:
    """Qubits that an encoding of I vehicles and J base stations takes."""

    params = (["onehot", "log"], [(4, 4), (6, 4), (4, 8)])
    param_names = ("encoding", "size")

    def track_qubits(self, name, size):
        return encoding(name, *size).n_qubits

    track_qubits.unit = "qubits"


class Solvers:
    """Every classical solver on 100 instances of 4 by 4, random search with 1024 draws."""

    params = (sorted(BY_NAME),)
    param_names = ("solver",)

    def setup(self, name):
        self.problem = instances(100)
        self.solver = BY_NAME[name]
        self.best = Hungarian().solve(self.problem, Budget(), np.random.default_rng(SEED)).value

    def _solve(self):
        return self.solver.solve(self.problem, Budget(), np.random.default_rng(SEED))

    def track_optimality_gap(self, name):
        return float(1.0 - self._solve().value.mean() / self.best.mean())

    def track_evaluations(self, name):
        return self._solve().evaluations

    def time_solve(self, name):
        self._solve()

    track_optimality_gap.unit = "share of the optimum"
    track_evaluations.unit = "evaluations an instance"


class Physics:
    """250 networks of 4 vehicles and 8 base stations: one replicate of the rate against the number of BSs."""

    def setup(self):
        self.parameters = Parameters()
        rng = np.random.default_rng(SEED)
        self.network = draw_network(rng, batch=250, agents=4, stations=8, parameters=self.parameters)

    def time_draw(self):
        rng = np.random.default_rng(SEED)
        draw_network(rng, batch=250, agents=4, stations=8, parameters=self.parameters)

    def time_sinr(self):
        sinr(self.network, self.parameters)


class Energies:
    """The exact diagonal Hamiltonian of 25 instances and the CVaR of a law over its strings."""

    params = (["onehot", "log"],)
    param_names = ("encoding",)

    def setup(self, name):
        self.problem = instances(25)
        self.encoding = encoding(name, 4, 4)
        self.energies = hamiltonian(self.problem.occupancy, self.problem.capacity, self.encoding)
        law = np.random.default_rng(SEED).random(self.energies.shape)
        self.law = law / law.sum(axis=-1, keepdims=True)

    def time_hamiltonian(self, name):
        hamiltonian(self.problem.occupancy, self.problem.capacity, self.encoding)

    def peakmem_hamiltonian(self, name):
        hamiltonian(self.problem.occupancy, self.problem.capacity, self.encoding)

    def time_cvar(self, name):
        cvar(self.energies, self.law, 0.25)
