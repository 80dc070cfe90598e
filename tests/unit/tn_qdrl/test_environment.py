"""The Gymnasium environment: against plain loops over the system, its streams, episodes, words and errors."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import check_env

from qbench.evidence.streams import Streams
from qbench.papers.tn_qdrl import environment
from qbench.papers.tn_qdrl.environment import FlattenAction, QibVec
from qbench.papers.tn_qdrl.observation import features
from qbench.papers.tn_qdrl.parameters import SMALL
from qbench.papers.tn_qdrl.scenario import SYSTEM, Scenario, calibrate
from qbench.papers.tn_qdrl.stream import draw_stream
from qbench.papers.tn_qdrl.system import Slot, evaluate
from qbench.papers.tn_qdrl.traces import Trace, recorded, write_trace
from tests.unit.tn_qdrl.slots import at, every_action, one_action

NAME = "qbench.papers.tn_qdrl.environment:QIBVEC-v0"
NVEC = (3, 3, 3, 3, 2, 2)


def policy(seed, nvec=NVEC):
    """Joint actions without end, uniform."""
    rng = np.random.default_rng(seed)
    while True:
        yield rng.integers(nvec)


def flat(action):
    return int(np.ravel_multi_index(tuple(action), NVEC))


def play(env, actions, n_step):
    """Steps in a row, reset where an episode ends: observation before, reward, truncated, info."""
    seen, found = env.reset(seed=5)[0], []
    for _, action in zip(range(n_step), actions, strict=False):
        after, reward, terminated, truncated, info = env.step(action)
        assert terminated is False
        found.append((seen, reward, truncated, info))
        seen = env.reset()[0] if truncated else after
        if truncated:
            np.testing.assert_array_equal(seen, after)
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"reward": "neg", "observation": "aug", "mobility": "sumo"},
        {"reward": "add", "n_vehicle": 1, "access": "noma_literal", "key_use": "consumed"},
        {"profile": "mid", "reward": "neg", "key_rate": "standard", "share_cpu": False},
        {"reward": "neg", "access": "noma_sic"},
    ],
    ids=lambda a: "-".join(map(str, a.values())) or "default",
)
def test_gymnasium_has_no_complaint(arguments):
    """Its warnings are errors here."""
    check_env(gymnasium.make(NAME, **arguments).unwrapped)


def test_it_is_registered():
    env = gymnasium.make(NAME)
    assert isinstance(env.unwrapped, QibVec)
    assert env.spec.id == "QIBVEC-v0"
    assert gymnasium.make("QIBVEC-v0").observation_space == env.observation_space


@pytest.mark.parametrize(
    ("arguments", "n_feature", "nvec"),
    [
        ({}, 27, NVEC),
        ({"observation": "aug"}, 33, NVEC),
        ({"n_vehicle": 5}, 41, (3, 3, 3, 3, 3, 3, 2, 2)),
        ({"profile": "mid"}, 150, (3, 3, *(5,) * 10, 4, 2)),
        ({"profile": "mid", "n_vehicle": 14}, 202, (3, 3, *(5,) * 14, 4, 2)),
    ],
)
def test_spaces(arguments, n_feature, nvec):
    env = QibVec(reward="neg", **arguments)
    assert env.observation_space == gymnasium.spaces.Box(0.0, 1.0, (n_feature,), np.float32)
    assert env.action_space == gymnasium.spaces.MultiDiscrete(nvec)
    seen, _ = env.reset(seed=1)
    assert seen in env.observation_space


def check_against_plain_loops(kind="literal", size_mb=10.0):
    """Two episodes and a bit: what is seen, paid and told, from the stream and the system alone."""
    found = play(QibVec(reward="neg", observation=kind, size_mb=size_mb), policy(1), 47)
    slots = draw_stream(np.random.default_rng(5), SMALL, 48, size_mb=size_mb)
    actions = every_action()
    eta = np.array([0.9])
    for t, (choice, (seen, reward, truncated, info)) in enumerate(zip(policy(1), found, strict=False)):
        slot, action = at(slots, t), one_action(actions, flat(choice))
        expected = features(slot, eta, SMALL, kind=kind, size_mb=size_mb).astype(np.float32)
        np.testing.assert_array_equal(seen, expected)
        outcome = evaluate(slot, action, SMALL)
        away = action.choice > 0
        assert info["slot"] == t
        assert info["F"] == outcome.objective.value == -reward
        assert info["key_term"] == 0.6 / (0.5 * outcome.keys.rate.sum())
        np.testing.assert_array_equal(info["T_x"], outcome.task_s)
        assert info["T_b"] == outcome.finality_s
        assert info["F"] == pytest.approx(info["key_term"] + 0.4 * (info["T_x"].sum() + info["T_b"]), rel=1e-14)
        assert info["K"] == pytest.approx(outcome.keys.rate.sum() / 5, rel=1e-14)
        assert info["C5"] == sum(t_x > 1 for t_x in info["T_x"])
        assert info["C6"] == (info["T_b"] > 1)
        strong = sum(10 * np.log10(g) >= 18 for g in outcome.links.sinr[away])
        assert info["strong_links"] == (strong / away.sum() if away.any() else 0)
        assert truncated == (t in {19, 39})
        eta = action.efficiency
    assert t == 46
    assert 0 < sum(info["C5"] for *_, info in found) < 3 * 47
    assert 0 < sum(info["strong_links"] for *_, info in found) < 47


@pytest.mark.parametrize(("kind", "size_mb"), [("literal", 10.0), ("aug", 2.5)])
def test_against_plain_loops(kind, size_mb):
    check_against_plain_loops(kind, size_mb)


def check_the_stream_ignores_actions():
    """Two policies live through the same slots, and see the same but for entropies and margins."""
    one, two = ([], [])
    for taken, seed in ((one, 1), (two, 2)):
        env = QibVec(reward="neg")
        seen, _ = env.reset(seed=5)
        for _, action in zip(range(60), policy(seed), strict=False):
            slot = env.slot
            seen, _, _, truncated, info = env.step(action)
            taken.append((slot, seen, info["F"]))
            if truncated:
                env.reset()
    # H of five links, P and G of six, Delta of five, L of three, E of two.
    keyed = np.r_[np.arange(5), np.arange(17, 22)]
    for (slot, seen, _), (other, seen_too, _) in zip(one, two, strict=True):
        for field in fields(Slot):
            assert getattr(slot, field.name).tolist() == getattr(other, field.name).tolist()
        np.testing.assert_array_equal(np.delete(seen, keyed), np.delete(seen_too, keyed))
    assert [f for *_, f in one] != [f for *_, f in two]
    assert any((a[1][keyed] != b[1][keyed]).all() for a, b in zip(one, two, strict=True))


def test_the_stream_ignores_actions():
    check_the_stream_ignores_actions()


def check_f_all():
    """F of all actions is what each of them costs, and no step does better than the least."""
    env = QibVec(reward="neg")
    env.reset(seed=3)
    rng = np.random.default_rng(0)
    for _ in range(20):
        known = env.f_all()
        assert known.shape == (324,)
        index = int(rng.integers(324))
        info = env.step(np.unravel_index(index, NVEC))[-1]
        assert info["F"] == known[index]
        assert known.min() <= info["F"]
    env.reset(seed=3)
    known = env.f_all()
    for index in range(0, 324, 19):
        env.reset(seed=3)
        np.testing.assert_array_equal(env.f_all(), known)
        assert env.step(np.unravel_index(index, NVEC))[-1]["F"] == known[index]
    slot = at(draw_stream(np.random.default_rng(3), SMALL, 1), 0)
    np.testing.assert_array_equal(known, evaluate(slot, every_action(), SMALL).objective.value)


def test_f_all():
    check_f_all()


def check_rewards_fall_with_f():
    for kind in ("shift", "neg"):
        env = QibVec(reward=kind)
        base, scale = env.reward.base, env.reward.scale
        assert scale > 0
        rewards, costs = zip(*((r, info["F"]) for _, r, _, info in play(env, policy(4), 40)), strict=True)
        np.testing.assert_allclose(rewards, base - scale * np.array(costs), rtol=1e-13)
        by_cost = np.argsort(costs)
        assert (np.diff(np.array(rewards)[by_cost]) < 0).all()


def test_rewards_fall_with_f():
    check_rewards_fall_with_f()


def test_the_additive_reward_by_hand():
    for _, reward, _, info in play(QibVec(reward="add"), policy(4), 25):
        expected = 0.6 * 0.5 * 5 * info["K"] - 0.4 * (info["T_x"].sum() + info["T_b"])
        assert reward == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("own", [{}, {"n_vehicle": 2, "size_mb": 1.0, "traffic": "sumo", "key_rate": "standard"}])
def test_the_unit_of_rewards_is_that_of_the_studies(own):
    expected = calibrate(Scenario.of({**SYSTEM, **own}), Streams("any")).reward
    arguments = {"mobility" if name == "traffic" else name: value for name, value in own.items()}
    assert QibVec(**arguments).reward == expected


def test_a_myopic_episode_returns_200_on_average():
    """Over 40 episodes: that of one spreads by 6, their mean by 1."""
    env, returns = QibVec(), []
    for _ in range(40):
        env.reset(**({"seed": 0} if not returns else {}))
        returns.append(sum(env.step(np.unravel_index(env.f_all().argmin(), NVEC))[1] for _ in range(20)))
    assert np.mean(returns) == pytest.approx(200, abs=5)


def same(one, two):
    return all(
        np.array_equal(a[0], b[0])
        and a[1:3] == b[1:3]
        and a[3].keys() == b[3].keys()
        and all(np.array_equal(a[3][name], b[3][name]) for name in a[3])
        for a, b in zip(one, two, strict=True)
    )


def check_seeds():
    env = QibVec(reward="neg")
    first = play(env, policy(7), 50)
    assert same(first, play(env, policy(7), 50))
    assert same(first, play(QibVec(reward="neg"), policy(7), 50))
    other, _ = env.reset(seed=6)
    assert not np.array_equal(other, first[0][0])


def test_seeds():
    check_seeds()


def check_reset_goes_on():
    """A reset within an episode starts a whole one at the next slot; what was chosen last still shows."""
    env = QibVec(reward="neg")
    env.reset(seed=2)
    for _ in range(7):
        seen, *_ = env.step((2, 0, 1, 2, 0, 1))
    again, info = env.reset()
    assert info == {"slot": 7}
    np.testing.assert_array_equal(again, seen)
    steps = [env.step((0, 0, 0, 0, 0, 0)) for _ in range(20)]
    assert [step[3] for step in steps] == [False] * 19 + [True]
    assert [step[4]["slot"] for step in steps] == list(range(7, 27))
    start, info = env.reset(seed=2)
    assert info == {"slot": 0}
    np.testing.assert_array_equal(start, QibVec(reward="neg").reset(seed=2)[0])


def test_reset_goes_on():
    check_reset_goes_on()


def test_first_reset_without_a_seed_starts_a_stream_of_its_own():
    starts = [QibVec(reward="neg").reset() for _ in range(2)]
    assert not np.array_equal(starts[0][0], starts[1][0])
    assert [info for _, info in starts] == [{"slot": 0}] * 2


def test_a_stream_grows_as_it_is_used(monkeypatch):
    expected = play(QibVec(reward="neg", mobility="sumo"), policy(1), 130)
    monkeypatch.setattr(environment, "FIRST_DRAW", 21)
    env = QibVec(reward="neg", mobility="sumo")
    assert same(expected, play(env, policy(1), 130))
    assert len(env._stream.time_s) == 168


def test_an_agent_that_draws_from_the_environment_shifts_nothing(monkeypatch):
    # The stream is drawn in several goes.
    monkeypatch.setattr(environment, "FIRST_DRAW", 2)
    env = QibVec(reward="neg")
    expected = play(env, policy(1), 30)
    env.reset(seed=5)
    env.np_random.random(1000)
    for (_, reward, truncated, _), action in zip(expected, policy(1), strict=False):
        assert env.step(action)[1] == reward
        if truncated:
            env.np_random.random()
            env.reset()


def test_what_is_returned_belongs_to_the_agent():
    expected = play(QibVec(reward="neg"), policy(1), 10)
    env = QibVec(reward="neg")
    seen, _ = env.reset(seed=5)
    for (_, reward, _, _), action in zip(expected, policy(1), strict=False):
        seen[:] = 0
        seen, own, _, _, info = env.step(action)
        info["T_x"][:] = 0
        assert own == reward


def test_readings_reach_the_system():
    def first(**arguments):
        env = QibVec(reward="neg", **arguments)
        env.reset(seed=5)
        # Two vehicles at the first device, one at the second.
        return env.step((2, 1, 1, 2, 0, 0))[4]

    plain = first()
    assert first(share_cpu=False)["T_x"][0] < plain["T_x"][0]
    assert first(access="fixed")["T_x"].sum() > plain["T_x"].sum()
    assert first(access="noma_sic")["T_x"].tolist() != plain["T_x"].tolist()
    assert first(key_rate="standard")["K"] < plain["K"]
    assert first(key_use="shared_source")["K"] < plain["K"] / 4
    small, large = first(size_mb=1.0), first(size_mb=60.0)
    assert small["T_x"].sum() < plain["T_x"].sum() < large["T_x"].sum()
    assert small["T_b"] == large["T_b"] == plain["T_b"]


def check_a_trace_file_drives_like_the_recorded_trace(folder):
    write_trace(folder / "own.csv.gz", recorded())
    found = play(QibVec(reward="neg", mobility=folder / "own.csv.gz"), policy(1), 30)
    assert same(found, play(QibVec(reward="neg", mobility="sumo"), policy(1), 30))
    assert not same(found, play(QibVec(reward="neg"), policy(1), 30))


def test_a_trace_file_drives_like_the_recorded_trace(tmp_path):
    check_a_trace_file_drives_like_the_recorded_trace(tmp_path)


def test_vehicles_stand_where_the_trace_has_them(tmp_path):
    """Three vehicles at one junction for good: gains are those of the place, but for shadowing."""
    write_trace(tmp_path / "still.csv", Trace(np.full((2, 3, 2), 150.0)))
    env = QibVec(mobility=str(tmp_path / "still.csv"))
    env.reset(seed=1)
    # At the first device, at least 10 m away: -73 dB. The other is 212 m away: -112.8 dB. Shadowing: 3 dB.
    found = 10 * np.log10(env._stream.gain).mean(axis=(0, 1))
    np.testing.assert_allclose(found, [-73, -112.8], atol=0.5)
    assert env.reward.kind == "shift"


def test_flat_actions():
    env = FlattenAction(gymnasium.make(NAME, reward="neg"))
    assert env.action_space == gymnasium.spaces.Discrete(324)
    actions = every_action()
    for index in (0, 1, 2, 5, 107, 108, 323):
        env.reset(seed=3)
        known = env.unwrapped.f_all()
        components = env.action(index)
        assert flat(components) == index
        assert (0.8, 0.9, 1.0)[components[0]] == actions.efficiency[index, 0]
        assert components[1:4].tolist() == actions.choice[index].tolist()
        assert components[4] + 1 == actions.miner[index]
        assert (0.9, 0.6)[components[5]] == actions.band_share[index]
        assert env.step(np.int64(index))[4]["F"] == known[index]
    wide = FlattenAction(QibVec("mid", reward="neg"))
    assert wide.action_space.n == 703_125_000
    assert wide.action(703_124_999).tolist() == [2, 2, *[4] * 10, 3, 1]
    # check_env calls a wrapped environment a mistake, and has to step through it all the same.
    with pytest.warns(UserWarning, match="different from the unwrapped version"):
        check_env(env, skip_render_check=True)


def test_doors_load_no_gymnasium():
    code = (
        "import sys, qbench, qbench.cli, qbench.pytest_plugin, qbench.papers.tn_qdrl.studies, "
        "qbench.papers.tn_qdrl.sumo\nassert 'gymnasium' not in sys.modules\n"
        "import qbench.papers.tn_qdrl.environment\nassert 'gymnasium' in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def started(**arguments):
    env = QibVec(reward="neg", **arguments)
    env.reset(seed=0)
    return env


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: QibVec("smal"), r"profile must be one of mid, small, got 'smal'; did you mean 'small'\?"),
        (lambda: QibVec(n_vehicle=0), r"n_vehicle must be a whole number of at least 1, got 0"),
        (lambda: QibVec(size_mb=-1.0), r"size_mb must lie in \(0, 1e\+06\], got -1\.0"),
        (lambda: QibVec(size_mb=0), r"size_mb must lie in \(0, 1e\+06\], got 0"),
        (lambda: QibVec(reward="minus"), r"reward must be one of add, neg, shift, got 'minus'"),
        (lambda: QibVec(observation="all"), r"observation must be one of aug, literal, got 'all'"),
        (lambda: QibVec(access="tdma"), r"access must be one of .*, got 'tdma'"),
        (lambda: QibVec(key_rate="any"), r"key_rate must be one of printed, standard, got 'any'"),
        (lambda: QibVec(key_use="any"), r"key_use must be one of consumed, free, shared_source, got 'any'"),
        (
            lambda: QibVec(mobility="manhatan"),
            r"mobility must be manhattan, sumo or the path of a trace file, got 'manhatan'",
        ),
        (
            lambda: QibVec(mobility=Path(__file__).parent),
            r"mobility must be manhattan, sumo or the path of a trace file",
        ),
        (lambda: QibVec(mobility=__file__), r"test_environment\.py, line 1: the columns must be named slot,x0,y0"),
        (
            lambda: QibVec(reward="neg", mobility="sumo", n_vehicle=11),
            r"n_vehicle must be at most 10, the vehicles of the trace, got 11",
        ),
        (lambda: QibVec(access="noma_sic"), r'reward shift has no unit under access noma_sic, .*; take "neg" or "add"'),
        (lambda: started().step((0, 0, 0, 0, 0)), r"components must end in \(6,\): .* choices, got \(5,\)"),
        (lambda: started().step((3, 0, 0, 0, 0, 0)), r"components must lie below .*, got \[3, 0, 0, 0, 0, 0\]"),
        (lambda: started().step((0, 0, 0, 0, 0, -1)), r"components must lie below .*, from 0 up"),
        (lambda: started().step((0.5, 0, 0, 0, 0, 0)), r"components must hold whole numbers, got dtype float64"),
        (
            lambda: started().step([(0, 0, 0, 0, 0, 0)]),
            r"action must be one joint action, shape \(6,\), got \(1, 6\)",
        ),
        (lambda: started().step(7), r"action must be one joint action, shape \(6,\), got \(\)"),
        (lambda: started().reset(options={"slot": 3}), r"options must be empty, got \{'slot': 3\}"),
        (lambda: started(profile="mid").f_all(), r"703,125,000 joint actions .* are more than the 4,096"),
        (lambda: FlattenAction(started()).action(324), r"action must be a whole number in 0\.\.323, got 324"),
        (lambda: FlattenAction(started()).action(-1), r"action must be a whole number in 0\.\.323, got -1"),
        (lambda: FlattenAction(started()).action(0.5), r"action must be a whole number in 0\.\.323, got 0\.5"),
        (lambda: FlattenAction(started()).action([1]), r"action must be a whole number in 0\.\.323, got \[1\]"),
        (
            lambda: FlattenAction(started(profile="mid", n_vehicle=30)),
            r"67,055,225,\d{3},\d{3},\d{3},\d{3},\d{3} joint actions do not fit into a Discrete space",
        ),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_wrong_kinds():
    with pytest.raises(TypeError, match=r"share_cpu must be True or False, got 1"):
        QibVec(share_cpu=1)
    with pytest.raises(TypeError, match=r"env must have actions of MultiDiscrete, got Discrete\(324\)"):
        FlattenAction(FlattenAction(started()))


def test_steps_need_an_episode():
    env = QibVec(reward="neg")
    for call in (lambda: env.step((0,) * 6), env.f_all, lambda: env.slot):
        with pytest.raises(ResetNeeded, match=r"is running: call reset\(\)"):
            call()
    env.reset(seed=0)
    for _ in range(20):
        env.step((0,) * 6)
    with pytest.raises(ResetNeeded, match=r"no episode is running: call reset\(\), which goes on with the next slot"):
        env.step((0,) * 6)
    env.reset()
    env.step((0,) * 6)
