"""Studies: columns against runs by hand, the same bits in any block, systems from params, arguments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qbench.evidence.streams import Streams
from qbench.papers.tn_qdrl import play as plays
from qbench.papers.tn_qdrl import scenario as scenarios
from qbench.papers.tn_qdrl.agents import AGENT, Agent
from qbench.papers.tn_qdrl.compression import COMPRESSION_PARAMS, compression
from qbench.papers.tn_qdrl.factored import optimum_by_coordinates
from qbench.papers.tn_qdrl.menu import menu
from qbench.papers.tn_qdrl.outcomes import cost_of_run, key_sums
from qbench.papers.tn_qdrl.play import Play, best_of_slots, best_of_states, run_scheme
from qbench.papers.tn_qdrl.scenario import SYSTEM, Scenario, calibrate
from qbench.papers.tn_qdrl.scores import Windows, convergence, episodes, returns_of, scheme_columns
from qbench.papers.tn_qdrl.studies import SCHEME_PARAMS, schemes
from qbench.papers.tn_qdrl.sweeps import DECAY, METRICS, PER_VISIT, SWEEP_PARAMS, comparators, settling, tune
from qbench.radio.draws import spawn
from tests.unit.tn_qdrl.plays import BY_NAME

STREAMS = Streams("tn_qdrl/tests/studies", salt=5)
SHORT = {**SCHEME_PARAMS, "seeds": 1, "episodes": 16, "per_visit": 0.5, "decay": 100}
SWEPT = {**SWEEP_PARAMS, "seeds": 1, "episodes": 24, "curve_points": 4}
LARGE = {"n_vehicle": 6, "n_node": 2, "n_edge": 3}


@pytest.fixture(autouse=True)
def few_slots(monkeypatch):
    """Calibrate on 60 slots and 30 of them, in place of 4000 and 2000."""
    monkeypatch.setattr(scenarios, "N_CALIBRATION", 60)
    monkeypatch.setattr(scenarios, "N_SAMPLE", 30)


def play_of(params, unit=0, streams=STREAMS):
    scenario = Scenario.of(params)
    rngs = {axis: spawn(streams.rng(axis, unit), 1)[0] for axis in ("instance", "algorithm")}
    return Play.draw(scenario, calibrate(scenario, streams), Agent.of(params), **rngs)


# --- blocks ---


@pytest.mark.parametrize(
    ("study", "params"),
    [
        (schemes, SHORT),
        (schemes, {**SHORT, "reward": "add", "curve_points": 4, "observation": "aug"}),
        (schemes, {**SHORT, **LARGE}),
        (schemes, {**SHORT, "traffic": "sumo", "key_use": "consumed"}),
        (tune, SWEPT),
        (settling, SWEPT),
        (comparators, SWEPT),
        (compression, {**COMPRESSION_PARAMS, "seeds": 1, "episodes": 6}),
    ],
)
def test_units_have_the_same_bits_in_any_block(study, params):
    whole = study(params, STREAMS, range(5))
    for split in ([range(u, u + 1) for u in (4, 0, 2, 1, 3)], [range(2), range(2, 5)]):
        for units in split:
            part = study(params, STREAMS, units)
            assert list(part) == list(whole)
            for name in whole:
                assert whole[name].shape == (5,)
                assert part[name].tobytes() == whole[name][units.start : units.stop].tobytes(), name
    assert all(np.isfinite(values).all() for values in whole.values())
    assert any(len(set(values.tolist())) > (1 if study is settling else 4) for values in whole.values())


def test_a_stream_has_units_of_its_own():
    first, second = schemes(SHORT, STREAMS, range(2)), schemes(SHORT, Streams("tn_qdrl/tests/else", 5), range(2))
    assert not set(first["return_tn"]) & set(second["return_tn"])
    assert not set(first["return_random"]) & set(second["return_random"])


# --- columns ---


@pytest.mark.parametrize("reward", ["shift", "neg", "add"])
def test_columns_of_schemes(reward):
    params = {**SHORT, "reward": reward}
    found = {name: values[0] for name, values in schemes(params, STREAMS, range(1)).items()}
    play, agent = play_of(params), Agent.of(params)
    kind = "additive" if reward == "add" else "objective"
    for name, scheme in BY_NAME.items():
        chosen = run_scheme(play, scheme, agent)
        own = "delays" if name == "ranqkd" else kind
        wanted = scheme_columns(play, name, chosen, own, keyless=name == "ranqkd")
        assert {key: found[key] for key in wanted} == wanted
    assert found["keys_ranqkd"] == 0.0
    chosen = run_scheme(play, BY_NAME["tn"], agent)
    full = key_sums(play.menu, chosen, efficiency=2)[Windows(16).final_slots].mean() / 5
    assert found["keys_full"] == pytest.approx(full, rel=1e-14)
    assert found["keys_full"] >= found["keys_tn"]
    every = play.costs(BY_NAME["tn"]).of_all()
    random = episodes(play.calibration.reward(every.mean(axis=1)))
    best = episodes(play.calibration.reward(every.min(axis=1)))
    for window, part in (("return", slice(14, 16)), ("early", slice(0, 4)), ("first", slice(0, 1))):
        assert found[f"{window}_random"] == pytest.approx(random[part].mean(), rel=1e-10)
        assert found[f"{window}_myopic"] == pytest.approx(best[part].mean(), rel=1e-10)
    for name, by_state in (("constant", False), ("state", True)):
        wanted = scheme_columns(play, name, best_of_states(play, BY_NAME["tn"], by_state=by_state), kind)
        assert {key: found[key] for key in wanted} == wanted


def test_columns_of_a_system_without_a_list():
    params = {**SHORT, **LARGE}
    found = schemes(params, STREAMS, range(1))
    play = play_of(params)
    slots, best = optimum_by_coordinates(play, BY_NAME["tn"])
    cost = cost_of_run(play.menu, best, play.scenario.setting.weights, "objective", slots)
    returns = 5 * play.calibration.reward(cost).reshape(16, 4).sum(axis=1)
    assert found["return_myopic"][0] == pytest.approx(returns[14:].mean(), rel=1e-13)
    assert "delay_myopic" not in found
    for name in ("tn", "rarl", "rars", "ralc", "rafbz", "constant", "state"):
        assert found[f"return_{name}"][0] < found["return_myopic"][0]


def test_curves_are_windows_of_the_returns():
    params = {**SHORT, "curve_points": 4}
    found, play = schemes(params, STREAMS, range(1)), play_of(params)
    returns = returns_of(play, run_scheme(play, BY_NAME["tn"], Agent.of(params)), "objective")
    for k in range(4):
        assert found[f"curve_tn_{4 * k + 2:03d}"][0] == pytest.approx(returns[4 * k : 4 * k + 4].mean(), rel=1e-14)
    assert sum(name.startswith("curve_") for name in found) == 4 * 10


def test_columns_of_tuning_and_settling():
    tuned, settled, play = tune(SWEPT, STREAMS, range(1)), settling(SWEPT, STREAMS, range(1)), play_of(SWEPT)
    agent = Agent.of(SWEPT)
    variants = [("tn", k, replace(agent, per_visit=rate)) for k, rate in enumerate(PER_VISIT)]
    variants += [("rarl", k, replace(agent, decay=slots)) for k, slots in enumerate(DECAY)]
    assert len(tuned) == 12 + 2
    assert len(settled) == 12 * len(METRICS) * 2
    for name, k, variant in variants:
        returns = returns_of(play, run_scheme(play, BY_NAME[name], variant), "objective")
        assert tuned[f"{name}_{k}"].item() == returns.mean()
        for metric, (share, smoothing) in METRICS.items():
            when = convergence(returns, Windows(24), share=share, smoothing=smoothing)
            assert settled[f"{name}_{metric}_{k}"].item() == (24 if when is None else when)
            assert settled[f"{name}_{metric}_missed_{k}"].item() == (when is None)
    # The grid is that of decays, also for an agent with the law.
    assert tune({**SWEPT, "law": True}, STREAMS, range(1)) == tuned
    assert tuned["random"].item() < tuned["myopic"].item()
    assert tuned["myopic"].item() == returns_of(play, best_of_slots(play, BY_NAME["tn"]), "objective").mean()


def test_columns_of_comparators(monkeypatch):
    """Thirty times the gain of studies: at that nothing is amplified within 480 slots, whatever the states."""
    monkeypatch.setattr(plays, "GAIN", 0.3)
    found, play, agent = comparators(SWEPT, STREAMS, range(1)), play_of(SWEPT), Agent.of(SWEPT)
    amplified = replace(agent, agent="amplitude")
    wanted = {
        "tn": run_scheme(play, BY_NAME["tn"], agent),
        "ref47": run_scheme(play, BY_NAME["tn"], amplified, raw=True),
        "ref7": run_scheme(play, BY_NAME["tn"], amplified),
        "greedy": run_scheme(play, BY_NAME["tn"], replace(agent, per_visit=1e6)),
    }
    for name, chosen in wanted.items():
        assert found[f"return_{name}"].item() == returns_of(play, chosen, "objective")[21:].mean(), name
    assert found["return_ref47"] != found["return_ref7"]
    assert found == comparators({**SWEPT, "agent": "amplitude"}, STREAMS, range(1))


def check_compression_by_brute_force(n_bit=3):
    """Constant, by state and by 324 ridge regressions with an intercept, one an action, fitted on the first half.

    Of 128 states the second half has some that the first has not: there the constant stands in.
    """
    params = {**COMPRESSION_PARAMS, "seeds": 1, "episodes": 8, "n_bit": n_bit}
    found, play = compression(params, STREAMS, range(1)), play_of(params)
    f, x, states = play.costs(BY_NAME["tn"]).of_all(), play.seen[:-1, 2], play.codes[:-1, 2]
    late = np.arange(80, 160)
    best = int(f[:80].mean(axis=0).argmin())
    assert found["f_const"].item() == pytest.approx(f[late, best].mean(), rel=1e-12)
    by_state = {s: int(f[:80][states[:80] == s].mean(axis=0).argmin()) for s in set(states[:80].tolist())}
    assert (set(states[80:].tolist()) <= set(by_state)) == (n_bit == 3)
    encoded = [f[t, by_state.get(int(states[t]), best)] for t in late]
    assert found["f_enc"].item() == pytest.approx(np.mean(encoded), rel=1e-12)
    design = np.column_stack([np.ones(80), x[:80]])
    penalty = np.diag([0.0, *[1.0] * 27])
    w = np.linalg.solve(design.T @ design + penalty, design.T @ f[:80])
    chosen = (np.column_stack([np.ones(80), x[80:]]) @ w).argmin(axis=1)
    assert found["f_reg"].item() == pytest.approx(f[late, chosen].mean(), rel=1e-12)
    assert found["f_myopic"].item() == pytest.approx(f[late].min(axis=1).mean(), rel=1e-12)
    assert found["f_const"] != found["f_enc"]


@pytest.mark.parametrize("n_bit", [3, 7])
def test_compression_by_brute_force(n_bit):
    check_compression_by_brute_force(n_bit)


# --- systems ---


def check_calibration_is_the_same_for_every_run():
    """Unit 0 of a stream of its own, of which no study's name, unit or length of run is part."""
    one, other = (
        calibrate(Scenario.of({**SYSTEM, "episodes": n}), Streams(stream, 5)) for n, stream in ((2, "a"), (9, "b"))
    )
    assert one.reward == other.reward
    assert one.sample.tobytes() == other.sample.tobytes()
    salted = calibrate(Scenario.of(SYSTEM), Streams("a", 6))
    assert salted.reward != one.reward
    scenario = Scenario.of(SYSTEM)
    slots = scenario.draw(np.random.Generator(STREAMS.rng("instance", 0, "tn_qdrl/calibration").bit_generator), 60)
    assert one.sample.tobytes() == scenario.see(slots, np.array([[0.9]]))[:30, 0].tobytes()


