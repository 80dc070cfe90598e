"""What the cloud circuit costs: closed forms of our count, and what the papers print.

Lemma 1 adds L - 1 qubits "to connect layers" and N - 1 "to connect neurons" (the journal prints L - 1 twice). No such
qubit stands in the register |0>^(L N) or in any gate of Eq. (15): the CX and CZ act on the qubits of the neurons. The
journal's own proof for the edge argues in that way.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from qbench._check import one_of, positive_int
from qbench.papers.cloud_qnn.circuits import cloud_circuit, connect_circuit

if TYPE_CHECKING:
    from collections.abc import Sequence

EVALUATIONS = {"psr": 2, "rotosolve": 3}
"""Loss evaluations for each angle: two shifts, or three points of a sinusoid."""


def qubits(n_layer: int, n_neuron: int) -> int:
    """Return L N. Raises ValueError for numbers below 1, as all functions here."""
    return positive_int("n_layer", n_layer) * positive_int("n_neuron", n_neuron)


def printed_qubits(n_layer: int, n_neuron: int, paper: str = "conference") -> int:
    """Return Lemma 1: (L - 1) + (N - 1) + L N of the 2022 paper, 2 (L - 1) + L N of the "journal"."""
    own = qubits(n_layer, n_neuron)
    one_of("paper", paper, ("conference", "journal"))
    return own + (n_layer - 1) + (n_neuron - 1 if paper == "conference" else n_layer - 1)


def two_qubit_gates(n_layer: int, n_neuron: int) -> int:
    """Return (L - 1) (N - 1) CZ and L - 1 CX: (L - 1) N, as printed."""
    qubits(n_layer, n_neuron)
    return (n_layer - 1) * n_neuron


def one_qubit_gates(n_layer: int, n_neuron: int, rotations: int = 1) -> int:
    """Return N H, N R RZ and L N RY, where R is 1 with merged rotations, K as printed."""
    return n_neuron * (1 + positive_int("rotations", rotations)) + qubits(n_layer, n_neuron)


def evaluations(angles: int, optimiser: str = "psr") -> int:
    """Return the loss evaluations of one step over all angles: 2 P for the shift rule, 3 P for Rotosolve."""
    one_of("optimiser", optimiser, EVALUATIONS)
    return EVALUATIONS[optimiser] * positive_int("angles", angles)


def connect_depth(n_layer: int, n_neuron: int, schedule: str = "ascending", order: str = "operator") -> int:
    """Return the depth of U_connect, counted on the drawn circuit. For L = 2, ascending, operator order: max(3, N)."""
    return int(connect_circuit(n_layer, n_neuron, schedule=schedule, order=order).depth())


def factor_depth(gate: str, n_layer: int, n_neuron: int) -> int:
    """Return the depth of one factor of U_connect alone: "ry", "cx" or "cz"."""
    return int(connect_circuit(n_layer, n_neuron, gates=(gate,)).depth())


def circuit_depth(n_layer: int, n_neuron: int) -> int:
    """Return the depth with the encoding, merged rotations, ascending CZ, operator order."""
    return int(cloud_circuit(n_layer, n_neuron).depth())


def mlp_weights(n_layer: int, n_neuron: int, *, biases: bool = True) -> int:
    """Return weights of a classical network of L layers with N neurons each: (L - 1) N^2, and (L - 1) N biases.

    Without biases it is the number of multiplications of a forward pass.
    """
    qubits(n_layer, n_neuron)
    return (n_layer - 1) * (n_neuron**2 + (n_neuron if biases else 0))


def degree(values: Sequence[int]) -> int:
    """Return the degree of the polynomial with these whole values at 1, 2, 3, ..., by differences, exactly.

    Raises ValueError where the values do not show it: a polynomial of degree d needs d + 2 of them.
    """
    row, order = list(values), 0
    while len(row) > 1:
        if len(set(row)) == 1:
            return order
        row, order = [b - a for a, b in itertools.pairwise(row)], order + 1
    raise ValueError(f"{len(values)} values show no degree; pass at least two more than the degree")
