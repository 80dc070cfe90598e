from __future__ import annotations

import numpy as np
import pytest

from qbench.radio import antenna_offsets, spatial_frequency, steering_vector


def test_offsets_by_hand():
    assert antenna_offsets(1).tolist() == [0.0]
    assert antenna_offsets(2).tolist() == [-0.5, 0.5]
    assert antenna_offsets(5).tolist() == [-2.0, -1.0, 0.0, 1.0, 2.0]


def test_steering_by_hand():
    # f = 1/2, two antennas: exp(-+ i pi/2); f = 1/4, three: exp(i pi/2), 1, exp(-i pi/2)
    np.testing.assert_allclose(steering_vector(0.5, 2), [1j, -1j], atol=1e-15)
    np.testing.assert_allclose(steering_vector(0.25, 3), [1j, 1, -1j], atol=1e-15)


def test_leading_axes_are_kept():
    f = np.linspace(-0.5, 0.5, 6).reshape(2, 3)
    whole = steering_vector(f, 4)
    assert whole.shape == (2, 3, 4)
    np.testing.assert_array_equal(whole[1, 2], steering_vector(f[1, 2], 4))


def test_spatial_frequency_by_hand():
    np.testing.assert_allclose(spatial_frequency([0.0, np.pi / 6, -np.pi / 2]), [0.0, 0.25, -0.5], atol=1e-16)
    assert spatial_frequency(np.pi / 2, 2.0) == 2.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: antenna_offsets(0), r"antennas must be a whole number of at least 1, got 0"),
        (lambda: antenna_offsets(2.0), r"antennas must be a whole number of at least 1, got 2.0"),
        (lambda: steering_vector(np.inf, 2), r"frequency must be finite, got inf"),
        (lambda: steering_vector([], 2), r"frequency must not be empty, got shape \(0,\)"),
        (lambda: spatial_frequency(np.nan), r"angle_rad must be finite, got nan"),
        (lambda: spatial_frequency(0.0, 0.0), r"spacing_wavelengths must lie in \(0, inf\), got 0.0"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
