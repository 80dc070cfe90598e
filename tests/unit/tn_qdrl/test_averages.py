"""The bandit beside the schemes: means of rewards, by hand and against a plain loop."""

from __future__ import annotations

import numpy as np
import pytest

from qbench.evidence.streams import Streams
from qbench.papers.tn_qdrl.agents import AGENT, SCHEMES, Agent
from qbench.papers.tn_qdrl.averages import run_averages
from qbench.papers.tn_qdrl.outcomes import cost_of_run
from qbench.papers.tn_qdrl.play import Play
from qbench.papers.tn_qdrl.scenario import SYSTEM, Scenario, calibrate

STREAMS = Streams("tn_qdrl/unit", 5)


def play_of(**params):
    scenario = Scenario.of({**SYSTEM, "episodes": 100, **params})
    rngs = {axis: STREAMS.rng(axis, 0) for axis in ("instance", "algorithm")}
    return Play.draw(scenario, calibrate(scenario, STREAMS), Agent.of(AGENT), **rngs)


def reference(play, decay):
    """The flat actions by a plain loop over all costs."""
    cost = play.costs(SCHEMES[0]).of_all()
    rewards = play.calibration.reward(cost)
    n = cost.shape[1]
    seen: dict[int, list[float]] = {}
    chosen = []
    for t in range(len(cost)):
        epsilon = max(0.01, 1 - t / decay)
        means = {a: sum(r) / len(r) for a, r in seen.items()}
        if play.uniform[t, 0] >= epsilon:
            top = max(means.values()) if means else None
            action = next(int(a) for a in play.order[0] if top is None or means.get(int(a)) == top)
        else:
            action = int(play.uniform[t, 1] * n)
        seen.setdefault(action, []).append(float(rewards[t, action]))
        chosen.append(action)
    return np.array(chosen)


@pytest.mark.parametrize(
    "params", [{"n_vehicle": 1}, {"n_vehicle": 2, "reward": "add"}, {"n_vehicle": 1, "reward": "neg"}]
)
def test_the_bandit_is_a_plain_loop(params) -> None:
    play = play_of(**params)
    found = run_averages(play, SCHEMES[0], 700)
    space = play.menu.space
    e, a, w, b = space.parts(reference(play, 700))
    assert np.array_equal(found.efficiency, e)
    assert np.array_equal(found.places, space.places[a])
    assert np.array_equal(found.miner, w)
    assert np.array_equal(found.band, b)


def test_it_settles_on_a_good_action() -> None:
    play = play_of(n_vehicle=1)
    found = run_averages(play, SCHEMES[0], 700)
    cost = cost_of_run(play.menu, found, play.scenario.setting.weights, "objective")
    own = play.costs(SCHEMES[0])
    assert cost[-600:].mean() < own.mean()[-600:].mean() - 0.1 * (own.mean() - own.least()).mean()
    assert (found.efficiency[-600:] == found.efficiency[-1]).mean() > 0.5


def test_it_refuses_what_it_cannot_run() -> None:
    with pytest.raises(ValueError, match="decay must be a whole number of at least 1"):
        run_averages(play_of(n_vehicle=1, episodes=16), SCHEMES[0], 0)
