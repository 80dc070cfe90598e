"""Exhaustive search over partitions: against all labelled assignments in plain Python, and the shared enumeration."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from qbench.assignment import Budget, Enumeration, LinearAssignment, NotApplicableError
from qbench.papers.hqcnn import exhaustive as module
from qbench.papers.hqcnn.exhaustive import Exhaustive, n_partitions
from qbench.papers.hqcnn.problem import OBJECTIVES, PilotAssignment
from qbench.papers.hqcnn.rates import MODES, Link
from qbench.papers.hqcnn.system import Parameters, draw_networks
from tests.oracles import hqcnn_reference as reference

FREE = Budget()


def solve(solver, problem, budget=FREE):
    return solver.solve(problem, budget, np.random.default_rng(0))


def problem_of(n_user, n_pilot=3, batch=2, objective="sum_rate", seed=8, n_ap=10, **options):
    beta = draw_networks(np.random.default_rng(seed), batch, Parameters(n_user=n_user, n_ap=n_ap)).beta
    return PilotAssignment(beta, Link(n_pilot=n_pilot, **options), objective=objective)


def stirling(n, k):
    if n == k:
        return 1
    if k in (0, n + 1) or k > n:
        return 0
    return k * stirling(n - 1, k) + stirling(n - 1, k - 1)


def test_counts():
    assert [n_partitions(k, 3) for k in (6, 9, 12, 15)] == [122, 3281, 88574, 2391485]
    assert n_partitions(20, 10) == 49_344_452_550_230
    for n_user in range(1, 9):
        for n_pilot in range(1, 6):
            assert n_partitions(n_user, n_pilot) == sum(stirling(n_user, i) for i in range(1, n_pilot + 1))


def check_against_plain_python(mode="equal", objective="sum_rate"):
    """Two networks of 4 APs and 5 users, 3 pilots: the best of 243 labelled assignments, by loops."""
    problem = problem_of(5, objective=objective, mode=mode, n_ap=4)
    found = solve(Exhaustive(), problem)
    fold = sum if objective == "sum_rate" else min
    for b in range(2):
        given = {
            "t": problem.link.training,
            "rho_d": problem.link.downlink_snr,
            "antennas": 2,
            "mode": mode,
        }
        beta = problem.beta[b].tolist()
        values = {tuple(a): fold(reference.rates(beta, a, **given)) for a in reference.every_assignment(5, 3)}
        best = max(values, key=values.__getitem__)
        assert found.value[b] == pytest.approx(20e6 * values[best], rel=1e-12)
        assert reference.partition(found.assignment[b].tolist()) == reference.partition(best)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_best_of_all_in_plain_python(mode, objective):
    check_against_plain_python(mode, objective)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("n_user", "n_pilot"), [(1, 1), (1, 3), (2, 1), (3, 3), (4, 9), (6, 2), (7, 3), (7, 5), (8, 4)]
)
def test_the_bits_of_the_shared_enumeration(mode, n_user, n_pilot):
    for objective in OBJECTIVES:
        problem = problem_of(n_user, n_pilot, objective=objective, mode=mode)
        one, other = solve(Exhaustive(), problem), solve(Enumeration(), problem)
        np.testing.assert_array_equal(one.assignment, other.assignment)
        np.testing.assert_array_equal(one.value, other.value)
        assert one.evaluations == other.evaluations == n_partitions(n_user, n_pilot)
        assert one.optimal
        assert one.feasible.all()


@pytest.mark.parametrize("lanes", [1, 3, 10, 10_000])
def test_how_many_go_side_by_side_changes_no_bit(lanes, monkeypatch):
    problem = problem_of(7)
    expected = solve(Exhaustive(), problem)
    monkeypatch.setattr(module, "LANES", lanes)
    found = solve(Exhaustive(), problem)
    np.testing.assert_array_equal(found.assignment, expected.assignment)
    np.testing.assert_array_equal(found.value, expected.value)


def test_every_partition_is_scored_once():
    from qbench.papers.hqcnn._partition_kernel import best_partition

    for n_user, n_pilot, tail in [(1, 1, 0), (5, 3, 0), (5, 3, 4), (6, 4, 2), (7, 7, 3), (9, 3, 4)]:
        problem = problem_of(n_user, n_pilot, batch=1)
        best = np.empty((1, n_user), dtype=np.int64)
        assert best_partition(*problem.tables, 0, n_pilot, tail, best) == n_partitions(n_user, n_pilot)


def test_among_equals_the_first():
    """All users alike: every partition of the same sizes is worth the same, the first in lexicographic order wins."""
    problem = PilotAssignment(np.full((1, 6), 1e-12), Link(n_pilot=2))
    found = solve(Exhaustive(), problem)
    assert found.assignment.tolist() == [0, 0, 0, 1, 1, 1]


def test_a_network_keeps_its_bits_in_any_batch():
    whole = problem_of(6, batch=5)
    found = solve(Exhaustive(), whole)
    for b in range(5):
        alone = solve(Exhaustive(), PilotAssignment(whole.beta[b], whole.link))
        np.testing.assert_array_equal(alone.assignment, found.assignment[b])
        assert alone.value == found.value[b]


def test_fifteen_users_as_the_paper_leaves_blank():
    problem = problem_of(15, batch=1)
    found = solve(Exhaustive(), problem)
    assert found.evaluations == 2_391_485
    assert sorted(set(found.assignment[0].tolist())) == [0, 1, 2]
    # No single move or swap is better, and neither are 20,000 random assignments.
    climbed = reference.climb(found.assignment[0], 3, lambda a: problem.value(np.array([[a]]))[0, 0], steps=1)
    assert climbed == found.assignment[0].tolist()
    others = np.random.default_rng(9).integers(3, size=(1, 20_000, 15))
    assert problem.value(others).max() <= found.value[0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: solve(Exhaustive(), problem_of(20, 10)),
            "49344452550230 partitions of 20 users into at most 10 groups exceed 100000000, the limit or the",
        ),
        (
            lambda: solve(Exhaustive(limit=121), problem_of(6)),
            "122 partitions of 6 users into at most 3 groups exceed 121",
        ),
        (lambda: solve(Exhaustive(), problem_of(6), Budget(100)), "exceed 100, the limit or the budget"),
        (
            lambda: solve(Exhaustive(), LinearAssignment([[1.0, 2.0]])),
            "exhaustive-partitions scores pilot assignments, got LinearAssignment; use enumeration",
        ),
    ],
)
def test_where_it_does_not_apply(call, message):
    with pytest.raises(NotApplicableError, match=re.escape(message)):
        call()


def test_bad_sizes():
    with pytest.raises(ValueError, match=r"limit must be a whole number of at least 1, got 0"):
        Exhaustive(limit=0)
    with pytest.raises(ValueError, match=r"n_pilot must be a whole number of at least 1, got 0"):
        n_partitions(3, 0)
    with pytest.raises(ValueError, match=r"n_user must be a whole number of at least 1, got 0"):
        n_partitions(0, 3)
    assert n_partitions(3, 9) == 5 == math.comb(4, 2) - 1  # Bell(3)
