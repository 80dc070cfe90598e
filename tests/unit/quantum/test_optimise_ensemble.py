"""What the minimisers share: members that do not see each other, every call accounted for, a curve beside the run."""

import math
from dataclasses import fields

import numpy as np
import pytest

from qbench.quantum.optimise import Trace, adam, cobyla, rotosolve, spsa

METHODS = ["spsa", "adam", "rotosolve", "cobyla"]
BATCHED = ["spsa", "adam", "rotosolve"]
SIN, COS = np.vectorize(math.sin), np.vectorize(math.cos)  # one number at a time: the same bits wherever it stands


class Wave:
    """sum_p a_p sin(theta_p + b_p) + sin(theta_0) sin(theta_1) / 2, its gradient, and how often it was called."""

    def __init__(self, a, b):
        self.a, self.b, self.calls = a, b, 0

    def __call__(self, theta):
        self.calls += 1
        total = np.zeros(theta.shape[:-1])
        for p in range(theta.shape[-1]):  # in a fixed order, whatever the batch
            total = total + self.a[..., p] * SIN(theta[..., p] + self.b[..., p])
        return total + 0.5 * SIN(theta[..., 0]) * SIN(theta[..., 1])

    def with_gradient(self, theta):
        g = self.a * COS(theta + self.b)
        g[..., 0] += 0.5 * COS(theta[..., 0]) * SIN(theta[..., 1])
        g[..., 1] += 0.5 * SIN(theta[..., 0]) * COS(theta[..., 1])
        return self(theta), g

    def of_member(self, m, theta):
        size = theta.shape[-1]
        return Wave(self.a.reshape(-1, size)[m], self.b.reshape(-1, size)[m])(theta)


def draw(*shape):
    rng = np.random.default_rng([5, *shape])
    return Wave(rng.normal(size=shape), rng.uniform(-3, 3, shape)), rng.uniform(-3, 3, shape)


def generators(members):
    return [np.random.default_rng([11, m]) for m in members]


def minimise(method, wave, theta0, steps=4, members=None, **options):
    members = range(math.prod(np.shape(theta0)[:-1])) if members is None else members
    if method == "spsa":
        return spsa(wave, theta0, iterations=steps, rngs=generators(members), **options)
    if method == "adam":
        return adam(wave.with_gradient, theta0, iterations=steps, **options)
    if method == "rotosolve":
        return rotosolve(wave, theta0, iterations=steps, **options)
    return cobyla(wave.of_member, theta0, evaluations=steps, **options)


def bits(trace, index=...):
    kept = [f.name for f in fields(Trace) if f.name not in ("method", "stop", "calibration_evaluations")]
    return {name: np.ascontiguousarray(getattr(trace, name)[index]).tobytes() for name in kept}


@pytest.mark.parametrize("method", METHODS)
def test_a_member_has_the_same_bits_alone_and_in_a_batch(method):
    wave, theta0 = draw(2, 3, 4)
    together = minimise(method, wave, theta0, 12, keep_thetas=True)
    for m, index in enumerate(np.ndindex(2, 3)):
        one, row = (Wave(wave.a[index][axis], wave.b[index][axis]) for axis in (..., None))
        alone = minimise(method, one, theta0[index], 12, members=[m], keep_thetas=True)
        assert bits(alone) == bits(together, index)
        assert bits(minimise(method, row, theta0[index][None], 12, members=[m], keep_thetas=True), 0) == bits(alone)


@pytest.mark.parametrize("method", METHODS)
def test_a_short_run_is_the_beginning_of_a_long_one(method):
    wave, theta0 = draw(3, 4)
    short = minimise(method, wave, theta0, 9, keep_thetas=True)
    long = minimise(method, wave, theta0, 14, keep_thetas=True)
    for name in ("values", "evaluations", "thetas"):
        assert np.array_equal(getattr(long, name)[:, :9], getattr(short, name))


@pytest.mark.parametrize("method", METHODS)
def test_the_trace_says_what_happened(method):
    wave, theta0 = draw(2, 3, 4)
    trace = minimise(method, wave, theta0, 8, keep_thetas=True)
    assert trace.values.shape == trace.evaluations.shape == (2, 3, 8)
    assert trace.thetas.shape == (2, 3, 8, 4)
    again = Wave(wave.a, wave.b)
    assert np.array_equal(trace.start_values, again(theta0))
    for t in range(8):
        assert np.array_equal(trace.values[..., t], again(trace.thetas[..., t, :]))
    points = np.concatenate([theta0[..., None, :], trace.thetas], axis=-2)
    known = np.concatenate([trace.start_values[..., None], trace.values], axis=-1)
    first = np.argmin(known, axis=-1)[..., None]
    assert np.array_equal(trace.best_value, np.take_along_axis(known, first, axis=-1)[..., 0])
    assert np.array_equal(trace.best_theta, np.take_along_axis(points, first[..., None], axis=-2)[..., 0, :])
    if method != "cobyla":
        assert np.array_equal(trace.theta, trace.thetas[..., -1, :])
    assert minimise(method, wave, theta0, 8).thetas is None
    assert np.array_equal(draw(2, 3, 4)[1], theta0), "theta0 belongs to the caller"


