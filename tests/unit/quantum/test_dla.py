"""Lie closures against PennyLane's and by hand, and generators with Clifford gates pushed through."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pennylane as qml
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector
from qiskit.quantum_info import Clifford, Operator, Pauli, SparsePauliOp, random_clifford

from qbench.quantum.dla import clifford_generators, dla_dimension, lie_closure

strings = st.integers(1, 3).flatmap(lambda n: st.lists(st.text("IXYZ", min_size=n, max_size=n), min_size=1, max_size=4))
sums = st.integers(1, 3).flatmap(
    lambda n: st.lists(
        st.dictionaries(
            st.text("IXYZ", min_size=n, max_size=n), st.integers(-3, 3).filter(bool), min_size=1, max_size=3
        ),
        min_size=1,
        max_size=3,
    )
)


def pennylane_dimension(generators):
    """The left letter is wire 0 here; dimensions do not mind."""
    letters = {"I": qml.Identity, "X": qml.PauliX, "Y": qml.PauliY, "Z": qml.PauliZ}
    found = []
    for terms in generators:
        parts = [float(c) * qml.prod(*[letters[a](w) for w, a in enumerate(label)]) for label, c in terms.items()]
        found.append(qml.sum(*parts) if len(parts) > 1 else parts[0])
    return len(qml.lie_closure(found, max_iterations=100))


@given(strings)
@settings(max_examples=25)
def test_strings_as_pennylane(generators):
    assert dla_dimension(generators) == pennylane_dimension([{g: 1} for g in dict.fromkeys(generators)])


RING = [{"IXX": 1, "XXI": 1, "XIX": 1}, {"IYY": 1, "YYI": 1, "YIY": 1}, {"IIZ": 1, "IZI": 1, "ZII": 1}]


@pytest.mark.parametrize(
    "generators",
    [
        RING,
        [RING[0], RING[2]],
        [{"IXX": 1, "IYY": 1, "IZZ": 1}, {"XXI": 1, "YYI": 1, "ZZI": 1}],
        [{"IXX": 1, "IYY": 2}, {"XXI": -1, "YYI": 3}, {"IIZ": 1, "ZII": 2}],
        [{"XI": 1, "IX": 1}, {"ZI": 1, "IZ": 1}, {"ZZ": 1}],
        [{"XI": 2, "IX": -1, "ZZ": 1}, {"YI": 1, "IY": 3}],
        [{"XXI": 1, "XYX": 1, "YZY": 1}, {"IZZ": 1, "YYY": 2, "ZXI": 1}],  # 36
    ],
)
def test_sums_as_pennylane(generators):
    """Algebras far smaller than 4^n, whose elements stay sums: elimination has to be right."""
    assert dla_dimension(generators) == pennylane_dimension(generators)


@given(sums)
@settings(max_examples=25)
def test_the_closure_is_a_closed_space_of_independent_antihermitian_matrices(generators):
    basis = lie_closure(generators)
    n = len(next(iter(generators[0])))
    matrices = [1j * SparsePauliOp.from_list([(k, float(c)) for k, c in b.items()]).to_matrix() for b in basis]
    if not matrices:
        return
    assert len(basis) <= 4**n
    for m in matrices:
        np.testing.assert_allclose(m, -m.conj().T, atol=1e-12)
    # Of norm 1: brackets of large matrices that cancel would leave rounding far above the tolerance.
    matrices = [m / np.linalg.norm(m) for m in matrices]
    scaled = np.array([m.ravel() for m in matrices])
    real = np.concatenate([scaled.real, scaled.imag], axis=1)
    assert np.linalg.matrix_rank(real, tol=1e-9) == len(basis)
    brackets = [a @ b - b @ a for a in matrices for b in matrices]
    rows = np.array([b.ravel() for b in brackets])
    rank = np.linalg.matrix_rank(np.concatenate([real, np.concatenate([rows.real, rows.imag], axis=1)]), tol=1e-9)
    assert rank == len(basis)


@given(strings, st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_clifford_gates_do_not_change_the_dimension(generators, seed):
    turn = random_clifford(len(generators[0]), seed=seed)
    turned = [Pauli(g).evolve(turn).to_label() for g in generators]
    signed = [{g.lstrip("-"): -1 if g.startswith("-") else 1} for g in turned]
    assert dla_dimension(signed) == dla_dimension(generators)


def test_by_hand():
    assert dla_dimension(["X", "Y"]) == 3
    assert dla_dimension(["XI", "IX"]) == 2
    assert dla_dimension([{"X": 2}, {"X": Fraction(1, 3)}]) == 1
    assert dla_dimension(["I"]) == 1
    assert dla_dimension([{"X": 0}]) == 0
    assert sorted(label for element in lie_closure(["X", "Y"]) for label in element) == ["X", "Y", "Z"]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_pushed_generators_rebuild_the_unitary(seed):
    rng = np.random.default_rng(seed)
    theta, circuit, fixed = ParameterVector("theta", 3), QuantumCircuit(3), QuantumCircuit(3)
    order = []
    for _ in range(12):
        if rng.random() < 0.5:
            name, wires = rng.choice(["h", "s", "cx", "cz", "x"]), rng.permutation(3)
            wires = wires[: 2 if name in {"cx", "cz"} else 1].tolist()
            for c in (circuit, fixed):
                getattr(c, name)(*wires)
        else:
            p, name, wires = int(rng.integers(3)), rng.choice(["rx", "ry", "rz", "rzz"]), rng.permutation(3).tolist()
            getattr(circuit, name)(theta[p], *wires[: 2 if name == "rzz" else 1])
            letters = {"rx": "X", "ry": "Y", "rz": "Z", "rzz": "ZZ"}[name]
            order.append((p, letters, wires[: len(letters)], Clifford(fixed)))
    if not circuit.parameters:
        return
    values = rng.uniform(-3, 3, circuit.num_parameters)
    known = dict(zip((q.index for q in circuit.parameters), values, strict=True))
    whole, sums = np.eye(8, dtype=complex), {p: {} for p in known}
    for p, letters, wires, before in order:
        label = ["I"] * 3
        for q, letter in zip(wires, letters, strict=True):
            label[2 - q] = letter
        pushed = Pauli("".join(label)).evolve(before)
        m = pushed.to_matrix()
        whole = (np.cos(known[p] / 2) * np.eye(8) - 1j * np.sin(known[p] / 2) * m) @ whole
        key = pushed.to_label()
        sign, key = (-1, key[1:]) if key.startswith("-") else (1, key)
        sums[p][key] = sums[p].get(key, 0) + sign
    whole = Operator(fixed).data @ whole
    np.testing.assert_allclose(whole, Operator(circuit.assign_parameters(values)).data, atol=1e-10)
    wanted = [{k: c for k, c in sums[p].items() if c} for p in known]
    assert clifford_generators(circuit) == wanted


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lie_closure([]), r"generators must be at least one, all of one length, got lengths \[\]"),
        (lambda: lie_closure(["X", "XX"]), r"all of one length, got lengths \[1, 2\]"),
        (lambda: lie_closure([{"X": 1, "XX": 1}]), r"strings of one length of at least 1, got \['X', 'XX'\]"),
        (lambda: lie_closure(["XA"]), "strings of I, X, Y and Z, got 'XA'"),
        (lambda: lie_closure(["XI", "YI", "IZ"], most=3), r"more than 3 dimensions; raise most, at most 4\^n = 16"),
        (
            lambda: clifford_generators(controlled()),
            r"gates must be Clifford .* got 'crx' on qubits \[0, 1\]; transpile",
        ),
        (lambda: clifford_generators(controlled(factor=2)), "by a plain parameter, got 'rx'"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def controlled(factor=None):
    theta, circuit = ParameterVector("theta", 1), QuantumCircuit(2)
    if factor:
        circuit.rx(factor * theta[0], 0)
    else:
        circuit.crx(theta[0], 0, 1)
    return circuit
