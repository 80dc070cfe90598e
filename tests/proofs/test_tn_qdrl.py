"""What the paper on keys and vehicles says of its system, as proofs and counterexamples that run."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from qbench.papers.tn_qdrl import qkd
from qbench.papers.tn_qdrl.keys import link_keys
from qbench.papers.tn_qdrl.links import links, printed_sinr, sic_sinr
from qbench.papers.tn_qdrl.parameters import SMALL, Qkd, Radio
from qbench.papers.tn_qdrl.qkd_printed import (
    printed_detector_efficiency,
    printed_error_rate,
    printed_system_efficiency,
    printed_transmission,
)
from qbench.papers.tn_qdrl.system import evaluate
from tests.unit.tn_qdrl.slots import draw_slots, every_action

PAIRS, VISIBILITIES, EFFICIENCIES = (10.0, 20.0, 50.0), (0.8, 0.85, 0.9, 0.95, 1.0), (0.8, 0.9, 1.0)
RATE = 15e6
EIGHTEEN_DB = 10**1.8


# --- quantum links ---


def test_e1_the_printed_detector_is_blind_at_its_reference():
    """Eq. (3): 0 where eta_int is defined, 4.8 kelvin 10 K above, negative below; no parameters make it a share."""
    cooled = {"reference_k": 223.0, "at_reference": 0.9, "loss_per_k": 0.002}
    printed = printed_detector_efficiency([223.0, 233.0, 213.0], **cooled)
    np.testing.assert_allclose(printed[:2], [0.0, 4.806], rtol=1e-12)
    assert printed[2] < 0
    assert qkd.detector_efficiency(223.0, **cooled) == 0.9


@pytest.mark.parametrize("nodes", [2, 3, 4])
def test_e2_efficiencies_that_add_exceed_1(nodes):
    """Eq. (4): two detectors of Table II are at least 1.6, whatever the rest of the system."""
    for own in itertools.product(EFFICIENCIES, repeat=nodes):
        assert printed_system_efficiency(own, 0.0) >= 1.6
    assert printed_system_efficiency([0.8, 0.8], 0.0) == pytest.approx(1.6, rel=1e-15)
    assert qkd.system_efficiency(1.0, 0.8) <= 1


def test_e3_ten_decibels_are_a_tenth():
    """Eq. (5): with e in place of 10 the same 50 km lose 4.34 dB, as if alpha were 0.087 dB/km."""
    assert qkd.transmission(50.0, 0.2) == pytest.approx(0.1, rel=1e-15)
    printed = printed_transmission(50.0, 0.2)
    assert printed == pytest.approx(0.3679, rel=1e-4)
    assert -10 * math.log10(printed) == pytest.approx(4.343, rel=1e-4)


def test_e4_the_printed_error_rate_is_no_probability():
    """Eq. (9): Q = -9.5, and 351 of 675 points of a grid below 0; much noise and err > 0 go above 1/2."""
    one = {"efficiency": 0.8, "arriving": 0.5}
    assert printed_error_rate(0.9, 50 * 0.5 * 0.8, 1.0, **one) == pytest.approx(-9.5, abs=0.02)
    with pytest.raises(ValueError, match=r"probability must be in \[0, 1\], got -9.5"):
        qkd.binary_entropy(printed_error_rate(0.9, 50 * 0.5 * 0.8, 1.0, **one))
    assert printed_error_rate(0.9, 20.0, 1e9, **one, other_errors=0.01) > 0.5
    below = 0
    for k, v, eta, p, noise in itertools.product(
        PAIRS, VISIBILITIES, EFFICIENCIES, (0.3, 0.6, 0.9), (0.1, 1.0, 10.0, 100.0, 1000.0)
    ):
        signal = k * p * eta
        below += bool(printed_error_rate(v, signal, noise, efficiency=eta, arriving=p) < 0)
        assert 0 <= qkd.error_rate(v, signal, noise) <= 0.5
    assert below == 351


def test_eq_9_corrected_is_a_mixture():
    """((1 - V)/2 s + N/2)/(s + N) = (1 - V s/(s + N))/2, in Fractions; Table II lists it for N << s."""
    listed = (Fraction(4, 5), Fraction(9, 10), Fraction(49, 50))
    for v, s, n in itertools.product(listed, (1, 7), (1, 3, Fraction(1, 9))):
        mixed = ((1 - v) / 2 * s + Fraction(n) / 2) / (s + n)
        assert mixed == (1 - v * s / (s + n)) / 2
        assert qkd.error_rate(float(v), s, float(n)) == pytest.approx(float(mixed), rel=1e-13)
    assert [(1 - v) / 2 for v in listed] == [Fraction(1, 10), Fraction(1, 20), Fraction(1, 100)]


def margin(error):
    p = Qkd()
    return qkd.security_margin(
        qkd.binary_entropy(error),
        n_sec=p.n_sec,
        fluctuation=p.fluctuation,
        entropy_weight=p.entropy_weight,
        epsilon=p.epsilon_sec,
    )


def test_e6_keys_where_none_can_be_distilled():
    """Eq. (12): 36.7 bit/s at an error rate of 1/4, where 1 - 2h = -0.623; the standard rate is 0."""
    assert 1 - 2 * qkd.binary_entropy(0.25) == pytest.approx(-0.6226, abs=1e-4)
    assert qkd.printed_key_rate(1.0, 50.0, 0.25, 0.0) == 37.5
    assert qkd.key_rate(1.0, 50.0, 0.25, margin(0.25)) > 36
    assert qkd.standard_key_rate(1.0, 50.0, 1.0, 0.25) == 0


def test_c28_c1_and_c2_let_keys_through_that_are_none():
    """Points of Table II and Q up to 1/2 with C1 and C2 true and no secret fraction; the standard rate has none."""
    points = standard = 0
    for k, eta, error in itertools.product(PAIRS, EFFICIENCIES, np.arange(51) / 100):
        no_secret = 1 - 2 * qkd.binary_entropy(error) <= 0
        points += bool(no_secret and qkd.printed_key_rate(eta, k, error, margin(error)) >= 0)
        standard += bool(no_secret and qkd.standard_key_rate(eta, k, 1.0, error) > 0)
    # Q = 0.12 .. 0.50 for all nine pairs: every point without a secret passes (0.11 leaves a fraction of 0.0002).
    assert (points, standard) == (39 * 9, 0)


def test_e7_no_loss_of_the_fibre_stops_the_printed_rate():
    """K >= eta k_ent/2 - Delta for every loss, because Q <= 1/2 alone knows of it."""
    for loss in (0.2, 1.0, 5.0, 50.0):
        link = {"source_loss_per_km": 0.0, "fibre_loss_db_per_km": loss}
        printed = link_keys([[20.0]], [0.9], Qkd(**link)).rate.item()
        standard = link_keys([[20.0]], [0.9], Qkd(**link, key_rate="standard")).rate.item()
        assert printed >= 0.9 * 50 / 2 - (1e-3 + 1 + 1e-10)
        assert (standard > 0) == (loss == 0.2)


def test_e39_a_perfect_detector_is_in_every_optimum():
    """Hence "maximal key rates" need no learning: eta = 1 whatever the slot."""
    slots, actions = draw_slots(40, 1, seed=14), every_action()
    for key_rate in ("printed", "standard"):
        setting = replace(SMALL, qkd=Qkd(key_rate=key_rate))
        best = evaluate(slots, actions, setting).objective.value.argmin(axis=1)
        assert (actions.efficiency[best, 0] == 1.0).all()


# --- radio ---


def test_e8_the_listed_noise_is_a_density():
    """-174 dBm as a power, squared as in Eq. (13): 1.6e-41; as a density 0.139 pW in 35 MHz."""
    as_power = 1e-3 * 10**-17.4
    assert as_power**2 == pytest.approx(1.585e-41, rel=1e-3, abs=0)
    assert Radio().noise_w_per_hz * 35e6 == pytest.approx(1.39337509694e-13, rel=1e-11, abs=0)


def test_e9_without_cancellation_one_vehicle_at_most_reaches_18_db():
    """P_1 >= 63 P_2 and P_2 >= 63 P_1 exclude each other; gamma >= 1 already takes more than half of all power."""
    rng = np.random.default_rng(15)
    power = 10 ** rng.uniform(-6, 6, (2000, 5))
    sinr = printed_sinr(power, np.full(2000, 1e-9))
    assert ((sinr >= EIGHTEEN_DB).sum(axis=1) <= 1).all()
    assert (sinr >= EIGHTEEN_DB).any()
    strong = sinr >= 1
    assert (strong.sum(axis=1) <= 1).all()
    assert (power[strong] > power.sum(axis=1)[strong.any(axis=1)] / 2).all()


def test_e10_cancellation_needs_a_ladder_of_powers():
    """All at 18 dB: each 18.07 dB above the next; and C7 holds for orthogonal slices alone."""
    step = 1 + EIGHTEEN_DB
    assert 10 * math.log10(step) == pytest.approx(18.07, abs=0.005)
    ladder = EIGHTEEN_DB * step ** np.arange(4)
    np.testing.assert_allclose(sic_sinr(ladder, 1.0), EIGHTEEN_DB, rtol=1e-12)
    for access, bands in (("ofdma", 1), ("noma_sic", 4), ("noma_literal", 4)):
        found = links(np.ones((4, 1)), np.ones((4, 1)), [1] * 4, 1.0, Radio(access=access))
        assert found.band_hz.sum() == pytest.approx(bands * 35e6, rel=1e-14)


def test_e34_the_table_is_consistent_for_14_users_alone():
    """15 Mbit/s at 18 dB take 2.499 MHz, a 14th of 35 MHz to 0.04 %; 13 or 15 users miss by 7 %."""
    needed = RATE / math.log2(1 + EIGHTEEN_DB)
    assert 35e6 / needed == pytest.approx(14.005, abs=5e-4)
    assert [n for n in range(1, 30) if abs(35e6 / n / needed - 1) < 0.05] == [14]
