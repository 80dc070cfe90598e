"""Rotosolve: exact minimisation of one angle at a time, from three values of a sinusoid.

Ostaszewski, Grant and Benedetti, Quantum 5, 391 (2021); Nakanishi, Fujii and Todo, Phys. Rev. Res. 2, 043158 (2020).

An angle t that enters through one gate whose generator has two eigenvalues a distance w apart (w = 1 for RX, RY, RZ and
U3's angles, whose generators are +-1/2) makes an expectation value f(t) = A sin(w t + B) + C with A >= 0 while the
other angles rest. With L0 = f(t0) and L+- = f(t0 +- pi/(2w)):

    s = (2 L0 - L+ - L-) / 2 = A sin(w t0 + B),    k = (L+ - L-) / 2 = A cos(w t0 + B),    C = (L+ + L-) / 2,

so the phase is w t0 + B = arctan2(s, k), and f is lowest, C - A, where w t + B = -pi/2, that is at
t* = t0 - [pi/2 + arctan2(s, k)] / w, modulo 2 pi / w.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, one_of, positive_int
from qbench.quantum.optimise.trace import Curve, evaluate, start_point

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray
    from qbench.quantum.optimise.trace import Objective, Trace

ANGLES = ("arctan", "arctan2")
REFERENCES = ("current", "zero")
TIES = ("formula", "stay")
FLAT = 1e-13  # an amplitude below this share of the largest of the three values is rounding


def _landing(here: float, plus: float, minus: float, *, angle: str, ties: str) -> tuple[float | None, float]:
    """Return w (t* - t0), or None to stay, and f there according to the sinusoid, from L0, L+ and L- of one member."""
    s, k, centre = (2.0 * here - plus - minus) / 2.0, (plus - minus) / 2.0, (plus + minus) / 2.0
    amplitude = math.hypot(s, k)
    if ties == "stay" and amplitude <= FLAT * max(abs(here), abs(plus), abs(minus)):
        return None, here
    if angle == "arctan2":
        return -math.pi / 2.0 - math.atan2(s, k), centre - amplitude
    if k == 0.0:
        if s == 0.0:
            raise ValueError('arctan(0/0) has no value; use ties="stay" or angle="arctan2"')
        return -math.pi / 2.0 - math.copysign(math.pi / 2.0, s), centre - amplitude
    return -math.pi / 2.0 - math.atan(s / k), centre - math.copysign(amplitude, k)


def rotosolve(
    objective: Objective,
    theta0: ArrayLike,
    *,
    iterations: int,
    frequency: ArrayLike = 1.0,
    angle: str = "arctan2",
    reference: str = "current",
    ties: str = "stay",
    reuse: bool = False,
    monitor: Objective | None = None,
    keep_thetas: bool = False,
) -> Trace:
    """Minimise `objective` (*B, P) -> (*B,) from `theta0` (*B, P), radians, by `iterations` sweeps over the angles.

    Each sweep sets the angles 0, 1, ..., P - 1 in turn to their exact minimum (module docstring), brought into
    [-pi/w, pi/w]. Exact only where the objective is one sinusoid in each angle alone: an expectation value, no angle
    used twice, and not CVaR or anything else nonlinear in the probabilities.

    frequency: w > 0, a number or (P,), one for each angle.
    angle: "arctan2", or "arctan" as some papers print it, phase' = arctan(s / k). That is single-valued in
        (-pi/2, pi/2) and sees only the ratio: where k >= 0 (k = 0 read as the limit) it is the phase; where k < 0, that
        is f(t0 + pi/(2w)) < f(t0 - pi/(2w)), it is the phase +- pi, so t* comes out half a period off, where
        f = C + A: the maximum. k = A cos(w t0 + B) < 0 holds for half of all phases. At A = 1.7, B = 2.4, C = .3,
        w = 1, t0 = 0: arctan2 gives t* = -3.9708 = 2.3124 and f = -1.4, arctan gives t* = -.8292 and f = 2.
    reference: t0 = the "current" angle, or "zero", as the formula is often printed. The same t* for a sinusoid; not for
        other objectives, such as decoded, piecewise constant ones.
    ties: where the three values agree, to 1e-13 of the largest, "stay" leaves the angle. "formula" follows the formula
        to the letter: arctan2(0, 0) = 0 moves it by -pi/(2w), arctan(0/0) is an error.
    reuse: takes L0 of an angle from the sinusoid of the one before (C - A) instead of measuring it; the first angle of
        every sweep is measured, so that errors of noise or of the model do not pass from sweep to sweep.
    monitor: gives the curve, called at theta0 and then after every sweep; None takes the objective itself.

    Counted: 3 P evaluations a sweep (L0, L+, L- for each angle), or 2 P + 1 with `reuse`. The curve is not counted.
    Raises ValueError for fewer than 1 sweep, P = 0, frequencies that are not positive, unknown words, `reuse` with
    reference "zero" (f is not known there), and an objective that returns another shape or is not finite.
    """
    theta = start_point(theta0)
    size = theta.shape[-1]
    sweeps = positive_int("iterations", iterations)
    one_of("angle", angle, ANGLES)
    one_of("reference", reference, REFERENCES)
    one_of("ties", ties, TIES)
    w = finite_array("frequency", frequency)
    if np.any(w <= 0) or w.shape not in ((), (size,)):
        raise ValueError(f"frequency must be positive, a number or of shape {(size,)}, got {frequency!r}")
    if reuse and reference == "zero":
        raise ValueError('reuse needs reference "current": the value at angle zero is not known from the step before')
    frequencies = np.broadcast_to(w, (size,)).tolist()
    watch = objective if monitor is None else monitor
    curve = Curve(theta, evaluate(watch, theta, "the start of the curve"), keep_thetas=keep_thetas)
    count, counts = 0, []

    def value(p: int, turned: FloatArray) -> FloatArray:
        """Return the objective with angle p replaced, counted."""
        nonlocal count
        count += 1
        moved = theta.copy()
        moved[..., p] = turned
        return evaluate(objective, moved, f"evaluation {count} (angle {p})")

    for sweep in range(1, sweeps + 1):
        known: FloatArray | None = None
        for p in range(size):
            origin = theta[..., p] if reference == "current" else np.zeros(theta.shape[:-1])
            quarter = math.pi / (2.0 * frequencies[p])
            here = value(p, origin) if known is None else known
            plus, minus = value(p, origin + quarter), value(p, origin - quarter)
            turned, depth = theta[..., p].flatten(), np.empty(origin.size)
            rows = np.stack((origin, here, plus, minus)).reshape(4, -1).T.tolist()
            # One number at a time: numpy's vector arctan2 may round differently with the place in the batch.
            for m, (t0, *three) in enumerate(rows):
                try:
                    phase, depth[m] = _landing(*three, angle=angle, ties=ties)
                except ValueError as error:
                    raise ValueError(f"member number {m}, angle {p} in sweep {sweep}: {error}") from None
                if phase is not None:
                    turned[m] = math.remainder(t0 + phase / frequencies[p], 4.0 * quarter)
            theta = theta.copy()
            theta[..., p] = turned.reshape(origin.shape)
            known = depth.reshape(origin.shape) if reuse else None
        counts.append(count)
        curve.add(theta, evaluate(watch, theta, f"curve value {sweep}"))
    return curve.trace("rotosolve", counts)
