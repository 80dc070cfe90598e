"""The cross-entropy method: its draws, its elite and its steps by hand."""

import re

import numpy as np
import pytest

from qbench.assignment import (
    Budget,
    CrossEntropy,
    CustomAssignment,
    Enumeration,
    LinearAssignment,
    OccupancyAssignment,
)
from qbench.assignment import cross_entropy as module
from qbench.assignment.cross_entropy import elite_frequencies, sampled

FREE = Budget()


def solve(solver, problem, budget=FREE, seed=0):
    return solver.solve(problem, budget, np.random.default_rng(seed))


class Uniforms:
    """A generator that gives these uniforms."""

    def __init__(self, values):
        self.values = np.array(values)

    def random(self, size):
        return self.values.reshape(size)


def test_draws_follow_the_law():
    law = np.array([[0.25, 0.25, 0.5], [0.0, 1.0, 0.0]])
    u = [[0.0, 0.0], [0.249, 0.5], [0.25, 0.999], [0.499, 0.0], [0.5, 0.0], [0.999, 0.0]]
    drawn = sampled(law, 6, Uniforms(u))
    assert drawn.tolist() == [[0, 1], [0, 1], [1, 1], [1, 1], [2, 1], [2, 1]]
    batch = sampled(np.stack((law, law[::-1])), 1, Uniforms([0.3, 0.3, 0.3, 0.3]))
    assert batch.tolist() == [[[1, 1]], [[1, 1]]]


def test_no_draw_lies_beyond_the_last_choice():
    short = np.full((1, 10), np.nextafter(0.1, 0.0))  # sums to less than 1
    assert sampled(short, 1, Uniforms([1 - 2.0**-53])).tolist() == [[9]]
    assert sampled(np.ones((2, 1)), 1, Uniforms([0.9, 0.1])).tolist() == [[0, 0]]


def test_elite_by_hand():
    drawn = np.array([[0, 1], [1, 1], [2, 0], [0, 0], [2, 2]])
    # The two best are the -1 and the first -3.
    frequencies, some = elite_frequencies(drawn, np.array([-3.0, -9, -1, -3, -np.inf]), 2, 3)
    assert frequencies.tolist() == [[0.5, 0, 0.5], [0.5, 0.5, 0]]
    assert some


def test_infeasible_draws_are_never_elite():
    drawn = np.array([[[0, 1], [1, 1], [2, 0]], [[0, 1], [1, 1], [2, 0]]])
    score = np.array([[-np.inf, 5.0, -np.inf], [-np.inf] * 3])
    frequencies, some = elite_frequencies(drawn, score, 2, 3)
    assert frequencies.tolist() == [[[0, 1, 0], [0, 1, 0]], [[0, 0, 0], [0, 0, 0]]]
    assert some.tolist() == [True, False]


@pytest.fixture
def laws(monkeypatch):
    """Return the laws that were drawn from, and the numbers of draws."""
    seen = []

    def spy(law, k, rng):
        seen.append((law.copy(), k))
        return sampled(law, k, rng)

    monkeypatch.setattr(module, "sampled", spy)
    return seen


def test_the_law_moves_toward_the_elite(laws):
    # One agent, value = choice: with enough draws the elite fifth of a uniform law over five is all on choice 4.
    problem = LinearAssignment([[0, 1, 2, 3, 4]])
    solve(CrossEntropy(samples=1000, elite=0.1, smoothing=0.25), problem, Budget(3000))
    first, second, third = (law[0] for law, _ in laws)
    assert first.tolist() == [0.2] * 5
    assert second == pytest.approx([0.15, 0.15, 0.15, 0.15, 0.4], rel=1e-12)
    assert third == pytest.approx([0.1125, 0.1125, 0.1125, 0.1125, 0.55], rel=1e-12)


@pytest.mark.parametrize(("elite", "k", "size"), [(0.1, 10, 1), (0.1, 11, 2), (1.0, 7, 7), (0.01, 7, 1)])
def test_the_elite_is_rounded_up(monkeypatch, elite, k, size):
    seen = []
    original = elite_frequencies
    monkeypatch.setattr(module, "elite_frequencies", lambda *a: (seen.append(a[2]), original(*a))[1])
    solve(CrossEntropy(samples=k, elite=elite), LinearAssignment([[1, 2]]), Budget(k))
    assert seen == [size]


def test_without_a_feasible_draw_the_law_stays(laws):
    problem = CustomAssignment(2, 2, lambda a: a.sum(-1), allowed=lambda a: a[..., 0] > 5, batch=(2,))
    found = solve(CrossEntropy(samples=5), problem, Budget(15))
    assert not found.feasible.any()
    assert all((law == 0.5).all() for law, _ in laws)


