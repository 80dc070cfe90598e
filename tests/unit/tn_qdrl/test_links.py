"""Radio links in four ways to share a band: by hand and against plain Python."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qbench.papers.tn_qdrl.links import as_choice, at_device, company, links, offloads, printed_sinr, sic_sinr
from qbench.papers.tn_qdrl.parameters import Radio
from tests.oracles import tn_qdrl_reference as reference

ACCESSES = ["ofdma", "noma_literal", "noma_sic", "fixed"]
# 10 Hz and a density of 0.1 W/Hz: numbers to do by hand.
SMALL = {"bandwidth_hz": 10.0, "noise_dbm_per_hz": 20.0}


def check_links_against_plain_python(access="ofdma"):
    rng = np.random.default_rng(5)
    power, gain = rng.choice([1.0, 5.0, 10.0, 20.0], (4, 6, 3)), 10 ** rng.uniform(-13, -9, (4, 6, 3))
    choice, share = rng.integers(4, size=(4, 6)), rng.choice([0.9, 0.6], 4)
    found = links(power, gain, choice, share, Radio(access=access))
    density = 10 ** (-17.4) * 1e-3
    for b in range(4):
        band, sinr, rate = reference.radio(
            power[b], gain[b], choice[b], share=share[b], band=35e6, density=density, access=access
        )
        np.testing.assert_allclose(found.band_hz[b], band, rtol=1e-13)
        np.testing.assert_allclose(found.sinr[b], sinr, rtol=1e-11)
        np.testing.assert_allclose(found.rate[b], rate, rtol=1e-11)


@pytest.mark.parametrize("access", ACCESSES)
def test_links_against_plain_python(access):
    check_links_against_plain_python(access)


def test_two_vehicles_of_one_device_by_hand():
    """5 of 10 Hz for vehicles, noise 0.1 W/Hz; at the first device 3, 1 and, of one that is not there, 2 W."""
    power, gain = np.ones((3, 2)), np.array([[3.0, 9.0], [1.0, 9.0], [2.0, 4.0]])
    choice = [1, 1, 2]
    slices = links(power, gain, choice, 0.5, Radio(**SMALL))
    np.testing.assert_allclose(slices.band_hz, [2.5, 2.5, 5.0], rtol=1e-14)
    np.testing.assert_allclose(slices.sinr, [12.0, 4.0, 8.0], rtol=1e-14)
    np.testing.assert_allclose(slices.rate, [2.5 * math.log2(13), 2.5 * math.log2(5), 5 * math.log2(9)], rtol=1e-14)
    literal = links(power, gain, choice, 0.5, Radio(**SMALL, access="noma_literal"))
    np.testing.assert_allclose(literal.band_hz, [5, 5, 5], rtol=1e-14)
    np.testing.assert_allclose(literal.sinr, [3 / 3.5, 1 / 5.5, 4 / 18.5], rtol=1e-14)
    cancelled = links(power, gain, choice, 0.5, Radio(**SMALL, access="noma_sic"))
    np.testing.assert_allclose(cancelled.sinr, [3 / 1.5, 1 / 0.5, 4 / 0.5], rtol=1e-14)
    fixed = links(power, gain, choice, 0.5, Radio(**SMALL, access="fixed"))
    assert fixed.rate.tolist() == [15e6] * 3


def test_a_vehicle_alone_has_no_link():
    for access in ACCESSES:
        found = links(np.ones((2, 1)), np.ones((2, 1)), [0, 1], 1.0, Radio(access=access))
        assert (found.band_hz[0], found.sinr[0], found.rate[0]) == (0.0, 0.0, 0.0)
        assert found.rate[1] > 0


def check_order_of_cancellation():
    """4, 2 and 1 W in noise of 1 W: the strongest is decoded first, under all others, and the weakest in the clear."""
    np.testing.assert_allclose(sic_sinr([1.0, 4.0, 2.0], 1.0), [1 / 1, 4 / 4, 2 / 2], rtol=1e-15)
    np.testing.assert_allclose(sic_sinr([3.0, 3.0, 0.0], 0.5), [3 / 3.5, 3 / 0.5, 0.0], rtol=1e-15)


def test_order_of_cancellation():
    check_order_of_cancellation()


def test_printed_interference_by_hand():
    np.testing.assert_allclose(printed_sinr([1.0, 4.0, 2.0], 1.0), [1 / 7, 4 / 4, 2 / 6], rtol=1e-15)
    np.testing.assert_allclose(printed_sinr([[3.0], [5.0]], [1.0, 10.0]), [[3.0], [0.5]], rtol=1e-15)


def test_table_ii_agrees_with_itself_for_14_vehicles():
    """18 dB on 1/14 of 35 MHz gives 15 Mbit/s; on the whole band 210 Mbit/s."""
    gain = np.full((14, 1), 10**1.8 * Radio().noise_w_per_hz * 2.5e6)
    found = links(np.ones((14, 1)), gain, [1] * 14, 1.0, Radio())
    np.testing.assert_allclose(found.sinr, 10**1.8, rtol=1e-12)
    np.testing.assert_allclose(found.rate, 15.0e6, rtol=5e-4)
    assert 15e6 / math.log2(1 + 10**1.8) == pytest.approx(2.499e6, rel=2e-4)


def test_helpers_by_hand():
    choice = np.array([[2, 0, 2, 1], [0, 0, 0, 0]])
    assert company(choice, 2).tolist() == [[2, 1, 2, 1], [1, 1, 1, 1]]
    assert offloads(choice[0], 2).tolist() == [[False, True], [False, False], [False, True], [True, False]]
    assert at_device(np.array([[1.0, 2], [3, 4], [5, 6], [7, 8]]), choice[0]).tolist() == [2, 0, 6, 7]


@pytest.mark.parametrize("access", ACCESSES)
def test_instances_keep_their_bits_in_any_batch(access):
    rng = np.random.default_rng(6)
    gain, choice = 10 ** rng.uniform(-13, -9, (3, 1, 5, 2)), rng.integers(3, size=(9, 5))
    radio = Radio(access=access)
    share = rng.choice([0.9, 0.6], 9)
    whole = links(np.ones((5, 2)), gain, choice, share, radio)
    assert whole.rate.shape == (3, 9, 5)
    for t, a in np.ndindex(3, 9):
        one = links(np.ones((5, 2)), gain[t, 0], choice[a], share[a], radio)
        for name in ("band_hz", "sinr", "rate"):
            np.testing.assert_array_equal(getattr(whole, name)[t, a], getattr(one, name))


ONE = np.ones((2, 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: links(-ONE, ONE, [0, 0], 0.9, Radio()), r"power_w must be at least 0, got -1.0 at index \(0, 0\)"),
        (lambda: links(ONE, -ONE, [0, 0], 0.9, Radio()), r"gain must be at least 0, got -1.0"),
        (lambda: links(ONE, ONE, [0, 0], 0.0, Radio()), r"band_share must be above 0, got 0.0 .*; a band of 0 Hz"),
        (lambda: links(ONE, ONE, [0, 0], 90.0, Radio()), r"band_share must be in \[0, 1\], got 90.0 .*; give a share"),
        (lambda: links(ONE, ONE, [0, 4], 0.9, Radio()), r"choice must lie in 0..3 \(0: alone, .*from 0 to 4"),
        (lambda: links(ONE, ONE, [-1, 0], 0.9, Radio()), r"choice must lie in 0..3 .*from -1 to 0"),
        (lambda: links(ONE, ONE, [0.0, 1.0], 0.9, Radio()), r"choice must hold whole numbers, 0..3, got dtype float64"),
        (lambda: as_choice(np.zeros((0, 2), int), 2, 3), r"one place for each of the 2 vehicles, got shape \(0, 2\)"),
        (lambda: as_choice([0], 2, 3), r"choice must name one place for each of the 2 vehicles, got shape \(1,\)"),
        (lambda: links(ONE, np.ones((3, 3)), [0, 0], 0.9, Radio()), r"shapes must broadcast, got power_w \(2, 3\)"),
        (lambda: links(ONE, ONE, [[0, 0]] * 2, [0.9] * 3, Radio()), r"shapes must broadcast, got .*choice \(2,\)"),
        (lambda: sic_sinr([1.0], 0.0), r"noise_w must be above 0, got 0.0 .*; a receiver is never silent"),
        (lambda: printed_sinr(1.0, 1.0), r"received must have at least 1 axes, got shape \(\)"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
