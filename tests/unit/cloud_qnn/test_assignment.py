from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from qbench.assignment import SOLVERS, Budget, Enumeration, NotApplicableError, compare
from qbench.papers.cloud_qnn.assignment import assignment_problem, exhaustive, local_search
from qbench.papers.cloud_qnn.rates import assigned_rates, mr_table
from qbench.papers.cloud_qnn.system import Parameters, draw_channels
from tests.oracles import cloud_qnn_reference as reference

LINK = {"snr": 10.0, "interference": 0.1}


def network(seed=1, batch=3, **options):
    return draw_channels(np.random.default_rng(seed), batch, Parameters(**options))


def by_loops(channels, b, objective, snr, mu):
    """Every assignment that serves all users, in lexicographic order, in plain Python."""
    h, h_hat = channels.h[b].tolist(), channels.h_hat[b].tolist()
    best = None
    for a in itertools.product(range(channels.n_user), repeat=channels.n_ap):
        if len(set(a)) < channels.n_user:
            continue
        rates = reference.user_rates(h, reference.mr_beams(h_hat, a), a, snr, mu)
        value = min(rates) if objective == "min_rate" else sum(rates)
        if best is None or value > best[0]:
            best = (value, a)
    return best


@pytest.mark.parametrize("snr", [10.0, 1e6])  # at the latter serving one user alone has the largest sum
@pytest.mark.parametrize("objective", ["min_rate", "sum_rate"])
@pytest.mark.parametrize("sizes", [(4, 3), (3, 3), (4, 2), (3, 1)])
def test_exhaustive_is_the_best_of_all_in_plain_python(sizes, objective, snr):
    channels = network(n_ap=sizes[0], n_user=sizes[1])
    found = exhaustive(mr_table(channels), objective=objective, snr=snr, interference=0.1)
    assert found.optimal
    assert found.feasible.all()
    assert found.evaluations == sizes[1] ** sizes[0]
    for b in range(3):
        value, a = by_loops(channels, b, objective, snr, 0.1)
        assert found.value[b] == pytest.approx(value, rel=1e-12)
        assert found.assignment[b].tolist() == list(a)


@pytest.mark.parametrize(("n_ap", "n_user"), [(4, 3), (3, 3), (5, 2)])
def test_as_many_are_feasible_as_there_are_surjections(n_ap, n_user):
    problem = assignment_problem(mr_table(network(batch=1, n_ap=n_ap, n_user=n_user)), **LINK)
    every = np.array(list(itertools.product(range(n_user), repeat=n_ap)))
    surjections = sum((-1) ** i * math.comb(n_user, i) * (n_user - i) ** n_ap for i in range(n_user))
    assert problem.feasible(every[None])[0].sum() == surjections
    if (n_ap, n_user) == (4, 3):
        assert (len(every), surjections) == (81, 36)


def test_values_are_the_objective_and_grades_below_it():
    table = mr_table(network(batch=2))
    a = np.array([[[0, 1, 2, 2], [0, 0, 1, 1], [1, 1, 1, 1]]] * 2)
    rates = assigned_rates(table, a, **LINK)
    for objective, value in (("min_rate", rates.min(axis=-1)), ("sum_rate", rates.sum(axis=-1))):
        plain = assignment_problem(table, objective=objective, **LINK)
        np.testing.assert_allclose(plain.value(a), value, rtol=1e-14)
        assert plain.feasible(a).tolist() == [[True, False, False]] * 2
        graded = assignment_problem(table, objective=objective, graded=True, **LINK)
        np.testing.assert_allclose(graded.value(a), np.column_stack((value[:, 0], [-1, -1], [-2, -2])), rtol=1e-14)
        assert graded.feasible(a).all()


def test_snr_and_interference_by_channel():
    channels = network()
    table = mr_table(channels)
    whole = exhaustive(table, snr=[1.0, 10.0, 100.0], interference=[0.1, 0.5, 0.9])
    for b, (snr, mu) in enumerate(((1.0, 0.1), (10.0, 0.5), (100.0, 0.9))):
        assert whole.value[b] == exhaustive(table[b], snr=snr, interference=mu).value


def test_local_search_ends_where_no_move_and_no_swap_helps():
    table = mr_table(network(batch=8, n_ap=6, n_user=4))
    found = local_search(table, **LINK)
    assert not found.optimal
    for b in range(8):
        problem = assignment_problem(table[b], **LINK)
        a = found.assignment[b]
        assert problem.feasible(a[None]).all()
        assert problem.value(a[None])[0] == found.value[b]
        near = [np.where(np.arange(6) == m, k, a) for m in range(6) for k in range(4)]
        for m, n in itertools.combinations(range(6), 2):
            swapped = a.copy()
            swapped[[m, n]] = a[[n, m]]
            near.append(swapped)
        near = np.array(near)
        assert problem.value(near)[problem.feasible(near)].max() <= found.value[b] * (1 + 1e-12)


def test_any_solver_runs_on_it():
    table = mr_table(network(batch=1))[0]
    problem = assignment_problem(table, graded=True, **LINK)
    rows = {row.solver: row for row in compare(problem, SOLVERS, Budget(200), np.random.SeedSequence(1))}
    best = exhaustive(table, **LINK).value
    assert rows["enumeration"].solution.value == best
    for row in rows.values():
        if row.solution is None:
            assert "weights" in row.reason
        else:
            assert row.solution.value <= best


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: exhaustive(mr_table(network(n_ap=2, n_user=3)), **LINK),
            r"every user needs an AP of its own, got 3 users and 2 APs; use at most 2 users or at least 3 APs",
        ),
        (lambda: exhaustive(np.ones((4, 3, 3)), snr=np.inf, interference=0.1), r"snr must be finite, got inf"),
        (
            lambda: exhaustive(np.ones((4, 3, 3)), snr=1.0, interference=2.0),
            r"interference must lie in \[0, 1\], got 2",
        ),
        (lambda: exhaustive(np.ones((3, 3)), **LINK), r"table must have at least 3 axes, got shape \(3, 3\)"),
        (lambda: exhaustive(np.ones((0, 3, 3)), **LINK), r"table must not be empty, got shape \(0, 3, 3\)"),
        (lambda: exhaustive(np.ones((4, 3, 2)), **LINK), r"table must have shape \(\*batch, APs, users, users\), got"),
        (
            lambda: exhaustive(np.ones((4, 3, 3)), objective="max", **LINK),
            r"objective must be one of min_rate, sum_rate",
        ),
        (
            lambda: exhaustive(np.ones((5, 4, 3, 3)), snr=[1.0, 2.0], interference=0.1),
            r"snr must be one number or broadcast to the channels \(5,\), got shape \(2,\)",
        ),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_too_many_assignments_are_refused():
    problem = assignment_problem(np.ones((8, 6, 6)), **LINK)
    with pytest.raises(NotApplicableError, match=r"1679616 assignments of 8 agents to 6 choices exceed 1000"):
        Enumeration(limit=1000).solve(problem, Budget(), np.random.default_rng(0))
