"""Greedy, local search and random search on cases done by hand."""

import math
from itertools import product

import numpy as np
import pytest

from qbench.assignment import (
    Budget,
    CustomAssignment,
    Greedy,
    LinearAssignment,
    LocalSearch,
    OccupancyAssignment,
    RandomSearch,
    uniform_feasible,
)
from qbench.assignment import _search as search
from qbench.assignment._search import Best, n_neighbours, neighbours
from qbench.assignment._strings import _occupancy_law, count_strings, uniform_strings

FREE = Budget()


def solve(solver, problem, budget=FREE, seed=0):
    return solver.solve(problem, budget, np.random.default_rng(seed))


def test_greedy_takes_the_best_choice_and_the_lowest_index():
    found = solve(Greedy(), OccupancyAssignment([[1, 7, 7], [2, 2, 2], [0, 0, 5]]))
    assert found.assignment.tolist() == [1, 0, 2]
    assert (found.evaluations, found.optimal) == (1, False)


def test_greedy_sheds_the_weakest_agent_to_the_best_room():
    # All four want choice 0, which takes two: agents 2 (weight 6) and 3 (7) go; agent 2 first, to choice 2 (its 5),
    # which is then full, so agent 3 must take choice 1 although it likes choice 2 better.
    weights = [[9, 0, 0], [8, 0, 0], [6, 1, 5], [7, 1, 6]]
    assert solve(Greedy(), LinearAssignment(weights, [2, 1, 1])).assignment.tolist() == [0, 0, 2, 1]


def test_greedy_sheds_the_lowest_index_on_ties():
    assert solve(Greedy(), LinearAssignment([[5, 1], [5, 1]], [1, 1])).assignment.tolist() == [1, 0]
    assert solve(Greedy(), LinearAssignment([[-1, -2, -2], [-1, -2, -2]], [1, 1, 1])).assignment.tolist() == [1, 0]


def test_greedy_does_not_depend_on_memory_order():
    weights = np.tile([[5.0, 1.0], [5.0, 2.0]], (3, 1, 1))
    for order in ("C", "F"):
        problem = LinearAssignment(np.array(weights, order=order), [1, 1])
        assert solve(Greedy(), problem).assignment.tolist() == [[1, 0]] * 3


def test_greedy_without_weights_moves_each_agent_once():
    # From [0, 0]: agent 0 does best on 2 (value 2), then agent 1 on 1 (2 + 3).
    problem = CustomAssignment(2, 3, lambda a: a[..., 0] + 3.0 * (a[..., 1] == 1))
    found = solve(Greedy(), problem)
    assert found.assignment.tolist() == [2, 1]
    assert found.evaluations == 1 + 2 * 2
    assert solve(Greedy(), problem, Budget(1)).assignment.tolist() == [0, 0]
    assert solve(Greedy(), problem, Budget(2)).assignment.tolist() == [1, 0]
    assert solve(Greedy(), problem, Budget(4)).assignment.tolist() == [2, 1]
    assert solve(Greedy(), problem, Budget(4)).evaluations == 4


def test_greedy_without_weights_keeps_the_capacity():
    problem = CustomAssignment(3, 2, lambda a: -a.sum(-1), capacity=[1, 2**40])
    assert solve(Greedy(), problem).assignment.tolist() == [0, 1, 1]


def test_greedy_without_weights_looks_for_feasibility_first():
    problem = CustomAssignment(2, 2, lambda a: -a.sum(-1), allowed=lambda a: a[..., 1] == 1)
    found = solve(Greedy(), problem)
    assert found.assignment.tolist() == [0, 1]
    assert found.feasible


def test_neighbours_in_order():
    a = np.array([1, 0, 2])
    moves = [[0, 0, 2], [2, 0, 2], [1, 1, 2], [1, 2, 2], [1, 0, 0], [1, 0, 1]]
    swaps = [[0, 1, 2], [2, 0, 1], [1, 2, 0]]
    assert n_neighbours(3, 3) == 9
    assert neighbours(a, 3, 0, 9).tolist() == moves + swaps
    for start, stop in [(0, 1), (2, 5), (5, 8), (6, 9), (8, 9)]:
        assert neighbours(a, 3, start, stop).tolist() == (moves + swaps)[start:stop]
    batch = np.array([[[1, 0, 2]], [[2, 2, 0]]])
    assert neighbours(batch, 3, 4, 8)[0, 0].tolist() == (moves + swaps)[4:8]
    assert neighbours(batch, 3, 4, 8).shape == (2, 1, 4, 3)