def test_calibration_is_the_same_for_every_run():
    check_calibration_is_the_same_for_every_run()


@pytest.mark.parametrize("reward", ["shift", "neg", "add"])
def test_the_mean_cost_is_that_of_the_reward(reward):
    scenario = Scenario.of({**SYSTEM, "reward": reward})
    found = calibrate(scenario, STREAMS)
    table = menu(scenario.draw(STREAMS.rng("instance", 0, "tn_qdrl/calibration"), 60), scenario.setting)
    delay = 0.4 * (table.tasks.mean() + table.finality_s.mean())
    keys = -0.3 * table.key_sum.mean() if reward == "add" else np.mean(1.2 / table.key_sum)
    assert (keys + delay < 0) == (reward == "add")
    assert found.mean_cost == pytest.approx(abs(keys + delay), rel=1e-12)
    # The unit of a reward is that of F, whatever is paid.
    assert found.reward.kind == reward


def test_params_make_the_system():
    scenario = Scenario.of(
        {
            **SYSTEM,
            **LARGE,
            "access": "fixed",
            "share_cpu": False,
            "key_rate": "standard",
            "key_use": "shared_source",
            "size_mb": 30,
            "episodes": 7,
        }
    )
    s = scenario.setting
    assert (s.n_vehicle, s.n_node, s.n_edge) == (6, 2, 3)
    assert (s.radio.access, s.tasks.share_cpu, s.qkd.key_rate, s.qkd.key_use) == (
        "fixed",
        False,
        "standard",
        "shared_source",
    )
    assert (scenario.n_slot, scenario.size_mb) == (140, 30.0)
    assert scenario.space.n == 9 * 4**6 * 3 * 2


