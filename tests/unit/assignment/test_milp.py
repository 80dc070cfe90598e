"""The mixed-integer programs: cases by hand, the exact solvers, and a solver that runs out of time."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.optimize

from qbench.assignment import (
    Budget,
    CustomAssignment,
    Enumeration,
    Hungarian,
    LinearAssignment,
    Milp,
    NotApplicableError,
    OccupancyAssignment,
    OccupancyVectors,
)

FREE = Budget()


def solve(solver, problem):
    return solver.solve(problem, FREE, np.random.default_rng(0))


def test_linear_by_hand():
    # Both want choice 1; the sum is largest when agent 0 gives way: 3 + 9 against 5 + 4.
    found = solve(Milp(), LinearAssignment([[3, 5], [4, 9]], [1, 1]))
    assert (found.assignment.tolist(), found.value, found.evaluations, found.optimal) == ([0, 1], 12, 1, True)
    assert found.feasible
    assert solve(Milp(), LinearAssignment([[3, 5], [4, 9]])).value == 14
    assert solve(Milp(), LinearAssignment([[-3, -5], [-4, -9], [-1, -1]], [1, 2])).value == -5 - 4 - 1


@pytest.mark.parametrize(
    ("weights", "capacity", "value", "assignment"),
    [
        ([[10, 1], [9, 1]], None, 11, [0, 1]),
        # Agents 0 and 1 share choice 0 (mean 9), agent 2 alone on 1.
        ([[10, 0], [8, 1], [0, 8]], None, 17, [0, 0, 1]),
        # Sharing hides a bad agent: mean(-4, -2) beats -4 - 2, whichever choice.
        ([[-4, -5], [-2, -3]], None, -3, [0, 0]),
        ([[-4, -5], [-2, -3]], [1, 1], -7, None),
        # A bad agent is hidden among many good ones: (-9 + 6 + 6) / 3 = 1 and 2 alone: 3.
        ([[-9, -90], [6, 0], [6, 0], [0, 2]], None, 3, [0, 0, 0, 1]),
        ([[-9, -90], [6, 0], [6, 0], [0, 2]], [2, 2], -1.5 + 1, None),
        ([[10, 1], [9, 1]], [2**40, 1], 11, [0, 1]),
    ],
)
def test_occupancy_by_hand(weights, capacity, value, assignment):
    found = solve(Milp(), OccupancyAssignment(weights, capacity))
    assert found.value == value
    assert assignment is None or found.assignment.tolist() == assignment
    assert (found.evaluations, found.optimal, bool(found.feasible)) == (1, True, True)


@pytest.mark.parametrize(
    ("agents", "choices", "capacity"),
    [(5, 3, None), (5, 3, [2, 2, 1]), (6, 3, [6, 1, 2]), (4, 4, None), (3, 1, None), (1, 3, None), (8, 5, [3] * 5)],
)
@pytest.mark.parametrize("unit", [1.0, -1.0, 1e-300, 1e280])
def test_it_is_the_optimum_in_every_unit(agents, choices, capacity, unit):
    weights = unit * np.random.default_rng(1).normal(size=(2, 1, agents, choices))
    occupancy = OccupancyAssignment(weights, capacity)
    assert solve(Milp(), occupancy).value == pytest.approx(solve(OccupancyVectors(), occupancy).value, rel=1e-12, abs=0)
    linear = LinearAssignment(weights, capacity)
    assert solve(Milp(), linear).value == pytest.approx(solve(Hungarian(), linear).value, rel=1e-12, abs=0)


def test_many_equal_optima_are_no_trouble():
    for kind in (LinearAssignment, OccupancyAssignment):
        for weights in (np.zeros((6, 3)), np.ones((6, 3)), np.arange(6)[:, None] % 2 + np.zeros((6, 3))):
            problem = kind(60 * weights, [3, 2, 2])  # thirds and halves are whole
            assert solve(Milp(), problem).value == solve(Enumeration(), problem).value


def test_a_batch_equals_its_instances():
    weights = np.random.default_rng(4).integers(-9, 9, size=(3, 2, 5, 3))
    for kind in (LinearAssignment, OccupancyAssignment):
        whole = solve(Milp(), kind(weights, [2, 2, 2]))
        assert whole.assignment.shape == (3, 2, 5)
        for at in np.ndindex(3, 2):
            alone = solve(Milp(), kind(weights[at], [2, 2, 2]))
            assert whole.assignment[at].tolist() == alone.assignment.tolist()
            assert whole.value[at] == alone.value


def test_a_fractional_answer_for_the_agents_is_rounded_by_matching(monkeypatch):
    """HiGHS may return any optimal z; with two equal agents halves are optimal too. Only y is read."""
    problem = OccupancyAssignment([[4, 1], [4, 1]])

    def halves(c, **_):
        # y: (0, 1), (0, 2), (1, 1), (1, 2); then z of both agents on the same pairs.
        half = np.array([0.5, 0, 0.5, 0])
        return SimpleNamespace(status=0, x=np.concatenate((np.array([1 - 1e-7, 1e-7, 1, 0]), half, half)))

    monkeypatch.setattr(scipy.optimize, "milp", halves)
    found = solve(Milp(), problem)
    assert found.value == 5
    assert found.feasible


def test_no_gap_is_left_and_the_time_is_handed_on(monkeypatch):
    seen = []
    original = scipy.optimize.milp

    def spy(c, **options):
        seen.append((np.abs(c).max(), options["options"]))
        return original(c, **options)

    monkeypatch.setattr(scipy.optimize, "milp", spy)
    solve(Milp(time_limit=7.5), LinearAssignment([[[3, 5], [4, 9]], [[3e-7, 1e-7], [5e-7, 9e-7]]]))
    assert [options for _, options in seen] == [{"mip_rel_gap": 0.0, "time_limit": 7.5}] * 2
    assert all(512 <= largest < 1024 for largest, _ in seen)


def test_an_optimum_that_is_not_proved_in_time_is_refused(monkeypatch):
    # Not a race: HiGHS looks at its clock before it starts to branch.
    problem = OccupancyAssignment(np.random.default_rng(1).random((2, 8, 5)))
    message = "milp proved no optimum of instance (0,) (8 agents, 5 choices) within 1e-09 s: HiGHS says 'Time limit"
    with pytest.raises(NotApplicableError, match=re.escape(message)):
        solve(Milp(time_limit=1e-9), problem)
    late = SimpleNamespace(status=1, x=np.zeros(4), message="Time limit reached.")
    monkeypatch.setattr(scipy.optimize, "milp", lambda c, **_: late)
    message = (
        "milp proved no optimum of the problem (2 agents, 2 choices) within 60 s: HiGHS says 'Time limit reached.'; "
        "raise time_limit or use a heuristic"
    )
    with pytest.raises(NotApplicableError, match=re.escape(message)):
        solve(Milp(), LinearAssignment([[1, 2], [3, 4]]))


def test_it_names_what_stops_it():
    with pytest.raises(NotApplicableError, match="milp needs linear or occupancy weights and this problem offers no"):
        solve(Milp(), CustomAssignment(2, 2, lambda a: a.sum(-1)))
    for bad in (0.0, -1.0, np.nan):
        with pytest.raises(ValueError, match=re.escape("time_limit (seconds) must lie in (0, inf), got")):
            Milp(time_limit=bad)
    assert solve(Milp(time_limit=np.inf), LinearAssignment([[1, 2]])).value == 2