def test_a_rounding_error_is_no_improvement():
    a = np.zeros((5, 2), dtype=int)
    old = Best(a, np.array([3.0, 3.0, -np.inf, -np.inf, 0.0]))
    new = Best(a, np.array([np.nextafter(3.0, 4.0), 3.0 + 1e-9, -np.inf, -8.0, 1e-30]))
    assert old.improved_by(new).tolist() == [False, True, False, True, True]


def test_local_search_swaps_where_no_move_fits():
    # Both want choice 0, agent 1 is the weaker there and goes: 9 + 1. The swap gives 5 + 8; no single move has room.
    problem = LinearAssignment([[9, 5], [8, 1]], [1, 1])
    assert solve(Greedy(), problem).value == 10
    assert solve(LocalSearch(), problem).value == 13


def test_local_search_unshares():
    # Greedy puts both on choice 0 (mean 9.5); one move gives 10 + 1 = 11.
    problem = OccupancyAssignment([[10, 1], [9, 1]])
    assert solve(Greedy(), problem).value == 9.5
    found = solve(LocalSearch(), problem)
    assert found.assignment.tolist() == [0, 1]
    assert found.value == 11
    assert found.evaluations == 1 + 2 * 3  # greedy, one improving sweep, one that finds nothing
    assert not found.optimal


def test_local_search_stops_at_the_budget():
    problem = OccupancyAssignment([[10, 1], [9, 1]])
    # Neighbours in order: agent 0 to 1 (9 + 1 = 10), agent 1 to 1 (11), the swap (9.5).
    for budget, value in [(1, 9.5), (2, 10), (3, 11), (4, 11), (5, 11)]:
        found = solve(LocalSearch(), problem, Budget(budget))
        assert (found.value, found.evaluations) == (value, budget)


def test_local_search_with_nothing_to_move():
    assert solve(LocalSearch(), LinearAssignment([[3]])).value == 3
    assert solve(LocalSearch(), LinearAssignment([[3], [4]])).value == 7


def test_local_search_in_tiny_blocks(monkeypatch):
    problem = OccupancyAssignment(np.random.default_rng(5).random((3, 6, 3)), [3, 2, 2])
    whole = solve(LocalSearch(), problem)
    monkeypatch.setattr(search, "BLOCK_ENTRIES", 2 * 3 * 6)
    pieces = solve(LocalSearch(), problem)
    assert np.array_equal(whole.assignment, pieces.assignment)
    assert whole.evaluations == pieces.evaluations


@pytest.mark.parametrize("weight", [0.1, 1e-12, 1e12])
def test_local_search_ends_on_plateaus(weight):
    found = solve(LocalSearch(), OccupancyAssignment(np.full((6, 2), weight), [4, 4]), Budget(10_000))
    assert found.evaluations < 100
    assert found.value == pytest.approx(2 * weight)


def test_random_search_spends_the_budget_or_its_own_draws():
    problem = LinearAssignment([[1, 2], [3, 4]])
    assert solve(RandomSearch(), problem, Budget(3)).evaluations == 3
    assert solve(RandomSearch(draws=7), problem).evaluations == 7
    with pytest.raises(ValueError, match="draws must be a whole number of at least 1, got 0"):
        RandomSearch(draws=0)


def test_random_search_with_enough_draws_is_the_optimum(monkeypatch):
    problem = OccupancyAssignment([[10, 1], [9, 1]], [1, 1])
    assert solve(RandomSearch(), problem, Budget(64)).value == 11
    monkeypatch.setattr(search, "BLOCK_ENTRIES", 2 * 5)
    assert solve(RandomSearch(), problem, Budget(64)).value == 11


def test_random_search_repeats_with_the_seed_and_instances_draw_apart():
    problem = OccupancyAssignment(np.ones((2, 6, 4)), [2, 2, 2, 2])
    first, again, other = (solve(RandomSearch(), problem, Budget(1), seed).assignment for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first[0], first[1])


@pytest.mark.parametrize("capacity", [None, [1, 2, 3], [1, 1, 1], [3, 1, 1], [4, 9, 1]])
def test_random_draws_reach_exactly_the_feasible_strings(capacity):
    limits = None if capacity is None else np.array(capacity)
    draws = uniform_strings(np.random.default_rng(7), 2000, 3, 3, limits)
    seen = set(map(tuple, draws.tolist()))
    expected = {
        a for a in product(range(3), repeat=3) if capacity is None or all(a.count(j) <= capacity[j] for j in range(3))
    }
    assert seen == expected
    assert count_strings(3, 3, limits) == len(expected)


