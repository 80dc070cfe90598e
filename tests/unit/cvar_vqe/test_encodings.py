"""Layouts pinned bit by bit, round trips, and every error message of the encodings."""

import re
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbench.papers.cvar_vqe.encodings import Log, OneHot, encoding

CASES = [
    ("onehot", 4, 4, 16),
    ("onehot", 2, 3, 6),
    ("log", 4, 4, 8),
    ("log", 3, 5, 9),
    ("log", 2, 2, 2),
    ("onehot", 3, 1, 3),
]


@pytest.mark.parametrize(("name", "agents", "stations", "qubits"), CASES)
def test_qubit_count(name, agents, stations, qubits):
    assert encoding(name, agents, stations).n_qubits == qubits


def test_layouts_are_pinned():
    """One-hot: qubit i J + j. Log: AV i's code on qubits i m .. i m + m - 1, low bit first."""
    assert OneHot(2, 3).encode([2, 0]) == 2**2 + 2**3
    assert Log(2, 4).encode([1, 2]) == 1 + (2 << 2)
    assert OneHot(2, 3).associations(2**4).tolist() == [[0, 0, 0], [0, 1, 0]]
    assert Log(2, 4).associations(0b0111).tolist() == [[0, 0, 0, 1], [0, 1, 0, 0]]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4), st.integers(2, 5), st.data())
@pytest.mark.parametrize("name", ["onehot", "log"])
def test_round_trip(name, agents, stations, data):
    code = encoding(name, agents, stations)
    choices = data.draw(st.lists(st.integers(0, stations - 1), min_size=agents, max_size=agents))
    index = code.encode(choices)
    decoded, valid = code.decode(index)
    assert decoded.tolist() == choices
    assert valid
    assert code.associations(index).argmax(axis=-1).tolist() == choices
    assert code.associations(index).sum() == agents


@pytest.mark.parametrize(
    ("name", "agents", "stations"), [("onehot", 2, 3), ("log", 2, 3), ("log", 3, 2), ("onehot", 2, 1)]
)
def test_exactly_the_associations_are_valid(name, agents, stations):
    code = encoding(name, agents, stations)
    every = list(product(range(stations), repeat=agents))
    indices = code.encode(every)
    choices, valid = code.decode(np.arange(2**code.n_qubits))
    assert sorted(np.flatnonzero(valid)) == sorted(indices.tolist())
    assert len(set(indices.tolist())) == stations**agents
    assert np.array_equal(valid, (choices >= 0).all(axis=-1))
    assert [tuple(row) for row in choices[indices].tolist()] == every


def test_one_hot_rejects_other_row_sums_and_log_codes_without_a_station():
    assert OneHot(2, 2).decode(0b0111)[0].tolist() == [-1, 0]
    assert not OneHot(2, 2).decode(0b0111)[1]
    assert not OneHot(2, 2).decode(0b0100)[1]
    assert Log(2, 3).decode(0b1101)[0].tolist() == [1, -1]
    assert not Log(2, 3).decode(0b1101)[1]


def test_share_of_valid_strings_at_four_by_four():
    assert OneHot(4, 4).decode(np.arange(2**16))[1].sum() == 256
    assert Log(4, 4).decode(np.arange(2**8))[1].all()


@pytest.mark.parametrize(("name", "agents", "stations"), [("onehot", 3, 2), ("log", 3, 3), ("log", 2, 4)])
def test_tables_of_all_strings_follow_from_the_matrices(name, agents, stations):
    code = encoding(name, agents, stations)
    u = code.associations(np.arange(2**code.n_qubits))
    assert np.array_equal(code.row_sums(), u.sum(axis=2))
    assert np.array_equal(code.occupations(), u.sum(axis=1))
    assert np.array_equal(code.members(), (u * (2 ** np.arange(agents))[:, None]).sum(axis=1).T)


def test_leading_axes_are_a_batch():
    code = OneHot(3, 2)
    choices = np.array([[[0, 1, 1], [1, 1, 1]]])
    index = code.encode(choices)
    assert index.shape == (1, 2)
    assert np.array_equal(code.decode(index)[0], choices)
    assert code.decode(index)[1].shape == (1, 2)
    assert code.associations(index).shape == (1, 2, 3, 2)


def test_encodings_are_values():
    assert encoding("log", 2, 4) == Log(2, 4)
    assert OneHot(2, 4) != Log(2, 4)
    assert {OneHot(2, 2), OneHot(2, 2)} == {OneHot(2, 2)}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: encoding("one-hot", 2, 2),
            "encoding must be one of log, onehot, got 'one-hot'; did you mean 'onehot'?",
        ),
        (lambda: OneHot(0, 2), "agents must be a whole number of at least 1, got 0"),
        (lambda: OneHot(2, 0), "stations must be a whole number of at least 1, got 0"),
        (lambda: Log(2, 1), "stations of the log encoding must be a whole number of at least 2, got 1"),
        (lambda: OneHot(2, 2).encode([0, 2]), "choices must lie in [0, 1], got 2"),
        (lambda: OneHot(2, 2).encode([-1, 5]), "choices must lie in [0, 1], got -1"),
        (lambda: Log(2, 3).encode([0, 3]), "choices must lie in [0, 2], got 3"),
        (lambda: OneHot(2, 2).encode([0, 1, 1]), "choices must be whole numbers of shape (*B, 2), got int64 (3,)"),
        (lambda: OneHot(2, 2).encode([0.0, 1.0]), "choices must be whole numbers of shape (*B, 2), got float64 (2,)"),
        (lambda: OneHot(2, 2).encode(1), "choices must be whole numbers of shape (*B, 2), got int64 ()"),
        (lambda: OneHot(2, 2).decode(16), "index must lie in [0, 15] for 4 qubits, got 16"),
        (lambda: OneHot(2, 2).decode([-1]), "index must lie in [0, 15] for 4 qubits, got -1"),
        (lambda: OneHot(2, 2).associations(1.5), "index must be whole numbers, got float64"),
        (lambda: OneHot(8, 8).encode([0] * 8), "a basis index holds at most 62 qubits, got 64"),
        (lambda: OneHot(8, 8).decode(0), "a basis index holds at most 62 qubits, got 64"),
        (lambda: OneHot(8, 8).row_sums(), "64 qubits have too many strings to list (at most 30 qubits)"),
    ],
)
def test_errors_name_the_value_and_the_limit(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
