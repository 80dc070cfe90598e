from __future__ import annotations

import numpy as np
import pytest

from qbench.radio import beam_gain, complex_gaussian, equal_gain, isotropic_beam, maximum_ratio, unit_beam, zero_forcing


def test_the_gain_has_no_conjugate():
    # h = (1, i), v = (1, -i)/sqrt 2: h^T v = sqrt 2. With the conjugate it would be 0.
    v = np.array([1, -1j]) / np.sqrt(2)
    assert beam_gain([1, 1j], v) == pytest.approx(2.0, rel=1e-15)
    assert beam_gain([1, 1j], np.conj(v)) == 0.0


def test_maximum_ratio_by_hand():
    # h = (3, 4i): norm 5
    np.testing.assert_allclose(maximum_ratio([3, 4j]), [0.6, -0.8j], rtol=1e-15)
    assert beam_gain([3, 4j], maximum_ratio([3, 4j])) == pytest.approx(25.0, rel=1e-15)


def test_equal_gain_by_hand():
    np.testing.assert_allclose(equal_gain([3, 4j]), np.array([1, -1j]) / np.sqrt(2), rtol=1e-15, atol=1e-16)
    assert beam_gain([3, 4j], equal_gain([3, 4j])) == pytest.approx(49 / 2, rel=1e-15)


def test_no_direction_gives_equal_entries():
    np.testing.assert_array_equal(unit_beam([0, 0]), np.full(2, 1 / np.sqrt(2)))
    np.testing.assert_array_equal(unit_beam([1e-13, 0], least=1e-12), np.full(2, 1 / np.sqrt(2)))
    np.testing.assert_array_equal(unit_beam([1e-11, 0], least=1e-12), [1, 0])
    np.testing.assert_array_equal(maximum_ratio(np.zeros((2, 3))), np.full((2, 3), 1 / np.sqrt(3)))


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_beams_of_tiny_and_huge_channels_have_norm_1(scale):
    np.testing.assert_allclose(maximum_ratio(scale * np.array([3, 4j])), [0.6, -0.8j], rtol=1e-15)


def test_zero_forcing_nulls_the_other_receivers():
    h = complex_gaussian(np.random.default_rng(2), (5, 3, 4))
    v = zero_forcing(h)
    gains = beam_gain(h[:, :, None, :], v[:, None, :, :])  # receiver i, beam k
    off = gains * (1 - np.eye(3))
    assert off.max() < 1e-28
    np.testing.assert_allclose(np.sum(np.abs(v) ** 2, axis=-1), 1.0, rtol=1e-14)
    assert np.diagonal(gains, axis1=-2, axis2=-1).min() > 1e-3


def test_zero_forcing_by_hand():
    # Rows (1, 0) and (1, 1): the inverse is [[1, 0], [-1, 1]], its columns are the beams.
    np.testing.assert_allclose(zero_forcing([[1, 0], [1, 1]]), [[np.sqrt(0.5), -np.sqrt(0.5)], [0, 1]], atol=1e-15)


def test_noise_makes_the_beam_of_largest_signal_to_leakage_and_noise():
    # The largest of a ratio of two forms, from the generalised eigenproblem: another way to the same vector.
    rng = np.random.default_rng(4)
    h = complex_gaussian(rng, (3, 2))
    mu, snr = 0.3, 20.0
    for k, v in enumerate(zero_forcing(h, 1 / (mu * snr))):
        others = np.delete(h, k, axis=0)
        leak = mu * np.conj(others).T @ others + np.eye(2) / snr
        signal = np.outer(np.conj(h[k]), h[k])
        best = np.linalg.eigvals(np.linalg.solve(leak, signal)).real.max()
        reached = (v.conj() @ signal @ v).real / (v.conj() @ leak @ v).real
        assert reached == pytest.approx(best, rel=1e-12)


def test_strong_noise_makes_it_maximum_ratio():
    h = complex_gaussian(np.random.default_rng(4), (6, 3, 2))
    np.testing.assert_allclose(zero_forcing(h, 1e12), maximum_ratio(h), atol=1e-10)


def test_noises_differ_along_the_batch_and_may_be_0():
    h = complex_gaussian(np.random.default_rng(4), (3, 3, 2))
    noise = [0.0, 0.1, 7.0]
    whole = zero_forcing(h, noise)
    for b, level in enumerate(noise):
        np.testing.assert_array_equal(whole[b], zero_forcing(h[b], level))
    # Three receivers of two antennas: the limit of weak noise.
    np.testing.assert_allclose(zero_forcing(h[0]), zero_forcing(h[0], 1e-13), atol=1e-10)


def test_a_receiver_without_channel_gets_the_plain_beam():
    h = np.array([[1.0, 2.0], [0.0, 0.0]])
    np.testing.assert_array_equal(zero_forcing(h)[1], np.full(2, 1 / np.sqrt(2)))
    np.testing.assert_allclose(zero_forcing(h)[0], np.array([1, 2]) / np.sqrt(5), rtol=1e-14)
    others = complex_gaussian(np.random.default_rng(6), (50, 3, 4))
    others[:, 1] = 0.0
    np.testing.assert_array_equal(zero_forcing(others)[:, 1], np.full((50, 4), 0.5))


def test_isotropic_beams_have_norm_1_and_nest():
    v = isotropic_beam(np.random.default_rng(1), (7, 3))
    np.testing.assert_allclose(np.sum(np.abs(v) ** 2, axis=-1), 1.0, rtol=1e-14)
    np.testing.assert_array_equal(isotropic_beam(np.random.default_rng(1), (2, 3)), v[:2])


def test_a_beam_does_not_depend_on_its_batch():
    h = complex_gaussian(np.random.default_rng(9), (64, 5, 4))
    for beams in (maximum_ratio, equal_gain, zero_forcing):
        whole = beams(h)
        for b in (0, 17, 63):
            np.testing.assert_array_equal(whole[b], beams(h[b]))
    gains = beam_gain(h, maximum_ratio(h))
    np.testing.assert_array_equal(gains[17, 2], beam_gain(h[17, 2], maximum_ratio(h[17, 2])))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: beam_gain(np.ones((4, 2)), np.ones((4, 3))),
            r"channel and beam must have the same number of antennas, got 2 \(shape \(4, 2\)\) and 3 .*the last axis",
        ),
        (lambda: beam_gain(np.ones((4, 2)), np.ones((3, 2))), r"channel \(4, 2\) and beam \(3, 2\) must broadcast"),
        (lambda: beam_gain(1.0, [1.0]), r"channel must have at least 1 axes, got shape \(\)"),
        (lambda: maximum_ratio([1.0, np.nan]), r"channel must be finite, got \(nan\+0j\) at index \(1,\) \(1 such\)"),
        (lambda: maximum_ratio(np.ones((2, 0))), r"channel must not be empty, got shape \(2, 0\)"),
        (lambda: unit_beam([1j * np.inf]), r"vector must be finite"),
        (lambda: zero_forcing([1.0, 2.0]), r"channel must have at least 2 axes, got shape \(2,\); rows are receivers"),
        (lambda: zero_forcing(np.eye(2), -1.0), r"noise must be at least 0, got -1.0 at index \(\).*0 is zero forcing"),
        (
            lambda: zero_forcing(np.eye(2), [1.0, 2.0]),
            r"noise must broadcast to \(\), the leading axes, got shape \(2,",
        ),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
