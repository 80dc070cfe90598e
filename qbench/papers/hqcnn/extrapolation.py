"""Zero-noise extrapolation of expectation values, and what it does to shot noise.

The paper says that ZNE was used and gives neither scales nor model. Defaults: scales 1, 2, 3 and Richardson, those of
Mitiq; weights 3, -3, 1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, in_interval, one_of, positive_int

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray

MODELS = ("richardson", "linear", "exponential")
SCALES = (1.0, 2.0, 3.0)


def extrapolation_weights(scales: ArrayLike = SCALES, model: str = "richardson") -> FloatArray:
    """Return c with sum_i c_i f(lambda_i) the model's value at 0.

    "richardson": the polynomial through all points; "linear": the line of least squares. Raises ValueError for another
    model, fewer than two scales, and scales that are not positive and different.
    """
    one_of("model", model, ("richardson", "linear"))
    x = _scales(scales)
    if model == "richardson":
        return np.array([math.prod(float(o / (o - own)) for o in np.delete(x, k)) for k, own in enumerate(x)])
    centred = x - x.mean()
    return np.asarray(1.0 / x.size - x.mean() * centred / (centred**2).sum())


def extrapolate(
    values: ArrayLike, scales: ArrayLike = SCALES, model: str = "richardson", *, clip: bool = True
) -> FloatArray:
    """Return the values at no noise, (*B,), of values (scales, *B) with noise.

    "exponential": ln |value| is linear in the scale, by least squares, with the sign of the first value and 0 for an
    asymptote; where a value is 0 nothing is left to extrapolate, and 0 comes out. `clip`: to [-1, 1], as no <Z> lies
    outside. Raises ValueError as `extrapolation_weights`, and for another number of values than scales.
    """
    one_of("model", model, MODELS)
    x = _scales(scales)
    z = finite_array("values", values, ndim_at_least=1)
    if len(z) != x.size:
        raise ValueError(f"values must lead with the {x.size} scales, got shape {z.shape}")
    if model == "exponential":
        c = extrapolation_weights(x, "linear").reshape(-1, *([1] * (z.ndim - 1)))
        alive = (z != 0.0).all(axis=0)
        logs = np.log(np.abs(np.where(alive, z, 1.0)))
        found = np.where(alive, np.sign(z[0]) * np.exp((c * logs).sum(axis=0)), 0.0)
    else:
        c = extrapolation_weights(x, model).reshape(-1, *([1] * (z.ndim - 1)))
        found = (c * z).sum(axis=0)
    return np.asarray(np.clip(found, -1.0, 1.0) if clip else found)


def shot_variance(z: ArrayLike, shots: int) -> FloatArray:
    """Return the variance (1 - z^2) / S of <Z> = z estimated by S shots. Raises ValueError for |z| > 1 and S < 1."""
    values = finite_array("z", z)
    in_interval("z", float(np.abs(values).max()), 0.0, 1.0)
    return np.asarray((1.0 - values**2) / positive_int("shots", shots))


def extrapolated_variance(
    values: ArrayLike, shots: int, scales: ArrayLike = SCALES, model: str = "richardson"
) -> FloatArray:
    """Return sum_i c_i^2 (1 - z_i^2) / S, (*B,), of values (scales, *B), S shots each, before any clipping.

    At z = 0 it is sum_i c_i^2 times that of one value: 19 for Richardson with 1, 2, 3. Raises ValueError as
    `extrapolation_weights` and `shot_variance` do.
    """
    c = extrapolation_weights(scales, model)
    variance = shot_variance(values, shots)
    if variance.ndim < 1 or len(variance) != c.size:
        raise ValueError(f"values must lead with the {c.size} scales, got shape {variance.shape}")
    return np.asarray((c.reshape(-1, *([1] * (variance.ndim - 1))) ** 2 * variance).sum(axis=0))


def sampled(z: ArrayLike, shots: int, rng: np.random.Generator) -> FloatArray:
    """Draw estimates of <Z> = z by `shots` measurements each. Raises ValueError as `shot_variance`."""
    shot_variance(z, shots)
    ups: IntArray = rng.binomial(shots, (1.0 + np.asarray(z, dtype=np.float64)) / 2.0)
    return np.asarray(2.0 * ups / shots - 1.0)


def _scales(scales: ArrayLike) -> FloatArray:
    x = finite_array("scales", scales, ndim_at_least=1)
    if x.ndim != 1 or x.size < 2 or (x <= 0.0).any() or len(np.unique(x)) < x.size:
        raise ValueError(f"scales must be at least two different positive numbers, got {x.tolist()}")
    return x
