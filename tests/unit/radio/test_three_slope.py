from __future__ import annotations

import math

import numpy as np
import pytest

from qbench.radio import hata_loss_db, three_slope_gain_db


def by_hand(km, loss=141.0, d0=0.01, d1=0.05):
    if km > d1:
        return -loss - 35 * math.log10(km)
    return -loss - 15 * math.log10(d1) - 20 * math.log10(max(km, d0))


def test_values_of_the_cell_free_literature():
    gain = three_slope_gain_db([0.0, 5.0, 10.0, 20.0, 50.0, 200.0, 1000.0])
    expected = [-81.4846, -81.4846, -81.4846, -87.5051, -95.4640, -116.5360, -141.0]
    np.testing.assert_allclose(gain, expected, rtol=0, atol=5e-5)


def test_slopes_by_an_independent_formula():
    metres = np.linspace(0.0, 400.0, 801).reshape(3, -1)
    gain = three_slope_gain_db(metres, loss_at_km_db=130.0, inner_m=20.0, outer_m=80.0)
    expected = [[by_hand(m / 1000, 130.0, 0.02, 0.08) for m in row] for row in metres]
    np.testing.assert_allclose(gain, expected, rtol=1e-14)


def test_two_slopes_where_the_bounds_meet():
    assert three_slope_gain_db(3.0, inner_m=50.0, outer_m=50.0) == three_slope_gain_db(50.0, inner_m=50.0)


def test_hata_by_hand():
    # lg 1900 = 3.278754, lg 15 = 1.176091: 46.3 + 111.149749 - 16.253581 - 4.795937 + 4.314856
    assert hata_loss_db(1.9e9, station_m=15.0, user_m=1.65) == pytest.approx(140.7151, abs=5e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"distance_m": [1.0, -1.0]}, r"distance_m must be at least 0, got -1.0 at index \(1,\)"),
        ({"distance_m": np.inf}, r"distance_m must be finite, got inf"),
        ({"outer_m": 0.0}, r"outer_m must lie in \(0, inf\), got 0.0"),
        ({"inner_m": 60.0}, r"inner_m \(at most outer_m\) must lie in \(0, 50\], got 60.0"),
        ({"inner_m": 0.0}, r"inner_m \(at most outer_m\) must lie in \(0, 50\], got 0.0"),
        ({"loss_at_km_db": np.nan}, r"loss_at_km_db must lie in \(-inf, inf\), got nan"),
    ],
)
def test_bad_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        three_slope_gain_db(**{"distance_m": 100.0, **options})


@pytest.mark.parametrize("name", ["frequency_hz", "station_m", "user_m"])
def test_hata_takes_what_is_above_0(name):
    for bad in (0.0, np.inf, np.nan):
        with pytest.raises(ValueError, match=rf"{name} must lie in \(0, inf\), got {bad}"):
            hata_loss_db(**{"frequency_hz": 1.9e9, "station_m": 15.0, "user_m": 1.65, name: bad})
