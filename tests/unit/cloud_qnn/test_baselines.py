from __future__ import annotations

import itertools

import numpy as np
import pytest

from qbench.papers.cloud_qnn.baselines import (
    all_to_one,
    best_user,
    bottleneck,
    hungarian_greedy,
    random_assignment,
    static_assignment,
)
from qbench.papers.cloud_qnn.beams import assigned_beams, beam_powers
from qbench.papers.cloud_qnn.rates import feasible, gain_table, link_rates, mr_table, received, user_rates
from qbench.papers.cloud_qnn.search import strengths
from qbench.papers.cloud_qnn.system import Parameters, draw_channels
from qbench.radio import isotropic_beam, maximum_ratio

LINK = {"snr": 10.0, "interference": 0.1}


def with_strengths(x):
    """Channels of one antenna with the given ||h_mk||^2, and their table."""
    h = np.sqrt(np.asarray(x, dtype=float))[..., np.newaxis]
    return h, gain_table(h, maximum_ratio(h))


def network(seed=1, batch=10, **options):
    channels = draw_channels(np.random.default_rng(seed), batch, Parameters(**options))
    return channels, mr_table(channels)


# --- simple ones ---


def test_each_ap_takes_its_best_user():
    h, _ = with_strengths([[1.0, 2.0, 0.5], [3.0, 3.0, 1.0], [0.0, 0.0, 1.0]])
    assert best_user(h).tolist() == [1, 0, 2]


def test_fixed_assignments():
    assert static_assignment(4, 3).tolist() == [0, 1, 2, 2]
    assert static_assignment(6, 2).tolist() == [0, 1, 1, 1, 1, 1]
    assert all_to_one(4).tolist() == [0, 0, 0, 0]
    assert all_to_one(2, user=1).tolist() == [1, 1]


def test_random_assignments_are_draws_of_the_given_generator():
    a = random_assignment(np.random.default_rng(5), (100, 4), 3)
    np.testing.assert_array_equal(a, np.random.default_rng(5).integers(3, size=(100, 4)))
    assert set(np.unique(a)) == {0, 1, 2}


# --- matchings ---


def test_the_two_matchings_differ_where_they_should():
    # rho = 1: log2(1 + x). Sum: (0, 1) gives log2(8) + log2(2) = 4, (1, 0) gives log2(4) + log2(3) = 3.58.
    # Weakest: 1 against 2.
    h, table = with_strengths([[7.0, 2.0], [3.0, 1.0]])
    link = {"snr": 1.0, "interference": 0.1}
    assert hungarian_greedy(h, table, **link).tolist() == [0, 1]
    assert bottleneck(h, table, **link).tolist() == [1, 0]


def test_among_matchings_of_one_bottleneck_the_larger_sum_wins():
    # User 2 can only have AP 2, at 1; the others 9 + 9 or 4 + 4.
    h, table = with_strengths([[4.0, 9.0, 0.5], [9.0, 4.0, 0.5], [2.0, 2.0, 1.0]])
    assert bottleneck(h, table, **LINK).tolist() == [1, 0, 2]


def test_an_extra_ap_joins_the_user_it_helps_most():
    # Matched: AP 0 to user 0 and AP 1 to user 1, who is the weaker; AP 2 hears both the same.
    h, table = with_strengths([[9.0, 0.1], [0.1, 4.0], [1.0, 1.0]])
    assert hungarian_greedy(h, table, **LINK).tolist() == [0, 1, 1]
    assert bottleneck(h, table, **LINK).tolist() == [0, 1, 1]


