"""Searches and heuristics for pilots: exact properties."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qbench.assignment import Budget, Enumeration
from qbench.assignment._strings import string_blocks
from qbench.papers.hqcnn.baselines import balanced_pilots, random_pilots
from qbench.papers.hqcnn.colouring import colouring
from qbench.papers.hqcnn.conflicts import conflicts
from qbench.papers.hqcnn.exhaustive import Exhaustive, n_partitions
from qbench.papers.hqcnn.greedy import greedy
from qbench.papers.hqcnn.hungarian import iterative_hungarian
from qbench.papers.hqcnn.location import location, location_disjoint
from qbench.papers.hqcnn.master_ap import master_ap
from qbench.papers.hqcnn.problem import OBJECTIVES, PilotAssignment
from qbench.papers.hqcnn.search import local_search
from tests.oracles import hqcnn_reference as reference
from tests.properties.hqcnn_networks import MODES, exact, gains, links

FREE = Budget()
SEEDS = st.integers(0, 2**32 - 1)
PROBLEMS = st.builds(
    lambda beta, link, objective: PilotAssignment(beta, link, objective=objective),
    gains(),
    links(mode=MODES),
    st.sampled_from(OBJECTIVES),
)


def rng(seed=0):
    return np.random.default_rng(seed)


def value(problem, a):
    return problem.value(np.asarray(a)[None])[0]


@exact
@given(PROBLEMS)
def test_exhaustive_is_enumeration_and_at_least_every_assignment(problem):
    found = Exhaustive().solve(problem, FREE, rng())
    shared = Enumeration().solve(problem, FREE, rng())
    np.testing.assert_array_equal(found.assignment, shared.assignment)
    assert found.value == shared.value
    every = np.array(list(itertools.product(range(problem.n_choices), repeat=problem.n_agents)))
    assert problem.value(every).max() == found.value


@exact
@given(PROBLEMS, SEEDS)
def test_local_search_lies_between_its_start_and_the_optimum_and_rests(problem, seed):
    start = balanced_pilots(rng(seed), (problem.n_agents,), problem.n_choices)
    found = local_search(problem, start)
    assert value(problem, start) <= found.value <= Exhaustive().solve(problem, FREE, rng()).value
    again = reference.climb(found.assignment, problem.n_choices, lambda a: value(problem, a), steps=1)
    assert again == found.assignment.tolist()


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 7), st.integers(1, 5))
def test_restricted_growth_visits_every_partition_once(n_user, n_pilot):
    strings = np.concatenate(list(string_blocks(n_user, n_pilot, None, 50, canonical=True)))
    seen = {reference.partition(a) for a in strings.tolist()}
    every = {reference.partition(a) for a in itertools.product(range(n_pilot), repeat=n_user)}
    assert seen == every
    assert len(strings) == len(seen) == n_partitions(n_user, n_pilot)


@exact
@given(gains(), links(), SEEDS)
def test_heuristics_give_every_user_one_pilot(beta, link, seed):
    problem = PilotAssignment(beta, link)
    k, tau = problem.n_agents, problem.n_choices
    places = 1000 * rng(seed).random((k, 2))
    found = {
        "greedy": greedy(problem, random_pilots(rng(seed), (k,), tau)),
        "master": master_ap(beta, tau),
        "gain": master_ap(beta, tau, order="gain"),
        "location": location(places, tau),
        "disjoint": location_disjoint(places, tau),
        "colour": colouring(problem),
        "hungarian": iterative_hungarian(problem),
    }
    for name, a in found.items():
        assert a.shape == (k,), name
        assert a.min() >= 0, name
        assert a.max() < tau, name
    assert found["master"][:tau].tolist() == list(range(min(k, tau)))
    counts = np.bincount(found["location"], minlength=tau)
    assert counts.max() - counts.min() <= 1
    if k <= tau:
        assert len(set(found["gain"].tolist())) == k


@exact
@given(gains(least_users=2), links(), st.data())
def test_conflicts_follow_their_users(beta, link, data):
    w = conflicts(PilotAssignment(beta, link))
    np.testing.assert_array_equal(w, w.T)
    assert (np.diag(w) == 0).all()
    users = np.array(data.draw(st.permutations(range(beta.shape[1]))))
    moved = conflicts(PilotAssignment(beta[:, users], link))
    total = PilotAssignment(beta, link.orthogonal(beta.shape[1])).value([np.arange(beta.shape[1])])[0]
    np.testing.assert_allclose(moved, w[np.ix_(users, users)], rtol=0, atol=1e-11 * total)


@exact
@given(gains(), links(), SEEDS)
def test_greedy_rests_or_has_used_its_steps(beta, link, seed):
    """Once the weakest user has the best pilot nothing changes any more: greedy from there stays."""
    problem = PilotAssignment(beta, link)
    a = random_pilots(rng(seed), (problem.n_agents,), problem.n_choices)
    once = greedy(problem, a)
    path = [a.tolist()]
    for _ in range(problem.n_agents):
        total = reference.sums(beta.tolist())
        here = path[-1]
        k = reference.first_least(problem.rates([here])[0].tolist())
        others = [j for j in range(len(here)) if j != k]
        load = [sum(total[j] for j in others if here[j] == t) for t in range(problem.n_choices)]
        path.append([reference.first_least(load) if j == k else here[j] for j in range(len(here))])
    assert once.tolist() == path[-1]
