"""Latencies of tasks and blocks, and the objective: by hand with the numbers of Table II."""

from __future__ import annotations

import numpy as np
import pytest

from qbench.papers.tn_qdrl import chain_delays, latency
from qbench.papers.tn_qdrl.objective import objective
from qbench.papers.tn_qdrl.parameters import BITS_PER_MB, Weights
from tests.oracles import tn_qdrl_reference as reference

CYCLES = np.array([0.5e9, 1.8e9, 3.0e9])


def away(size_bits, cycles, **options):
    given = {"rate": 15e6, "edge_hz": 2.5e9, "result_bits": 0.0, "relay_s_per_bit": 1e-9}
    return latency.offload_time(size_bits, cycles, **{**given, **options})


def test_local_times_of_table_ii():
    np.testing.assert_allclose(latency.local_time(CYCLES, 0.5e9), [1.0, 3.6, 6.0], rtol=1e-15)


def check_parts_of_an_offload():
    """3 MB at 15 Mbit/s, 1.8 Gcycles at 2.5 GHz, a result of 0.3 MB: 1.6 + 0.72 + 0.16 s."""
    parts = away(3 * BITS_PER_MB, 1.8e9, result_bits=0.3 * BITS_PER_MB)
    assert parts.transmission_s == pytest.approx(1.6, rel=1e-15)
    assert parts.computation_s == pytest.approx(0.72, rel=1e-15)
    assert parts.backhaul_s == pytest.approx(0.16, rel=1e-14)
    assert parts.total_s == pytest.approx(2.48, rel=1e-14)
    slow = away(3 * BITS_PER_MB, 1.8e9, result_bits=0.3 * BITS_PER_MB, relay_s_per_bit=1e-6)
    assert slow.backhaul_s == pytest.approx(2.4, rel=1e-14)


def test_parts_of_an_offload():
    check_parts_of_an_offload()


def test_the_largest_offload_within_a_second():
    """1.5, 0.525 and 0 MB for the three tasks (the third does not even compute within 1 s)."""
    sizes = np.array([1.5, 0.525]) * BITS_PER_MB
    np.testing.assert_allclose(away(sizes, CYCLES[:2]).total_s, 1.0, rtol=1e-14)
    assert away(0.0, CYCLES[2]).total_s == pytest.approx(1.2, rel=1e-15)


@pytest.mark.parametrize(
    ("rate", "sharing", "result", "megabytes"),
    [
        (15e6, 1, 0.0, (1.5, 5.4, 9.0)),
        (70e6, 1, 0.0, (7.0, 25.2, 42.0)),
        (210e6, 1, 0.0, (21.0, 75.6, 126.0)),
        (15e6, 3, 0.05, (0.75 / 1.05, 2.7 / 1.05, 4.5 / 1.05)),
        (70e6, 3, 0.05, (3.5 / 1.05, 12.0, 20.0)),
    ],
)
def test_break_even_sizes(rate, sharing, result, megabytes):
    edge_hz = 2.5e9 / sharing
    size = latency.break_even_bits(CYCLES, rate=rate, vehicle_hz=0.5e9, edge_hz=edge_hz) / (1 + result)
    np.testing.assert_allclose(size / BITS_PER_MB, megabytes, rtol=1e-12)
    near = latency.local_time(CYCLES, 0.5e9)
    far = away(size, CYCLES, rate=rate, edge_hz=edge_hz, result_bits=result * size)
    np.testing.assert_allclose(far.total_s, near, rtol=1e-13)


def test_a_task_takes_the_time_of_its_place():
    times = latency.task_time([True, False, False], [1.0, 2.0, 3.0], [10.0, 20.0, 30.0])
    assert times.tolist() == [1.0, 20.0, 30.0]


def test_the_printed_sum_over_devices_by_hand():
    """I = (1, 0, 0): once alone and twice away; I = (1, 1, 1): three times alone."""
    far = [10.0, 20.0, 30.0]
    assert latency.printed_task_time([1, 0, 0], 2.0, far) == 2 + 20 + 30
    assert latency.printed_task_time([1, 1, 1], 2.0, far) == 6
    assert latency.printed_task_time([[1, 0, 1], [0, 0, 0]], [2.0, 9.0], far).tolist() == [24, 60]


def test_blocks_by_hand():
    """2 KB at 2.5 GHz: 4.833 ms; 10 s would take 1.208 MHz."""
    generation = chain_delays.generation_time(16384.0, density=737.5, miner_hz=2.5e9)
    assert generation == pytest.approx(4.83328e-3, rel=1e-12)
    assert chain_delays.generation_time(16384.0, density=737.5, miner_hz=1.20832e6) == pytest.approx(10.0, rel=1e-12)
    propagation = chain_delays.propagation_time(1000.0, key_weighing_s=1e-5, vote_bits=8192.0, node_rates=[4e6, 2e6])
    assert propagation == pytest.approx(0.01 + 4.096e-3, rel=1e-14)
    verification = chain_delays.verification_time(640.0, transaction_bits=2000.0, n_transactions=8, transaction_s=1e-3)
    assert verification == pytest.approx(8.32e-3, rel=1e-14)
    total = chain_delays.finality_time(generation, propagation, verification, [1.0, 0.0])
    assert total.tolist() == pytest.approx([4.83328e-3 + 14.096e-3 + 8.32e-3, 0.0], rel=1e-13)


