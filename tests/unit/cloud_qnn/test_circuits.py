"""What Eqs. (14)-(15) of the 2022 paper fix: gates, their order, the order of parameters, and what may vary."""

import numpy as np
import pytest
from qiskit.quantum_info import Operator

from qbench.papers.cloud_qnn.circuits import (
    ORDERS,
    SCHEDULES,
    cloud_circuit,
    connect_circuit,
    cz_schedule,
    encode_circuit,
    inputs,
    readout_qubits,
    reuse_circuit,
)


def drawn(circuit):
    """Gates as (name, qubits), in order."""
    return [(g.operation.name, tuple(circuit.find_bit(q).index for q in g.qubits)) for g in circuit.data]


def test_operator_order_by_hand() -> None:
    """L = 3, N = 2: RY first, the CX with l = 2 before l = 1, CZ last and on layers 1 and 2 alone."""
    assert drawn(connect_circuit(3, 2)) == [
        *[("ry", (q,)) for q in range(6)],
        ("cx", (3, 4)),
        ("cx", (1, 2)),
        ("cz", (1, 0)),
        ("cz", (3, 2)),
    ]


def test_circuit_order_is_read_from_left_to_right() -> None:
    names = drawn(connect_circuit(3, 2, order="circuit", cz_range="all"))
    assert names == [
        ("cz", (1, 0)),
        ("cz", (3, 2)),
        ("cz", (5, 4)),
        ("cx", (1, 2)),
        ("cx", (3, 4)),
        *[("ry", (q,)) for q in range(6)],
    ]


def test_one_layer_has_no_two_qubit_gate_as_printed() -> None:
    assert set(cloud_circuit(1, 4).count_ops()) == {"h", "rz", "ry"}
    assert cloud_circuit(1, 4, cz_range="all").count_ops()["cz"] == 3


def test_parameters_are_layer_major_and_inputs_come_first() -> None:
    circuit = cloud_circuit(3, 4, rotations=3)
    assert [p.name for p in circuit.parameters] == [f"phi[{k}]" for k in range(12)] + [f"theta[{k}]" for k in range(12)]
    assert inputs(circuit) == list(circuit.parameters)[:12]
    turned = {g.params[0].name: circuit.find_bit(g.qubits[0]).index for g in circuit.data if g.operation.name == "ry"}
    assert turned == {f"theta[{k}]": k for k in range(12)}
    encoded = {g.params[0].name: circuit.find_bit(g.qubits[0]).index for g in circuit.data if g.operation.name == "rz"}
    assert encoded == {f"phi[{k}]": k // 3 for k in range(12)}


def test_the_rotations_of_a_qubit_add_up() -> None:
    many, one = encode_circuit(3, 2, 4), encode_circuit(3, 2)
    phi = np.random.default_rng(0).normal(size=(2, 4))
    assert Operator(many.assign_parameters(phi.ravel())).equiv(Operator(one.assign_parameters(phi.sum(axis=1))))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_schedule_changes_no_unitary(order: str, schedule: str) -> None:
    theta = np.random.default_rng(1).normal(size=8)
    first, other = (
        connect_circuit(2, 4, order=order, schedule=s).assign_parameters(theta) for s in (SCHEDULES[0], schedule)
    )
    assert sorted(drawn(first)) == sorted(drawn(other))
    np.testing.assert_allclose(Operator(first).data, Operator(other).data, atol=1e-12)


def test_schedules_by_hand() -> None:
    assert cz_schedule(5) == [(0, 1), (1, 2), (2, 3), (3, 4)]
    assert cz_schedule(5, "descending") == [(3, 4), (2, 3), (1, 2), (0, 1)]
    assert cz_schedule(5, "even-odd") == [(0, 1), (2, 3), (1, 2), (3, 4)]
    assert cz_schedule(1, "even-odd") == []


def test_reuse_by_hand() -> None:
    circuit = reuse_circuit(2, 2)
    assert drawn(circuit) == [
        *[("h", (0,)), ("rz", (0,)), ("h", (1,)), ("rz", (1,))],
        *[("ry", (0,)), ("ry", (1,)), ("cz", (1, 0)), ("ry", (0,)), ("ry", (1,))],
    ]
    assert reuse_circuit(3, 4).num_parameters == 4 + 12
    assert len(inputs(reuse_circuit(3, 4))) == 4


def test_readout() -> None:
    assert readout_qubits(3, 2) == [4, 5]
    assert readout_qubits(3, 2, "first") == [0, 1]
    assert readout_qubits(3, 2, "all") == list(range(6))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: connect_circuit(0, 4), "n_layer must be a whole number of at least 1, got 0"),
        (lambda: connect_circuit(2, 1.5), "n_neuron must be a whole number of at least 1, got 1.5"),
        (lambda: connect_circuit(2, 4, order="operators"), "order must be one of .*did you mean 'operator'"),
        (lambda: connect_circuit(2, 4, schedule="even"), "schedule must be one of ascending, descending, even-odd"),
        (lambda: connect_circuit(2, 4, cz_range="print"), "cz_range must be one of all, printed, got 'print'"),
        (lambda: connect_circuit(2, 4, gates=("rx",)), "gates must be one of cx, cz, ry, got 'rx'"),
        (lambda: readout_qubits(2, 4, "middle"), "readout must be one of all, first, last, got 'middle'"),
        (lambda: encode_circuit(2, 3), "n_neuron must be at most n_qubits = 2, got 3; the encoding"),
        (lambda: encode_circuit(2, 2, 0), "rotations must be a whole number of at least 1, got 0"),
        (lambda: reuse_circuit(0, 2), "n_layer must be a whole number of at least 1, got 0"),
    ],
)
def test_errors(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
