from __future__ import annotations

import numpy as np
import pytest

from qbench.radio import band_coupling, sinr_from_powers


def test_two_stations_by_hand():
    full = [[0.0, 1.0], [1.0, 0.0]]
    np.testing.assert_allclose(sinr_from_powers([[6.0, 2.0]], 1.0, full), [[6 / 3, 2 / 7]], rtol=1e-15)


def test_coupling_rows_are_links_and_columns_disturbers():
    # Only station 1 disturbs, only the link to station 0, at half its power.
    one_way = [[0.0, 0.5], [0.0, 0.0]]
    np.testing.assert_allclose(sinr_from_powers([[6.0, 2.0]], 1.0, one_way), [[6 / 2, 2 / 1]], rtol=1e-15)


def test_noise_may_differ_by_user_and_link():
    received = [[4.0, 4.0], [4.0, 4.0]]
    noise = [[1.0, 2.0], [4.0, 8.0]]
    np.testing.assert_array_equal(sinr_from_powers(received, noise, np.zeros((2, 2))), [[4, 2], [1, 0.5]])


def test_leading_axes_are_a_batch_for_powers_noise_and_coupling():
    rng = np.random.default_rng(3)
    received = rng.random((5, 1, 2, 3))
    noise = rng.random((5, 1, 2, 1))
    coupling = rng.random((4, 3, 3)) * (1 - np.eye(3))
    whole = sinr_from_powers(received, noise, coupling)
    assert whole.shape == (5, 4, 2, 3)
    for a in range(5):
        for b in range(4):
            np.testing.assert_array_equal(whole[a, b], sinr_from_powers(received[a, 0], noise[a, 0], coupling[b]))


def test_weak_interference_is_not_lost_beside_a_strong_signal():
    # total minus own would return 0 here: 1 + 1e-20 is 1.
    np.testing.assert_allclose(sinr_from_powers([[1.0, 1e-20]], 0.0, 1 - np.eye(2)), [[1e20, 1e-20]], rtol=1e-15)


def test_band_coupling_by_hand():
    coupling = band_coupling([False, True, False, True], [1.0, 0.25, 1.0, 0.25])
    np.testing.assert_array_equal(coupling, [[0, 0, 1, 0], [0, 0, 0, 0.25], [1, 0, 0, 0], [0, 0.25, 0, 0]])


def test_band_coupling_of_one_number_and_of_any_labels():
    np.testing.assert_array_equal(band_coupling(["a", "b", "a"], 0.5), [[0, 0, 0.5], [0, 0, 0], [0.5, 0, 0]])


def test_band_coupling_factor_belongs_to_the_link():
    np.testing.assert_array_equal(band_coupling([0, 0], [0.5, 2.0]), [[0, 0.5], [2.0, 0]])


def test_band_coupling_errors():
    with pytest.raises(ValueError, match=r"band must be one label a station, shape \(stations,\), got shape \(1, 2\)"):
        band_coupling([[0, 1]])
    with pytest.raises(ValueError, match=r"band must be one label a station"):
        band_coupling([])
    with pytest.raises(ValueError, match=r"factor must be one number or have the shape \(2,\) of band, got \(3,\)"):
        band_coupling([0, 1], [1.0, 1.0, 1.0])
    with pytest.raises(ValueError, match=r"factor must be at least 0, got -1.0"):
        band_coupling([0, 1], -1.0)


@pytest.mark.parametrize(
    ("received", "noise", "coupling", "message"),
    [
        ([[1.0, -1.0]], 1.0, np.zeros((2, 2)), r"received_w must be at least 0, got -1.0 at index \(0, 1\)"),
        ([[1.0, np.inf]], 1.0, np.zeros((2, 2)), r"received_w must be finite, got inf"),
        ([1.0, 1.0], 1.0, np.zeros((2, 2)), r"received_w must have at least 2 axes, got shape \(2,\)"),
        ([[1.0, 1.0]], -1.0, np.zeros((2, 2)), r"noise_w must be at least 0, got -1.0"),
        ([[1.0, 1.0]], [1.0] * 3, np.zeros((2, 2)), r"shapes must broadcast, got noise_w \(3,\), received_w \(1, 2\)"),
        ([[1.0, 1.0]], [[1.0]] * 3, np.zeros((2, 2)), r"noise_w must broadcast to \(users, stations\) = \(1, 2\)"),
        (
            [[1.0, 1.0]],
            1.0,
            np.zeros((3, 3)),
            r"end in \(stations, stations\) = \(2, 2\), got shape \(3, 3\); received",
        ),
        ([[1.0, 1.0]], 1.0, [[0, -1.0], [0, 0]], r"coupling must be at least 0, got -1.0 at index \(0, 1\)"),
        (
            [[1.0, 1.0]],
            1.0,
            np.eye(2),
            r"diagonal of coupling must be 0, got 1.0 at index \(0,\) \(2 such\); a station",
        ),
        (np.ones((2, 1, 2)), 1.0, np.zeros((3, 2, 2)), r"shapes must broadcast, got received_w \(2, 1, 2\), coupling"),
        ([[1.0, 1.0]], 0.0, np.zeros((2, 2)), r"the SINR must be finite, got inf at index \(0, 0\) \(2 such\).*give a"),
        ([[0.0, 1.0]], 0.0, np.zeros((2, 2)), r"the SINR must be finite, got nan at index \(0, 0\)"),
        ([[1e308, 1e308]], 1e308, 1 - np.eye(2), r"noise plus interference must be finite, got inf"),
    ],
)
def test_errors_name_the_way_out(received, noise, coupling, message):
    with pytest.raises(ValueError, match=message):
        sinr_from_powers(received, noise, coupling)
