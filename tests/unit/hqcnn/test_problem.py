"""The pilot assignment problem: compiled values against `rates`, bits under renaming and batching, shared solvers."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from qbench.assignment import SOLVERS, Budget, Enumeration, LocalSearch, SimulatedAnnealing, compare
from qbench.papers.hqcnn.problem import OBJECTIVES, PilotAssignment
from qbench.papers.hqcnn.rates import MODES, Link, sinr, user_rates
from qbench.papers.hqcnn.system import Parameters, draw_networks

READINGS = (
    Link(),
    Link(mode="per_user"),
    Link(mode="per_user", n_antenna=1),
    Link(noncoherent=False),
    Link(mode="printed_c"),
    Link(noise_aps=5),
    Link(mode="printed_c", noise_aps=5),
)


def networks(n_user=7, batch=3, seed=5, **options):
    return draw_networks(np.random.default_rng(seed), batch, Parameters(n_user=n_user, **options)).beta


def pilots(batch, k, n_user, n_pilot=3, seed=6):
    return np.random.default_rng(seed).integers(n_pilot, size=(batch, k, n_user))


def check_against_rates(link):
    beta, a = networks(), pilots(3, 40, 7)
    problem = PilotAssignment(beta, link)
    rates = user_rates(beta, a, link)
    np.testing.assert_allclose(problem.sinr(a), sinr(beta, a, link), rtol=1e-12)
    np.testing.assert_allclose(problem.rates(a), rates, rtol=1e-12)
    np.testing.assert_allclose(problem.value(a), rates.sum(axis=-1), rtol=1e-12)
    lowest = PilotAssignment(beta, link, objective="min_rate")
    np.testing.assert_allclose(lowest.value(a), rates.min(axis=-1), rtol=1e-12)


@pytest.mark.parametrize("link", READINGS, ids=lambda link: f"{link.mode}-{link.n_antenna}-{link.noise_aps}")
def test_values_are_those_of_the_rates(link):
    check_against_rates(link)


@pytest.mark.parametrize("mode", MODES)
def test_names_of_pilots_change_no_bit(mode):
    problem = PilotAssignment(networks(batch=1)[0], Link(n_pilot=5, mode=mode))
    a = pilots(1, 30, 7, 5)[0]
    value, sinrs = problem.value(a), problem.sinr(a)
    for names in itertools.islice(itertools.permutations(range(5)), 0, None, 7):
        np.testing.assert_array_equal(problem.value(np.array(names)[a]), value)
        np.testing.assert_array_equal(problem.sinr(np.array(names)[a]), sinrs)


@pytest.mark.parametrize("mode", MODES)
def test_a_batch_has_the_bits_of_its_networks(mode):
    beta, a = networks(batch=6).reshape(2, 3, 10, 7), pilots(6, 9, 7).reshape(2, 3, 9, 7)
    whole = PilotAssignment(beta, Link(mode=mode))
    assert whole.batch == (2, 3)
    for at in np.ndindex(2, 3):
        alone = PilotAssignment(beta[at], Link(mode=mode))
        np.testing.assert_array_equal(alone.value(a[at]), whole.value(a)[at])
        np.testing.assert_array_equal(alone.value(a[at][4:5]), whole.value(a)[at][4:5])


def test_users_of_no_interest_and_huge_products():
    """SINRs of 1e-20 still count, and a product of 1 + SINR beyond the largest float is summed in logarithms."""
    link = Link(n_pilot=1, pilot_snr=1e-3, downlink_snr=1e-16, bandwidth_hz=1.0)
    small = PilotAssignment([[1.0]], link)
    assert small.value([[0]])[0] == pytest.approx(user_rates([[1.0]], [0], link).sum(), rel=1e-14, abs=0)
    assert 0 < small.value([[0]])[0] < 1e-12
    strong = Link(n_pilot=8, pilot_snr=1.0, downlink_snr=1e60, bandwidth_hz=1.0, noncoherent=False)
    beta = np.full((2, 8), 3.0)
    expected = user_rates(beta, np.arange(8), strong).sum()
    assert expected > 1100  # bits: 2^1100 is no float
    assert PilotAssignment(beta, strong).value([np.arange(8)])[0] == pytest.approx(expected, rel=1e-12)


def test_what_it_says_of_itself():
    problem = PilotAssignment(networks(batch=2), Link(n_pilot=4))
    assert (problem.n_agents, problem.n_choices, problem.batch) == (7, 4, (2,))
    assert (problem.capacity, problem.linear, problem.occupancy, problem.symmetric) == (None, None, None, True)
    assert problem.feasible(np.zeros((2, 3, 7), int)).tolist() == [[True] * 3] * 2
    assert problem.value(np.zeros((2, 0, 7), int)).shape == (2, 0)
    with pytest.raises(ValueError, match="read-only"):
        problem.beta[0, 0, 0] = 1.0


def test_it_keeps_gains_of_its_own():
    beta = networks(batch=1)
    problem = PilotAssignment(beta, Link())
    a = pilots(1, 5, 7)
    value = problem.value(a)
    beta *= 2.0
    np.testing.assert_array_equal(problem.value(a), value)


def test_every_shared_solver_takes_it_or_says_why():
    problem = PilotAssignment(networks(n_user=5, batch=2), Link())
    rows = compare(problem, SOLVERS, Budget(400), np.random.SeedSequence(1))
    best = Enumeration().solve(problem, Budget(), np.random.default_rng(0)).value
    done = {row.solver: row.solution for row in rows if row.solution is not None}
    assert set(done) == {
        "enumeration",
        "simulated-annealing",
        "cross-entropy",
        "local-search",
        "greedy",
        "random-search",
    }
    for solution in done.values():
        assert (solution.value <= best).all()
    assert done["enumeration"].evaluations == 41  # 1 + 15 + 25 partitions of five users


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_searches_find_small_optima(objective):
    problem = PilotAssignment(networks(n_user=6), Link(), objective=objective)
    best = Enumeration().solve(problem, Budget(), np.random.default_rng(0)).value
    found = SimulatedAnnealing().solve(problem, Budget(4000), np.random.default_rng(1))
    np.testing.assert_allclose(found.value, best, rtol=1e-13)
    assert (LocalSearch().solve(problem, Budget(), np.random.default_rng(0)).value <= best).all()


def test_two_ties_at_a_jump_of_the_optimum():
    """A segment of gains on which users 0 and 1 change places: the optimum jumps at its middle."""
    one = 1e-10 * np.array([[100.0, 1, 50], [1, 100, 1], [1, 1, 10]])
    other = one[:, [1, 0, 2]]
    link = Link(n_pilot=2)

    def best(s):
        problem = PilotAssignment((1 - s) * one + s * other, link)
        return Enumeration().solve(problem, Budget(), np.random.default_rng(0)).assignment.tolist()

    assert best(0.5 - 1e-6) == [0, 1, 1]
    assert best(0.5 + 1e-6) == [0, 1, 0]
    middle = PilotAssignment((one + other) / 2, link).value([[0, 1, 1], [0, 1, 0], [0, 0, 1]])
    assert middle[0] == pytest.approx(middle[1], rel=1e-13)
    assert middle[0] > middle[2] * (1 + 1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: PilotAssignment([[1.0, -1.0]], Link()), r"beta must be above 0, got -1.0 at index \(0, 1\)"),
        (lambda p: PilotAssignment([[1.0, np.nan]], Link()), r"beta must be finite, got nan"),
        (lambda p: PilotAssignment([1.0], Link()), r"beta must have shape \(\*batch, APs, users\), got \(1,\)"),
        (lambda p: PilotAssignment(np.ones((2, 0)), Link()), r"beta must not be empty, got shape \(2, 0\)"),
        (
            lambda p: PilotAssignment([[1.0]], Link(), objective="sum"),
            r"objective must be one of min_rate, sum_rate, got",
        ),
        (lambda p: p.value([[[0, 0, 3]]]), r"assignments must lie in 0..2 \(3 choices\), got values from 0 to 3"),
        (lambda p: p.value([[[0, 0, -1]]]), r"assignments must lie in 0..2 \(3 choices\), got values from -1 to 0"),
        (lambda p: p.value([[[0, 0]]]), r"assignments must have shape \(\*batch, k, agents\)"),
        (lambda p: p.rates([[0, 0, 0]]), r"assignments must have shape \(\*batch, k, agents\)"),
        (lambda p: p.value([[[0.0, 0.0, 1.0]]]), r"assignments must be whole numbers"),
        (lambda p: p.feasible([[[0, 0, 3]]]), r"assignments must lie in 0..2"),
    ],
)
def test_errors(call, message):
    problem = PilotAssignment(np.ones((1, 2, 3)), Link())
    with pytest.raises(ValueError, match=message):
        call(problem)


def test_the_objective_is_part_of_the_problem():
    beta, a = networks(batch=1), pilots(1, 5, 7)
    total, lowest = (PilotAssignment(beta, Link(), objective=o).value(a) for o in OBJECTIVES)
    assert (lowest < total / 7).all()
    doubled = PilotAssignment(beta, replace(Link(), bandwidth_hz=40e6)).value(a)
    np.testing.assert_allclose(doubled, 2 * total, rtol=1e-15)
