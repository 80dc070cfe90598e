"""Exact studies of how deep circuits are: the block, and what embeds the gains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import positive_int
from qbench.papers.hqcnn._columns import one
from qbench.papers.hqcnn.circuits import embedding_circuit, layers_circuit, qcnn_circuit, su4_circuit
from qbench.papers.hqcnn.layout import Layout

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

    from qbench.papers._study import Columns, Params, Streams


def drawn_depth(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001 - the signature of a study
    """C21: Qiskit's depth of the block of Fig. 2c, gates as drawn.

    Columns: block; transpiled, the block in U and CX; cx, its CX; layers, the depth of all layers of the main circuit,
    embedded, that with the embedding, and layers_cx, their CX.
    """
    from qbench.quantum.resources import resources

    block, layers = su4_circuit(), layers_circuit(Layout())
    return one(
        block=block.depth(),
        transpiled=resources(block).transpiled.depth,
        cx=block.count_ops()["cx"],
        layers=layers.depth(),
        embedded=qcnn_circuit(Layout()).depth(),
        layers_cx=layers.count_ops()["cx"],
    )


def drawn_depth_witness(columns: Columns) -> str:
    """Say the depth of the block."""
    return (
        f"U, CX, RY beside RZ, CX, RY, CX, U: {columns['block'][0]:.0f} steps with {columns['cx'][0]:.0f} CX; the "
        f"circuit of 13 blocks has depth {columns['layers'][0]:.0f}"
    )


def embedding_depth(params: Params, streams: Streams, units: range) -> Columns:
    """C23: depth in U and CX of RY on every qubit, and of Qiskit's preparation of a drawn real state.

    Params: qubits. Columns: angle, amplitude: the depths; angle_cx, amplitude_cx: CX; amplitude_half and
    amplitude_half_cx: of a state of half as many qubits.
    """
    n = positive_int("qubits", params["qubits"], least=4)
    (unit,) = units
    rng = streams.rng("instance", unit)
    angle, angle_cx = _depth(embedding_circuit(n))
    amplitude, amplitude_cx = _depth(amplitude_circuit(n, rng))
    half, half_cx = _depth(amplitude_circuit(n // 2, rng))
    return one(
        angle=angle,
        angle_cx=angle_cx,
        amplitude=amplitude,
        amplitude_cx=amplitude_cx,
        amplitude_half=half,
        amplitude_half_cx=half_cx,
    )


def amplitude_circuit(n_qubits: int, rng: np.random.Generator) -> QuantumCircuit:
    """Return Qiskit's circuit that prepares a real unit vector (2^n,), drawn evenly from the sphere."""
    from qiskit import QuantumCircuit
    from qiskit.circuit.library import StatePreparation

    n = positive_int("n_qubits", n_qubits)
    amplitudes = rng.normal(size=2**n)
    circuit = QuantumCircuit(n)
    circuit.append(StatePreparation(amplitudes / np.linalg.norm(amplitudes)), range(n))
    return circuit


def _depth(circuit: QuantumCircuit) -> tuple[int, int]:
    """Return depth and number of CX in U and CX."""
    from qbench.quantum.resources import resources

    found = resources(circuit).transpiled
    return found.depth, found.gates.get("cx", 0)
