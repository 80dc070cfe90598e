"""Agents with a table: slot by slot against plain Python, what schemes share, limits of their parts, arguments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qbench.papers.tn_qdrl import play as plays_module
from qbench.papers.tn_qdrl.agents import AGENT, Agent, Draws, epsilons, tie_order
from qbench.papers.tn_qdrl.encoding import raw_codes
from qbench.papers.tn_qdrl.grover import law
from qbench.papers.tn_qdrl.play import best_of_slots, run_scheme
from qbench.papers.tn_qdrl.reward import REWARDS
from tests.oracles import tn_qdrl_agents_reference as reference
from tests.unit.tn_qdrl.plays import BY_NAME, EAGER, PlainUnit, draw_play, make_play, make_scenario, rng

ALLOWED = {
    "tn": lambda e, a, b: True,
    "rarl": lambda e, a, b: True,
    "rars": lambda e, a, b: True,
    "rafbz": lambda e, a, b: b == 0.9,
    "ralc": lambda e, a, b: not any(a),
    "ranqkd": lambda e, a, b: set(e) == {0.9},
}


def flat(play, chosen):
    """Flat indices of the actions of a run."""
    s = play.menu.space
    a = np.ravel_multi_index(tuple(chosen.places.T), (s.n_edge + 1,) * s.n_vehicle)
    return np.ravel_multi_index((chosen.efficiency, a, chosen.miner, chosen.band), s.shape)


def plain(play, name, agent, **changes):
    """The flat actions of a scheme by the reference, and (state, greedy) of each slot."""
    world = PlainUnit(play.scenario, agent, play.calibration.reward, keyless=name == "ranqkd")
    space, trace = world.space, []
    every = space.action(np.arange(space.n))
    kept = [
        i
        for i in range(space.n)
        if ALLOWED[name](every.efficiency[i].tolist(), every.choice[i].tolist(), float(every.band_share[i]))
    ]
    order = world.order_rng.permutation(space.n).tolist()
    uniform = world.uniform_rng.random((play.menu.n_slot, 2)).tolist()
    if name == "rars":
        return reference.uniform_policy(kept, uniform), trace
    options = {"allowed": kept, "order": order, "uniform": uniform, "lr": agent.learning_rate, "phi": agent.discount}
    if changes.get("gain"):
        return reference.amplified(world, **options, gain=changes["gain"]), trace
    decay = agent.decay if name == "rarl" and not agent.law else 0
    found = reference.tabular(world, **options, rate=agent.per_visit, decay=decay, start=agent.start_value, trace=trace)
    return found, trace


def check_against_plain_python(name="tn", reward="shift", agent=EAGER, **changes):
    play = make_play(agent, reward=reward, **changes)
    found, trace = plain(play, name, agent)
    assert flat(play, run_scheme(play, BY_NAME[name], agent)).tolist() == found
    if trace:
        # Both ways of choosing occur, and in more than one state: else the run would show little.
        assert 10 < sum(greedy for _, greedy in trace) < len(trace) - 10
        assert len({state for state, _ in trace}) > 2


@pytest.mark.parametrize("reward", REWARDS)
@pytest.mark.parametrize("name", BY_NAME)
def test_against_plain_python(name, reward):
    check_against_plain_python(name, reward)


@pytest.mark.parametrize(
    ("agent", "changes"),
    [
        (replace(EAGER, law=True), {}),
        (replace(EAGER, discount=0.0), {}),
        (replace(EAGER, start_value=100.0), {}),
        (replace(EAGER, bond=2, n_bit=5, label="end", feature="linear"), {}),
        (EAGER, {"observation": "aug", "size_mb": 30.0}),
        (EAGER, {"n_node": 2, "n_vehicle": 2}),
        (EAGER, {"access": "noma_literal", "share_cpu": False}),
    ],
)
def test_against_plain_python_in_other_readings(agent, changes):
    check_against_plain_python("rarl" if agent.law else "tn", "shift", agent, **changes)


def check_amplitudes_against_plain_python(name="tn", gain=0.1, **changes):
    """The gain is ten times that of studies: 120 slots then see up to a dozen iterations a step."""
    agent = replace(EAGER, agent="amplitude")
    play = make_play(agent, **changes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plays_module, "GAIN", gain)
        found = flat(play, run_scheme(play, BY_NAME[name], agent))
    wanted, _ = plain(play, name, agent, gain=gain)
    assert found.tolist() == wanted
    assert len(set(wanted)) < 0.9 * len(wanted)


# Four actions: one iteration from an amplitude of exactly 1/2 makes sure, if rounding does not lose it.
@pytest.mark.parametrize(("name", "changes"), [("tn", {}), ("ralc", {}), ("ranqkd", {"n_vehicle": 1, "n_edge": 1})])
def test_amplitudes_against_plain_python(name, changes):
    check_amplitudes_against_plain_python(name, **changes)


# --- what schemes share ---


def test_amplitudes_are_for_those_who_explore_by_visits():
    """Q-learning and uniform draws are the same beside either agent; all others are not."""
    play, amplitude = make_play(EAGER), replace(EAGER, agent="amplitude")
    for name, scheme in BY_NAME.items():
        one, other = (flat(play, run_scheme(play, scheme, agent)).tolist() for agent in (EAGER, amplitude))
        assert (one == other) == (name in {"rarl", "rars"}), name


@pytest.mark.parametrize("reward", REWARDS)
def test_q_learning_with_the_law_is_the_proposed_agent(reward):
    """Bit for bit, which is all that sets them apart: the schedule of epsilon."""
    agent = replace(EAGER, law=True)
    play = make_play(agent, reward=reward)
    proposed = flat(play, run_scheme(play, BY_NAME["tn"], agent))
    assert flat(play, run_scheme(play, BY_NAME["rarl"], agent)).tolist() == proposed.tolist()
    assert flat(play, run_scheme(play, BY_NAME["rarl"], EAGER)).tolist() != proposed.tolist()


def check_laws_are_equal(n=324):
    """1 - e + e/N and e/N against sin^2 and cos^2/(N - 1), for every tau up to the best."""
    e = epsilons(n)
    assert len(e) == reference.most_turns(n) + 1
    marked, other = law(n, np.arange(len(e)))
    np.testing.assert_allclose(1 - e + e / n, marked, atol=1e-12, rtol=0)
    np.testing.assert_allclose(e / n, other, atol=1e-12, rtol=0)
    np.testing.assert_allclose(e, [reference.epsilon(n, tau) for tau in range(len(e))], atol=1e-12, rtol=0)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 8, 12, 108, 162, 324, 972])
def test_the_law_of_grover_is_that_of_an_epsilon(n):
    check_laws_are_equal(n)


def test_epsilons_by_hand():
    """324 actions: from 1 to 0.0017 within 14 iterations; one action leaves no choice, and two never find it."""
    assert len(epsilons(324)) == 15
    assert epsilons(324)[0] == pytest.approx(1.0, abs=1e-12)
    assert epsilons(324)[14] == pytest.approx(0.0017, abs=5e-5)
    assert epsilons(1).tolist() == [0.0]
    np.testing.assert_allclose(epsilons(2), [1.0, 1.0], atol=1e-12)
    # N = 4: one iteration is sure.
    np.testing.assert_allclose(epsilons(4), [1.0, 0.0], atol=1e-12)


def test_schemes_keep_to_their_actions():
    play = make_play(EAGER)
    found = {name: run_scheme(play, scheme, EAGER) for name, scheme in BY_NAME.items()}
    assert (found["ralc"].places == 0).all()
    assert (found["rafbz"].band == 0).all()
    assert (found["ranqkd"].efficiency == 1).all()
    for name in ("tn", "rarl", "rars"):
        assert len(np.unique(found[name].efficiency)) == 3
        assert (found[name].places > 0).any()
        assert len(np.unique(found[name].band)) == 2


def test_a_scheme_has_its_bits_whatever_else_ran():
    first, second = draw_play(make_scenario()), draw_play(make_scenario())
    alone = {name: flat(first, run_scheme(first, BY_NAME[name], EAGER)).tolist() for name in reversed(BY_NAME)}
    for name, scheme in BY_NAME.items():
        assert flat(second, run_scheme(second, scheme, EAGER)).tolist() == alone[name]


def test_raw_patterns_are_states_of_their_own():
    """In one that was never seen all values are equal, and greed is the first action in the order of ties."""
    agent = replace(EAGER, rival_state="raw")
    play = make_play(agent)
    raw, bits = (run_scheme(play, BY_NAME["rarl"], a) for a in (agent, EAGER))
    assert flat(play, raw).tolist() != flat(play, bits).tolist()
    codes, _ = raw_codes(play.seen, play.calibration.sample)
    before = np.concatenate([[play.start], raw.efficiency[:-1]])
    states = codes[np.arange(len(before)), before].tolist()
    greedy = play.uniform[:, 0] >= np.maximum(0.01, 1 - np.arange(len(before)) / agent.decay)
    new = np.array([state not in states[:t] for t, state in enumerate(states)])
    assert (new & greedy).sum() > 20
    assert (flat(play, raw)[new & greedy] == play.order[0][0]).all()
    # The proposed agent reads the network's bits under any `rival_state`.
    tn = [flat(play, run_scheme(play, BY_NAME["tn"], a)).tolist() for a in (agent, EAGER)]
    assert tn[0] == tn[1]


def test_a_scheme_is_paid_what_the_menu_says_it_costs():
    assert BY_NAME["ranqkd"].cost("objective") == "delays"
    assert BY_NAME["ranqkd"].cost("additive") == "delays"
    assert BY_NAME["tn"].cost("additive") == "additive"


def test_the_best_of_a_slot_costs_least():
    for changes in ({}, {"key_use": "consumed"}, {"n_vehicle": 2, "n_edge": 3}, {"reward": "add"}):
        play = make_play(EAGER, **changes)
        own = play.costs(BY_NAME["tn"])
        f = own.of_all()
        assert f[np.arange(len(f)), flat(play, best_of_slots(play, BY_NAME["tn"]))].tobytes() == f.min(axis=1).tobytes()


# --- draws ---


def test_draws_come_in_order():
    """Network, ties, exploration, training: children of the unit's generator, the first three in use here."""
    play, draws = make_play(EAGER), Draws.of(rng("algorithm"))
    assert play.order[0].tolist() == draws.order.permutation(324).tolist()
    assert play.uniform.tolist() == draws.uniform.random((play.menu.n_slot, 2)).tolist()
    assert play.training.random() == draws.training.random()