@pytest.mark.parametrize(
    ("study", "changes", "words"),
    [
        (schemes, {"episodes": 15}, "episodes must be a whole number of at least 16, got 15"),
        (schemes, {"curve_points": -1}, "curve_points must be a whole number of at least 0, got -1"),
        (schemes, {"curve_points": 17}, "curve_points must be at most the number of episodes, 16, got 17"),
        (schemes, {"observation": "litteral"}, r"got 'litteral'; did you mean 'literal'\?"),
        (schemes, {"reward": "plus"}, "reward must be one of add, neg, shift, got 'plus'"),
        (schemes, {"traffic": "grid"}, "traffic must be one of manhattan, sumo, got 'grid'"),
        (schemes, {"size_mb": 0}, r"size_mb must lie in \(0, 1e\+06\], got 0.0"),
        (schemes, {"access": "noma_sic"}, "access noma_sic has no menu"),
        (schemes, {"n_vehicle": 0}, "n_vehicle must be a whole number of at least 1, got 0"),
        (schemes, {**LARGE, "agent": "amplitude"}, "agent 'amplitude' .* needs a flat list of actions"),
        (tune, LARGE, "joint actions .* are more than the 4,096 of a flat list"),
        (comparators, LARGE, "agent 'grover' with states 'raw' needs a flat list|'amplitude' .* needs a flat list"),
        (compression, LARGE, "joint actions .* are more than the 4,096 of a flat list"),
        (settling, {"episodes": 0}, "episodes must be a whole number of at least 1, got 0"),
    ],
)
def test_errors(study, changes, words):
    with pytest.raises(ValueError, match=words):
        study({**SHORT, **changes}, STREAMS, range(1))


def test_params_have_a_place_for_every_reading():
    assert set(SCHEME_PARAMS) == {*SYSTEM, *AGENT, "curve_points"}
    assert not set(SYSTEM) & set(AGENT)
