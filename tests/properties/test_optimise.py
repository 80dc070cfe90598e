"""The minimisers on whole families of objectives: exact statements, checked without sampling errors."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbench.quantum.optimise import adam, cobyla, gradient_estimate, hold_to_end, rotosolve, spsa

SIN, COS = np.vectorize(math.sin, otypes=[float]), np.vectorize(math.cos, otypes=[float])
whole = st.integers(-8, 8).map(float)
angle = st.floats(-10, 10)


@st.composite
def cubics(draw):
    """Integer coefficients and a point: with c a power of two every sum below is exact in float64."""
    size = draw(st.integers(1, 4))

    def array(*shape):
        return np.array(draw(st.lists(whole, min_size=math.prod(shape), max_size=math.prod(shape)))).reshape(shape)

    return array(size), array(size, size), array(size, size, size), array(size)


@given(cubics(), st.sampled_from([0.125, 0.25, 0.5, 1.0]))
def test_spsa_estimator_has_its_mean_exactly(cubic, c):
    """f = l.t + t.q.t + sum k_abc t_a t_b t_c over all 2^P perturbations: the mean is gradient + c^2 third derivatives.

    Entry i of the bias is f_iii / 6 + sum_{j != i} f_ijj / 2; for a quadratic (k = 0) there is none.
    """
    linear, q, k, point = cubic
    size = len(point)

    def f(theta):
        return (
            np.einsum("a,na->n", linear, theta)
            + np.einsum("ab,na,nb->n", q, theta, theta)
            + np.einsum("abc,na,nb,nc->n", k, theta, theta, theta)
        )

    signs = np.array(list(itertools.product([-1.0, 1.0], repeat=size)))
    g, _, _ = gradient_estimate(f, np.tile(point, (len(signs), 1)), signs, c)
    symmetric = sum(k.transpose(order) for order in itertools.permutations(range(3)))  # f_abc
    gradient = linear + (q + q.T) @ point + np.einsum("abc,b,c->a", symmetric, point, point) / 2
    bias = [symmetric[i, i, i] / 6 + sum(symmetric[i, j, j] for j in range(size) if j != i) / 2 for i in range(size)]
    assert (g.sum(axis=0)).tolist() == ((gradient + c * c * np.array(bias)) * len(signs)).tolist()


@given(st.floats(0.1, 10), st.floats(-math.pi, math.pi), st.floats(-5, 5), st.sampled_from([0.5, 1.0, 2.0, 3.7]), angle)
def test_rotosolve_on_one_sinusoid(size, phase, centre, frequency, start):
    def f(theta):
        return size * SIN(frequency * theta[..., 0] + phase) + centre

    right = rotosolve(f, [start], iterations=1, frequency=frequency)
    assert right.values[0] == pytest.approx(centre - size, abs=1e-9)
    cosine = math.cos(frequency * start + phase)
    if abs(cosine) > 1e-6:  # nearer to the boundary rounding decides the sign
        printed = rotosolve(f, [start], iterations=1, frequency=frequency, angle="arctan")
        assert printed.values[0] == pytest.approx(centre + math.copysign(size, -cosine), abs=1e-9)
        assert abs(printed.theta[0]) <= math.pi / frequency + 1e-12


@st.composite
def waves(draw, most=4):
    """Amplitudes, phases and starts of `members` objectives with P angles each, sinusoidal in every angle."""
    members, size = draw(st.integers(1, most)), draw(st.integers(1, 4))
    numbers = st.lists(st.floats(-3, 3), min_size=members * size, max_size=members * size)
    return tuple(np.array(draw(numbers)).reshape(members, size) for _ in range(3))


def wave(a, b):
    def product(theta):
        out = np.ones(theta.shape[:-1])
        for p in range(theta.shape[-1]):
            out = out * COS(theta[..., p])
        return out

    def value(theta):
        out = product(theta)
        for p in range(theta.shape[-1]):
            out = out + a[..., p] * SIN(theta[..., p] + b[..., p])
        return out

    def with_gradient(theta):
        return value(theta), a * COS(theta + b)  # not its gradient, but a function of theta: enough for bits

    return value, with_gradient


@given(waves())
def test_rotosolve_never_rises(drawn):
    a, b, start = drawn
    trace = rotosolve(wave(a, b)[0], start, iterations=4)
    known = np.concatenate([trace.start_values[:, None], trace.values], axis=1)
    assert np.all(np.diff(known, axis=1) <= 1e-12 * (1 + np.abs(a).sum()))


@given(waves(), st.data())
def test_members_do_not_see_each_other(drawn, data):
    a, b, start = drawn
    chosen = data.draw(st.lists(st.integers(0, len(a) - 1), min_size=1, max_size=5))

    def runs(members):
        value, with_gradient = wave(a[members], b[members])
        generators = [np.random.default_rng([2, m]) for m in members]
        yield spsa(value, start[members], iterations=3, rngs=generators)
        yield adam(with_gradient, start[members], iterations=5)
        yield rotosolve(value, start[members], iterations=2, reuse=True)

    for together, picked in zip(runs(list(range(len(a)))), runs(chosen), strict=True):
        for name in ("start_values", "values", "theta", "best_theta", "best_value"):
            assert getattr(together, name)[chosen].tobytes() == getattr(picked, name).tobytes()


@given(st.integers(1, 5), st.integers(1, 30), st.integers(0, 99))
def test_cobyla_never_passes_its_budget(size, evaluations, seed):
    rng = np.random.default_rng(seed)
    calls = []

    def objective(_, theta):
        calls.append(float(np.sum(theta**2) + rng.normal()))
        return calls[-1]

    trace = cobyla(objective, np.ones(size), evaluations=evaluations)
    used = int(trace.evaluations[-1])
    assert used == len(calls) <= evaluations
    assert trace.values.tolist() == hold_to_end(calls, evaluations).tolist()
    assert trace.stop == (("evaluations",) if used == evaluations else ("tolerance",))
