"""Reinforcement of amplitudes: against matrices, its limits, draws, arguments."""

from __future__ import annotations

import numpy as np
import pytest

from qbench.papers.tn_qdrl.amplitudes import choose, iterations, reinforce
from tests.oracles.tn_qdrl_search_reference import amplify


def rng():
    return np.random.default_rng(3)


def states(*shape):
    c = np.abs(rng().normal(size=shape)) + 0.01
    return c / np.linalg.norm(c, axis=-1, keepdims=True)


def check_against_matrices():
    for state, action in zip(states(6, 9), (0, 3, 8, 1, 1, 5), strict=True):
        for count in range(3):
            np.testing.assert_allclose(reinforce(state, action, count), amplify(state, action, count), atol=1e-13)


def check_iterations_by_hand():
    """324 actions from the uniform start: one iteration per 100, at most floor(pi/(4 theta) - 1/2) = 13."""
    state, worth = np.full((7, 324), 324**-0.5), [-500.0, 0.0, 99.9, 100.0, 250.0, 1349.0, 1e9]
    assert iterations(state, np.zeros(7, int), worth).tolist() == [0, 0, 0, 1, 2, 13, 13]
    assert iterations(state[:2], [4, 5], [30.0, 55.0], gain=0.1).tolist() == [3, 5]
    # Exactly one iteration leads from 1/2 to 1.
    assert iterations([0.5] * 4, 2, 1e9) == 1
    np.testing.assert_allclose(reinforce([0.5] * 4, 2, 1), [0, 0, 1, 0], atol=1e-15)


def test_against_matrices():
    check_against_matrices()


def test_iterations_by_hand():
    check_iterations_by_hand()


def test_nothing_to_do():
    c = states(4, 7)
    assert reinforce(c, [0, 1, 2, 3], [0, 0, 0, 0]).tobytes() == c.tobytes()
    sure = np.eye(5)[[2]]
    assert iterations(sure, [2], [1e9]).tolist() == [0]
    np.testing.assert_array_equal(reinforce(sure, [2], [7]), sure)


def test_bits_do_not_know_the_batch():
    c, a = states(4, 5, 12), rng().integers(12, size=(4, 5))
    count = iterations(c, a, np.full((4, 5), 150.0))
    together = reinforce(c, a, count)
    for k in np.ndindex(4, 5):
        assert reinforce(c[k], a[k], count[k]).tobytes() == together[k].tobytes()
    np.testing.assert_allclose((together**2).sum(axis=-1), 1.0, rtol=1e-12)


def test_choices_follow_the_squares():
    c = np.sqrt([0.0, 0.25, 0.5, 0.0, 0.25, 0.0])
    u = np.array([0.0, 0.2499, 0.25, 0.7499, 0.7501, np.nextafter(1.0, 0.0)])
    assert choose(np.tile(c, (6, 1)), u).tolist() == [1, 1, 2, 2, 4, 4]
    assert choose(c, 0.3).shape == ()
    # The largest uniform, where squares add up to a little more and to a little less than 1.
    for scale in 1.0 + 4e-16 * np.arange(-50, 50):
        assert choose(np.array([0.6, 0.8, 0.0]) * scale, np.nextafter(1.0, 0.0)) == 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: reinforce([1.0, 1.0], 0, 1), "amplitude must have unit norm, got squares that miss 1 by 1; divide"),
        (lambda: reinforce([0.6, 0.8], 2, 1), "action must be at most 1, got 2"),
        (lambda: reinforce([0.6, 0.8], -1, 1), "action must be at least 0, got -1"),
        (lambda: reinforce([0.6, 0.8], [0, 1], 1), r"action must have the shape \(\) of the states, got \(2,\)"),
        (lambda: reinforce([0.0, 1.0], 0, 1), "action must have an amplitude other than 0"),
        (lambda: reinforce([0.6, 0.8], 0, 1.5), "count must hold whole numbers, got dtype float64"),
        (lambda: iterations([0.6, 0.8], 0, 5.0, gain=-1.0), r"gain must lie in \[0, inf\), got -1.0"),
        (lambda: iterations([0.6, 0.8], 0, np.nan), "worth must be finite, got nan"),
        (lambda: choose([0.6, 0.8], 1.0), r"uniform must lie in \[0, 1\), got 1"),
    ],
)
def test_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
