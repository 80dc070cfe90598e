"""Actions, menus, rewards and agents of tn_qdrl: what holds for all systems, streams, agents and tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qbench.papers.tn_qdrl.actions import SUBSETS, ActionSpace
from qbench.papers.tn_qdrl.agents import Agent, epsilons, tie_order
from qbench.papers.tn_qdrl.descent import descended, mean_cost, slot_parts
from qbench.papers.tn_qdrl.encoding import Encoder, raw_codes
from qbench.papers.tn_qdrl.grover import law
from qbench.papers.tn_qdrl.menu import COSTS, costs, menu
from qbench.papers.tn_qdrl.mps import draw_mps
from qbench.papers.tn_qdrl.observation import features, n_feature
from qbench.papers.tn_qdrl.outcomes import Chosen, cost_of_run
from qbench.papers.tn_qdrl.parameters import Qkd, Radio, Setting, Tasks
from qbench.papers.tn_qdrl.play import best_of_slots, run_scheme
from qbench.papers.tn_qdrl.reward import Reward, calibrated
from qbench.papers.tn_qdrl.scores import Windows, convergence
from qbench.papers.tn_qdrl.stream import draw_stream
from qbench.papers.tn_qdrl.system import evaluate
from tests.properties.hqcnn_networks import exact
from tests.unit.tn_qdrl.plays import BY_NAME, make_play
from tests.unit.tn_qdrl.slots import draw_slots

SEED = st.integers(0, 2**32 - 1)
SIZES = st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 3))


@st.composite
def settings(draw):
    q, v, e = draw(SIZES)
    return Setting(
        n_node=q,
        n_vehicle=v,
        n_edge=e,
        qkd=Qkd(
            key_rate=draw(st.sampled_from(["printed", "standard"])),
            key_use=draw(st.sampled_from(["free", "shared_source", "consumed"])),
        ),
        radio=Radio(access=draw(st.sampled_from(["ofdma", "fixed", "noma_literal"]))),
        tasks=Tasks(share_cpu=draw(st.booleans())),
    )


# --- actions and menus ---


@exact
@given(SIZES, st.data())
def test_flat_indices_and_components_name_the_same_actions(sizes, data):
    space = ActionSpace(*sizes)
    index = data.draw(st.integers(0, space.n - 1))
    components = np.unravel_index(index, space.nvec)
    flat, apart = space.action(index), space.from_components(np.array(components))
    for name in ("efficiency", "choice", "miner", "band_share"):
        np.testing.assert_array_equal(getattr(flat, name), getattr(apart, name))
    e, a, w, b = space.parts(index)
    assert np.ravel_multi_index((e, a, w, b), space.shape) == index
    for name in SUBSETS:
        kept = space.subset(name)
        assert (np.diff(kept) > 0).all()


@exact
@given(settings(), SEED)
def test_a_menu_has_the_bits_of_the_system(setting, seed):
    slots, space = draw_slots(2, setting=setting, seed=seed), ActionSpace.of(setting)
    wanted = evaluate(slots.beside_actions(), space.action(np.arange(space.n)), setting).objective.value
    own = costs(menu(slots, setting), setting.weights)
    assert own.of_all().tobytes() == np.ascontiguousarray(wanted).tobytes()
    assert own.least().tobytes() == wanted.min(axis=1).tobytes()
    np.testing.assert_allclose(own.mean(), wanted.mean(axis=1), rtol=1e-12)


@exact
@given(settings(), SEED, st.sampled_from(COSTS))
def test_nothing_is_cheaper_than_the_least_and_the_mean_lies_between(setting, seed, kind):
    found = menu(draw_slots(2, setting=setting, seed=seed), setting)
    own = costs(found, setting.weights, kind)
    every = own.of_all()
    assert (every >= own.least()[:, np.newaxis]).all()
    assert (own.mean() <= every.max(axis=1)).all()
    if setting.qkd.key_use != "consumed":
        parts = slot_parts(found, setting.weights, kind)
        np.testing.assert_allclose(mean_cost(parts), every.mean(axis=1), rtol=1e-11)
        chosen = Chosen.components(found, descended(parts, found.space, np.arange(2)))
        reached = cost_of_run(found, chosen, setting.weights, kind)
        assert (reached >= own.least()).all()
        # From all alone, with eta = 1, w = 1 and b = 0.9.
        alone = np.ravel_multi_index((found.space.n_efficiency - 1, 0, 0, 0), found.space.shape)
        assert (reached <= every[:, alone]).all()


# --- streams and observations ---


@exact
@given(SIZES, SEED, st.integers(1, 40), st.integers(0, 40), st.integers(-3, 3))
def test_streams_keep_their_slots_and_sizes_scale(sizes, seed, slots, more, power):
    q, v, e = sizes
    setting = Setting(n_node=q, n_vehicle=v, n_edge=e)
    short = draw_stream(np.random.default_rng(seed), setting, slots, size_mb=8.0)
    long = draw_stream(np.random.default_rng(seed), setting, slots + more, size_mb=8.0 * 2.0**power)
    for name, values in vars(short).items():
        scale = 2.0**power if name == "size_bits" else 1.0
        assert (scale * values).tobytes() == getattr(long, name)[:slots].tobytes(), name


@exact
@given(SIZES, SEED, st.integers(-12, 12), st.data())
def test_observations_are_shares_and_a_better_detector_leaves_less_doubt(sizes, seed, power, data):
    q, v, e = sizes
    setting = Setting(n_node=q, n_vehicle=v, n_edge=e)
    slot = draw_slots(setting=setting, seed=seed)
    slot = replace(slot, gain=slot.gain * 10.0**power, size_bits=slot.size_bits * 2.0**power)
    low = np.array(data.draw(st.lists(st.floats(0.1, 0.9), min_size=q, max_size=q)))
    for kind in ("literal", "aug"):
        worse, better = (features(slot, eta, setting, kind=kind) for eta in (low, low + 0.1))
        assert worse.shape == (n_feature(setting, kind),)
        assert ((worse >= 0) & (worse <= 1)).all()
        links = q * (v + e)
        assert (better[:links] < worse[:links]).all()
        after = 2 * links + 2 * v * e
        np.testing.assert_array_equal(better[links : links + 2 * v * e], worse[links : links + 2 * v * e])
        np.testing.assert_array_equal(better[after:], worse[after:])


@exact
@given(SEED, st.integers(1, 5), st.integers(1, 9), st.integers(-40, 40))
def test_states_do_not_know_the_scale_of_the_network_or_the_batch(seed, d, j, power):
    rng = np.random.default_rng(seed)
    network, sample, values = draw_mps(rng, j, n_out=d), rng.random((8, j)), rng.random((6, j))
    encoder = Encoder.fit(network, sample)
    codes = encoder.codes(values)
    assert ((codes >= 0) & (codes < encoder.n_state)).all()
    assert [encoder.codes(v).item() for v in values] == codes.tolist()
    scaled = Encoder.fit(replace(network, label=network.label * 2.0**power), sample)
    assert scaled.codes(values).tolist() == codes.tolist()


@exact
@given(SEED, st.integers(1, 20))
def test_raw_states_are_equal_where_patterns_are(seed, j):
    rng = np.random.default_rng(seed)
    values, sample = rng.random((12, j)), rng.random((5, j))
    codes, n = raw_codes(values, sample)
    patterns = (values > np.median(sample, axis=0)).tolist()
    assert set(codes.tolist()) == set(range(n))
    for i in range(12):
        for k in range(12):
            assert (codes[i] == codes[k]) == (patterns[i] == patterns[k])


# --- rewards and convergence ---


@exact
@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1.0), st.sampled_from(["shift", "neg", "add"]))
def test_the_unit_of_shift_puts_uniform_draws_between_100_and_200(mean, share, kind):
    reward = calibrated(kind, [mean], [share * mean])
    if kind != "shift":
        assert reward == Reward(kind)
        return
    np.testing.assert_allclose(20 * reward(np.array([share * mean, 2 * mean])), [200.0, 0.0], rtol=1e-9, atol=1e-9)
    uniform = 20 * reward(np.array(mean))
    assert 100 < uniform <= 200 * (1 + 1e-12)


@exact
@given(st.lists(st.integers(-50, 50), min_size=20, max_size=60), st.integers(-3, 3), st.integers(-100, 100))
def test_convergence_does_not_know_the_unit(returns, power, offset):
    """Whole numbers, means over 4 and powers of two: all of it exact in floats."""
    curve, w = np.array(returns, dtype=float), Windows(len(returns))
    share, smoothing = 0.5, 4
    w = Windows(32 if len(returns) >= 32 else 16)
    curve = curve[: w.n_episode]
    found = convergence(curve, w, share=share, smoothing=smoothing)
    assert convergence(2.0**power * curve + offset, w, share=share, smoothing=smoothing) == found
    if found is not None:
        assert smoothing <= found <= w.n_episode
        start, plateau = curve[w.first].mean(), curve[w.final].mean()
        assert plateau > start
        means = [curve[e - smoothing : e].mean() for e in range(smoothing, w.n_episode + 1)]
        level = start + share * (plateau - start)
        assert [m >= level for m in means].index(True) == found - smoothing


# --- agents ---


@exact
@given(st.integers(2, 2000))
def test_the_law_of_the_search_is_that_of_an_epsilon(n):
    e = epsilons(n)
    marked, other = law(n, np.arange(len(e)))
    np.testing.assert_allclose(1 - e + e / n, marked, atol=1e-12, rtol=0)
    np.testing.assert_allclose(e / n, other, atol=1e-12, rtol=0)
    assert (np.diff(e) < 1e-12).all()


@exact
@given(SEED, st.integers(1, 30), st.data())
def test_ties_fall_in_the_order_of_the_permutation(seed, n, data):
    order = np.random.default_rng(seed).permutation(n)
    subset = np.array(sorted(data.draw(st.sets(st.integers(0, n - 1), min_size=1))))
    kept, place = tie_order(order, subset)
    assert kept.tolist() == [a for a in order.tolist() if a in set(subset.tolist())]
    assert kept[place].tolist() == subset.tolist()


AGENT = st.builds(
    Agent,
    learning_rate=st.floats(0.01, 1.0),
    discount=st.floats(0.0, 0.95),
    per_visit=st.floats(0.01, 2.0),
    start_value=st.floats(-50.0, 50.0),
    decay=st.integers(1, 200),
)


@exact
@given(AGENT, st.sampled_from(["shift", "neg", "add"]), st.integers(0, 3))
def test_with_its_law_q_learning_is_the_proposed_agent(agent, reward, unit):
    play = make_play(unit=unit, reward=reward, episodes=3)
    tn, rarl = (run_scheme(play, BY_NAME[name], replace(agent, law=True)) for name in ("tn", "rarl"))
    for name in ("efficiency", "places", "miner", "band"):
        assert getattr(tn, name).tobytes() == getattr(rarl, name).tobytes()


@exact
@given(AGENT, st.integers(-5, 5), st.sampled_from(["tn", "rarl", "ralc"]))
def test_no_unit_of_rewards_changes_what_is_done(agent, power, name):
    """By powers of two, which floats carry exactly; an offset does change it, with Q_0 = 0 (E26)."""
    play, agent = make_play(reward="neg", episodes=3), replace(agent, start_value=0.0)
    unit = replace(play.calibration, reward=Reward("neg", scale=2.0**power))
    one, other = (run_scheme(p, BY_NAME[name], agent) for p in (play, replace(play, calibration=unit)))
    for field in ("efficiency", "places", "miner", "band"):
        assert getattr(one, field).tobytes() == getattr(other, field).tobytes()


@exact
@given(
    AGENT, st.sampled_from(sorted(BY_NAME)), st.sampled_from(["shift", "add"]), st.sampled_from(["free", "consumed"])
)
def test_no_policy_beats_the_best_of_each_slot(agent, name, reward, key_use):
    play = make_play(reward=reward, key_use=key_use, episodes=3)
    weights, kind = play.scenario.setting.weights, play.calibration.reward.cost
    best = cost_of_run(play.menu, best_of_slots(play, BY_NAME["tn"]), weights, kind)
    found = cost_of_run(play.menu, run_scheme(play, BY_NAME[name], agent), weights, kind)
    assert (found >= best).all()
