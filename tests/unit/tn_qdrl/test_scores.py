"""Windows, convergence on made-up curves, the columns of a run against loops, scores that no unit changes."""

from __future__ import annotations

import statistics

import numpy as np
import pytest

from qbench.papers.tn_qdrl.outcomes import Chosen, cost_of_run
from qbench.papers.tn_qdrl.play import best_of_slots, best_of_states, run_scheme
from qbench.papers.tn_qdrl.reward import Reward
from qbench.papers.tn_qdrl.scores import (
    Windows,
    convergence,
    curve_columns,
    episodes,
    return_columns,
    returns_of,
    scheme_columns,
)
from qbench.papers.tn_qdrl.system import evaluate
from tests.unit.tn_qdrl.plays import BY_NAME, EAGER, make_play, rng

LONG = 16


def test_windows_by_hand():
    w = Windows(800)
    assert (w.final, w.final_slots) == (slice(700, 800), slice(14_000, 16_000))
    assert (w.early, w.first) == (slice(0, 200), slice(0, 10))
    w = Windows(100)
    assert (w.final, w.final_slots, w.early, w.first) == (
        slice(88, 100),
        slice(1760, 2000),
        slice(0, 25),
        slice(0, 1),
    )
    w = Windows(3)
    assert (w.final, w.early, w.first) == (slice(2, 3), slice(0, 1), slice(0, 1))


def test_episodes_by_hand():
    assert episodes(np.arange(40.0)).tolist() == [190.0, 590.0]


# --- convergence ---


def step(at, n=800, low=0.0, high=1.0):
    return np.where(np.arange(n) < at, low, high)


def check_convergence_by_hand():
    """A step after 100 episodes: the mean of 20 passes 0.94 with the 19th high one, 0.96 with the 20th."""
    w = Windows(800)
    assert convergence(step(100), w, share=0.94) == 119
    assert convergence(step(100), w, share=0.96) == 120
    assert convergence(step(100), w, share=0.01) == 101
    assert convergence(step(100), w, share=0.93, smoothing=50) == 147
    # Neither offset nor unit matters: a share of the way from start to plateau.
    assert convergence(150 + 50 * step(100), w, share=0.94) == 119
    # A ramp of 0 .. 799: start 4.5, plateau 749.5, and the mean up to episode e is e - 10.5.
    assert convergence(np.arange(800.0), w) == 723
    # From the first mean on.
    assert convergence(step(15), w, share=0.2) == 20


def test_convergence_by_hand():
    check_convergence_by_hand()


def test_what_does_not_converge():
    w = Windows(800)
    assert convergence(step(100, low=1.0, high=0.5), w) is None
    assert convergence(np.ones(800), w) is None
    assert convergence(np.arange(15.0), Windows(15)) is None
    # It rises, but in a final window of 2 episodes, shorter than the mean.
    assert convergence(step(18, n=20), Windows(20)) is None


# --- columns ---


