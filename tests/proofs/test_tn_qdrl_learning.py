"""What the paper on keys and vehicles says of learning, rewards and schemes, as proofs and counterexamples that run."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from qbench.papers.tn_qdrl import _tabular_kernel as kernels
from qbench.papers.tn_qdrl.agents import epsilons
from qbench.papers.tn_qdrl.encoding import Encoder
from qbench.papers.tn_qdrl.menu import costs, key_costs, menu
from qbench.papers.tn_qdrl.mps import draw_mps
from qbench.papers.tn_qdrl.observation import features
from qbench.papers.tn_qdrl.outcomes import cost_of_run
from qbench.papers.tn_qdrl.parameters import SMALL, Weights
from qbench.papers.tn_qdrl.play import best_of_slots, run_scheme
from qbench.papers.tn_qdrl.reward import Reward
from qbench.papers.tn_qdrl.scores import episodes
from tests.unit.tn_qdrl.plays import BY_NAME, EAGER, make_play
from tests.unit.tn_qdrl.slots import draw_slots

EVERY_ACTION = np.ones(2)
"""An epsilon of 1 whatever was seen."""


def one_state(cost, slots, *, base=0.0, scale=1.0):
    """A world of one state in which action a costs `cost` (N,), slot after slot."""
    n = len(cost)
    return kernels.World(
        np.zeros((slots + 1, 1), dtype=np.int64),
        0,
        np.zeros((slots, 1, 1)),
        np.repeat(np.repeat(np.asarray(cost, dtype=float)[None, :, None], slots, axis=0), 2, axis=2),
        np.zeros((slots, 1, 2)),
        1.0,
        base,
        scale,
    ), kernels.Choices(np.array([[0] * n, list(range(n)), [0] * n, [0] * n]), np.arange(n))


def learn(cost, slots, *, step, discount, epsilon, base=0.0, scale=1.0, uniform=None):
    """The choices and the values (N,) after `slots` slots."""
    world, choices = one_state(cost, slots, base=base, scale=scale)
    table = np.zeros((1, len(cost)))
    rule = kernels.Rule(step, discount, np.asarray(epsilon, dtype=float), 1.0, 0.0, 0.01)
    u = np.full((slots, 2), 0.5) if uniform is None else uniform
    return kernels.learn(world, choices, rule, u, table), table[0]


# --- what is learned from the objective ---


def test_e16_the_objective_as_a_reward_teaches_the_worst():
    """Every action of a slot tried once at a rate of 1: the best by F is the one of most F, by -F that of least."""
    own = costs(menu(draw_slots(1, seed=3), SMALL), SMALL.weights)
    f = own.of_all()[0]
    uniform = np.stack([np.zeros(324), (np.arange(324) + 0.5) / 324], axis=1)
    learned = [
        learn(f, 324, step=1.0, discount=0.0, epsilon=EVERY_ACTION, scale=scale, uniform=uniform)[1].argmax()
        for scale in (-1.0, 1.0)
    ]
    assert learned == [f.argmax(), f.argmin()]
    assert f[learned[0]] > 2 * f[learned[1]]


def test_e17_the_weight_of_keys_changes_no_optimum():
    """xi_2 over four orders: who offloads where, the band and the node stay, and so does eta = 1."""
    play = make_play(EAGER)
    wanted = best_of_slots(play, BY_NAME["tn"])
    for key_scale in (0.01, 0.5, 100.0):
        own = costs(play.menu, Weights(key_scale=key_scale))
        best = own.of_all().argmin(axis=1)
        e, a, w, b = play.menu.space.parts(best)
        assert (e == 2).all()
        assert play.menu.space.places[a].tolist() == wanted.places.tolist()
        assert (w.tolist(), b.tolist()) == (wanted.miner.tolist(), wanted.band.tolist())


def test_e17_the_term_of_keys_is_a_hundredth_of_the_delays():
    play = make_play(EAGER)
    keys = key_costs(play.menu.key_sum, Weights(), "objective")
    assert 0.005 < keys.min() < keys.max() < 0.0085
    assert 0.4 * play.menu.tasks.min() > 50 * keys.max()


@pytest.mark.parametrize("level", [-10.0, 0.0, 95.0, 100.0])
def test_e41_without_keys_every_level_is_a_convention(level):
    """A floor of the sum of keys for every return below that of the delays alone: 100 of 200 is one of them."""
    play = make_play(EAGER)
    delays = cost_of_run(play.menu, run_scheme(play, BY_NAME["ranqkd"], EAGER), Weights(), "delays")
    reward = play.calibration.reward
    assert level < 20 * reward(delays).mean()
    missing = (reward.base - level / 20) / reward.scale - delays.mean()
    weights = Weights(key_floor=0.6 / (0.5 * missing))
    paid = delays + key_costs(np.zeros(len(delays)), weights, "objective")
    assert episodes(reward(paid)).mean() == pytest.approx(level, abs=1e-9)


# --- equations of learning ---


def test_e23_the_rate_in_place_of_the_discount_has_another_fixed_point():
    """One state, r = 1, rate 0.1: Eq. (30) as printed ends at 1/(1 - 0.1), with the discount 0.9 at 10."""
    for discount, wanted in ((0.9, 10.0), (0.1, 1 / 0.9)):
        _, values = learn([0.0], 4000, step=0.1, discount=discount, epsilon=[0.0], base=1.0)
        assert values[0] == pytest.approx(wanted, rel=1e-12)


def test_e28_two_learners_of_two_equations():
    """r = 1, discount 0.9, rate 0.1, 500 samples: Eq. (31) is at 9.93; (32) and (33), whose target was not copied yet
    and whose loss is at its minimum, at 1, and after k copies at 10 (1 - 0.9^k).
    """
    _, values = learn([0.0], 500, step=0.1, discount=0.9, epsilon=[0.0], base=1.0)
    exact = 10 * (1 - Fraction(99, 100) ** 500)
    assert values[0] == pytest.approx(float(exact), rel=1e-12)
    target = [Fraction(0)]
    for _ in range(3):
        target.append(1 + Fraction(9, 10) * target[-1])
    assert target[1] == 1
    assert target == [10 * (1 - Fraction(9, 10) ** k) for k in range(4)]
    assert exact > Fraction(99, 10) > 9 * target[1]


@pytest.mark.parametrize("step", [1e-6, 1e-12])
def test_e26_a_small_rate_locks_in_where_rewards_are_positive(step):
    """Greed from Q_0 = 0: the first action that was tried has the largest sum, and for ever, the worst one too."""
    chosen, _ = learn([3.0, 1.0, 2.0], 300, step=step, discount=0.9, epsilon=[0.0], base=10.0)
    assert (chosen == 0).all()


@pytest.mark.parametrize("step", [1e-6, 1e-12])
def test_e26_a_small_rate_equalises_costs_where_rewards_are_negative(step):
    """Visits times cost are equal to within the largest cost: shares 2 : 6 : 3, near uniform for near costs."""
    cost = np.array([3.0, 1.0, 2.0])
    chosen, values = learn(cost, 1100, step=step, discount=0.0, epsilon=[0.0])
    visits = np.bincount(chosen, minlength=3)
    assert np.ptp(visits * cost) <= cost.max()
    np.testing.assert_allclose(visits, [200, 600, 300], atol=2)
    # Q = rate times the sum of rewards, to the square of the rate.
    np.testing.assert_allclose(values, -step * visits * cost, rtol=1100 * step + 1e-12)


def test_e26_behaviour_does_not_know_a_small_rate():
    """Sign and offset of rewards decide what a small rate does; how small it is decides nothing."""
    cost, u = np.linspace(1.0, 2.0, 12), np.random.default_rng(0).random((400, 2))
    for base in (0.0, 10.0):
        runs = [
            learn(cost, 400, step=step, discount=0.9, epsilon=epsilons(12), base=base, uniform=u)[0].tolist()
            for step in (1e-8, 1e-10)
        ]
        assert runs[0] == runs[1]
    other = [learn(cost, 400, step=1e-8, discount=0.9, epsilon=[0.0], base=b)[0].tolist() for b in (0.0, 10.0)]
    assert other[0] != other[1]


# --- states ---


def test_e20_one_state_for_slots_with_other_optima():
    """No encoder tells them apart, since Eq. (24) does not: tasks of 1 and 50 MB, 0.5 and 3 Gcycles; "aug" does."""
    small = draw_slots(1, seed=4)
    small = replace(small, gain=np.full_like(small.gain, 1e-12), size_bits=np.full_like(small.size_bits, 8e6))
    small = replace(small, cycles=np.full_like(small.cycles, 3e9))
    large = replace(small, size_bits=50 * small.size_bits, cycles=small.cycles / 6)
    seen = [features(slot, [[0.9]], SMALL) for slot in (small, large)]
    assert seen[0].tobytes() == seen[1].tobytes()
    for seed in range(5):
        encoder = Encoder.fit(draw_mps(np.random.default_rng(seed), 27), np.random.default_rng(seed).random((20, 27)))
        assert encoder.codes(seen[0]) == encoder.codes(seen[1])
    best = [costs(menu(slot, SMALL), SMALL.weights).of_all().argmin() for slot in (small, large)]
    space = menu(small, SMALL).space
    assert (space.action(best[0]).choice > 0).any()
    assert (space.action(best[1]).choice == 0).all()
    tasks = [features(slot, [[0.9]], SMALL, kind="aug") for slot in (small, large)]
    assert (tasks[0] != tasks[1]).any()


# --- T-AFF ---


def ratio(least, a, b):
    """R_A/R_B under the reward that returns `least` for uniform draws and 200 for the best."""
    return (least + (200 - least) * a) / (least + (200 - least) * b)


@pytest.mark.parametrize(("a", "b"), [(Fraction(1, 2), Fraction(4, 5)), (Fraction(-1, 5), Fraction(9, 10))])
def test_t_aff_the_ratio_of_levels_is_any_number(a, b):
    """From u_A/u_B at R_rand = 0 up to 1: rising, and solved for any value between."""
    grid = [ratio(Fraction(k), a, b) for k in range(200)]
    assert grid[0] == a / b
    assert all(one < two for one, two in itertools.pairwise(grid))
    assert 1 - ratio(200 - Fraction(1, 10**6), a, b) < Fraction(1, 10**6)
    for wanted in (Fraction(19, 20), Fraction(7, 8), Fraction(99, 100)):
        least = 200 * (wanted * b - a) / ((1 - a) - wanted * (1 - b))
        assert 0 <= least < 200
        assert ratio(least, a, b) == wanted


def test_t_aff_two_rewards_disagree_on_a_run():
    """C09's 190 of 200: under one reward a scheme is 5 % below another, under the next 1 %; scores and optima stay."""
    play = make_play(EAGER)
    weights, own = play.scenario.setting.weights, play.costs(BY_NAME["tn"])
    run = {
        name: cost_of_run(play.menu, run_scheme(play, BY_NAME[name], EAGER), weights, "objective") for name in BY_NAME
    }
    worse, better = sorted((run["rars"].mean(), run["tn"].mean()), reverse=True)
    found = []
    for wanted in (0.95, 0.99):
        # base - scale worse = wanted (base - scale better), with the best at 10 a slot.
        lift = (worse - wanted * better) / (1 - wanted)
        scale = 10 / (lift - own.least().mean())
        reward = Reward("shift", base=scale * lift, scale=scale)
        level = {name: 20 * reward(cost).mean() for name, cost in run.items()}
        random, best = 20 * reward(own.mean()).mean(), 20 * reward(own.least()).mean()
        assert best == pytest.approx(200, rel=1e-12)
        assert random >= 0
        low, high = sorted((level["rars"], level["tn"]))
        assert low / high == pytest.approx(wanted, rel=1e-12)
        found.append([(value - random) / (best - random) for value in level.values()])
        assert reward(own.of_all()).argmax(axis=1).tolist() == own.of_all().argmin(axis=1).tolist()
    np.testing.assert_allclose(found[0], found[1], rtol=1e-9)
