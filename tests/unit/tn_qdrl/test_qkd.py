"""From pairs to keys: by hand, against plain Python, and what bad input is told."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qbench.papers.tn_qdrl import qkd
from qbench.papers.tn_qdrl.channel_noise import NOISE_FLOOR, noise_change, noise_rate
from qbench.papers.tn_qdrl.keys import after_use, link_keys
from qbench.papers.tn_qdrl.parameters import Qkd
from qbench.papers.tn_qdrl.qkd_printed import (
    printed_detector_efficiency,
    printed_error_rate,
    printed_system_efficiency,
    printed_transmission,
)
from tests.oracles import tn_qdrl_reference as reference

PLAIN = {
    "v_s": 50.0,
    "sigma": 0.01,
    "alpha": 0.2,
    "fringe": 0.95,
    "coupling": 0.8,
    "noise": 0.5,
    "err": 0.0,
    "mu1": 1.0,
    "mu2": 1.0,
    "n_sec": 1e6,
    "eps": 1e-10,
}
COOLED = {"reference_k": 223.0, "at_reference": 0.9, "loss_per_k": 0.002}
NOISE = {"amplitude": 0.1, "swing": 0.05, "decay_per_s": 0.5, "turn_per_s": 2.0}


def check_keys_against_plain_python(key_rate="printed", key_use="free"):
    length = np.random.default_rng(1).uniform(2, 20, (3, 2, 5))
    eta = np.random.default_rng(2).choice([0.8, 0.9, 1.0], (3, 2))
    found = link_keys(length, eta, Qkd(key_rate=key_rate, key_use=key_use))
    for at in np.ndindex(3, 2, 5):
        parts = 5 if key_use == "shared_source" else 1
        p, q, h, delta, printed, standard = reference.link(length[at], eta[at[:2]], parts=parts, **PLAIN)
        assert found.arriving[at] == pytest.approx(p, rel=1e-13)
        assert found.error[at] == pytest.approx(q, rel=1e-12)
        assert found.entropy[at] == pytest.approx(h, rel=1e-12)
        assert found.margin[at] == pytest.approx(delta, rel=1e-12)
        assert found.rate[at] == pytest.approx(standard if key_rate == "standard" else printed, rel=1e-12)


@pytest.mark.parametrize("key_rate", ["printed", "standard"])
@pytest.mark.parametrize("key_use", ["free", "shared_source"])
def test_keys_against_plain_python(key_rate, key_use):
    check_keys_against_plain_python(key_rate, key_use)


def test_the_main_reading_lies_where_the_constants_put_it():
    """2 to 20 km: 49.0 to 40.9 pairs/s, errors 0.032 to 0.047 over the efficiencies of Table II."""
    pairs = qkd.entangled_rate([2.0, 20.0], source_rate=50.0, state_angle=np.pi / 2, source_loss_per_km=0.01)
    np.testing.assert_allclose(pairs, [49.0, 40.9], atol=0.05)
    shortest = link_keys([[2.0]], [1.0], Qkd()).error.item()
    longest = link_keys([[20.0]], [0.8], Qkd()).error.item()
    assert (round(shortest, 3), round(longest, 3)) == (0.032, 0.047)


def test_each_step_by_hand():
    steer = {"state_angle": np.pi / 6, "source_loss_per_km": 0.1}
    # 40/4/e, then a tenth of it behind 10 dB, then 0.8 * 0.5 of that.
    pairs = qkd.entangled_rate(10.0, source_rate=40.0, **steer)
    assert pairs == pytest.approx(10 / math.e, rel=1e-14)
    assert qkd.transmission(50.0, 0.2) == pytest.approx(0.1, rel=1e-15)
    assert qkd.signal_rate(pairs, 0.1, qkd.system_efficiency(0.5, 0.8)) == pytest.approx(0.4 / math.e, rel=1e-14)
    assert qkd.visibility(np.pi / 3, 0.25) == pytest.approx(0.4, rel=1e-15)
    assert qkd.visibility(2 * np.pi / 3, 0.25) == pytest.approx(0.4, rel=1e-15)
    assert qkd.binary_entropy([0.0, 0.25, 0.5, 1.0]) == pytest.approx([0, 2 - 0.75 * math.log2(3), 1, 0], abs=1e-15)
    margin = qkd.security_margin(0.5, n_sec=100.0, fluctuation=4.0, entropy_weight=3.0, epsilon=0.01)
    assert margin == pytest.approx(0.2 + 1.5 + 0.01, rel=1e-15)
    assert qkd.key_rate(0.5, 20.0, 0.1, 2.0) == pytest.approx(7.0, rel=1e-15)
    assert qkd.key_rate(0.5, 2.0, 0.1, 2.0) == 0.0
    assert qkd.printed_key_rate(0.5, 2.0, 0.1, 2.0) == pytest.approx(-1.1, rel=1e-15)


def test_errors_of_signal_and_noise_mix_by_their_shares():
    """Three signals of visibility 0.8 (wrong 1 in 10) to one noise click (wrong 1 in 2): (0.3 + 0.5)/4."""
    assert qkd.error_rate(0.8, 3.0, 1.0) == pytest.approx(0.2, rel=1e-15)
    assert qkd.error_rate(0.8, 3.0, 1.0, other_errors=0.05) == pytest.approx(0.25, rel=1e-15)
    assert qkd.error_rate(0.8, 3.0, 1.0, other_errors=0.5) == 0.5
    # Table II pairs its visibilities with its error rates where noise is small.
    listed = qkd.error_rate([0.8, 0.9, 0.98], 1.0, 1e-12)
    assert listed == pytest.approx([0.1, 0.05, 0.01], rel=1e-9)


def test_detector_by_hand():
    """10 K above 223 K: 0.9 (1 - 0.02); as printed 0.9 (1 - 0.466) 10 kelvin."""
    assert qkd.detector_efficiency([223.0, 233.0], **COOLED) == pytest.approx([0.9, 0.882], rel=1e-14)
    assert qkd.detector_efficiency([0.0, 1000.0], **COOLED).tolist() == [1.0, 0.0]
    assert printed_detector_efficiency([223.0, 233.0], **COOLED) == pytest.approx([0.0, 4.806], rel=1e-12)


def test_as_printed_by_hand():
    assert printed_system_efficiency([[0.8, 0.8], [0.9, 1.0]], 0.1).tolist() == pytest.approx([1.7, 2.0])
    assert printed_transmission(50.0, 0.2) == pytest.approx(math.exp(-1), rel=1e-15)
    parts = {"efficiency": 0.8, "arriving": 0.5}
    assert printed_error_rate(0.9, 20.0, 1.0, **parts, other_errors=0.1) == pytest.approx(
        reference.literal_error(0.9, 0.8, 0.5, 20.0, 1.0, 0.1), rel=1e-14
    )


def test_the_standard_rate_by_hand():
    """Q = 0.11 leaves next to nothing; an error correction that costs nothing leaves 1 - h."""
    assert qkd.secret_fraction([0.0, 0.1100278644, 0.25, 0.5]) == pytest.approx([1, 0, 0, 0], abs=1e-9)
    assert qkd.secret_fraction(0.05) == pytest.approx(1 - 2 * reference.entropy(0.05), rel=1e-13)
    assert qkd.standard_key_rate(0.9, 50.0, 0.2, 0.05) == pytest.approx(9 * qkd.secret_fraction(0.05), rel=1e-14)
    half = 1 - reference.entropy(0.11)
    assert qkd.secret_fraction(0.11, correction_cost=0.0) == pytest.approx(half, rel=1e-14)
    assert qkd.standard_key_rate(0.9, 50.0, 0.2, 0.11, correction_cost=0.0) == pytest.approx(9 * half, rel=1e-14)


def test_loss_in_the_fibre_does_not_stop_the_printed_rate():
    """50 pairs/s, eta 0.9, 20 km, no source loss: 42.9 to 21.5 bit/s as printed, 9.07 to 0 with the standard one."""
    for key_rate, expected in (("printed", (42.9, 30.6, 21.5, 21.5)), ("standard", (9.07, 0.0, 0.0, 0.0))):
        for loss, rate in zip((0.2, 1.0, 5.0, 50.0), expected, strict=True):
            p = Qkd(source_loss_per_km=0.0, fibre_loss_db_per_km=loss, key_rate=key_rate)
            assert link_keys([[20.0]], [0.9], p).rate.item() == pytest.approx(rate, abs=0.06)


def test_noise_over_time():
    for t in (0.0, 0.3, 4.0, 37.0):
        expected = reference.noise_by_steps(t, n0=0.5, a=0.1, b=0.05, decay=0.5, turn=2.0, phase=0.7)
        assert noise_rate(t, baseline=0.5, **NOISE, phase=0.7) == pytest.approx(expected, rel=1e-9)
    assert noise_change(0.0, **NOISE) == pytest.approx(0.15, rel=1e-15)
    later = 0.1 * math.exp(-1) + 0.05 * math.cos(4 + 0.7)
    assert noise_change(2.0, **NOISE, phase=0.7) == pytest.approx(later, rel=1e-14)
    assert noise_rate(np.pi / 4, baseline=0.0, **{**NOISE, "amplitude": 0.0}) == pytest.approx(0.025, rel=1e-14)
    assert noise_rate(3.0, baseline=0.0, **{**NOISE, "amplitude": 0.0, "swing": 9.0}) == NOISE_FLOOR
    assert (noise_rate(np.arange(5), baseline=0.5, **{**NOISE, "amplitude": 0.0, "swing": 0.0}) == 0.5).all()


def test_age_reaches_the_keys():
    p = Qkd(noise_amplitude=0.1)
    assert link_keys([[10.0]], [0.9], p).error == link_keys([[10.0]], [0.9], p, time_s=0.0).error
    young, old = (link_keys([[10.0]], [0.9], p, time_s=t).error.item() for t in (0.0, 100.0))
    signal = 50 * math.exp(-0.1) * 10**-0.2 * 0.72
    assert (young, old) == pytest.approx(tuple(0.5 * (1 - 0.95 * signal / (signal + n)) for n in (0.5, 0.7)), rel=1e-12)


def test_offloaded_bits_cost_keys():
    rate = np.array([[[40.0, 10.0, 30.0], [50.0, 60.0, 30.0]]])  # two sources; two vehicles and a device
    left = after_use(rate, [[8e6, 24e6]], Qkd())
    assert left.tolist() == [[[36, 0, 30], [46, 48, 30]]]
    assert after_use(rate[0], [[0.0, 0.0], [8e6, 0.0]], Qkd()).tolist()[0] == rate[0].tolist()
    assert rate[0, 0].tolist() == [40, 10, 30]


@pytest.mark.parametrize("key_rate", ["printed", "standard"])
def test_links_keep_their_bits_in_any_batch(key_rate):
    length, eta = np.random.default_rng(3).uniform(2, 20, (7, 3, 2, 5)), np.full((7, 3, 2), 0.9)
    p = Qkd(key_rate=key_rate, noise_amplitude=0.1, noise_swing=0.01)
    time = np.random.default_rng(4).uniform(0, 50, (7, 3))
    whole = link_keys(length, eta, p, time_s=time)
    for at in np.ndindex(7, 3):
        one = link_keys(length[at], eta[at], p, time_s=time[at])
        for name in ("arriving", "error", "entropy", "margin", "rate"):
            np.testing.assert_array_equal(getattr(whole, name)[at], getattr(one, name), err_msg=name)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: qkd.transmission([1.0, -2.0], 0.2), r"length_km must be at least 0, got -2.0 at index \(1,\)"),
        (lambda: qkd.transmission(1.0, -0.2), r"loss_db_per_km must be at least 0, got -0.2"),
        (lambda: qkd.transmission([1.0, 2.0], [1, 2, 3]), r"shapes must broadcast, got length_km \(2,\), loss_db"),
        (lambda: qkd.visibility(0.0, -0.1), r"phase_noise must be at least 0, got -0.1 .*; below 0 the visibility"),
        (lambda: qkd.system_efficiency(80.0, 0.8), r"efficiency must be in \[0, 1\], got 80.0 .*; give a share: 80 %"),
        (lambda: qkd.system_efficiency(0.8, 1.6), r"coupling must be in \[0, 1\], got 1.6"),
        (lambda: qkd.error_rate(0.9, 1.0, 0.0), r"noise must be above 0, got 0.0 .*; a detector without dark counts"),
        (lambda: qkd.error_rate(1.1, 1.0, 1.0), r"fringe must be in \[0, 1\], got 1.1"),
        (lambda: qkd.error_rate(0.9, 1.0, 1.0, other_errors=0.6), r"other_errors must be in \[0, 0.5\], got 0.6"),
        (lambda: qkd.binary_entropy(-9.5), r"probability must be in \[0, 1\], got -9.5 .*; the printed Eq. \(9\)"),
        (lambda: qkd.security_margin(0.1, n_sec=0.0), r"n_sec must be above 0, got 0.0"),
        (lambda: qkd.secret_fraction(0.6), r"error must be in \[0, 0.5\], got 0.6 .*; above 1/2 flip every bit"),
        (
            lambda: qkd.detector_efficiency(-1.0, **COOLED),
            r"temperature_k must be at least 0, got -1.0 .*; give k",
        ),
        (lambda: printed_system_efficiency(0.8, 0.0), r"efficiency must have at least 1 axes, got shape \(\)"),
        (lambda: noise_rate(-1.0, baseline=0.5, **NOISE), r"time_s must be at least 0, got -1.0"),
        (lambda: noise_rate(1.0, baseline=-0.5, **NOISE), r"baseline must lie in \[0, inf\), got -0.5"),
        (lambda: noise_change(1.0, **{**NOISE, "turn_per_s": 0.0}), r"turn_per_s must lie in \(0, inf\), got 0.0"),
        (lambda: link_keys([1.0], [0.9], Qkd()), r"length_km must have at least 2 axes, got shape \(1,\)"),
        (lambda: link_keys([[1.0], [2.0]], [0.9, 0.9, 0.9], Qkd()), r"shapes must broadcast, got length_km \(2, 1\)"),
        (lambda: after_use(np.ones((1, 3)), [-1.0], Qkd()), r"offloaded_bits must be at least 0, got -1.0"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
