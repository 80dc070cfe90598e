"""The search behind the tuned defaults: its instances, its gaps and its order."""

import numpy as np
import pytest

from qbench.assignment import Budget, Greedy, Hungarian, LocalSearch, OccupancyVectors, RandomSearch
from qbench.assignment import tuning as module


def test_families_are_the_same_at_every_call_and_differ_from_each_other():
    once, twice = module.families(3), module.families(3)
    assert list(once) == list(twice)
    for name, problem in once.items():
        weights = problem.linear if problem.linear is not None else problem.occupancy
        other = twice[name].linear if problem.linear is not None else twice[name].occupancy
        assert np.array_equal(weights, other)
        assert weights.shape[0] == 3
    a, b = (once[name].occupancy for name in ("occupancy 8x5, at most 3", "occupancy 8x5"))
    assert not np.intersect1d(a, b).size
    with pytest.raises(ValueError, match="instances must be a whole number of at least 1, got 0"):
        module.families(0)


def test_gaps_are_shares_of_the_optimum():
    exact, greedy = OccupancyVectors(), Greedy()
    table = module.gaps([greedy], instances=4, budgets=(9,))[greedy]
    for name, problem in module.families(4).items():
        solver = exact if problem.linear is None else Hungarian()
        best = solver.solve(problem, Budget(), np.random.default_rng(0)).value.sum()
        value = greedy.solve(problem, Budget(), np.random.default_rng(0)).value.sum()
        assert table[name, 9] == pytest.approx(1 - value / best, abs=1e-12)
    assert len(table) == 4


def test_every_budget_is_given_and_every_solver_gets_the_same_generator():
    seen = []

    class Spy(RandomSearch):
        def solve(self, problem, budget, rng):
            seen.append((self.draws, budget.evaluations, rng.integers(2**62)))
            return super().solve(problem, budget, rng)

    module.gaps([Spy(1), Spy(2)], instances=2, budgets=(3, 4))
    assert [row[1] for row in seen] == [3, 3, 4, 4] * 4
    assert all(one[2] == two[2] for one, two in zip(seen[::2], seen[1::2], strict=True))
    assert len({row[2] for row in seen}) == 8


def test_the_search_puts_the_smallest_mean_gap_first():
    ranked = module.search([RandomSearch(), Greedy(), LocalSearch()], instances=10, budgets=(400, 4000))
    losses = [loss for loss, _ in ranked]
    assert losses == sorted(losses)
    assert isinstance(ranked[0][1], LocalSearch)
    table = module.gaps([Greedy()], instances=10, budgets=(400, 4000))[Greedy()]
    loss = next(loss for loss, solver in ranked if isinstance(solver, Greedy))
    assert loss == pytest.approx(np.mean(list(table.values())))


@pytest.mark.parametrize("name", module.GRIDS)
def test_the_defaults_were_among_the_settings_tried(name):
    solvers = module.GRIDS[name]
    assert type(solvers[0])() in solvers
    assert len(set(solvers)) == len(solvers)
    assert {solver.name for solver in solvers} == {name}


def test_the_report_names_the_best_settings(monkeypatch, capsys):
    monkeypatch.setattr(module, "GRIDS", {"random-search": (RandomSearch(5), RandomSearch(6))})
    monkeypatch.setattr(module, "INSTANCES", 1)
    module.main()
    said = capsys.readouterr().out
    assert said.startswith("random-search: 2 settings\n")
    assert "RandomSearch(draws=5)" in said
    assert "occupancy 8x5, 512 evaluations: " in said
