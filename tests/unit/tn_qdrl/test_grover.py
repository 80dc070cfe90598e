"""Grover's search: closed forms, states, circuits on the engine, arguments."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qbench.papers.tn_qdrl import grover, grover_circuits, grover_steps
from qbench.quantum import compile
from tests.oracles.tn_qdrl_search_reference import search

BEST = {1: 0, 2: 1, 3: 1, 4: 1, 5: 1, 8: 2, 12: 2, 27: 4, 108: 8, 162: 9, 324: 14, 972: 24, 512: 17}


def on_engine(circuit):
    return compile(grover_circuits.for_engine(circuit)).state(np.zeros(0))


def check_law_against_matrices():
    for n, marked in ((2, 1), (3, 0), (8, 5), (12, 11)):
        tau = np.arange(6)
        amplitude, (own, other) = grover.marked_amplitude(n, tau), grover.law(n, tau)
        for t in tau:
            state = search(n, marked, int(t))
            np.testing.assert_allclose(amplitude[t], state[marked], atol=1e-13)
            np.testing.assert_allclose(own[t], state[marked] ** 2, atol=1e-13)
            np.testing.assert_allclose(np.delete(state, marked) ** 2, other[t], atol=1e-13)


def check_best_number_of_iterations():
    assert {n: grover.best_iterations(n) for n in BEST} == BEST
    for n in range(3, 400):
        best = grover.best_iterations(n)
        chances = grover.law(n, np.arange(best + 2))[0]
        assert chances[best] >= chances.max() - 1e-12


def check_equal_epsilon():
    for n in (2, 3, 12, 324):
        tau = np.arange(40)
        e, (own, other) = grover.equal_epsilon(n, tau), grover.law(n, tau)
        np.testing.assert_allclose(own, 1 - e + e / n, atol=1e-12)
        np.testing.assert_allclose(other, e / n, atol=1e-12)
    assert grover.equal_epsilon(324, 0) == pytest.approx(1.0, abs=1e-12)
    assert grover.equal_epsilon(324, 14) == pytest.approx(0.0017, abs=5e-5)
    e = grover.equal_epsilon(324, np.arange(60))
    assert 1 < e.max() <= 324 / 323


def check_circuit_against_matrices(n=12, chained=False):
    """Ancillas are the high bits: in |0> after every iteration."""
    for marked in range(n):
        for tau in range(3):
            state = on_engine(grover_circuits.search_circuit(n, marked, tau, chained=chained))
            np.testing.assert_allclose(state[:n], search(n, marked, tau), atol=1e-12)
            np.testing.assert_allclose(state[n:], 0.0, atol=1e-12)


def check_steps_against_matrices():
    for n, marked in ((2, 0), (5, 4), (8, 3)):
        for tau in range(5):
            found = grover_steps.after_iterations(n, marked, tau)
            np.testing.assert_allclose(found, search(n, marked, tau), atol=1e-13)


def test_law_against_matrices():
    check_law_against_matrices()


def test_best_number_of_iterations():
    check_best_number_of_iterations()


def test_equal_epsilon():
    check_equal_epsilon()


@pytest.mark.parametrize(
    ("n", "chained"), [(2, False), (3, False), (5, False), (8, False), (12, False), (7, True), (11, True), (17, True)]
)
def test_circuit_against_matrices(n, chained):
    check_circuit_against_matrices(n, chained)


def test_steps_against_matrices():
    check_steps_against_matrices()


def test_whole_decision_of_the_small_system():
    """324 actions, 9 qubits, 14 iterations: 6560 CX as `u` and `cx`, and the closed form."""
    state = on_engine(grover_circuits.search_circuit(324, 200))
    wanted = np.full(324, math.sqrt(float(grover.law(324, 14)[1])))
    wanted[200] = grover.marked_amplitude(324, 14)
    np.testing.assert_allclose(np.abs(state[:324]), wanted, atol=1e-11)


def test_sizes_and_names():
    assert [grover_circuits.n_qubits(n) for n in (2, 3, 4, 5, 324, 512, 513)] == [1, 2, 2, 3, 9, 9, 10]
    assert grover_circuits.n_qubits(2**60 + 1) == 61
    assert [grover_circuits.n_ancillas(n, chained=True) for n in (2, 8, 9, 324)] == [0, 0, 1, 6]
    assert grover_circuits.n_ancillas(324) == 0
    toffolis = grover_circuits.oracle_circuit(324, 323, chained=True).count_ops()["ccx"]
    assert toffolis == 2 * 9 - 5
    assert grover_circuits.search_circuit(5, 1, 0) == grover_circuits.start_circuit(5)
    default, told = grover_circuits.search_circuit(8, 1), grover_circuits.search_circuit(8, 1, 2)
    assert default == told
    assert set(grover_circuits.on_hardware(told).count_ops()) <= set(grover_circuits.BASIS)


def test_vectors_of_eq_47():
    state = grover_steps.perpendicular(8, 3)
    assert state[3] == 0
    assert np.linalg.norm(state) == pytest.approx(1.0, abs=1e-15)
    whole = 8**-0.5 * np.eye(8)[3] + math.sqrt(7 / 8) * state
    np.testing.assert_allclose(whole, grover_steps.uniform(8), atol=1e-15)
    np.testing.assert_allclose(grover_steps.printed_perpendicular(3)[:3], [8**-0.5, -(8**-0.5), 0], rtol=1e-15)
    printed = grover_steps.printed_start(3, 3)
    np.testing.assert_allclose(printed[[0, 1, 3]], [math.sqrt(7) / 8, -math.sqrt(7) / 8, 8**-0.5], rtol=1e-15)


def test_steps_take_batches():
    states = np.random.default_rng(0).normal(size=(3, 2, 5))
    np.testing.assert_array_equal(grover_steps.mark(states, 2)[..., 2], -states[..., 2])
    one = grover_steps.diffuse(grover_steps.mark(states, 2))
    np.testing.assert_array_equal(one[1, 1], grover_steps.diffuse(grover_steps.mark(states[1, 1], 2)))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: grover.start_angle(0), "n_action must be a whole number of at least 1, got 0"),
        (lambda: grover.law(5, -1), "iterations must be at least 0, got -1"),
        (lambda: grover.law(5, 1.0), "iterations must hold whole numbers, got dtype float64"),
        (lambda: grover.equal_epsilon(1, 0), "n_action must be a whole number of at least 2, got 1"),
        (lambda: grover_circuits.start_circuit(1), "n_action must be a whole number of at least 2, got 1"),
        (lambda: grover_circuits.oracle_circuit(5, 5), "marked must be at most 4 for 5 actions, got 5"),
        (lambda: grover_circuits.search_circuit(5, 1, -1), "iterations must be a whole number of at least 0, got -1"),
        (lambda: grover_steps.after_iterations(5, 6, 1), "marked must be at most 4 for 5 actions, got 6"),
        (lambda: grover_steps.after_iterations(5, 1, 1, "other"), "order must be one of bracket, restored"),
        (lambda: grover_steps.printed_start(2, 4), "marked must be at most 3 for 4 actions, got 4"),
        (lambda: grover_steps.printed_perpendicular(0), "n_qubit must be a whole number of at least 1, got 0"),
    ],
)
def test_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
