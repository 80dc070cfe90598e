from __future__ import annotations

import numpy as np
import pytest

from qbench.radio import complex_gaussian, spawn


def test_complex_gaussians_are_pairs_of_normals_of_variance_one_half():
    z = complex_gaussian(np.random.default_rng(3), (4, 2))
    parts = np.random.default_rng(3).standard_normal((4, 2, 2))
    np.testing.assert_allclose(z, (parts[..., 0] + 1j * parts[..., 1]) / np.sqrt(2), rtol=1e-15)


def test_a_longer_first_axis_keeps_the_draws():
    few = complex_gaussian(np.random.default_rng(3), (2, 3))
    np.testing.assert_array_equal(complex_gaussian(np.random.default_rng(3), (9, 3))[:2], few)


def test_spawned_generators_depend_on_the_state_alone_and_nest():
    one, other = np.random.default_rng(5), np.random.default_rng(5)
    few, many = spawn(one, 2), spawn(other, 5)
    assert [rng.random() for rng in few] == [rng.random() for rng in many[:2]]
    assert one.random() == other.random()
    assert len({rng.random() for rng in many}) == 5
    assert spawn(one, 1)[0].random() != spawn(np.random.default_rng(5), 1)[0].random()


def test_errors():
    with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator, got 7; make one with"):
        complex_gaussian(7, (2,))
    with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator, got None"):
        spawn(None, 2)
    with pytest.raises(ValueError, match=r"every length in shape must be a whole number of at least 1, got 0"):
        complex_gaussian(np.random.default_rng(1), (2, 0))
    with pytest.raises(ValueError, match=r"count must be a whole number of at least 1, got 0"):
        spawn(np.random.default_rng(1), 0)
