from __future__ import annotations

import numpy as np
import pytest

from qbench.radio import dbm_to_watt, thermal_noise_w


def test_a_receiver_of_20_mhz():
    assert thermal_noise_w(20e6, noise_figure_db=9.0) == pytest.approx(6.3608e-13, rel=2e-6, abs=0)
    assert thermal_noise_w(20e6, noise_figure_db=9.0) == pytest.approx(float(dbm_to_watt(-91.965)), rel=1e-4, abs=0)


def test_minus_174_dbm_a_hertz():
    assert thermal_noise_w(1.0) == pytest.approx(float(dbm_to_watt(-174.0)), rel=6e-3, abs=0)


def test_factors():
    assert thermal_noise_w(3.0, noise_figure_db=10.0, temperature_k=145.0) == pytest.approx(
        15 * thermal_noise_w(1.0), rel=1e-14, abs=0
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bandwidth_hz": 0.0}, r"bandwidth_hz must lie in \(0, inf\), got 0.0"),
        ({"temperature_k": -1.0}, r"temperature_k must lie in \(0, inf\), got -1.0"),
        ({"noise_figure_db": -3.0}, r"noise_figure_db must lie in \[0, inf\), got -3.0"),
        ({"noise_figure_db": np.nan}, r"noise_figure_db must lie in \[0, inf\), got nan"),
    ],
)
def test_bad_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        thermal_noise_w(**{"bandwidth_hz": 1.0, **options})
