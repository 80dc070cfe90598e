"""COBYLA, one member at a time: Powell (1994) without constraints, the points of SciPy's since 1.16 to the last bit.

The first P + 1 evaluations are the simplex: each angle in turn is moved by +rhobeg from the best point so far. `tol` is
the last trust-region radius. What SciPy does otherwise, and we do not: a limit below P + 2 becomes P + 2 with a
warning, tol above rhobeg 1e-6 with a warning, and a nan 1e30 without a word. SciPy 1.15 and before (Fortran) evaluated
other points.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from qbench._check import finite_array, in_interval, positive_int
from qbench.quantum.optimise._powell import Search
from qbench.quantum.optimise.trace import Trace, not_finite_error, rate, start_point

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray

MemberObjective: TypeAlias = Callable[[int, "FloatArray"], float]  # (member's number, theta (P,)) -> value


def hold_to_end(values: ArrayLike, total: int) -> FloatArray:
    """Return `values` (n, ...) with its last entry repeated up to length `total`, shape (total, ...).

    For whatever a study notes beside the objective at each evaluation of a member that stopped early.
    Raises ValueError for no values, values that are not finite, and more than `total` of them.
    """
    known = finite_array("values", values, ndim_at_least=1)
    if len(known) > positive_int("total", total):
        raise ValueError(f"total must be at least the number of values, {len(known)}, got {total}")
    return np.concatenate([known, np.repeat(known[-1:], total - len(known), axis=0)])


def _minimise_one(
    objective: MemberObjective,
    member: int,
    index: tuple[int, ...],
    start: FloatArray,
    *,
    limit: int,
    radius: float,
    tol: float,
) -> tuple[list[float], list[FloatArray], FloatArray, str]:
    """Return one member's values and points in order of evaluation, where it ended, and why."""
    values: list[float] = []
    points: list[FloatArray] = []

    def recorded(point: FloatArray) -> float:
        value = np.asarray(objective(member, point.copy()), dtype=np.float64)
        if value.shape != ():
            raise ValueError(f"the objective must return one number for one member, got shape {value.shape}")
        number = float(value)
        if not math.isfinite(number):
            raise not_finite_error(index, number, point, f"evaluation {len(values) + 1}")
        values.append(number)
        points.append(point)
        return number

    search = Search(recorded, start, radius, tol, limit)
    reason = search.run()
    return values, points, search.best, reason


def cobyla(
    objective: MemberObjective,
    theta0: ArrayLike,
    *,
    evaluations: int,
    rhobeg: float = 1.0,
    tol: float = 1e-4,
    keep_thetas: bool = False,
) -> Trace:
    """Minimise each member from `theta0` (*B, P), radians, by at most `evaluations` evaluations of its objective.

    objective: (m, theta) -> value of member number m (C order of B) at theta (P,), a finite number. Members run one
        after the other, each with its evaluations in a row.
    rhobeg, tol: first and last trust-region radius, radians; a member that reaches tol stops before `evaluations`.

    The curve has one entry an evaluation, in order, as the objective gave it; a member that stopped early holds its
    last value (and its last point) to the end, and Trace.evaluations holds its count.
    Raises ValueError for evaluations below 1, P = 0, rhobeg or tol that are not positive and finite, tol above rhobeg,
    and an objective that is not one finite number.
    """
    theta = start_point(theta0)
    limit = positive_int("evaluations", evaluations)
    radius = rate("rhobeg", rhobeg)
    last_radius = in_interval("tol", tol, 0.0, radius, lo_open=True)
    batch, size = theta.shape[:-1], theta.shape[-1]
    members = math.prod(batch)
    values, counts = np.empty((members, limit)), np.empty((members, limit), dtype=np.int64)
    final, best = np.empty((members, size)), np.empty((members, size))
    thetas = np.empty((members, limit, size)) if keep_thetas else None
    stop = []
    for m, start in enumerate(theta.reshape(members, size)):
        index = tuple(int(i) for i in np.unravel_index(m, batch))
        found, points, final[m], reason = _minimise_one(
            objective, m, index, start, limit=limit, radius=radius, tol=last_radius
        )
        values[m] = hold_to_end(found, limit)
        counts[m] = np.minimum(np.arange(1, limit + 1), len(found))
        best[m] = points[int(np.argmin(found))]
        if thetas is not None:
            thetas[m] = hold_to_end(points, limit)
        stop.append(reason)
    curve = values.reshape(*batch, limit)
    return Trace(
        method="cobyla",
        start_values=curve[..., 0],
        values=curve,
        evaluations=counts.reshape(*batch, limit),
        theta=final.reshape(theta.shape),
        best_theta=best.reshape(theta.shape),
        best_value=curve.min(axis=-1),
        stop=tuple(stop),
        thetas=None if thetas is None else thetas.reshape(*batch, limit, size),
    )
