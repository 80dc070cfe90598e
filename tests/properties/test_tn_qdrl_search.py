"""Grover's search and amplitudes of tn_qdrl: exact properties."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from qbench.papers.tn_qdrl import grover, grover_circuits, grover_steps
from qbench.papers.tn_qdrl.amplitudes import choose, iterations, reinforce
from qbench.papers.tn_qdrl.ratios import pairs_giving
from qbench.papers.tn_qdrl.resources import state_qubits
from qbench.quantum import compile
from tests.oracles.circuits import share
from tests.properties.hqcnn_networks import exact

ACTIONS = st.integers(2, 1024)


@st.composite
def searches(draw, most=1024):
    """N, a marked action, and up to 3 tau* iterations."""
    n = draw(st.integers(2, most))
    return n, draw(st.integers(0, n - 1)), draw(st.integers(0, 3 * grover.best_iterations(n)))


@exact
@given(searches())
def test_amplitude_is_that_of_the_steps(case):
    n, marked, tau = case
    state = grover_steps.after_iterations(n, marked, tau)
    own, other = grover.law(n, tau)
    np.testing.assert_allclose(state[marked], grover.marked_amplitude(n, tau), atol=1e-10)
    np.testing.assert_allclose(np.delete(state, marked) ** 2, other, atol=1e-10)
    assert abs(float(own + (n - 1) * other) - 1.0) <= 1e-12


@share(0.5)
@given(searches(most=20), st.booleans())
def test_circuit_is_the_closed_form(case, chained):
    n, marked, tau = case
    circuit = grover_circuits.search_circuit(n, marked, tau, chained=chained)
    state = compile(grover_circuits.for_engine(circuit)).state(np.zeros(0))
    assert abs(float((np.abs(state) ** 2).sum()) - 1.0) <= 1e-11
    np.testing.assert_allclose(state[:n], grover_steps.after_iterations(n, marked, tau), atol=1e-10)
    np.testing.assert_allclose(state[n:], 0.0, atol=1e-10)


@exact
@given(ACTIONS, st.integers(0, 2**32 - 1))
def test_oracle_and_diffusion_are_reflections(n, seed):
    rng = np.random.default_rng(seed)
    state, marked = rng.normal(size=(3, n)), int(rng.integers(n))
    np.testing.assert_array_equal(grover_steps.mark(grover_steps.mark(state, marked), marked), state)
    np.testing.assert_allclose(grover_steps.diffuse(grover_steps.diffuse(state)), state, atol=1e-12)
    for turned in (grover_steps.mark(state, marked), grover_steps.diffuse(state)):
        np.testing.assert_allclose((turned**2).sum(axis=-1), (state**2).sum(axis=-1), rtol=1e-12)


@exact
@given(ACTIONS, st.integers(1, 60))
def test_amplitudes_turn_by_the_same_angle(n, tau):
    """sin a(tau+1) + sin a(tau-1) = 2 cos(2 theta) sin a(tau); four actions have period 3, two know no search."""
    before, here, after = grover.marked_amplitude(n, [tau - 1, tau, tau + 1])
    np.testing.assert_allclose(before + after, 2 * (1 - 2 / n) * here, atol=1e-11)
    np.testing.assert_allclose(grover.law(4, tau + 3), grover.law(4, tau), atol=1e-12)
    np.testing.assert_allclose(grover.law(2, tau), 0.5, atol=1e-12)


@exact
@given(st.integers(1, 10**12))
def test_best_iterations_are_those_of_the_first_turn(n):
    """No number up to the first quarter turn and one beyond is better; sin theta is N^-1/2."""
    best = grover.best_iterations(n)
    near = grover.law(n, np.arange(max(0, best - 1), best + 2))[0]
    assert near[min(best, 1)] >= near.max() - 1e-9
    np.testing.assert_allclose(np.sin(grover.start_angle(n)), n**-0.5, rtol=1e-12)


@exact
@given(ACTIONS, st.integers(0, 200), st.data())
def test_the_search_is_an_epsilon_greedy_choice(n, tau, data):
    """The whole law: sin^2 for the marked action, e/N for others, 1e-12; also where e exceeds 1."""
    e, (own, other) = float(grover.equal_epsilon(n, tau)), grover.law(n, tau)
    marked = data.draw(st.integers(0, n - 1))
    greedy = np.full(n, e / n)
    greedy[marked] += 1 - e
    search = np.full(n, float(other))
    search[marked] = own
    np.testing.assert_allclose(greedy, search, atol=1e-12)
    assert 0 <= e <= n / (n - 1) + 1e-12


@st.composite
def taken(draw):
    """A state of 2 to 40 positive amplitudes, the taken action, and a number of iterations."""
    n = draw(st.integers(2, 40))
    weight = draw(st.lists(st.floats(0.01, 100.0), min_size=n, max_size=n))
    state = np.array(weight) / np.linalg.norm(weight)
    return state, draw(st.integers(0, n - 1)), draw(st.integers(0, 6))


@exact
@given(taken())
def test_reinforcement_keeps_ratios_and_the_norm(case):
    state, action, count = case
    grown = reinforce(state, action, count)
    np.testing.assert_allclose((grown**2).sum(), 1.0, rtol=1e-10)
    others = np.delete(np.arange(len(state)), action)
    scale = np.abs(grown[others]).max() + 1e-300
    np.testing.assert_allclose(grown[others] * state[others[0]], grown[others[0]] * state[others], atol=1e-12 * scale)
    np.testing.assert_allclose(grown[action], np.sin((2 * count + 1) * np.arcsin(state[action])), atol=1e-10)
    assert reinforce(state, action, 0).tobytes() == state.tobytes()


@exact
@given(taken(), st.floats(-1e4, 1e6))
def test_reinforcement_within_its_limit_only_grows(case, worth):
    """No number of iterations that the rule gives passes amplitude 1, and none shrinks the taken action."""
    state, action, _ = case
    count = int(iterations(state, action, worth))
    assert 0 <= count <= max(0, worth / 100)
    assert (2 * count + 1) * np.arcsin(state[action]) <= np.pi / 2 + 1e-9 or count == 0
    assert reinforce(state, action, count)[action] >= state[action] - 1e-12


@exact
@given(st.integers(2, 20), st.data())
def test_a_sure_action_stays_sure(n, data):
    action = data.draw(st.integers(0, n - 1))
    sure = np.eye(n)[action]
    np.testing.assert_array_equal(reinforce(sure, action, data.draw(st.integers(0, 9))), sure)
    assert choose(sure, data.draw(st.floats(0.0, 1.0, exclude_max=True))) == action


@exact
@given(taken(), st.floats(0.0, 1.0, exclude_max=True))
def test_choices_invert_the_law(case, u):
    state, _, _ = case
    chosen = int(choose(state, u))
    below = (state[:chosen] ** 2).sum()
    assert below - 1e-12 <= u <= below + state[chosen] ** 2 + 1e-12


@exact
@given(st.integers(1, 10**9))
def test_a_register_is_at_least_half_full(d):
    assert d <= 2 ** state_qubits(d) < 2 * d or d == 2 ** state_qubits(d)


@exact
@given(st.integers(1, 100), st.integers(1, 100), st.integers(0, 3))
def test_a_ratio_is_found_again(a, b, digits):
    """The pair that a percentage was made of comes among those that give it."""
    assume(a < b)
    percent = f"{100 * (b - a) / b:.{digits}f}"
    # A tie of the last digit is rounded to even by Python, up by the search.
    assume(abs((100 * (b - a) / b * 10**digits) % 1 - 0.5) > 1e-6)
    assume(0 < float(percent) < 100)
    # Of bases up to 100, each has at most two pairs in an interval of one percent.
    assert (a, b) in pairs_giving(percent, 200)
