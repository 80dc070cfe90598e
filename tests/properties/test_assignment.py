"""Assignment: theorems and solvers against each other and against a plain search in exact fractions.

Weights are whole multiples of 60, so that all shares among at most six agents are whole and every comparison is exact.
"""

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbench.assignment import (
    SOLVERS,
    Budget,
    CustomAssignment,
    Enumeration,
    Greedy,
    Hungarian,
    LinearAssignment,
    LocalSearch,
    OccupancyAssignment,
    OccupancyVectors,
    RandomSearch,
    compare,
    optima,
    uniform_feasible,
)
from qbench.assignment import _search as search

UNIT = 60
KINDS = st.sampled_from([LinearAssignment, OccupancyAssignment])
SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def weight_arrays(draw, agents, choices, *, least=0, batch=()):
    size = int(np.prod(batch)) * agents * choices
    entries = draw(st.lists(st.integers(least, 9), min_size=size, max_size=size))
    return UNIT * np.array(entries, dtype=float).reshape(*batch, agents, choices)


@st.composite
def capacities(draw, agents, choices):
    """None, or limits that hold all agents."""
    if draw(st.booleans()):
        return None
    limits = draw(st.lists(st.integers(1, agents), min_size=choices, max_size=choices))
    for _ in range(agents - sum(limits)):
        limits[draw(st.integers(0, choices - 1))] += 1
    return limits


@st.composite
def parts(draw, *, agents=(1, 4), choices=(1, 4), least=0, batch=()):
    """Weights and a capacity that fit together."""
    i, j = draw(st.integers(*agents)), draw(st.integers(*choices))
    return draw(weight_arrays(i, j, least=least, batch=batch)), draw(capacities(i, j))


def plain_value(kind, weights, a):
    shares = [1 if kind is LinearAssignment else a.count(j) for j in a]
    return sum(Fraction(int(weights[i, j])) / share for i, (j, share) in enumerate(zip(a, shares, strict=True)))


def plain_feasible(capacity, a):
    return capacity is None or all(a.count(j) <= limit for j, limit in enumerate(capacity))


def plain_strings(weights, capacity):
    strings = product(range(weights.shape[1]), repeat=weights.shape[0])
    return [a for a in strings if plain_feasible(capacity, a)]


def plain_optimum(kind, weights, capacity):
    return max(plain_value(kind, weights, a) for a in plain_strings(weights, capacity))


def solve(solver, problem, budget=None, seed=0):
    return solver.solve(problem, Budget(budget), np.random.default_rng(seed))


def optimum(problem):
    return float(solve(Enumeration(), problem).value)


@given(KINDS, parts(least=-9))
@settings(deadline=None, max_examples=60)
def test_values_and_optima_equal_a_plain_search(kind, drawn):
    weights, capacity = drawn
    problem = kind(weights, capacity)
    everything = list(product(range(weights.shape[1]), repeat=weights.shape[0]))
    a = np.array(everything)
    assert problem.value(a).tolist() == [plain_value(kind, weights, s) for s in everything]
    assert problem.feasible(a).tolist() == [plain_feasible(capacity, s) for s in everything]
    top = plain_optimum(kind, weights, capacity)
    best = [s for s in plain_strings(weights, capacity) if plain_value(kind, weights, s) == top]
    found = solve(Enumeration(), problem)
    assert found.value == top
    assert tuple(found.assignment.tolist()) == best[0]
    assert found.optimal
    value, strings = optima(problem, atol=0.0)
    assert value == top
    assert [tuple(s) for s in strings.tolist()] == best


@pytest.mark.parametrize(("agents", "choices"), [(i, j) for j in range(1, 5) for i in range(1, j + 1)])
def test_collapse_theorem(agents, choices):
    """I <= J, w >= 0: the best matching is the optimum of the occupancy problem, whatever the capacities."""

    @given(weight_arrays(agents, choices), capacities(agents, choices))
    @settings(deadline=None, max_examples=25)
    def check(weights, capacity):
        problem = OccupancyAssignment(weights, capacity)
        found = solve(Hungarian(), problem)
        assert found.value == optimum(problem)
        assert found.optimal
        assert len(set(found.assignment.tolist())) == agents

    check()


@given(parts(agents=(1, 5), choices=(1, 3), least=-9))
@settings(deadline=None, max_examples=80)
def test_occupancy_vectors_equal_enumeration(drawn):
    problem = OccupancyAssignment(*drawn)
    found = solve(OccupancyVectors(), problem)
    assert found.value == optimum(problem)
    assert found.feasible
    assert found.optimal


@given(parts(agents=(1, 5), choices=(1, 3), least=-9))
@settings(deadline=None, max_examples=60)
def test_hungarian_with_capacities_equals_enumeration(drawn):
    problem = LinearAssignment(*drawn)
    found = solve(Hungarian(), problem)
    assert found.value == optimum(problem)
    assert found.feasible


