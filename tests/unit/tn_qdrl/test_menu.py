"""Outcomes of every action from parts: the bits of `evaluate`, and costs by hand and by enumeration; arguments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qbench.papers.tn_qdrl.actions import BAND_SHARES, ActionSpace
from qbench.papers.tn_qdrl.menu import Costs, costs, key_costs, menu
from qbench.papers.tn_qdrl.outcomes import Chosen, calibrated_efficiency, cost_of_run, key_sums, task_times
from qbench.papers.tn_qdrl.parameters import MID, SMALL, Chain, Qkd, Radio, Setting, Tasks, Weights
from qbench.papers.tn_qdrl.system import evaluate
from tests.unit.tn_qdrl.slots import at, draw_slots

SETTINGS = {
    "ofdma": SMALL,
    "fixed": replace(SMALL, radio=Radio(access="fixed")),
    "noma_literal": replace(SMALL, radio=Radio(access="noma_literal")),
    "consumed": replace(SMALL, qkd=Qkd(key_use="consumed")),
    "consumed by two": Setting(n_vehicle=2, n_node=2, qkd=Qkd(key_use="consumed", key_per_bit=1e-7)),
    "shared source": replace(SMALL, qkd=Qkd(key_use="shared_source")),
    "standard": replace(SMALL, qkd=Qkd(key_rate="standard")),
    "aged": replace(SMALL, qkd=Qkd(noise_amplitude=0.1, noise_swing=0.05)),
    "unshared": replace(SMALL, tasks=Tasks(share_cpu=False)),
    "two nodes": replace(SMALL, n_node=2),
    "three devices": replace(SMALL, n_edge=3),
    "one device": replace(SMALL, n_edge=1),
    "four vehicles": replace(SMALL, n_vehicle=4),
    "listed": replace(SMALL, chain=Chain(listed_generation_s=20.0)),
    "other weights": replace(SMALL, weights=Weights(delay_weight=0.3, key_scale=2.0, key_floor=1e3)),
}


def slots_of(setting, count=3):
    return draw_slots(count, setting=setting, seed=12)


def check_bits_of_evaluate(name="ofdma"):
    """F, sum T_x, sum K, T_b, and the cost of those without keys: every action of three slots, to the last bit."""
    setting = SETTINGS[name]
    slots, space = slots_of(setting), ActionSpace.of(setting)
    every = space.action(np.arange(space.n))
    wanted = evaluate(slots.beside_actions(), every, setting)
    found, weights = menu(slots, setting), setting.weights
    assert costs(found, weights).of_all().tobytes() == np.ascontiguousarray(wanted.objective.value).tobytes()
    e, a, w, b = space.parts(np.arange(space.n))
    np.testing.assert_array_equal(found.finality_s[:, w, b], np.broadcast_to(wanted.finality_s, (3, space.n)))
    np.testing.assert_allclose(found.tasks[:, a, b], wanted.task_s.sum(axis=-1), rtol=1e-14)
    keys = found.key_sum[:, e, a if found.key_sum.shape[-1] > 1 else 0]
    np.testing.assert_allclose(keys, np.broadcast_to(wanted.keys.rate.sum(axis=(-2, -1)), keys.shape), rtol=1e-13)
    light = replace(setting, chain=replace(setting.chain, key_weighing_s=0.0))
    delays = evaluate(slots.beside_actions(), every, light).objective.delay_term
    np.testing.assert_array_equal(costs(found, weights, "delays").of_all(), delays)
    additive = wanted.objective.delay_term - (1 - weights.delay_weight) * weights.key_scale * keys
    np.testing.assert_allclose(costs(found, weights, "additive").of_all(), additive, rtol=1e-12)


@pytest.mark.parametrize("name", SETTINGS)
def test_bits_of_evaluate(name):
    check_bits_of_evaluate(name)


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("kind", ["objective", "additive", "delays"])
def test_means_and_minima_are_those_of_the_list(name, kind):
    setting = SETTINGS[name]
    own = costs(menu(slots_of(setting), setting), setting.weights, kind)
    every = own.of_all()
    assert own.least().tobytes() == every.min(axis=1).tobytes()
    np.testing.assert_allclose(own.mean(), every.mean(axis=1), rtol=1e-13)
    index = np.array([0, own.space.n // 2 + 1, own.space.n - 1])
    assert own.of(index).tobytes() == every[[0, 1, 2], index].tobytes()
    np.testing.assert_allclose(own.over(np.array([0, 2])).of_all()[0], every[[0, 2]].mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(own.over(slice(1, None)).of_all()[0], every[1:].mean(axis=0), rtol=1e-12)


def test_costs_by_hand():
    """One vehicle, device and source: 3 keys, 2 places, 1 node and 2 shares, so 12 actions; xi_1 = 0.4."""
    own = Costs(
        ActionSpace(1, 1, 1),
        key=np.array([[[0.3], [0.2], [0.1]]]),
        tasks_s=np.array([[[5.0, 5.0], [2.0, 3.0]]]),
        block_s=np.array([[[1.0, 0.5]]]),
        delay_weight=0.4,
    )
    wanted = [0.4 * 6, 0.4 * 5.5, 0.4 * 3, 0.4 * 3.5]
    np.testing.assert_allclose(own.of_all(), [[k + d for k in (0.3, 0.2, 0.1) for d in wanted]], rtol=1e-14)
    assert own.least().tolist() == [0.1 + 0.4 * 3]
    assert own.mean().item() == pytest.approx(0.2 + 0.4 * 4.5, rel=1e-14)
    assert own.of(np.array([10])).tolist() == [0.1 + 0.4 * 3]


def test_key_costs_by_hand():
    """0.6/(0.5 K), -0.6 0.5 K, and nothing; at K = 0 the floor of 1e-6."""
    keys = np.array([0.0, 120.0, 240.0])
    np.testing.assert_allclose(key_costs(keys, Weights(), "objective"), [1.2e6, 0.01, 0.005], rtol=1e-14)
    np.testing.assert_allclose(key_costs(keys, Weights(), "additive"), [0.0, -36.0, -72.0], rtol=1e-14)
    assert key_costs(keys, Weights(), "delays").tolist() == [0.0, 0.0, 0.0]


def check_slots_keep_their_bits():
    for name in ("ofdma", "noma_literal", "consumed"):
        setting = SETTINGS[name]
        slots = slots_of(setting, 5)
        whole = costs(menu(slots, setting), setting.weights).of_all()
        for t in range(5):
            one = costs(menu(at(slots, slice(t, t + 1)), setting), setting.weights).of_all()
            assert one[0].tobytes() == whole[t].tobytes()


def test_slots_keep_their_bits():
    check_slots_keep_their_bits()


# --- runs ---


@pytest.mark.parametrize("name", SETTINGS)
def test_a_run_comes_to_what_its_actions_do(name):
    """One action a slot, flat or by components, all slots or some; against `evaluate`, costs to the last bit."""
    setting = SETTINGS[name]
    slots, space = slots_of(setting, 7), ActionSpace.of(setting)
    found, index = menu(slots, setting), np.random.default_rng(2).integers(space.n, size=7)
    action = space.action(index)
    wanted = evaluate(slots, action, setting)
    run = Chosen.flat(found, index)
    np.testing.assert_array_equal(task_times(found, run), wanted.task_s)
    np.testing.assert_allclose(key_sums(found, run), wanted.keys.rate.sum(axis=(-2, -1)), rtol=1e-13)
    assert cost_of_run(found, run, setting.weights, "objective").tobytes() == wanted.objective.value.tobytes()
    e = np.stack(np.unravel_index(run.efficiency, (3,) * setting.n_node), axis=-1)
    last = 2 * (action.miner - 1) + np.searchsorted([-0.9, -0.6], -action.band_share)
    again = Chosen.components(found, np.concatenate([e, action.choice, last[:, np.newaxis]], axis=1))
    some = np.array([1, 3, 6])
    for field in ("efficiency", "places", "miner", "band"):
        np.testing.assert_array_equal(getattr(again, field), getattr(run, field))
    part = again.take(some)
    np.testing.assert_array_equal(task_times(found, part, some), wanted.task_s[some])
    for kind in ("objective", "additive", "delays"):
        whole = cost_of_run(found, run, setting.weights, kind)
        assert whole.tobytes() == costs(found, setting.weights, kind).of(index).tobytes()
        assert cost_of_run(found, part, setting.weights, kind, some).tobytes() == whole[some].tobytes()
    # Of a run's places, but with detectors at 1 or 0.9 throughout.
    for joint, eta in ((space.n_efficiency - 1, 1.0), (calibrated_efficiency(setting.n_node), 0.9)):
        full = evaluate(slots, replace(action, efficiency=np.full_like(action.efficiency, eta)), setting)
        keys = key_sums(found, run, efficiency=joint)
        np.testing.assert_allclose(keys, full.keys.rate.sum(axis=(-2, -1)), rtol=1e-13)


def test_a_system_without_a_list_has_runs_alone():
    slots = slots_of(MID, 4)
    found = menu(slots, MID)
    assert found.tasks_s is None
    assert (found.n_slot, found.n_link) == (4, 28)
    rng = np.random.default_rng(1)
    chosen = np.stack([rng.integers(size, size=4) for size in (3, 3, *[5] * 10, 8)], axis=-1)
    action = ActionSpace.of(MID).from_components(
        np.concatenate([chosen[:, :-1], chosen[:, -1:] // 2, chosen[:, -1:] % 2], axis=1)
    )
    wanted = evaluate(slots, action, MID)
    run = Chosen.components(found, chosen)
    np.testing.assert_array_equal(task_times(found, run), wanted.task_s)
    assert cost_of_run(found, run, MID.weights, "objective").tobytes() == wanted.objective.value.tobytes()


# --- arguments ---


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: menu(slots_of(SMALL), replace(SMALL, radio=Radio(access="noma_sic"))),
            "access noma_sic has no menu: cancellation depends on who shares a device; use evaluate",
        ),
        (lambda: menu(slots_of(SMALL), MID), r"length_km must end in \(2, 14\) for this setting"),
        (
            lambda: menu(draw_slots(), SMALL),
            r"slots must have one leading axis \(T,\), got cycles of shape \(3,\)",
        ),
        (lambda: menu(draw_slots(2, 1), SMALL), r"one leading axis \(T,\), got cycles of shape \(2, 1, 3\)"),
        (
            lambda: menu(slots_of(SMALL), replace(SMALL, radio=Radio(node_bandwidth_hz=30e6))),
            "band_share must be small enough to leave the nodes a band, got 0.9 .*; C8 bounds both",
        ),
        (
            lambda: menu(slots_of(MID, 1), replace(MID, qkd=Qkd(key_use="consumed"))),
            "key_use consumed needs a flat list of actions: keys there depend on all places at once",
        ),
        (lambda: menu(slots_of(MID, 1), MID).tasks, "703,125,000 joint actions .* are more than the 4,096"),
        (lambda: costs(menu(slots_of(MID, 1), MID), MID.weights), "are more than the 4,096 of a flat list"),
        (
            lambda: costs(menu(slots_of(SMALL), SMALL), SMALL.weights, "objectiv"),
            r"kind must be one of additive, delays, objective, got 'objectiv'; did you mean 'objective'\?",
        ),
    ],
)
def test_errors(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_shares_of_the_band():
    assert BAND_SHARES == (0.9, 0.6)
