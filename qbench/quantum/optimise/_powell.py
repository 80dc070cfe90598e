"""Powell's COBYLA where there are no constraints: a simplex, the plane through its values, and a ball around its best.

M. J. D. Powell, "A direct search optimization method that models the objective and constraint functions by linear
interpolation" (1994), with the trust region of Z. Zhang's PRIMA (2023), the one that SciPy has had since 1.16. Without
constraints each step is known in closed form, down the plane's slope to the edge of the ball; SciPy goes there through
the general machinery, in Python, at a millisecond a step. Here every number that matters is computed by the same
operations in the same order, so that the points are SciPy's to the last bit: radii are halved and distances tie, and a
tie that rounding decides otherwise leads to another path. `tests/unit/quantum/test_powell.py` compares them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from qbench._arrays import FloatArray

EPS, LEAST, MOST = (float(getattr(np.finfo(np.float64), name)) for name in ("eps", "tiny", "max"))

# PRIMA's defaults: a ratio of actual to predicted reduction up to POOR shrinks the radius, one beyond GOOD doubles it.
POOR = 0.1
GOOD = (POOR + 2.0) / 3.0
NEAR_RHO = 1.5
"""A radius of at most NEAR_RHO * rho becomes rho."""

WORST = 1e30
"""Larger values count as this one."""

LARGE = 1e12
"""A slope with a component beyond is scaled down before its length is taken."""


class _DamagingRoundingError(Exception):
    """The simplex is so flat that rounding hides its shape."""


class Simplex:
    """n + 1 points and their values.

    Attributes:
        sim: (n, n + 1); the last column is the pole, the best point, the others are offsets from it.
        inverse: of the offsets (n, n), updated rank by rank.
        values: (n + 1,).
    """

    def __init__(self, evaluate: Callable[[FloatArray], float], start: FloatArray, radius: float) -> None:
        n = self.n = start.size
        self.sim = np.eye(n, n + 1) * radius
        self.sim[:, n] = start
        self.values = np.empty(n + 1)
        self.values[n] = evaluate(start)
        for j in range(n):
            point = self.sim[:, n].copy()
            point[j] += radius
            self.values[j] = evaluate(point)
            if self.values[j] < self.values[n]:
                self._swap(j)
                self.sim[:, n] = point
                self.sim[j, : j + 1] = -radius
        self.inverse = self._inverted()

    @property
    def offsets(self) -> FloatArray:
        """The other vertices seen from the pole, (n, n), a column each."""
        return self.sim[:, : self.n]

    @property
    def pole(self) -> FloatArray:
        """The best point (n,)."""
        return self.sim[:, self.n]

    def slope(self) -> FloatArray:
        """Return the gradient (n,) of the plane through the values."""
        return np.asarray((self.values[: self.n] - self.values[self.n]) @ self.inverse)

    def lengths(self) -> FloatArray:
        """Return the squared distances (n,) of the other vertices from the pole."""
        return np.asarray(np.sum(self.offsets * self.offsets, axis=0))

    def known(self, point: FloatArray, apart: float) -> float | None:
        """Return the value of the vertex at a point, None where none is closer than `apart`."""
        squared = np.empty(self.n + 1)
        away = point - self.pole
        squared[self.n] = np.sum(away * away)
        # Not `away - offsets`: the vertices themselves are rounded first.
        differences = point[:, None] - (self.pole[:, None] + self.offsets)
        squared[: self.n] = np.sum(differences * differences, axis=0)
        nearest = squared.argmin()
        return float(self.values[nearest]) if squared[nearest] <= apart * apart else None

    def worst(self, step: FloatArray, radius: float, *, improved: bool) -> int | None:
        """Return the vertex that pole + step is to replace (n: the pole), None where the simplex is better as it is."""
        n, squared = self.n, np.zeros(self.n + 1)
        apart = self.offsets - step[:, None] if improved else self.offsets
        squared[:n] = np.sum(apart * apart, axis=0)
        if improved:
            squared[n] = np.sum(step * step)
        weights = self.inverse @ step
        score = np.maximum(1, squared / (radius * radius)) * abs(np.append(weights, 1 - np.sum(weights)))
        if not improved:
            score[n] = -1
        score[np.isnan(score)] = -1
        if (score > 0).any():
            return int(score.argmax())
        return int(squared.argmax()) if improved else None

    def replace(self, j: int | None, step: FloatArray, value: float) -> None:
        """Put pole + step and its value in place of vertex j (n: the pole)."""
        if j is None:
            return
        if j < self.n:
            self.sim[:, j] = step
            row = self.inverse[j, :] / np.dot(self.inverse[j, :], step)
            self.inverse -= np.outer(self.inverse @ step, row)
            self.inverse[j, :] = row
        else:
            self.sim[:, self.n] += step
            self.sim[:, : self.n] -= step[:, None]
            weights = self.inverse @ step
            self.inverse += np.outer(weights, np.sum(self.inverse, axis=0) / (1 - sum(weights)))
        self._trust_inverse()
        self.values[j] = value
        self.put_best_first()

    def put_best_first(self) -> None:
        """Make the best vertex the pole."""
        j = int(self.values.argmin())
        better = self.values[j] < self.values[self.n]
        if better:
            step = self.sim[:, j].copy()
            self.sim[:, self.n] += step
            self.sim[:, j] = 0
            self.sim[:, : self.n] -= step[:, None]
            self.inverse[j, :] = -np.sum(self.inverse, axis=0)
        self._trust_inverse()
        if better:
            self._swap(j)

    def _swap(self, j: int) -> None:
        self.values[[j, self.n]] = self.values[[self.n, j]]

    def _trust_inverse(self) -> None:
        """Compute the inverse afresh where its updates have strayed; raise where that does not help."""
        error = self._error(self.inverse)
        if error > 0.1 or np.isnan(error):
            fresh = self._inverted()
            error_of_fresh = self._error(fresh)
            if error_of_fresh < error or (np.isnan(error) and not np.isnan(error_of_fresh)):
                self.inverse, error = fresh, error_of_fresh
        if not error <= 1:
            raise _DamagingRoundingError

    def _inverted(self) -> FloatArray:
        try:
            return np.asarray(np.linalg.inv(self.offsets), dtype=np.float64)
        except np.linalg.LinAlgError as error:
            raise _DamagingRoundingError from error

    def _error(self, inverse: FloatArray) -> float:
        product = inverse @ self.offsets
        product.flat[:: self.n + 1] -= 1
        return float(abs(product).max())


def steepest(slope: FloatArray, delta: float) -> FloatArray:
    """Return the step of length delta down a slope (n,); zero where the slope is, or is lost in rounding.

    The unit vector comes from the rotations that turn the slope onto the first axis, one a coordinate.
    """
    largest = abs(slope).max()
    turned = slope * max(2 * LEAST, 1 / largest) if largest > LARGE else slope.copy()
    n = slope.size
    unit = np.zeros(n)
    unit[n - 1] = 1
    for k in range(n - 2, -1, -1):
        cosine, sine = 1.0, 0.0
        if turned[k + 1] != 0:
            pair = turned[k : k + 2]
            cosine, sine = _rotation(pair)
            turned[k] = np.hypot(pair[0], pair[1])
        unit[k + 1 :] *= sine
        unit[k] = cosine
    length = turned[0]
    if np.isnan(length) or abs(length) <= EPS**2:
        return np.zeros(n)
    down = -1 / length * unit
    square = np.dot(down, down)
    if square <= EPS * delta * delta:
        return np.zeros(n)
    factor = np.sqrt(square * (delta * delta)) / square
    step: FloatArray = factor * down
    return step if np.isfinite(step).all() else np.zeros(n)


def _rotation(pair: FloatArray) -> tuple[float, float]:
    """Return cosine and sine of the rotation that turns a pair of numbers, the second not 0, onto the first axis."""
    first, second = abs(pair[0]), abs(pair[1])
    if second <= EPS * first:
        return np.sign(pair[0]), 0.0
    if first <= EPS * second:
        return 0.0, np.sign(pair[1])
    low, high = min(first, second), max(first, second)
    if np.sqrt(LEAST) < low and high < np.sqrt(MOST / 2.1):
        length = np.sqrt(pair.dot(pair))
        return pair[0] / length, pair[1] / length
    if first > second:
        tangent = pair[1] / pair[0]
        secant = max(1, abs(tangent), np.sqrt(1 + tangent * tangent)) * np.sign(pair[0])
        return 1 / secant, tangent / secant
    tangent = pair[0] / pair[1]
    secant = max(1, abs(tangent), np.sqrt(1 + tangent * tangent)) * np.sign(pair[1])
    return tangent / secant, 1 / secant


class Search:
    """One minimisation from `start` (n,), radians, with trust-region radii from rhobeg to rhoend.

    `evaluate` is called at most `limit` times, one point (n,) at a time.

    Attributes:
        best, value: where the objective was least so far, and what it was there.
    """

    def __init__(
        self, evaluate: Callable[[FloatArray], float], start: FloatArray, rhobeg: float, rhoend: float, limit: int
    ) -> None:
        self._objective, self._limit = evaluate, limit
        self._start, self._rhobeg, self._rhoend = start, rhobeg, rhoend
        self._count = 0
        self.best, self.value = start, np.inf

    def run(self) -> str:
        """Search; return why it ended: "tolerance", "evaluations", "rounding" or "iterations"."""
        try:
            return self._search(Simplex(self._evaluate, self._start, self._rhobeg))
        except _BudgetSpentError:
            return "evaluations"
        except _DamagingRoundingError:
            return "rounding"

    def _evaluate(self, point: FloatArray) -> float:
        value = min(self._objective(point.copy()), WORST)
        if value < self.value:
            self.best, self.value = point.copy(), value
        self._count += 1
        if self._count == self._limit:
            raise _BudgetSpentError
        return value

    def _value(self, simplex: Simplex, point: FloatArray) -> float:
        """Return the value at a point, from the vertex that is there already, if any."""
        found = simplex.known(point, 1e-4 * self._rhoend)
        return self._evaluate(point) if found is None else found

    def _search(self, simplex: Simplex) -> str:
        rho = delta = self._rhobeg
        first = int(simplex.values.argmin())
        if first < simplex.n:  # as good as the pole: of equal points of the first simplex, SciPy returns the first
            self.best = simplex.sim[:, first] + simplex.pole
        for _ in range(10 * max(self._limit, simplex.n + 2)):
            simplex.put_best_first()
            good_shape = bool((simplex.lengths() <= 4 * (delta * delta)).all())
            slope = simplex.slope()
            step = steepest(slope, delta)
            length = min(delta, float(np.linalg.norm(step)))
            gain = -float(np.dot(step, slope))
            short = length <= 0.1 * rho
            if short or not gain > 1e-6 * EPS * rho:
                delta = _not_below(0.1 * delta, rho)
                bad = True
            else:
                low = simplex.values[simplex.n]
                value = self._value(simplex, simplex.pole + step)
                delta = _not_below(_radius(delta, length, (low - value) / gain), rho)
                dropped = simplex.worst(step, max(rho, delta / 10), improved=value < low)
                simplex.replace(dropped, step, value)
                bad = value >= low or dropped is None
            if bad and not good_shape:
                self._improve_shape(simplex, delta)
            elif bad and max(delta, length) <= rho:
                if rho <= self._rhoend:
                    if short and np.linalg.norm(simplex.pole + step - simplex.pole) > 1e-3 * self._rhoend:
                        self._evaluate(simplex.pole + step)
                    return "tolerance"
                smaller = _smaller(rho, self._rhoend)
                delta, rho = max(0.5 * rho, smaller), smaller
                simplex.put_best_first()
        return "iterations"

    def _improve_shape(self, simplex: Simplex, delta: float) -> None:
        """Replace the vertex farthest out, where it is too far, by one in the direction that the others span least."""
        lengths = simplex.lengths()
        if (lengths <= 4 * (delta * delta)).all():
            return
        farthest = int(lengths.argmax())
        normal = simplex.inverse[farthest, :]
        step = delta / 2 * (normal / np.linalg.norm(normal))
        uphill = np.dot(step, simplex.slope())
        if -uphill < uphill:
            step *= -1
        simplex.replace(farthest, step, self._value(simplex, simplex.pole + step))


class _BudgetSpentError(Exception):
    """Ends a search at its last evaluation."""


def _not_below(delta: float, rho: float) -> float:
    return rho if delta <= NEAR_RHO * rho else delta


def _radius(delta: float, length: float, ratio: float) -> float:
    """Return the next radius from how well the plane predicted the gain."""
    if ratio <= POOR:
        return 0.5 * length
    return max(0.5 * delta, length if ratio <= GOOD else 2 * length)


def _smaller(rho: float, rhoend: float) -> float:
    """Return the next resolution: a tenth, the geometric mean with the last, or the last."""
    ratio = rho / rhoend
    if ratio > 250:
        return 0.1 * rho
    return rhoend if ratio <= 16 else float(np.sqrt(ratio) * rhoend)
