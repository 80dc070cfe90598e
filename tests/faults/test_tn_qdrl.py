"""Mistakes in the physics and the system of tn_qdrl, each with the test that catches it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.faults.door import Fault, assert_caught

PAPER, UNIT = "qbench.papers.tn_qdrl", "tests.unit.tn_qdrl"
KEYS = f"{UNIT}.test_qkd:check_keys_against_plain_python"
LINKS = f"{UNIT}.test_links:check_links_against_plain_python"
SYSTEM = f"{UNIT}.test_system:check_against_plain_python"
WALKS = f"{UNIT}.test_mobility:check_walks_against_plain_python"


def weakest_first(_):
    def faulty(received, noise_w):
        power = np.asarray(received)
        stronger = (power[..., np.newaxis, :] > power[..., np.newaxis]) * power[..., np.newaxis, :]
        return power / (stronger.sum(axis=-1) + np.asarray(noise_w)[..., np.newaxis])

    return faulty


def nothing_taken_away(original):
    def faulty(received, noise_w):
        power = np.asarray(received)
        return power / (power.sum(axis=-1, keepdims=True) - power + np.asarray(noise_w)[..., np.newaxis])

    return faulty


def everybody_alone(_):
    return lambda choice, n_edge: np.ones_like(choice)


def noise_is_always_wrong(original):
    def faulty(fringe, signal, noise, *, other_errors=0.0):
        return np.clip(
            original(fringe, signal, noise, other_errors=other_errors) + 0.5 * noise / (signal + noise), 0, 0.5
        )

    return faulty


def loss_paid_twice(original):
    def faulty(pairs, arriving, efficiency):
        return original(pairs, np.square(arriving), efficiency)

    return faulty


def all_other_detectors(original):
    return lambda efficiency, coupling: original(np.minimum(1.0, 1.5 * efficiency), coupling)


def propagation_twice(original):
    return lambda generation, propagation, verification: original(generation, 2 * propagation, verification)


def last_device_first(original):
    return lambda values, choice: original(values[..., ::-1], choice)


def other_way_at_junctions(original):
    def faulty():
        start, heading, after, n_after = original()
        turned = after.copy()
        for s, n in enumerate(n_after):
            turned[s, :n] = after[s, :n][::-1]
        return start, heading, turned, n_after

    return faulty


def a_slot_early(original):
    return lambda first, offset, uniform: original(first, offset, np.roll(uniform, 1, axis=1))


def offset_from_the_end(original):
    return lambda first, offset, uniform: original(first, 14 - offset, uniform)


def without_the_result(_):
    return property(lambda self: self.transmission_s + self.computation_s)


def everything_away(_):
    return lambda alone, local_s, offload_s: np.where(alone, offload_s, local_s)


def no_slack(original):
    def faulty(slot, action, outcome, setting):
        return original(slot, action, replace(outcome, task_s=np.nextafter(outcome.task_s, np.inf)), setting)

    return faulty


FAULTS = (
    Fault("weakest decoded first", ((f"{PAPER}.links:sic_sinr", weakest_first),), LINKS, ("noma_sic",)),
    Fault("decoded and not taken away", ((f"{PAPER}.links:sic_sinr", nothing_taken_away),), LINKS, ("noma_sic",)),
    Fault(
        "only louder vehicles disturb in Eq. (13)",
        ((f"{PAPER}.links:printed_sinr", weakest_first),),
        LINKS,
        ("noma_literal",),
    ),
    Fault("a slice with the noise of the band", ((f"{PAPER}.links:company", everybody_alone),), LINKS),
    Fault(
        "noise in dBm taken for dBW",
        ((f"{PAPER}.parameters:dbm_to_watt", lambda original: lambda dbm: 1000 * original(dbm)),),
        LINKS,
    ),
    Fault(
        "loss in dB used as a natural one",
        ((f"{PAPER}.qkd:transmission", lambda _: lambda l, a: np.exp(-a * np.asarray(l) / 10)),),
        KEYS,
    ),
    Fault("loss of the fibre paid twice", ((f"{PAPER}.qkd:signal_rate", loss_paid_twice),), KEYS),
    Fault("entropy in nats", ((f"{PAPER}.qkd:log", lambda _: lambda x: 1.0),), KEYS),
    Fault("noise clicks always wrong", ((f"{PAPER}.qkd:error_rate", noise_is_always_wrong),), KEYS),
    Fault("other nodes' detectors counted", ((f"{PAPER}.qkd:system_efficiency", all_other_detectors),), KEYS),
    Fault(
        "a secret fraction without privacy amplification",
        ((f"{PAPER}.qkd:secret_fraction", lambda f: lambda error, *, correction_cost: f(error, correction_cost=0.0)),),
        KEYS,
        ("standard",),
    ),
    Fault(
        "age of the noise forgotten",
        ((f"{PAPER}.keys:noise_rate", lambda f: lambda age, **options: f(0.0 * age, **options)),),
        SYSTEM,
        ("aged",),
    ),
    Fault("propagation counted twice", ((f"{PAPER}.chain_delays:finality_time", propagation_twice),), SYSTEM),
    Fault("devices counted from the last", ((f"{PAPER}.system:at_device", last_device_first),), SYSTEM),
    Fault("a processor for every task", ((f"{PAPER}.system:company", everybody_alone),), SYSTEM),
    Fault("I = 1 means offloading", ((f"{PAPER}.latency:task_time", everything_away),), SYSTEM),
    Fault(
        "keys of tasks not paid",
        ((f"{PAPER}.system:after_use", lambda _: lambda rate, bits, parameters: rate),),
        SYSTEM,
        ("consumed",),
    ),
    Fault(
        "results come back at once",
        ((f"{PAPER}.latency:Offload.total_s", without_the_result),),
        f"{UNIT}.test_delays:check_parts_of_an_offload",
    ),
    Fault(
        "means in place of sums in the objective",
        ((f"{PAPER}.objective:ordered_sum", lambda _: lambda terms: terms.mean(axis=-1)),),
        f"{UNIT}.test_delays:check_objective_by_hand",
    ),
    Fault(
        "slices of all devices added up",
        ((f"{PAPER}.constraints:offloads", lambda f: lambda choice, n: f(np.minimum(choice, 1), n)),),
        f"{UNIT}.test_constraints:check_every_action_keeps_the_hard_constraints",
    ),
    Fault(
        "a delay at its limit is late",
        ((f"{UNIT}.test_constraints:violations", no_slack),),
        f"{UNIT}.test_constraints:check_late_tasks_and_blocks",
    ),
    Fault("the other way at junctions", ((f"{PAPER}.mobility:streets", other_way_at_junctions),), WALKS),
    Fault("uniforms of the slot before", ((f"{PAPER}.mobility:_streets_taken", a_slot_early),), WALKS),
    Fault("junctions reached too early", ((f"{PAPER}.mobility:_streets_taken", offset_from_the_end),), WALKS),
    Fault(
        "shadowing that grows",
        ((f"{PAPER}.channel:INNOVATION_DB", lambda _: 3.0),),
        f"{UNIT}.test_mobility:check_shadowing_against_plain_python",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_fault_is_caught(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_caught(fault, monkeypatch)
