from __future__ import annotations

import numpy as np
import pytest

from qbench.radio import rayleigh_power_gain, shadowing_db


def test_gains_are_exponential_draws_of_the_given_generator():
    gains = rayleigh_power_gain(np.random.default_rng(7), (5, 2, 3))
    np.testing.assert_array_equal(gains, np.random.default_rng(7).standard_exponential((5, 2, 3)))
    assert (gains >= 0).all()


def test_a_longer_first_axis_keeps_the_draws():
    few = rayleigh_power_gain(np.random.default_rng(7), (2, 3))
    many = rayleigh_power_gain(np.random.default_rng(7), (9, 3))
    np.testing.assert_array_equal(many[:2], few)


def test_a_seed_is_not_a_generator():
    with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator, got 7; make one with"):
        rayleigh_power_gain(7, (2,))


def test_lengths_are_counts():
    with pytest.raises(ValueError, match=r"every length in shape must be a whole number of at least 1, got 0"):
        rayleigh_power_gain(np.random.default_rng(7), (2, 0))


def test_shadowing_is_normal_in_db_and_sigma_rescales_it():
    draws = shadowing_db(np.random.default_rng(7), (5, 2, 3), 8.0)
    np.testing.assert_array_equal(draws, 8.0 * np.random.default_rng(7).standard_normal((5, 2, 3)))
    np.testing.assert_array_equal(shadowing_db(np.random.default_rng(7), (2, 2, 3), 4.0), draws[:2] / 2)
    assert (shadowing_db(np.random.default_rng(7), (3,), 0.0) == 0).all()


def test_shadowing_refuses_bad_arguments():
    with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator, got 7; make one with"):
        shadowing_db(7, (2,), 8.0)
    with pytest.raises(ValueError, match=r"sigma_db must lie in \[0, inf\), got -8.0"):
        shadowing_db(np.random.default_rng(7), (2,), -8.0)
    with pytest.raises(ValueError, match=r"every length in shape must be a whole number of at least 1, got 0"):
        shadowing_db(np.random.default_rng(7), (0,), 8.0)
