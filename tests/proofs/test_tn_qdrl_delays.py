"""What the paper on keys and vehicles says of delays, its objective and C10, as proofs and counterexamples that run."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from qbench.papers.tn_qdrl import chain_delays, latency
from qbench.papers.tn_qdrl.constraints import indicator_violations, printed_indicator
from qbench.papers.tn_qdrl.objective import objective
from qbench.papers.tn_qdrl.parameters import BITS_PER_MB, SMALL, Chain, Weights
from qbench.papers.tn_qdrl.system import Action, evaluate
from tests.unit.tn_qdrl.slots import draw_slots, every_action

CYCLES = np.array([0.5e9, 1.8e9, 3.0e9])
LOCAL_HZ, EDGE_HZ, RATE = 0.5e9, 2.5e9, 15e6


def away(size_mb, cycles, rate=RATE, edge_hz=EDGE_HZ):
    """t_off of Eq. (16) with results of size 0, s."""
    return latency.offload_time(
        BITS_PER_MB * np.asarray(size_mb), cycles, rate=rate, edge_hz=edge_hz, result_bits=0.0, relay_s_per_bit=0.0
    ).total_s


def test_e12_c10_forces_one_computation_at_home_and_all_others_away():
    """Three devices: of all indicators C10 admits three, each once local and twice away, at once."""
    admitted = [i for i in itertools.product((0.0, 1.0), repeat=3) if not indicator_violations([i])["C10"]]
    assert len(admitted) == 3
    for i in admitted:
        far = np.array([10.0, 20.0, 40.0])
        assert latency.printed_task_time(i, 1.0, far) == 1 + far.sum() - far[int(np.argmax(i))]
    # Alone and a plain offload to one device are both refused.
    assert indicator_violations(printed_indicator(np.array([0, 1, 2, 3]), 3))["C10"] == 4
    # With two devices "offload to 1" passes, and means to compute at home as well.
    assert indicator_violations(printed_indicator(np.array([1, 2]), 2))["C10"] == 0
    assert latency.printed_task_time([0, 1], 1.0, [10.0, 20.0]) == 11


def test_e18_the_objective_counts_devices_that_nobody_chose():
    """Eq. (22) sums T over all m: a vehicle that offloads to one of M devices pays M - 1 local times on top."""
    for devices in (2, 3, 4):
        i = np.ones(devices)
        i[0] = 0
        far = np.full(devices, 10.0)
        assert latency.printed_task_time(i, 3.0, far) == 10 + 3 * (devices - 1)
        assert latency.task_time([False], [3.0], [10.0]) == 10


def test_e13_most_tasks_miss_c5_whatever_is_chosen():
    """At most 1 s: 33.6 % of tasks uniform in f and 0 to 60 MB, 1.125 % by offloading; at most 0.2 s: none."""
    alone = latency.local_time(CYCLES, LOCAL_HZ)
    np.testing.assert_allclose(alone, [1.0, 3.6, 6.0])
    size = np.maximum(0.0, (1.0 - CYCLES / EDGE_HZ) * RATE / BITS_PER_MB)
    np.testing.assert_allclose(size, [1.5, 0.525, 0.0], rtol=1e-14)
    np.testing.assert_allclose(away(size[:2], CYCLES[:2]), 1.0, rtol=1e-14)
    assert away(0.0, CYCLES[2]) > 1
    within = np.where(alone <= 1.0, 60.0, size)
    assert within.sum() / 180 == pytest.approx(0.336, abs=5e-4)
    assert size.sum() / 180 == pytest.approx(0.01125, rel=1e-14)
    assert (np.minimum(alone, away(0.0, CYCLES)) >= 0.2).all()
    assert away(0.0, CYCLES[0]) == 0.2  # on the limit with nothing to send


def test_e14_above_9_mb_no_task_gains_by_offloading():
    """At Table II's rate 85 % of the axis from 0 to 60 MB favours the vehicle's own processor, for every task."""
    edge = latency.break_even_bits(CYCLES, rate=RATE, vehicle_hz=LOCAL_HZ, edge_hz=EDGE_HZ) / BITS_PER_MB
    np.testing.assert_allclose(edge, [1.5, 5.4, 9.0], rtol=1e-14)
    sizes = np.linspace(0, 60, 601)[:, None]
    better = (latency.local_time(CYCLES, LOCAL_HZ) < away(sizes, CYCLES) * (1 - 1e-12)).all(axis=1)
    assert (better == (sizes[:, 0] > 9.0 + 1e-9)).all()
    assert (60 - edge.max()) / 60 == pytest.approx(0.85, rel=1e-14)


def test_e20_slots_that_look_alike_have_other_optima():
    """Eq. (24) shows neither f nor s: of two slots with one observation, 1 MB is best sent and 50 MB best kept."""
    assert away(1.0, 1.8e9, rate=70e6) == pytest.approx(0.834, abs=1e-3)
    assert away(50.0, 1.8e9, rate=70e6) == pytest.approx(6.434, abs=1e-3)
    noise = SMALL.radio.noise_w_per_hz * 31.5e6
    seen = replace(
        draw_slots(seed=16),
        cycles=np.full(3, 1.8e9),
        vehicle_hz=np.full(3, 0.5e9),
        edge_hz=np.full(2, 2.5e9),
        power_w=np.ones((3, 2)),
        gain=np.full((3, 2), 3.67 * noise),
    )
    actions = every_action()
    best = []
    for megabytes in (1.0, 50.0):
        slot = replace(seen, size_bits=np.full(3, megabytes * BITS_PER_MB))
        best.append(actions.choice[int(evaluate(slot, actions, SMALL).objective.value.argmin())])
    assert (best[0] > 0).all()
    assert (best[1] == 0).all()


def test_e38_time_alone_does_not_grow_with_vehicles():
    """f/c_v knows neither V nor S: per vehicle it cannot grow with either."""
    for v in (2, 4, 8):
        setting = replace(SMALL, n_vehicle=v)
        slot = replace(draw_slots(setting=setting), cycles=np.full(v, 1.8e9), vehicle_hz=np.full(v, 0.5e9))
        alone = Action(efficiency=[0.9], choice=np.zeros(v, dtype=int), miner=1, band_share=0.9)
        for size in (1.0, 60.0):
            slot = replace(slot, size_bits=np.full(v, size * BITS_PER_MB))
            np.testing.assert_allclose(evaluate(slot, alone, setting).task_s, 3.6, rtol=1e-15)


# --- blocks and the objective ---


def test_e15_the_listed_generation_time_contradicts_its_equation():
    """Eq. (18) with Table II: 4.833 ms on 2.5 GHz; 10 s take a processor of 1.208 MHz, and break C6 alone."""
    assert chain_delays.generation_time(16384.0, density=737.5, miner_hz=2.5e9) == pytest.approx(4.833e-3, rel=1e-4)
    assert pytest.approx(1.208e6, rel=1e-3) == 737.5 * 16384 / 10
    slot, action = draw_slots(seed=17), Action(efficiency=[0.9], choice=[0, 0, 0], miner=1, band_share=0.9)
    assert evaluate(slot, action, SMALL).finality_s < 0.2
    for listed in (10.0, 20.0, 30.0):
        late = evaluate(slot, action, replace(SMALL, chain=Chain(listed_generation_s=listed)))
        assert late.finality_s > 1.0


def test_e17_without_keys_the_objective_is_not_defined():
    """Eq. (22) divides by the sum of K; floored, the value is the floor's and says nothing of the system."""
    found = [objective([[0.0]], [1.0], 0.0, Weights(key_floor=floor)).value for floor in (1e-6, 1e-3)]
    np.testing.assert_allclose(found, [1.2e6 + 0.4, 1.2e3 + 0.4], rtol=1e-13)


def test_e30_the_node_with_the_most_keys_is_the_slowest():
    """Eq. (19) charges n_w c_q: of two like nodes the one that the stake elects takes longer."""
    slot = replace(draw_slots(seed=18), keys=np.array([1500.0, 500.0]), edge_hz=np.full(2, 2.5e9))
    times = [
        evaluate(slot, Action(efficiency=[0.9], choice=[0, 0, 0], miner=w, band_share=0.9), SMALL).finality_s
        for w in (1, 2)
    ]
    assert times[0] - times[1] == pytest.approx(1000 * 1e-5, rel=1e-9)


def test_e44_the_smallest_block_is_always_best():
    """The objective has no benefit of a larger block: nothing to adapt, nothing to learn."""
    slots, actions = draw_slots(20, 1, seed=19), every_action()
    value = [
        evaluate(slots, actions, replace(SMALL, chain=Chain(block_bits=8192.0 * kb))).objective.value
        for kb in (1, 2, 4, 8)
    ]
    assert (np.diff(value, axis=0) > 0).all()
