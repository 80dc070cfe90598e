"""Blocks: what they hold, in which order, and their matrices."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.quantum_info import Operator

from qbench.quantum.fusion import Block, block_matrix, block_width, fuse, gate_matrices
from qbench.quantum.lowering import lower
from tests.oracles import circuits as c


def matrix_of(circuit, width):
    """The product of all blocks, each widened to the whole circuit by Qiskit."""
    lowered = lower(circuit)
    matrices = gate_matrices(lowered, lowered.angles(torch.zeros(0, dtype=torch.float64)), torch.complex128)
    whole = Operator(np.eye(2**circuit.num_qubits))
    for block in fuse(lowered, width):
        whole = whole.compose(Operator(block_matrix(block, matrices).numpy()), qargs=list(block.qubits))
    return whole.data


@c.share(0.8)
@given(c.circuits(st.integers(1, 5), parametric=False, phase=False, most=15), st.integers(1, 5))
def test_blocks_are_the_circuit(circuit, width):
    assert matrix_of(circuit, width) == pytest.approx(Operator(circuit).data, abs=1e-13)


@c.share(0.8)
@given(c.circuits(st.integers(1, 6)), st.integers(1, 5))
def test_every_gate_is_in_one_block_of_at_most_the_width(circuit, width):
    lowered = lower(circuit)
    blocks = fuse(lowered, width)
    for block in blocks:
        assert len(set(block.qubits)) == len(block.qubits) <= max(width, *(len(op.qubits) for op in block.ops))
        assert set(block.qubits) == {q for op in block.ops for q in op.qubits}
    assert sorted(map(repr, (op for b in blocks for op in b.ops))) == sorted(map(repr, lowered.ops))
    for q in range(lowered.n_qubits):
        assert [op for b in blocks for op in b.ops if q in op.qubits] == [op for op in lowered.ops if q in op.qubits]


def drawn(*gates):
    circuit = QuantumCircuit(4)
    for name, *arguments in gates:
        getattr(circuit, name)(*arguments)
    return lower(circuit)


@pytest.mark.parametrize(
    ("gates", "width", "expected"),
    [
        ([("h", 0), ("h", 1)], 1, [(0,), (1,)]),
        # A gate joins where it adds the fewest qubits, the earliest such block first.
        ([("h", 0), ("h", 1)], 2, [(0, 1)]),
        ([("cx", 0, 1), ("cx", 2, 3), ("h", 0)], 2, [(0, 1), (2, 3)]),
        ([("cx", 0, 1), ("cx", 1, 2), ("h", 1)], 2, [(0, 1), (1, 2)]),
        ([("cx", 0, 1), ("cx", 1, 2), ("cx", 0, 1)], 2, [(0, 1), (1, 2), (0, 1)]),
        ([("cx", 0, 1), ("cx", 2, 3), ("cx", 1, 2)], 4, [(0, 1, 2, 3)]),
        # A two-qubit gate has its two qubits whatever the width.
        ([("cx", 0, 1)], 1, [(0, 1)]),
    ],
)
def test_who_joins_whom(gates, width, expected):
    assert [b.qubits for b in fuse(drawn(*gates), width)] == expected


def test_a_gate_never_passes_one_that_shares_a_qubit():
    """H on qubit 1 stands after CX(1, 2): the first block has room for it, but stands before."""
    blocks = fuse(drawn(("cx", 0, 1), ("cx", 1, 2), ("h", 1)), 2)
    assert [op.name for op in blocks[1].ops] == ["cx", "h"]


def test_constant_blocks_take_no_angle():
    blocks = fuse(drawn(("h", 0), ("rx", Parameter("t"), 1), ("ry", 0.3, 2)), 1)
    assert [b.constant for b in blocks] == [True, False, False]


def test_widths():
    assert [block_width(n) for n in (1, 8, 9, 20)] == [2, 2, 4, 4]


def test_matrices_have_a_batch_only_where_angles_do():
    lowered = drawn(("h", 0), ("rx", Parameter("t"), 1))
    angles = lowered.angles(torch.zeros((5, 1), dtype=torch.float64))
    matrices = gate_matrices(lowered, angles, torch.complex128)
    assert sorted(tuple(m.shape) for m in matrices.values()) == [(2, 2), (5, 2, 2)]
    assert block_matrix(fuse(lowered, 2)[0], matrices).shape == (5, 4, 4)


def test_a_block_without_gates_is_no_block():
    with pytest.raises(ValueError, match="a block has at least one gate"):
        block_matrix(Block((0,), ()), {})