@pytest.mark.parametrize("sizes", [(4, 3), (5, 5), (6, 2)])
def test_matchings_against_all_matchings(sizes):
    m, k = sizes
    channels, table = network(n_ap=m, n_user=k)
    x = strengths(channels.h_hat)
    hungarian = hungarian_greedy(channels.h_hat, table, **LINK)
    widest = bottleneck(channels.h_hat, table, **LINK)
    for found in (hungarian, widest):
        assert feasible(found, k).all()
    for b in range(10):
        chosen = [[x[b, j, i] for i, j in enumerate(aps)] for aps in itertools.permutations(range(m), k)]
        sums = [sum(np.log2(1 + 10 * v) for v in row) for row in chosen]
        # Which of its APs a user was matched with is not in the answer: the best of its APs is at least that one.
        mine = [max(x[b, j, i] for j in range(m) if widest[b, j] == i) for i in range(k)]
        assert min(mine) >= max(min(row) for row in chosen) * (1 - 1e-14)
        mine = [max(x[b, j, i] for j in range(m) if hungarian[b, j] == i) for i in range(k)]
        assert sum(np.log2(1 + 10 * v) for v in mine) >= max(sums) * (1 - 1e-14)
    if m == k:
        # No extras: the matching is the answer.
        for b in range(10):
            mine = sum(np.log2(1 + 10 * x[b, j, hungarian[b, j]]) for j in range(m))
            best = max(
                sum(np.log2(1 + 10 * x[b, j, i]) for i, j in enumerate(p)) for p in itertools.permutations(range(m))
            )
            assert mine == pytest.approx(best, rel=1e-13)


def test_matchings_of_a_batch_are_those_of_its_channels():
    channels, table = network(n_ap=5)
    snr = np.geomspace(0.1, 1000, 10)
    for method in (hungarian_greedy, bottleneck):
        whole = method(channels.h_hat, table, snr=snr, interference=0.3)
        for b in range(10):
            one = method(channels.h_hat[b], table[b], snr=snr[b], interference=0.3)
            np.testing.assert_array_equal(whole[b], one)


# --- beams ---


def test_mr_beams_give_the_powers_of_the_table():
    channels, _ = network()
    a = random_assignment(np.random.default_rng(2), (10, 4), 3)
    for kind, conjugate in (("mr", True), ("unconjugated", False)):
        beams = assigned_beams(channels.h_hat, a, kind)
        expected = received(mr_table(channels, conjugate=conjugate), a)
        np.testing.assert_array_equal(beam_powers(channels.h, beams), expected)


@pytest.mark.parametrize("kind", ["unconjugated", "equal_gain", "zf", "slnr", "random"])
def test_no_beam_beats_maximum_ratio_on_its_own_link(kind):
    channels, _ = network(csi_var=0.0)
    a = random_assignment(np.random.default_rng(2), (10, 4), 3)
    others = beam_powers(channels.h, assigned_beams(channels.h_hat, a))
    for m in range(4):
        if kind == "random":
            beams = isotropic_beam(np.random.default_rng(3), (10, 4, 2))
        else:
            beams = assigned_beams(channels.h_hat, a, kind, **LINK)
        swapped = others.copy()
        swapped[:, m] = beam_powers(channels.h, beams)[:, m]
        mine, best = link_rates(swapped, a, **LINK)[:, m], link_rates(others, a, **LINK)[:, m]
        assert (mine <= best * (1 + 1e-13)).all()
        assert (mine < best * (1 - 1e-9)).any()


def test_equal_gain_by_hand():
    h = np.array([[[3, 4j], [1, 1]]])
    np.testing.assert_allclose(assigned_beams(h, np.array([0]), "equal_gain"), [[0.5**0.5, -1j * 0.5**0.5]], atol=1e-15)


def test_zero_forcing_leaves_the_other_user_alone():
    channels, _ = network(n_user=2, csi_var=0.0)
    a = np.tile([0, 1, 1, 0], (10, 1))
    powers = beam_powers(channels.h, assigned_beams(channels.h_hat, a, "zf"))
    other = np.take_along_axis(powers, 1 - a[..., None], axis=-1)
    assert other.max() < 1e-26
    # Without interference every user has the rate of its signal alone.
    rates = user_rates(powers, a, **LINK)
    np.testing.assert_allclose(rates, user_rates(powers, a, snr=10.0, interference=0.0), rtol=1e-12)


