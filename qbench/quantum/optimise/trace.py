"""What a minimiser returns, and how the minimisers call an objective: every value is checked before it is used."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from qbench._check import finite_array, in_interval, positive_int

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray

# theta (*B, P) -> values (*B,), and the same with the gradient (*B, P).
Objective: TypeAlias = Callable[["FloatArray"], "ArrayLike"]
ValueAndGradient: TypeAlias = Callable[["FloatArray"], tuple["ArrayLike", "ArrayLike"]]


@dataclass(frozen=True, eq=False)
class Trace:
    """One minimisation of an ensemble of shape B with P angles over T iterations.

    An iteration is one step (spsa, adam), one sweep over all angles (rotosolve) or one evaluation (cobyla).

    Attributes:
        method: the minimiser, with the version of the library that sets its sequence, if any.
        start_values: (*B,), the objective at theta0. cobyla counts it: there it is values[..., 0].
        values: (*B, T), the curve. cobyla: the objective at each counted evaluation, in order, not the best so far.
            spsa, adam, rotosolve: the objective (or the monitor) at the iterate after each iteration, not counted.
        evaluations: (*B, T), whole numbers, counted evaluations spent up to that iteration: calls of the objective
            (for adam: of value and gradient together). Calibration and the curve are not counted.
        theta: (*B, P), radians, where the minimiser ended; cobyla: the best point evaluated.
        best_theta: (*B, P), and best_value: (*B,): the lowest among start and curve, the first one of equals. With a
            sampled objective this is the luckiest sample, not an unbiased value.
        stop: one word a member, in C order of B: "iterations" or "evaluations" where the budget ended it, "tolerance",
            or "rounding" where a simplex became too flat.
        calibration_evaluations: objective calls a member spent before the first iteration on choosing a step size.
        thetas: (*B, T, P), the point behind every entry of `values`, or None where it was not asked for.

    Raises ValueError for shapes that do not fit, values that are not finite, evaluation counts that fall, and a best
    value that is not the lowest.

    """

    method: str
    start_values: FloatArray
    values: FloatArray
    evaluations: IntArray
    theta: FloatArray
    best_theta: FloatArray
    best_value: FloatArray
    stop: tuple[str, ...]
    calibration_evaluations: int = 0
    thetas: FloatArray | None = None

    def __post_init__(self) -> None:
        theta = finite_array("theta", self.theta, ndim_at_least=1)
        values = finite_array("values", self.values, ndim_at_least=1)
        batch, steps = theta.shape[:-1], values.shape[-1]
        kept = {"theta": theta, "values": values}
        expected = {"values": (*batch, steps), "best_theta": theta.shape, "start_values": batch, "best_value": batch}
        if self.thetas is not None:
            expected["thetas"] = (*batch, steps, theta.shape[-1])
        for name, shape in expected.items():
            kept[name] = finite_array(name, getattr(self, name))
            if kept[name].shape != shape:
                raise ValueError(f"{name} must have shape {shape} to fit theta {theta.shape}, got {kept[name].shape}")
        counts = np.asarray(self.evaluations)
        if counts.dtype.kind not in "iu" or counts.shape != (*batch, steps):
            raise ValueError(
                f"evaluations must be whole numbers of shape {(*batch, steps)}, got {counts.dtype} {counts.shape}"
            )
        if counts.min() < 1 or np.any(np.diff(counts, axis=-1) < 0):
            raise ValueError("evaluations count what was spent so far: they must start at 1 or more and never fall")
        lowest = np.minimum(kept["start_values"], values.min(axis=-1))
        if np.any(kept["best_value"] != lowest):
            raise ValueError(f"best_value must be the lowest of start and curve, {lowest}, got {kept['best_value']}")
        if len(self.stop) != math.prod(batch) or not all(self.stop):
            raise ValueError(f"stop must name one reason for each of {math.prod(batch)} members, got {self.stop!r}")
        positive_int("calibration_evaluations", self.calibration_evaluations, least=0)
        for name, array in kept.items():
            object.__setattr__(self, name, array)
        object.__setattr__(self, "evaluations", counts.astype(np.int64))


def start_point(theta0: ArrayLike) -> FloatArray:
    """Return a copy of `theta0` as float64, shape (*B, P); ValueError where it is empty, 0-d or not finite."""
    return finite_array("theta0", theta0, ndim_at_least=1, hint="pass angles of shape (*B, P) with P >= 1").copy()


def rate(name: str, value: float) -> float:
    """Return `value` as float; ValueError unless it is positive and finite."""
    return in_interval(name, value, 0.0, math.inf, lo_open=True, hi_open=True)


def not_finite_error(bad: tuple[int, ...], value: float, theta: FloatArray, what: str) -> ValueError:
    """Return the error for `value` of the member at index `bad`, met at `theta` (P,) during `what`."""
    return ValueError(
        f"the objective must be finite, got {value} for member {bad} at {what}, theta from {theta.min():g} to "
        f"{theta.max():g}; check the objective there"
    )


def evaluate(objective: Objective, theta: FloatArray, what: str) -> FloatArray:
    """Return objective(theta) as float64 of shape (*B,); `what` names the call in the error.

    The objective gets a copy, so that it may keep or overwrite it. ValueError for another shape or a value that is not
    finite, naming the member, the call and the range of its angles.
    """
    return _checked(objective(theta.copy()), theta, what)


def evaluate_with_gradient(call: ValueAndGradient, theta: FloatArray, what: str) -> tuple[FloatArray, FloatArray]:
    """Return value (*B,) and gradient (*B, P) of call(theta), checked as in `evaluate`."""
    value, gradient = call(theta.copy())
    values, g = _checked(value, theta, what), np.array(gradient, dtype=np.float64)
    if g.shape != theta.shape:
        raise ValueError(f"the gradient must have the shape of theta {theta.shape}, got {g.shape}")
    _checked(np.where(np.isfinite(g).all(axis=-1), 0.0, np.nan), theta, f"{what} (its gradient)")
    return values, g


def _checked(values: ArrayLike, theta: FloatArray, what: str) -> FloatArray:
    out = np.array(values, dtype=np.float64)  # a copy: the objective may reuse its buffer
    if out.shape != theta.shape[:-1]:
        raise ValueError(
            f"the objective must return one value a member, shape {theta.shape[:-1]} for theta {theta.shape}, "
            f"got {out.shape}"
        )
    bad = np.argwhere(~np.isfinite(out))
    if len(bad):
        index = tuple(int(k) for k in bad[0])
        raise not_finite_error(index, float(out[index]), theta[index], what)
    return out


class Curve:
    """Collects the curve and the best point while the ensemble steps, and closes them into a `Trace`."""

    def __init__(self, theta: FloatArray, values: FloatArray, *, keep_thetas: bool) -> None:
        """Start at `theta` (*B, P) with the objective's `values` (*B,) there."""
        self._start, self._best, self._best_theta, self._theta = values, values, theta, theta
        self._values: list[FloatArray] = []
        self._thetas: list[FloatArray] | None = [] if keep_thetas else None

    def add(self, theta: FloatArray, values: FloatArray) -> None:
        """Note the iterate after an iteration, and the objective there."""
        better = values < self._best  # strictly: the first of equals stays
        self._best = np.where(better, values, self._best)
        self._best_theta = np.where(better[..., None], theta, self._best_theta)
        self._theta = theta
        self._values.append(values)
        if self._thetas is not None:
            self._thetas.append(theta)

    def trace(self, method: str, evaluations: list[int], calibration_evaluations: int = 0) -> Trace:
        """Return the Trace; `evaluations` is the count after each iteration, the same for every member."""
        values = np.stack(self._values, axis=-1)
        return Trace(
            method=method,
            start_values=self._start,
            values=values,
            evaluations=np.broadcast_to(np.array(evaluations), values.shape),
            theta=self._theta,
            best_theta=self._best_theta,
            best_value=self._best,
            stop=("iterations",) * math.prod(values.shape[:-1]),
            calibration_evaluations=calibration_evaluations,
            thetas=None if self._thetas is None else np.stack(self._thetas, axis=-2),
        )
