"""A training step of the convolutional circuit, and its noisy values, 8 qubits; pyqtorch is used where installed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest
import torch

from qbench.papers.hqcnn.depolarising import Depolarising
from qbench.papers.hqcnn.noise import noisy_expectation
from tests.benchmarks.qcnn_workload import Workload
from tests.peers import qcnn
from tests.peers.harness import Engine, compare


@pytest.mark.parametrize(
    ("seeds", "dtype", "tolerance"),
    [(1, torch.float64, 1e-9), (20, torch.float32, 1e-2)],
    ids=["1 seed, double", "20 seeds, single"],
)
def test_training_step(benchmark: Any, seeds: int, dtype: torch.dtype, tolerance: float) -> None:
    """Peers compute in double precision, and one seed after the other."""
    torch.set_num_threads(1)
    work = Workload(seeds, 128)
    ours = Engine("qbench", lambda: work.step(dtype))
    rounds = 5 if seeds == 1 else 1
    peers = []
    if find_spec("pennylane"):
        peers.append(Engine("TorchLayer, default.qubit, backprop", qcnn.torch_layer_step(work), rounds, tolerance))
    if find_spec("pyqtorch"):
        peers.append(Engine("pyqtorch, autograd", qcnn.pyqtorch_step(work), rounds, tolerance))
    words = "1 seed, double precision" if seeds == 1 else f"{seeds} seeds, single precision"
    compare(benchmark, f"QCNN training step, 8 qubits, batch 128, {words}", ours, peers)


def test_noisy_values(benchmark: Any) -> None:
    work = Workload(1, 32)
    ours = Engine("qbench", lambda: noisy_expectation(work.layout, work.h, work.theta, Depolarising(p=0.1))[0])
    peers = []
    if find_spec("qiskit_aer"):
        peers.append(Engine("Aer, density matrix", qcnn.aer_noisy(work, 0.1), 2))
    compare(benchmark, "noisy QCNN, 8 qubits, batch 32", ours, peers)


def test_noisy_value_of_one_input(benchmark: Any) -> None:
    work = Workload(1, 1)
    noise = Depolarising(p=0.075, convention="pennylane")
    ours = Engine("qbench", lambda: noisy_expectation(work.layout, work.h, work.theta, noise)[0])
    peers = []
    if find_spec("pennylane"):
        peers.append(Engine("default.mixed", qcnn.mixed_noisy(work, 0.075), 2))
    compare(benchmark, "noisy QCNN, 8 qubits, one input, a channel on each wire", ours, peers)
