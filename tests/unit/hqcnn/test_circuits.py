"""The convolutional circuit: what the code of the paper's reference [11] fixes, and what every reading costs."""

from __future__ import annotations

import numpy as np
import pytest
from qiskit.circuit.library import StatePreparation
from qiskit.quantum_info import Operator

from qbench.papers.hqcnn.circuits import (
    block_depth,
    layers_circuit,
    n_blocks,
    n_cx,
    qcnn_circuit,
    shift_executions,
    su4_circuit,
)
from qbench.papers.hqcnn.layout import READOUTS, SHARINGS, TOPOLOGIES, Layout, read_out, ring_pairs, wire_lists
from qbench.quantum import resources

CONV_1 = [(0, 7), (0, 1), (2, 3), (4, 5), (6, 7), (1, 2), (3, 4), (5, 6)]
CONV_2, CONV_3 = [(0, 6), (0, 2), (4, 6), (2, 4)], [(0, 4)]


def test_block_is_that_of_the_reference():
    """The gates of U_SU4 in [11]'s code, in their order."""
    circuit = su4_circuit()
    found = [
        (g.operation.name, [circuit.find_bit(q).index for q in g.qubits], [p.index for p in g.operation.params])
        for g in circuit.data
    ]
    assert found == [
        ("u", [0], [0, 1, 2]),
        ("u", [1], [3, 4, 5]),
        ("cx", [0, 1], []),
        ("ry", [0], [6]),
        ("rz", [1], [7]),
        ("cx", [1, 0], []),
        ("ry", [0], [8]),
        ("cx", [0, 1], []),
        ("u", [0], [9, 10, 11]),
        ("u", [1], [12, 13, 14]),
    ]


def test_block_is_unitary_and_not_of_depth_6():
    """C21, C47: the paper says depth 6."""
    rng = np.random.default_rng(0)
    assert su4_circuit().depth() == block_depth() == 7
    assert su4_circuit(entangled=False).depth() == block_depth(entangled=False) == 4
    assert resources(su4_circuit()).two_qubit_gates == 3
    for _ in range(100):
        u = Operator(su4_circuit().assign_parameters(rng.uniform(-7, 7, 15))).data
        assert np.abs(u @ u.conj().T - np.eye(4)).max() <= 1e-12


def test_wires_of_8_by_hand():
    assert [b.wires for b in Layout().blocks] == CONV_1 + CONV_2 + CONV_3
    assert [b.wires for b in Layout(topology="chain").blocks] == CONV_1[1:] + CONV_2[1:] + CONV_3
    assert [b.layer for b in Layout().blocks] == [0] * 8 + [1] * 4 + [2]


def test_pooling_gates_are_those_of_the_reference():
    blocks = Layout(sharing="layer", pooling=True).blocks
    pools = [(b.wires, b.layer, b.angles) for b in blocks if b.kind == "pool"]
    assert pools == [
        *[((i + 1, i), 0, 45) for i in (0, 2, 4, 6)],
        *[((2, 0), 1, 47), ((6, 4), 1, 47)],
        ((0, 4), 2, 49),
    ]
    # Each layer is pooled before the next begins.
    assert [b.layer for b in blocks] == sorted(b.layer for b in blocks)
    names = [g.operation.name for g in layers_circuit(Layout(pooling=True)).data]
    assert names.count("crz") == names.count("x") == names.count("crx") == 7
    at = names.index("crz")
    assert names[at : at + 3] == ["crz", "x", "crx"]


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (2, [(0, 1)]),
        (4, [(0, 3), (0, 1), (2, 3), (1, 2), (0, 2)]),
        (6, [(0, 5), (0, 1), (2, 3), (4, 5), (1, 2), (3, 4), (0, 4), (0, 2), (2, 4)]),
    ],
)
def test_wires_of_fewer_qubits(n, expected):
    assert [b.wires for b in Layout(n_qubits=n).blocks] == expected


@pytest.mark.parametrize(
    ("readout", "layers", "read"),
    [
        ("all", 3, tuple(range(8))),
        ("n_out1", 3, (4,)),
        ("wire0", 3, (0,)),
        ("n_out2", 2, (0, 4)),
        ("n_out4", 1, (0, 2, 4, 6)),
    ],
)
def test_readouts_of_8(readout, layers, read):
    assert read_out(8, readout) == (layers, read)
    layout = Layout(readout=readout)
    assert layout.read == read
    assert len(layout.wires) == layers


