from __future__ import annotations

import numpy as np
import pytest

from qbench.radio import rate_from_sinr, spectral_efficiency


def test_efficiency_by_hand():
    np.testing.assert_allclose(spectral_efficiency([0, 1, 3, 1023]), [0, 1, 2, 10], rtol=1e-15)


def test_a_vanishing_sinr_keeps_its_rate():
    assert spectral_efficiency(1e-22) == pytest.approx(1e-22 / np.log(2), rel=1e-15, abs=0)


def test_rate_broadcasts_bandwidth_over_links():
    np.testing.assert_allclose(rate_from_sinr([[1.0, 3.0]], [40e6, 500e6]), [[40e6, 1e9]], rtol=1e-15)


def test_unit_bandwidth_is_the_efficiency():
    s = np.logspace(-25, 5, 31)
    np.testing.assert_array_equal(rate_from_sinr(s, 1.0), spectral_efficiency(s))


def test_errors_name_the_way_out():
    with pytest.raises(ValueError, match=r"sinr must be at least 0, got -3.0 at index \(\).*power ratio, not dB"):
        spectral_efficiency(-3.0)
    with pytest.raises(ValueError, match=r"sinr must be finite, got inf"):
        rate_from_sinr([np.inf], 1.0)
    with pytest.raises(ValueError, match=r"bandwidth_hz must be at least 0, got -1.0"):
        rate_from_sinr([1.0], -1.0)
    with pytest.raises(ValueError, match=r"shapes must broadcast, got sinr \(2,\), bandwidth_hz \(3,\)"):
        rate_from_sinr([1.0, 1.0], [1.0, 1.0, 1.0])
