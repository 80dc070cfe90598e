"""Rates of pilot assignments: against loops, by hand, and what the restored equations must keep."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qbench.papers.hqcnn.rates import (
    MODES,
    NOISE_W,
    Link,
    as_pilots,
    gamma,
    heard_gains,
    power_control,
    received,
    sinr,
    user_rates,
)
from tests.oracles import hqcnn_reference as reference

SMALL = {"pilot_snr": 1.5, "downlink_snr": 4.0, "bandwidth_hz": 1.0}


def gains(seed=0, *shape):
    return 10 ** np.random.default_rng(seed).uniform(-2, 1, shape)


def check_against_loops(mode="equal", **options):
    """Compare every term with plain loops: three networks of 4 APs and 4 users, five assignments each."""
    link = Link(n_pilot=3, mode=mode, **{**SMALL, **options})
    beta, pilots = gains(1, 3, 4, 4), np.random.default_rng(2).integers(3, size=(3, 5, 4))
    found, rates = received(beta, pilots, link), user_rates(beta, pilots, link)
    given = {
        "t": 3 * link.pilot_snr,
        "rho_d": link.downlink_snr,
        "antennas": link.n_antenna,
        "mode": mode,
        "noise_aps": link.noise_aps,
        "noncoherent": link.noncoherent,
    }
    for b in range(3):
        for i in range(5):
            arguments = beta[b].tolist(), pilots[b, i].tolist()
            terms = dict(
                zip(("signal", "contamination", "noncoherent"), reference.powers(*arguments, **given), strict=True)
            )
            for name, expected in terms.items():
                assert getattr(found, name)[b, i] == pytest.approx(expected, rel=1e-12, abs=1e-14), name
            assert rates[b, i] == pytest.approx(reference.rates(*arguments, **given), rel=1e-12)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("options", [{}, {"n_antenna": 1}, {"noncoherent": False}, {"noise_aps": 2}], ids=str)
def test_against_loops(mode, options):
    check_against_loops(mode, **options)


def test_constants_of_the_paper():
    link = Link()
    assert pytest.approx(6.3608e-13, rel=2e-6, abs=0) == NOISE_W
    assert link.pilot_snr == pytest.approx(1.57213e11, rel=2e-6)
    assert link.downlink_snr == pytest.approx(3.14426e11, rel=2e-6)
    assert link.training == 3 * link.pilot_snr
    assert (link.n_antenna, link.bandwidth_hz, link.mode) == (2, 20e6, "equal")


def test_one_ap_two_users_by_hand():
    """t = 2 * 1.5 = 3, beta = 1 and 2 on one pilot: load 3, gamma = 3/10 and 12/10, eta = 1/(2 * 1.5)."""
    link, beta = Link(n_pilot=2, **SMALL), np.array([[1.0, 2.0]])
    np.testing.assert_allclose(gamma(beta, [0, 0], link), [[0.3, 1.2]], rtol=1e-14)
    np.testing.assert_allclose(power_control(gamma(beta, [0, 0], link), link), [[1 / 3, 1 / 3]], rtol=1e-14)
    parts = received(beta, [0, 0], link)
    # S_0 = 4 * 4 * 0.3^2/3, I_0 = 4 * 4 * (1.2/2)^2/3, N_0 = 4 * 2 * (0.3 + 1.2)/3.
    np.testing.assert_allclose(parts.signal, [0.48, 7.68], rtol=1e-14)
    np.testing.assert_allclose(parts.contamination, [1.92, 1.92], rtol=1e-14)
    np.testing.assert_allclose(parts.noncoherent, [4.0, 8.0], rtol=1e-14)
    np.testing.assert_allclose(sinr(beta, [0, 0], link), [0.48 / 6.92, 7.68 / 10.92], rtol=1e-14)
    apart = received(beta, [0, 1], link)
    assert apart.contamination.tolist() == [0.0, 0.0]
    np.testing.assert_allclose(gamma(beta, [0, 1], link), [[0.75, 12 / 7]], rtol=1e-14)


def test_the_printed_estimator_knows_more_than_there_is():
    """beta = 1e-9 alone at the paper's SNR: as printed 3.2e-5, restored just below 1e-9."""
    assert gamma([[1e-9]], [0], Link())[0, 0] == pytest.approx(9.979e-10, rel=1e-4, abs=0)
    assert gamma([[1e-9]], [0], Link(mode="printed_c"))[0, 0] == pytest.approx(3.156e-5, rel=1e-3, abs=0)


@pytest.mark.parametrize("mode", ["equal", "per_user"])
def test_every_ap_spends_its_budget(mode):
    link = Link(mode=mode, n_antenna=3, **SMALL)
    estimate = gamma(gains(3, 5, 4), [0, 1, 1, 2], link)
    np.testing.assert_allclose(3 * (power_control(estimate, link) * estimate).sum(axis=-1), 1.0, rtol=1e-14)