def test_a_longer_run_keeps_the_draws_of_a_shorter_one():
    short, long = draw_play(make_scenario(episodes=2)), draw_play(make_scenario(episodes=5))
    np.testing.assert_array_equal(long.uniform[:40], short.uniform)
    np.testing.assert_array_equal(long.order[0], short.order[0])
    np.testing.assert_array_equal(long.codes[:41], short.codes)
    for name, scheme in BY_NAME.items():
        runs = [flat(play, run_scheme(play, scheme, EAGER))[:40].tolist() for play in (short, long)]
        assert runs[0] == runs[1], name


def test_ties_by_hand():
    kept, place = tie_order(np.array([4, 0, 5, 2, 1, 3]), np.array([1, 2, 4]))
    assert kept.tolist() == [4, 2, 1]
    assert place.tolist() == [2, 1, 0]


# --- arguments ---


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"learning_rate": 0.0}, r"learning_rate must lie in \(0, 1\], got 0.0"),
        ({"learning_rate": 1.1}, r"learning_rate must lie in \(0, 1\], got 1.1"),
        ({"discount": 1.0}, r"discount must lie in \[0, 1\), got 1.0"),
        ({"per_visit": 0.0}, r"per_visit must lie in \(0, 1e\+06\], got 0.0"),
        ({"start_value": np.inf}, r"start_value must lie in \[-1e\+09, 1e\+09\], got inf"),
        ({"decay": 0}, r"decay must be a whole number of at least 1, got 0"),
        ({"bond": 2.5}, r"bond must be a whole number of at least 1, got 2.5"),
        ({"n_bit": 0}, r"n_bit must be a whole number of at least 1, got 0"),
        ({"rival_state": "bits"}, r"rival_state must be one of mps, raw, got 'bits'"),
        (
            {"agent": "grovr"},
            r"agent must be one of amplitude, grover, mlp, vqc, vqc_angle, got .grovr.; did you",
        ),
        ({"feature": "cubic"}, r"feature must be one of linear, trig, got 'cubic'"),
        ({"label": "midle"}, r"label must be one of end, middle, got 'midle'; did you mean 'middle'\?"),
    ],
)
def test_arguments(changes, words):
    with pytest.raises(ValueError, match=words):
        Agent.of({**AGENT, **changes})


def test_a_law_that_is_neither_true_nor_false():
    with pytest.raises(TypeError, match="law must be True or False, got 'yes'"):
        replace(EAGER, law="yes")


def test_params_make_the_agent_of_the_defaults():
    assert Agent.of(AGENT) == Agent()
