"""SPSA from outside: gains, steps and calibration are read off the points at which the objective was called."""

import itertools
import math

import numpy as np
import pytest

from qbench.quantum.optimise import calibrate, gradient_estimate, spsa


class Recorded:
    """Keeps every point and value of an objective."""

    def __init__(self, objective):
        self.objective, self.points, self.values = objective, [], []

    def __call__(self, theta):
        self.points.append(theta)
        self.values.append(self.objective(theta))
        return self.values[-1]


def quartic(theta):
    return np.sum(theta**4 - 3.0 * theta, axis=-1)


SHARED = np.random.default_rng(0)


def rngs(members):
    return [np.random.default_rng([3, m]) for m in range(members)]


@pytest.mark.parametrize("options", [{}, {"c": 0.05, "c_power": 0.3, "a_power": 0.9, "stability": 7.0}])
def test_every_step_has_the_documented_gains(options):
    c, c_power = options.get("c", 0.2), options.get("c_power", 0.101)
    a_power, stability = options.get("a_power", 0.602), options.get("stability", 0.0)
    objective = Recorded(quartic)
    a = np.array([0.01, 0.02])
    theta0 = np.array([[1.0, -0.5, 0.2], [0.0, 0.3, -1.0]])
    quiet = {"monitor": lambda theta: np.zeros(2), "keep_thetas": True}
    trace = spsa(objective, theta0, iterations=30, rngs=rngs(2), a=a, **options, **quiet)
    assert len(objective.points) == 60
    assert trace.calibration_evaluations == 0
    before = theta0
    for k in range(30):
        plus, minus = objective.points[2 * k : 2 * k + 2]
        assert (plus + minus) / 2 == pytest.approx(before, abs=1e-14)
        width = c / (k + 1) ** c_power
        delta = (plus - minus) / (2 * width)
        assert np.abs(delta) == pytest.approx(np.ones((2, 3)), rel=1e-12)
        slope = (objective.values[2 * k] - objective.values[2 * k + 1]) / (2 * width)
        step = a / (k + 1 + stability) ** a_power * slope
        assert trace.thetas[:, k] == pytest.approx(before - step[:, None] * np.sign(delta), rel=1e-12, abs=1e-14)
        before = trace.thetas[:, k]


def test_perturbations_are_fair_and_differ_between_steps_angles_and_members():
    objective = Recorded(lambda theta: np.zeros(4))
    spsa(objective, np.zeros((4, 16)), iterations=50, rngs=rngs(4), a=1.0, monitor=lambda theta: np.zeros(4))
    signs = np.sign(np.stack(objective.points[::2]))
    assert abs(signs.mean()) < 5 / math.sqrt(signs.size)  # 3200 fair signs of a fixed seed
    flat = signs.transpose(1, 2, 0).reshape(64, 50)
    assert len({row.tobytes() for row in flat}) == 64
    assert len({row.tobytes() for row in signs.reshape(50, 64)}) == 50


@pytest.mark.parametrize("stability", [0.0, 10.0])
def test_calibration_gives_the_first_step_its_mean_size(stability):
    objective = Recorded(quartic)
    theta0 = np.array([[1.0, -0.5, 0.2], [0.0, 0.3, -1.0]])
    a = calibrate(objective, theta0, rngs=rngs(2), stability=stability)
    assert len(objective.points) == 50
    plus, minus = np.stack(objective.points[::2]), np.stack(objective.points[1::2])
    assert np.abs(plus - theta0) == pytest.approx(np.full((25, 2, 3), 0.2))
    assert (plus + minus) / 2 == pytest.approx(np.broadcast_to(theta0, (25, 2, 3)), abs=1e-14)
    assert len({p.tobytes() for p in plus}) > 10
    slopes = np.abs(np.stack(objective.values[::2]) - np.stack(objective.values[1::2])) / (2 * 0.2)
    first = a / (1 + stability) ** 0.602 * slopes
    assert first.mean(axis=0) == pytest.approx(np.full(2, 2 * math.pi / 10), rel=1e-12)


def test_the_first_step_itself_where_every_slope_is_alike():
    """One angle and a line: every perturbation sees the slope, so the step is the target, not only its mean."""
    slope = np.array([3.0, -0.25, 1e-3])
    trace = spsa(lambda t: 4.0 + slope * t[..., 0], np.zeros((3, 1)), iterations=1, rngs=rngs(3))
    assert trace.theta[:, 0] == pytest.approx(-np.sign(slope) * 2 * math.pi / 10, rel=1e-10)
    assert trace.calibration_evaluations == 50
    assert trace.evaluations.tolist() == [[2]] * 3


