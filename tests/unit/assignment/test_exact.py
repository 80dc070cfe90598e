"""Enumeration, Hungarian and occupancy vectors on cases done by hand."""

import re
from itertools import product

import numpy as np
import pytest

from qbench.assignment import (
    Budget,
    CustomAssignment,
    Enumeration,
    Hungarian,
    LinearAssignment,
    NotApplicableError,
    OccupancyAssignment,
    OccupancyVectors,
    optima,
)
from qbench.assignment import _search as search
from qbench.assignment._strings import count_strings, string_blocks

RNG = np.random.default_rng(0)
FREE = Budget()
CROWDED = [[10, 1], [9, 1]]


def solve(solver, problem, budget=FREE):
    return solver.solve(problem, budget, RNG)


@pytest.mark.parametrize("solver", [Enumeration(), Hungarian(), OccupancyVectors()])
def test_two_agents_want_the_same_choice(solver):
    found = solve(solver, OccupancyAssignment(CROWDED, [1, 1]))
    assert found.value == 11
    assert found.assignment.tolist() == [0, 1]
    assert found.optimal
    assert found.feasible
    assert found.seconds >= 0


@pytest.mark.parametrize("solver", [Enumeration(), OccupancyVectors()])
def test_sharing_can_be_best_with_more_agents_than_choices(solver):
    # Agents 0 and 1 share choice 0 (mean 9), agent 2 alone on 1: 17. Agent 2 on 0 beside agent 0: (10 + 0) / 2 + 1 = 6.
    found = solve(solver, OccupancyAssignment([[10, 0], [8, 1], [0, 8]]))
    assert found.assignment.tolist() == [0, 0, 1]
    assert found.value == 17


def test_enumeration_takes_the_lexicographically_first_optimum():
    found = solve(Enumeration(), LinearAssignment(np.ones((3, 3)), [1, 1, 2]))
    assert found.assignment.tolist() == [0, 1, 2]
    found = solve(Enumeration(), LinearAssignment([[0, 1], [1, 0]], [1, 1]))
    assert found.assignment.tolist() == [1, 0]


def test_enumeration_counts_what_it_scores():
    assert solve(Enumeration(), LinearAssignment([[1, 2], [3, 4], [5, 6]])).evaluations == 8
    assert solve(Enumeration(), LinearAssignment([[1, 2], [3, 4], [5, 6]], [1, 2])).evaluations == 3
    assert solve(Enumeration(), OccupancyAssignment(np.ones((4, 4)))).evaluations == 15  # Bell number of 4: symmetric


def test_enumeration_takes_any_problem_and_any_sign():
    problem = CustomAssignment(2, 3, lambda a: -((a[..., 0] - 1.0) ** 2) - (a[..., 1] - 2) ** 2 - 5)
    found = solve(Enumeration(), problem)
    assert found.assignment.tolist() == [1, 2]
    assert found.value == -5
    # Sharing hides a bad agent: mean(-4, -2) = -3 beats -4 - 2.
    assert solve(Enumeration(), OccupancyAssignment([[-4, -4], [-2, -2]])).value == -3


def test_enumeration_finds_nothing_feasible():
    problem = CustomAssignment(2, 2, lambda a: a.sum(-1), allowed=lambda a: a[..., 0] > 5)
    found = solve(Enumeration(), problem)
    assert not found.feasible
    assert not found.optimal
    with pytest.raises(ValueError, match="none of the 4 assignments within capacity is feasible; relax a constraint"):
        optima(problem)


def test_enumeration_refuses_too_many():
    problem = LinearAssignment(np.eye(20, 10))
    with pytest.raises(
        NotApplicableError, match=r"^100000000000000000000 assignments of 20 agents to 10 .* 100000000,"
    ):
        solve(Enumeration(), problem)
    small = LinearAssignment(CROWDED)
    with pytest.raises(NotApplicableError, match="exceed 3, the limit of this enumeration; use a solver that needs"):
        solve(Enumeration(limit=3), small)
    with pytest.raises(NotApplicableError, match=r"exceed 3, the budget; raise it, or pass Budget\(None\) for a ref"):
        solve(Enumeration(), small, Budget(3))
    assert solve(Enumeration(limit=4), small, Budget(4)).value == 19


def test_enumeration_in_tiny_blocks(monkeypatch):
    weights = np.random.default_rng(3).normal(size=(2, 4, 3))
    whole = solve(Enumeration(), OccupancyAssignment(weights, [2, 1, 3]))
    monkeypatch.setattr(search, "BLOCK_ENTRIES", 3 * 4 * 2)
    pieces = solve(Enumeration(), OccupancyAssignment(weights, [2, 1, 3]))
    assert np.array_equal(whole.assignment, pieces.assignment)
    assert np.array_equal(whole.value, pieces.value)


def test_the_first_optimum_wins_across_blocks(monkeypatch):
    monkeypatch.setattr(search, "BLOCK_ENTRIES", 4)
    found = solve(Enumeration(), LinearAssignment([[1, 1, 0], [2, 0, 2]]))
    assert found.assignment.tolist() == [0, 0]


def test_enumeration_says_when_a_foreign_capacity_holds_nobody():
    class Full(LinearAssignment):
        capacity = np.array([1, 0])

        def __init__(self):
            object.__setattr__(self, "weights", np.eye(2))

    with pytest.raises(NotApplicableError, match="no assignment keeps the capacity of this problem; raise a capacity"):
        solve(Enumeration(), Full())


