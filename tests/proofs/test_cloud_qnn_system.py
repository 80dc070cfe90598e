"""What the two cell-free papers print about their system and cannot hold: each error as a counterexample that runs.

G is the 2022 paper, J the journal; the numbers ERR-n are those of the corrections in the ledger. Nothing here samples.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from qbench.papers.cloud_qnn.assignment import exhaustive
from qbench.papers.cloud_qnn.decode import decode, printed_index
from qbench.papers.cloud_qnn.loss import ap_targets, assignment_loss, network_target
from qbench.papers.cloud_qnn.rates import assigned_rates, feasible, gain_table, link_rates, mr_table, served, user_rates
from qbench.papers.cloud_qnn.search import NoTerminationError, printed_loop, printed_search, round_robin
from qbench.papers.cloud_qnn.system import DISTANCE_VARIANCE, Channels
from qbench.radio import antenna_offsets, beam_gain, maximum_ratio, unit_beam
from tests.oracles import cloud_qnn_reference as reference

D = 0.5**-2.3  # d^-kappa of G Table II and J Table III


def normal_cdf(x):
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


# --- ERR-1 ---


@pytest.mark.parametrize("antennas", [1, 2, 3, 4, 8])
def test_err_1_the_printed_offsets_are_one_too_few_and_off_centre(antennas):
    printed = reference.printed_offsets(antennas)
    assert len(printed) == antennas - 1
    if printed:
        assert sum(printed) / len(printed) == pytest.approx(0.5)
    corrected = antenna_offsets(antennas)
    assert len(corrected) == antennas
    assert corrected.sum() == 0.0
    assert corrected[1:].tolist() == printed  # the term n = 0 is what is missing


def test_err_1_two_antennas_would_have_one_offset():
    assert reference.printed_offsets(2) == [0.5]


# --- ERR-2 ---


@pytest.mark.parametrize("users", [2, 3, 6])
def test_err_2_the_printed_index_takes_one_value_more_than_there_are_users(users):
    outputs = np.linspace(0.0, 1.0, 60 * users + 1)
    assert set(printed_index(outputs, users).tolist()) == set(range(users + 1))
    assert printed_index(1.0, users) == users  # nobody, counted from 0
    assert printed_index(0.0, users) == 0  # nobody, counted from 1
    assert set(decode(outputs, users).tolist()) == set(range(users))


def test_err_2_read_as_the_examples_do_the_last_ap_would_never_serve():
    # Both examples take output 2 of place 1 for AP 2 serving user 1; by definition AP 1 serves user 2. As indices of
    # APs the outputs of M = 4, K = 3 reach AP 3 (counted from 1) at most, and place 4 belongs to no user.
    outputs = np.linspace(0.0, 1.0, 1001)
    assert printed_index(outputs, 3).max() == 3 < 4


# --- ERR-3 ---


def equal_channels(strength):
    h = np.zeros((4, 3, 2))
    h[..., 0] = math.sqrt(strength)
    return Channels(h, h)


def losses(channels, unserved, snr=10.0):
    """Loss of every assignment of three users to four APs, and which are feasible."""
    every = np.array(list(itertools.product(range(3), repeat=4)))
    table = np.broadcast_to(mr_table(channels), (81, 4, 3, 3))
    rates = assigned_rates(table, every, snr=snr, interference=0.1)
    loss = assignment_loss(rates, served(every, 3), network_target(channels.h_hat, snr=snr), unserved=unserved)
    return every, loss, feasible(every, 3)


def test_err_3_the_printed_sign_of_the_penalty_rewards_leaving_users_out():
    # c^2 = 2 D = 9.849155: |Phi| = 4 log2(1 + 10 * 3 c^2/2).
    channels = equal_channels(2 * D)
    phi = 4 * math.log2(1 + 10 * 3 * 2 * D / 2)
    assert pytest.approx(9.849155, abs=5e-7) == 2 * D
    assert network_target(channels.h_hat, snr=10.0) == pytest.approx(phi, rel=1e-13)
    assert phi == pytest.approx(28.8665, abs=5e-5)
    every, literal, fair = losses(channels, unserved=10.0)
    alone = (every == 0).all(axis=-1)
    # All four to one user: log2(1 + 10 * 4 c^2). One AP among three others: log2(1 + 10 c^2/(3 c^2 + 1)).
    assert literal[alone][0] == pytest.approx((phi - math.log2(1 + 80 * D)) ** 2, rel=1e-12)
    assert literal[alone][0] == pytest.approx(409.69, abs=5e-3)
    assert literal[fair].min() == pytest.approx((phi - math.log2(1 + 20 * D / (6 * D + 1))) ** 2, rel=1e-12)
    assert literal[fair].min() == pytest.approx(717.59, abs=5e-3)
    assert literal[alone][0] < literal[fair].min()
    assert not fair[np.argmin(literal)]
    _, intended, _ = losses(channels, unserved=-10.0)
    assert intended[alone][0] == pytest.approx(1510.60, abs=5e-3)
    assert intended[fair].max() < intended[~fair].min()


def test_err_3_without_any_penalty_the_order_is_right_too():
    _, loss, fair = losses(equal_channels(2 * D), unserved=0.0)
    assert loss[fair].max() < loss[~fair].min()


# --- ERR-7 ---


def test_err_7_rates_of_the_known_channel_grow_with_its_error_and_true_rates_fall():
    # E|h_hat^T v|^2 = J (D + s) and E|h^T v|^2 = D (J D + s)/(D + s), with v matched to h_hat = h + n.
    # Given h_hat, h = c h_hat + e with c = D/(D + s) and e ~ CN(0, D s/(D + s)) independent of it. The means of both
    # gains follow from second moments, so any points with these covariances and no cross terms give them exactly.
    phases = np.array([1, 1j, -1, -1j])
    unit = np.sqrt(2) * (phases[:, None, None] * np.eye(2)).reshape(8, 2)
    assert np.allclose(unit.T @ unit.conj() / 8, np.eye(2))
    known_means, true_means = [], []
    for s in (0.0, 1.0, 5.0, 20.0):
        h_hat = np.sqrt(D + s) * unit[:, None, :]
        e = np.sqrt(D * s / (D + s)) * unit[None, :, :]
        h = D / (D + s) * h_hat + e
        n = h_hat - h
        second = np.einsum("abi,abj->ij", h, h.conj()) / 64
        assert np.allclose(second, D * np.eye(2))
        assert np.allclose(np.einsum("abi,abj->ij", n, n.conj()) / 64, s * np.eye(2))
        assert np.allclose(np.einsum("abi,abj->ij", h, n.conj()) / 64, 0)
        v = maximum_ratio(h_hat)
        known_means.append(beam_gain(h_hat, v).mean())
        true_means.append(beam_gain(h, v).mean())
        assert known_means[-1] == pytest.approx(2 * (D + s), rel=1e-12)
        assert true_means[-1] == pytest.approx(D * (2 * D + s) / (D + s), rel=1e-12)
    np.testing.assert_allclose(known_means, [9.849, 11.849, 19.849, 49.849], atol=5e-4)
    np.testing.assert_allclose(true_means, [9.849, 9.018, 7.368, 5.898], atol=5e-4)
    assert (np.diff(known_means) > 0).all()
    assert (np.diff(true_means) < 0).all()


# --- ERR-15 ---


def test_err_15_the_printed_loop_does_not_end():
    x = np.arange(12.0).reshape(4, 3)
    with pytest.raises(NoTerminationError):
        printed_loop(x)


def test_err_15_the_printed_argmax_is_blind():
    one = np.random.default_rng(1).standard_normal((4, 3, 2)) + 0j
    other = one[::-1].copy()
    assert round_robin(one).tolist() != round_robin(other).tolist()
    assert printed_search(4, 3).tolist() == [0, 1, 2, 0]


# --- ERR-16 ---


def test_err_16_without_the_conjugate_two_antennas_lose_a_third():
    # h = r (sqrt t, sqrt(1-t) e^{ix}) up to a phase, t uniform in [0, 1], x uniform, r^2 of mean 2, all independent:
    # iid CN. Three Gauss points are exact for the square polynomial in t, eight angles for the harmonics in x.
    node, weight = np.polynomial.legendre.leggauss(3)
    t, w = (node + 1) / 2, weight / 2
    x = 2 * np.pi * np.arange(8) / 8
    h = np.stack(np.broadcast_arrays(np.sqrt(t)[:, None], np.sqrt(1 - t)[:, None] * np.exp(1j * x)), axis=-1)
    conjugated = 2 * (w @ beam_gain(h, maximum_ratio(h)).mean(axis=-1))
    printed = 2 * (w @ beam_gain(h, unit_beam(h)).mean(axis=-1))
    assert conjugated == pytest.approx(2.0, rel=1e-14)
    assert printed == pytest.approx(4 / 3, rel=1e-14)
    assert 10 * math.log10(printed / conjugated) == pytest.approx(-1.76, abs=5e-3)


# --- ERR-19 ---


def test_err_19_normal_distances_are_negative():
    below = [normal_cdf(-mean / math.sqrt(DISTANCE_VARIANCE)) for mean in (0.1, 0.3, 0.5, 0.7)]
    np.testing.assert_allclose(below, [0.376, 0.171, 0.057, 0.013], atol=5e-4)
    assert (1 - below[0]) ** 12 == pytest.approx(0.0035, abs=5e-5)
    with np.errstate(invalid="ignore"):
        assert np.isnan(np.float64(-0.1) ** -2.3)


@pytest.mark.parametrize("mean", [0.1, 0.3, 0.5, 0.7])
def test_err_19_the_mean_path_gain_is_infinite_without_a_floor(mean):
    # int_e^0.05 x^-2.3 f(x) dx >= min f * (e^-1.3 - 0.05^-1.3)/1.3: every decade closer multiplies the bound by 20.
    def density(x):
        return math.exp(-((x - mean) ** 2) / (2 * DISTANCE_VARIANCE)) / math.sqrt(2 * math.pi * DISTANCE_VARIANCE)

    least = min(density(0.0), density(0.05))
    bounds = [least * (e**-1.3 - 0.05**-1.3) / 1.3 for e in (1e-2, 1e-4, 1e-8, 1e-16)]
    assert bounds[-1] > 1e18
    assert (np.diff(bounds) > 0).all()


# --- ERR-22 ---


def test_err_22_the_rates_of_the_links_of_a_user_do_not_make_up_its_rate():
    # Two APs on one user, powers 6 each, no other user: R = log2(1 + 12); each link hears the other, 6/(0.1 6 + 1).
    powers, a = np.full((2, 1), 6.0), np.array([0, 0])
    whole = user_rates(powers, a, snr=1.0, interference=0.1)[0]
    links = link_rates(powers, a, snr=1.0, interference=0.1)
    assert whole == pytest.approx(math.log2(13), rel=1e-14)
    np.testing.assert_allclose(links, math.log2(1 + 6 / 1.6), rtol=1e-14)
    assert links.sum() > whole
    # More: the rate of the user grows with its second AP, the rate of its first link falls.
    weaker = np.array([[6.0], [3.0]])
    assert whole > user_rates(weaker, a, snr=1.0, interference=0.1)[0]
    assert links[0] < link_rates(weaker, a, snr=1.0, interference=0.1)[0]


# --- ERR-23 ---


def test_err_23_the_largest_sum_and_the_largest_minimum_are_different_assignments():
    # One antenna, strengths x[m][k]: user 0 hears all well, user 1 nobody. Sum: three APs for user 0. Minimum: for 1.
    x = np.array([[8.0, 0.5], [8.0, 0.5], [8.0, 0.5], [8.0, 0.5]])
    h = np.sqrt(x)[..., None]
    table = gain_table(h, maximum_ratio(h))
    lowest = exhaustive(table, snr=1.0, interference=0.1)
    total = exhaustive(table, snr=1.0, interference=0.1, objective="sum_rate")
    assert np.count_nonzero(lowest.assignment == 1) == 3
    assert np.count_nonzero(total.assignment == 1) == 1
    rates = assigned_rates(
        np.stack((table, table)), np.stack((lowest.assignment, total.assignment)), snr=1.0, interference=0.1
    )
    assert rates[0].min() > rates[1].min()
    assert rates[0].sum() < rates[1].sum()


# --- ERR-32 ---


def test_err_32_at_high_snr_leaving_users_out_has_the_larger_sum():
    channels = equal_channels(2 * D)
    every = np.array(list(itertools.product(range(3), repeat=4)))
    table = np.broadcast_to(mr_table(channels), (81, 4, 3, 3))
    fair, alone = feasible(every, 3), (every == every[:, :1]).all(axis=-1)
    at = [assigned_rates(table, every, snr=10.0**e, interference=0.1).sum(axis=-1) for e in (-2, 3, 6, 9, 12)]
    # Every feasible assignment has a limit, sum_k log2(1 + S_k/(mu I_k)); all to one grows by log2(1000) a step.
    n = (every[..., None] == np.arange(3)).sum(axis=-2)[fair]
    limit = np.log2(1 + n / (0.1 * (4 - n))).sum(axis=-1)
    np.testing.assert_allclose(at[-1][fair], limit, rtol=1e-9)
    assert all((sums[fair] <= limit * (1 + 1e-12)).all() for sums in at)
    growth = np.diff([sums[alone] for sums in at[2:]], axis=0)
    np.testing.assert_allclose(growth, math.log2(1000), rtol=1e-6)
    assert at[-1][alone].min() > limit.max()
    # At low SNR it is the other way round: the crossing is what a sum rate without the constraint hides.
    assert at[0][alone].max() < at[0][fair].max()


# --- the target of J(18) ---


def test_the_literal_target_of_an_edge_is_no_upper_bound():
    h = np.array([[[1, 0], [0, 0], [0, 0]]])
    rho = 10.0
    rate = link_rates(mr_table(Channels(h, h))[..., 0, :], np.array([0]), snr=rho, interference=0.1)
    assert rate == pytest.approx(math.log2(1 + rho), rel=1e-14)
    for target in ("gram", "rank1_half"):
        ideal = ap_targets(h, snr=rho, target=target, assignment=np.array([0]))
        assert ideal == pytest.approx(math.log2(1 + rho / 2), rel=1e-14)
        assert ideal < rate
    assert ap_targets(h, snr=rho, target="rank1", assignment=np.array([0])) == pytest.approx(float(rate[0]), rel=1e-14)
