"""hqcnn: what its circuits and networks cost, and the time of training steps and noisy values."""

from __future__ import annotations

from qbench.evidence.threads import pin_environment

pin_environment()

import numpy as np  # noqa: E402 - thread pools read the environment when numpy loads
import torch  # noqa: E402

from qbench.papers.hqcnn.circuits import layers_circuit, qcnn_circuit, shift_executions  # noqa: E402
from qbench.papers.hqcnn.classical import ConvolutionalNetwork, Perceptron, SymmetricNetwork  # noqa: E402
from qbench.papers.hqcnn.counts import HEAVY, LIGHT  # noqa: E402
from qbench.papers.hqcnn.depolarising import Depolarising  # noqa: E402
from qbench.papers.hqcnn.layout import Layout  # noqa: E402
from qbench.papers.hqcnn.losses import SoftRate, probabilities  # noqa: E402
from qbench.papers.hqcnn.networks import HybridNetwork  # noqa: E402
from qbench.papers.hqcnn.noise import noisy_expectation  # noqa: E402
from qbench.papers.hqcnn.training import Examples, Recipe, train  # noqa: E402
from qbench.quantum import compile, share  # noqa: E402
from tests.benchmarks.qcnn_workload import SEED, Workload  # noqa: E402

NETWORKS = {
    "hybrid": HybridNetwork,
    "mlp": Perceptron,
    "light": lambda *a: ConvolutionalNetwork(*a, LIGHT),
    "heavy": lambda *a: ConvolutionalNetwork(*a, HEAVY),
    "symmetric": SymmetricNetwork,
}


class Circuits:
    """Costs of the circuit as drawn, without embedding."""

    params = (["all", "n_out2", "n_out4"],)
    param_names = ("readout",)

    def setup(self, readout):
        self.layout = Layout(readout=readout)
        self.circuit = layers_circuit(self.layout)

    def track_two_qubit_gates(self, readout):
        return self.circuit.num_nonlocal_gates()

    def track_depth(self, readout):
        return self.circuit.depth()

    def track_executions_of_a_gradient(self, readout):
        return shift_executions(self.layout)

    track_two_qubit_gates.unit = track_depth.unit = "gates"
    track_executions_of_a_gradient.unit = "circuits"


class CircuitStep:
    """Values of a batch of 128 and all gradients: one seed alone, and twenty together."""

    params = (["blocks", "share", "compile"], [1, 20])
    param_names = ("engine", "seeds")

    def setup(self, engine, seeds):
        if engine != "blocks" and seeds > 1:
            raise NotImplementedError
        torch.set_num_threads(1)
        self.work = Workload(seeds, 128)
        circuit = qcnn_circuit(self.work.layout)
        signs = 1.0 - 2.0 * ((np.arange(256)[:, None] >> np.arange(8)) & 1)
        h, theta, target = (torch.tensor(x[0]) for x in (self.work.h, self.work.theta, self.work.target))
        shared = share(circuit, list(circuit.parameters)[:8], list(signs.T))
        program = compile(circuit)

        def by_share():
            a, b = h.clone().requires_grad_(), theta.clone().requires_grad_()
            (shared.expectation(shared.encode(a), b) - target).square().sum().backward()

        def by_compile():
            a, b = h.clone().requires_grad_(), theta.clone().requires_grad_()
            law = program.probabilities(torch.cat([a, b.expand(len(a), -1)], dim=1))
            (law @ torch.tensor(signs) - target).square().sum().backward()

        self.run = {"blocks": lambda: self.work.step(torch.float32), "share": by_share, "compile": by_compile}[engine]
        self.run()

    def time_step(self, engine, seeds):
        self.run()


class SoftLoss:
    """The soft rate of 64 networks and its derivative by logits: compiled, and as torch's expression."""

    params = ([(10, 9, 3), (30, 20, 10)], ["equal", "per_user", "printed_c"], ["compiled", "torch"])
    param_names = ("size", "power", "by")

    def setup(self, size, power, by):
        torch.set_num_threads(1)
        aps, users, pilots = size
        rng = np.random.default_rng(SEED)
        rule = SoftRate(n_pilots=pilots, rho_p=1.57e11, rho_d=3.14e11, power=power)
        beta = torch.tensor(10.0 ** rng.uniform(-14, -8, (64, aps, users)))
        self.logits = torch.tensor(rng.normal(size=(64, users, pilots)), dtype=torch.float32, requires_grad=True)
        self.loss = {
            "compiled": lambda z: rule.loss_of_logits(z, beta),
            "torch": lambda z: -rule.rates(beta, probabilities(z)).sum(dim=-1),
        }[by]
        self.time_loss_and_gradient(size, power, by)

    def time_loss_and_gradient(self, size, power, by):
        self.logits.grad = None
        self.loss(self.logits).sum().backward()


class Epoch:
    """One epoch of 256 networks, 4 seeds, with validation on 64: M = 10, K = 9, tau = 3."""

    params = (list(NETWORKS),)
    param_names = ("network",)

    def setup(self, network):
        rng = np.random.default_rng(SEED)
        self.rule = SoftRate(n_pilots=3, rho_p=1.57e11, rho_d=3.14e11)
        beta = torch.tensor(10.0 ** rng.uniform(-14, -8, (4, 320, 10, 9)))
        x = torch.tensor(rng.normal(size=(4, 320, 9, 10)), dtype=torch.float32)
        self.examples = Examples(x[:, :256], beta[:, :256]), Examples(x[:, 256:], beta[:, 256:])
        self.network = NETWORKS[network](9, 10, 3, [np.random.default_rng(s) for s in range(4)])

    def time_epoch(self, network):
        rngs = [np.random.default_rng(s) for s in range(4)]
        train(self.network, self.rule.loss_of_logits, *self.examples, Recipe(rate=1e-3, epochs=1), rngs)

    def track_parameters(self, network):
        return self.network.n_parameters

    track_parameters.unit = "parameters"


class NoisyForward:
    """<Z> of 32 inputs on 8 qubits, depolarising gates, exactly."""

    params = ([1, 20],)
    param_names = ("seeds",)

    def setup(self, seeds):
        self.work = Workload(seeds, 32)

    def time_values(self, seeds):
        noisy_expectation(self.work.layout, self.work.h, self.work.theta, Depolarising(p=0.1))
