from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from qbench.papers.cloud_qnn.system import Channels, Parameters, channel_vectors, draw_channels, draw_distances
from qbench.radio import spawn

MAIN = Parameters()


def draw(seed=1, batch=5, **options):
    return draw_channels(np.random.default_rng(seed), batch, Parameters(**options))


def distances(seed=1, batch=2000, **options):
    return draw_distances(np.random.default_rng(seed), batch, Parameters(**options))


def test_defaults_are_the_main_reading():
    assert (MAIN.n_ap, MAIN.n_user, MAIN.n_tx, MAIN.n_path) == (4, 3, 2, 1)
    assert (MAIN.gain_index, MAIN.angle, MAIN.distance, MAIN.d_floor) == ("antenna", "literal", "fixed", "abs")
    assert (MAIN.mean_distance, MAIN.least_distance, MAIN.kappa, MAIN.csi_var) == (0.5, 0.05, 2.3, 0.01)
    with pytest.raises(FrozenInstanceError):
        MAIN.kappa = 2.0


# --- the channel by hand ---


def test_one_path_turns_the_phase_of_each_antenna():
    # f = 1/2: a = (i, -i)
    np.testing.assert_allclose(channel_vectors([2.0, 3.0], np.array([0.5]), 2), [2j, -3j], atol=1e-15)


def test_two_paths_add_before_the_gain_of_the_antenna():
    # f = 0 and 1/2: (1 + i)/sqrt 2 and (1 - i)/sqrt 2
    h = channel_vectors([2.0, 3.0], np.array([0.0, 0.5]), 2)
    np.testing.assert_allclose(h, np.array([2 * (1 + 1j), 3 * (1 - 1j)]) / np.sqrt(2), atol=1e-15)


def test_gains_by_path():
    h = channel_vectors(np.array([[2.0], [3.0]]), np.array([0.0, 0.5]), 2)
    np.testing.assert_allclose(h, np.array([2 + 3j, 2 - 3j]) / np.sqrt(2), atol=1e-15)


# --- what the options change ---


def test_shapes_and_nesting():
    whole = draw(batch=7)
    assert whole.h.shape == (7, 4, 3, 2)
    assert (whole.batch, whole.n_ap, whole.n_user, whole.n_tx) == ((7,), 4, 3, 2)
    few = draw(batch=2)
    np.testing.assert_array_equal(few.h, whole.h[:2])
    np.testing.assert_array_equal(few.h_hat, whole.h_hat[:2])
    large = draw(batch=3, n_ap=8, n_user=6, n_tx=4)
    assert large.h.shape == (3, 8, 6, 4)


def test_the_generator_moves_on_and_decides():
    rng = np.random.default_rng(1)
    first, second = draw_channels(rng, 2, MAIN), draw_channels(rng, 2, MAIN)
    assert (first.h != second.h).all()
    np.testing.assert_array_equal(first.h, draw(batch=2).h)


def test_the_distance_scales_the_channel():
    near, far = draw(mean_distance=0.5), draw(mean_distance=1.0)
    np.testing.assert_allclose(near.h, far.h * 0.5 ** (-2.3 / 2), rtol=1e-12)
    steep = draw(mean_distance=0.5, kappa=4.0)
    np.testing.assert_allclose(steep.h, far.h * 4.0, rtol=1e-12)


