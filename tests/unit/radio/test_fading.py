from __future__ import annotations

import numpy as np
import pytest

from qbench.radio import rayleigh_power_gain


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