@given(KINDS, SEEDS, st.integers(1, 4), st.integers(1, 4))
@settings(deadline=None, max_examples=40)
def test_exact_solvers_agree_on_real_weights(kind, seed, agents, choices):
    weights = np.random.default_rng(seed).exponential(size=(3, agents, choices))
    rows = compare(kind(weights), SOLVERS, Budget(), np.random.SeedSequence(seed))
    values = [row.solution.value for row in rows if row.solution is not None and row.solution.optimal]
    assert len(values) >= 2
    assert all(value == pytest.approx(values[0], rel=1e-12) for value in values)


@given(KINDS, parts(choices=(1, 3), least=-9), st.data())
@settings(deadline=None, max_examples=40)
def test_one_more_choice_never_hurts(kind, drawn, data):
    weights, capacity = drawn
    column = data.draw(weight_arrays(len(weights), 1, least=-9))
    at = data.draw(st.integers(0, weights.shape[1]))
    wider = np.insert(weights, at, column[:, 0], axis=1)
    limits = None if capacity is None else np.insert(capacity, at, data.draw(st.integers(1, 3)))
    assert optimum(kind(wider, limits)) >= optimum(kind(weights, capacity))


@given(KINDS, parts(least=-9).filter(lambda drawn: drawn[1] is not None), st.data())
@settings(deadline=None, max_examples=40)
def test_more_room_never_hurts(kind, drawn, data):
    weights, capacity = drawn
    more = list(capacity)
    more[data.draw(st.integers(0, len(more) - 1))] += 1
    tight, wide, free = (optimum(kind(weights, limits)) for limits in (capacity, more, None))
    assert tight <= wide <= free


@given(KINDS, parts(agents=(2, 5), choices=(1, 3)))
@settings(deadline=None, max_examples=60)
def test_mean_optimum_over_deleted_agents(kind, drawn):
    weights, capacity = drawn
    agents = len(weights)
    without = sum(optimum(kind(np.delete(weights, i, axis=0), capacity)) for i in range(agents))
    assert without >= optimum(kind(weights, capacity)) * (agents - 1)


@given(KINDS, parts(least=-9), st.data())
@settings(deadline=None, max_examples=50)
def test_names_of_agents_and_choices_do_not_matter(kind, drawn, data):
    weights, capacity = drawn
    agents, choices = weights.shape
    rows = np.array(data.draw(st.permutations(range(agents))))
    columns = np.array(data.draw(st.permutations(range(choices))))
    problem = kind(weights, capacity)
    limits = None if capacity is None else np.array(capacity)[columns]
    renamed = kind(weights[rows][:, columns], limits)
    a = np.array(list(product(range(choices), repeat=agents)))
    # Row i of the new problem is old agent rows[i]; column j is old choice columns[j], so old choice c is now number
    # argsort(columns)[c].
    b = np.argsort(columns)[a[:, rows]]
    assert renamed.value(b).tolist() == problem.value(a).tolist()
    assert renamed.feasible(b).tolist() == problem.feasible(a).tolist()
    assert optimum(renamed) == optimum(problem)


@given(KINDS, parts(agents=(1, 5), choices=(1, 4), least=-9), st.sampled_from([None, 1, 2, 7, 40]), SEEDS)
@settings(deadline=None, max_examples=80)
def test_heuristics_are_feasible_and_never_above_the_optimum(kind, drawn, budget, seed):
    problem = kind(*drawn)
    top = optimum(problem)
    for solver in (Greedy(), LocalSearch(), RandomSearch(draws=20)):
        found = solve(solver, problem, budget, seed)
        assert found.feasible
        assert plain_feasible(drawn[1], found.assignment.tolist())
        assert found.value == plain_value(kind, drawn[0], found.assignment.tolist())
        assert found.value <= top
        assert found.evaluations <= (budget or 10**6)
        assert not found.optimal


@given(parts(agents=(1, 4), choices=(1, 3), batch=(2,)), st.sampled_from([None, 1, 2, 7, 90]), st.integers(6, 40))
@settings(deadline=None, max_examples=40)
def test_evaluations_are_what_the_problem_was_asked(drawn, budget, block):
    weights, capacity = drawn
    plain = OccupancyAssignment(weights, capacity)
    asked = []

    def score(a):
        asked.append(a.shape[-2])
        return plain.value(a)

    problem = CustomAssignment(plain.n_agents, plain.n_choices, score, capacity, batch=(2,))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "BLOCK_ENTRIES", block)
        for solver in (Enumeration(), Greedy(), LocalSearch(), RandomSearch(draws=20)):
            asked.clear()
            found = solve(solver, problem, None if isinstance(solver, Enumeration) else budget)
            rescored = 2 if isinstance(solver, LocalSearch) else 1  # its own answer, and that of greedy
            assert found.evaluations == sum(asked) - rescored


