"""Rewards: the unit of "shift" by hand, what it does to a best and a uniform episode, arguments."""

from __future__ import annotations

import numpy as np
import pytest

from qbench.papers.tn_qdrl.menu import costs, menu
from qbench.papers.tn_qdrl.parameters import SMALL
from qbench.papers.tn_qdrl.reward import Reward, calibrated
from tests.unit.tn_qdrl.slots import draw_slots


def check_shift_by_hand():
    """Fbar = 2 and Fopt = 1: base = 10/(1 - 1/4) = 40/3, scale = base/4 = 10/3."""
    reward = calibrated("shift", [1.0, 3.0], [0.5, 1.5])
    assert reward.base == pytest.approx(40 / 3, rel=1e-15)
    assert reward.scale == pytest.approx(10 / 3, rel=1e-15)
    np.testing.assert_allclose(20 * reward(np.array([1.0, 2.0, 4.0])), [200.0, 400 / 3, 0.0], rtol=1e-14, atol=1e-12)


def test_shift_by_hand():
    check_shift_by_hand()


def test_a_best_episode_returns_200_and_a_uniform_one_between_100_and_200():
    own = costs(menu(draw_slots(60, seed=1), SMALL), SMALL.weights)
    reward = calibrated("shift", own.mean(), own.least())
    assert 20 * reward(own.least()).mean() == pytest.approx(200.0, rel=1e-12)
    uniform = 20 * reward(own.of_all()).mean()
    ratio = own.least().mean() / own.mean().mean()
    assert uniform == pytest.approx(100 / (1 - ratio / 2), rel=1e-12)
    assert 100 < uniform < 200


@pytest.mark.parametrize("kind", ["neg", "add"])
def test_others_have_no_unit(kind):
    reward = calibrated(kind, [2.0], [1.0])
    assert (reward.base, reward.scale) == (0.0, 1.0)
    assert reward(np.array([1.5, -2.0])).tolist() == [-1.5, 2.0]


def test_costs_behind_rewards():
    assert [Reward(kind).cost for kind in ("shift", "neg", "add")] == ["objective", "objective", "additive"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Reward("plus"), "reward must be one of add, neg, shift, got 'plus'"),
        (lambda: Reward("neg", scale=0.0), "scale of a reward must be above 0, got 0.0: a cost must not be paid for"),
        (lambda: Reward("neg", scale=float("nan")), "scale of a reward must be above 0, got nan"),
        (lambda: calibrated("shfit", [2.0], [1.0]), r"got 'shfit'; did you mean 'shift'\?"),
        (lambda: calibrated("shift", [2.0], [3.0]), "0 < least <= mean must hold of F, got 3.0 and 2.0"),
        (lambda: calibrated("shift", [2.0], [0.0]), "0 < least <= mean must hold of F, got 0.0 and 2.0"),
        (lambda: calibrated("shift", [np.inf], [1.0]), "mean must be finite, got inf"),
    ],
)
def test_errors(call, words):
    with pytest.raises(ValueError, match=words):
        call()
