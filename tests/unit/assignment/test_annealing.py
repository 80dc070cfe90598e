"""Simulated annealing: its walk by hand, and the compiled walk against the one that asks the problem."""

import re

import numpy as np
import pytest

from qbench.assignment import (
    Budget,
    CustomAssignment,
    Enumeration,
    LinearAssignment,
    OccupancyAssignment,
    OccupancyVectors,
    SimulatedAnnealing,
)
from qbench.assignment import annealing as module

FREE = Budget()


def solve(solver, problem, budget=FREE, seed=0):
    return solver.solve(problem, budget, np.random.default_rng(seed))


def by_value(problem):
    """Return the same problem without its weights."""
    return CustomAssignment(problem.n_agents, problem.n_choices, problem.value, problem.capacity, batch=problem.batch)


def counted(problem):
    """Return the problem without its weights, and the list of shapes its value is asked for."""
    asked = []

    def score(a):
        asked.append(a.shape)
        return problem.value(a)

    plain = CustomAssignment(problem.n_agents, problem.n_choices, score, problem.capacity, batch=problem.batch)
    return plain, asked


class Scripted:
    """A generator whose uniforms are given; nothing else may be drawn but the start."""

    def __init__(self, start, uniforms):
        self.start, self.uniforms = np.array(start), list(uniforms)

    def integers(self, high, size):
        return self.start.reshape(size)

    def random(self, size):
        assert size[1] == 1
        return np.array([self.uniforms.pop(0) for _ in range(size[0])]).reshape(size)


@pytest.mark.parametrize("kind", [LinearAssignment, OccupancyAssignment])
@pytest.mark.parametrize("capacity", [None, [3, 2, 2], [2, 2, 2]])
@pytest.mark.parametrize("budget", [1, 2, 8, 9, 17, 600, 700])
def test_the_compiled_walk_is_the_one_that_asks(kind, capacity, budget):
    rng = np.random.default_rng(2)
    # Half of the instances with few different weights: ties and plateaus.
    problem = kind(np.stack((rng.normal(size=(3, 6, 3)), rng.integers(2, size=(3, 6, 3)))), capacity)
    compiled = solve(SimulatedAnnealing(), problem, Budget(budget))
    asking = solve(SimulatedAnnealing(), by_value(problem), Budget(budget))
    assert np.array_equal(compiled.assignment, asking.assignment)
    assert np.array_equal(compiled.value, asking.value)
    assert compiled.evaluations == asking.evaluations == budget
    assert not compiled.optimal


@pytest.mark.parametrize("problem", ["compiled", "asking"])
def test_the_rule_of_acceptance_by_hand(problem):
    """Five assignments are no warm-up: T = 0, nothing is accepted that lowers the value."""
    weights = LinearAssignment([[5, 1, 9], [4, 6, 0]])
    problem = weights if problem == "compiled" else by_value(weights)
    never = [
        (0.9, 0.0, 0.0, 0.99),  # agent 0 to 1: 1 + 4 < 9
        (0.9, 0.0, 0.9, 0.99),  # agent 0 to 2: 13
        (0.9, 0.9, 0.9, 0.99),  # agent 1 to 2: 9
        (0.9, 0.9, 0.0, 0.99),  # agent 1 to 1: 15
    ]
    for budget, value, a in [(1, 9, [0, 0]), (2, 9, [0, 0]), (3, 13, [2, 0]), (4, 13, [2, 0]), (5, 15, [2, 1])]:
        found = SimulatedAnnealing().solve(problem, Budget(budget), Scripted([0, 0], never))
        assert (found.value, found.assignment.tolist()) == (value, a)


@pytest.mark.parametrize("way", ["compiled", "asking"])
def test_scale_and_cooling_by_hand(way):
    """Agent 0 has weights 0 and 4, so every move changes the value by 4: one warm-up step, 7 at cooling T."""
    weights = LinearAssignment([[0, 4, 4]])
    problem = weights if way == "compiled" else by_value(weights)
    walk = module._Walk.begin(problem, Scripted([0], []), 0.0)
    up, stay, down = (0.9, 0.0, 0.1), (0.9, 0.0, 0.9), (0.9, 0.0, 0.1)
    walk.advance(np.array([[(*up, 0.0)]]), np.zeros(1), warm=True)
    assert (walk.a.tolist(), walk.scale.tolist(), walk.top.tolist()) == ([[1]], [4.0], [4.0])
    # At T = 2 scales the loss of one scale is taken where log(1 - u) <= -1/2, u >= 0.3935.
    walk.advance(np.array([[(*stay, 0.5)], [(*down, 0.393)]]), np.array([2.0, 2.0]), warm=False)
    assert walk.a.tolist() == [[2]]
    walk.advance(np.array([[(*down, 0.394)]]), np.array([2.0]), warm=False)
    assert (walk.a.tolist(), walk.value.tolist()) == ([[0]], [0.0])
    assert (walk.best.tolist(), walk.top.tolist()) == ([[1]], [4.0])


