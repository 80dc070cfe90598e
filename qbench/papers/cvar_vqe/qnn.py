"""The amortised reading of Sec. IV-A and Fig. 2: one set of angles for all networks, which enter as rotations.

The title's algorithm (Sec. IV-B) trains a circuit for each instance; the figure trains one circuit on many. This is the
second, on the log encoding.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, cast

import numpy as np

from qbench._check import positive_int
from qbench.papers.cvar_vqe.circuits import cz_pairs
from qbench.papers.cvar_vqe.encodings import Log
from qbench.papers.cvar_vqe.energies import landscapes
from qbench.papers.cvar_vqe.instances import DRAWN, replicate, scaled, training_stream
from qbench.quantum import compile
from qbench.quantum.objective import CvarObjective
from qbench.quantum.optimise.adam import adam
from qbench.radio import spawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qiskit import QuantumCircuit

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers._study import Params, Streams
    from qbench.papers.cvar_vqe.instances import Instances
    from qbench.papers.cvar_vqe.solver import Setting

RATE, BATCH, EPOCHS = 0.03, 128, 25
"""Adam's rate in radians, networks a step, and passes over the training set."""


def amortised_circuit(n_qubits: int, features: int, depth: int) -> QuantumCircuit:
    """Return the circuit: features as RY, `n_qubits` at a time, each time a CZ chain and an RY layer; then the ansatz.

    Parameters: "weight" (the RY layers, in order) before "x" (the features), as `circuit.parameters` sorts them; then
    `depth` blocks of CZ and RY. Raises ValueError for sizes below 1 and a negative depth.
    """
    n, count = positive_int("n_qubits", n_qubits), positive_int("features", features)
    p = positive_int("depth", depth, least=0)
    from qiskit import QuantumCircuit
    from qiskit.circuit import ParameterVector

    uploads = -(-count // n)
    weight, x = ParameterVector("weight", (uploads + p) * n), ParameterVector("x", count)
    circuit = QuantumCircuit(n, name=f"amortised_p{p}")
    for layer in range(uploads + p):
        for q, feature in enumerate(x[layer * n : (layer + 1) * n]):
            circuit.ry(feature, q)
        for a, b in cz_pairs(n, "linear"):
            circuit.cz(a, b)
        for q in range(n):
            circuit.ry(weight[layer * n + q], q)
    return circuit


def features(instances: Instances) -> FloatArray:
    """Return log2(1 + s_ij), flattened: (B, I J)."""
    return np.asarray(np.log1p(instances.sinr).reshape(len(instances.sinr), -1) / np.log(2.0))


def amortised(
    params: Params,
    streams: Streams,
    unit: int,
    instances: Instances,
    setting: Setting,
    algorithm: np.random.Generator,
    shots: np.random.Generator,
) -> dict[str, float]:
    """Train on `n_train` fresh networks and return opt and the readouts z_* on `instances`, means in bit/s/Hz.

    z_ever is z_out: every instance is measured once.
    """
    agents, stations = instances.weights.shape[-2:]
    count = cast("int", params["n_train"])
    trained_on = replicate({**params, "instances": DRAWN}, TrainingStreams(streams, agents, stations), unit)
    program = compile(amortised_circuit(Log(agents, stations).n_qubits, agents * stations, setting.depth))
    weights = len(program.parameters) - agents * stations
    x = features(trained_on)[:count]
    scale = x.std()
    energies = np.stack([land.energies for land in islice(landscapes(trained_on, "log", setting.penalty), count)])
    angle_rng, order_rng = spawn(algorithm, 2)
    batches = _batches(len(x), order_rng)

    def mean_cvar(w: FloatArray) -> tuple[float, FloatArray]:
        """Return the mean CVaR of the next batch and its gradient."""
        rows = next(batches)
        objective = CvarObjective(program, energies[rows], setting.alpha)
        value, gradient = objective.value_and_gradient(_angles(w, x[rows] / scale))
        return float(value.mean()), gradient[:, :weights].mean(axis=0)

    steps = EPOCHS * -(-len(x) // BATCH)
    w = adam(mean_cvar, angle_rng.uniform(-np.pi, np.pi, weights), iterations=steps, lr=RATE).theta
    angles = _angles(w, features(instances) / scale)
    read: dict[str, list[float]] = {"z_out": [], "z_mode": [], "z_mean": [], "z_ever": []}
    lands = landscapes(instances, "log", setting.penalty)
    for land, theta, rng in zip(lands, angles, spawn(shots, len(angles)), strict=True):
        law = program.probabilities(theta)
        rate = land.rate[program.sample(theta, setting.shots, rng)]
        for name, value in (
            ("z_out", rate.max()),
            ("z_mode", land.rate[law.argmax()]),
            ("z_mean", rate.mean()),
            ("z_ever", rate.max()),
        ):
            read[name].append(float(value))
    row = {"opt": float(instances.optimum.mean())} | {name: float(np.mean(v)) for name, v in read.items()}
    return row | scaled(row, instances)


class TrainingStreams:
    """Streams that draw from the training set's stream instead of the study's own."""

    def __init__(self, streams: Streams, agents: int, stations: int) -> None:
        self._streams, self._name = streams, training_stream(agents, stations)

    def rng(self, axis: str, unit: int, stream: str | None = None) -> np.random.Generator:
        """Return the generator of `axis` for one unit."""
        return self._streams.rng(axis, unit, self._name if stream is None else stream)


def _angles(w: FloatArray, x: FloatArray) -> FloatArray:
    return np.concatenate([np.broadcast_to(w, (len(x), w.size)), x], axis=1)


def _batches(count: int, rng: np.random.Generator) -> Iterator[IntArray]:
    """Yield batches of indices, a fresh order each pass, without end."""
    while True:
        order = rng.permutation(count)
        for start in range(0, count, BATCH):
            yield order[start : start + BATCH]
