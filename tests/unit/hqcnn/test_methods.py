"""The classical methods against loops in plain Python, by hand, and what each of them promises."""

from __future__ import annotations

import numpy as np
import pytest

from qbench.assignment import Budget, Enumeration
from qbench.papers.hqcnn.baselines import balanced_pilots, random_pilots
from qbench.papers.hqcnn.colouring import colouring
from qbench.papers.hqcnn.conflicts import conflicts, shared_cost
from qbench.papers.hqcnn.exhaustive import Exhaustive
from qbench.papers.hqcnn.greedy import greedy
from qbench.papers.hqcnn.hungarian import iterative_hungarian
from qbench.papers.hqcnn.location import location, location_disjoint
from qbench.papers.hqcnn.master_ap import master_ap
from qbench.papers.hqcnn.problem import PilotAssignment
from qbench.papers.hqcnn.rates import Link
from qbench.papers.hqcnn.search import local_search, multistart
from qbench.papers.hqcnn.system import Parameters, draw_networks
from tests.oracles import hqcnn_reference as reference

SIZES = pytest.mark.parametrize(("n_user", "n_pilot"), [(1, 1), (2, 3), (6, 3), (9, 3), (8, 5), (7, 1)])


def rng(seed=0):
    return np.random.default_rng(seed)


def problem_of(n_user, n_pilot, batch=4, seed=12, **options):
    nets = draw_networks(rng(seed), batch, Parameters(n_user=n_user))
    return PilotAssignment(nets.beta, Link(n_pilot=n_pilot, **options))


def rate_of(problem, b):
    alone = PilotAssignment(problem.beta[b], problem.link)
    return lambda a: alone.rates(np.array([a]))[0].tolist()


def value_of(problem, b):
    alone = PilotAssignment(problem.beta[b], problem.link)
    return lambda a: alone.value(np.array([a]))[0]


# --- without the channel ---


def test_random_pilots_are_uniform_and_nested():
    a = random_pilots(rng(), (4000, 6), 3)
    np.testing.assert_array_equal(random_pilots(rng(), (10, 6), 3), a[:10])
    # 24,000 draws: a share of 1/3 within four standard errors.
    assert np.abs(np.bincount(a.ravel()) / 24_000 - 1 / 3).max() < 4 * np.sqrt(2 / 9 / 24_000)


@SIZES
def test_balanced_pilots_are_balanced(n_user, n_pilot):
    a = balanced_pilots(rng(), (3, 5, n_user), n_pilot)
    assert a.shape == (3, 5, n_user)
    counts = (a[..., None] == np.arange(n_pilot)).sum(axis=-2)
    assert (counts == [len(range(t, n_user, n_pilot)) for t in range(n_pilot)]).all()


def test_balanced_pilots_are_uniform_and_nested():
    a = balanced_pilots(rng(), (4000, 4), 2)
    np.testing.assert_array_equal(balanced_pilots(rng(), (10, 4), 2), a[:10])
    _, counts = np.unique(a, axis=0, return_counts=True)
    assert len(counts) == 6
    assert np.abs(counts / 4000 - 1 / 6).max() < 4 * np.sqrt(5 / 36 / 4000)


# --- greedy ---


@SIZES
@pytest.mark.parametrize("mode", ["equal", "per_user"])
def test_greedy_by_loops(n_user, n_pilot, mode):
    problem = problem_of(n_user, n_pilot, mode=mode)
    start = random_pilots(rng(3), (4, n_user), n_pilot)
    given = start.copy()
    found = greedy(problem, start)
    np.testing.assert_array_equal(start, given)
    for b in range(4):
        expected = reference.greedy(problem.beta[b].tolist(), start[b].tolist(), n_pilot, rate_of(problem, b))
        assert found[b].tolist() == expected


def test_greedy_moves_the_weakest_user_by_hand():
    """Three users of one AP on pilot 0: user 2, the weakest, takes the first empty pilot, then user 1 the other."""
    problem = PilotAssignment(1e-11 * np.array([[5.0, 4.0, 1.0]]), Link())
    assert greedy(problem, [0, 0, 0]).tolist() == [0, 2, 1]
    # Two pilots: with less energy in training user 2 is the weakest once more, has the better pilot, and all rests.
    two = PilotAssignment(problem.beta, Link(n_pilot=2))
    assert greedy(two, [0, 0, 0]).tolist() == [0, 0, 1]


# --- Master-AP ---


