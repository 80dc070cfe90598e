"""cloud_qnn and cloud_edge_qnn: circuit costs, and the time of one training step by the engines that could take it."""

from __future__ import annotations

from qbench.evidence.threads import pin_environment

pin_environment()

import numpy as np  # noqa: E402 - thread pools read the environment when numpy loads
from qiskit.quantum_info import SparsePauliOp  # noqa: E402

from qbench.papers.cloud_edge_qnn.circuits import edge_circuit, weights  # noqa: E402
from qbench.papers.cloud_edge_qnn.network import EdgeNetwork  # noqa: E402
from qbench.papers.cloud_qnn.candidates import CandidateLessons  # noqa: E402
from qbench.papers.cloud_qnn.circuits import cloud_circuit  # noqa: E402
from qbench.papers.cloud_qnn.closed_forms import outputs, shifted_outputs  # noqa: E402
from qbench.papers.cloud_qnn.reuse import ReuseNetwork  # noqa: E402
from qbench.papers.cloud_qnn.scorer_training import train_scorer  # noqa: E402
from qbench.papers.cloud_qnn.scorers import LinearScorer, LinkScorer  # noqa: E402
from qbench.papers.cloud_qnn.setting import Setting, initial_angles  # noqa: E402
from qbench.papers.cloud_qnn.system import Parameters, draw_channels  # noqa: E402
from qbench.papers.cloud_qnn.tables import Lessons  # noqa: E402
from qbench.papers.cloud_qnn.training import train  # noqa: E402
from qbench.quantum import compile, share  # noqa: E402

SEED = 20_260_107


class Circuits:
    """Costs of the circuits as drawn, encoding included."""

    params = (["cloud", "edge"],)
    param_names = ("network",)

    def setup(self, network):
        self.circuit = cloud_circuit() if network == "cloud" else edge_circuit()

    def track_qubits(self, network):
        return self.circuit.num_qubits

    def track_two_qubit_gates(self, network):
        return self.circuit.num_nonlocal_gates()

    def track_depth(self, network):
        return self.circuit.depth()

    track_qubits.unit = "qubits"
    track_two_qubit_gates.unit = track_depth.unit = "gates"


class CloudStep:
    """Outputs and shifted outputs of 24 seeds, one channel each: a parameter-shift step without the loss."""

    params = (["closed forms", "reuse"],)
    param_names = ("network",)

    def setup(self, network):
        rng = np.random.default_rng(SEED)
        self.angles = rng.uniform(0, 2 * np.pi, (24, 2, 4)), rng.uniform(0, 2 * np.pi, (24, 4))
        reuse = ReuseNetwork()
        pairs = {"closed forms": (outputs, shifted_outputs), "reuse": (reuse.outputs, reuse.shifted_outputs)}
        self.calls = pairs[network]
        self.time_step(network)  # compiles

    def time_step(self, network):
        for call in self.calls:
            call(*self.angles)


class CloudTraining:
    """One episode of 24 seeds, 20 iterations and a curve of 20 channels, with the losses of each step."""

    params = (["table 4x3", "candidates 4x3", "candidates 8x6"],)
    param_names = ("losses",)

    def setup(self, losses):
        kind, size = losses.split()
        n_ap, n_user = map(int, size.split("x"))
        self.setting = Setting(epochs=1, samples=20)
        rngs = [np.random.default_rng([SEED, k]) for k in range(24)]
        each = [draw_channels(rng, 20, Parameters(n_ap=n_ap, n_user=n_user)) for rng in rngs]
        course = {"table": Lessons, "candidates": CandidateLessons}[kind]
        self.lessons = course.joined([course.of(channels, snr=10.0, interference=0.1) for channels in each])
        self.theta = np.stack([initial_angles(rng, self.setting, n_ap) for rng in rngs])

    def time_train(self, losses):
        train(self.setting, self.theta, self.lessons)


class ScorerTraining:
    """Ten steps of 24 classical scorers on 20 channels each: the exact mean over 81 assignments, and its gradient."""

    params = (["link", "linear"],)
    param_names = ("scorer",)

    def setup(self, scorer):
        self.scorer = {"link": LinkScorer(), "linear": LinearScorer(3)}[scorer]
        rngs = [np.random.default_rng([SEED, k]) for k in range(24)]
        each = [draw_channels(rng, 20, Parameters()) for rng in rngs]
        self.start = np.stack([self.scorer.first(rng, 4) for rng in rngs])
        self.inputs = np.stack([self.scorer.inputs(channels.h_hat) for channels in each])
        self.losses = Lessons.joined([Lessons.of(channels, snr=10.0, interference=0.1) for channels in each]).losses

    def time_train(self, scorer):
        setting = Setting(epochs=10, samples=20)
        train_scorer(self.scorer, setting, self.start, self.inputs, self.losses, rate=0.03, batch=20)

    def track_weights(self, scorer):
        return self.scorer.size(4)

    track_weights.unit = "numbers"


class EdgeStep:
    """96 edges on one channel each, 13 circuits of three qubits an edge: a parameter-shift step without the loss."""

    params = (["bloch", "share", "compile"],)
    param_names = ("engine",)

    def setup(self, engine):
        rng = np.random.default_rng(SEED)
        self.phi, self.theta = rng.uniform(0, 2 * np.pi, (96, 3)), rng.uniform(0, 2 * np.pi, (96, 6))
        circuit = edge_circuit()
        own = set(weights(circuit))
        paulis = [SparsePauliOp.from_sparse_list([(p, [q], 1.0)], 3) for q in range(2) for p in "ZX"]
        moves = np.pi / 2 * np.concatenate([np.zeros((1, 6)), np.eye(6), -np.eye(6)])
        all_theta = self.theta[:, None] + moves
        rows = np.concatenate([np.broadcast_to(self.phi[:, None], (96, 13, 3)), all_theta], axis=-1)
        network, program = EdgeNetwork(), compile(circuit)
        shared = share(circuit, [p for p in circuit.parameters if p not in own], paulis)
        self.step = {
            "bloch": lambda: (network.beams(self.phi, self.theta), network.shifted_beams(self.phi, self.theta)),
            "share": lambda: shared.expectation(
                np.broadcast_to(shared.encode(self.phi)[:, None, None], (96, 13, 1, 8)), all_theta
            ),
            "compile": lambda: [program.expectation(rows, pauli) for pauli in paulis],
        }[engine]
        self.step()  # compiles

    def time_step(self, engine):
        self.step()
