from __future__ import annotations

import numpy as np
import pytest

from qbench.radio import SPEED_OF_LIGHT, db_to_linear, dbm_to_watt, linear_to_db


def test_speed_of_light_is_the_defined_value():
    assert SPEED_OF_LIGHT == 299792458


def test_decibels_by_hand():
    np.testing.assert_allclose(
        db_to_linear([0, 10, 25, -30]), [1.0, 10.0, 316.22776601683796, 1e-3], rtol=1e-15, atol=0
    )


def test_two_antennas_of_25_db_are_a_factor_of_1e5():
    assert db_to_linear(25.0) ** 2 == pytest.approx(1e5, rel=1e-14)


def test_dbm_by_hand():
    np.testing.assert_allclose(dbm_to_watt([-70, 30, 0]), [1e-10, 1.0, 1e-3], rtol=1e-15, atol=0)


def test_round_trip_keeps_shape():
    db = np.linspace(-200.0, 200.0, 24).reshape(2, 3, 4)
    np.testing.assert_allclose(linear_to_db(db_to_linear(db)), db, rtol=1e-13, atol=1e-13)


def test_half_power_is_minus_3_db():
    assert linear_to_db(0.5) == pytest.approx(-3.010299956639812, rel=1e-15)


@pytest.mark.parametrize("convert", [db_to_linear, dbm_to_watt])
def test_absurd_decibels_are_refused(convert):
    with pytest.raises(ValueError, match=r"must be within \+-3000, got 3001.0 at index \(1,\) \(1 such\); a linear"):
        convert([0.0, 3001.0])
    with pytest.raises(ValueError, match=r"must be finite, got nan"):
        convert(np.nan)


@pytest.mark.parametrize("ratio", [0.0, -1.0])
def test_a_power_of_zero_has_no_decibels(ratio):
    with pytest.raises(ValueError, match=rf"ratio must be above 0, got {ratio} at index \(\).*no value in dB"):
        linear_to_db(ratio)
