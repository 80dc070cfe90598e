"""The convolutional circuit as Qiskit draws it: the block of Fig. 2c, the layers of a layout, and what they cost.

The block is U_SU4 of [11], 15 angles on the wires (a, b): U(p0..2) a, U(p3..5) b, CX a-b, RY(p6) a, RZ(p7) b, CX b-a,
RY(p8) a, CX a-b, U(p9..11) a, U(p12..14) b. Drawn, it has depth 7 and 3 CX; the paper says depth 6 (C21). Depths here
count gates as drawn, every u, ry, rz and cx as 1, without embedding and measurement unless said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbench._check import positive_int
from qbench.papers.hqcnn.layout import SU4_ANGLES, Layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qiskit import QuantumCircuit
    from qiskit.circuit import Parameter

CX_PER_BLOCK = 3


def su4_circuit(*, entangled: bool = True) -> QuantumCircuit:
    """Return the block on qubits 0 (a) and 1 (b), parameters p[0..14], radians; without its CX unless `entangled`."""
    from qiskit import QuantumCircuit
    from qiskit.circuit import ParameterVector

    circuit = QuantumCircuit(2, name="U_SU4" if entangled else "U_SU4_product")
    append_su4(circuit, ParameterVector("p", SU4_ANGLES), (0, 1), entangled=entangled)
    return circuit


def append_su4(
    circuit: QuantumCircuit, p: Sequence[Parameter], wires: tuple[int, int], *, entangled: bool = True
) -> None:
    """Put one block with its 15 angles on wires (a, b) of `circuit`."""
    a, b = wires

    def cx(control: int, target: int) -> None:
        if entangled:
            circuit.cx(control, target)

    circuit.u(*p[0:3], a)
    circuit.u(*p[3:6], b)
    cx(a, b)
    circuit.ry(p[6], a)
    circuit.rz(p[7], b)
    cx(b, a)
    circuit.ry(p[8], a)
    cx(a, b)
    circuit.u(*p[9:12], a)
    circuit.u(*p[12:15], b)


def embedding_circuit(n_qubits: int) -> QuantumCircuit:
    """Return RY(2 h_i) on qubit i: cos h_i |0> + sin h_i |1>, Section III-A1; parameters h, radians."""
    from qiskit import QuantumCircuit
    from qiskit.circuit import ParameterVector

    n = positive_int("n_qubits", n_qubits)
    circuit = QuantumCircuit(n, name="embedding")
    for q, h in enumerate(ParameterVector("h", n)):
        circuit.ry(2.0 * h, q)
    return circuit


def layers_circuit(layout: Layout) -> QuantumCircuit:
    """Return the blocks of a layout in order, parameters theta, radians, without embedding.

    A pooling gate is CRZ, X on the control, CRX, as in [11]; its control is not measured before the end, which is the
    same, as nothing touches it again (deferred measurement).
    """
    from qiskit import QuantumCircuit
    from qiskit.circuit import ParameterVector

    theta = ParameterVector("theta", layout.n_angles)
    circuit = QuantumCircuit(layout.n_qubits, name="qcnn")
    for block in layout.blocks:
        first, second = block.wires
        if block.kind == "su4":
            own = theta[block.angles : block.angles + SU4_ANGLES]
            append_su4(circuit, own, block.wires, entangled=layout.entangled)
        else:
            circuit.crz(theta[block.angles], first, second)
            circuit.x(first)
            circuit.crx(theta[block.angles + 1], first, second)
    return circuit


def qcnn_circuit(layout: Layout) -> QuantumCircuit:
    """Return embedding and layers on |0..0>: parameters h (n,), then theta, both in radians."""
    circuit = embedding_circuit(layout.n_qubits).compose(layers_circuit(layout))
    circuit.name = "hqcnn"
    return circuit


def n_blocks(layout: Layout) -> int:
    """Return the number of two-qubit blocks, pooling gates not counted: 8, 12, 13 for 1, 2, 3 ring layers of 8."""
    return sum(b.kind == "su4" for b in layout.blocks)


def n_cx(layout: Layout) -> int:
    """Return the CX of the blocks, pooling gates not counted: 3 a block, or none without entanglement."""
    return CX_PER_BLOCK * n_blocks(layout) if layout.entangled else 0


def block_depth(*, entangled: bool = True) -> int:
    """Return the depth of the block: 7 as drawn (the paper says 6); without its CX the wires' own 4."""
    return 7 if entangled else 4


def shift_executions(layout: Layout) -> int:
    """Return the circuits of one exact gradient by shift rules: 2 for each of the 15 angles of every block.

    Sharing changes nothing: the derivative by a shared angle is the sum over the gates that it stands in (C15).
    """
    return 2 * SU4_ANGLES * n_blocks(layout)
