"""Networks: geometry, gains and their readings."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qbench.papers.hqcnn.system import Networks, Parameters, distances, draw_networks
from qbench.radio import linear_to_db, shadowing_db, spawn, three_slope_gain_db


def draw(batch=4, seed=11, **options):
    return draw_networks(np.random.default_rng(seed), batch, Parameters(**options))


def loss_db(metres):
    km = metres / 1000
    return -141 - 35 * math.log10(km) if km > 0.05 else -141 - 15 * math.log10(0.05) - 20 * math.log10(max(km, 0.01))


def test_gains_by_an_independent_formula():
    nets = draw(shadowing="none", n_ap=7, n_user=5)
    for b in range(4):
        for m in range(7):
            for k in range(5):
                (x, y), (u, v) = nets.ap[b, m], nets.user[b, k]
                gain = 10 ** (loss_db(math.hypot(x - u, y - v)) / 10)
                assert nets.beta[b, m, k] == pytest.approx(gain, rel=1e-12, abs=0)


def test_shadowing_in_db_on_every_link():
    plain, shadowed = draw(shadowing="none"), draw()
    expected = shadowing_db(spawn(np.random.default_rng(11), 3)[2], (4, 10, 6), 8.0)
    np.testing.assert_allclose(linear_to_db(shadowed.beta / plain.beta), expected, atol=1e-11)
    np.testing.assert_allclose(linear_to_db(draw(sigma_db=4.0).beta / plain.beta), expected / 2, atol=1e-11)


def test_shadowing_of_far_links():
    near = {"side_m": 100.0, "n_ap": 20}
    plain, far, every = draw(shadowing="none", **near), draw(shadowing="far", **near), draw(**near)
    beyond = distances(plain.ap, plain.user) > 50.0
    assert 0.1 < beyond.mean() < 0.9
    np.testing.assert_array_equal(far.beta, np.where(beyond, every.beta, plain.beta))


def test_distances_by_hand():
    ap, user = np.array([[0.0, 0.0], [900.0, 100.0]]), np.array([[30.0, 40.0], [950.0, 700.0], [0.0, 0.0]])
    np.testing.assert_allclose(distances(ap, user)[0], [50, math.hypot(950, 700), 0])
    np.testing.assert_allclose(distances(ap, user, wrap_m=1000.0)[0], [50, math.hypot(50, 300), 0])
    np.testing.assert_allclose(
        distances(ap, user, wrap_m=1000.0)[1], [math.hypot(130, 60), math.hypot(50, 400), math.hypot(100, 100)]
    )


def test_wrapping_shortens_ways_and_moves_nobody():
    plain, torus = draw(batch=50, shadowing="none"), draw(batch=50, shadowing="none", wrap=True)
    np.testing.assert_array_equal(plain.user, torus.user)
    assert (torus.beta >= plain.beta).all()
    assert (torus.beta > plain.beta).any()
    expected = three_slope_gain_db(distances(plain.ap, plain.user, wrap_m=1000.0))
    np.testing.assert_allclose(linear_to_db(torus.beta), expected, rtol=1e-13)


def test_more_networks_keep_the_first():
    for options in ({}, {"users": "clusters"}, {"fixed_aps": True}):
        few, many = draw(batch=2, **options), draw(batch=9, **options)
        for name in ("ap", "user", "beta"):
            np.testing.assert_array_equal(getattr(many, name)[:2], getattr(few, name))


def test_readings_share_their_draws():
    base = draw()
    np.testing.assert_array_equal(draw(shadowing="none").user, base.user)
    np.testing.assert_array_equal(draw(users="clusters").ap, base.ap)
    fixed = draw(fixed_aps=True)
    np.testing.assert_array_equal(fixed.user, base.user)
    assert (fixed.ap == base.ap[0]).all()
    assert not (base.ap == base.ap[0]).all()


def test_places_fill_the_square():
    nets = draw(batch=500)
    for places in (nets.ap, nets.user):
        assert places.min() >= 0
        assert places.max() <= 1000
        # Uniform: mean 500 and variance 1e6/12, within four of their standard errors.
        n = places.size
        assert abs(places.mean() - 500) < 4 * 288.7 / math.sqrt(n)
        assert abs(places.var() / (1e6 / 12) - 1) < 4 * math.sqrt(0.8 / n)


def test_clusters():
    nets = draw(batch=300, users="clusters", n_user=40, cluster_m=10.0)
    assert nets.user.min() >= 0
    assert nets.user.max() <= 1000
    for b in range(300):
        # Two balls of about 10 m: the largest gap from any user splits them, and centres keep 200 m from the edges.
        centre = nets.user[b, 0]
        near = np.hypot(*(nets.user[b] - centre).T) < 80
        for group in (nets.user[b][near], nets.user[b][~near]):
            if len(group) > 8:
                assert (group.std(axis=0) < 40).all()
                assert (np.abs(group.mean(axis=0) - 500) < 325).all()
    spread = draw(batch=300, users="clusters", n_user=40, cluster_m=0.0).user
    assert (np.array([len(np.unique(places, axis=0)) for places in spread]) == 2).all()


def test_users_are_clipped_to_the_square():
    nets = draw(batch=50, users="clusters", cluster_m=2000.0)
    assert (nets.user == 0.0).any()
    assert (nets.user == 1000.0).any()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Parameters(n_ap=0), r"n_ap must be a whole number of at least 1, got 0"),
        (lambda: Parameters(n_user=0), r"n_user must be a whole number of at least 1, got 0"),
        (lambda: Parameters(side_m=0.0), r"side_m must lie in \(0, inf\), got 0.0"),
        (lambda: Parameters(sigma_db=-1.0), r"sigma_db must lie in \[0, inf\), got -1.0"),
        (lambda: Parameters(cluster_m=np.nan), r"cluster_m must lie in \[0, inf\), got nan"),
        (lambda: Parameters(shadowing="far away"), r"shadowing must be one of all, far, none, got 'far away'"),
        (lambda: Parameters(users="cluster"), r"users must be one of .*; did you mean 'clusters'"),
        (lambda: draw(batch=0), r"batch must be a whole number of at least 1, got 0"),
        (lambda: distances(np.zeros((2, 3)), np.zeros((2, 2))), r"must agree, got \(2, 3\) and \(2, 2\)"),
        (
            lambda: distances(np.zeros((2, 2)), [[3.0, 9.0]], wrap_m=5.0),
            r"user must lie in \[0, 5\]\^2, .* from 3 to 9",
        ),
        (lambda: Networks(np.zeros((2, 2)), np.zeros((3, 2)), np.ones((3, 2))), r"must agree, got shapes \(2, 2\), "),
        (lambda: Networks(np.zeros((1, 2)), np.zeros((1, 2)), [[0.0]]), r"beta must be above 0, got 0.0"),
        (lambda: Networks([[np.nan, 0]], np.zeros((1, 2)), [[1.0]]), r"ap must be finite, got nan"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_kinds():
    with pytest.raises(TypeError, match=r"wrap must be True or False, got 1"):
        Parameters(wrap=1)
    with pytest.raises(TypeError, match=r"sigma_db must be a number, got '8'"):
        Parameters(sigma_db="8")
    with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator, got 3"):
        draw_networks(3, 1, Parameters())