def test_the_error_is_absolute_and_only_known_channels_have_it():
    small, large, none = draw(csi_var=0.01), draw(csi_var=1.0), draw(csi_var=0.0)
    np.testing.assert_array_equal(small.h, large.h)
    np.testing.assert_allclose(large.h_hat - large.h, 10 * (small.h_hat - small.h), rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(none.h, none.h_hat)
    np.testing.assert_allclose(
        draw(csi_var=1.0, mean_distance=0.1).h_hat - draw(csi_var=1.0, mean_distance=0.1).h,
        large.h_hat - large.h,
        atol=1e-12,
    )


def test_one_path_with_gains_by_antenna_makes_the_angle_a_phase():
    literal, sin = draw(angle="literal"), draw(angle="sin")
    np.testing.assert_allclose(np.abs(literal.h), np.abs(sin.h), rtol=1e-12)
    assert (literal.h != sin.h).all()


def test_one_path_with_a_gain_of_its_own_has_rank_one():
    h = draw(gain_index="path").h
    np.testing.assert_allclose(np.abs(h[..., 0]), np.abs(h[..., 1]), rtol=1e-12)
    three = draw(gain_index="path", n_path=3).h
    assert (np.abs(np.abs(three[..., 0]) - np.abs(three[..., 1])) > 1e-9).all()


def test_angles_are_uniform_over_half_a_turn_and_used_as_frequency_or_as_its_sine():
    # Two antennas: h_2/h_1 of a rank-one link is exp(-2 pi i f). The second of four generators draws the angles.
    angle = np.pi * (spawn(np.random.default_rng(1), 4)[1].random((5, 4, 3, 1)) - 0.5)
    for reading, f in (("literal", angle), ("sin", np.sin(angle) / 2)):
        h = draw(gain_index="path", angle=reading).h
        np.testing.assert_allclose(h[..., 1] / h[..., 0], np.exp(-2j * np.pi * f[..., 0]), rtol=1e-12)


def test_distances_by_reading():
    assert set(np.unique(distances(mean_distance=0.3))) == {0.3}
    uniform = distances(distance="uniform")
    assert 0.1 <= uniform.min() < 0.11
    assert 0.99 < uniform.max() <= 1.0
    folded = distances(distance="normal", mean_distance=0.1)
    assert folded.min() == 0.05
    narrow = distances(distance="normal", mean_distance=0.5, d_floor="sigma")
    np.testing.assert_allclose(narrow.std(), 0.1, atol=0.003)
    truncated = distances(distance="normal", mean_distance=0.1, d_floor="truncate")
    assert truncated.min() > 0.05
    assert truncated.min() < 0.0505


def test_readings_of_the_distance_share_their_draws():
    kinds = [
        {"distance": "uniform"},
        {"distance": "normal", "mean_distance": 2.0},
        {"distance": "normal", "mean_distance": 2.0, "d_floor": "sigma"},
        {"distance": "normal", "mean_distance": 2.0, "d_floor": "truncate"},
    ]
    orders = [np.argsort(distances(batch=50, **kind), axis=None) for kind in kinds]
    for order in orders[1:]:
        np.testing.assert_array_equal(order, orders[0])


def test_the_truncated_law_is_the_normal_law_above_the_floor():
    # Its quantiles: P(d <= x) = (Phi(x) - Phi(floor))/(1 - Phi(floor)), by the map of the same normals.
    from scipy.stats import norm

    p = {"distance": "normal", "mean_distance": 0.1}
    whole = norm(0.1, np.sqrt(0.1))
    z = np.random.default_rng(1).standard_normal((20, 4, 3))
    d = distances(batch=20, d_floor="truncate", **p)
    share = (whole.cdf(d) - whole.cdf(0.05)) / whole.sf(0.05)
    np.testing.assert_allclose(share, norm.cdf(z), rtol=1e-9)


def test_rated_chooses_the_channel():
    channels = draw()
    assert channels.rated() is channels.h
    assert channels.rated("h_hat") is channels.h_hat


# --- errors ---


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_ap": 0}, r"n_ap must be a whole number of at least 1, got 0"),
        ({"n_user": -1}, r"n_user must be a whole number of at least 1, got -1"),
        ({"n_tx": 2.0}, r"n_tx must be a whole number of at least 1, got 2.0"),
        ({"n_path": 0}, r"n_path must be a whole number of at least 1, got 0"),
        ({"gain_index": "antena"}, r"gain_index must be one of antenna, path, got 'antena'; did you mean 'antenna'"),
        ({"angle": "cos"}, r"angle must be one of literal, sin, got 'cos'"),
        ({"distance": "gauss"}, r"distance must be one of fixed, normal, uniform, got 'gauss'"),
        ({"d_floor": "clip"}, r"d_floor must be one of abs, sigma, truncate, got 'clip'"),
        ({"mean_distance": 0.0}, r"mean_distance must lie in \(0, inf\), got 0.0"),
        ({"mean_distance": -0.5}, r"mean_distance must lie in \(0, inf\), got -0.5"),
        ({"mean_distance": np.inf}, r"mean_distance must lie in \(0, inf\), got inf"),
        ({"least_distance": 0.0}, r"least_distance must lie in \(0, inf\), got 0.0"),
        ({"kappa": -2.3}, r"kappa must lie in \[0, inf\), got -2.3"),
        ({"csi_var": -0.01}, r"csi_var must lie in \[0, inf\), got -0.01"),
        ({"csi_var": np.nan}, r"csi_var must lie in \[0, inf\), got nan"),
    ],
)
def test_parameters_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        Parameters(**options)


def test_parameters_of_another_kind():
    with pytest.raises(TypeError, match=r"kappa must be a number, got '2.3'"):
        Parameters(kappa="2.3")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: draw(batch=0), r"batch must be a whole number of at least 1, got 0"),
        (
            lambda: Channels(np.ones((4, 3, 2)), np.ones((4, 3, 3))),
            r"h and h_hat must have the same shape .*antennas\), got \(4, 3, 2\) and \(4, 3, 3\)",
        ),
        (lambda: Channels(np.ones((3, 2)), np.ones((3, 2))), r"h must have at least 3 axes, got shape \(3, 2\)"),
        (lambda: Channels(np.full((1, 1, 1), np.nan), np.ones((1, 1, 1))), r"h must be finite, got \(nan"),
        (lambda: draw().rated("hhat"), r"rate_channel must be one of h, h_hat, got 'hhat'; did you mean 'h_hat'"),
        (
            lambda: channel_vectors(np.ones(3), np.zeros(1), 2),
            r"gains must have shape \(2,\) \(one an antenna\) or \(1, 1\) \(one a path\), got \(3,\) for 1 paths",
        ),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_seed_is_not_a_generator():
    with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator, got 7"):
        draw_channels(7, 2, MAIN)
