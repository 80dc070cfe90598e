"""A slot under every action: against plain Python, bit for bit in any batch, and what bad input is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qbench.papers.tn_qdrl.parameters import MID, SMALL, Chain, Qkd, Radio, Setting, Tasks
from qbench.papers.tn_qdrl.system import Action, evaluate
from tests.oracles import tn_qdrl_reference as reference
from tests.unit.tn_qdrl.slots import at, draw_slots, every_action, one_action

READINGS = {
    "main": SMALL,
    "unshared": replace(SMALL, tasks=Tasks(share_cpu=False)),
    "fixed": replace(SMALL, radio=Radio(access="fixed")),
    "sic": replace(SMALL, radio=Radio(access="noma_sic")),
    "literal": replace(SMALL, radio=Radio(access="noma_literal")),
    "standard": replace(SMALL, qkd=Qkd(key_rate="standard")),
    "source": replace(SMALL, qkd=Qkd(key_use="shared_source")),
    "consumed": replace(SMALL, qkd=Qkd(key_use="consumed")),
    "listed": replace(SMALL, chain=Chain(listed_generation_s=20.0)),
    "aged": replace(SMALL, qkd=Qkd(noise_amplitude=0.1, noise_swing=0.05)),
}


def plain(slot, action, setting):
    """F, T_x, T_b and K of one slot under one action, by the reference."""
    qkd, radio, chain = setting.qkd, setting.radio, setting.chain
    choice, share = action.choice.tolist(), float(action.band_share)
    noise = qkd.baseline_noise
    if qkd.noise_amplitude:
        noise = reference.noise_by_steps(
            float(slot.time_s), n0=noise, a=0.1, b=0.05, decay=0.5, turn=2.0, phase=0.0, steps=4000
        )
    rates = []
    for i, row in enumerate(slot.length_km.tolist()):
        rates.append([])
        for j, length in enumerate(row):
            found = reference.link(
                length,
                float(action.efficiency[i]),
                v_s=50.0,
                sigma=0.01,
                alpha=0.2,
                fringe=0.95,
                coupling=0.8,
                noise=noise,
                err=0.0,
                mu1=1.0,
                mu2=1.0,
                n_sec=1e6,
                eps=1e-10,
                parts=len(row) if qkd.key_use == "shared_source" else 1,
            )
            rate = found[5] if qkd.key_rate == "standard" else found[4]
            if qkd.key_use == "consumed" and j < len(choice) and choice[j]:
                rate = max(0.0, rate - 1e-6 * float(slot.size_bits[j]) / setting.n_node)
            rates[i].append(rate)
    _, _, nu = reference.radio(
        slot.power_w.tolist(),
        slot.gain.tolist(),
        choice,
        share=share,
        band=35e6,
        density=10**-17.4 * 1e-3,
        access=radio.access,
    )
    tasks = [
        reference.task(
            place,
            bits=float(slot.size_bits[x]),
            cycles=float(slot.cycles[x]),
            rate=nu[x],
            vehicle_hz=float(slot.vehicle_hz[x]),
            edge_hz=slot.edge_hz.tolist(),
            n_there=len(reference.others(choice, x)),
            share_cpu=setting.tasks.share_cpu,
            result=0.05,
            relay=1e-9,
        )
        for x, place in enumerate(choice)
    ]
    finality = reference.block(
        int(action.miner),
        keys=slot.keys.tolist(),
        edge_hz=slot.edge_hz.tolist(),
        left_hz=(1 - share) * 35e6,
        density=737.5,
        bits=16384,
        share=0.1,
        c_q=1e-5,
        vote=8192,
        header=640,
        transaction=2000,
        each=1e-3,
        listed=chain.listed_generation_s,
    )
    return reference.objective(rates, tasks, finality), tasks, finality, rates


def check_against_plain_python(reading="main", setting=None, actions=None):
    setting = setting or READINGS[reading]
    slots, actions = draw_slots(2, 1, setting=setting, seed=8), actions or every_action()
    found = evaluate(slots, actions, setting)
    n = len(actions.miner)
    assert found.objective.value.shape == (2, n)
    for t in range(2):
        for a in range(0, n, 7):
            f, tasks, finality, rates = plain(at(slots, t, 0), one_action(actions, a), setting)
            assert found.objective.value[t, a] == pytest.approx(f, rel=1e-9)
            np.testing.assert_allclose(found.task_s[t, a], tasks, rtol=1e-10)
            assert np.broadcast_to(found.finality_s, (2, n))[t, a] == pytest.approx(finality, rel=1e-10)
            np.testing.assert_allclose(
                np.broadcast_to(found.keys.rate, (2, n, *slots.length_km.shape[-2:]))[t, a], rates, rtol=1e-8
            )


@pytest.mark.parametrize("reading", READINGS)
def test_against_plain_python(reading):
    check_against_plain_python(reading)


def test_against_plain_python_in_a_larger_system():
    rng = np.random.default_rng(9)
    actions = Action(
        efficiency=rng.choice([0.8, 0.9, 1.0], (30, 2)),
        choice=rng.integers(5, size=(30, 10)),
        miner=rng.integers(1, 5, 30),
        band_share=rng.choice([0.9, 0.6], 30),
    )
    check_against_plain_python(setting=MID, actions=actions)


def test_324_actions():
    """3 efficiencies, 3 places for each of 3 vehicles, 2 miners, 2 shares."""
    assert every_action().miner.shape == (324,)


def test_delays_count_for_most():
    """The term of the keys is 0.005 to 0.008 with the main constants; delays are of order 1."""
    found = evaluate(draw_slots(50, 1, seed=10), every_action(), SMALL).objective
    key_term = np.broadcast_to(found.key_term, found.value.shape)
    assert key_term.min() >= 0.005
    assert key_term.max() <= 0.0083
    assert found.delay_term.min() > 0.4


@pytest.mark.parametrize("reading", ["main", "sic", "literal", "consumed", "aged"])
def test_instances_keep_their_bits_in_any_batch(reading):
    setting, slots, actions = READINGS[reading], draw_slots(5, 1, seed=11), every_action()
    whole = evaluate(slots, actions, setting)
    for t in range(5):
        row = evaluate(at(slots, t), actions, setting)
        np.testing.assert_array_equal(row.objective.value, whole.objective.value[t])
        for a in (0, 100, 323):
            one = evaluate(at(slots, t, 0), one_action(actions, a), setting)
            assert one.objective.value == whole.objective.value[t, a]
            np.testing.assert_array_equal(one.task_s, whole.task_s[t, a])


def test_one_device_has_no_other_node():
    setting = Setting(n_vehicle=2, n_edge=1)
    slot = draw_slots(setting=setting)
    action = Action(efficiency=[0.9], choice=[0, 1], miner=1, band_share=1.0)
    found = evaluate(slot, action, setting)
    assert found.node_band_hz.shape == (0,)
    assert found.finality_s == pytest.approx(
        737.5 * 16384 / (0.1 * slot.edge_hz[0]) + slot.keys[0] * 1e-5 + 8.32e-3, rel=1e-13
    )


def good(**changes):
    return Action(**{"efficiency": [0.9], "choice": [0, 1, 2], "miner": 1, "band_share": 0.9, **changes})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: good(band_share=0.0), r"band_share must be above 0, got 0.0 .*; a band of 0 Hz"),
        (lambda: good(efficiency=[1.2]), r"efficiency must be in \[0, 1\], got 1.2"),
        (lambda: good(miner=1.0), r"miner must hold whole numbers, got dtype float64"),
        (lambda: good(choice=[0.0, 1.0, 2.0]), r"choice must hold whole numbers, got dtype float64"),
        (lambda: evaluate(draw_slots(), good(miner=3), SMALL), r"miner must name nodes 1..2, got 3"),
        (lambda: evaluate(draw_slots(), good(miner=0), SMALL), r"miner must name nodes 1..2, got 0"),
        (lambda: evaluate(draw_slots(), good(choice=[0, 1, 3]), SMALL), r"choice must lie in 0..2 .*from 0 to 3"),
        (
            lambda: evaluate(draw_slots(), good(efficiency=[1, 1]), SMALL),
            r"efficiency must end in \(1,\), got .*\(2,\)",
        ),
        (
            lambda: evaluate(draw_slots(), good(band_share=1.0), SMALL),
            r"band_share must be small enough to leave the nodes a band, got 1.0 .*; C8 bounds both",
        ),
        (
            lambda: evaluate(draw_slots(), good(), MID),
            r"length_km must end in \(2, 14\) for this setting, got .*\(1, 5\)",
        ),
        (
            lambda: replace(draw_slots(), keys=np.ones(3)).fits(SMALL),
            r"keys must end in \(2,\) for this setting, got shape \(3,\)",
        ),
        (
            lambda: replace(draw_slots(), gain=np.full((3, 2), np.nan)),
            r"gain must be finite, got nan at index \(0, 0\)",
        ),
        (
            lambda: evaluate(draw_slots(4), every_action(), SMALL),
            r"shapes must broadcast, got slot \(4,\), action \(324,\); give axes of length 1",
        ),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
