from __future__ import annotations

import numpy as np
import pytest

from qbench.papers.cloud_qnn.rates import (
    SILENT,
    assigned_rates,
    feasible,
    gain_table,
    link_rates,
    mr_table,
    received,
    served,
    sum_rate,
    user_rates,
)
from qbench.papers.cloud_qnn.system import Channels, Parameters, draw_channels
from qbench.radio import beam_gain, maximum_ratio

# Two APs, two users, powers in whole numbers: p[m][k].
POWERS = np.array([[3.0, 1.0], [2.0, 8.0]])


def rates(powers, a, snr=1.0, mu=0.5):
    return user_rates(np.asarray(powers, dtype=float), np.asarray(a), snr=snr, interference=mu)


def links(powers, a, snr=1.0, mu=0.5):
    return link_rates(np.asarray(powers, dtype=float), np.asarray(a), snr=snr, interference=mu)


def channels(batch=6, seed=1, **options):
    return draw_channels(np.random.default_rng(seed), batch, Parameters(**options))


# --- by hand ---


def test_one_ap_a_user_by_hand():
    # User 0: 3 / (0.5 * 2 + 1) = 1.5. User 1: 8 / (0.5 * 1 + 1) = 16/3. One AP a user: links and users agree.
    expected = np.log2([2.5, 19 / 3])
    np.testing.assert_allclose(rates(POWERS, [0, 1]), expected, rtol=1e-15)
    np.testing.assert_allclose(links(POWERS, [0, 1]), expected, rtol=1e-15)


def test_the_snr_scales_signal_and_interference():
    # rho = 10: 30 / (10 + 1)
    np.testing.assert_allclose(rates(POWERS, [0, 1], snr=10.0)[0], np.log2(41 / 11), rtol=1e-15)


def test_aps_of_one_user_add_up_and_do_not_disturb_it():
    # Both serve user 0: 3 + 2 = 5, no interference; user 1 has nobody.
    np.testing.assert_allclose(rates(POWERS, [0, 0]), [np.log2(6), 0.0], rtol=1e-15)


def test_in_the_rate_of_a_link_the_other_ap_of_its_user_disturbs():
    # G(3), J(4): 3 / (0.5 * 2 + 1) and 2 / (0.5 * 3 + 1)
    np.testing.assert_allclose(links(POWERS, [0, 0]), np.log2([2.5, 1.8]), rtol=1e-15)


def test_a_silent_ap_neither_serves_nor_disturbs():
    np.testing.assert_allclose(rates(POWERS, [0, SILENT]), [2.0, 0.0], rtol=1e-15)
    np.testing.assert_allclose(links(POWERS, [0, SILENT]), [2.0, 0.0], rtol=1e-15)
    np.testing.assert_allclose(links(POWERS, [SILENT, 1]), [0.0, np.log2(9)], rtol=1e-15)
    table = np.tile(POWERS[:, None, :], (1, 2, 1))
    np.testing.assert_array_equal(received(table, np.array([0, SILENT])), [[3.0, 1.0], [0.0, 0.0]])


def test_the_beam_follows_the_user_that_is_served():
    # One AP, h_0 = (3, 4i), h_1 = (1, 0). Beam to 0: (0.6, -0.8i), gains 25 and 0.36; beam to 1: (1, 0), gains 9 and 1.
    h = np.array([[[3, 4j], [1, 0]]])
    table = gain_table(h, maximum_ratio(h))
    np.testing.assert_allclose(table, [[[25, 0.36], [9, 1]]], rtol=1e-14)
    np.testing.assert_allclose(received(table, np.array([1])), [[9, 1]], rtol=1e-14)


def test_the_beam_of_appendix_c_forgets_the_conjugate():
    # h = (3, 4i): |h^T h|^2/||h||^2 = (9 - 16)^2/25
    h = np.array([[[3, 4j]]])
    assert mr_table(Channels(h, h), conjugate=False) == pytest.approx(49 / 25, rel=1e-14)
    assert mr_table(Channels(h, h)) == pytest.approx(25.0, rel=1e-14)


def test_beams_come_from_what_is_known_and_rates_from_the_channel():
    # Known (1, 0), true (3, 4): the beam is (1, 0), the gain 9; J(4) as printed books 1.
    known, true = np.array([[[1.0, 0]]]), np.array([[[3.0, 4]]])
    assert mr_table(Channels(true, known)) == pytest.approx(9.0)
    assert mr_table(Channels(true, known), rate_channel="h_hat") == pytest.approx(1.0)


def test_sum_rates_of_an_unserved_user():
    rate = np.array([[1.0, 2.0, 0.0], [1.0, 2.0, 3.0]])
    who = np.array([[True, True, False], [True, True, True]])
    assert sum_rate(rate, who).tolist() == [3.0, 6.0]
    assert sum_rate(rate, who, infeasible="zero_trial").tolist() == [0.0, 6.0]
    assert sum_rate(rate, who, infeasible="plus10").tolist() == [13.0, 6.0]


