"""All weight gradients of a batched QNN."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

from tests.benchmarks.qnn_workload import Workload
from tests.peers import qnn
from tests.peers.harness import Engine, compare


@pytest.mark.parametrize("batch", [100, 1000])
@pytest.mark.parametrize("n", [4, 6])
def test_gradient(benchmark: Any, n: int, batch: int) -> None:
    work = Workload(n, batch)
    ours = Engine("qbench", qnn.ours(work))
    peers = []
    if find_spec("pennylane"):
        slow = qnn.pennylane_gradient(work, "default.qubit", "backprop")
        peers.append(Engine("default.qubit, backprop", slow, 15))
    if find_spec("pennylane_lightning"):
        slower = qnn.pennylane_gradient(work, "lightning.qubit", "adjoint")
        peers.append(Engine("lightning.qubit, adjoint", slower, 2, 1e-8))
    compare(benchmark, f"QNN gradient, {n} qubits, batch {batch}, {len(work.weights)} weights", ours, peers)


def test_gradient_of_a_shift_rule_network(benchmark: Any) -> None:
    # Two circuits a weight, an input and an observable: ten inputs take it as long as the others thousands.
    pytest.importorskip("qiskit_machine_learning")
    work = Workload(4, 10)
    slowest = Engine("EstimatorQNN, shift rule", qnn.estimator_qnn_gradient(work), 1)
    compare(
        benchmark,
        f"QNN gradient, 4 qubits, batch 10, {len(work.weights)} weights",
        Engine("qbench", qnn.ours(work)),
        [slowest],
    )
