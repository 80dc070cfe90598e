"""Quantum links of tn_qdrl, from pairs to keys: exact properties."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq

from qbench.papers.tn_qdrl import qkd
from qbench.papers.tn_qdrl.channel_noise import noise_change, noise_rate
from qbench.papers.tn_qdrl.keys import link_keys
from qbench.papers.tn_qdrl.parameters import Qkd
from qbench.papers.tn_qdrl.qkd_printed import printed_error_rate
from tests.oracles import tn_qdrl_reference as reference
from tests.properties.hqcnn_networks import exact, powers_of_ten

SHARE = st.floats(0.0, 1.0, allow_subnormal=False)
KM = st.floats(0.0, 100.0, allow_subnormal=False)
LOSS = st.floats(0.0, 2.0, allow_subnormal=False)
POSITIVE = powers_of_ten(-3, 3)
ULP = 1 + 1e-14


@exact
@given(KM, KM, LOSS)
def test_transmission_is_a_share_and_multiplies(one, other, loss):
    p = qkd.transmission([one, other, one + other], loss)
    assert ((p >= 0) & (p <= 1)).all()
    np.testing.assert_allclose(p[0] * p[1], p[2], rtol=1e-12)


@exact
@given(st.floats(-100, 100), POSITIVE)
def test_visibility_is_bounded_by_phase_noise(phase, noise):
    assert 0 <= qkd.visibility(phase, noise) <= 1 / (1 + noise)


@exact
@given(st.floats(0, 400), st.floats(0, 400), SHARE, st.floats(-0.01, 0.01))
def test_a_detector_is_a_share_and_itself_at_its_reference(temperature, reference_k, at, loss):
    options = {"reference_k": reference_k, "at_reference": at, "loss_per_k": loss}
    assert 0 <= qkd.detector_efficiency(temperature, **options) <= 1
    assert qkd.detector_efficiency(reference_k, **options) == at


@exact
@given(SHARE, SHARE)
def test_a_system_is_no_better_than_its_parts(own, coupling):
    assert qkd.system_efficiency(own, coupling) <= min(own, coupling)


@exact
@given(SHARE, POSITIVE, POSITIVE, st.floats(1.01, 10))
def test_errors_mix_and_fall_with_signal_and_visibility(fringe, signal, noise, factor):
    q = qkd.error_rate(fringe, signal, noise)
    assert 0 <= q <= 0.5
    mixed = (signal * (1 - fringe) / 2 + noise / 2) / (signal + noise)
    np.testing.assert_allclose(q, mixed, rtol=1e-12, atol=1e-15)
    assert qkd.error_rate(fringe, factor * signal, noise) <= q * ULP
    assert qkd.error_rate(fringe, signal, factor * noise) * ULP >= q
    assert qkd.error_rate(fringe / factor, signal, noise) * ULP >= q


@exact
@given(SHARE)
def test_entropy_is_a_bit_at_most_and_symmetric(q):
    h = qkd.binary_entropy(q)
    assert 0 <= h <= 1
    np.testing.assert_allclose(qkd.binary_entropy(1 - q), h, atol=1e-13)
    np.testing.assert_allclose(h, reference.entropy(q), atol=1e-13)


def test_entropy_of_a_coin_and_where_no_secret_is_left():
    assert qkd.binary_entropy(0.5) == 1
    zero = brentq(lambda q: 1 - 2 * float(qkd.binary_entropy(q)), 0.05, 0.2, xtol=1e-13)
    assert abs(zero - 0.1100278644) < 1e-9


@exact
@given(st.floats(0, 0.5), SHARE, SHARE, POSITIVE, st.floats(0, 2))
def test_key_rates_are_ordered(error, eta, arriving, pairs, margin):
    rate = qkd.key_rate(eta, pairs, error, margin)
    assert rate >= 0
    assert rate <= qkd.key_rate(1.0, pairs, error, margin)
    standard = qkd.standard_key_rate(eta, pairs, arriving, error)
    assert 0 <= standard <= qkd.key_rate(eta, pairs, error, 0.0) * ULP


@exact
@given(KM, LOSS, POSITIVE, SHARE, st.sampled_from(["printed", "standard"]), st.sampled_from(["free", "shared_source"]))
def test_a_better_detector_always_gives_more_keys(length, loss, noise, coupling, key_rate, key_use):
    """Eta = 1 is dominant, whatever the link: there is nothing to learn about it."""
    p = Qkd(fibre_loss_db_per_km=loss, baseline_noise=noise, coupling=coupling, key_rate=key_rate, key_use=key_use)
    lengths = np.full((6, 1, 3), length)
    found = link_keys(lengths, np.array([[0.0], [0.1], [0.5], [0.8], [0.9], [1.0]]), p)
    assert (np.diff(found.error, axis=0) <= 1e-15).all()
    assert (np.diff(found.rate, axis=0) >= -1e-13 * found.rate[1:]).all()


@exact
@given(st.floats(0, 60), POSITIVE, POSITIVE, st.floats(0.05, 5), st.floats(0.05, 5), st.floats(-4, 4))
def test_noise_is_its_integral_and_bounded(time, amplitude, swing, decay, turn, phase):
    options = {"amplitude": amplitude, "swing": swing, "decay_per_s": decay, "turn_per_s": turn, "phase": phase}
    baseline = 2 * swing / turn + 1e-3
    found = noise_rate(time, baseline=baseline, **options)
    grown, _ = quad(lambda x: float(noise_change(x, **options)), 0, time, epsabs=1e-10, epsrel=1e-10, limit=500)
    np.testing.assert_allclose(found, baseline + grown, rtol=1e-8)
    assert baseline - 2 * swing / turn <= found * ULP
    assert found <= (baseline + amplitude / decay + 2 * swing / turn) * ULP


@exact
@given(st.floats(0.8, 1.0), st.floats(0.8, 1.0), st.floats(0.5, 1.0), st.floats(10, 50))
def test_the_printed_error_rate_is_negative_for_quiet_links(fringe, eta, arriving, pairs):
    """Documents Eq. (9) as printed: with noise of 1/s every such link errs less than never."""
    signal = pairs * arriving * eta
    assert printed_error_rate(fringe, signal, 1.0, efficiency=eta, arriving=arriving) < 0
    assert qkd.error_rate(fringe, signal, 1.0) >= 0
