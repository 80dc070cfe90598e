"""The encoder, 64 sites and a batch of 256, and the law of a searched action; quimb is used where installed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from qbench.papers.tn_qdrl.grover_circuits import for_engine, search_circuit
from qbench.papers.tn_qdrl.grover_steps import after_iterations
from qbench.quantum import compile
from tests.benchmarks.tn_qdrl_workload import Encoding, Selection
from tests.peers import tn_qdrl
from tests.peers.harness import Engine, compare


@pytest.mark.parametrize("bond", [4, 8, 16])
def test_encoder(benchmark: Any, bond: int) -> None:
    work = Encoding(bond)
    peers = []
    if find_spec("tensorly"):
        peers.append(Engine("Tensorly, site by site", tn_qdrl.tensorly_sweep(work)))
    if find_spec("quimb"):
        peers.append(Engine("quimb, greedy path", tn_qdrl.quimb_network(work), 5))
    compare(
        benchmark, f"tensor-network encoder, 64 sites, bond {bond}, batch 256", Engine("qbench", work.encode), peers
    )


@pytest.mark.parametrize("actions", [64, 324])
def test_selection(benchmark: Any, actions: int) -> None:
    """The closed form needs no simulation; so do the steps on a vector, though no gates: both stand beside circuits."""
    work = Selection(actions)
    program = compile(for_engine(search_circuit(actions, work.marked)))
    ours = Engine("qbench, closed form", work.closed_form)
    peers = [
        Engine("qbench, state vector", lambda: after_iterations(actions, work.marked, work.iterations) ** 2),
        Engine("qbench, circuit in u and cx", lambda: program.probabilities(np.zeros(0))[:actions], 3),
    ]
    if find_spec("qiskit_aer"):
        peers.append(Engine("Aer, circuit", tn_qdrl.aer_law(work), 7))
    if find_spec("pennylane") and actions == 64:
        peers.append(Engine("PennyLane, GroverOperator", tn_qdrl.pennylane_law(work), 3))
    compare(benchmark, f"law of a search among {actions} actions", ours, peers)
