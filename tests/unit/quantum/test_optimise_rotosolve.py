"""Rotosolve on sinusoids whose minima are known, and the printed arctan where it fails."""

import math

import numpy as np
import pytest

from qbench.quantum.optimise import rotosolve

A, B, C = 1.7, 2.4, 0.3


def sine(theta):
    return A * np.sin(theta[..., 0] + B) + C


@pytest.mark.parametrize(
    ("angle", "theta", "value"),
    [("arctan2", -3.970796326794897 + 2 * math.pi, -1.4), ("arctan", -0.8292036732051034, 2.0)],
)
@pytest.mark.parametrize("reference", ["current", "zero"])
def test_the_numbers_of_the_docstring(angle, theta, value, reference):
    trace = rotosolve(sine, [0.0], iterations=1, angle=angle, reference=reference)
    assert trace.theta == pytest.approx([theta], abs=1e-12)
    assert trace.values == pytest.approx([value], abs=1e-12)


@pytest.mark.parametrize("reuse", [False, True])
@pytest.mark.parametrize("reference", ["current", "zero"])
def test_a_sum_of_sinusoids_is_done_in_one_sweep(reference, reuse):
    if reuse and reference == "zero":
        return
    rng = np.random.default_rng(4)
    size, frequency = rng.normal(size=(5, 6)), np.array([1.0, 2.0, 0.5, 1.0, 3.0, 0.7])
    shift, theta0 = rng.uniform(-3, 3, (2, 5, 6))

    def objective(theta):
        return np.sum(size * np.sin(frequency * theta + shift), axis=-1) - 2.0

    options = {"frequency": frequency, "reference": reference, "reuse": reuse}
    trace = rotosolve(objective, theta0, iterations=2, **options)
    lowest = -2.0 - np.abs(size).sum(axis=-1)
    assert trace.values == pytest.approx(np.stack([lowest, lowest], axis=-1), abs=1e-12)
    assert trace.evaluations[0].tolist() == ([13, 26] if reuse else [18, 36])
    assert np.all(np.abs(trace.theta) <= math.pi / frequency + 1e-12)


@pytest.mark.parametrize("t0", np.linspace(-math.pi, math.pi, 24, endpoint=False) + 0.01)
def test_arctan_lands_on_the_maximum_exactly_where_the_right_value_is_lower(t0):
    trace = rotosolve(sine, [t0], iterations=1, angle="arctan")
    fails = sine(np.array([t0 + math.pi / 2])) < sine(np.array([t0 - math.pi / 2]))
    assert fails == (math.cos(t0 + B) < 0)
    assert trace.values[0] == pytest.approx(C + A if fails else C - A, abs=1e-12)
    assert rotosolve(sine, [t0], iterations=1).values[0] == pytest.approx(C - A, abs=1e-12)


@pytest.mark.parametrize(("middle", "step"), [(-1.0, 0.0), (2.0, -math.pi)])
@pytest.mark.parametrize("angle", ["arctan", "arctan2"])
def test_equal_sides_are_read_as_the_limit(middle, step, angle):
    """k = 0: t0 is the minimum or the maximum, and both formulas agree."""

    def objective(theta):
        return np.where(np.abs(theta[..., 0]) < 1.0, middle, 0.5)

    trace = rotosolve(objective, [0.25], iterations=1, reference="zero", angle=angle)
    assert trace.theta.tolist() == [step]


def test_three_equal_values():
    def flat(theta):
        return np.full(theta.shape[:-1], 0.3)

    start = np.array([[7.0, -9.0], [0.5, 0.0]])
    for options in ({}, {"angle": "arctan"}, {"reference": "zero"}, {"reuse": True}):
        assert np.array_equal(rotosolve(flat, start, iterations=2, **options).theta, start)
    by_formula = rotosolve(flat, start, iterations=1, ties="formula", reference="zero")
    assert by_formula.theta == pytest.approx(np.full((2, 2), -math.pi / 2), abs=1e-15)
    with pytest.raises(ValueError, match=r"member number 0, angle 0 in sweep 1: arctan\(0/0\) has no value; use ties="):
        rotosolve(flat, start, iterations=1, ties="formula", angle="arctan")


