"""COBYLA against a direct call of SciPy: the same evaluations in the same order, to the last bit."""

import math
import warnings

import numpy as np
import pytest
import scipy
from scipy.optimize import minimize

from qbench.quantum.optimise import cobyla, hold_to_end

CHANGED = f"SciPy {scipy.__version__} evaluates other points than 1.17, whose COBYLA ours follows to the last bit"
WEIGHTS = np.array([1.0, -2.0, 0.5, 1.5, -0.7, 0.3, 1.1, -0.2])


def landscape(member, theta):
    return float(np.sum(WEIGHTS[: theta.size] * np.sin(theta + member)) + 0.1 * np.sum(theta**2))


def directly(objective, start, maxiter, **options):
    """Return SciPy's result, the points in order, and the texts of its warnings."""
    points = []

    def recorded(x):
        points.append(x.copy())
        return objective(x)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        tol = options.pop("tol", 1e-4)
        callback = options.pop("callback", None)
        settings = {"rhobeg": 1.0, "maxiter": maxiter} | options
        result = minimize(recorded, start, method="COBYLA", tol=tol, callback=callback, options=settings)
    return result, np.array(points), [str(w.message) for w in caught]


@pytest.mark.parametrize(("size", "evaluations"), [(2, 25), (5, 60), (8, 10), (8, 50)])
def test_evaluations_are_scipys_in_order(size, evaluations):
    starts = np.random.default_rng(size).uniform(-3, 3, (3, size))
    asked = []

    def objective(member, theta):
        asked.append(member)
        return landscape(member, theta)

    trace = cobyla(objective, starts, evaluations=evaluations, keep_thetas=True)
    assert asked == [0] * evaluations + [1] * evaluations + [2] * evaluations
    assert trace.stop == ("evaluations",) * 3
    assert trace.method == "cobyla"
    for m, start in enumerate(starts):
        result, points, _ = directly(lambda x, m=m: landscape(m, x), start, evaluations)
        assert np.array_equal(trace.thetas[m], points)
        assert trace.values[m].tolist() == [landscape(m, x) for x in points]
        assert trace.evaluations[m].tolist() == list(range(1, evaluations + 1))
        assert np.array_equal(trace.theta[m], result.x)


@pytest.mark.parametrize(("options", "expected"), [({"rhobeg": 0.25}, 0.25), ({"rhobeg": 2.0, "tol": 2.0}, 2.0)])
def test_radii_reach_scipy(options, expected):
    trace = cobyla(landscape, np.zeros(3), evaluations=40, keep_thetas=True, **options)
    _, points, _ = directly(lambda x: landscape(0, x), np.zeros(3), 40, **options)
    assert np.array_equal(trace.thetas[: len(points)], points)
    assert trace.evaluations[-1] == len(points)
    assert trace.thetas[1].tolist() == [expected, 0.0, 0.0]


def test_a_member_that_stops_early_holds_its_last_value():
    starts = np.array([[0.3, -0.4], [2.0, 1.0]])
    trace = cobyla(landscape, starts, evaluations=120, keep_thetas=True)
    assert trace.stop == ("tolerance", "tolerance")
    for m, start in enumerate(starts):
        _, points, _ = directly(lambda x, m=m: landscape(m, x), start, 120)
        n = len(points)
        assert 10 < n < 100
        assert trace.evaluations[m].tolist() == [*range(1, n + 1), *[n] * (120 - n)]
        assert trace.values[m, :n].tolist() == [landscape(m, x) for x in points]
        assert np.all(trace.values[m, n:] == trace.values[m, n - 1])
        assert np.all(trace.thetas[m, n:] == points[-1])
        # Held is the last value, not the best one.
        assert trace.values[m, -1] > trace.best_value[m]
        assert landscape(m, trace.theta[m]) == trace.best_value[m] == trace.values[m].min()
        assert landscape(m, trace.best_theta[m]) == trace.best_value[m]


@pytest.mark.parametrize("evaluations", [1, 2, 8, 9])
def test_budgets_below_scipys_least_are_kept(evaluations):
    """SciPy would warn (an error in these tests) and evaluate P + 2 = 10 times."""
    calls = []

    def objective(member, theta):
        calls.append(theta)
        return landscape(member, theta)

    trace = cobyla(objective, np.zeros(8), evaluations=evaluations)
    assert len(calls) == trace.values.size == evaluations
    assert trace.stop == ("evaluations",)
    assert np.array_equal(trace.theta, trace.best_theta)
    assert landscape(0, trace.theta) == trace.values.min()


def test_the_first_evaluations_are_the_simplex_around_the_best_point_so_far():
    trace = cobyla(landscape, np.zeros(4), evaluations=5, rhobeg=0.5, keep_thetas=True)
    best, lowest = np.zeros(4), trace.values[0]
    for p in range(4):
        assert trace.thetas[p + 1] == pytest.approx(best + 0.5 * np.eye(4)[p], abs=1e-15)
        if trace.values[p + 1] < lowest:
            best, lowest = trace.thetas[p + 1], trace.values[p + 1]


