"""Simultaneous perturbation stochastic approximation: two evaluations a step, whatever the number of angles.

Spall, IEEE Trans. Autom. Control 37, 332 (1992), gains as in IEEE Trans. Aerosp. Electron. Syst. 34, 817 (1998):
theta_{k+1} = theta_k - a_k g_k, a_k = a / (k + 1 + A)^.602, c_k = c / (k + 1)^.101, k = 0, 1, ...
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from qbench._check import finite_array, in_interval, positive_int
from qbench.quantum.optimise.trace import Curve, Objective, Trace, evaluate, rate, start_point

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray

Generators: TypeAlias = Sequence[np.random.Generator] | Callable[[int], np.random.Generator]

CALIBRATION_PAIRS = 25
FIRST_STEP = 2.0 * math.pi / 10.0  # radians a coordinate
FLAT = 1e-12  # mean |f+ - f-| below this share of the mean |f| is rounding, not slope


def _generators(rngs: Generators, theta: FloatArray) -> list[np.random.Generator]:
    """Return one generator a member, members in C order of the leading axes."""
    members = math.prod(theta.shape[:-1])
    found = [rngs(m) for m in range(members)] if callable(rngs) else list(rngs)
    if len(found) != members:
        raise ValueError(f"rngs must hold one generator for each of {members} members, got {len(found)}")
    for m, rng in enumerate(found):
        if not isinstance(rng, np.random.Generator):
            raise ValueError(f"rngs must hold numpy Generators, got {type(rng).__name__} for member {m}")  # noqa: TRY004
    if len({id(rng.bit_generator) for rng in found}) != members:
        raise ValueError("two members share one generator, so each would depend on the other; spawn one a member")
    return found


def _rademacher(generators: list[np.random.Generator], theta: FloatArray) -> FloatArray:
    """Return +-1 with equal chances, shape of theta, each member's from its own generator."""
    bits = [rng.integers(0, 2, size=theta.shape[-1]) for rng in generators]
    signs: FloatArray = 2.0 * np.stack(bits).astype(np.float64) - 1.0
    return signs.reshape(theta.shape)


