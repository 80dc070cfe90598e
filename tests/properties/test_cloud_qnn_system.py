"""The cell-free model against an independent reference, and its exact properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qbench.papers.cloud_qnn.beams import beam_powers
from qbench.papers.cloud_qnn.loss import lowest_reward, network_target
from qbench.papers.cloud_qnn.rates import (
    SILENT,
    assigned_rates,
    link_rates,
    mr_table,
    received,
    served,
    user_rates,
)
from qbench.papers.cloud_qnn.system import Channels, channel_vectors
from qbench.radio import beam_gain, maximum_ratio, steering_vector, unit_beam
from tests.oracles import cloud_qnn_reference as reference
from tests.properties.cell_free import CLOSE, FACTOR, SNR, assigned, between, exact, vectors


def as_lists(channels, a):
    return channels.h.tolist(), channels.h_hat.tolist(), [None if k == SILENT else int(k) for k in a]


# --- against plain loops ---


@exact
@given(assigned(silent=True), SNR, FACTOR, st.booleans())
def test_rates_agree_with_the_reference(case, snr, mu, conjugate):
    channels, a = case
    h, h_hat, users = as_lists(channels, a)
    v = reference.mr_beams(h_hat, users, reference.mr_beam if conjugate else reference.unconjugated_beam)
    table = mr_table(channels, conjugate=conjugate)
    link = {"snr": snr, "interference": mu}
    np.testing.assert_allclose(assigned_rates(table, a, **link), reference.user_rates(h, v, users, snr, mu), **CLOSE)
    expected = [reference.link_rate(m, h, v, users, snr, mu) for m in range(channels.n_ap)]
    np.testing.assert_allclose(link_rates(received(table, a), a, **link), expected, **CLOSE)


@exact
@given(assigned(), SNR, between(-10.0, 10.0))
def test_targets_and_rewards_agree_with_the_reference(case, snr, unserved):
    channels, a = case
    h, h_hat, users = as_lists(channels, a)
    for target in ("gram", "rank1", "rank1_half"):
        found = network_target(channels.h_hat, snr=snr, target=target, assignment=a)
        np.testing.assert_allclose(found, reference.ideal(h_hat, snr, target, users), **CLOSE)
    rates = assigned_rates(mr_table(channels), a, snr=snr, interference=0.1)
    expected = reference.lowest_reward(
        reference.user_rates(h, reference.mr_beams(h_hat, users), users, snr, 0.1), users, unserved
    )
    np.testing.assert_allclose(lowest_reward(rates, served(a, channels.n_user), unserved=unserved), expected, **CLOSE)


@exact
@given(vectors(antennas=3), st.lists(between(-1.6, 1.6), min_size=1, max_size=4))
def test_channels_by_antenna_agree_with_the_reference(g, frequencies):
    found = channel_vectors(g[0], np.array(frequencies), 3)
    np.testing.assert_allclose(found, reference.channel_by_antenna(g[0].tolist(), frequencies), atol=1e-12)


@exact
@given(vectors(antennas=3), st.lists(between(-1.6, 1.6), min_size=3, max_size=3))
def test_channels_by_path_agree_with_the_reference(g, frequencies):
    found = channel_vectors(g[0][:, None], np.array(frequencies), 4)
    np.testing.assert_allclose(found, reference.channel_by_path(g[0].tolist(), frequencies, 4), atol=1e-12)


# --- 1: steering ---


@exact
@given(between(-3.0, 3.0), st.integers(1, 9))
def test_steering(f, antennas):
    a = steering_vector(f, antennas)
    assert a.shape == (antennas,)
    np.testing.assert_allclose(np.abs(a), 1.0, rtol=1e-14)
    np.testing.assert_array_equal(steering_vector(0.0, antennas), np.ones(antennas))
    np.testing.assert_allclose(steering_vector(-f, antennas), np.conj(a), atol=1e-14)
    np.testing.assert_allclose(a * a[::-1], 1.0, atol=1e-13)
    np.testing.assert_allclose(a, reference.steering(f, antennas), atol=1e-12)


# --- 2: beams ---


@exact
@given(st.integers(1, 5).flatmap(lambda j: st.tuples(vectors(antennas=j), vectors(antennas=j))), between(-4.0, 4.0))
def test_maximum_ratio_is_the_best_beam_and_the_only_one(pair, phase):
    h, direction = pair[0][0], pair[1][0]
    strength = np.sum(np.abs(h) ** 2)
    assume(strength > 1e-3 and np.sum(np.abs(direction) ** 2) > 1e-3)
    v, best = unit_beam(direction), maximum_ratio(h)
    for beam in (v, best):
        assert np.sum(np.abs(beam) ** 2) == pytest.approx(1.0, rel=1e-14)
    assert beam_gain(h, v) <= strength * (1 + 1e-14)
    assert beam_gain(h, best * np.exp(1j * phase)) == pytest.approx(strength, rel=1e-13)
    # Equality only there: what is missing is what v has across from conj(h).
    across = v - np.vdot(best, v) * best
    np.testing.assert_allclose(beam_gain(h, v), strength * (1 - np.sum(np.abs(across) ** 2)), rtol=1e-9, atol=1e-9)


# --- 3 and 4: rates ---


@exact
@given(assigned(silent=True), SNR, between(1.1, 10.0), FACTOR, between(0.05, 1.0))
def test_rates_rise_with_the_snr_and_fall_with_the_interference(case, snr, factor, mu, more):
    channels, a = case
    powers = received(mr_table(channels), a)
    low = user_rates(powers, a, snr=snr, interference=mu * (1 - more))
    assert (low >= 0).all()
    assert (user_rates(powers, a, snr=factor * snr, interference=mu * (1 - more)) >= low).all()
    assert (user_rates(powers, a, snr=snr, interference=mu) <= low).all()
    heard = low > 1e-9
    assert (user_rates(powers, a, snr=factor * snr, interference=mu * (1 - more)) > low)[heard].all()


@exact
@given(assigned(), SNR, FACTOR, between(-4.0, 4.0), st.data())
def test_rates_see_no_phase(case, snr, mu, phase, data):
    channels, a = case
    link = {"snr": snr, "interference": mu}
    rates = assigned_rates(mr_table(channels), a, **link)
    turns = np.exp(1j * np.array(data.draw(st.lists(between(-4.0, 4.0), min_size=len(a), max_size=len(a)))))
    for turn in (np.exp(1j * phase), turns[:, None, None]):
        turned = Channels(channels.h * turn, channels.h_hat * turn)
        np.testing.assert_allclose(assigned_rates(mr_table(turned), a, **link), rates, **CLOSE)


@exact
@given(assigned(silent=True), SNR, FACTOR, st.randoms(use_true_random=False))
def test_rates_follow_their_users_and_know_no_order_of_aps(case, snr, mu, random):
    channels, a = case
    link = {"snr": snr, "interference": mu}
    table = mr_table(channels)
    rates, links = assigned_rates(table, a, **link), link_rates(received(table, a), a, **link)
    pi = np.array(random.sample(range(channels.n_user), channels.n_user))  # user k is now called pi[k]
    back = np.argsort(pi)
    renamed = Channels(channels.h[:, back], channels.h_hat[:, back])
    b = np.where(a == SILENT, SILENT, pi[a])
    np.testing.assert_allclose(assigned_rates(mr_table(renamed), b, **link)[pi], rates, **CLOSE)
    order = np.array(random.sample(range(channels.n_ap), channels.n_ap))
    moved = mr_table(Channels(channels.h[order], channels.h_hat[order]))
    np.testing.assert_allclose(assigned_rates(moved, a[order], **link), rates, **CLOSE)
    np.testing.assert_allclose(link_rates(received(moved, a[order]), a[order], **link), links[order], **CLOSE)


@exact
@given(assigned(), SNR, SNR, between(0.0, 1.0), FACTOR)
def test_rates_are_concave_in_the_linear_snr(case, one, other, share, mu):
    channels, a = case
    powers = received(mr_table(channels), a)

    def rate(snr):
        return user_rates(powers, a, snr=snr, interference=mu)

    chord = share * rate(one) + (1 - share) * rate(other)
    assert (rate(share * one + (1 - share) * other) >= chord - 1e-12).all()


@exact
@given(between(0.1, 100.0), between(0.1, 100.0), between(0.01, 1.0))
def test_the_limit_at_high_snr_and_the_inflection_in_decibels(signal, interfering, mu):
    # Two APs, one user each; only user 0 is looked at.
    powers, a = np.array([[signal, 0.0], [interfering, 0.0]]), np.array([0, 1])

    def rate(snr):
        return user_rates(powers, a, snr=snr, interference=mu)[..., 0]

    assert rate(1e14) == pytest.approx(np.log2(1 + signal / (mu * interfering)), rel=1e-9)
    alone = np.array([[signal, 0.0], [0.0, 0.0]])
    steps = user_rates(alone, a, snr=10.0 ** np.arange(4, 15), interference=mu)[:, 0]
    np.testing.assert_allclose(np.diff(steps), np.log2(10.0), rtol=1e-3)
    # rho* = 1/sqrt(b (a + b)), b = mu I: with u = ln rho the curvature has the sign of 1 - b (a + b) rho^2.
    b = mu * interfering
    star = 1 / np.sqrt(b * (signal + b))
    x = np.log(star) + np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    step = 1e-3
    bend = rate(np.exp(x + step)) - 2 * rate(np.exp(x)) + rate(np.exp(x - step))
    assert (bend[:2] > 0).all()
    assert (bend[3:] < 0).all()
    assert abs(bend[2]) < 1e-2 * max(abs(bend[1]), abs(bend[3]))


# --- 23: beams of the edges ---


@exact
@given(assigned(), SNR, FACTOR, st.data())
def test_rates_do_not_see_the_phase_of_a_beam(case, snr, mu, data):
    channels, a = case
    v = unit_beam(data.draw(vectors(count=channels.n_ap)), least=1e-12)
    np.testing.assert_allclose(np.sum(np.abs(v) ** 2, axis=-1), 1.0, rtol=1e-13)
    turn = np.exp(1j * np.array(data.draw(st.lists(between(-4.0, 4.0), min_size=len(a), max_size=len(a)))))
    one, other = beam_powers(channels.h, v), beam_powers(channels.h, v * turn[:, None])
    link = {"snr": snr, "interference": mu}
    np.testing.assert_allclose(user_rates(other, a, **link), user_rates(one, a, **link), **CLOSE)
    np.testing.assert_allclose(link_rates(other, a, **link), link_rates(one, a, **link), **CLOSE)
