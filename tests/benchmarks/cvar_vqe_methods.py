"""cvar_vqe: the paper's method in every optimiser and encoding, the amortised circuit and the noisy device."""

from __future__ import annotations

from qbench.evidence.threads import pin_environment

pin_environment()

from qbench.evidence.streams import Streams  # noqa: E402 - thread pools read the environment when numpy loads
from qbench.papers.cvar_vqe.instances import PHYSICS, SIZE, replicate  # noqa: E402
from qbench.papers.cvar_vqe.noise import Noise, NoisyObjective  # noqa: E402
from qbench.papers.cvar_vqe.solver import Setting, solve  # noqa: E402
from qbench.papers.cvar_vqe.studies.noise import noisy  # noqa: E402
from qbench.papers.cvar_vqe.studies.vqe import SETTING, vqe_costs  # noqa: E402

STREAMS = Streams("asv/cvar_vqe")
SMALL = {**PHYSICS, **SIZE, "instances": 2}


class CvarVqe:
    """Two networks of 4 by 4, p = 1, alpha = 0.25, 30 epochs: a short run, whose gap is that of a start."""

    params = (["cobyla onehot", "cobyla log", "spsa log", "adam log"],)
    param_names = ("optimiser and encoding",)

    def setup(self, method):
        optimiser, encoding = method.split()
        self.setting = Setting(optimiser=optimiser, encoding=encoding, epochs=30)
        self.instances = replicate(SMALL, STREAMS, 0)
        self._run()  # kernels compile at their first call: not what is timed

    def _run(self):
        rngs = {"algorithm": STREAMS.rng("algorithm", 0), "shots": STREAMS.rng("shots", 0)}
        return solve(self.instances, self.setting, **rngs)

    def time_solve(self, method):
        self._run()

    def peakmem_solve(self, method):
        self._run()

    def track_optimality_gap(self, method):
        found = sum(run.out for run in self._run())
        return float(1.0 - found / self.instances.optimum.sum())

    track_optimality_gap.unit = "share of the optimum"


class CvarVqeCosts:
    """What the main setting costs on a device, and on the log encoding."""

    params = (["onehot", "log"],)
    param_names = ("encoding",)

    def setup(self, encoding):
        self.costs = vqe_costs({**SIZE, **SETTING, "encoding": encoding})

    def track_qubits(self, encoding):
        return self.costs["qubits"]

    def track_two_qubit_gates(self, encoding):
        return self.costs["two_qubit_gates"]

    def track_depth(self, encoding):
        return self.costs["depth"]

    def track_parameters(self, encoding):
        return self.costs["parameters"]

    def track_circuit_evaluations(self, encoding):
        return self.costs["circuit_evaluations"]

    track_qubits.unit = "qubits"
    track_two_qubit_gates.unit = track_depth.unit = "gates"
    track_parameters.unit = "angles"
    track_circuit_evaluations.unit = "evaluations an instance"


class Noisy:
    """The noisy device on 8 log qubits: one law, and a run of 6 evaluations on one network."""

    def setup(self):
        from qbench.papers.cvar_vqe.circuits import ry_cz_ansatz

        rng = STREAMS.rng("algorithm", 1)
        self.objective = NoisyObjective(ry_cz_ansatz(8, 1), rng.normal(size=256), 0.25, Noise())
        self.theta = rng.uniform(-3.0, 3.0, 16)
        self.params_of_study = {
            **SMALL,
            **SETTING,
            "instances": 1,
            "encoding": "log",
            "epochs": 6,
            "one_qubit": 1e-3,
            "two_qubit": 1e-2,
            "readout": 0.02,
            "noise_scale": 1.0,
        }

    def time_law(self):
        self.objective.probabilities(self.theta)

    def time_study(self):
        noisy(self.params_of_study, STREAMS, range(1))

    def peakmem_law(self):
        self.objective.probabilities(self.theta)