@pytest.mark.parametrize(("layers", "blocks", "depth", "cx"), [(1, 8, 21, 24), (2, 12, 42, 36), (3, 13, 49, 39)])
def test_costs_as_drawn(layers, blocks, depth, cx):
    layout = Layout(readout=("n_out4", "n_out2", "all")[layers - 1])
    found = resources(layers_circuit(layout))
    assert (n_blocks(layout), found.depth, found.two_qubit_gates) == (blocks, depth, cx)
    assert n_cx(layout) == cx
    assert layers_circuit(layout).depth() == depth
    assert qcnn_circuit(layout).depth() == depth + 1


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 7, 8, 11, 16])
@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_counts_are_the_circuits(n, topology):
    for sharing in SHARINGS:
        layout = Layout(n_qubits=n, topology=topology, sharing=sharing)
        circuit = layers_circuit(layout)
        assert circuit.num_nonlocal_gates() == n_cx(layout)
        assert circuit.num_parameters == layout.n_angles == 15 * layout.n_vectors
        rotations = sum(len(g.operation.params) for g in circuit.data)
        assert shift_executions(layout) == 2 * rotations
        product = Layout(n_qubits=n, topology=topology, sharing=sharing, entangled=False)
        assert n_cx(product) == layers_circuit(product).num_nonlocal_gates() == 0


def test_trained_angles_of_the_readings():
    """C12, C13, E5: 15 shared by all; 45 and 51 of [11]'s own code; 195 as the paper describes it; never 120 or 210."""
    assert Layout().n_angles == 15
    assert Layout(sharing="layer").n_angles == 45
    assert Layout(sharing="layer", pooling=True).n_angles == 51
    assert Layout(sharing="block").n_angles == 195
    # T (2n - 2) and 15 n, the two counts that the paper gives for [11].
    assert {15 * (2 * 8 - 2), 15 * 8} == {210, 120}


def test_shared_vectors_are_shared():
    for sharing, wanted in (("all", {0}), ("layer", {0, 1, 2}), ("block", set(range(13)))):
        blocks = Layout(sharing=sharing).blocks
        assert {b.vector for b in blocks} == wanted
        assert all(b.angles == 15 * b.vector for b in blocks)
        if sharing == "layer":
            assert all(b.vector == b.layer for b in blocks)


def test_angle_embedding_is_shallower_than_amplitudes():
    """C23: one layer against a state preparation of 8 qubits."""
    rng = np.random.default_rng(1)
    amplitudes = rng.normal(size=256)
    prepared = StatePreparation(amplitudes / np.linalg.norm(amplitudes)).definition
    assert resources(qcnn_circuit(Layout())).depth - resources(layers_circuit(Layout())).depth == 1
    assert resources(prepared).transpiled.depth > 100


def test_parameters_come_in_the_order_of_the_angles():
    names = [p.name for p in qcnn_circuit(Layout(sharing="layer", pooling=True)).parameters]
    assert names == [f"h[{k}]" for k in range(8)] + [f"theta[{k}]" for k in range(51)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Layout(n_qubits=1), "n_qubits must be a whole number of at least 2, got 1"),
        (lambda: Layout(n_qubits=6, readout="n_out4"), "halving 6 qubits does not leave 4 wires.*take 8 qubits"),
        (lambda: Layout(n_qubits=6, readout="n_out1"), "halving 6 qubits does not lead to a pair.*take 2, 4 or 8"),
        (lambda: wire_lists(8, 4), "8 qubits can be pooled for at most 3 layers, got layers=4"),
        (lambda: Layout(readout="n_out3"), "readout must be one of .*got 'n_out3'"),
        (lambda: Layout(sharing="layers"), "sharing must be one of .*did you mean 'layer'"),
        (lambda: Layout(topology="line"), "topology must be one of chain, ring"),
        (lambda: ring_pairs((3,)), "a layer needs at least 2 wires, got 1"),
        (lambda: Layout(pooling=True, entangled=False), "pooling gates entangle"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_every_readout_has_a_layout_of_8():
    assert [len(Layout(readout=r).read) for r in READOUTS] == [8, 1, 1, 2, 4]