def test_temperatures_fall_geometrically_from_start_to_end(monkeypatch):
    seen = []
    monkeypatch.setattr(module._Walk, "advance", lambda self, u, t, *, warm: seen.append((warm, t.copy())))
    monkeypatch.setattr(module, "BLOCK_UNIFORMS", 4 * 40)
    solve(SimulatedAnnealing(start=8.0, end=0.5), LinearAssignment([[1, 2]]), Budget(1001))
    assert [len(t) for warm, t in seen if warm] == [40, 24]
    cooling = np.concatenate([t for warm, t in seen if not warm])
    assert len(cooling) == 1000 - 64
    assert cooling[[0, -1]] == pytest.approx([8.0, 0.5], rel=1e-12)
    assert cooling[1:] / cooling[:-1] == pytest.approx((0.5 / 8) ** (1 / 935), rel=1e-12)


@pytest.mark.parametrize("budget", [1, 5, 300])
def test_the_budget_is_spent_exactly(budget):
    problem, asked = counted(OccupancyAssignment(np.random.default_rng(1).random((3, 5, 4)), [2, 2, 1, 1]))
    found = solve(SimulatedAnnealing(), problem, Budget(budget))
    assert found.evaluations == budget
    assert asked == [(3, 1, 5)] * (budget + 1)  # the answer is scored once more
    asked.clear()
    assert solve(SimulatedAnnealing(evaluations=7), problem).evaluations == 7
    assert len(asked) == 8


def test_everything_asked_is_feasible_and_the_best_of_it_comes_back():
    plain = OccupancyAssignment(np.random.default_rng(1).normal(size=(3, 6, 4)), [2, 2, 1, 2])
    asked = []
    problem = CustomAssignment(6, 4, lambda a: (asked.append(a.copy()), plain.value(a))[1], plain.capacity, batch=(3,))
    found = solve(SimulatedAnnealing(), problem, Budget(400))
    walk = np.concatenate(asked[:-1], axis=1)
    assert plain.feasible(walk).all()
    assert np.array_equal(found.value, plain.value(walk).max(axis=1))
    first = np.argmax(plain.value(walk), axis=1)
    assert np.array_equal(found.assignment, walk[np.arange(3), first])


def test_small_problems_are_solved():
    rng = np.random.default_rng(3)
    for kind, shape, capacity in [
        (OccupancyAssignment, (20, 5, 3), None),
        (OccupancyAssignment, (20, 5, 3), [2, 2, 1]),
        (LinearAssignment, (20, 4, 4), [1, 1, 1, 1]),
    ]:
        weights = kind(rng.normal(size=shape), capacity)
        found = solve(SimulatedAnnealing(), weights, Budget(3000))
        assert found.value == pytest.approx(solve(Enumeration(), weights).value, rel=1e-12)


def test_it_leaves_a_local_optimum_that_holds_local_search():
    problem = OccupancyAssignment(np.random.default_rng(11).exponential(size=(40, 8, 5)), [3] * 5)
    best = solve(OccupancyVectors(), problem).value.sum()
    assert solve(SimulatedAnnealing(), problem).value.sum() > 0.999 * best


@pytest.mark.parametrize("kind", [LinearAssignment, OccupancyAssignment])
def test_the_same_generator_gives_the_same_bits(kind):
    problem = kind(np.random.default_rng(1).random((4, 12, 5)), [3, 3, 3, 3, 3])
    first, again, other = (solve(SimulatedAnnealing(), problem, Budget(50), seed) for seed in (1, 1, 2))
    assert np.array_equal(first.assignment, again.assignment)
    assert np.array_equal(first.value, again.value)
    assert not np.array_equal(first.assignment, other.assignment)


def test_instances_draw_apart():
    found = solve(SimulatedAnnealing(), LinearAssignment(np.ones((2, 20, 4))), Budget(3))
    assert not np.array_equal(found.assignment[0], found.assignment[1])


@pytest.mark.parametrize("way", ["compiled", "asking"])
def test_blocks_change_nothing(monkeypatch, way):
    weights = OccupancyAssignment(np.random.default_rng(1).random((3, 12, 5)), [3, 3, 3, 3, 3])
    problem = weights if way == "compiled" else by_value(weights)
    whole = solve(SimulatedAnnealing(), problem, Budget(300))
    monkeypatch.setattr(module, "BLOCK_UNIFORMS", 3 * 4 * 7)
    assert np.array_equal(whole.assignment, solve(SimulatedAnnealing(), problem, Budget(300)).assignment)
    monkeypatch.setattr(module, "BLOCK_UNIFORMS", 1)
    assert np.array_equal(whole.assignment, solve(SimulatedAnnealing(), problem, Budget(300)).assignment)


