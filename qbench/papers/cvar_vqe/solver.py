"""The paper's method, Sec. IV: CVaR-VQE on the ansatz of Eq. (11), a circuit's angles for each instance.

Angles, shots and instances are those of every other setting with the same sizes: alpha, depth, penalty and optimiser
differ between runs, the randomness does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from qbench._check import in_interval, one_of, positive_int
from qbench.papers.cvar_vqe.circuits import ENTANGLEMENTS, ry_cz_ansatz
from qbench.papers.cvar_vqe.energies import Landscape, landscapes
from qbench.quantum import compile
from qbench.quantum.objective import CvarObjective
from qbench.quantum.optimise.adam import adam
from qbench.quantum.optimise.cobyla import cobyla
from qbench.quantum.optimise.spsa import spsa
from qbench.radio import spawn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.cvar_vqe.instances import Instances
    from qbench.quantum.program import Program

ENCODINGS = ("onehot", "log")
OPTIMISERS = ("cobyla", "sweep", "spsa", "adam")
STARTS = ("uniform", "later-layers-zero")

NEAR = 0.9
"""The share of the optimum that counts as near-optimal, everywhere."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How one CVaR-VQE run is set up; the defaults are the main reading (S0).

    Attributes:
        alpha: of the CVaR, in (0, 1]; 1 is the ordinary VQE.
        depth: p, blocks of a CZ layer and an RY layer after the first RY layer; 0 has no entanglement.
        entanglement: of every CZ layer.
        encoding: "onehot" (I J qubits) or "log" (I ceil(log2 J)).
        optimiser: "cobyla" (rhobeg 1, tol 1e-4; an epoch is an evaluation), "sweep" (the same, an epoch is one more
            evaluation than there are angles), "spsa" (an epoch is an iteration, 2 evaluations) or "adam" (lr 0.1 on the
            exact gradient; an epoch is a step).
        epochs: T.
        shots: K of every evaluation and of the final readout.
        penalty: l1 = l2 in units of w_max.
        start: angles uniform in (-pi, pi), or the first layer alone and the later ones at 0.

    Raises ValueError for a value outside its range.

    """

    alpha: float = 0.25
    depth: int = 1
    entanglement: str = "linear"
    encoding: str = "onehot"
    optimiser: str = "cobyla"
    epochs: int = 100
    shots: int = 1024
    penalty: float = 2.0
    start: str = "uniform"

    def __post_init__(self) -> None:
        in_interval("alpha", self.alpha, 0.0, 1.0, lo_open=True)
        positive_int("depth", self.depth, least=0)
        one_of("entanglement", self.entanglement, ENTANGLEMENTS)
        one_of("encoding", self.encoding, ENCODINGS)
        one_of("optimiser", self.optimiser, OPTIMISERS)
        positive_int("epochs", self.epochs)
        positive_int("shots", self.shots)
        in_interval("penalty", self.penalty, 0.0, np.inf, hi_open=True)
        one_of("start", self.start, STARTS)


@dataclass(frozen=True, eq=False)
class Run:
    """What one instance showed, epoch by epoch (T,), and at the end.

    Attributes:
        own: minus the sampled objective: what a callback of the optimiser records, in the unit of the rate.
        shot_mean: mean rate of the epoch's shots, an infeasible one counting 0.
        best: rate of the best feasible shot of the epoch, 0 without one.
        best_counted: rate of the best feasible shot that the optimiser has paid for up to this epoch.
        ground: exact mass on the ground level; lowest: on the ceil(2^n / 100) strings of lowest energy.
        mean_energy: exact mean energy.
        out, mean, ever: readouts of a final sample of K shots: its best feasible rate, its mean rate, and the best of
            all shots ever drawn. mode: rate of the most likely string, exact.
        out_string, mode_string: the strings behind them; out_string is -1 where no shot was feasible.
        draws_feasible, draws_strings: uniform draws of feasible strings, or of all, that reach 0.9 of the optimum on
            average.
        samples: shots that an epoch's evaluations take; an exact gradient (adam) counts as one evaluation.
    """

    own: FloatArray
    shot_mean: FloatArray
    best: FloatArray
    best_counted: FloatArray
    ground: FloatArray
    lowest: FloatArray
    mean_energy: FloatArray
    out: float
    mean: float
    ever: float
    mode: float
    out_string: int
    mode_string: int
    draws_feasible: float
    draws_strings: float
    samples: int


class Objective(Protocol):
    """What the solver asks of a CVaR objective: `qbench.quantum.objective.CvarObjective`, or one with device noise."""

    def probabilities(self, angles: FloatArray) -> FloatArray:
        """Return the exact law (*B, 2^n) of measured strings at angles (*B, P)."""
        ...

    def sampled(
        self, angles: FloatArray, shots: int, rngs: Sequence[np.random.Generator]
    ) -> tuple[FloatArray, IntArray]:
        """Return the CVaR (*B,) of `shots` samples, floor convention, and the samples (*B, shots)."""
        ...

    def value_and_gradient(self, angles: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the exact CVaR (*B,) and its gradient (*B, P); asked by the optimiser adam only."""
        ...


class _Shots:
    """Samples the objective of one instance and keeps what the shots showed."""

    def __init__(self, objective: Objective, land: Landscape, shots: int, rng: np.random.Generator) -> None:
        self._objective, self._land, self._shots, self._rng = objective, land, shots, rng
        self.values: list[float] = []
        self.means: list[float] = []
        self.bests: list[float] = []

    def __call__(self, theta: FloatArray) -> float:
        value, samples = self._objective.sampled(theta, self._shots, [self._rng])
        rate = self._land.rate[samples]
        self.values.append(float(value))
        self.means.append(float(rate.mean()))
        self.bests.append(float(rate.max()))
        return float(value)