@pytest.mark.parametrize(("agents", "capacity"), [(3, [1, 2, 3]), (5, [2, 2, 2]), (6, [1, 5, 2]), (4, [1, 1, 1, 1])])
def test_occupancies_are_drawn_in_proportion_to_their_strings(agents, capacity):
    law = _occupancy_law(agents, len(capacity), np.array(capacity))
    total = count_strings(agents, len(capacity), np.array(capacity))
    mass = 0.0
    for n in product(*(range(limit + 1) for limit in capacity)):
        if sum(n) != agents:
            continue
        probability, left = 1.0, agents
        for j, taken in enumerate(n):
            probability *= law[j, left, taken] - (law[j, left, taken - 1] if taken else 0.0)
            left -= taken
        strings = math.factorial(agents) // math.prod(map(math.factorial, n))
        assert probability == pytest.approx(strings / total, rel=1e-12)
        mass += probability
    assert mass == pytest.approx(1.0, rel=1e-12)


def test_random_draws_meet_constraints_beyond_the_capacity_by_rejection():
    problem = CustomAssignment(3, 3, lambda a: a.sum(-1), [2, 2, 2], lambda a: a[..., 0] < a[..., 1], batch=(2,))
    draws = uniform_feasible(problem, 300, np.random.default_rng(1))
    assert draws.shape == (2, 300, 3)
    assert problem.feasible(draws).all()
    assert len(np.unique(draws.reshape(-1, 3), axis=0)) == 9  # three pairs, any third agent
    assert solve(RandomSearch(), problem, Budget(200)).value.tolist() == [5, 5]


def test_random_search_where_nothing_is_feasible():
    problem = CustomAssignment(2, 2, lambda a: a.sum(-1), allowed=lambda a: a[..., 0] > 5)
    for solver in (RandomSearch(), Greedy(), LocalSearch()):
        assert not solve(solver, problem, Budget(20)).feasible


def test_local_search_from_a_start_of_the_caller():
    # Greedy would start, and stay, at [0, 0] with value 2; from [1, 1] the other peak is near.
    peaks = CustomAssignment(
        2, 3, lambda a: 2.0 * np.all(a == 0, -1) + 5.0 * np.all(a == 1, -1) + 3.0 * np.all(a == 2, -1)
    )
    assert solve(LocalSearch(), peaks).assignment.tolist() == [0, 0]
    found = LocalSearch().improve(peaks, [1, 1])
    assert (found.assignment.tolist(), found.value) == ([1, 1], 5.0)
    assert found.evaluations == 1 + n_neighbours(2, 3)
    assert LocalSearch().improve(peaks, [2, 1]).assignment.tolist() == [1, 1]
    assert LocalSearch().improve(peaks, [2, 1], Budget(1)).assignment.tolist() == [2, 1]
    assert not found.optimal


def test_local_search_stops_after_its_sweeps():
    climb = CustomAssignment(4, 2, lambda a: a.sum(-1).astype(float))
    for sweeps, value in [(1, 1.0), (3, 3.0), (9, 4.0), (None, 4.0)]:
        found = LocalSearch(sweeps=sweeps).improve(climb, np.zeros(4, dtype=int))
        assert found.value == value
    batch = CustomAssignment(4, 2, lambda a: a.sum(-1).astype(float), batch=(2,))
    found = LocalSearch(sweeps=2).improve(batch, [[0, 0, 0, 0], [1, 1, 1, 0]])
    assert found.value.tolist() == [2.0, 4.0]


@pytest.mark.parametrize("sweeps", [0, -1, 1.5])
def test_local_search_refuses_no_sweeps(sweeps):
    with pytest.raises(ValueError, match=rf"sweeps must be a whole number of at least 1, got {sweeps}"):
        LocalSearch(sweeps=sweeps)


def test_local_search_refuses_a_start_that_is_none():
    problem = LinearAssignment([[1, 2], [3, 4]])
    with pytest.raises(ValueError, match=r"assignments must lie in 0..1 \(2 choices\), got values from 0 to 2"):
        LocalSearch().improve(problem, [0, 2])
    with pytest.raises(ValueError, match=r"assignments must have shape"):
        LocalSearch().improve(problem, [0, 1, 1])
