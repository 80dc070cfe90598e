"""Constraints C1-C15: none broken without cause, each broken alone, and the printed C10."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qbench.papers.tn_qdrl.constraints import (
    NAMES,
    REPORTED,
    indicator_violations,
    printed_indicator,
    producer_violations,
    strong_links,
    violations,
)
from qbench.papers.tn_qdrl.parameters import SMALL, Chain, Radio, Setting, Tasks
from qbench.papers.tn_qdrl.system import Action, evaluate
from tests.unit.tn_qdrl.slots import draw_slots, every_action

ACTION = Action(efficiency=[0.9], choice=[1, 1, 2], miner=1, band_share=0.9)


def counted(slot=None, outcome=None, setting=SMALL, action=ACTION, **changes):
    slot = slot or draw_slots(seed=12)
    outcome = outcome or evaluate(slot, action, setting)
    return violations(replace(slot, **changes), action, outcome, setting)


def broken(found):
    return {name for name, count in found.items() if np.any(count) and name not in REPORTED}


def check_every_action_keeps_the_hard_constraints():
    slots, actions = draw_slots(6, 1, seed=13), every_action()
    found = violations(slots, actions, evaluate(slots, actions, SMALL), SMALL)
    assert tuple(found) == NAMES
    assert broken(found) == set()
    assert not np.any(found["C15b_whole"])
    # Three devices: with two, "all but the producer" would be one node as well.
    setting = Setting(n_edge=3)
    slot, action = draw_slots(setting=setting), replace(ACTION, miner=np.array(2))
    assert broken(violations(slot, action, evaluate(slot, action, setting), setting)) == set()


def test_every_action_keeps_the_hard_constraints():
    check_every_action_keeps_the_hard_constraints()


@pytest.mark.parametrize(
    ("name", "changes", "count"),
    [
        ("C3", {"power_w": np.array([[20.0, 20.1], [1, 1], [30, 5]])}, 2),
        ("C4", {"gain": np.array([[1.0, 1.1], [0, 0], [0, 0]])}, 1),
        ("C14", {"edge_hz": np.array([1.0, -1.0])}, 2),
        ("C15b", {"keys": np.array([-1.0, -2.0])}, 2),
    ],
)
def test_broken_by_the_slot(name, changes, count):
    found = counted(**changes)
    assert broken(found) == {name}
    assert found[name] == count


@pytest.mark.parametrize(
    ("name", "part", "changes", "count"),
    [
        ("C1", "keys", {"arriving": np.array([[1.0, 1.1, -0.1, 0.0, 0.5]])}, 2),
        ("C2", "keys", {"rate": np.array([[0.0, -1.0, 3.0, 1.0, 1.0]])}, 1),
        ("C7", "links", {"band_hz": np.array([15.75e6, 15.75e6, 31.4e6])}, 1),
        ("C7", "links", {"band_hz": np.array([31.5e6, 31.5e6, 31.6e6])}, 2),
        ("C13", "links", {"rate": np.array([-1.0, 0.0, 1.0])}, 1),
    ],
)
def test_broken_by_the_outcome(name, part, changes, count):
    outcome = evaluate(draw_slots(seed=12), ACTION, SMALL)
    found = counted(outcome=replace(outcome, **{part: replace(getattr(outcome, part), **changes)}))
    assert broken(found) == {name}
    assert found[name] == count


def test_nodes_may_not_use_the_vehicles_band():
    outcome = evaluate(draw_slots(seed=12), ACTION, SMALL)
    assert counted(outcome=replace(outcome, node_band_hz=np.array([3.5e6])))["C8"] == 0
    assert counted(outcome=replace(outcome, node_band_hz=np.array([3.6e6])))["C8"] == 1


@pytest.mark.parametrize(("name", "field"), [("C15a", "header_bits"), ("C15a", "vote_bits"), ("C14", "key_weighing_s")])
def test_broken_by_a_constant(name, field):
    """No record of constants can be made so; one that is changed behind its back is found."""
    slot, outcome = draw_slots(seed=12), evaluate(draw_slots(seed=12), ACTION, SMALL)
    chain = Chain()
    object.__setattr__(chain, field, -1.0)
    assert broken(counted(slot, outcome, replace(SMALL, chain=chain))) == {name}


def test_stakes_that_are_not_whole():
    assert counted(keys=np.array([500.0, 499.5]))["C15b_whole"] == 1
    none = counted(keys=np.array([0.0, -3.0]))
    assert (none["C15b_whole"], none["C15b"]) == (2, 1)
    small = replace(SMALL, chain=Chain(block_bits=1999.0))
    assert counted(setting=small)["C15b_whole"] == 1


def check_late_tasks_and_blocks():
    """One vehicle of two computes 0.5 Gcycles in 1 s, on the limit; the listed 20 s break C6, Eq. (18) does not."""
    times = {"cycles": np.array([0.5e9, 0.5e9, 1.8e9]), "vehicle_hz": np.full(3, 0.5e9)}
    slot = replace(draw_slots(seed=12), **times)
    action = replace(ACTION, choice=np.array([0, 0, 0]))
    assert counted(slot, action=action)["C5"] == 1
    assert counted(slot, action=action, setting=replace(SMALL, tasks=Tasks(delay_max_s=0.2)))["C5"] == 3
    assert counted(slot)["C6"] == 0
    assert counted(slot, setting=replace(SMALL, chain=Chain(listed_generation_s=20.0)))["C6"] == 1


def test_late_tasks_and_blocks():
    check_late_tasks_and_blocks()


def test_noma_contradicts_c7():
    """Two vehicles on the whole band of one device: twice what there is. C7 describes orthogonal slices."""
    for access, count in (("ofdma", 0), ("fixed", 0), ("noma_sic", 1), ("noma_literal", 1)):
        assert counted(setting=replace(SMALL, radio=Radio(access=access)))["C7"] == count


def test_printed_indicators():
    """I = 1 is local: alone is (1, 1), one device of two (0, 1) or (1, 0)."""
    indicator = printed_indicator(np.array([0, 1, 2]), 2)
    assert indicator.tolist() == [[1, 1], [0, 1], [1, 0]]
    found = indicator_violations(indicator)
    assert (found["C9"], found["C10"]) == (0, 1)
    assert indicator_violations([[0.5, 0.5], [2.0, -1.0]]) == {"C9": 4, "C10": 0}


def test_producers():
    assert producer_violations([1.0, 0.0]) == {"C11": 0, "C12": 0}
    assert producer_violations([0.0, 0.0]) == {"C11": 0, "C12": 1}
    assert producer_violations([1.0, 1.0]) == {"C11": 0, "C12": 1}
    assert producer_violations([0.5, 0.5]) == {"C11": 2, "C12": 0}
    assert producer_violations([[1.0, 0.0], [1.0, 2.0]])["C12"].tolist() == [0, 1]


def test_strong_links_are_counted():
    slot = draw_slots(seed=12)
    noise = SMALL.radio.noise_w_per_hz * 31.5e6
    wanted = np.array([[64.0, 0], [62.0, 0], [0, 64.0]]) * noise / 2
    wanted[2] *= 2
    outcome = evaluate(replace(slot, power_w=np.ones((3, 2)), gain=wanted), ACTION, SMALL)
    assert strong_links(outcome, SMALL) == 2
