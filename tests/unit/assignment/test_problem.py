"""The problems: values by hand, and every message."""

import re

import numpy as np
import pytest

from qbench.assignment import CustomAssignment, LinearAssignment, OccupancyAssignment, occupancies

W = [[10.0, 1.0], [9.0, 1.0]]


def test_linear_value_by_hand():
    problem = LinearAssignment([[1, 2, 3], [4, 5, 6]])
    assert problem.value(np.array([[0, 0], [2, 1], [1, 2]])).tolist() == [5, 8, 8]
    assert (problem.n_agents, problem.n_choices, problem.batch) == (2, 3, ())
    assert problem.linear is problem.weights
    assert problem.occupancy is None


def test_occupancy_value_by_hand():
    problem = OccupancyAssignment([[6, 3], [0, 9], [12, 1]])
    # All on 0: the mean 6. Agents 0 and 2 on 0, agent 1 on 1: mean 9 plus 9.
    assert problem.value(np.array([[0, 0, 0], [0, 1, 0], [1, 1, 1]])).tolist() == [6, 18, 3 / 3 + 9 / 3 + 1 / 3]
    assert problem.occupancy is problem.weights
    assert problem.linear is None


def test_overload_is_infeasible_and_divided_by_all_its_agents():
    problem = OccupancyAssignment(W, capacity=[1, 1])
    both_on_0 = np.array([[0, 0], [0, 1]])
    assert problem.feasible(both_on_0).tolist() == [False, True]
    assert problem.value(both_on_0).tolist() == [9.5, 11.0]  # finite, not -inf, and not the sum 19


def test_batch_axes_lead():
    weights = np.arange(24.0).reshape(2, 2, 2, 3)
    problem = LinearAssignment(weights, capacity=[2, 1, 1])
    a = np.broadcast_to(np.array([[0, 0], [1, 1], [2, 0]]), (2, 2, 3, 2))
    assert problem.batch == (2, 2)
    assert problem.value(a)[1, 0].tolist() == [12 + 15, 13 + 16, 14 + 15]
    assert problem.feasible(a)[0, 1].tolist() == [True, False, True]


def test_weights_and_capacity_are_own_copies():
    weights, capacity = np.ones((2, 2)), np.array([2, 2])
    problem = LinearAssignment(weights, capacity)
    weights[0, 0] = capacity[0] = 7
    assert problem.weights[0, 0] == 1
    assert problem.capacity.tolist() == [2, 2]
    with pytest.raises(ValueError, match="read-only"):
        problem.weights[0, 0] = 3
    with pytest.raises(ValueError, match="read-only"):
        problem.capacity[0] = 3
    with pytest.raises(AttributeError):
        problem.weights = weights


@pytest.mark.parametrize("kind", [LinearAssignment, OccupancyAssignment])
def test_symmetric_means_equal_columns_and_capacities(kind):
    alike = [[3, 3], [5, 5]]
    assert kind(alike).symmetric
    assert kind(alike, [1, 1]).symmetric
    assert kind(alike, [2, 9]).symmetric  # neither binds two agents
    assert not kind(alike, [1, 2]).symmetric
    assert not kind(W).symmetric
    assert not kind([alike, W]).symmetric