def test_its_sequence_on_a_parabola():
    """|theta - (.3, -.7)|^2 from 0: the simplex sees the slope (.4, 2.4), the next step has length 1 down it."""
    trace = cobyla(
        lambda _, t: float((t[0] - 0.3) ** 2 + (t[1] + 0.7) ** 2), [0.0, 0.0], evaluations=60, keep_thetas=True
    )
    step = -np.array([0.4, 2.4]) / math.hypot(0.4, 2.4)
    assert trace.thetas[:4] == pytest.approx(np.array([[0, 0], [1, 0], [0, 1], step]), abs=1e-12), CHANGED
    recorded = [0.2976878990, 2.3875042452, 0.1736261674, 0.4231603941, 0.1577688910]  # SciPy 1.17.1
    assert trace.values[3:8] == pytest.approx(recorded, abs=1e-8), CHANGED
    assert int(trace.evaluations[-1]) == 44, CHANGED
    assert trace.theta == pytest.approx([0.3, -0.7], abs=1e-3)


@pytest.mark.parametrize("size", [1, 2, 8])
def test_scipy_counts_evaluations_and_meets_maxiter_exactly(size):
    for maxiter in (size + 2, size + 3, size + 9):
        result, points, texts = directly(lambda x: landscape(0, x), np.zeros(size), maxiter)
        assert (len(points), result.nfev, result.success, texts) == (maxiter, maxiter, False, []), CHANGED
    for maxiter in (1, size + 1):
        _, points, texts = directly(lambda x: landscape(0, x), np.zeros(size), maxiter)
        assert len(points) == size + 2, CHANGED
        assert "MAXFUN" in texts[0], CHANGED


def test_scipy_replaces_a_tolerance_above_the_first_radius():
    _, points, texts = directly(lambda x: landscape(0, x), np.zeros(2), 200, tol=2.0)
    _, fine, _ = directly(lambda x: landscape(0, x), np.zeros(2), 200, tol=1e-6)
    assert "RHOEND" in texts[0], CHANGED
    assert np.array_equal(points, fine), CHANGED


def test_scipys_callback_does_not_come_once_an_evaluation():
    counts = []
    callback = lambda intermediate_result: counts.append(int(intermediate_result.nfev))  # noqa: E731 - named by SciPy
    _, points, _ = directly(lambda x: landscape(0, x), np.zeros(8), 100, callback=callback)
    assert counts[0] == 10, CHANGED
    assert len(counts) < len(points) - 9, CHANGED


def test_scipy_takes_nan_for_a_large_number():
    result, points, texts = directly(lambda x: math.nan if x[0] > 0.5 else landscape(0, x), np.zeros(3), 30)
    assert len(points) >= 10, CHANGED
    assert math.isfinite(result.fun), CHANGED
    assert texts == [], CHANGED


def test_scipy_returns_the_best_point_not_the_last():
    for seed in range(5):
        noise = np.random.default_rng(seed)
        result, points, _ = directly(lambda x, noise=noise: landscape(0, x) + noise.normal(), np.zeros(4), 60)
        replay = np.random.default_rng(seed)
        values = [landscape(0, x) + replay.normal() for x in points]
        assert result.fun == min(values), CHANGED
        assert result.x == pytest.approx(points[int(np.argmin(values))], abs=1e-14), CHANGED


def test_hold_to_end():
    assert hold_to_end([3.0, 1.0], 4).tolist() == [3.0, 1.0, 1.0, 1.0]
    assert hold_to_end([[1.0, 2.0], [3.0, 4.0]], 3).tolist() == [[1.0, 2.0], [3.0, 4.0], [3.0, 4.0]]
    assert hold_to_end([5.0], 1).tolist() == [5.0]
    with pytest.raises(ValueError, match="total must be at least the number of values, 2, got 1"):
        hold_to_end([3.0, 1.0], 1)
    with pytest.raises(ValueError, match="values must not be empty"):
        hold_to_end([], 3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rhobeg": 0.0}, r"rhobeg must lie in \(0, inf\)"),
        ({"rhobeg": -1.0}, "rhobeg must lie in"),
        ({"tol": 0.0}, r"tol must lie in \(0, 1\]"),
        ({"tol": 1.5}, r"tol must lie in \(0, 1\]"),
        ({"rhobeg": 1e-5}, r"tol must lie in \(0, 1e-05\], got 0.0001"),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(ValueError, match=message):
        cobyla(landscape, np.zeros((3, 2)), **({"evaluations": 5} | options))


def test_an_error_of_the_objective_passes_through():
    def broken(member, theta):
        raise ZeroDivisionError("the objective's own")

    with pytest.raises(ZeroDivisionError, match="the objective's own"):
        cobyla(broken, np.zeros(2), evaluations=5)
