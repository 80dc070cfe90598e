"""The ansatz of Eq. (11) and Fig. 3: RY rotations and controlled-Z gates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbench._check import one_of, positive_int

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

ENTANGLEMENTS = ("linear", "ring", "full", "none")


def cz_pairs(n_qubits: int, entanglement: str = "linear") -> list[tuple[int, int]]:
    """Return the pairs of one CZ layer: a chain, a chain closed to a ring, every pair, or none.

    Two qubits have one pair in a ring too: the closing CZ would undo the first. Fig. 3 of the paper is not readable;
    "linear" is what we take it to be.
    Raises ValueError for fewer than 1 qubit and an unknown entanglement.
    """
    n = positive_int("n_qubits", n_qubits)
    one_of("entanglement", entanglement, ENTANGLEMENTS)
    if entanglement == "none":
        return []
    if entanglement == "full":
        return [(i, j) for i in range(n) for j in range(i + 1, n)]
    chain = [(i, i + 1) for i in range(n - 1)]
    return [*chain, (n - 1, 0)] if entanglement == "ring" and n > 2 else chain


def ry_cz_ansatz(n_qubits: int, depth: int, entanglement: str = "linear") -> QuantumCircuit:
    """Return an RY layer followed by `depth` blocks of a CZ layer and an RY layer, Eq. (11) on |0...0>.

    RY(t) = exp(-i t Y / 2), angles in radians: (depth + 1) n parameters, layer by layer and within a layer qubit by
    qubit; `circuit.parameters` has this order. Depth 0 prepares product states. All amplitudes are real, and theta_0 =
    pi b with every other angle 0 prepares the basis state b up to a sign: the form reaches all basis states.
    Raises ValueError for fewer than 1 qubit, a negative depth, and an unknown entanglement.
    """
    n = positive_int("n_qubits", n_qubits)
    p = positive_int("depth", depth, least=0)
    pairs = cz_pairs(n, entanglement)
    from qiskit import QuantumCircuit
    from qiskit.circuit import ParameterVector

    # A vector, because qiskit sorts loose parameters by name: theta10 would come before theta2.
    theta = ParameterVector("theta", (p + 1) * n)
    circuit = QuantumCircuit(n, name=f"ry_cz_{entanglement}_p{p}")
    for layer in range(p + 1):
        if layer:
            for a, b in pairs:
                circuit.cz(a, b)
        for qubit in range(n):
            circuit.ry(theta[layer * n + qubit], qubit)
    return circuit
