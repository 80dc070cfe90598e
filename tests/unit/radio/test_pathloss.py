from __future__ import annotations

import numpy as np
import pytest

from qbench.radio import absorbed_share, absorption_gain, db_to_linear, power_law_gain, reference_gain


def test_reference_gain_at_2_1_ghz_by_hand():
    # c / (4 pi f) = 0.299792458 / (4 pi 2.1) m = 0.011360346 m
    assert reference_gain(2.1e9) == pytest.approx(1.2905745e-4, rel=5e-8)


def test_reference_gain_at_1_thz_with_two_antennas_of_25_db():
    assert reference_gain(1e12) * db_to_linear(2 * 25.0) == pytest.approx(5.6914337e-5, rel=5e-8)


def test_reference_gain_falls_with_the_square_of_frequency():
    np.testing.assert_allclose(reference_gain([1e9, 2e9, 4e9]) / reference_gain(4e9), [16, 4, 1], rtol=1e-15)


def test_power_law_by_hand():
    np.testing.assert_allclose(power_law_gain([[4.0], [16.0]], [2.0, 2.5]), [[1 / 16, 1 / 32], [1 / 256, 1 / 1024]])


def test_power_law_counts_from_the_reference():
    assert power_law_gain(100.0, 3.0, reference_m=10.0) == pytest.approx(1e-3, rel=1e-14)


def test_no_exponent_no_loss_even_at_distance_zero():
    assert power_law_gain(0.0, 0.0) == 1.0


def test_absorption_by_hand():
    np.testing.assert_allclose(absorption_gain([0.0, 20.0, 1000.0], 0.05), [1.0, 0.36787944117144233, np.exp(-50.0)])


def test_absorbed_and_transmitted_shares_add_up():
    depth = np.linspace(0.0, 30.0, 31)
    np.testing.assert_allclose(absorbed_share(depth, 1.0) + absorption_gain(depth, 1.0), 1.0, rtol=1e-15)


def test_a_thin_medium_absorbs_its_depth():
    assert absorbed_share(1e-9, 1e-9) == pytest.approx(1e-18, rel=1e-15, abs=0)


def test_frequency_must_be_positive():
    with pytest.raises(ValueError, match=r"frequency_hz must be above 0, got 0.0 at index \(1,\) \(1 such\); give Hz"):
        reference_gain([1e9, 0.0])
    with pytest.raises(ValueError, match=r"frequency_hz must be finite, got inf"):
        reference_gain(np.inf)


@pytest.mark.parametrize("gain", [power_law_gain, absorption_gain, absorbed_share])
def test_distance_must_be_a_distance(gain):
    with pytest.raises(ValueError, match=r"distance_m must be at least 0, got -3.0 at index \(0, 1\) \(1 such\)"):
        gain([[1.0, -3.0]], 2.0)
    with pytest.raises(ValueError, match=r"distance_m must be finite, got nan at index \(0,\)"):
        gain([np.nan], 2.0)
    with pytest.raises(ValueError, match=r"shapes must broadcast, got distance_m \(2,\), .* \(3,\); give axes of len"):
        gain([1.0, 2.0], [1.0, 2.0, 3.0])


def test_the_power_law_is_singular_at_zero():
    with pytest.raises(ValueError, match=r"large enough for a finite gain, got 0.0 at index \(1,\).*different heights"):
        power_law_gain([1.0, 0.0], 2.0)


def test_exponent_reference_and_absorption_have_signs():
    with pytest.raises(ValueError, match=r"exponent must be at least 0, got -2.0 .*exponent of 2 is free space"):
        power_law_gain(1.0, -2.0)
    with pytest.raises(ValueError, match=r"reference_m must be above 0, got 0.0"):
        power_law_gain(1.0, 2.0, reference_m=0.0)
    with pytest.raises(ValueError, match=r"absorption_per_m must be at least 0, got -0.1 .*does not amplify"):
        absorption_gain(1.0, -0.1)