def gradient_estimate(
    objective: Objective, theta: FloatArray, delta: FloatArray, c: float, what: str = "a pair"
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return (g, f_plus, f_minus): f_plus/minus = f(theta +- c delta), g = (f_plus - f_minus) / (2 c) delta.

    Shapes: theta and delta (*B, P), delta of +-1 (so dividing by it is multiplying by it); g (*B, P), f (*B,). Two
    calls of the objective, f_plus first. The mean of g_i over all delta in {-1, 1}^P is f_i + c^2 (f_iii / 6 +
    sum_{j != i} f_ijj / 2) + O(c^4), indices for derivatives: only even products of signs survive. It is the gradient
    where f is quadratic.
    Raises ValueError where the objective returns another shape or a value that is not finite.
    """
    plus = evaluate(objective, theta + c * delta, f"{what}, theta + c delta")
    minus = evaluate(objective, theta - c * delta, f"{what}, theta - c delta")
    return ((plus - minus) / (2.0 * c))[..., None] * delta, plus, minus


def calibrate(
    objective: Objective,
    theta0: ArrayLike,
    *,
    rngs: Generators,
    c: float = 0.2,
    a_power: float = 0.602,
    stability: float = 0.0,
    first_step: float = FIRST_STEP,
    pairs: int = CALIBRATION_PAIRS,
) -> FloatArray:
    """Return a (*B,) such that the first step at theta0 has mean size `first_step` (radians) in every coordinate.

    A step is a_0 |f_plus - f_minus| / (2 c) in every coordinate alike, a_0 = a / (1 + stability)^a_power; its mean is
    taken over `pairs` perturbations, which cost 2 `pairs` evaluations a member (Kandala et al., Nature 549, 242
    (2017), calibrate this way). A member whose differences are rounding only (mean below 1e-12 of the mean |f|) has no
    slope to go by and gets the a of slope 1.
    Raises ValueError as `spsa` does.
    """
    theta, width, step = start_point(theta0), rate("c", c), rate("first_step", first_step)
    damping = (1.0 + _not_negative("stability", stability)) ** _not_negative("a_power", a_power)
    generators = _generators(rngs, theta)
    # Summed one by one: numpy's pairwise sums group the terms by the shape of the batch.
    slope, size = np.zeros(theta.shape[:-1]), np.zeros(theta.shape[:-1])
    for k in range(1, positive_int("pairs", pairs) + 1):
        delta = _rademacher(generators, theta)
        _, plus, minus = gradient_estimate(objective, theta, delta, width, f"calibration pair {k}")
        slope = slope + np.abs(plus - minus) / (2.0 * width * pairs)
        size = size + (np.abs(plus) + np.abs(minus)) / (2.0 * pairs)
    slope = np.where(2.0 * width * slope <= FLAT * size, 1.0, slope)
    gain: FloatArray = step * damping / slope
    return gain


def _not_negative(name: str, value: float) -> float:
    return in_interval(name, value, 0.0, math.inf, hi_open=True)


def spsa(
    objective: Objective,
    theta0: ArrayLike,
    *,
    iterations: int,
    rngs: Generators,
    a: ArrayLike | None = None,
    c: float = 0.2,
    a_power: float = 0.602,
    c_power: float = 0.101,
    stability: float = 0.0,
    monitor: Objective | None = None,
    keep_thetas: bool = False,
) -> Trace:
    """Minimise `objective` (*B, P) -> (*B,) from `theta0` (*B, P), radians, by `iterations` steps.

    rngs: one numpy Generator a member, in C order of B, or a callable from the member's number to its generator; the
        only source of the +-1 perturbations, P draws a step.
    a: step size, a number or (*B,); None calibrates it by `calibrate` with the same generators, before the first step
        (50 evaluations, reported in Trace.calibration_evaluations).
    stability: the A of the gains above. a_power, c_power: their exponents; 0 keeps a gain constant.
    monitor: gives the curve, called at theta0 after the calibration and then after every step; None takes the
        objective itself. A sampled objective should come with a monitor that draws from another stream.

    Counted: 2 evaluations a step, f(theta + c delta) first; f at the new iterate only draws the curve.
    Raises ValueError for fewer than 1 iteration, P = 0, gains that are not positive and finite, exponents or A below
    0, generators that are missing or shared, and an objective that returns another shape or is not finite.
    """
    theta = start_point(theta0)
    steps = positive_int("iterations", iterations)
    width, narrowing, damping = rate("c", c), _not_negative("c_power", c_power), _not_negative("a_power", a_power)
    shift = _not_negative("stability", stability)
    generators = _generators(rngs, theta)
    if a is None:
        gain = calibrate(
            objective, theta, rngs=generators, c=width, a_power=damping, stability=shift, pairs=CALIBRATION_PAIRS
        )
    else:
        gain = finite_array("a", a)
        if np.any(gain <= 0) or gain.shape not in ((), theta.shape[:-1]):
            raise ValueError(f"a must be positive, a number or of shape {theta.shape[:-1]}, got {a!r}")
    watch = objective if monitor is None else monitor
    curve = Curve(theta, evaluate(watch, theta, "the start of the curve"), keep_thetas=keep_thetas)
    for k in range(steps):
        delta = _rademacher(generators, theta)
        g, _, _ = gradient_estimate(objective, theta, delta, width / (k + 1) ** narrowing, f"iteration {k + 1}")
        theta = theta - (gain / (k + 1 + shift) ** damping)[..., None] * g
        curve.add(theta, evaluate(watch, theta, f"curve value {k + 1}"))
    return curve.trace("spsa", [2 * k for k in range(1, steps + 1)], 2 * CALIBRATION_PAIRS if a is None else 0)