def start_angles(setting: Setting, n_qubits: int, instances: int, rng: np.random.Generator) -> FloatArray:
    """Return theta_0 (instances, (p + 1) n), uniform in (-pi, pi); deeper circuits begin with the same."""
    layers = np.stack([rng.uniform(-np.pi, np.pi, (instances, n_qubits)) for _ in range(setting.depth + 1)], axis=1)
    if setting.start == "later-layers-zero":
        layers[:, 1:] = 0.0
    return layers.reshape(instances, -1)


def exact_objective(program: Program, land: Landscape, setting: Setting) -> Objective:
    """Return the objective on a device without noise."""
    return CvarObjective(program, land.energies, setting.alpha)


def solve(
    instances: Instances,
    setting: Setting,
    *,
    algorithm: np.random.Generator,
    shots: np.random.Generator,
    objective_of: Callable[[Program, Landscape, Setting], Objective] = exact_objective,
    watch: bool = True,
) -> list[Run]:
    """Run CVaR-VQE on every instance.

    `algorithm` draws the angles and the perturbations of spsa, `shots` the measurements; both are used up. Without
    `watch` the exact curves (ground, lowest, mean_energy) stay empty: they take a law an epoch.
    """
    members = len(instances.weights)
    # Independent of how many evaluations another instance, or another setting, took.
    angle_rng, spsa_rng = spawn(algorithm, 2)
    perturb, streams = spawn(spsa_rng, members), spawn(shots, members)
    runs: list[Run] = []
    program: Program | None = None
    theta = np.empty(0)
    for m, land in enumerate(landscapes(instances, setting.encoding, setting.penalty)):
        if program is None:
            program = compile(ry_cz_ansatz(land.encoding.n_qubits, setting.depth, setting.entanglement))
            theta = start_angles(setting, land.encoding.n_qubits, members, angle_rng)
        objective = objective_of(program, land, setting)
        runs.append(_solve_one(objective, land, setting, theta[m], perturb[m], spawn(streams[m], 3), watch=watch))
    return runs


def _solve_one(
    objective: Objective,
    land: Landscape,
    setting: Setting,
    theta0: FloatArray,
    perturb: np.random.Generator,
    rngs: Sequence[np.random.Generator],
    *,
    watch: bool,
) -> Run:
    paid = _Shots(objective, land, setting.shots, rngs[0])
    shown = _Shots(objective, land, setting.shots, rngs[1])
    every = 1
    if setting.optimiser in {"cobyla", "sweep"}:
        every = theta0.size + 1 if setting.optimiser == "sweep" else 1
        trace = cobyla(lambda _, x: paid(x), theta0, evaluations=every * setting.epochs, keep_thetas=True)
        shown = paid
    elif setting.optimiser == "spsa":
        every = 2
        trace = spsa(paid, theta0, iterations=setting.epochs, rngs=[perturb], monitor=shown, keep_thetas=True, c=0.2)
        del paid.bests[: trace.calibration_evaluations]
    else:
        trace = adam(
            objective.value_and_gradient, theta0, iterations=setting.epochs, lr=0.1, monitor=shown, keep_thetas=True
        )
    if trace.thetas is None:
        raise RuntimeError("the optimiser kept no points")
    cobyla_like = shown is paid
    # spsa and adam show the start first: an epoch is what follows a step.
    first, step = (every - 1, every) if cobyla_like else (1, 1)
    epochs = [min(k, len(shown.values) - 1) for k in range(first, first + step * setting.epochs, step)]
    thetas = trace.thetas[every - 1 :: every] if cobyla_like else trace.thetas
    counted = np.maximum.accumulate(paid.bests or shown.bests[1:])
    spent = [min(every * (t + 1), len(counted)) - 1 for t in range(setting.epochs)]
    exact = _exact(objective, land, thetas if watch else thetas[:0])
    final, samples = objective.probabilities(trace.theta), _strings(objective, trace.theta, setting.shots, rngs[2])
    out = int(samples[np.argmax(land.rate[samples])])
    mode = int(final.argmax())
    seen = [float(land.rate[out]), *paid.bests, *shown.bests]
    return Run(
        own=-np.array([shown.values[k] for k in epochs]),
        shot_mean=np.array([shown.means[k] for k in epochs]),
        best=np.array([shown.bests[k] for k in epochs]),
        best_counted=np.array([counted[k] for k in spent]),
        ground=exact[0],
        lowest=exact[1],
        mean_energy=exact[2],
        out=float(land.rate[out]),
        mean=float(land.rate[samples].mean()),
        ever=max(seen),
        mode=float(land.rate[mode]),
        out_string=out if land.rate[out] > 0.0 else -1,
        mode_string=mode,
        draws_feasible=land.draws_to(NEAR, feasible_only=True),
        draws_strings=land.draws_to(NEAR, feasible_only=False),
        samples=every * setting.shots,
    )


def _strings(objective: Objective, theta: FloatArray, shots: int, rng: np.random.Generator) -> IntArray:
    """Return strings (shots,) measured at `theta` (P,)."""
    return objective.sampled(theta, shots, [rng])[1]


def _exact(objective: Objective, land: Landscape, thetas: FloatArray) -> FloatArray:
    """Return the ground mass, the mass on the lowest hundredth and the mean energy at `thetas` (T, P): (3, T)."""
    watched = np.stack([land.ground, land.lowest, land.energies]).astype(np.float64)
    size = max(1, 2**18 // land.energies.size)  # laws that stay in a core's cache between the two passes
    parts = [objective.probabilities(thetas[k : k + size]) @ watched.T for k in range(0, len(thetas), size)]
    return np.ascontiguousarray(np.concatenate([np.empty((0, 3)), *parts]).T)