def plain_columns(play, chosen, keyless=False):
    """By loops over slots, from the evaluation of each."""
    slots = play.scenario.draw(rng("instance"), play.menu.n_slot)
    eta = play.menu.space.efficiencies[chosen.efficiency]
    found = evaluate(
        slots,
        type(play.menu.space.action(0))(
            efficiency=eta, choice=chosen.places, miner=chosen.miner + 1, band_share=np.array([0.9, 0.6])[chosen.band]
        ),
        play.scenario.setting,
    )
    f, t, k = found.objective.value.tolist(), found.task_s.tolist(), found.keys.rate.tolist()
    reward, n = play.calibration.reward, len(f) // 20
    returns = [sum(reward.base - reward.scale * f[20 * e + i] for i in range(20)) for e in range(n)]
    delays = [sum(sum(t[20 * e + i]) for i in range(20)) / 60 for e in range(n)]
    last = [i for i in range(len(f)) if i >= 20 * (n - n // 8)]
    return {
        "return": statistics.fmean(returns[-(n // 8) :]),
        "early": statistics.fmean(returns[: n // 4]),
        "first": returns[0],
        "spread": statistics.stdev(returns[-(n // 8) :]),
        "delay": statistics.fmean(delays[-(n // 8) :]),
        "total_delay": 3 * statistics.fmean(delays[-(n // 8) :]),
        "delay_spread": statistics.stdev(delays[-(n // 8) :]),
        "keys": 0.0 if keyless else statistics.fmean(statistics.fmean(k[i][0]) for i in last),
        "late": statistics.fmean(x > 1.0 for i in last for x in t[i]),
    }


def check_columns_against_loops(keyless=False):
    play = make_play(EAGER, episodes=LONG)
    chosen = run_scheme(play, BY_NAME["tn"], EAGER)
    found = scheme_columns(play, "x", chosen, "objective", keyless=keyless)
    assert found.pop("conv_x") == found.pop("reached_x") == 0.0
    wanted = plain_columns(play, chosen, keyless)
    assert set(found) == {f"{name}_x" for name in wanted}
    for name, value in wanted.items():
        assert found[f"{name}_x"] == pytest.approx(value, rel=1e-10), name


@pytest.mark.parametrize("keyless", [False, True])
def test_columns_against_loops(keyless):
    check_columns_against_loops(keyless)


def test_a_run_that_converges_says_when():
    """24 episodes of the worst constant action, then the best of each slot."""
    play = make_play(EAGER, episodes=200)
    own = play.costs(BY_NAME["tn"])
    best = best_of_slots(play, BY_NAME["tn"])
    worst = Chosen.flat(play.menu, np.full(play.menu.n_slot, own.over(slice(None)).of_all()[0].argmax()))
    early = np.arange(play.menu.n_slot) < 480
    joined = Chosen(
        np.where(early, worst.efficiency, best.efficiency),
        np.where(early[:, np.newaxis], worst.places, best.places),
        np.where(early, worst.miner, best.miner),
        np.where(early, worst.band, best.band),
    )
    found = scheme_columns(play, "x", joined, "objective")
    assert found["reached_x"] == 1.0
    assert 30 <= found["conv_x"] <= 50
    returns = returns_of(play, joined, "objective")
    assert found["conv_x"] == convergence(returns, Windows(200))


def test_curves_by_hand():
    found = curve_columns("x", np.arange(11.0), 3)
    assert found == {"curve_x_001": 1.0, "curve_x_004": 4.0, "curve_x_007": 7.0}
    assert curve_columns("x", np.arange(4.0), 4) == {f"curve_x_{k:03d}": float(k) for k in range(4)}
    assert curve_columns("x", np.arange(11.0), 0) == {}


def test_returns_by_hand():
    found = return_columns("x", np.arange(80.0), Windows(80))
    assert found == {"return_x": 74.5, "early_x": 9.5, "first_x": 0.0}


# --- scores ---


def check_no_policy_beats_the_best_of_each_slot():
    """Slot by slot: of every scheme that is paid F, and of every constant action."""
    play = make_play(EAGER, episodes=LONG)
    weights = play.scenario.setting.weights
    best = cost_of_run(play.menu, best_of_slots(play, BY_NAME["tn"]), weights, "objective")
    runs = [run_scheme(play, scheme, EAGER) for scheme in BY_NAME.values()]
    runs += [best_of_states(play, BY_NAME["tn"], by_state=by_state) for by_state in (False, True)]
    for run in runs:
        assert (cost_of_run(play.menu, run, weights, "objective") >= best).all()
    assert (play.costs(BY_NAME["tn"]).of_all() >= best[:, np.newaxis]).all()


def test_no_policy_beats_the_best_of_each_slot():
    check_no_policy_beats_the_best_of_each_slot()


def score(returns, random, best):
    return (returns.mean() - random.mean()) / (best.mean() - random.mean())


def test_scores_are_1_for_the_best_and_0_for_uniform_draws():
    """Exactly: the mean over the actions of what each would score is 0, to rounding."""
    play = make_play(EAGER, episodes=LONG)
    reward, own = play.calibration.reward, play.costs(BY_NAME["tn"])
    random, best = episodes(reward(own.mean())), returns_of(play, best_of_slots(play, BY_NAME["tn"]), "objective")
    assert score(best, random, best) == 1.0
    assert score(random, random, best) == 0.0
    each = [score(episodes(reward(column)), random, best) for column in own.of_all().T]
    assert np.mean(each) == pytest.approx(0.0, abs=1e-12)
    assert max(each) < 1.0


@pytest.mark.parametrize(("c", "k"), [(0.0, 1.0), (50.0, 0.01), (-3.0, 1000.0)])
def test_scores_do_not_know_the_unit_of_rewards(c, k):
    play = make_play(EAGER, episodes=LONG)
    weights, own = play.scenario.setting.weights, play.costs(BY_NAME["tn"])
    found = []
    for reward in (play.calibration.reward, Reward("shift", c, k)):
        random, best = episodes(reward(own.mean())), episodes(reward(own.least()))
        costs = [
            cost_of_run(play.menu, run_scheme(play, BY_NAME[name], EAGER), weights, "objective")
            for name in ("tn", "rarl", "ralc")
        ]
        u = [score(episodes(reward(cost)), random, best) for cost in costs]
        found.append([*u, u[0] - u[2]])
    np.testing.assert_allclose(found[0], found[1], rtol=1e-9)


def test_the_best_constant_action_and_those_of_states_by_brute_force():
    play = make_play(EAGER, episodes=LONG)
    f, states = play.costs(BY_NAME["tn"]).of_all(), play.codes[:-1, 2]
    t = np.arange(len(f))
    for by_state in (False, True):
        run = best_of_states(play, BY_NAME["tn"], by_state=by_state)
        cost = cost_of_run(play.menu, run, play.scenario.setting.weights, "objective")
        wanted = np.empty(len(f))
        for state in np.unique(states) if by_state else [None]:
            here = t if state is None else t[states == state]
            wanted[here] = f[here][:, f[here].sum(axis=0).argmin()]
        assert cost.tobytes() == wanted.tobytes()
    assert len(np.unique(states)) > 2
