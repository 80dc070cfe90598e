"""All weight gradients of a batched QNN."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

from tests.benchmarks.qnn_workload import Workload
from tests.peers import qnn
from tests.peers.harness import Engine, compare


@pytest.mark.parametrize(("n", "batch"), [(4, 1000), (6, 256)], ids=["4 qubits x 1000", "6 qubits x 256"])
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
