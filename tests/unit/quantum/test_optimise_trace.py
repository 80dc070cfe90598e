"""What a trace is checked for at birth, and the errors that all minimisers share."""

import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from qbench.quantum.optimise import Trace, adam, cobyla, rotosolve, spsa

METHODS = ["spsa", "adam", "rotosolve", "cobyla"]
START = np.arange(24.0).reshape(2, 3, 4) / 10


class Bowl:
    """|theta|^2 with its gradient, and how often it was called."""

    calls = 0

    def __call__(self, theta):
        self.calls += 1
        return np.sum(theta**2, axis=-1)

    def with_gradient(self, theta):
        return self(theta), 2.0 * theta

    def of_member(self, m, theta):
        return float(self(theta))


def minimise(method, bowl, theta0, steps=4, **options):
    if method == "spsa":
        members = math.prod(np.shape(theta0)[:-1])
        generators = [np.random.default_rng([11, m]) for m in range(members)]
        return spsa(bowl, theta0, iterations=steps, rngs=generators, **options)
    if method == "adam":
        return adam(bowl.with_gradient, theta0, iterations=steps, **options)
    if method == "rotosolve":
        return rotosolve(bowl, theta0, iterations=steps, **options)
    return cobyla(bowl.of_member, theta0, evaluations=steps, **options)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("theta0", "message"),
    [
        (
            np.zeros((4, 0)),
            r"theta0 must not be empty, got shape \(4, 0\); pass angles of shape \(\*B, P\) with P >= 1",
        ),
        (np.zeros((0, 4)), "theta0 must not be empty"),
        (1.0, "theta0 must have at least 1 axes"),
        ([0.0, math.inf], r"theta0 must be finite, got inf at index \(1,\)"),
    ],
)
def test_bad_starts(method, theta0, message):
    with pytest.raises(ValueError, match=message):
        minimise(method, Bowl(), theta0)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("steps", [0, -1, 1.0, True])
def test_at_least_one_iteration(method, steps):
    name = "evaluations" if method == "cobyla" else "iterations"
    with pytest.raises(ValueError, match=f"{name} must be a whole number of at least 1"):
        minimise(method, Bowl(), START, steps)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_values_that_are_not_finite_name_the_member_the_call_and_the_angles(method, bad):
    place = {
        "spsa": r"iteration 2, theta - c delta",
        "adam": r"evaluation 4",
        "rotosolve": r"evaluation 15 \(angle 0\)",
        "cobyla": r"evaluation 4",
    }[method]
    left = {"spsa": 50 + 1 + 2 + 1 + 1, "adam": 3, "rotosolve": 1 + 12 + 1 + 2, "cobyla": 3}[method]

    class Failing(Bowl):
        def __call__(self, theta):
            values = super().__call__(theta)
            if self.calls > left:
                values[1, 2] = bad
            return values

        def of_member(self, m, theta):
            if m < 5:
                return 0.0
            self.calls += 1
            return bad if self.calls > left else float(np.sum(theta**2))

    pattern = rf"must be finite, got {bad} for member \(1, 2\) at {place}, theta from -?[\d.]+ to -?[\d.]+; check"
    with pytest.raises(ValueError, match=pattern):
        minimise(method, Failing(), START)


@pytest.mark.parametrize("method", METHODS)
def test_values_of_another_shape(method):

    class Wrong(Bowl):
        def __call__(self, theta):
            return np.zeros((2, 1))

        def of_member(self, m, theta):
            return np.zeros(1)

    message = (
        r"must return one number for one member, got shape \(1,\)"
        if method == "cobyla"
        else r"must return one value a member, shape \(2, 3\) for theta \(2, 3, 4\), got \(2, 1\)"
    )
    with pytest.raises(ValueError, match=message):
        minimise(method, Wrong(), START)


@pytest.mark.parametrize("method", METHODS[:3])
def test_a_monitor_that_is_not_finite(method):
    with pytest.raises(ValueError, match=r"got nan for member \(0, 0\) at the start of the curve"):
        minimise(method, Bowl(), START, monitor=lambda theta: np.full((2, 3), np.nan))


GOOD = Trace(
    method="made up",
    start_values=np.array([1.0, 0.0]),
    values=np.array([[0.5, 0.75], [2.0, 3.0]]),
    evaluations=np.array([[1, 2], [1, 1]]),
    theta=np.zeros((2, 3)),
    best_theta=np.ones((2, 3)),
    best_value=np.array([0.5, 0.0]),
    stop=("iterations", "tolerance"),
)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start_values": np.zeros(3)}, r"start_values must have shape \(2,\) to fit theta \(2, 3\), got \(3,\)"),
        ({"values": np.zeros((3, 2))}, r"values must have shape \(2, 2\)"),
        ({"values": np.full((2, 2), np.nan)}, "values must be finite"),
        ({"theta": np.full((2, 3), np.inf)}, "theta must be finite"),
        ({"best_theta": np.zeros((2, 4))}, "best_theta must have shape"),
        ({"best_value": np.zeros(())}, "best_value must have shape"),
        ({"best_value": np.array([0.5, 2.0])}, "best_value must be the lowest of start and curve"),
        ({"thetas": np.zeros((2, 3, 3))}, r"thetas must have shape \(2, 2, 3\)"),
        ({"evaluations": np.ones((2, 2))}, r"evaluations must be whole numbers of shape \(2, 2\), got float64"),
        ({"evaluations": np.ones((2, 1), int)}, "evaluations must be whole numbers of shape"),
        ({"evaluations": np.array([[2, 1], [1, 1]])}, "never fall"),
        ({"evaluations": np.array([[0, 1], [1, 1]])}, "start at 1 or more"),
        ({"stop": ("iterations",)}, "one reason for each of 2 members"),
        ({"stop": ("iterations", "")}, "one reason for each of 2 members"),
        ({"calibration_evaluations": -1}, "calibration_evaluations must be a whole number of at least 0"),
    ],
)
def test_a_trace_is_checked_at_birth(change, message):
    with pytest.raises(ValueError, match=message):
        replace(GOOD, **change)


def test_importing_the_minimisers_loads_no_heavy_library():
    code = (
        "import sys, qbench.quantum.optimise;"
        "print([m for m in ('scipy', 'torch', 'qiskit', 'pennylane', 'numba') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
