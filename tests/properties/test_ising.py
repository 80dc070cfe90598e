"""QUBO, Ising and multilinear forms against loops over all strings; integers, so equality is exact."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from qbench.quantum.ising import (
    all_bitstrings,
    ising_from_qubo,
    moebius_transform,
    qubo_energies,
    subset_sums,
)

SOME = settings(max_examples=60, deadline=None)


def qubos(most=6, batch=()):
    def symmetric(n):
        return arrays(np.int64, (*batch, n, n), elements=st.integers(-9, 9)).map(lambda a: a + a.swapaxes(-1, -2))

    return st.integers(1, most).flatmap(symmetric)


def strings(n):
    """x by index: bit q of the index is x[q]."""
    return [tuple((index >> q) & 1 for q in range(n)) for index in range(2**n)]


@SOME
@given(qubos())
def test_qubo_energies_are_x_q_x(Q):
    n = len(Q)
    expected = [sum(Q[i, j] * x[i] * x[j] for i in range(n) for j in range(n)) for x in strings(n)]
    assert qubo_energies(Q).tolist() == expected


@SOME
@given(qubos())
@pytest.mark.parametrize(("convention", "spin"), [("qiskit", (1, -1)), ("spin-up-is-one", (-1, 1))])
def test_ising_by_its_spins_equals_the_qubo(convention, spin, Q):
    """The loop uses only constant, fields, couplings and what a spin means: s = spin[x]."""
    ising = ising_from_qubo(Q, convention)
    n = len(Q)
    expected = []
    for x in strings(n):
        s = [spin[bit] for bit in x]
        pairs = sum(ising.couplings[i, j] * s[i] * s[j] for i in range(n) for j in range(i + 1, n))
        expected.append(float(ising.constant) + sum(h * t for h, t in zip(ising.fields, s, strict=True)) + pairs)
    assert expected == qubo_energies(Q).tolist()
    assert ising.energies().tolist() == expected


@SOME
@given(qubos())
def test_constant_is_the_mean_and_conventions_differ_in_the_fields_only(Q):
    qiskit, paper = ising_from_qubo(Q), ising_from_qubo(Q, "spin-up-is-one")
    assert qubo_energies(Q).sum() / 2 ** len(Q) == qiskit.constant == paper.constant
    assert qiskit.constant == (Q.sum() + np.trace(Q)) / 4
    assert np.array_equal(qiskit.fields, -paper.fields)
    assert np.array_equal(qiskit.couplings, paper.couplings)
    assert np.array_equal(paper.with_convention("qiskit").fields, qiskit.fields)
    assert qiskit.with_convention("qiskit") is qiskit


@SOME
@given(qubos(most=4, batch=(2, 3)))
def test_batches_equal_one_by_one(Q):
    energies, ising = qubo_energies(Q), ising_from_qubo(Q)
    assert ising.energies().shape == energies.shape == (2, 3, 2 ** Q.shape[-1])
    for b in product(range(2), range(3)):
        assert np.array_equal(energies[b], qubo_energies(Q[b]))
        assert np.array_equal(ising.energies()[b], energies[b])


@settings(max_examples=15, deadline=None)
@given(qubos(most=4))
@pytest.mark.parametrize("convention", ["qiskit", "spin-up-is-one"])
def test_operator_measures_the_variables(convention, Q):
    operator = ising_from_qubo(Q, convention).to_sparse_pauli_op()
    matrix = operator.to_matrix()
    assert np.array_equal(np.diag(matrix).real, qubo_energies(Q))
    assert np.array_equal(matrix, np.diag(np.diag(matrix)))


@SOME
@given(st.integers(1, 6).flatmap(lambda n: arrays(np.int64, n, elements=st.integers(-9, 9))))
def test_subset_sums(values):
    assert subset_sums(values).tolist() == [
        sum(v for v, bit in zip(values, x, strict=True) if bit) for x in strings(len(values))
    ]
    assert np.array_equal(subset_sums(np.stack([values, 2 * values]))[1], 2 * subset_sums(values))


@SOME
@given(st.integers(0, 5).flatmap(lambda n: arrays(np.int64, (2, 2**n), elements=st.integers(-9, 9))))
def test_moebius_transform_by_its_definition(values):
    coefficients = moebius_transform(values)
    size = values.shape[-1]
    for T in range(size):
        inside = [S for S in range(size) if S & T == S]
        expected = sum((-1) ** (T.bit_count() - S.bit_count()) * values[:, S] for S in inside)
        assert np.array_equal(coefficients[:, T], expected)
        assert np.array_equal(sum(coefficients[:, S] for S in inside), values[:, T])
    assert np.array_equal(moebius_transform(coefficients, inverse=True), values)


@given(st.integers(1, 8))
@settings(deadline=None)
def test_bitstrings_are_little_endian(n):
    assert [tuple(row) for row in all_bitstrings(n).tolist()] == strings(n)