def test_rounding_is_not_a_slope():
    def nearly_flat(theta):
        return 1.0 + 1e-15 * np.sin(theta[..., 0])

    assert rotosolve(nearly_flat, [0.5], iterations=1).theta.tolist() == [0.5]
    assert rotosolve(lambda t: 1e-9 * sine(t), [0.5], iterations=1).values == pytest.approx([-1.4e-9], abs=1e-18)


def test_where_and_in_which_order_it_measures():
    points = []

    def objective(theta):
        points.append(theta)
        return np.sin(theta[..., 0]) + np.cos(2 * theta[..., 1])

    start = np.array([0.4, -0.3])
    monitor = {"monitor": lambda theta: 0.0}
    trace = rotosolve(objective, start, iterations=1, frequency=[1.0, 2.0], **monitor)
    low = trace.theta[0]
    quarter = math.pi / 2
    expected = [(0.4, -0.3), (0.4 + quarter, -0.3), (0.4 - quarter, -0.3)]
    expected += [(low, -0.3), (low, -0.3 + quarter / 2), (low, -0.3 - quarter / 2)]
    assert np.array(points) == pytest.approx(np.array(expected), abs=1e-15)
    points.clear()
    rotosolve(objective, start, iterations=1, frequency=[1.0, 2.0], reference="zero", **monitor)
    expected = [(0.0, -0.3), (quarter, -0.3), (-quarter, -0.3), (low, 0.0), (low, quarter / 2), (low, -quarter / 2)]
    assert np.array(points) == pytest.approx(np.array(expected), abs=1e-12)


def test_reuse_takes_the_value_the_sinusoid_promises_and_measures_again_every_sweep():
    """The third value is of no sinusoid: with reuse the second angle believes C - A of the first, 3 values give A."""
    points = []

    def objective(theta):
        points.append(theta)
        return np.sin(theta[..., 0]) * (1.0 + 0.2 * np.cos(theta[..., 1])) + 0.1 * np.sin(3 * theta[..., 0])

    trace = rotosolve(objective, [0.4, 1.0], iterations=3, reuse=True, monitor=lambda t: 0.0, keep_thetas=True)
    assert trace.evaluations.tolist() == [5, 10, 15]
    starts = [np.array([0.4, 1.0]), *trace.thetas[:2]]
    assert np.array(points[::5]) == pytest.approx(np.array(starts))
    first = [float(objective(p)) for p in points[:3]]
    s, k = (2 * first[0] - first[1] - first[2]) / 2, (first[1] - first[2]) / 2
    promised = (first[1] + first[2]) / 2 - math.hypot(s, k)
    plus, minus = (float(objective(p)) for p in points[3:5])
    phase = math.atan2(2 * promised - plus - minus, plus - minus)
    turned = 1.0 - math.pi / 2 - phase
    assert math.cos(trace.thetas[0, 1] - turned) == pytest.approx(1.0, abs=1e-12)


def test_reuse_with_arctan_knows_the_value_it_lands_on():
    """On true sinusoids the landing value is known even where it is the maximum: reuse must not change the run."""

    def objective(theta):
        return np.sum(np.array([1.0, -2.0, 0.5, 1.5]) * np.sin(theta + np.array([0.3, 2.0, -1.0, 4.0])), axis=-1)

    start = np.array([0.1, -2.0, 3.0, 1.0])
    full, less = (rotosolve(objective, start, iterations=1, angle="arctan", reuse=r) for r in (False, True))
    assert less.theta == pytest.approx(full.theta, abs=1e-12)
    assert full.values[0] > -5.0 + 1.0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"frequency": 0.0}, "frequency must be positive, a number or of shape"),
        ({"frequency": [1.0, -1.0]}, "frequency must be positive"),
        ({"frequency": [1.0, 1.0, 1.0]}, r"of shape \(2,\)"),
        ({"frequency": math.nan}, "frequency must be finite"),
        ({"angle": "atan2"}, "angle must be one of arctan, arctan2, got 'atan2'"),
        ({"reference": "there"}, "reference must be one of current, zero"),
        ({"ties": "break"}, "ties must be one of formula, stay"),
        ({"reuse": True, "reference": "zero"}, 'reuse needs reference "current"'),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(ValueError, match=message):
        rotosolve(lambda t: np.zeros(t.shape[:-1]), np.zeros((3, 2)), **({"iterations": 1} | options))