def test_who_is_served():
    a = np.array([[0, 1, 2, 2], [0, 0, 0, 0], [2, 1, SILENT, SILENT]])
    assert served(a, 3).tolist() == [[True, True, True], [True, False, False], [False, True, True]]
    assert feasible(a, 3).tolist() == [True, False, False]


# --- batches ---


def test_candidates_and_snrs_are_leading_axes():
    known = channels()
    table = mr_table(known)
    a = np.random.default_rng(2).integers(3, size=(6, 5, 4))
    snr = np.array([0.1, 1.0, 1000.0])[:, None, None]
    whole = assigned_rates(table, a, snr=snr, interference=[[[0.1]], [[0.5]], [[0.9]]])
    assert whole.shape == (3, 6, 5, 3)
    for s, mu in enumerate((0.1, 0.5, 0.9)):
        for b in range(6):
            for k in range(5):
                one = assigned_rates(table[b], a[b, k], snr=snr[s, 0, 0], interference=mu)
                np.testing.assert_array_equal(whole[s, b, k], one)


def test_a_link_rate_does_not_depend_on_its_batch():
    known = channels(n_ap=5, n_tx=3)
    a = np.random.default_rng(2).integers(3, size=(6, 5))
    powers = received(mr_table(known), a)
    whole = link_rates(powers, a, snr=3.0, interference=0.3)
    for b in range(6):
        np.testing.assert_array_equal(whole[b], link_rates(powers[b], a[b], snr=3.0, interference=0.3))


def test_powers_of_any_beams():
    known = channels()
    a = np.tile([0, 1, 2, 2], (6, 1))
    beams = maximum_ratio(np.take_along_axis(known.h_hat, a[..., None, None], axis=-2))
    np.testing.assert_array_equal(beam_gain(known.h, beams), received(mr_table(known), a))


# --- errors ---


TABLE = np.ones((4, 3, 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rates(POWERS, [0, 1], snr=np.inf), r"snr must be finite, got inf at index \(\) .*db_to_linear"),
        (lambda: rates(POWERS, [0, 1], snr=np.nan), r"snr must be finite, got nan"),
        (lambda: rates(POWERS, [0, 1], snr=0.0), r"snr must be above 0, got 0.0; it is a power ratio"),
        (lambda: rates(POWERS, [0, 1], snr=-10.0), r"snr must be above 0, got -10.0.*db_to_linear converts dB"),
        (lambda: rates(POWERS, [0, 1], mu=1.5), r"interference must lie in \[0, 1\], got 1.5; it is the factor mu"),
        (lambda: rates(POWERS, [0, 1], mu=[-0.1, 0.2]), r"interference must lie in \[0, 1\], got -0.1"),
        (
            lambda: rates(POWERS, [0, 1], snr=[1.0, 2.0], mu=[0.1] * 3),
            r"snr \(2,\) and interference \(3,\) must broadc",
        ),
        (
            lambda: rates(POWERS, [0, 2]),
            r"assignment must name users 0..1 \(2 users\), or -1 .*0 to 2; the papers count",
        ),
        (lambda: rates(POWERS, [0, -2]), r"assignment must name users 0..1 .*got values from -2 to 0"),
        (lambda: rates(POWERS, [0.0, 1.0]), r"assignment must hold whole numbers, users 0..1, got dtype float64"),
        (lambda: rates(POWERS, []), r"assignment must not be empty, got shape \(0,\); give one user for each of the 2"),
        (lambda: rates(POWERS, [0, 1, 1]), r"one user for each of the 2 APs, shape \(..., 2\), got \(3,\)"),
        (
            lambda: rates(POWERS, [[0, 1]]),
            r"assignment must have shape \(2,\), that of powers without users, got \(1, 2",
        ),
        (lambda: rates([1.0, 2.0], [0, 1]), r"powers must have shape \(..., APs, users\), got \(2,\)"),
        (lambda: received(TABLE[:, :2], np.zeros(4, int)), r"table must have shape .*got \(4, 2, 3\); see gain_table"),
        (lambda: received(TABLE[None], np.zeros(4, int)), r"assignment must have shape \(1, '...', 4\).*got \(4,\)"),
        (
            lambda: gain_table(np.ones((4, 3, 2)), np.ones((4, 3, 3))),
            r"channel and beam must have the same number of antennas, got 2 .* and 3",
        ),
        (
            lambda: gain_table(np.ones((4, 3, 2)), np.ones((3, 3, 2))),
            r"must agree but for the last two axes, got shapes \(4, 3, 2\) and \(3, 3, 2\)",
        ),
        (
            lambda: sum_rate(np.ones(3), np.ones(3, bool), infeasible="plus"),
            r"infeasible must be one of plus10, user_ze",
        ),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