def test_slnr_lies_between_maximum_ratio_and_zero_forcing():
    channels, _ = network(n_user=2)
    a = np.tile([0, 1, 1, 0], (10, 1))
    mr, zf = assigned_beams(channels.h_hat, a), assigned_beams(channels.h_hat, a, "zf")
    low = assigned_beams(channels.h_hat, a, "slnr", snr=1e-12, interference=0.5)
    high = assigned_beams(channels.h_hat, a, "slnr", snr=1e12, interference=0.5)
    np.testing.assert_allclose(low, mr, atol=1e-9)
    # Equal up to the phase, which no power sees.
    np.testing.assert_allclose(np.abs(np.sum(np.conj(high) * zf, axis=-1)), 1.0, rtol=1e-9)


def test_slnr_beams_follow_the_snr_and_interference_of_each_channel():
    channels, _ = network(batch=3)
    a = np.tile([0, 1, 2, 2], (3, 1))
    snr, mu = [0.1, 1.0, 100.0], [0.1, 0.5, 0.9]
    whole = assigned_beams(channels.h_hat, a, "slnr", snr=snr, interference=mu)
    for b in range(3):
        one = assigned_beams(channels.h_hat[b], a[b], "slnr", snr=snr[b], interference=mu[b])
        np.testing.assert_array_equal(whole[b], one)
    # By another way: the matrix of the others alone, and a solve.
    h, k = channels.h_hat[1, 2], 2
    leak = 0.5 * sum(np.outer(np.conj(h[i]), h[i]) for i in (0, 1)) + np.eye(2)
    v = np.linalg.solve(leak, np.conj(h[k]))
    np.testing.assert_allclose(np.abs(np.vdot(whole[1, 2], v)), np.linalg.norm(v), rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: static_assignment(2, 3), r"every user needs an AP of its own, got 3 users and 2 APs"),
        (lambda: all_to_one(0), r"n_ap must be a whole number of at least 1, got 0"),
        (lambda: all_to_one(4, user=-1), r"user must be a whole number of at least 0, got -1"),
        (lambda: random_assignment(np.random.default_rng(0), (0, 4), 3), r"every length in shape must be .* got 0"),
        (lambda: random_assignment(np.random.default_rng(0), (4,), 0), r"n_user must be a whole number of at least 1"),
        (
            lambda: hungarian_greedy(np.ones((2, 3, 2)), np.ones((2, 3, 3)), **LINK),
            r"every user needs an AP of its own, got 3 users and 2 APs",
        ),
        (
            lambda: bottleneck(np.ones((5, 3, 2)), np.ones((4, 3, 3)), **LINK),
            r"h_hat and table must be of the same network, got shapes \(5, 3, 2\) and \(4, 3, 3\)",
        ),
        (lambda: best_user(np.ones((3, 2))), r"h_hat must have at least 3 axes"),
        (
            lambda: assigned_beams(np.ones((4, 3, 2)), np.zeros(4, int), "mrt"),
            r"kind must be one of .*did you mean 'mr'",
        ),
        (
            lambda: assigned_beams(np.ones((4, 3, 2)), np.zeros((1, 4), int)),
            r"assignment must have shape \(4,\), one us",
        ),
        (
            lambda: assigned_beams(np.ones((4, 3, 2)), np.zeros(4, int), "slnr", interference=0.0),
            r"interference must be above 0 for 'slnr', got 0.0; without leakage use kind 'mr'",
        ),
        (
            lambda: beam_powers(np.ones((4, 3, 2)), np.ones((4, 3))),
            r"must have the same number of antennas, got 2 .* and 3",
        ),
        (lambda: beam_powers(np.ones((4, 3, 2)), np.ones(2)), r"beams must have shape \(\*batch, APs, antennas\), got"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