@SIZES
def test_master_ap_by_loops(n_user, n_pilot):
    beta = problem_of(n_user, n_pilot).beta
    by_index, by_gain = master_ap(beta, n_pilot), master_ap(beta, n_pilot, order="gain")
    for b in range(4):
        plain = beta[b].tolist()
        assert by_index[b].tolist() == reference.master_ap(plain, n_pilot, range(n_user))
        total = reference.sums(plain)
        order = sorted(range(n_user), key=lambda k: (-total[k], k))
        assert by_gain[b].tolist() == reference.master_ap(plain, n_pilot, order)


def test_master_ap_by_hand():
    # User 2's master is AP 1, where user 1 is weaker than user 0; at AP 0, user 3's, pilot 0 bears 1, pilot 1 3 + 2.
    beta = [[1.0, 3.0, 2.0, 9.0], [8.0, 1.0, 7.0, 2.0]]
    assert master_ap(beta, 2).tolist() == [0, 1, 1, 0]


# --- location ---


@pytest.mark.parametrize(("n_user", "n_pilot"), [(1, 1), (20, 3), (20, 4), (30, 10), (12, 2)])
@pytest.mark.parametrize("side", [1.0, 1000.0])
def test_location_by_loops(n_user, n_pilot, side):
    places = side * rng(7).random((5, n_user, 2))
    places[0, 0] = [side, side]  # the far corner belongs to the last cell
    for method, expected in ((location, reference.location), (location_disjoint, reference.location_disjoint)):
        found = method(places, n_pilot, side_m=side)
        for b in range(5):
            assert found[b].tolist() == expected(places[b].tolist(), n_pilot, side)


def test_the_serpentine_by_hand():
    """Right along the first row, back along the second; users of one cell by index."""
    places = np.array([[900, 10], [10, 300], [10, 10], [900, 300], [20, 20]], dtype=float)
    assert location(places, 10).tolist() == [2, 4, 0, 3, 1]
    assert location(places, 2).tolist() == [0, 0, 0, 1, 1]


def test_disjoint_sets_by_hand():
    # Types 0 (pilots 0, 4), 1 (1, 5), 2 (2), 3 (3), and again type 0 further right.
    places = np.array([[10, 10], [300, 10], [10, 300], [300, 300], [600, 10], [620, 10]], dtype=float)
    assert location_disjoint(places, 6).tolist() == [0, 1, 2, 3, 4, 0]
    assert location_disjoint(places, 3).tolist() == [0, 1, 2, 0, 0, 0]


# --- conflicts ---


@pytest.mark.parametrize("objective", ["sum_rate", "min_rate"])
def test_conflicts_by_pairs(objective):
    nets = draw_networks(rng(12), 2, Parameters(n_user=5))
    problem = PilotAssignment(nets.beta, Link(n_pilot=2), objective=objective)
    w = conflicts(problem)
    apart = PilotAssignment(nets.beta, Link(n_pilot=2).orthogonal(5), objective=objective)
    free = apart.value(np.broadcast_to(np.arange(5), (2, 1, 5)))[:, 0]
    for j in range(5):
        assert (w[:, j, j] == 0).all()
        for k in range(j):
            a = np.arange(5)
            a[j] = k
            cost = free - apart.value(np.broadcast_to(a, (2, 1, 5)))[:, 0]
            np.testing.assert_array_equal(w[:, j, k], cost)
            np.testing.assert_array_equal(w[:, k, j], cost)


def test_shared_cost_by_hand():
    w = np.array([[0.0, 1, 2, 4], [1, 0, 8, 16], [2, 8, 0, 32], [4, 16, 32, 0]])
    assert shared_cost(w, np.array([0, 1, 0, -1]), 3, 3).tolist() == [36, 16, 0]
    assert shared_cost(w, np.array([0, 1, 0, 2]), 0, 3).tolist() == [2, 1, 4]


@SIZES
def test_colouring_by_loops(n_user, n_pilot):
    problem = problem_of(n_user, n_pilot)
    w, found = conflicts(problem), colouring(problem)
    for b in range(4):
        assert found[b].tolist() == reference.colouring(w[b].tolist(), n_pilot)


@SIZES
def test_the_hungarian_blocks_by_loops(n_user, n_pilot):
    problem = problem_of(n_user, n_pilot)
    w, found = conflicts(problem), iterative_hungarian(problem)
    for b in range(4):
        assert found[b].tolist() == reference.iterative_hungarian(w[b].tolist(), n_pilot)


# --- searches on the true value ---