def test_the_very_first_draw_is_feasible_and_no_other_is_helped():
    # Eight agents, one each: a draw of the product law is feasible with probability 8! / 8^8 = 0.0024.
    plain = LinearAssignment(np.random.default_rng(1).random((50, 8, 8)), [1] * 8)
    asked = []
    problem = CustomAssignment(8, 8, lambda a: (asked.append(a.copy()), plain.value(a))[1], plain.capacity, batch=(50,))
    found = solve(CrossEntropy(samples=1), problem, Budget(2))
    assert found.feasible.all()
    assert len(np.unique(found.assignment, axis=0)) > 40
    assert plain.feasible(asked[0]).all()
    assert not plain.feasible(asked[1]).any()


def test_the_budget_is_spent_exactly(laws):
    plain = OccupancyAssignment(np.random.default_rng(1).random((3, 5, 4)), [2, 2, 1, 1])
    asked = []

    def score(a):
        asked.append(a.shape)
        return plain.value(a)

    problem = CustomAssignment(5, 4, score, plain.capacity, batch=(3,))
    found = solve(CrossEntropy(samples=30), problem, Budget(100))
    assert found.evaluations == 100
    assert asked == [(3, 30, 5)] * 3 + [(3, 10, 5), (3, 1, 5)]  # the answer is scored once more
    assert [k for _, k in laws] == [30, 30, 30, 10]
    asked.clear()
    assert solve(CrossEntropy(samples=30), problem, Budget(7)).evaluations == 7
    assert asked == [(3, 7, 5), (3, 1, 5)]
    asked.clear()
    assert solve(CrossEntropy(samples=30, evaluations=60), problem).evaluations == 60
    assert asked == [(3, 30, 5)] * 2 + [(3, 1, 5)]


def test_the_best_feasible_draw_comes_back():
    plain = OccupancyAssignment(np.random.default_rng(1).normal(size=(2, 6, 4)), [2, 2, 1, 2])
    asked = []
    problem = CustomAssignment(6, 4, lambda a: (asked.append(a.copy()), plain.value(a))[1], plain.capacity, batch=(2,))
    found = solve(CrossEntropy(samples=16), problem, Budget(200))
    drawn = np.concatenate(asked[:-1], axis=1)
    values = np.where(plain.feasible(drawn), plain.value(drawn), -np.inf)
    assert np.isneginf(values).any()
    first = np.argmax(values, axis=1)
    assert np.array_equal(found.assignment, drawn[np.arange(2), first])
    assert np.array_equal(found.value, values.max(axis=1))


def test_small_problems_are_solved():
    rng = np.random.default_rng(3)
    for kind, shape, capacity in [
        (OccupancyAssignment, (10, 5, 3), None),
        (OccupancyAssignment, (10, 5, 3), [2, 2, 1]),
        (LinearAssignment, (2, 5, 4, 4), [1, 1, 1, 1]),
    ]:
        problem = kind(rng.normal(size=shape), capacity)
        found = solve(CrossEntropy(samples=500, smoothing=0.3), problem, Budget(20_000))
        assert found.value == pytest.approx(solve(Enumeration(), problem).value, rel=1e-12)
        assert not found.optimal


def test_the_same_generator_gives_the_same_bits_and_instances_draw_apart():
    problem = OccupancyAssignment(np.tile(np.random.default_rng(1).random((12, 5)), (2, 1, 1)), [3] * 5)
    first, again, other = (solve(CrossEntropy(), problem, Budget(300), seed) for seed in (1, 1, 2))
    assert np.array_equal(first.assignment, again.assignment)
    assert np.array_equal(first.value, again.value)
    assert not np.array_equal(first.assignment, other.assignment)
    assert not np.array_equal(first.assignment[0], first.assignment[1])


def test_one_choice():
    assert solve(CrossEntropy(), OccupancyAssignment([[3.0], [5.0]]), Budget(9)).value == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"evaluations": 0}, "evaluations must be a whole number of at least 1, got 0"),
        ({"samples": 1.5}, "samples must be a whole number of at least 1, got 1.5"),
        ({"elite": 0.0}, "elite must lie in (0, 1], got 0.0"),
        ({"elite": 1.1}, "elite must lie in (0, 1], got 1.1"),
        ({"smoothing": 0.0}, "smoothing must lie in (0, 1], got 0.0"),
        ({"smoothing": 2.0}, "smoothing must lie in (0, 1], got 2.0"),
    ],
)
def test_bad_settings_are_named(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        CrossEntropy(**arguments)
