"""Noise of a quantum channel over time, Eqs. (7) and (8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, in_interval
from qbench.radio._arguments import nonnegative

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray

NOISE_FLOOR = 1e-9
"""Least noise, 1/s: Eq. (9) divides by it, and a large swing would take Eq. (8) below 0."""


def noise_change(
    time_s: ArrayLike,
    *,
    amplitude: float,
    swing: float,
    decay_per_s: float,
    turn_per_s: float,
    phase: float = 0.0,
) -> FloatArray:
    """Return f(t) = A exp(-b w t) + B cos(m w t + phi), Eq. (7), 1/s^2.

    `time_s`: t, any shape, at least 0; `amplitude`, `swing`: A, B, 1/s^2; `decay_per_s`, `turn_per_s`: the products b w
    and m w, 1/s, above 0; `phase`: phi, rad. The print has beta(w e) and mu(w e), read as products, and calls a phase
    an angular frequency. Raises ValueError for values outside these ranges.
    """
    t, a, b, decay, turn, phi = _arguments(time_s, amplitude, swing, decay_per_s, turn_per_s, phase)
    return np.asarray(a * np.exp(-decay * t) + b * np.cos(turn * t + phi))


def noise_rate(
    time_s: ArrayLike,
    *,
    baseline: float,
    amplitude: float,
    swing: float,
    decay_per_s: float,
    turn_per_s: float,
    phase: float = 0.0,
) -> FloatArray:
    """Return N(t) = N_0 + integral of f from 0 to t, Eq. (8), 1/s, and at least 1e-9.

    N_0 + A (1 - exp(-b w t))/(b w) + B (sin(m w t + phi) - sin phi)/(m w): the print has no limits, 0 to t are ours.
    `baseline`: N_0, 1/s, at least 0; the rest and the errors as `noise_change`.
    """
    t, a, b, decay, turn, phi = _arguments(time_s, amplitude, swing, decay_per_s, turn_per_s, phase)
    n0 = in_interval("baseline", baseline, 0.0, np.inf, hi_open=True)
    grown = a * -np.expm1(-decay * t) / decay
    turned = b * (np.sin(turn * t + phi) - np.sin(phi)) / turn
    return np.asarray(np.maximum(NOISE_FLOOR, n0 + grown + turned))


def _arguments(
    time_s: ArrayLike, amplitude: float, swing: float, decay: float, turn: float, phase: float
) -> tuple[FloatArray, float, float, float, float, float]:
    above = {"lo_open": True, "hi_open": True}
    return (
        nonnegative("time_s", time_s),
        in_interval("amplitude", amplitude, 0.0, np.inf, hi_open=True),
        in_interval("swing", swing, 0.0, np.inf, hi_open=True),
        in_interval("decay_per_s", decay, 0.0, np.inf, **above),
        in_interval("turn_per_s", turn, 0.0, np.inf, **above),
        float(finite_array("phase", phase)),
    )