def test_the_unit_of_the_value_does_not_matter():
    weights = np.random.default_rng(1).integers(-9, 9, size=(3, 9, 4)).astype(float)
    one, large, shifted = (
        solve(SimulatedAnnealing(), LinearAssignment(w), Budget(200)).assignment
        for w in (weights, weights * 2.0**300, weights + 512)
    )
    assert np.array_equal(one, large)
    assert np.array_equal(one, shifted)


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (3, 1)])
def test_with_little_to_move(shape):
    for problem in (LinearAssignment(np.ones(shape)), by_value(OccupancyAssignment(np.ones(shape)))):
        found = solve(SimulatedAnnealing(), problem, Budget(100))
        assert found.value == pytest.approx(shape[0] if isinstance(problem, LinearAssignment) else 1.0)
        assert found.evaluations == 100


def test_constraints_beyond_the_capacities_are_kept():
    asked = []

    def allowed(a):
        asked.append(a.copy())
        return a[..., 0] < a[..., 1]

    problem = CustomAssignment(3, 3, lambda a: 1.0 * a[..., 0] + a[..., 2], None, allowed, batch=(5,))
    found = solve(SimulatedAnnealing(), problem, Budget(200))
    assert found.feasible.all()
    assert found.value.tolist() == [3] * 5


def test_it_roams_until_something_is_feasible(monkeypatch):
    # The start is refused a redraw; only one assignment in 81 is allowed, and its value is the lowest of all.
    monkeypatch.setattr("qbench.assignment.random_search.REDRAWS", 0)
    problem = CustomAssignment(4, 3, lambda a: a.sum(-1), None, lambda a: a.sum(-1) == 0, batch=(4,))
    found = solve(SimulatedAnnealing(), problem, Budget(3000))
    assert found.feasible.all()
    assert found.assignment.tolist() == [[0] * 4] * 4
    none = CustomAssignment(2, 2, lambda a: a.sum(-1), allowed=lambda a: a[..., 0] > 5)
    assert not solve(SimulatedAnnealing(), none, Budget(50)).feasible


def test_it_stays_once_it_is_feasible(monkeypatch):
    monkeypatch.setattr("qbench.assignment.random_search.REDRAWS", 0)
    rng = np.random.default_rng(0)
    problem = CustomAssignment(3, 2, lambda a: a.sum(-1), None, lambda a: a.sum(-1) == 0, batch=(9,))
    walk = module._Walk.begin(problem, rng, 0.1)
    assert 0 < np.count_nonzero(walk.feasible) < 9
    for _ in range(30):
        walk.advance(rng.random((10, 9, 4)), np.full(10, 1e9), warm=False)
        assert np.array_equal(walk.feasible, problem.feasible(walk.a[:, None])[:, 0])
    assert walk.feasible.all()


def test_what_is_not_feasible_says_nothing_about_the_scale():
    # Agent 0 stands on 0; moves to 1 change the value by 2, moves to 2 are not allowed and would change it by 1e9.
    problem = CustomAssignment(1, 3, lambda a: np.array([1.0, 3.0, 1e9])[a[..., 0]], None, lambda a: a[..., 0] < 2)
    walk = module._Walk.begin(problem, Scripted([0], []), 0.5)
    assert walk.swaps == 0  # a lone agent has nobody to change places with
    walk.advance(np.array([[(0.9, 0.0, 0.9, 0.5)], [(0.1, 0.0, 0.1, 0.5)]]), np.zeros(2), warm=True)
    assert (walk.scale.tolist(), walk.a.tolist()) == ([2.0], [[1]])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"evaluations": 0}, "evaluations must be a whole number of at least 1, got 0"),
        ({"start": 0.0}, "start must lie in (0, inf), got 0.0"),
        ({"start": np.inf}, "start must lie in (0, inf), got inf"),
        ({"end": 0.0}, "end (at most start) must lie in (0, "),
        ({"start": 0.5, "end": 0.6}, "end (at most start) must lie in (0, 0.5], got 0.6"),
        ({"swaps": 1.0}, "swaps must lie in [0, 1), got 1.0"),
        ({"swaps": -0.1}, "swaps must lie in [0, 1), got -0.1"),
    ],
)
def test_bad_settings_are_named(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        SimulatedAnnealing(**arguments)