@SIZES
def test_local_search_by_loops(n_user, n_pilot):
    problem = problem_of(n_user, n_pilot, batch=3)
    found = local_search(problem)
    for b in range(3):
        start = reference.master_ap(problem.beta[b].tolist(), n_pilot, range(n_user))
        assert found.assignment[b].tolist() == reference.climb(start, n_pilot, value_of(problem, b))


def test_local_search_from_another_start():
    problem = problem_of(9, 3)
    start = balanced_pilots(rng(4), (4, 9), 3)
    found = local_search(problem, start)
    assert (found.value >= problem.value(start[:, None])[:, 0]).all()
    for b in range(4):
        assert found.assignment[b].tolist() == reference.climb(start[b].tolist(), 3, value_of(problem, b))


def test_more_starts_are_never_worse():
    problem = problem_of(12, 3, batch=20)
    once, best = local_search(problem), multistart(problem, rng(5))
    values = problem.value(best[:, None])[:, 0]
    assert (values >= once.value).all()
    assert (values > once.value).any()
    optimum = Exhaustive().solve(problem, Budget(), rng()).value
    assert (values <= optimum).all()


def test_the_methods_stay_below_the_optimum():
    problem = problem_of(7, 3, batch=10)
    best = Enumeration().solve(problem, Budget(), rng()).value
    for a in (greedy(problem, random_pilots(rng(), (10, 7), 3)), colouring(problem), iterative_hungarian(problem)):
        assert (problem.value(a[:, None])[:, 0] <= best).all()


def test_a_batch_is_its_networks():
    problem = problem_of(8, 3, batch=6)
    start = random_pilots(rng(), (6, 8), 3)
    for method in (greedy, lambda p, s: colouring(p), lambda p, s: iterative_hungarian(p)):
        whole = method(problem, start)
        assert whole.dtype == np.int64
        for b in range(6):
            alone = PilotAssignment(problem.beta[b], problem.link)
            np.testing.assert_array_equal(method(alone, start[b]), whole[b])
    for order in ("index", "gain"):
        whole = master_ap(problem.beta, 3, order=order)
        for b in range(6):
            np.testing.assert_array_equal(master_ap(problem.beta[b], 3, order=order), whole[b])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: random_pilots(rng(), (2, 0), 3), r"every length in shape must be a whole number of at least 1, got 0"),
        (lambda: random_pilots(rng(), (2, 3), 0), r"n_pilot must be a whole number of at least 1, got 0"),
        (lambda: balanced_pilots(rng(), (2, 3), 0), r"n_pilot must be a whole number of at least 1, got 0"),
        (lambda: balanced_pilots(rng(), (), 3), r"shape must end in the number of users, got \(\); give \(users,\)"),
        (lambda: greedy(problem_of(4, 2), np.zeros((4, 3), int)), r"assignments must have shape"),
        (
            lambda: greedy(problem_of(4, 2), np.full((4, 4), 2)),
            r"assignments must lie in 0..1 \(2 choices\), got values",
        ),
        (lambda: master_ap([[1.0, 0.0]], 3), r"beta must be above 0, got 0.0"),
        (lambda: master_ap([[1.0, 1.0]], 0), r"n_pilot must be a whole number of at least 1, got 0"),
        (
            lambda: master_ap([[1.0]], 1, order="gains"),
            r"order must be one of gain, index, got 'gains'; did you mean 'gain'",
        ),
        (lambda: location([[1.0, 2000.0]], 3), r"user_m must lie in \[0, 1000\]\^2, got values from 1 to 2000; side_m"),
        (lambda: location([[-1.0, 2.0]], 3), r"user_m must lie in \[0, 1000\]\^2, got values from -1 to 2"),
        (lambda: location([[1.0, 2.0, 3.0]], 3), r"user_m must have shape \(\*batch, users, 2\), got \(1, 3\)"),
        (lambda: location([[np.nan, 2.0]], 3), r"user_m must be finite, got nan"),
        (lambda: location([[1.0, 2.0]], 0), r"n_pilot must be a whole number of at least 1, got 0"),
        (lambda: location_disjoint([[1.0, 2.0]], 0), r"n_pilot must be a whole number of at least 1, got 0"),
        (lambda: location_disjoint([[1.0, 2.0]], 2, side_m=0.0), r"side_m must lie in \(0, inf\), got 0.0"),
        (lambda: local_search(problem_of(4, 2), np.full((4, 4), 3)), r"assignments must lie in 0..1"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_generators():
    for call in (
        lambda: random_pilots(3, (2, 2), 2),
        lambda: balanced_pilots(3, (2, 2), 2),
        lambda: multistart(problem_of(4, 2), 3),
    ):
        with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator, got 3"):
            call()
