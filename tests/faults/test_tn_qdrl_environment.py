"""Mistakes in the environment and the traces of tn_qdrl, each with the test that catches it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.faults.door import Fault, assert_caught

PAPER, UNIT = "qbench.papers.tn_qdrl", "tests.unit.tn_qdrl"
HERE = f"{PAPER}.environment"
LOOPS = f"{UNIT}.test_environment:check_against_plain_loops"
GOES_ON = f"{UNIT}.test_environment:check_reset_goes_on"
F_ALL = f"{UNIT}.test_environment:check_f_all"
IGNORES = f"{UNIT}.test_environment:check_the_stream_ignores_actions"
PARTS = f"{UNIT}.test_traces:check_parts_by_hand"
ROUTES = f"{UNIT}.test_sumo:check_recorded_turns"


def stream_drawn_by_the_policy(original):
    def faulty(self, action):
        found = original(self, action)
        noise = 1.0 + 0.01 * float(np.sum(action))
        self._stream = replace(self._stream, gain=self._stream.gain * noise)
        return found

    return faulty


def keys_at_the_start_efficiency(original):
    def faulty(self):
        self._efficiency = np.full_like(self._efficiency, 0.9)
        return original(self)

    return faulty


def slot_just_played(original):
    def faulty(self, action):
        before = self._slot
        _, *rest = original(self, action)
        after, self._slot = self._slot, before
        seen = self._see()
        self._slot = after
        return seen, *rest

    return faulty


def every_reset_restarts(original):
    def faulty(self, *, seed=None, options=None):
        self._stream = None
        return original(self, seed=seed, options=options)

    return faulty


def resets_forget_the_last_action(original):
    def faulty(self, *, seed=None, options=None):
        original(self, seed=seed, options=options)
        self._efficiency = np.full_like(self._efficiency, 0.9)
        return self._see(), {"slot": self._slot}

    return faulty


def resets_skip_to_the_next_twenty(original):
    def faulty(self, *, seed=None, options=None):
        if seed is None:
            self._slot = -(-self._slot // 20) * 20
        return original(self, seed=seed, options=options)

    return faulty


def seed_forgotten(original):
    return lambda self, *, seed=None, options=None: original(self, seed=None, options=options)


def next_slot(original):
    def faulty(self):
        self._slot += 1
        known = original(self)
        self._slot -= 1
        return known

    return faulty


def first_component_fastest(_):
    def faulty(self, index):
        _, places, miners, bands = self.shape
        first, second = np.divmod(np.asarray(index), places)
        e, w = np.divmod(first, miners * bands)
        return e, second, *np.divmod(w, bands)

    return faulty


def vehicles_swap_every_slot(_):
    def faulty(trace, rngs, *, n_vehicle, n_slot):
        found = []
        for rng in rngs:
            when = (int(rng.integers(trace.n_slot)) + np.arange(n_slot)) % trace.n_slot
            found.append([trace.places[t, rng.permutation(trace.n_vehicle)[:n_vehicle]] for t in when])
        return np.array(found)

    return faulty


def every_part_from_the_start(_):
    def faulty(trace, rngs, *, n_vehicle, n_slot):
        return np.array([trace.places[np.arange(n_slot) % trace.n_slot][:, :n_vehicle] for _ in rngs])

    return faulty


FAULTS = (
    Fault(
        "the objective paid out as it is",
        ((f"{PAPER}.reward:Reward.__call__", lambda _: lambda self, cost: self.base + self.scale * cost),),
        f"{UNIT}.test_environment:check_rewards_fall_with_f",
    ),
    Fault("a stream that the policy stirs", ((f"{HERE}:QibVec.step", stream_drawn_by_the_policy),), IGNORES),
    Fault(
        "entropies at the first efficiency for good", ((f"{HERE}:QibVec._see", keys_at_the_start_efficiency),), LOOPS
    ),
    Fault("the observation of the slot just played", ((f"{HERE}:QibVec.step", slot_just_played),), LOOPS),
    Fault("a reset that restarts the stream", ((f"{HERE}:QibVec.reset", every_reset_restarts),), GOES_ON),
    Fault("a reset that forgets the last action", ((f"{HERE}:QibVec.reset", resets_forget_the_last_action),), GOES_ON),
    Fault("a reset that skips slots", ((f"{HERE}:QibVec.reset", resets_skip_to_the_next_twenty),), GOES_ON),
    Fault(
        "a seed that nobody reads",
        ((f"{HERE}:QibVec.reset", seed_forgotten),),
        f"{UNIT}.test_environment:check_seeds",
    ),
    Fault("episodes of 21 slots", ((f"{HERE}:EPISODE", lambda _: 21),), LOOPS),
    Fault("costs of the slot to come", ((f"{HERE}:QibVec.f_all", next_slot),), F_ALL),
    Fault("flat actions in another order", ((f"{PAPER}.actions:ActionSpace.parts", first_component_fastest),), F_ALL),
    Fault("vehicles that swap places", ((f"{UNIT}.test_traces:parts", vehicles_swap_every_slot),), PARTS),
    Fault("every part from the trace's start", ((f"{UNIT}.test_traces:parts", every_part_from_the_start),), PARTS),
    Fault(
        "turns by the streets' own order",
        ((f"{PAPER}.sumo:streets", lambda f: lambda: (*f()[:2], f()[2][:, ::-1], f()[3])),),
        ROUTES,
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_fault_is_caught(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_caught(fault, monkeypatch)