@given(KINDS, parts(agents=(1, 5), least=-9))
@settings(deadline=None, max_examples=60)
def test_local_search_ends_where_no_move_or_swap_helps(kind, drawn):
    weights, capacity = drawn
    problem = kind(weights, capacity)
    found = solve(LocalSearch(), problem)
    a = found.assignment.tolist()
    around = [[*a[:i], j, *a[i + 1 :]] for i in range(len(a)) for j in range(weights.shape[1])]
    for i, k in combinations(range(len(a)), 2):
        swapped = list(a)
        swapped[i], swapped[k] = a[k], a[i]
        around.append(swapped)
    allowed = [b for b in around if plain_feasible(capacity, b)]
    assert max(plain_value(kind, weights, b) for b in allowed) == found.value
    assert found.value >= solve(Greedy(), problem).value


@given(KINDS, parts(agents=(1, 4), choices=(1, 3), batch=(2, 2)), st.sampled_from([None, 5, 9]))
@settings(deadline=None, max_examples=40)
def test_a_batch_equals_its_instances(kind, drawn, budget):
    weights, capacity = drawn
    whole = kind(weights, capacity)
    for solver in (Enumeration(), Hungarian(), OccupancyVectors(), Greedy(), LocalSearch()):
        limit = None if solver == Enumeration() else budget
        (row,) = compare(whole, [solver], Budget(limit), np.random.SeedSequence(0))
        if row.solution is None:
            assert row.reason.startswith("does not apply: ")
            continue
        alone = [
            solve(Enumeration() if isinstance(solver, Enumeration) else solver, kind(weights[at], capacity), limit)
            for at in np.ndindex(2, 2)
        ]
        assert row.solution.assignment.reshape(4, -1).tolist() == [one.assignment.tolist() for one in alone]
        assert row.solution.value.ravel().tolist() == [one.value for one in alone]
        assert row.solution.evaluations >= max(one.evaluations for one in alone)
        assert row.solution.assignment.shape == (2, 2, weights.shape[-2])


@given(KINDS, SEEDS, st.integers(1, 9), st.integers(1, 4))
@settings(deadline=None, max_examples=40)
def test_batching_changes_no_bit_of_a_value(kind, seed, agents, choices):
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=(3, agents, choices))
    a = rng.integers(choices, size=(3, 5, agents))
    whole = kind(weights).value(a)
    for b, k in np.ndindex(3, 5):
        assert kind(weights[b]).value(a[b, k][None])[0] == whole[b, k]


@given(parts(agents=(1, 3), choices=(1, 3)), SEEDS)
@settings(deadline=None, max_examples=40)
def test_every_feasible_string_is_drawn_and_no_other(drawn, seed):
    weights, capacity = drawn
    # At most 27 equally likely strings: 1500 draws miss one with probability below 27 (26/27)^1500 < 1e-23.
    draws = uniform_feasible(OccupancyAssignment(weights, capacity), 1500, np.random.default_rng(seed))
    assert set(map(tuple, draws.tolist())) == set(plain_strings(weights, capacity))


@given(st.integers(1, 5), st.integers(1, 4), st.integers(0, 5), st.data())
@settings(deadline=None, max_examples=50)
def test_a_symmetric_problem_loses_nothing_to_fewer_strings(agents, choices, slack, data):
    """Pilots: interference between the agents of a group; one canonical string per set of renamings suffices."""
    entries = data.draw(st.lists(st.integers(-9, 9), min_size=agents**2, max_size=agents**2))
    pair = np.array(entries, dtype=float).reshape(agents, agents)
    limit = -(-agents // choices) + slack

    def score(a):
        return -((a[..., :, None] == a[..., None, :]) * pair).sum((-1, -2))

    plain, short = (
        CustomAssignment(agents, choices, score, np.full(choices, limit), symmetric=word) for word in (False, True)
    )
    full, few = solve(Enumeration(), plain), solve(Enumeration(), short)
    assert full.assignment.tolist() == few.assignment.tolist()
    assert full.value == few.value
    assert few.evaluations <= full.evaluations


@given(parts(agents=(3, 5), choices=(1, 2)), SEEDS)
@settings(deadline=None, max_examples=25)
def test_compare_runs_what_applies_and_says_what_does_not(drawn, seed):
    weights, capacity = drawn
    problem = OccupancyAssignment(weights, capacity)
    rows = {row.solver: row for row in compare(problem, SOLVERS, Budget(), np.random.SeedSequence(seed))}
    assert rows["hungarian"].solution is None
    assert rows["hungarian"].reason.startswith("does not apply: hungarian solves occupancy weights only where nobody")
    exact = [row.solution.value for row in rows.values() if row.solution is not None and row.solution.optimal]
    assert len(exact) == 3
    assert exact[0] == exact[1] == exact[2]
    assert all(row.solution.value <= exact[0] for row in rows.values() if row.solution is not None)
