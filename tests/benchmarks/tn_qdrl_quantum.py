"""tn_qdrl: time of its encoder, its search and its circuit; what a decision costs on a quantum machine."""

from __future__ import annotations

from qbench.evidence.threads import pin_environment

pin_environment()

import numpy as np  # noqa: E402 - thread pools read the environment when numpy loads
import torch  # noqa: E402

from qbench.papers.tn_qdrl.amplitudes import reinforce  # noqa: E402
from qbench.papers.tn_qdrl.grover_circuits import for_engine, search_circuit  # noqa: E402
from qbench.papers.tn_qdrl.grover_steps import after_iterations  # noqa: E402
from qbench.papers.tn_qdrl.resources import decision  # noqa: E402
from qbench.papers.tn_qdrl.vqc import TnNetwork  # noqa: E402
from qbench.quantum import compile  # noqa: E402
from tests.benchmarks.tn_qdrl_workload import SEED, Encoding, Selection  # noqa: E402


class Encoder:
    """64 sites, a batch of 256."""

    params = ([4, 8, 16],)
    param_names = ("bond",)

    def setup(self, bond):
        self.work = Encoding(bond)  # compiles

    def time_contract(self, bond):
        self.work.encode()

    def track_parameters(self, bond):
        return self.work.mps.n_parameters

    track_parameters.unit = "numbers"


class Search:
    """The law of a decision: closed form, on a state vector, as a circuit on the engine."""

    params = ([12, 64, 324],)
    param_names = ("actions",)

    def setup(self, actions):
        self.work = Selection(actions)
        self.program = compile(for_engine(search_circuit(actions, self.work.marked)))

    def time_closed_form(self, actions):
        self.work.closed_form()

    def time_state_vector(self, actions):
        after_iterations(actions, self.work.marked, self.work.iterations)

    def time_circuit(self, actions):
        self.program.probabilities(np.zeros(0))

    time_circuit.number, time_circuit.repeat = 1, 3


class Amplitudes:
    """One reinforcement of 40 states of 324 actions."""

    def setup(self):
        rng = np.random.default_rng(SEED)
        state = rng.random((40, 324)) + 0.1
        self.state = state / np.linalg.norm(state, axis=-1, keepdims=True)
        self.action, self.count = rng.integers(324, size=40), rng.integers(1, 4, size=40)

    def time_reinforce(self):
        reinforce(self.state, self.action, self.count)


class Decision:
    """Costs of a decision of the small system, and what they are without the tensor network."""

    params = ([True, False],)
    param_names = ("compressed",)

    def setup(self, compressed):
        self.costs = decision(27, 324, compressed=compressed)

    def track_qubits(self, compressed):
        return self.costs.qubits

    def track_cx(self, compressed):
        return self.costs.cx

    def track_depth(self, compressed):
        return self.costs.depth_in_series

    def track_oracle_calls(self, compressed):
        return self.costs.oracle_calls

    track_qubits.unit, track_cx.unit, track_depth.unit = "qubits", "CX", "gates"
    track_oracle_calls.unit = "calls"


class NetworkStep:
    """Values of a batch of 32 and all gradients, 27 features, 324 actions: one seed alone, and twenty together."""

    params = (["amplitude", "angle", "mlp"], [1, 20])
    param_names = ("variant", "seeds")

    def setup(self, variant, seeds):
        torch.set_num_threads(1)
        rngs = [[np.random.default_rng([SEED, k, s]) for s in range(seeds)] for k in (0, 1)]
        self.network = TnNetwork(*rngs, 27, 324, variant=variant)
        self.features = torch.from_numpy(np.random.default_rng(SEED).random((seeds, 32, 27)))

    def time_step(self, variant, seeds):
        self.network.zero_grad()
        self.network(self.features).square().sum().backward()
