"""Dimensions of Lie algebras of the papers' circuits, by our closure and PennyLane's (Lemma 2, property 21)."""

import numpy as np
import pennylane as qml
import pytest
from qiskit.quantum_info import SparsePauliOp

from qbench.papers.cloud_edge_qnn.expressivity import (
    cloud_generators,
    edge_dimension,
    edge_generators,
    layer_generators,
)
from qbench.quantum.dla import dla_dimension

LETTERS = {"I": qml.Identity, "X": qml.PauliX, "Y": qml.PauliY, "Z": qml.PauliZ}


def by_pennylane(generators):
    found = []
    for terms in ({g: 1} if isinstance(g, str) else g for g in generators):
        parts = [float(c) * qml.prod(*[LETTERS[a](w) for w, a in enumerate(label)]) for label, c in terms.items()]
        found.append(qml.sum(*parts) if len(parts) > 1 else parts[0])
    return len(qml.lie_closure(found, max_iterations=100))


@pytest.mark.parametrize(("layers", "n"), [(1, 2), (2, 4), (3, 2)])
def test_cloud(layers: int, n: int) -> None:
    """{Y} alone is abelian, L N; with the encoding's Z on layer 1 these qubits get su(2): 3 N + (L - 1) N."""
    assert dla_dimension(cloud_generators(layers, n)) == layers * n
    both = cloud_generators(layers, n, encoded=True)
    assert dla_dimension(both) == by_pennylane(both) == 3 * n + (layers - 1) * n


@pytest.mark.parametrize(
    ("kind", "dimensions"),
    [
        ("y", [2, 3, 4]),
        ("y+z", [6, 9, 12]),
        ("y+zz", [6, 15, 28]),
        ("y+z+zz", [15, 63, 255]),
        ("y+cz", [16, 64]),
    ],
)
def test_one_layer(kind: str, dimensions: list[int]) -> None:
    """N(2N - 1) for {Y, ZZ}; 4^N - 1 with Z; the projectors add the identity: 4^N."""
    for n, wanted in zip((2, 3, 4), dimensions, strict=False):
        generators = layer_generators(n, kind)
        assert dla_dimension(generators) == wanted
        if n < 4:
            assert by_pennylane(generators) == wanted


def test_projectors_are_those_of_cz() -> None:
    found = layer_generators(2, "y+cz")[-1]
    np.testing.assert_allclose(SparsePauliOp.from_list(list(found.items())).to_matrix(), np.diag([0, 0, 0, 4]))


@pytest.mark.parametrize("order", ["operator", "circuit"])
def test_edge(order: str) -> None:
    assert [edge_dimension(k, order=order) for k in (2, 3, 4, 5)] == [6, 21, 120, 496]
    assert edge_dimension(3, middle="shared", order=order) == 14
    assert edge_dimension(3, middle="identity", order=order) == 6
    for middle in ("independent", "shared", "identity"):
        generators = edge_generators(3, middle=middle, order=order)
        assert by_pennylane(generators) == edge_dimension(3, middle=middle, order=order)


def test_edge_generators_by_hand() -> None:
    """User 1 at the left: the six strings of K = 3."""
    strings = {label[::-1] for terms in edge_generators(3) for label in terms}
    assert strings == {"IZY", "ZYI", "ZZY", "ZYZ", "YZZ", "YIZ"}


def test_leaving_the_controlled_gates_out_is_not_invariant() -> None:
    """Footnote 19's recipe on Eq. (20), {Y_k}: 3, but 21 with the CZ where they stand."""
    assert dla_dimension(["IIY", "IYI", "YII"]) == 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cloud_generators(0, 2), "n_layer must be a whole number of at least 1, got 0"),
        (lambda: layer_generators(2, "y+x"), "kind must be one of .*got 'y[+]x'"),
        (lambda: edge_dimension(1), "n_users must be a whole number of at least 2, got 1"),
    ],
)
def test_errors(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
