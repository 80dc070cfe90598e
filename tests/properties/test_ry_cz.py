"""RY-CZ programs on small random circuits, against gates applied one by one; exact; nothing is timed."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbench.quantum.cvar import cvar
from qbench.quantum.ry_cz import RyCzProgram, SortedEnergies

SOME = settings(max_examples=60, deadline=None)
# Whole multiples of pi / 2 are where angles are brought into range: they get their own turn.
angle_values = st.one_of(st.floats(-40, 40), st.integers(-12, 12).map(lambda k: k * math.pi / 2))


@st.composite
def circuits(draw):
    """(n, layers) with any layers in any order: empty ones, several of a kind in a row, CZ first or last."""
    n = draw(st.integers(1, 6))
    layer = st.tuples(st.just("ry"), st.sets(st.integers(0, n - 1)).flatmap(lambda s: st.permutations(sorted(s))))
    if n > 1:
        pairs = [(a, b) for a in range(n) for b in range(a)]
        layer = layer | st.tuples(st.just("cz"), st.lists(st.sampled_from(pairs), unique=True))
    return n, draw(st.lists(layer, max_size=7))


def gates(layers):
    return sum(len(content) for kind, content in layers if kind == "ry")


@st.composite
def turned_circuits(draw, batch=2):
    n, layers = draw(circuits())
    count = gates(layers)
    theta = draw(st.lists(st.lists(angle_values, min_size=count, max_size=count), min_size=batch, max_size=batch))
    return n, layers, np.array(theta).reshape(batch, count)


def applied(n, layers, theta):
    """Every gate of one row of angles applied to |0...0>, one by one."""
    state = np.zeros(2**n)
    state[0] = 1.0
    k = np.arange(2**n)
    left = iter(theta)
    for kind, content in layers:
        for item in content:
            if kind == "cz":
                state = np.where((k >> item[0]) & (k >> item[1]) & 1, -state, state)
            else:
                t = next(left)
                zero, one = np.moveaxis(state.reshape(-1, 2, 2**item), 1, 0)
                c, s = math.cos(t / 2), math.sin(t / 2)
                state = np.stack([c * zero - s * one, s * zero + c * one], axis=1).ravel()
    return state


numbers = st.integers(0, 2**32 - 1)


@SOME
@given(turned_circuits())
def test_the_state_is_that_of_the_gates(given_circuit):
    n, layers, theta = given_circuit
    program = RyCzProgram(n, layers)
    expected = np.array([applied(n, layers, row) for row in theta])
    np.testing.assert_allclose(program.state(theta), expected, rtol=0, atol=1e-13)
    np.testing.assert_allclose(program.probabilities(theta), expected**2, rtol=0, atol=1e-13)


@SOME
@given(turned_circuits(batch=1), numbers)
def test_the_gradient_is_the_parameter_shift_rule(given_circuit, seed):
    n, layers, theta = given_circuit
    program = RyCzProgram(n, layers)
    cotangent = np.random.default_rng(seed).normal(size=2**n)
    count = program.n_parameters
    shifts = np.concatenate([np.eye(count), -np.eye(count)]) * (math.pi / 2)
    up, down = (program.probabilities(theta + shifts) @ cotangent).reshape(2, count) if count else np.zeros((2, 0))
    gradient = program.vjp_probabilities(theta, cotangent)
    np.testing.assert_allclose(gradient[0], (up - down) / 2, rtol=0, atol=1e-10)


@SOME
@given(turned_circuits(batch=3), numbers, st.floats(0.01, 1))
def test_a_batch_is_its_rows_to_the_bit(given_circuit, seed, alpha):
    n, layers, theta = given_circuit
    program = RyCzProgram(n, layers)
    rng = np.random.default_rng(seed)
    cotangent, energies = rng.normal(size=(3, 2**n)), SortedEnergies(rng.normal(size=2**n))
    rows = [row[None] for row in theta]

    def alone(method, *others):
        return np.concatenate([method(row, *(other[b : b + 1] for other in others)) for b, row in enumerate(rows)])

    assert program.state(theta).tobytes() == alone(program.state).tobytes()
    assert program.probabilities(theta).tobytes() == alone(program.probabilities).tobytes()
    together = program.vjp_probabilities(theta, cotangent)
    assert together.tobytes() == alone(program.vjp_probabilities, cotangent).tobytes()
    value, gradient = program.cvar_gradient(theta, energies, alpha)
    assert value.tobytes() == alone(lambda row: program.cvar(row, energies, alpha)).tobytes()
    assert gradient.tobytes() == alone(lambda row: program.cvar_gradient(row, energies, alpha)[1]).tobytes()


@SOME
@given(turned_circuits(), st.data())
def test_cvar_is_that_of_the_probabilities(given_circuit, data):
    n, layers, theta = given_circuit
    program = RyCzProgram(n, layers)
    # Few different energies, so that atoms tie; alphas where the tail ends within an atom, and at 1.
    energies = data.draw(st.lists(st.integers(-3, 3), min_size=2**n, max_size=2**n).map(np.array))
    alpha = data.draw(st.floats(0.01, 0.99) | st.just(1.0))
    expected, cotangent = cvar(energies, program.probabilities(theta), alpha)
    value, gradient = program.cvar_gradient(theta, SortedEnergies(energies), alpha)
    np.testing.assert_allclose(value, expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(program.cvar(theta, energies, alpha), value, rtol=0, atol=0)
    # At a kink either side's derivative is right; which one is taken may turn on rounding.
    law = program.probabilities(theta)
    order = np.argsort(energies, kind="stable")
    mass = np.take_along_axis(law, np.broadcast_to(order, law.shape), -1).cumsum(-1)
    smooth = np.abs(mass - alpha).min(axis=-1) > 1e-9
    right = program.vjp_probabilities(theta, cotangent)
    np.testing.assert_allclose(gradient[smooth], right[smooth], rtol=0, atol=1e-10)


@SOME
@given(turned_circuits(), numbers)
def test_samples_invert_the_cumulated_law(given_circuit, seed):
    n, layers, theta = given_circuit
    program = RyCzProgram(n, layers)
    samples = program.sample(theta, 200, np.random.default_rng(seed))
    uniforms = np.random.default_rng(seed).random((2, 200))
    law = program.probabilities(theta)
    for drawn, u, p in zip(samples, uniforms, law, strict=True):
        cumulated = p.cumsum() / p.sum()
        before = np.where(drawn > 0, cumulated[drawn - 1], 0.0)
        assert np.all(p[drawn] > 0)
        assert np.all(before <= u + 1e-12)
        assert np.all(u <= cumulated[drawn] + 1e-12)


def chain_ansatz(n, depth):
    every, chain = ("ry", tuple(range(n))), ("cz", tuple((q, q + 1) for q in range(n - 1)))
    return [every, *[layer for _ in range(depth) for layer in (chain, every)]]


class Uniforms:
    """Stands for a generator that returns these numbers."""

    def __init__(self, values):
        self.values = np.array(values, dtype=float)

    def random(self, shape):
        return np.resize(self.values, shape)


@pytest.mark.parametrize("n", [2, 8, 13, 16])
def test_samples_are_the_inverse_of_the_cumulated_law(n):
    rng = np.random.default_rng(20250101)
    program = RyCzProgram(n, chain_ansatz(n, 2))
    theta = rng.uniform(-3, 3, (2, 3 * n))
    drawn = program.sample(theta, 2000, np.random.default_rng(5))
    assert drawn.shape == (2, 2000)
    assert drawn.tobytes() == program.sample(theta, 2000, np.random.default_rng(5)).tobytes()
    uniforms = np.random.default_rng(5).random((2, 2000))
    for strings, u, law in zip(drawn, uniforms, program.probabilities(theta), strict=True):
        expected = np.searchsorted(law.cumsum() / law.sum(), u, side="right")
        np.testing.assert_array_equal(strings, expected)


def test_strings_without_mass_are_never_drawn():
    edges = Uniforms([0.0, np.nextafter(1.0, 0.0), 5e-324, 0.5])
    n = 13
    program = RyCzProgram(n, chain_ansatz(n, 1))
    for string in (0, 1, 17, 4096, 2**n - 1):
        theta = np.zeros((1, 2 * n))
        theta[0, n:] = [math.pi * (string >> q & 1) for q in range(n)]
        assert set(program.sample(theta, 4, edges)[0].tolist()) == {string}
    # Half of the strings without mass, below and above those with it, and shares that rounding makes uneven.
    theta[0, n:] = 0.0
    theta[0, n + 1 : 2 * n - 1] = np.random.default_rng(20250101).uniform(0.1, 1.5, n - 2)
    theta[0, n] = math.pi
    law = program.probabilities(theta)[0]
    assert np.count_nonzero(law) == 2 ** (n - 2)
    grid = np.concatenate([[0.0], np.arange(1, 4096) / 4096, [np.nextafter(1.0, 0.0)]])
    strings = program.sample(theta, len(grid), Uniforms(grid))[0]
    assert np.all(law[strings] > 0)
    assert strings[0] == np.flatnonzero(law)[0]
    assert strings[-1] == np.flatnonzero(law)[-1]
    assert np.all(np.diff(strings) >= 0)
