"""A batched QNN: inputs encoded by RY, then layers of RX, RY, RZ and a ring of CX, with shared weights."""

from __future__ import annotations

import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector

LAYERS = 3


class Workload:
    """RY encoding, then layers of RX, RY, RZ on every qubit and a ring of CX."""

    def __init__(self, n: int, batch: int) -> None:
        self.n, self.batch = n, batch
        rng = np.random.default_rng(20_260_105)
        self.x = rng.uniform(0, np.pi, (batch, n))
        self.target = rng.uniform(-1, 1, (batch, n))
        self.weights = rng.uniform(-np.pi, np.pi, LAYERS * n * 3)
        inputs, weights = ParameterVector("x", n), ParameterVector("w", len(self.weights))
        circuit = QuantumCircuit(n)
        for q in range(n):
            circuit.ry(inputs[q], q)
        for layer in range(LAYERS):
            for q in range(n):
                k = 3 * (layer * n + q)
                circuit.rx(weights[k], q)
                circuit.ry(weights[k + 1], q)
                circuit.rz(weights[k + 2], q)
            for q in range(n):
                circuit.cx(q, (q + 1) % n)
        self.circuit, self.inputs = circuit, list(inputs)
        bits = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
        self.observables = list((1.0 - 2.0 * bits).T)