def test_all_optima():
    value, strings = optima(LinearAssignment([[1, 0], [0, 1], [2, 2]]))
    assert value == 3 + 1
    assert strings.tolist() == [[0, 1, 0], [0, 1, 1]]
    value, strings = optima(OccupancyAssignment([[5, 5], [5, 5]]))
    assert (value, strings.tolist()) == (10, [[0, 1], [1, 0]])  # every renaming, although the problem is symmetric
    assert len(optima(LinearAssignment([[1, 1 - 1e-6]]))[1]) == 1
    assert len(optima(LinearAssignment([[1, 1 - 1e-6]]), atol=1e-5)[1]) == 2


def test_all_optima_across_blocks(monkeypatch):
    monkeypatch.setattr(search, "BLOCK_ENTRIES", 6)
    value, strings = optima(LinearAssignment([[0, 1], [1, 1], [0, 2]]))
    assert value == 4
    assert strings.tolist() == [[1, 0, 1], [1, 1, 1]]


def test_all_optima_of_a_batch_or_of_too_many_are_refused():
    with pytest.raises(ValueError, match=re.escape("got batch (2,); call it for each instance")):
        optima(LinearAssignment(np.ones((2, 2, 2))))
    with pytest.raises(ValueError, match="16 assignments of 4 agents to 2 choices exceed 15, the limit; raise it or"):
        optima(LinearAssignment(np.ones((4, 2))), limit=15)


@pytest.mark.parametrize(("agents", "choices"), [(1, 1), (1, 4), (3, 1), (3, 2), (2, 3), (4, 3)])
@pytest.mark.parametrize("limit", [None, 1, 2, 5])
@pytest.mark.parametrize("canonical", [False, True])
def test_strings_are_counted_and_listed_in_order(agents, choices, limit, canonical):
    capacity = None if limit is None else np.full(choices, limit)
    expected = [
        a
        for a in product(range(choices), repeat=agents)
        if (limit is None or max(map(a.count, a)) <= limit)
        and (not canonical or all(a[i] <= max(a[:i], default=-1) + 1 for i in range(agents)))
    ]
    assert count_strings(agents, choices, capacity, canonical=canonical) == len(expected)
    for rows in (1, 4, 1000):
        blocks = list(string_blocks(agents, choices, capacity, rows, canonical=canonical))
        assert all(len(block) <= rows for block in blocks)
        assert [tuple(a) for block in blocks for a in block.tolist()] == expected


def test_hungarian_linear_by_hand():
    # Both want choice 1; the sum is largest when agent 0 gives way: 3 + 9 against 5 + 4.
    problem = LinearAssignment([[3, 5], [4, 9]], [1, 1])
    found = solve(Hungarian(), problem)
    assert (found.assignment.tolist(), found.value, found.evaluations, found.optimal) == ([0, 1], 12, 1, True)
    assert solve(Hungarian(), LinearAssignment([[3, 5], [4, 9]])).value == 14
    assert solve(Hungarian(), LinearAssignment([[-3, -5], [-4, -9], [-1, -1]], [1, 2])).value == -3 - 5 + 5 - 4 - 1 - 2


def test_hungarian_mixes_instances_with_and_without_conflict():
    problem = LinearAssignment([[[5, 1], [1, 5]], [[5, 1], [5, 2]]], [1, 1])
    found = solve(Hungarian(), problem)
    assert found.assignment.tolist() == [[0, 1], [0, 1]]
    assert found.value.tolist() == [10, 7]


def test_hungarian_names_what_stops_it():
    with pytest.raises(
        NotApplicableError, match="nobody must share, got 3 agents and 2 choices; use occupancy-vectors"
    ):
        solve(Hungarian(), OccupancyAssignment(np.ones((3, 2))))
    with pytest.raises(NotApplicableError, match="only from 0 up, got -2: sharing a choice can then be better"):
        solve(Hungarian(), OccupancyAssignment([[-2, 1], [1, 1]]))
    with pytest.raises(
        NotApplicableError, match="hungarian needs linear or occupancy weights and this problem offers no"
    ):
        solve(Hungarian(), CustomAssignment(2, 2, lambda a: a.sum(-1)))


def test_hungarian_takes_negative_weights_where_nobody_can_share():
    assert solve(Hungarian(), OccupancyAssignment([[-4, -4], [-2, -2]], [1, 1])).value == -6


def test_occupancy_vectors_take_any_sign():
    assert solve(OccupancyVectors(), OccupancyAssignment([[-4, -4], [-2, -2]])).value == -3
    assert solve(OccupancyVectors(), OccupancyAssignment([[[-4, -4], [-2, -2]], CROWDED])).value.tolist() == [-3, 11]


def test_occupancy_vectors_name_what_stops_them():
    problem = OccupancyAssignment(np.ones((5, 3)))
    assert solve(OccupancyVectors(limit=21), problem).optimal  # C(7, 2) = 21 vectors
    with pytest.raises(NotApplicableError, match="21 occupancy vectors of 5 agents on 3 choices exceed 20, the limit;"):
        solve(OccupancyVectors(limit=20), problem)
    with pytest.raises(
        NotApplicableError, match="-vectors needs occupancy weights and this problem offers only linear"
    ):
        solve(OccupancyVectors(), LinearAssignment(CROWDED))
