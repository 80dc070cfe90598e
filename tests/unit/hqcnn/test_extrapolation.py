"""Zero-noise extrapolation and shot noise by closed forms and fits of numpy's own."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from qbench.papers.hqcnn.extrapolation import (
    MODELS,
    extrapolate,
    extrapolated_variance,
    extrapolation_weights,
    sampled,
    shot_variance,
)

FOLDS = ((1.0, 2.0, 3.0), (1.0, 3.0, 5.0))


def test_weights_by_hand():
    assert extrapolation_weights() == pytest.approx([3, -3, 1], abs=1e-14)
    assert extrapolation_weights((1, 3, 5)) == pytest.approx([15 / 8, -5 / 4, 3 / 8], abs=1e-14)
    assert extrapolation_weights((1, 2, 3), "linear") == pytest.approx([4 / 3, 1 / 3, -2 / 3], abs=1e-14)


@pytest.mark.parametrize("scales", [*FOLDS, (1.0, 1.5, 2.5, 4.0), (2.0, 5.0)])
def test_models_are_numpys_fits(scales):
    z = np.random.default_rng(0).uniform(0.1, 0.9, (len(scales), 4, 2)) * [1, -1]
    for b in np.ndindex(4, 2):
        column = z[(slice(None), *b)]
        fits = {
            "richardson": np.polyval(np.polyfit(scales, column, len(scales) - 1), 0.0),
            "linear": np.polyval(np.polyfit(scales, column, 1), 0.0),
            "exponential": np.sign(column[0]) * np.exp(np.polyval(np.polyfit(scales, np.log(np.abs(column)), 1), 0.0)),
        }
        for model in MODELS:
            assert extrapolate(z, scales, model, clip=False)[b] == pytest.approx(fits[model], rel=1e-8)


def test_exponential_decay_is_extrapolated_exactly_by_its_model_alone():
    z = -0.7 * 0.6 ** np.array(FOLDS[0])
    assert extrapolate(z, model="exponential") == pytest.approx(-0.7)
    for model in ("richardson", "linear"):
        assert abs(extrapolate(z, model=model) + 0.7) > 0.01


def test_values_outside_are_clipped():
    z = np.array([[0.9, -0.9], [0.5, -0.5], [0.2, -0.2]])
    assert extrapolate(z, clip=False) == pytest.approx([1.4, -1.4])
    assert extrapolate(z).tolist() == [1.0, -1.0]


def test_nothing_left_is_nothing():
    assert extrapolate([[0.0], [0.1], [0.0]], model="exponential").tolist() == [0.0]


def test_shot_variance_is_the_binomials():
    """C33: sums over all outcomes, in fractions."""
    for shots in (10, 100, 1000):
        for z in (Fraction(0), Fraction(3, 10), Fraction(9, 10)):
            up = (1 + z) / 2
            law = [comb(shots, k) * up**k * (1 - up) ** (shots - k) for k in range(shots + 1)]
            estimates = [Fraction(2 * k, shots) - 1 for k in range(shots + 1)]
            mean = sum(w * e for w, e in zip(law, estimates, strict=True))
            second = sum(w * e * e for w, e in zip(law, estimates, strict=True))
            assert mean == z
            assert float(shot_variance(float(z), shots)) == pytest.approx(float(second - mean**2), abs=1e-12)


def test_extrapolation_adds_variance():
    """C20: at z = 0 exactly 19 for scales 1, 2, 3 and 5.21875 for 1, 3, 5."""
    for scales, factor in zip(FOLDS, (19.0, 5.21875), strict=True):
        ratio = extrapolated_variance(np.zeros(3), 1000, scales) / shot_variance(0.0, 1000)
        assert ratio == pytest.approx(factor, rel=1e-12)
    z = np.array([[0.5, 0.9], [0.3, 0.8], [0.1, 0.7]])
    wanted = (9 * (1 - z[0] ** 2) + 9 * (1 - z[1] ** 2) + (1 - z[2] ** 2)) / 50
    np.testing.assert_allclose(extrapolated_variance(z, 50), wanted, rtol=1e-12)


def test_sampled_estimates_are_shares_of_shots():
    z = np.array([-1.0, 1.0, 0.25])
    found = sampled(np.broadcast_to(z, (2000, 3)), 40, np.random.default_rng(0))
    assert (found[:, :2] == z[:2]).all()
    np.testing.assert_allclose(found * 20, np.round(found * 20), atol=1e-12)
    assert found[:, 2].mean() == pytest.approx(0.25, abs=5 * np.sqrt(0.94 / 40 / 2000))
    assert found[:, 2].var() == pytest.approx(float(shot_variance(0.25, 40)), rel=0.2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: extrapolation_weights((1.0,)),
            r"scales must be at least two different positive numbers, got \[1\.0\]",
        ),
        (lambda: extrapolation_weights((1.0, 1.0)), "at least two different positive numbers"),
        (lambda: extrapolation_weights((0.0, 1.0)), "at least two different positive numbers"),
        (lambda: extrapolation_weights((1.0, 2.0), "exponential"), "model must be one of linear, richardson"),
        (lambda: extrapolate(np.zeros((2, 4))), r"values must lead with the 3 scales, got shape \(2, 4\)"),
        (lambda: extrapolate(np.zeros(3), model="poly"), "model must be one of .*got 'poly'"),
        (lambda: extrapolate([0.1, np.nan, 0.2]), "values must be finite"),
        (lambda: shot_variance(1.5, 10), r"z must lie in \[0, 1\], got 1.5"),
        (lambda: shot_variance(0.5, 0), "shots must be a whole number of at least 1, got 0"),
        (lambda: extrapolated_variance(np.zeros(2), 10), r"values must lead with the 3 scales, got shape \(2,\)"),
        (lambda: sampled(0.5, 2.5, np.random.default_rng(0)), "shots must be a whole number"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
