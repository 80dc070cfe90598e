"""What soft associations are worth, and what the network costs."""

from __future__ import annotations

import re

import numpy as np
import pytest

from qbench.papers.cvar_vqe.baselines import association_dnn, parameter_count
from qbench.papers.cvar_vqe.dnn_scores import hard, inference_flop, parameters, scores, training_flop


def test_hard_takes_the_largest_entry_and_the_first_of_equals():
    soft = [[[0.2, 0.8], [0.5, 0.5]], [[1.0, 0.0], [0.0, 1.0]]]
    np.testing.assert_array_equal(hard(soft), [[1, 0], [0, 1]])


def test_scores_by_hand():
    """Both vehicles lean to station 0: (6 + 2) / 2 = 4 there; softly (3.6 + 1.5)/1.35 + (2 + 0.25)."""
    u = np.array([[0.6, 0.4], [0.75, 0.25]])
    w = np.array([[6.0, 5.0], [2.0, 1.0]])
    found = scores(u, w, [2, 2])
    assert (found.hard, found.feasible, found.choices.tolist()) == (4.0, True, [0, 0])
    assert found.soft_max1 == pytest.approx(5.1 / 1.35 + 2.25, abs=1e-14)
    assert found.soft_n == pytest.approx(5.1 / 1.35 + 2.25 / 0.65, abs=1e-14)


def test_an_overloaded_station_scores_nothing():
    """As printed, Eq. (4) would pay 6 + 2 for two vehicles on a station with room for one."""
    u = np.array([[[0.9, 0.1], [0.8, 0.2]], [[0.9, 0.1], [0.2, 0.8]]])
    w = np.tile([[6.0, 5.0], [2.0, 1.0]], (2, 1, 1))
    found = scores(u, w, [1, 1])
    assert found.hard.tolist() == [0.0, 7.0]
    assert found.feasible.tolist() == [False, True]


def test_costs_are_the_modules():
    assert (parameters(), inference_flop()) == (59_920, 118_784)
    for agents, stations in [(4, 4), (6, 4), (2, 3)]:
        assert parameters(agents, stations) == parameter_count(association_dnn(agents, stations))
        weights = sum(p.numel() for p in association_dnn(agents, stations).parameters() if p.ndim == 2)
        assert inference_flop(agents, stations) == 2 * weights
        # Forward, gradients of weights and of inputs; the network's own inputs need none.
        assert training_flop(7, agents, stations) == 7 * 2 * (3 * weights - 64 * agents * stations)
    # 10,000 instances, 100 epochs: 3.5e11.
    assert training_flop(10_000 * 100) == 354_304_000_000


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scores(np.ones((2, 2)), np.ones((3, 2)), [2, 2]), "soft must have the shape of weights, (3, 2)"),
        (lambda: scores(np.ones((2, 2)), np.ones((2, 2)), [2, 0]), "capacity must be 2 whole numbers of at least 1"),
        (lambda: hard(np.array([[1.0, np.nan]])), "soft must be finite, got nan"),
        (lambda: hard(np.ones(3)), "soft must have at least 2 axes"),
        (lambda: parameters(0, 4), "agents must be a whole number of at least 1, got 0"),
        (lambda: inference_flop(4, 0), "stations must be a whole number of at least 1, got 0"),
        (lambda: training_flop(-1), "samples must be a whole number of at least 0, got -1"),
    ],
)
def test_errors_name_the_value_and_the_limit(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
