"""Decoding, optima, searches, targets and losses of the cell-free papers: exact properties."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qbench.papers.cloud_qnn.assignment import assignment_problem, exhaustive, local_search
from qbench.papers.cloud_qnn.baselines import best_user, bottleneck, hungarian_greedy, static_assignment
from qbench.papers.cloud_qnn.beams import assigned_beams, beam_powers
from qbench.papers.cloud_qnn.decode import assignment_matrix, decode
from qbench.papers.cloud_qnn.loss import ap_targets, assignment_loss, lowest_reward, network_target
from qbench.papers.cloud_qnn.rates import (
    assigned_rates,
    feasible,
    link_rates,
    mr_table,
    served,
    sum_rate,
)
from qbench.papers.cloud_qnn.search import one_pass, round_robin, strengths
from qbench.papers.cloud_qnn.system import Channels
from qbench.radio import unit_beam
from tests.oracles import cloud_qnn_reference as reference
from tests.properties.cell_free import CLOSE, FACTOR, SNR, assigned, between, exact, networks, vectors

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
