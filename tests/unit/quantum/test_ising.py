"""Numbers worked by hand, and every error message of `qbench.quantum.ising`."""

import re

import numpy as np
import pytest

from qbench.quantum.ising import (
    Ising,
    all_bitstrings,
    ising_from_qubo,
    moebius_transform,
    qubo_energies,
    subset_sums,
)


def test_bit_q_of_the_index_is_variable_q():
    assert all_bitstrings(2).tolist() == [[0, 0], [1, 0], [0, 1], [1, 1]]
    assert qubo_energies([[1, 0], [0, 10]]).tolist() == [0, 1, 10, 11]
    assert subset_sums([1, 10]).tolist() == [0, 1, 10, 11]


def test_one_variable_in_both_conventions():
    """E(x) = -x: E = -1/2 + s/2 with s = Z = 1 - 2x, and -1/2 - s/2 with s = 2x - 1."""
    qiskit, paper = ising_from_qubo([[-1.0]]), ising_from_qubo([[-1.0]], "spin-up-is-one")
    assert (qiskit.constant, qiskit.fields.tolist()) == (-0.5, [0.5])
    assert (paper.constant, paper.fields.tolist()) == (-0.5, [-0.5])
    assert qiskit.energies().tolist() == paper.energies().tolist() == [0, -1]


def test_operator_leaves_zero_terms_out_and_keeps_the_bit_order():
    """x_0 alone: Z on qubit 0, which stands rightmost in a label."""
    operator = ising_from_qubo(np.diag([2.0, 0.0, 0.0])).to_sparse_pauli_op()
    assert dict(operator.to_list()) == {"III": 1.0, "IIZ": -1.0}
    empty = ising_from_qubo(np.zeros((2, 2))).to_sparse_pauli_op()
    assert dict(empty.to_list()) == {"II": 0.0}


def test_symmetry_is_asked_up_to_rounding():
    a = np.random.default_rng(1).normal(size=(6, 6))
    q = a @ np.diag(np.arange(6)) @ a.T
    q[0, 1] = np.nextafter(q[1, 0], 10)
    assert qubo_energies(q)[3] == pytest.approx(q[0, 0] + q[1, 1] + 2 * q[0, 1])


def test_moebius_of_a_product_is_one_term():
    assert moebius_transform([0, 0, 0, 7]).tolist() == [0, 0, 0, 7]
    assert moebius_transform([1, 1, 1, 1]).tolist() == [1, 0, 0, 0]
    original = np.arange(4.0)
    moebius_transform(original)
    assert original.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: all_bitstrings(0), "the number of bits must be a whole number of at least 1, got 0"),
        (lambda: all_bitstrings(31), "the number of bits must be at most 30 to list all strings, got 31"),
        (lambda: subset_sums(np.zeros(31)), "at most 30 to list all strings, got 31"),
        (lambda: subset_sums([]), "values must not be empty, got shape (0,)"),
        (lambda: moebius_transform([1, 2, 3]), "the last axis must have a power of two entries, got 3"),
        (lambda: qubo_energies([[1, 2], [0, 1]]), "Q must be symmetric, largest |Q - Q^T| is 2; use (Q + Q.T) / 2"),
        (lambda: ising_from_qubo([[1, 2], [0, 1]]), "Q must be symmetric"),
        (lambda: qubo_energies([[1, 2]]), "Q must be square in its last two axes, got shape (1, 2)"),
        (lambda: qubo_energies([1, 2]), "Q must have at least 2 axes, got shape (2,)"),
        (lambda: qubo_energies([[np.nan]]), "Q must be finite, got nan at index (0, 0)"),
        (lambda: qubo_energies(np.zeros((31, 31))), "at most 30 to list all strings, got 31"),
        (lambda: ising_from_qubo([[1]], "qiskt"), "got 'qiskt'; did you mean 'qiskit'?"),
        (
            lambda: ising_from_qubo([[1]]).with_convention("x"),
            "convention must be one of qiskit, spin-up-is-one, got 'x'",
        ),
        (lambda: Ising(0.0, [1.0], [[0.0]], "up"), "convention must be one of qiskit, spin-up-is-one, got 'up'"),
        (lambda: Ising(0.0, [1.0], [[0.0, 1.0]]), "got (), (1,) and (1, 2)"),
        (
            lambda: Ising([0.0], [1.0], [[0.0]]),
            "must have shapes (*B,), (*B, n) and (*B, n, n), got (1,), (1,) and (1, 1)",
        ),
        (lambda: Ising(0.0, [1.0, 1.0], [[0.0, 1.0], [1.0, 0.0]]), "couplings must be zero on and below the diagonal"),
        (lambda: Ising(0.0, np.zeros(31), np.zeros((31, 31))).energies(), "at most 30 to list all strings, got 31"),
        (
            lambda: ising_from_qubo(np.zeros((2, 3, 3))).to_sparse_pauli_op(),
            "a batch of shape (2,) has no single operator",
        ),
    ],
)
def test_errors_name_the_value_and_the_limit(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