@pytest.mark.parametrize(
    ("method", "calls", "counted"),
    [
        ("spsa", 50 + 1 + 3 * 5, [2, 4, 6, 8, 10]),
        ("adam", 6, [1, 2, 3, 4, 5]),
        ("rotosolve", 6 + 60, [12, 24, 36, 48, 60]),
    ],
)
def test_every_call_is_accounted_for(method, calls, counted):
    wave, theta0 = draw(2, 4)
    trace = minimise(method, wave, theta0, 5)
    assert wave.calls == calls
    assert trace.evaluations.tolist() == [counted, counted]
    assert trace.evaluations.dtype == np.int64
    assert trace.calibration_evaluations == (50 if method == "spsa" else 0)
    assert trace.method == method
    assert trace.stop == ("iterations", "iterations")


@pytest.mark.parametrize("method", BATCHED)
def test_a_monitor_draws_the_curve_and_leaves_the_run_alone(method):
    wave, theta0 = draw(2, 4)
    plain = minimise(method, wave, theta0, 5, keep_thetas=True)
    calls_with_curve, seen = wave.calls, []

    def monitor(theta):
        seen.append(theta)
        return 100.0 + wave.a[:, 0] * len(seen)

    wave.calls = 0
    watched = minimise(method, wave, theta0, 5, monitor=monitor, keep_thetas=True)
    assert wave.calls == calls_with_curve - (1 if method == "adam" else 6)
    assert np.array_equal(watched.thetas, plain.thetas)
    assert np.array_equal(watched.evaluations, plain.evaluations)
    assert np.array_equal(np.stack(seen, axis=1), np.concatenate([theta0[:, None], plain.thetas], axis=1))
    assert np.array_equal(watched.start_values, 100.0 + wave.a[:, 0])
    assert np.array_equal(watched.values, 100.0 + wave.a[:, :1] * np.arange(2, 7))


@pytest.mark.parametrize("method", METHODS)
def test_an_objective_may_scribble_on_its_argument_and_reuse_its_buffer(method):
    wave, theta0 = draw(2, 3)
    clean = minimise(method, wave, theta0, 6, keep_thetas=True)
    buffer, slopes = np.empty(2), np.empty((2, 3))

    class Rude(Wave):
        def __call__(self, theta):
            buffer[...] = super().__call__(theta)
            theta[...] = np.nan
            return buffer

        def with_gradient(self, theta):
            slopes[...] = Wave.with_gradient(Wave(self.a, self.b), theta)[1]
            return self(theta), slopes

        def of_member(self, m, theta):
            value = super().of_member(m, theta)
            theta[...] = np.nan
            return value

    assert bits(minimise(method, Rude(wave.a, wave.b), theta0, 6, keep_thetas=True)) == bits(clean)


@pytest.mark.parametrize("method", METHODS)
def test_the_callers_array_is_read_once(method):
    wave, theta0 = draw(2, 3)
    clean = minimise(method, wave, theta0, 6, keep_thetas=True)

    class Spoiling(Wave):
        def __call__(self, theta):
            theta0[...] = 77.0
            return super().__call__(theta)

        def of_member(self, m, theta):
            theta0[...] = 77.0
            return super().of_member(m, theta)

    assert bits(minimise(method, Spoiling(wave.a, wave.b), theta0, 6, keep_thetas=True)) == bits(clean)


def test_one_angle_and_no_batch():
    def parabola(theta):
        return (theta[..., 0] - 1.0) ** 2

    for trace in (
        spsa(parabola, [3.0], iterations=20, rngs=[np.random.default_rng(0)], keep_thetas=True),
        adam(lambda t: (parabola(t), 2.0 * (t - 1.0)), [3.0], iterations=20, keep_thetas=True),
        rotosolve(lambda t: SIN(t[..., 0]), [3.0], iterations=2, keep_thetas=True),
        cobyla(lambda _, t: float(parabola(t)), [3.0], evaluations=20, keep_thetas=True),
    ):
        assert trace.theta.shape == (1,)
        assert trace.best_value.shape == ()
        assert trace.values.shape == (trace.thetas.shape[0],)
        assert trace.best_value < trace.start_values
