"""The CVaR objective and its gradient at 16 and 20 qubits, RY+CZ with p = 2."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from qbench.quantum import compile
from qbench.quantum.cvar import cvar_sampling_variance
from qbench.quantum.objective import CvarObjective
from tests.peers import engines
from tests.peers.harness import Engine, compare

SIZES = [pytest.param((4, 4), id="16 qubits"), pytest.param((4, 5), id="20 qubits")]


@pytest.fixture(scope="module", params=SIZES)
def work(request: Any) -> engines.Workload:
    return engines.Workload(*request.param)


def has(*modules: str) -> bool:
    return all(find_spec(m) for m in modules)


def test_objective(benchmark: Any, work: engines.Workload) -> None:
    objective = CvarObjective(compile(work.circuit), work.energies, engines.ALPHA)
    ours = Engine("qbench", lambda: objective.value(work.theta))
    large = work.n > 16
    peers = []
    if has("pennylane_lightning"):
        law = engines.pennylane_probabilities(work, "lightning.qubit")
        peers.append(Engine("lightning.qubit", lambda: work.cvar(law(work.theta)), 5 if large else 15))
    if has("pennylane"):
        slow = engines.pennylane_probabilities(work, "default.qubit")
        peers.append(Engine("default.qubit", lambda: work.cvar(slow(work.theta)), 3 if large else 7))
    if has("qiskit_aer"):
        aer = engines.aer_probabilities(work)
        peers.append(Engine("Aer statevector", lambda: work.cvar(aer()), 5 if large else 15))
    compare(benchmark, f"CVaR objective, exact, {work.n} qubits", ours, peers)


def test_sampled_objective(benchmark: Any, work: engines.Workload) -> None:
    program = compile(work.circuit)
    objective = CvarObjective(program, work.energies, engines.ALPHA)
    ours = Engine("qbench", lambda: objective.sampled(work.theta, engines.SHOTS, [np.random.default_rng(1)])[0])
    law = program.probabilities(work.theta)
    variance = float(cvar_sampling_variance(work.energies, law, engines.ALPHA))
    # Two independent samples: six standard deviations of their difference, seeds fixed.
    tolerance = 6.0 * np.sqrt(2.0 * variance / engines.SHOTS)
    peers = []
    if has("qiskit_algorithms", "qiskit_aer"):
        vqe = engines.sampling_vqe(work)
        run = lambda: np.asarray(vqe() + work.shift)  # noqa: E731 - one expression, used once
        peers.append(Engine("SamplingVQE on Aer", run, 5, tolerance))
    compare(benchmark, f"CVaR objective, 1024 shots, {work.n} qubits", ours, peers)


def test_gradient(benchmark: Any, work: engines.Workload) -> None:
    objective = CvarObjective(compile(work.circuit), work.energies, engines.ALPHA)
    ours = Engine("qbench", lambda: objective.value_and_gradient(work.theta)[1])
    large = work.n > 16
    peers = []
    if has("pennylane_lightning"):
        peers.append(Engine("lightning.qubit, adjoint", engines.lightning_gradient(work), 3 if large else 9, 1e-8))
    if has("pennylane"):
        rounds = 2 if large else 5
        peers.append(Engine("default.qubit, backprop", engines.default_qubit_gradient(work), rounds, 1e-8))
    compare(benchmark, f"CVaR gradient, {3 * work.n} angles, {work.n} qubits", ours, peers)
