"""COBYLA without constraints, beside SciPy's: the same points to the last bit, also where distances and values tie."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import minimize

from qbench.quantum.optimise._powell import Search, Simplex, steepest

RNG = np.random.default_rng(2026)


def waves(n):
    shift = RNG.normal(size=n)
    return lambda x: float(np.cos(x - shift).sum() + 0.1 * (x * x).sum())


def kinks(n):
    shift, mix = RNG.normal(size=n), RNG.normal(size=(n, n))
    return lambda x: float(abs(mix @ (x - shift)).sum())


def bowl(n):
    shift, mix = RNG.normal(size=n), RNG.normal(size=(n, n))
    return lambda x: float(((mix @ (x - shift)) ** 2).sum())


def terraces(n):
    smooth = waves(n)
    return lambda x: round(smooth(x), 1)


def plain(n):
    return lambda _: 1.0


def noise(n):
    smooth, errors = waves(n), RNG.normal(size=100_003)
    return lambda x: smooth(x) + float(errors[int(abs(x.sum()) * 1e9) % 100_003])


def steep(n):
    smooth = waves(n)
    return lambda x: 1e13 * smooth(x)


def cliff(n):
    smooth = waves(n)
    return lambda x: smooth(x) if x[0] < 1.0 else 1e35


def scipys(objective, start, limit, rhobeg, tol):
    points = []

    def recorded(x):
        points.append(x.copy())
        return objective(x)

    options = {"rhobeg": rhobeg, "maxiter": limit}
    result = minimize(recorded, start, method="COBYLA", tol=tol, options=options)
    return np.array(points), result


def ours(objective, start, limit, rhobeg, tol):
    points = []

    def recorded(x):
        points.append(x.copy())
        return objective(x)

    search = Search(recorded, start, rhobeg, tol, limit)
    reason = search.run()
    return np.array(points), search, reason


@pytest.mark.parametrize("family", [waves, kinks, bowl, terraces, plain, noise, steep, cliff], ids=lambda f: f.__name__)
@pytest.mark.parametrize("n", [1, 2, 3, 8, 32])
def test_the_points_are_scipys_to_the_last_bit(family, n):
    for limit, (rhobeg, tol) in itertools.product((n + 2, 90, 250), ((1.0, 1e-4), (0.3, 1e-3), (0.1, 0.1))):
        objective = family(n)
        start = RNG.uniform(-3, 3, n)
        if family is terraces:
            start = np.round(start)  # whole numbers, so that values and distances tie
        most = max(limit, n + 2)
        theirs, result = scipys(objective, start, most, rhobeg, tol)
        points, search, reason = ours(objective, start, most, rhobeg, tol)
        assert np.array_equal(points, theirs)
        assert np.array_equal(search.best, result.x)
        assert search.value == result.fun
        assert (reason == "tolerance") == result.success


@pytest.mark.parametrize("limit", [1, 2, 5, 8])
def test_fewer_evaluations_than_a_simplex(limit):
    points, search, reason = ours(waves(8), np.zeros(8), limit, 1.0, 1e-4)
    assert (len(points), reason) == (limit, "evaluations")
    assert any(np.array_equal(search.best, p) for p in points)


@pytest.mark.parametrize("kind", [RuntimeError, np.linalg.LinAlgError])
def test_an_objective_that_raises_ends_the_search(kind):
    calls = itertools.count()

    def objective(x):
        if next(calls) == 12:
            raise kind("broken")
        return float(x @ x)

    with pytest.raises(kind, match="broken"):
        Search(objective, np.ones(3), 1.0, 1e-4, 50).run()


@pytest.mark.parametrize("n", [1, 2, 5, 40])
def test_the_steepest_step_has_the_radius_and_the_direction(n):
    for scale in (1e-9, 1.0, 1e6, 1e200):
        slope = scale * RNG.normal(size=n)
        step = steepest(slope, 0.25)
        assert np.linalg.norm(step) == pytest.approx(0.25, rel=1e-12)
        assert step / 0.25 == pytest.approx(-slope / scale / np.linalg.norm(slope / scale), rel=1e-9, abs=1e-12)
    for lost in (1e-200, 1e10):  # PRIMA's limits for a slope that it does not scale
        assert not steepest(lost * RNG.uniform(1, 2, n), 0.25).any()
    one = np.zeros(n)
    one[-1] = -3.0
    assert steepest(one, 2.0)[-1] == 2.0
    assert not steepest(np.zeros(n), 1.0).any()


def test_a_flat_simplex_ends_the_search():
    simplex = Simplex(waves(3), np.zeros(3), 1.0)
    assert simplex.inverse @ simplex.offsets == pytest.approx(np.eye(3))
    calls = itertools.count()

    def objective(x):
        next(calls)
        return float(np.nan_to_num(x).sum())

    search = Search(objective, np.array([1e300, 0.0]), 1.0, 1e-4, 50)  # a step of 1 is lost beside 1e300
    assert search.run() in {"rounding", "tolerance", "evaluations"}
    assert next(calls) <= 50
