"""How the papers move angles: the parameter-shift rule, Rotosolve, and the decreasing step.

Small functions of arrays with any leading axes, for a training loop to call. For f(t) = <O> with t in one gate
exp(-i t P / 2), P a Pauli: f = a + b cos t + c sin t, so [f(t + s) - f(t - s)] / (2 sin s) = f'(t) for any s. The
2022 paper prints the difference the other way round, Eq. (17), and both print the factor as "1/2 sin(s)", journal
Appendix B. Read as 1 / (2 sin s) it is right; read literally it gives sin^2(s) f'(t). At s = pi/2, the papers' value,
both readings agree. The reversed sign makes descent an ascent.

A loss is not an expectation value. Of (<Z> - c)^2 with <Z> = cos t the rule gives 2 c sin t, the derivative is
2 c sin t - sin 2t; of a decoded, piecewise constant loss it gives differences of steps, the derivative is 0.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, in_interval, one_of, positive_int
from qbench.quantum.optimise.rotosolve import rotosolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray

SIGNS = ("correct", "printed")
PREFACTORS = ("correct", "printed")


def shifted_angles(theta: ArrayLike, shift: float = math.pi / 2) -> FloatArray:
    """Return (*B, 2, P, P): theta (*B, P) with angle p alone turned, by +shift at [..., 0, p, :], by -shift at 1.

    Radians. Raises ValueError for angles that are empty or not finite.
    """
    t = finite_array("theta", theta, ndim_at_least=1)
    moves = float(shift) * np.eye(t.shape[-1])
    return np.asarray(t[..., None, None, :] + np.stack([moves, -moves]))


def shift_gradient(
    plus: ArrayLike, minus: ArrayLike, shift: float = math.pi / 2, *, sign: str = "correct", prefactor: str = "correct"
) -> FloatArray:
    """Return the shift rule's gradient (*B, P) from values at +shift and at -shift of each angle, (*B, P) each.

    sign: "correct" is plus - minus, journal Appendix B; "printed" minus - plus, Eq. (17) of the 2022 paper.
    prefactor: "correct" is 1 / (2 sin s); "printed" (1/2) sin s, the same at s = pi/2 alone.
    Raises ValueError for a shift outside (0, pi), where a correct factor does not exist or changes sign, other words,
    values that are not finite, and two shapes.
    """
    s = in_interval("shift", shift, 0.0, math.pi, lo_open=True, hi_open=True)
    one_of("sign", sign, SIGNS)
    one_of("prefactor", prefactor, PREFACTORS)
    up, down = finite_array("plus", plus, ndim_at_least=1), finite_array("minus", minus, ndim_at_least=1)
    if up.shape != down.shape:
        raise ValueError(f"plus and minus must have one shape (*B, P), got {up.shape} and {down.shape}")
    factor = 1.0 / (2.0 * math.sin(s)) if prefactor == "correct" else 0.5 * math.sin(s)
    return np.asarray(factor * (up - down if sign == "correct" else down - up))


def half_difference(plus: FloatArray, minus: FloatArray) -> FloatArray:
    """Return `shift_gradient` at s = pi/2, unchecked: for loops that know their values finite and of one shape."""
    return 0.5 * (plus - minus)


def step_size(rate: float, episode: int) -> float:
    """Return mu / sqrt(e + 1) for episode e = 0, 1, ...: the same for all iterations of an episode.

    Raises ValueError for a rate that is not positive and finite, and an episode below 0.
    """
    mu = in_interval("rate", rate, 0.0, math.inf, lo_open=True, hi_open=True)
    return mu / math.sqrt(positive_int("episode", episode, least=0) + 1)


def descend(theta: ArrayLike, gradient: ArrayLike, rate: float, episode: int) -> FloatArray:
    """Return theta - mu / sqrt(e + 1) gradient, (*B, P), not brought back into a period.

    Raises ValueError as `step_size`, for numbers that are not finite and for two shapes.
    """
    t, g = finite_array("theta", theta, ndim_at_least=1), finite_array("gradient", gradient, ndim_at_least=1)
    if t.shape != g.shape:
        raise ValueError(f"theta and gradient must have one shape (*B, P), got {t.shape} and {g.shape}")
    return np.asarray(t - step_size(rate, episode) * g)


def rotosolve_sweep(
    objective: Callable[[FloatArray], FloatArray], theta: ArrayLike, *, angle: str = "arctan2"
) -> tuple[FloatArray, int]:
    """Return theta (*B, P) in [-pi, pi] after each angle in turn went to the formula's minimum, and the evaluations.

    Journal Appendix B: L0, L+, L- are the values at 0, pi/2 and -pi/2 of that angle, whatever it was, 3 P evaluations
    of `objective` (*B, P) -> (*B,). `angle`: "arctan2", or "arctan" as printed, which lands on the maximum for half of
    all sinusoids (`qbench.quantum.optimise.rotosolve`). Where the three values are equal arctan2 goes to -pi/2 to the
    letter, and arctan(0/0) has no value: there the angle stays. Decoded losses are no sinusoids: with L+ = L- the
    angle becomes 0 if L0 < L+ and -pi, which was never evaluated, if L0 > L+.
    Raises ValueError as `rotosolve` does.
    """
    # The curve is the caller's business: the monitor costs nothing.
    trace = rotosolve(
        objective,
        theta,
        iterations=1,
        angle=angle,
        reference="zero",
        ties="formula" if angle == "arctan2" else "stay",
        monitor=lambda moved: np.zeros(np.shape(moved)[:-1]),
    )
    return trace.theta, 3 * int(np.shape(theta)[-1])