def test_calibration_inside_is_calibration_outside():
    theta0 = np.array([[1.0, -0.5], [0.0, 0.3]])
    shared = rngs(2)
    a = calibrate(quartic, theta0, rngs=shared, c=0.1, stability=2.0, a_power=0.7)
    outside = spsa(quartic, theta0, iterations=5, rngs=shared, a=a, c=0.1, stability=2.0, a_power=0.7)
    inside = spsa(quartic, theta0, iterations=5, rngs=rngs(2), c=0.1, stability=2.0, a_power=0.7)
    assert np.array_equal(inside.values, outside.values)


@pytest.mark.parametrize("height", [0.0, -3.7e5])
def test_a_plateau_has_no_slope_to_go_by(height):
    """Rounding taken for a slope makes a astronomic, and the first true slope then throws theta away."""

    def plateau(theta):
        return height * (1.0 + 1e-16 * np.sum(theta, axis=-1))

    assert calibrate(plateau, np.zeros((2, 3)), rngs=rngs(2)) == pytest.approx(np.full(2, 2 * math.pi / 10))
    assert calibrate(lambda t: 1e-9 * quartic(t), np.ones((1, 3)), rngs=rngs(1))[0] > 1e6


def test_a_quadratic_is_minimised():
    scale = np.array([1.0, 2.0, 0.5])
    goal = np.array([[0.3, -0.2, 1.0], [2.0, 0.0, -1.0]])
    trace = spsa(lambda t: np.sum(scale * (t - goal) ** 2, axis=-1), np.zeros((2, 3)), iterations=400, rngs=rngs(2))
    assert trace.theta == pytest.approx(goal, abs=0.02)


def test_mean_over_all_perturbations_is_exact():
    """Every +-1 once: for x^2 y the estimator's mean is 2 x y in x, and x^2 + c^2 in y (f_yxx = 2)."""
    theta = np.array([3.0, -2.0])
    all_signs = np.array(list(itertools.product([-1.0, 1.0], repeat=2)))
    g, plus, minus = gradient_estimate(lambda t: t[..., 0] ** 2 * t[..., 1], np.tile(theta, (4, 1)), all_signs, 0.5)
    assert g.mean(axis=0).tolist() == [-12.0, 9.0 + 0.25]
    assert plus.tolist() == [(3 + s / 2) ** 2 * (-2 + u / 2) for s, u in all_signs]
    assert minus.tolist() == [(3 - s / 2) ** 2 * (-2 - u / 2) for s, u in all_signs]


def test_generators_may_come_from_a_callable():
    asked = []

    def of_member(m):
        asked.append(m)
        return np.random.default_rng([3, m])

    theta0 = np.zeros((2, 2, 3))
    called = spsa(quartic, theta0, iterations=3, rngs=of_member)
    assert asked == [0, 1, 2, 3]
    assert np.array_equal(called.values, spsa(quartic, theta0, iterations=3, rngs=rngs(4)).values)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"c": 0.0}, r"c must lie in \(0, inf\)"),
        ({"c": math.nan}, "c must lie in"),
        ({"c_power": -0.1}, r"c_power must lie in \[0, inf\)"),
        ({"a_power": -0.1}, "a_power must lie in"),
        ({"stability": -1.0}, "stability must lie in"),
        ({"a": 0.0}, "a must be positive, a number or of shape"),
        ({"a": [1.0, -1.0]}, "a must be positive"),
        ({"a": [1.0, 1.0, 1.0]}, r"of shape \(2,\)"),
        ({"a": math.inf}, "a must be finite"),
        ({"rngs": rngs(3)}, "one generator for each of 2 members, got 3"),
        ({"rngs": [0, 1]}, "numpy Generators, got int for member 0"),
        ({"rngs": [np.random.default_rng(0)] * 2}, "two members share one generator"),
        ({"rngs": lambda m: SHARED}, "two members share one generator"),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(ValueError, match=message):
        spsa(quartic, np.zeros((2, 3)), **({"iterations": 2, "rngs": rngs(2)} | options))


@pytest.mark.parametrize("options", [{"first_step": 0.0}, {"pairs": 0}, {"c": -1.0}, {"a_power": -1.0}])
def test_bad_calibrations(options):
    with pytest.raises(ValueError, match=f"{next(iter(options))} must"):
        calibrate(quartic, np.zeros((2, 3)), rngs=rngs(2), **options)