@pytest.mark.parametrize("kind", [LinearAssignment, OccupancyAssignment])
@pytest.mark.parametrize(
    ("weights", "capacity", "message"),
    [
        ([1.0, 2.0], None, "weights must have at least 2 axes, got shape (2,); shape is (*batch, agents, choices)"),
        (np.empty((0, 3)), None, "weights must not be empty, got shape (0, 3)"),
        ([[1.0, np.nan]], None, "weights must be finite, got nan at index (0, 1) (1 such)"),
        ([[np.inf, 1.0]], None, "weights must be finite, got inf at index (0, 0)"),
        (W, [1, 1, 1], "one limit for each of the 2 choices, got shape (3,); pass None for no limit"),
        (W, 2, "one limit for each of the 2 choices, got shape ()"),
        (W, [1.5, 2], "capacity must hold whole numbers, got [1.5, 2.0]; write 2 (the number of agents)"),
        (W, [np.inf, 1], "capacity must hold whole numbers, got [inf, 1.0]"),
        (W, [np.nan, 1], "capacity must hold whole numbers, got [nan, 1.0]"),
        (W, [True, True], "capacity must hold whole numbers, got [True, True]"),
        (W, ["a", "b"], "capacity must hold whole numbers, got ['a', 'b']"),
        (W, [0, 2], "capacity must be at least 1 everywhere, got [0, 2]; leave a closed choice out"),
        (np.ones((5, 2)), [1, 2], "5 agents do not fit: the capacities [1, 2] sum to 3; raise a capacity or drop 2 ag"),
    ],
)
def test_refused_at_birth(kind, weights, capacity, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        kind(weights, capacity)


def test_whole_floats_and_huge_capacities_are_taken():
    problem = LinearAssignment(W, [2.0, 2**50])
    assert problem.capacity.dtype == np.int64
    assert problem.capacity.tolist() == [2, 2**50]


@pytest.mark.parametrize("method", ["value", "feasible"])
@pytest.mark.parametrize(
    ("a", "message"),
    [
        ([[0.0, 1.0]], "assignments must be whole numbers (indices of choices), got dtype float64"),
        (
            [0, 1],
            "must have shape (*batch, k, agents) = ('k', 2), got (2,); one assignment per instance is a[..., None",
        ),
        ([[0, 1, 1]], "must have shape (*batch, k, agents) = ('k', 2), got (1, 3)"),
        ([[0, 2]], "assignments must lie in 0..1 (2 choices), got values from 0 to 2"),
        ([[-1, 0]], "assignments must lie in 0..1 (2 choices), got values from -1 to 0"),
    ],
)
def test_assignments_are_checked(method, a, message):
    custom = CustomAssignment(2, 2, lambda a: a.sum(-1) * 1.0)
    for problem in (LinearAssignment(W), OccupancyAssignment(W), custom):
        with pytest.raises(ValueError, match=re.escape(message)):
            getattr(problem, method)(np.array(a))


def test_assignments_of_another_batch_are_refused():
    with pytest.raises(ValueError, match=re.escape("= (3, 'k', 2), got (2, 1, 2)")):
        LinearAssignment(np.ones((3, 2, 2))).value(np.zeros((2, 1, 2), dtype=int))


def test_no_candidates_no_values():
    none = np.empty((0, 2), dtype=int)
    for problem in (LinearAssignment(W, [1, 1]), OccupancyAssignment(W), CustomAssignment(2, 2, lambda a: a[..., 0])):
        assert problem.value(none).shape == problem.feasible(none).shape == (0,)


def test_occupancies_by_hand():
    assert occupancies(np.array([[0, 0, 2], [1, 2, 2]]), 4).tolist() == [[2, 0, 1, 0], [0, 1, 2, 0]]
    with pytest.raises(ValueError, match=re.escape("must lie in 0..1 (2 choices), got values from 0 to 2")):
        occupancies(np.array([0, 2]), 2)


def test_custom_scores_and_allows():
    problem = CustomAssignment(2, 3, lambda a: a[..., 0] - 2.0 * a[..., 1], [1, 2, 2], lambda a: a[..., 0] != 1)
    a = np.array([[0, 0], [0, 1], [1, 2], [2, 2]])
    assert problem.value(a).tolist() == [0, -2, -3, -2]
    assert problem.feasible(a).tolist() == [False, True, False, True]
    assert problem.linear is problem.occupancy is None
    assert not problem.symmetric


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_agents": 0}, "n_agents must be a whole number of at least 1, got 0"),
        ({"n_choices": 1.5}, "n_choices must be a whole number of at least 1, got 1.5"),
        ({"batch": (2, 0)}, "every axis of batch must be a whole number of at least 1, got 0"),
        ({"capacity": [1, 1, 1]}, "one limit for each of the 2 choices, got shape (3,)"),
        ({"capacity": [1, 2], "symmetric": True}, "the capacities are [1, 2]; give all choices the same capacity or"),
    ],
)
def test_custom_refused_at_birth(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        CustomAssignment(**{"n_agents": 2, "n_choices": 2, "score": np.sum} | arguments)


def test_custom_answers_are_checked():
    a = np.array([[0, 1], [1, 1]])
    with pytest.raises(ValueError, match=re.escape("score(a) must have shape (2,) for a of shape (2, 2), got (2, 2)")):
        CustomAssignment(2, 2, lambda a: a * 1.0).value(a)
    with pytest.raises(ValueError, match=r"score\(a\) must be finite, got -inf at .* belongs to `allowed`"):
        CustomAssignment(2, 2, lambda a: np.where(a[..., 0] > 0, 1.0, -np.inf)).value(a)
    with pytest.raises(ValueError, match=re.escape("allowed(a) must have shape (2,) for a of shape (2, 2), got ()")):
        CustomAssignment(2, 2, lambda a: a[..., 0], allowed=lambda a: np.True_).feasible(a)
