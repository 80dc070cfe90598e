"""Radio links, latencies, blocks, the objective and mobility of tn_qdrl: exact properties."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qbench.papers.tn_qdrl import chain_delays, latency
from qbench.papers.tn_qdrl.constraints import REPORTED, violations
from qbench.papers.tn_qdrl.links import links, printed_sinr, sic_sinr
from qbench.papers.tn_qdrl.mobility import walks
from qbench.papers.tn_qdrl.objective import objective
from qbench.papers.tn_qdrl.parameters import SMALL, Radio, Setting, Tasks, Weights
from qbench.papers.tn_qdrl.system import Action, evaluate
from tests.properties.hqcnn_networks import exact, powers_of_ten
from tests.unit.tn_qdrl.slots import draw_slots, every_action

SHARE = st.floats(0.0, 1.0, allow_subnormal=False)
POSITIVE = powers_of_ten(-3, 3)
SEED = st.integers(0, 2**32 - 1)
ULP = 1 + 1e-14


# --- radio ---


@st.composite
def received(draw):
    """Powers of 1 to 6 vehicles, 1e-3 to 1e3, some 0, and noise."""
    power = draw(st.lists(st.one_of(POSITIVE, st.just(0.0)), min_size=1, max_size=6))
    return np.array(power), draw(POSITIVE)


@exact
@given(received())
def test_cancellation_carries_what_one_user_would(case):
    power, noise = case
    together = np.log2(1 + power.sum() / noise)
    np.testing.assert_allclose(np.log2(1 + sic_sinr(power, noise)).sum(), together, rtol=1e-9, atol=1e-12)


@exact
@given(received(), st.data())
def test_printed_interference_lets_one_through_and_knows_no_names(case, data):
    power, noise = case
    sinr = printed_sinr(power, noise)
    assert (sinr >= 1).sum() <= 1
    order = np.array(data.draw(st.permutations(range(len(power)))))
    np.testing.assert_allclose(printed_sinr(power[order], noise), sinr[order], rtol=1e-12)
    assert (sic_sinr(power, noise) >= sinr * (1 - 1e-12)).all()


@st.composite
def placed(draw):
    """Gains (V, E) from 1e-13 to 1e-9, a choice and a share of the band."""
    v, e = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    gain = np.array(draw(st.lists(powers_of_ten(-13, -9), min_size=v * e, max_size=v * e))).reshape(v, e)
    choice = np.array(draw(st.lists(st.integers(0, e), min_size=v, max_size=v)))
    return gain, choice, draw(st.floats(0.1, 1.0))


@exact
@given(placed())
def test_slices_fill_the_band_and_carry_more_with_power_and_band(case):
    gain, choice, share = case
    found = links(np.ones_like(gain), gain, choice, share, Radio())
    for m in range(1, gain.shape[1] + 1):
        if (choice == m).any():
            np.testing.assert_allclose(found.band_hz[choice == m].sum(), 35e6 * share, rtol=1e-13)
    there = choice > 0
    assert (found.rate[there] > 0).all()
    assert (found.rate[~there] == 0).all()
    for access in ("ofdma", "noma_sic"):
        now = links(np.ones_like(gain), gain, choice, share, Radio(access=access)).rate[there]
        wide = links(np.ones_like(gain), gain, choice, share, Radio(access=access, bandwidth_hz=50e6)).rate[there]
        assert (wide > now).all()
    louder = links(2 * np.ones_like(gain), gain, choice, share, Radio()).rate[there]
    assert (louder > found.rate[there]).all()


# --- latency and blocks ---


@exact
@given(POSITIVE, POSITIVE, POSITIVE, POSITIVE, POSITIVE, POSITIVE, st.floats(1.01, 10))
def test_offloading_is_no_slower_over_better_links_and_devices(size, cycles, rate, edge, result, relay, factor):
    options = {"result_bits": result, "relay_s_per_bit": relay}
    now = latency.offload_time(size, cycles, rate=rate, edge_hz=edge, **options).total_s
    assert latency.offload_time(size, cycles, rate=factor * rate, edge_hz=edge, **options).total_s <= now
    assert latency.offload_time(size, cycles, rate=rate, edge_hz=factor * edge, **options).total_s <= now


@exact
@given(POSITIVE, POSITIVE, POSITIVE, st.floats(1.01, 10))
def test_break_even_is_where_both_ways_take_as_long(cycles, rate, near, faster):
    size = latency.break_even_bits(cycles, rate=rate, vehicle_hz=near, edge_hz=faster * near)
    assert size > 0
    options = {"rate": rate, "edge_hz": faster * near, "result_bits": 0.0, "relay_s_per_bit": 0.0}
    alone = latency.local_time(cycles, near)
    np.testing.assert_allclose(latency.offload_time(size, cycles, **options).total_s, alone, rtol=1e-9)
    assert latency.offload_time(0.5 * size, cycles, **options).total_s < alone
    assert latency.offload_time(2.0 * size, cycles, **options).total_s > alone


@exact
@given(POSITIVE, POSITIVE, POSITIVE, st.integers(2, 9))
def test_generation_grows_with_the_block_and_finality_is_a_sum(size, density, speed, times):
    one = chain_delays.generation_time(size, density=density, miner_hz=speed)
    many = chain_delays.generation_time(times * size, density=density, miner_hz=speed)
    np.testing.assert_allclose(many, times * one, rtol=1e-14)
    assert chain_delays.finality_time(one, many, 3.0) == one + many + 3.0
    np.testing.assert_array_equal(chain_delays.finality_time(one, many, 3.0, [1, 0, 0]) > 0, [True, False, False])


# --- the objective ---


@exact
@given(st.lists(POSITIVE, min_size=4, max_size=4), st.lists(POSITIVE, min_size=2, max_size=2), POSITIVE, st.data())
def test_the_objective_is_positive_and_falls_with_every_key(keys, tasks, block, data):
    k = np.array(keys).reshape(2, 2)
    now = objective(k, tasks, block, Weights())
    assert now.value > 0
    more = k.copy()
    more[data.draw(st.integers(0, 1)), data.draw(st.integers(0, 1))] += 0.1 * k.sum()
    assert objective(more, tasks, block, Weights()).key_term < now.key_term


SEPARATE = Setting(n_node=2, radio=Radio(access="fixed"), tasks=Tasks(share_cpu=False))


def separated(seed):
    """F of all actions with fixed rates and processors of their own: axes (eta_1, eta_2, a_1, a_2, a_3, w, b)."""
    value = evaluate(draw_slots(1, setting=SEPARATE, seed=seed), every_action(SEPARATE), SEPARATE).objective.value
    return value.reshape(9, 3, 3, 3, 2, 2)


@exact
@given(SEED)
def test_without_sharing_the_objective_is_a_sum_over_its_parts(seed):
    f = separated(seed)
    origin = f[0, 0, 0, 0, 0, 0]
    total = np.full(f.shape, origin)
    for axis in range(f.ndim):
        at = tuple(slice(None) if i == axis else slice(0, 1) for i in range(f.ndim))
        total = total + (f[at] - origin)
    np.testing.assert_allclose(total, f, rtol=1e-12)


@exact
@given(SEED)
def test_without_sharing_each_part_finds_the_optimum_alone(seed):
    f = separated(seed)
    alone = []
    for axis in range(f.ndim):
        at = tuple(slice(None) if i == axis else 0 for i in range(f.ndim))
        alone.append(int(f[at].argmin()))
    np.testing.assert_allclose(f[tuple(alone)], f.min(), rtol=1e-13)
    assert alone[0] == 8  # both detectors at 1


@exact
@given(SEED)
def test_at_the_optimum_nobody_waits_longer_than_alone(seed):
    slots, actions = draw_slots(1, seed=seed), every_action()
    found = evaluate(slots, actions, SMALL)
    best = int(found.objective.value.argmin())
    assert (found.task_s[best] <= latency.local_time(slots.cycles[0], slots.vehicle_hz[0]) * ULP).all()
    assert actions.efficiency[best, 0] == 1.0
    own = evaluate(slots, actions, replace(SMALL, radio=SEPARATE.radio, tasks=SEPARATE.tasks))
    best = int(own.objective.value.argmin())
    np.testing.assert_allclose(own.task_s[best], own.task_s.min(axis=0), rtol=1e-13)


@exact
@given(SEED, st.floats(0.1, 10))
def test_time_alone_depends_on_neither_size_nor_company(seed, factor):
    slots = draw_slots(1, seed=seed)
    alone = Action(efficiency=[0.9], choice=[0, 0, 0], miner=1, band_share=0.9)
    now = evaluate(slots, alone, SMALL).task_s
    larger = replace(slots, size_bits=factor * slots.size_bits)
    np.testing.assert_array_equal(evaluate(larger, alone, SMALL).task_s, now)
    crowded = replace(alone, choice=np.array([0, 1, 1]))
    assert evaluate(slots, crowded, SMALL).task_s[0, 0] == now[0, 0]


# --- constraints ---


@st.composite
def systems(draw):
    """A system of up to 4 vehicles, 2 sources and 3 devices, a slot and an action."""
    setting = Setting(n_vehicle=draw(st.integers(1, 4)), n_node=draw(st.integers(1, 2)), n_edge=draw(st.integers(1, 3)))
    action = Action(
        efficiency=np.array(draw(st.lists(SHARE, min_size=setting.n_node, max_size=setting.n_node))),
        choice=np.array(
            draw(st.lists(st.integers(0, setting.n_edge), min_size=setting.n_vehicle, max_size=setting.n_vehicle))
        ),
        miner=np.array(draw(st.integers(1, setting.n_edge))),
        band_share=np.array(draw(st.floats(0.01, 0.99))),
    )
    return setting, draw_slots(setting=setting, seed=draw(SEED)), action


@exact
@given(systems(), st.floats(0.01, 10))
def test_no_action_breaks_a_hard_constraint_and_late_ones_are_counted(case, limit):
    setting, slot, action = case
    chain = replace(setting.chain, finality_max_s=limit / 10)
    setting = replace(setting, tasks=Tasks(delay_max_s=limit), chain=chain)
    outcome = evaluate(slot, action, setting)
    found = violations(slot, action, outcome, setting)
    assert {name for name, count in found.items() if count and name not in REPORTED} == set()
    assert found["C5"] == sum(t > limit for t in outcome.task_s.tolist())
    assert found["C6"] == int(outcome.finality_s.item() > chain.finality_max_s)


# --- mobility ---


@exact
@given(SEED, st.integers(1, 4), st.integers(2, 80))
def test_vehicles_move_ten_metres_and_never_turn_round(seed, vehicles, slots):
    places = walks([np.random.default_rng(seed)], n_vehicle=vehicles, n_slot=slots)[0]
    step = np.diff(places, axis=0)
    assert (np.abs(step).sum(axis=-1) == 10).all()
    assert ((step[1:] * step[:-1]).sum(axis=-1) >= 0).all()
    # They turn at junctions alone.
    turned = (step[1:] != step[:-1]).any(axis=-1)
    assert (places[1:-1][turned] % 150 == 0).all()
    assert ((places >= 0) & (places <= 450)).all()
