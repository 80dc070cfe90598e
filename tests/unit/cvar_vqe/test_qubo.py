"""The paper's errors in Eq. (8), (9), (12) as numbers, and the term counts of the matching QUBO."""

import re

import numpy as np
import pytest

from qbench.papers.cvar_vqe.qubo import (
    matching_qubo,
    printed_energies,
    printed_ground_state_differs,
    printed_ising,
    strings_where_printed_differs,
)
from qbench.quantum.ising import ising_from_qubo, qubo_energies

ONE = [[-1.0]]
THREE = [[-1.0, 2.0, 0.0], [2.0, -2.0, 1.0], [0.0, 1.0, -1.0]]


def test_printed_constant_lost_a_quarter_of_the_trace():
    assert printed_energies(ONE).tolist() == [0.25, -0.75]
    assert qubo_energies(ONE).tolist() == [0, -1]
    assert printed_ising(THREE)[0] == 0.5
    assert np.array_equal(printed_energies(THREE) - qubo_energies(THREE), np.full(8, -np.trace(THREE) / 4))


def test_printed_ground_state_is_the_worst_string():
    """E is least (-2) at 010 and 101; H is least (-5) at 111, where E = +2 is the largest energy."""
    energies, h = qubo_energies(THREE), printed_ising(THREE)[1].energies()
    assert np.flatnonzero(energies == energies.min()).tolist() == [0b010, 0b101]
    assert energies.min() == -2
    assert (h.min(), np.flatnonzero(h == h.min()).tolist()) == (-5, [0b111])
    assert energies[0b111] == energies.max() == 2


def test_one_variable_ground_state_of_h_is_x_equal_zero():
    _, h = printed_ising(ONE)
    assert h.fields.tolist() == [1]
    assert h.energies().tolist() == [-1, 1]


def test_errors_counted_over_all_strings():
    assert strings_where_printed_differs(ONE) == 2
    assert strings_where_printed_differs(THREE) == 8
    assert printed_ground_state_differs(ONE)
    assert printed_ground_state_differs(THREE)
    both = np.array([THREE, np.zeros((3, 3))])
    assert strings_where_printed_differs(both).tolist() == [8, 0]
    assert printed_ground_state_differs(both).tolist() == [True, False]


def test_a_traceless_matrix_hides_the_lost_constant():
    traceless = [[1.0, 2.0], [2.0, -1.0]]
    assert strings_where_printed_differs(traceless) == 0
    assert printed_ground_state_differs(traceless)


def test_corrected_form_is_const_minus_half_h():
    """With the constant of the derivation's third line, c - H/2 is E on every string."""
    _, h = printed_ising(THREE)
    corrected = (np.sum(THREE) + np.trace(THREE)) / 4 - h.energies() / 2
    assert np.array_equal(corrected, qubo_energies(THREE))


def test_matching_qubo_terms_at_four_by_four():
    """16 fields and I C(J, 2) + J C(I, 2) = 48 couplings, and the constant."""
    q, constant = matching_qubo(np.random.default_rng(0).random((4, 4)))
    ising = ising_from_qubo(q)
    assert np.count_nonzero(ising.fields) == 16
    assert np.count_nonzero(ising.couplings) == 48
    assert len(ising.to_sparse_pauli_op()) == 65
    assert constant.shape == ()


def test_matching_qubo_by_hand():
    """One AV, two BSs, l = 20: empty pays 20, both pays 20 less both weights."""
    q, constant = matching_qubo([[10.0, 1.0]])
    assert (qubo_energies(q) + constant).tolist() == [20, -10, -1, 9]
    assert constant == 20


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: matching_qubo([1.0]), "weights must have at least 2 axes, got shape (1,)"),
        (lambda: matching_qubo([[np.inf]]), "weights must be finite, got inf"),
        (lambda: matching_qubo([[-1.0]]), "2 w_max needs weights of at least 0, got -1.0"),
        (lambda: matching_qubo([[1.0]], row_penalty=np.nan), "row_penalty must be finite"),
        (lambda: matching_qubo([[1.0]], pair_penalty=np.nan), "pair_penalty must be finite"),
        (lambda: printed_ising([[0, 1], [0, 0]]), "Q must be symmetric, largest |Q - Q^T| is 1"),
        (lambda: printed_energies([[0, 1]]), "Q must be square in its last two axes, got shape (1, 2)"),
    ],
)
def test_errors_name_the_value_and_the_limit(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
