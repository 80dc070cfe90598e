"""The cell-free model against an independent reference, and its exact properties."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qbench.papers.cloud_qnn.assignment import assignment_problem, exhaustive, local_search
from qbench.papers.cloud_qnn.baselines import best_user, bottleneck, hungarian_greedy, static_assignment
from qbench.papers.cloud_qnn.beams import assigned_beams, beam_powers
from qbench.papers.cloud_qnn.decode import assignment_matrix, decode
from qbench.papers.cloud_qnn.loss import ap_targets, assignment_loss, lowest_reward, network_target
from qbench.papers.cloud_qnn.rates import (
    SILENT,
    assigned_rates,
    feasible,
    link_rates,
    mr_table,
    received,
    served,
    sum_rate,
    user_rates,
)
from qbench.papers.cloud_qnn.search import one_pass, round_robin, strengths
from qbench.papers.cloud_qnn.system import Channels, channel_vectors
from qbench.radio import beam_gain, maximum_ratio, steering_vector, unit_beam
from tests.oracles import cloud_qnn_reference as reference

exact = settings(deadline=None, max_examples=50)

CLOSE = {"rtol": 1e-9, "atol": 1e-12}


def between(lo, hi):
    return st.floats(lo, hi, allow_nan=False, allow_subnormal=False)


PART = st.just(0.0) | between(0.01, 5.0) | between(-5.0, -0.01)
SNR = between(1e-3, 1e4)
FACTOR = between(0.0, 1.0)


@st.composite
def vectors(draw, antennas=2, count=1):
    parts = draw(st.lists(PART, min_size=2 * antennas * count, max_size=2 * antennas * count))
    return np.array(parts).reshape(count, antennas, 2) @ np.array([1, 1j])


@st.composite
def networks(draw, exact_csi=None, sizes=None):
    """Channels of one network, every link of strength at least 1e-4."""
    m, k = sizes or (draw(st.integers(2, 5)), draw(st.integers(1, 3)))
    h = draw(vectors(count=m * k)).reshape(m, k, 2)
    known = (
        h if (draw(st.booleans()) if exact_csi is None else exact_csi) else draw(vectors(count=m * k)).reshape(m, k, 2)
    )
    assume((strengths(h) > 1e-4).all() and (strengths(known) > 1e-4).all())
    return Channels(h, known)


@st.composite
def assigned(draw, silent=False, **options):
    channels = draw(networks(**options))
    users = st.integers(-1 if silent else 0, channels.n_user - 1)
    return channels, np.array(draw(st.lists(users, min_size=channels.n_ap, max_size=channels.n_ap)))


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


# --- 5, 6 and 16: decoding ---


OUTPUTS = st.integers(0, 12).flatmap(lambda k: st.sampled_from([k / 12, 0.0, 1.0, 1 + 1e-15])) | between(0.0, 1.0)


@exact
@given(st.lists(OUTPUTS, min_size=1, max_size=8), st.integers(1, 7))
def test_decoding_gives_every_ap_one_user_and_keeps_the_order(outputs, n_user):
    o = np.sort(outputs)
    a = decode(o, n_user)
    assert a.min() >= 0
    assert a.max() < n_user
    assert (np.diff(a) >= 0).all()
    matrix = assignment_matrix(a, n_user)
    assert (matrix.sum(axis=-1) == 1).all()
    np.testing.assert_array_equal(np.argmax(matrix, axis=-1), a)


@exact
@given(st.integers(1, 8), st.data())
def test_decoding_is_constant_between_its_thresholds(n_user, data):
    k = data.draw(st.integers(0, n_user - 1))
    inside = data.draw(between(k / n_user + 1e-11, (k + 1) / n_user - 1e-11))
    assert decode(inside, n_user) == k
    assert decode(k / n_user, n_user) == k
    for edge in ("wrap", "drop"):
        assert decode(inside, n_user, edge=edge) == k


@exact
@given(networks(sizes=(4, 3)), st.lists(between(0.0, 7.0), min_size=8, max_size=8), SNR)
def test_the_loss_is_piecewise_constant_in_the_angles(channels, values, snr):
    theta, phi = np.array(values[:4]), np.array(values[4:])

    def outputs(angles):  # any smooth map of angles to outputs will do: this is one layer of the circuit
        return (1 + np.sin(angles) * np.cos(phi)) / 2

    def loss(angles):
        a = decode(outputs(angles), 3)
        rates = assigned_rates(mr_table(channels), a, snr=snr, interference=0.1)
        return assignment_loss(rates, served(a, 3), network_target(channels.h_hat, snr=snr))

    o = outputs(theta)
    assume((np.abs(o[:, None] - np.arange(4) / 3) > 1e-8).all())
    assert loss(theta + 1e-9) == loss(theta)


# --- 12 and 17: optima and searches ---


LINKS = st.fixed_dictionaries({"snr": SNR, "interference": FACTOR})


@exact
@given(networks(), LINKS)
def test_exhaustive_is_at_least_every_assignment(channels, link):
    assume(channels.n_user <= channels.n_ap)
    m, k = channels.n_ap, channels.n_user
    table = mr_table(channels)
    every = np.array(list(itertools.product(range(k), repeat=m)))
    rates = assigned_rates(np.broadcast_to(table, (len(every), *table.shape)), every, **link)
    assert exhaustive(table, **link).value >= rates.min(axis=-1).max() * (1 - 1e-14)
    fair = feasible(every, k)
    best_sum = exhaustive(table, objective="sum_rate", **link).value
    assert best_sum >= sum_rate(rates, served(every, k))[fair].max() * (1 - 1e-14)


@exact
@given(networks(), LINKS)
def test_searches_serve_every_user_and_stay_below_the_optimum(channels, link):
    assume(channels.n_user <= channels.n_ap)
    table = mr_table(channels)
    best = exhaustive(table, **link).value
    found = [
        round_robin(channels.h_hat),
        static_assignment(channels.n_ap, channels.n_user),
        hungarian_greedy(channels.h_hat, table, **link),
        bottleneck(channels.h_hat, table, **link),
        local_search(table, **link).assignment,
    ]
    for a in found:
        assert a.min() >= 0
        assert feasible(a, channels.n_user)
        assert assigned_rates(table, a, **link).min() <= best * (1 + 1e-12)
    once = one_pass(channels.h_hat)
    assert feasible(once, channels.n_user)
    assert np.count_nonzero(once >= 0) == channels.n_user


@exact
@given(networks(), LINKS, st.randoms(use_true_random=False))
def test_the_optimum_follows_its_users(channels, link, random):
    assume(channels.n_user <= channels.n_ap)
    pi = np.array(random.sample(range(channels.n_user), channels.n_user))
    back = np.argsort(pi)
    renamed = Channels(channels.h[:, back], channels.h_hat[:, back])
    table, other = mr_table(channels), mr_table(renamed)
    one, two = exhaustive(table, **link), exhaustive(other, **link)
    np.testing.assert_allclose(two.value, one.value, **CLOSE)
    problem = assignment_problem(other, **link)
    np.testing.assert_allclose(problem.value(pi[one.assignment][None])[0], one.value, **CLOSE)
    x = np.sort(strengths(channels.h_hat), axis=-1)
    if channels.n_user == 1 or (x[:, -1] > x[:, -2] * (1 + 1e-9)).all():
        np.testing.assert_array_equal(best_user(renamed.h_hat), pi[best_user(channels.h_hat)])


# --- 18: Algorithm 4 ---


@exact
@given(networks(), SNR, FACTOR)
def test_the_search_sees_neither_snr_nor_interference(channels, snr, mu):
    assume(channels.n_user <= channels.n_ap)
    x = np.sort(strengths(channels.h_hat), axis=0)
    assume((x[1:] > x[:-1] * (1 + 1e-6)).all())  # no ties, which rounding would break either way
    expected = round_robin(channels.h_hat).tolist()
    for disturbers in ("all", "assigned"):
        assert reference.search_by_sinr(channels.h_hat.tolist(), snr, mu, disturbers) == expected


# --- 19 and 20: targets and losses ---


@exact
@given(assigned(exact_csi=True), SNR, FACTOR, st.data())
def test_the_rank_one_target_bounds_the_rate_of_a_link(case, snr, mu, data):
    channels, a = case
    directions = data.draw(vectors(count=channels.n_ap))
    powers = beam_powers(channels.h, unit_beam(directions, least=1e-12))
    target = ap_targets(channels.h_hat, snr=snr, target="rank1", assignment=a)
    assert (link_rates(powers, a, snr=snr, interference=mu) <= target * (1 + 1e-12)).all()
    best = beam_powers(channels.h, assigned_beams(channels.h_hat, a))
    np.testing.assert_allclose(link_rates(best, a, snr=snr, interference=0.0), target, rtol=1e-12)


@exact
@given(networks(exact_csi=True, sizes=(4, 3)), SNR, FACTOR)
def test_the_target_of_the_network_is_never_reached(channels, snr, mu):
    every = np.array(list(itertools.product(range(3), repeat=4)))
    every = every[feasible(every, 3)]
    table = np.broadcast_to(mr_table(channels), (len(every), 4, 3, 3))
    lowest = assigned_rates(table, every, snr=snr, interference=mu).min(axis=-1)
    assert lowest.max() < network_target(channels.h_hat, snr=snr)
    for target in ("rank1", "rank1_half"):
        h = np.broadcast_to(channels.h_hat, (len(every), 4, 3, 2))
        assert (lowest < network_target(h, snr=snr, target=target, assignment=every)).all()


@exact
@given(between(0.01, 50.0), st.lists(st.just(0.0) | between(0.0, 100.0), min_size=3, max_size=3), st.integers(0, 7))
def test_where_the_normalised_loss_lies_in_0_and_1(target, rates, who):
    is_served = np.array([bool(who >> k & 1) for k in range(3)])
    rate = np.where(is_served, rates, 0.0)
    loss = assignment_loss(rate, is_served, np.asarray(target), normalised=True)
    low = lowest_reward(rate, is_served)
    assume(abs(low - 2 * target) > 1e-9)
    assert (0 <= loss <= 1) == (0 <= low <= 2 * target)
    if not is_served.all():
        assert loss == pytest.approx((1 + 10 / target) ** 2, rel=1e-12)


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