def test_a_node_without_others_waits_for_nobody():
    options = {"key_weighing_s": 1e-5, "vote_bits": 8192.0}
    assert chain_delays.propagation_time(500.0, **options, node_rates=np.zeros(0)) == pytest.approx(5e-3, rel=1e-15)
    assert chain_delays.propagation_time(500.0, **options, node_rates=np.zeros((2, 0))).shape == (2,)


def check_objective_by_hand():
    """Keys 10 + 20 + 30 + 60 = 120 bit/s, delays 1 + 2 s and a block of 0.5 s."""
    found = objective([[10.0, 20.0], [30.0, 60.0]], [1.0, 2.0], 0.5, Weights())
    assert found.key_term == pytest.approx(0.6 / (0.5 * 120), rel=1e-15)
    assert found.delay_term == pytest.approx(0.4 * 3.5, rel=1e-15)
    assert found.value == pytest.approx(0.01 + 1.4, rel=1e-15)
    assert found.value == pytest.approx(reference.objective([[10, 20], [30, 60]], [1, 2], 0.5), rel=1e-14)


def test_objective_by_hand():
    check_objective_by_hand()


def test_no_keys_cost_much_and_not_everything():
    assert objective([[0.0]], [1.0], 0.0, Weights()).key_term == pytest.approx(1.2e6, rel=1e-14)
    assert objective([[0.0]], [1.0], 0.0, Weights(key_floor=0.1)).key_term == pytest.approx(12.0, rel=1e-14)


def test_objective_keeps_its_bits_in_any_batch():
    rng = np.random.default_rng(7)
    keys, tasks, block = rng.uniform(0, 50, (40, 3, 11)), rng.uniform(0, 9, (40, 13)), rng.uniform(0, 1, 40)
    whole = objective(keys, tasks, block, Weights())
    for b in range(40):
        one = objective(keys[b], tasks[b], block[b], Weights())
        assert (whole.key_term[b], whole.delay_term[b]) == (one.key_term, one.delay_term)


BLOCK = {"key_weighing_s": 1e-5, "vote_bits": 8192.0}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: latency.local_time(1e9, 0.0), r"vehicle_hz must be above 0, got 0.0"),
        (lambda: latency.local_time([-1.0], 1.0), r"cycles must be at least 0, got -1.0 at index \(0,\)"),
        (lambda: away(1.0, 1.0, rate=0.0), r"rate must be above 0, got 0.0 .*; a link without a rate never delivers"),
        (lambda: away(-1.0, 1.0), r"size_bits must be at least 0, got -1.0"),
        (lambda: away([1.0] * 2, [1.0] * 3), r"shapes must broadcast, got size_bits \(2,\), cycles \(3,\)"),
        (lambda: latency.task_time([True], [-1.0], [1.0]), r"local_s must be at least 0, got -1.0"),
        (lambda: latency.printed_task_time([0.5], 1.0, [1.0]), r"indicator must be 0 or 1, got 0.5 .*; 1 is local"),
        (lambda: chain_delays.generation_time(1.0, density=1.0, miner_hz=0.0), r"miner_hz must be above 0, got 0.0"),
        (lambda: chain_delays.generation_time(-1.0, density=1.0, miner_hz=1.0), r"block_bits must be at least 0"),
        (lambda: chain_delays.propagation_time(1.0, **BLOCK, node_rates=[0.0]), r"node_rates must be above 0, got 0.0"),
        (lambda: chain_delays.propagation_time(-1.0, **BLOCK, node_rates=[1.0]), r"keys must be at least 0, got -1.0"),
        (lambda: chain_delays.propagation_time(1.0, **BLOCK, node_rates=1.0), r"node_rates must have shape \(..., oth"),
        (
            lambda: chain_delays.verification_time(1.0, transaction_bits=0.0, n_transactions=1, transaction_s=1.0),
            r"transaction_bits must be above 0, got 0.0",
        ),
        (lambda: objective([[-1.0]], [1.0], 1.0, Weights()), r"key_rate must be at least 0, got -1.0"),
        (lambda: objective([1.0], [1.0], 1.0, Weights()), r"key_rate must have at least 2 axes, got shape \(1,\)"),
        (lambda: objective([[1.0]], [-1.0], 1.0, Weights()), r"task_s must be at least 0, got -1.0"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_alone_is_a_truth():
    with pytest.raises(TypeError, match=r"alone must be boolean, one a vehicle, got dtype int64; compare"):
        latency.task_time(np.array([0, 1]), [1.0, 1.0], [1.0, 1.0])