def test_a_pilot_for_everybody_with_the_same_energy():
    link = Link(n_pilot=3, **SMALL).orthogonal(5)
    assert (link.n_pilot, link.training) == (5, pytest.approx(4.5, rel=1e-15))
    beta = gains(4, 3, 5)
    np.testing.assert_allclose(gamma(beta, np.arange(5), link), 4.5 * beta**2 / (4.5 * beta + 1), rtol=1e-14)


def test_strongest_aps_by_hand():
    beta = np.array([[5.0, 1.0], [2.0, 1.0], [3.0, 0.5]])
    assert heard_gains(beta, Link(noise_aps=2)).tolist() == [[5, 1], [0, 1], [3, 0]]
    assert heard_gains(beta, Link(noise_aps=1)).tolist() == [[5, 1], [0, 0], [0, 0]]  # ties: the lowest AP
    for link in (Link(noise_aps=3), Link(noise_aps=9), Link()):
        assert heard_gains(beta, link).tolist() == beta.tolist()
    assert not heard_gains(beta, Link(noncoherent=False)).any()


@pytest.mark.parametrize("mode", MODES)
def test_networks_and_candidates_keep_their_bits(mode):
    link, beta = Link(mode=mode), 1e-11 * gains(5, 2, 6, 7, 5)
    pilots = np.random.default_rng(6).integers(3, size=(2, 6, 4, 5))
    whole = user_rates(beta, pilots, link)
    assert whole.shape == (2, 6, 4, 5)
    for at in np.ndindex(2, 6):
        np.testing.assert_array_equal(whole[at], user_rates(beta[at], pilots[at], link))
        for i in range(4):
            np.testing.assert_array_equal(whole[(*at, i)], user_rates(beta[at], pilots[(*at, i)], link))


def test_rate_is_bandwidth_times_log():
    beta, link = gains(7, 4, 3), Link(n_pilot=3, **{**SMALL, "bandwidth_hz": 20.0})
    expected = [20 * math.log2(1 + x) for x in sinr(beta, [0, 1, 0], link)]
    np.testing.assert_allclose(user_rates(beta, [0, 1, 0], link), expected, rtol=1e-14)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: gamma([[1.0, 0.0]], [0, 0], Link()),
            r"beta must be above 0, got 0.0 at index \(0, 1\) .*; give power",
        ),
        (lambda: gamma([[1.0, -2.0]], [0, 0], Link()), r"beta must be above 0, got -2.0 at index \(0, 1\)"),
        (lambda: gamma([[1.0, np.nan]], [0, 0], Link()), r"beta must be finite, got nan at index \(0, 1\)"),
        (lambda: gamma([[1.0, np.inf]], [0, 0], Link()), r"beta must be finite, got inf at index \(0, 1\)"),
        (lambda: gamma([1.0, 2.0], [0, 0], Link()), r"beta must have shape \(\*batch, APs, users\), got \(2,\)"),
        (lambda: gamma(np.ones((2, 0)), [], Link()), r"beta must not be empty, got shape \(2, 0\)"),
        (
            lambda: gamma([[1, 1]], [0, 3], Link()),
            r"pilots must lie in 0..2 \(3 pilots\), got values from 0 to 3; count",
        ),
        (lambda: gamma([[1, 1]], [-1, 0], Link()), r"pilots must lie in 0..2 \(3 pilots\), got values from -1 to 0"),
        (lambda: gamma([[1, 1]], [0.0, 1.0], Link()), r"pilots must hold whole numbers, 0..2, got dtype float64"),
        (lambda: gamma([[1, 1]], [0], Link()), r"pilots must name one pilot for each of the 2 users, got shape \(1,\)"),
        (
            lambda: gamma(np.ones((3, 1, 2)), [0, 1], Link()),
            r"pilots must have shape \(3, '...', 2\), leading with the",
        ),
        (lambda: as_pilots(np.zeros((0, 2), int), 2, 3), r"one pilot for each of the 2 users, got shape \(0, 2\)"),
        (lambda: Link(n_pilot=0), r"n_pilot must be a whole number of at least 1, got 0"),
        (lambda: Link(n_antenna=1.5), r"n_antenna must be a whole number of at least 1, got 1.5"),
        (lambda: Link(noise_aps=0), r"noise_aps must be a whole number of at least 1, got 0"),
        (lambda: Link(pilot_snr=0.0), r"pilot_snr must lie in \(0, inf\), got 0.0"),
        (lambda: Link(downlink_snr=np.inf), r"downlink_snr must lie in \(0, inf\), got inf"),
        (lambda: Link(bandwidth_hz=-1.0), r"bandwidth_hz must lie in \(0, inf\), got -1.0"),
        (
            lambda: Link(mode="peruser"),
            r"mode must be one of equal, per_user, printed_c, got 'peruser'; did you mean 'per_",
        ),
        (lambda: Link().orthogonal(0), r"n_user must be a whole number of at least 1, got 0"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_kinds():
    with pytest.raises(TypeError, match=r"noncoherent must be True or False, got 0"):
        Link(noncoherent=0)
    with pytest.raises(TypeError, match=r"pilot_snr must be a number, got '1'"):
        Link(pilot_snr="1")
