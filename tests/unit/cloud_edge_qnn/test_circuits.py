"""What Eq. (20) of the journal paper fixes, gate by gate, and the readings of what it leaves open."""

import numpy as np
import pytest

from qbench.papers.cloud_edge_qnn.circuits import ALPHAS, MIDDLES, edge_angles, edge_circuit, weights


def drawn(circuit):
    """Gates after the encoding as (name, qubits, index of the angle)."""
    found = []
    for gate in circuit.data[2 * circuit.num_qubits :]:
        wires = tuple(circuit.find_bit(q).index for q in gate.qubits)
        found.append((gate.operation.name, wires, *[p.index for p in gate.operation.params]))
    return found


OPERATOR = [
    *[("cz", (2, 1)), ("ry", (2,), 2), ("cz", (2, 1)), ("cz", (1, 0)), ("ry", (1,), 1), ("cz", (1, 0))],
    *[("cz", (2, 1)), ("cz", (1, 0))],
    ("cz", (0, 2)),
    *[("ry", (0,), 3), ("ry", (1,), 4), ("ry", (2,), 5)],
    *[("cz", (2, 1)), ("cz", (1, 0))],
    ("ry", (0,), 0),
]


def test_operator_order_by_hand() -> None:
    assert drawn(edge_circuit(3)) == OPERATOR


def test_circuit_order_is_the_operator_order_backwards() -> None:
    found, wanted = drawn(edge_circuit(3, order="circuit")), OPERATOR[::-1]
    # Within the middle layer the qubits are drawn from the first on.
    wanted[3:6] = wanted[3:6][::-1]
    assert found == wanted


@pytest.mark.parametrize(("middle", "size"), [("independent", 6), ("shared", 3), ("identity", 3)])
def test_readings_of_the_middle_rotation(middle: str, size: int) -> None:
    circuit = edge_circuit(3, middle=middle)
    assert [p.name for p in weights(circuit)] == [f"theta[{k}]" for k in range(size)]
    wanted = [(*g[:2], g[2] % 3) if g[0] == "ry" and middle == "shared" else g for g in OPERATOR]
    if middle == "identity":
        wanted = [g for g in wanted if g[0] != "ry" or g[2] < 3]
    assert drawn(circuit) == wanted


@pytest.mark.parametrize("n", [2, 3, 4, 12])
@pytest.mark.parametrize("middle", MIDDLES)
def test_counts(n: int, middle: str) -> None:
    circuit = edge_circuit(n, middle=middle)
    assert circuit.count_ops()["cz"] == 4 * n - 3
    assert circuit.count_ops()["ry"] == (n if middle == "identity" else 2 * n)
    assert [p.index for p in weights(circuit)] == list(range(circuit.num_parameters - n))


def test_angles_by_hand() -> None:
    h = np.array([[1 + 2j, -1j], [2.0, -3.0]])
    np.testing.assert_allclose(edge_angles(h), [2.0, -1.0])
    np.testing.assert_allclose(edge_angles(h, "arg1"), [np.arctan2(2, 1), 0.0])
    np.testing.assert_allclose(edge_angles(h, "rel"), [-np.pi / 2 - np.arctan2(2, 1), np.pi])
    np.testing.assert_allclose(edge_angles(h, "norm"), [np.sqrt(6), np.sqrt(13)])
    np.testing.assert_allclose(edge_angles(h, "arg"), [np.arctan2(2, 1) - np.pi / 2, np.pi])


def test_rel_alone_ignores_a_common_phase() -> None:
    rng = np.random.default_rng(0)
    h = rng.normal(size=(5, 3, 2)) + 1j * rng.normal(size=(5, 3, 2))
    turned = {kind: edge_angles(np.exp(0.3j) * h, kind) - edge_angles(h, kind) for kind in ALPHAS}
    assert np.abs(turned["rel"]).max() < 1e-12
    assert all(np.abs(turned[kind]).max() > 0.1 for kind in ("sum", "arg1", "arg"))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: edge_circuit(1), "n_users must be a whole number of at least 2, got 1"),
        (lambda: edge_circuit(3, middle="share"), "middle must be one of .*did you mean 'shared'"),
        (lambda: edge_circuit(3, order="op"), "order must be one of circuit, operator, got 'op'"),
        (lambda: edge_angles(np.ones((3, 2)), "relative"), "alpha must be one of"),
        (
            lambda: edge_angles(np.ones((3, 1)), "rel"),
            r"at least 2 antennas on the last axis, got shape \(3, 1\); take",
        ),
        (lambda: edge_angles(np.ones(3)), r"channels must be \(\*B, users, antennas\) and not empty, got shape \(3,\)"),
    ],
)
def test_errors(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
