"""Agents with a table a component: slot by slot against plain Python; optima by coordinates; what each may do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qbench.papers.tn_qdrl import actions
from qbench.papers.tn_qdrl.descent import component_sizes, descended, factored_extremes, mean_cost, slot_parts
from qbench.papers.tn_qdrl.factored import allowed, constant_by_coordinates, optimum_by_coordinates, run_factored
from qbench.papers.tn_qdrl.menu import costs
from qbench.papers.tn_qdrl.outcomes import cost_of_run
from qbench.papers.tn_qdrl.play import best_of_states, run_scheme
from qbench.papers.tn_qdrl.reward import REWARDS
from tests.oracles import tn_qdrl_agents_reference as reference
from tests.unit.tn_qdrl.plays import BY_NAME, EAGER, PlainUnit, draw_play, make_play, make_scenario

MID = {"n_vehicle": 10, "n_node": 2, "n_edge": 4}
SEPARATE = {"access": "fixed", "share_cpu": False}


def values(name, q, v, e):
    """What a scheme may give each component, from the spec: eta_i, a_x, and (w, b) as 2 (w - 1) + b."""
    eta = [1] if name == "ranqkd" else [0, 1, 2]
    place = [0] if name == "ralc" else list(range(e + 1))
    last = [2 * w + b for w in range(e) for b in (0, 1) if name != "rafbz" or b == 0]
    return [eta] * q + [place] * v + [last]


def without_a_list(monkeypatch, **changes):
    """A play of a small system whose agents have no flat list."""
    monkeypatch.setattr(actions, "LARGEST_FLAT", 1)
    return draw_play(make_scenario(**changes))


def plain(play, name, agent=EAGER):
    world = PlainUnit(play.scenario, agent, play.calibration.reward, keyless=name == "ranqkd")
    s = play.scenario.setting
    q, v, e = s.n_node, s.n_vehicle, s.n_edge
    kept = values(name, q, v, e)
    order = [world.order_rng.permutation(size).tolist() for size in (*[3] * q, *[e + 1] * v, 2 * e)]
    uniform = world.uniform_rng.random((play.menu.n_slot, q + v + 1, 2)).tolist()
    if name == "rars":
        return [[each[int(u[1] * len(each))] for each, u in zip(kept, row, strict=True)] for row in uniform]
    order = [[x for x in line if x in each] for line, each in zip(order, kept, strict=True)]
    decay = agent.decay if name == "rarl" and not agent.law else 0
    options = {"lr": agent.learning_rate, "phi": agent.discount, "rate": agent.per_visit, "decay": decay}
    return reference.factored(world, allowed=kept, order=order, uniform=uniform, **options, start=agent.start_value)


def components(play, chosen):
    q = play.menu.space.n_node
    eta = np.stack(np.unravel_index(chosen.efficiency, (3,) * q), axis=-1)
    return np.concatenate([eta, chosen.places, (2 * chosen.miner + chosen.band)[:, np.newaxis]], axis=1).tolist()


def check_against_plain_python(play, name, agent=EAGER):
    assert components(play, run_scheme(play, BY_NAME[name], agent)) == plain(play, name, agent)


def check_components_against_plain_python(name="tn", reward="shift"):
    with pytest.MonkeyPatch.context() as patch:
        check_against_plain_python(without_a_list(patch, reward=reward, episodes=4), name)


@pytest.mark.parametrize("reward", REWARDS)
@pytest.mark.parametrize("name", BY_NAME)
def test_against_plain_python(name, reward):
    check_components_against_plain_python(name, reward)


@pytest.mark.parametrize("agent", [replace(EAGER, law=True), replace(EAGER, start_value=50.0, discount=0.5)])
def test_against_plain_python_under_other_agents(agent, monkeypatch):
    play = without_a_list(monkeypatch, n_node=2, n_vehicle=2, episodes=4)
    check_against_plain_python(play, "rarl", agent)
    check_against_plain_python(play, "tn", agent)


@pytest.mark.parametrize("name", ["tn", "ranqkd"])
def test_against_plain_python_in_the_larger_system(name):
    check_against_plain_python(make_play(EAGER, **MID, episodes=2), name)


def test_q_learning_with_the_law_is_the_proposed_agent():
    play, law = make_play(EAGER, **MID, episodes=2), replace(EAGER, law=True)
    found = [components(play, run_scheme(play, BY_NAME[name], law)) for name in ("tn", "rarl")]
    assert found[0] == found[1]
    assert components(play, run_scheme(play, BY_NAME["rarl"], EAGER)) != found[0]


def test_what_schemes_may_do():
    space = make_scenario(**MID).space
    for name, scheme in BY_NAME.items():
        found = [each.tolist() for each in allowed(space, scheme.subset)]
        assert found == values(name, 2, 10, 4), name
    with pytest.raises(ValueError, match="subset must be all, alone, fixed_band or fixed_keys, got 'none'"):
        allowed(space, "none")


# --- means and optima ---


def every_cost(play, kind):
    return costs(play.menu, play.scenario.setting.weights, kind).of_all()


def check_the_mean_over_all_actions(kind="objective", **changes):
    play = make_play(EAGER, **changes)
    weights = play.scenario.setting.weights
    found = mean_cost(slot_parts(play.menu, weights, kind))
    np.testing.assert_allclose(found, every_cost(play, kind).mean(axis=1), rtol=1e-12)
    np.testing.assert_allclose(found, costs(play.menu, weights, kind).mean(), rtol=1e-12)


@pytest.mark.parametrize("kind", ["objective", "additive", "delays"])
@pytest.mark.parametrize("changes", [{}, {"n_node": 2, "n_vehicle": 2, "n_edge": 3}, {"n_vehicle": 1}, {"n_edge": 1}])
def test_the_mean_over_all_actions_is_that_of_the_list(kind, changes):
    check_the_mean_over_all_actions(kind, **changes)


def check_descent_finds_the_least_where_parts_are_separate(kind="objective"):
    """Rates fixed and processors unshared: F is a sum over components, all but for eta, where more is better."""
    play = make_play(EAGER, **SEPARATE, n_node=2, n_vehicle=2)
    found = factored_extremes(play.menu, play.scenario.setting.weights, kind)[1]
    np.testing.assert_array_equal(found, every_cost(play, kind).min(axis=1))


@pytest.mark.parametrize("kind", ["objective", "additive", "delays"])
def test_descent_finds_the_least_where_parts_are_separate(kind):
    check_descent_finds_the_least_where_parts_are_separate(kind)


def check_descent_stops_where_no_component_alone_improves():
    """In the main reading, where vehicles disturb each other: a local optimum, and never below the least."""
    play = make_play(EAGER)
    f = every_cost(play, "objective")
    parts, space = slot_parts(play.menu, play.scenario.setting.weights, "objective"), play.menu.space
    found = descended(parts, space, np.arange(play.menu.n_slot))
    grid = f.reshape(-1, 3, 3, 3, 3, 4)
    for t, action in enumerate(found):
        here = grid[(t, *action)]
        assert here >= f[t].min()
        for c in range(len(action)):
            assert here <= grid[(t, *action[:c], slice(None), *action[c + 1 :])].min()
        start = grid[t, 2, 0, 0, 0, 0]
        assert here <= start


def test_descent_stops_where_no_component_alone_improves():
    check_descent_stops_where_no_component_alone_improves()


def test_descent_starts_alone_with_the_best_efficiency():
    """Every value equal: nothing moves from eta = 1, all alone, w = 1, b = 0.9; nor to a lower index."""
    play = make_play(EAGER)
    parts = slot_parts(play.menu, play.scenario.setting.weights, "objective")
    level = {name: np.ones_like(getattr(parts, name)) for name in ("key", "local", "away", "block")}
    found = descended(parts._replace(**level), play.menu.space, np.arange(3))
    assert found.tolist() == [[2, 0, 0, 0, 0]] * 3


def test_the_optimum_is_looked_for_every_fifth_slot():
    play = make_play(EAGER, **SEPARATE)
    slots, best = optimum_by_coordinates(play, BY_NAME["tn"])
    assert slots.tolist() == list(range(0, play.menu.n_slot, 5))
    weights = play.scenario.setting.weights
    found = cost_of_run(play.menu, best, weights, "objective", slots)
    np.testing.assert_array_equal(found, every_cost(play, "objective").min(axis=1)[slots])


@pytest.mark.parametrize("by_state", [False, True])
def test_constant_actions_are_those_of_the_list_where_parts_are_separate(by_state):
    play = make_play(EAGER, **SEPARATE)
    coordinates = constant_by_coordinates(play, BY_NAME["tn"], by_state=by_state)
    listed = best_of_states(play, BY_NAME["tn"], by_state=by_state)
    assert components(play, coordinates) == components(play, listed)


def test_sizes_of_components():
    assert component_sizes(make_scenario(**MID).space) == (3, 3, *(5,) * 10, 8)


# --- arguments ---


@pytest.mark.parametrize(
    "agent", [replace(EAGER, agent="amplitude"), replace(EAGER, rival_state="raw")], ids=["amplitude", "raw"]
)
def test_what_needs_a_list_is_refused(agent):
    play = make_play(EAGER, **MID, episodes=2)
    with pytest.raises(ValueError, match="needs a flat list of actions; components learn as 'grover' on 'mps'"):
        run_factored(play, BY_NAME["tn"], agent)


def test_keys_that_tasks_use_up_need_a_list():
    words = "key_use consumed needs a flat list of actions: keys there depend on all places at once"
    play = make_play(EAGER, key_use="consumed")
    with pytest.raises(ValueError, match=words):
        slot_parts(play.menu, play.scenario.setting.weights, "objective")
    with pytest.raises(ValueError, match=words):
        draw_play(make_scenario(**MID, key_use="consumed"))
