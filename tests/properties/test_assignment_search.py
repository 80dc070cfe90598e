"""Assignment: what the random and the branching solvers promise on every problem, in exact fractions.

Weights are whole multiples of 60, so that all shares among at most six agents are whole and every comparison is exact.
"""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qbench.assignment import (
    Budget,
    CrossEntropy,
    CustomAssignment,
    Enumeration,
    Hungarian,
    LinearAssignment,
    Milp,
    OccupancyAssignment,
    OccupancyVectors,
    SimulatedAnnealing,
)

UNIT = 60
KINDS = st.sampled_from([LinearAssignment, OccupancyAssignment])
SEEDS = st.integers(0, 2**32 - 1)
BUDGETS = st.sampled_from([1, 2, 9, 40, 150])


@st.composite
def parts(draw, *, agents=(1, 5), choices=(1, 3), least=-9):
    """Weights (agents, choices), and a capacity with room for all agents or None."""
    i, j = draw(st.integers(*agents)), draw(st.integers(*choices))
    entries = draw(st.lists(st.integers(least, 9), min_size=i * j, max_size=i * j))
    limits = None
    if draw(st.booleans()):
        limits = draw(st.lists(st.integers(1, i), min_size=j, max_size=j))
        for _ in range(i - sum(limits)):
            limits[draw(st.integers(0, j - 1))] += 1
    return UNIT * np.array(entries, dtype=float).reshape(i, j), limits


def solve(solver, problem, budget=None, seed=0):
    return solver.solve(problem, Budget(budget), np.random.default_rng(seed))


def by_value(problem):
    return CustomAssignment(problem.n_agents, problem.n_choices, problem.value, problem.capacity, batch=problem.batch)


HEURISTICS = (SimulatedAnnealing(), CrossEntropy(samples=16))


@given(KINDS, parts(), BUDGETS, SEEDS)
@settings(deadline=None, max_examples=60)
def test_searches_are_feasible_and_never_above_the_optimum(kind, drawn, budget, seed):
    problem = kind(*drawn)
    top = solve(Enumeration(), problem).value
    for solver in HEURISTICS:
        found = solve(solver, problem, budget, seed)
        assert found.feasible
        assert drawn[1] is None or all(np.bincount(found.assignment, minlength=len(drawn[1])) <= drawn[1])
        assert found.value == problem.value(found.assignment[None])[0]
        assert found.value <= top
        assert found.evaluations == budget
        assert not found.optimal


@given(KINDS, parts(), BUDGETS, SEEDS)
@settings(deadline=None, max_examples=40)
def test_weights_change_how_annealing_computes_and_not_what(kind, drawn, budget, seed):
    problem = kind(*drawn)
    compiled, asking = (solve(SimulatedAnnealing(), p, budget, seed) for p in (problem, by_value(problem)))
    assert compiled.assignment.tolist() == asking.assignment.tolist()
    assert compiled.value == asking.value


@given(KINDS, parts(), SEEDS, st.integers(-300, 300))
@settings(deadline=None, max_examples=40)
def test_annealing_does_not_know_the_unit_of_the_value(kind, drawn, seed, power):
    weights, capacity = drawn
    one, other = (solve(SimulatedAnnealing(), kind(w, capacity), 100, seed) for w in (weights, weights * 2.0**power))
    assert one.assignment.tolist() == other.assignment.tolist()


@given(KINDS, parts(), st.sampled_from([1, 9, 50]), SEEDS)
@settings(deadline=None, max_examples=40)
def test_the_cross_entropy_method_asks_only_for_values(kind, drawn, budget, seed):
    problem = kind(*drawn)
    one, other = (solve(CrossEntropy(samples=16), p, budget, seed) for p in (problem, by_value(problem)))
    assert one.assignment.tolist() == other.assignment.tolist()
    assert one.evaluations == other.evaluations == budget


@given(parts(agents=(1, 6)))
@settings(deadline=None, max_examples=40)
def test_the_occupancy_program_equals_occupancy_vectors(drawn):
    problem = OccupancyAssignment(*drawn)
    found = solve(Milp(), problem)
    assert found.value == solve(OccupancyVectors(), problem).value
    assert found.feasible
    assert found.optimal


@given(parts(agents=(5, 5), choices=(3, 3)))
@settings(deadline=None, max_examples=20)
def test_programs_at_five_agents_on_three_choices(drawn):
    occupancy, linear = OccupancyAssignment(*drawn), LinearAssignment(*drawn)
    assert solve(Milp(), occupancy).value == solve(OccupancyVectors(), occupancy).value
    assert solve(Milp(), linear).value == solve(Hungarian(), linear).value


@given(parts(), st.data())
@settings(deadline=None, max_examples=20)
def test_programs_do_not_mix_the_instances_of_a_batch(drawn, data):
    weights, capacity = drawn
    order = data.draw(st.permutations(range(weights.shape[0])))
    both = np.stack((weights, weights[order]))
    for kind in (LinearAssignment, OccupancyAssignment):
        found = solve(Milp(), kind(both, capacity))
        assert found.value.tolist() == [solve(Milp(), kind(w, capacity)).value for w in both]
        assert found.value[0] == found.value[1]
