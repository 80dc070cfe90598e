"""The environment of tn_qdrl under any actions: bounds, exogenous slots, costs and rewards, seeds."""

from __future__ import annotations

from dataclasses import fields
from functools import cache

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qbench.papers.tn_qdrl.environment import FlattenAction, QibVec
from qbench.papers.tn_qdrl.system import Slot
from tests.properties.hqcnn_networks import exact

ARGUMENTS = (
    {"reward": "shift"},
    {"reward": "neg", "n_vehicle": 4, "observation": "aug", "mobility": "sumo", "size_mb": 60.0},
    {"reward": "neg", "access": "noma_literal", "share_cpu": False, "key_rate": "standard"},
    {"reward": "shift", "n_vehicle": 2, "key_use": "consumed", "access": "fixed"},
    {"reward": "neg", "n_vehicle": 1, "access": "noma_sic", "key_use": "shared_source"},
)
WHICH = st.integers(0, len(ARGUMENTS) - 1)
SEED = st.integers(0, 2**32 - 1)
ACTIONS = st.lists(st.integers(0, 2**20), min_size=1, max_size=6)


@cache
def environment(which):
    return FlattenAction(QibVec(**ARGUMENTS[which]))


def run(which, seed, actions):
    """The environment, its first observation, and steps: slot, F of all actions, flat action, what the step returns."""
    env, steps = environment(which), []
    start, _ = env.reset(seed=seed)
    for action in actions:
        known = env.unwrapped.f_all()
        index = action % len(known)
        steps.append((env.unwrapped.slot, known, index, *env.step(index)))
    return env.unwrapped, start, steps


@exact
@given(WHICH, SEED, ACTIONS)
def test_observations_are_in_bounds(which, seed, actions):
    env, start, steps = run(which, seed, actions)
    assert start in env.observation_space
    assert all(step[3] in env.observation_space for step in steps)


@exact
@given(WHICH, SEED, ACTIONS)
def test_costs_are_those_of_the_list(which, seed, actions):
    """F_all()[a] is F(a) to the last bit, F is above 0, and no step does better than the least."""
    _, _, steps = run(which, seed, actions)
    for _, known, index, *_, info in steps:
        assert info["F"] == known[index]
        assert 0 < known.min() <= info["F"]


@exact
@given(WHICH, SEED, ACTIONS)
def test_rewards_are_affine_and_fall_with_the_cost(which, seed, actions):
    env, _, steps = run(which, seed, actions)
    assert env.reward.scale > 0
    for *_, reward, terminated, truncated, info in steps:
        assert reward == env.reward.base - env.reward.scale * info["F"]
        assert (terminated, truncated) == (False, False)


@exact
@given(WHICH, SEED, ACTIONS, ACTIONS)
def test_slots_do_not_depend_on_actions(which, seed, actions, others):
    _, _, one = run(which, seed, actions)
    _, _, two = run(which, seed, others)
    for (slot, known, *_), (slot_too, known_too, *_) in zip(one, two, strict=False):
        np.testing.assert_array_equal(known, known_too)
        for field in fields(Slot):
            np.testing.assert_array_equal(getattr(slot, field.name), getattr(slot_too, field.name))


@exact
@given(WHICH, SEED, ACTIONS)
def test_a_seed_and_actions_give_one_trajectory(which, seed, actions):
    _, start, steps = run(which, seed, actions)
    _, start_too, steps_too = run(which, seed, actions)
    np.testing.assert_array_equal(start, start_too)
    for one, two in zip(steps, steps_too, strict=True):
        np.testing.assert_array_equal(one[3], two[3])
        assert one[4:7] == two[4:7]
        for name, value in one[7].items():
            np.testing.assert_array_equal(value, two[7][name])
