"""Lemma 2 of the journal paper: "expressivity" is the dimension of the dynamical Lie algebra. No number is printed.

Which generators to close is open: the paper leaves the controlled gates out (footnote 19). That recipe is not invariant
under Clifford gates between rotation layers: on the edge circuit it gives K, with the CZ pushed through 21 for K = 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbench._check import one_of, positive_int
from qbench.papers.cloud_edge_qnn.circuits import edge_connect_circuit
from qbench.quantum.dla import clifford_generators, dla_dimension

if TYPE_CHECKING:
    from fractions import Fraction

LAYER_SETS = ("y", "y+z", "y+zz", "y+z+zz", "y+cz")


def cloud_generators(n_layer: int, n_neuron: int, *, encoded: bool = False) -> list[str]:
    """Return {Y_{l,n}}, the trained rotations of Eq. (12), with the encoding's {Z_{1,n}} of Eq. (11) if `encoded`.

    The CX and CZ come after every rotation, so pushing them through changes nothing. Raises ValueError for fewer than
    1 layer or neuron.
    """
    layers, n = positive_int("n_layer", n_layer), positive_int("n_neuron", n_neuron)
    size = layers * n
    return [_at(size, {q: "Y"}) for q in range(size)] + [_at(size, {q: "Z"}) for q in range(n if encoded else 0)]


def layer_generators(n_neuron: int, kind: str) -> list[dict[str, int]]:
    """Return generators of one layer on a chain of N qubits, for comparison with the papers' circuits.

    "y", "y+z": single rotations; "y+zz", "y+z+zz": with Z_n Z_{n+1}; "y+cz": with the projectors on |11> of neighbours,
    times 4, which generate CZ. Raises ValueError for fewer than 1 neuron and another word.
    """
    n = positive_int("n_neuron", n_neuron)
    one_of("kind", kind, LAYER_SETS)
    found = [{_at(n, {q: "Y"}): 1} for q in range(n)]
    if "z" in kind.split("+"):
        found += [{_at(n, {q: "Z"}): 1} for q in range(n)]
    for a, b in ((q, q + 1) for q in range(n - 1)):
        if "zz" in kind.split("+"):
            found.append({_at(n, {a: "Z", b: "Z"}): 1})
        elif kind == "y+cz":
            found.append({_at(n, {}): 1, _at(n, {a: "Z"}): -1, _at(n, {b: "Z"}): -1, _at(n, {a: "Z", b: "Z"}): 1})
    return found


def edge_generators(
    n_users: int = 3, *, middle: str = "independent", order: str = "operator"
) -> list[dict[str, Fraction]]:
    """Return the generators of Eq. (20), one an angle, with its CZ pushed through. Raises as `edge_connect_circuit`."""
    return clifford_generators(edge_connect_circuit(n_users, middle=middle, order=order))


def edge_dimension(n_users: int = 3, *, middle: str = "independent", order: str = "operator") -> int:
    """Return the dimension of the edge circuit's algebra: 6, 21, 120, 496 for K = 2..5, independent angles."""
    return dla_dimension(edge_generators(n_users, middle=middle, order=order))


def _at(size: int, letters: dict[int, str]) -> str:
    return "".join(letters.get(q, "I") for q in reversed(range(size)))
