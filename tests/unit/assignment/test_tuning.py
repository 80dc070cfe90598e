"""The search behind the tuned defaults: its instances, its gaps and its order."""

import numpy as np
import pytest

from qbench.assignment import (
    Budget,
    Greedy,
    Hungarian,
    LinearAssignment,
    LocalSearch,
    OccupancyAssignment,
    OccupancyVectors,
    RandomSearch,
)
from qbench.assignment import tuning as module

FIRST, LINEAR = module.FAMILIES[:1], module.FAMILIES[3:]


def weights(name, instances=3):
    problem = module.family(name, instances)
    return problem.occupancy if problem.linear is None else problem.linear


@pytest.mark.parametrize(
    ("name", "kind", "size", "capacity"),
    [
        ("occupancy 8x5, at most 3", OccupancyAssignment, (8, 5), [3] * 5),
        ("occupancy 8x5", OccupancyAssignment, (8, 5), None),
        ("occupancy 12x4, at most 4", OccupancyAssignment, (12, 4), [4] * 4),
        ("linear 10x10, one each", LinearAssignment, (10, 10), [1] * 10),
    ],
)
def test_families_are_what_their_names_say_and_always_the_same(name, kind, size, capacity):
    problem = module.family(name, 3)
    assert isinstance(problem, kind)
    assert weights(name).shape == (3, *size)
    assert problem.capacity is None if capacity is None else problem.capacity.tolist() == capacity
    assert np.array_equal(weights(name), weights(name))


def test_families_are_drawn_apart_and_others_are_unknown():
    assert not np.intersect1d(weights("occupancy 8x5, at most 3"), weights("occupancy 8x5")).size
    with pytest.raises(ValueError, match="instances must be a whole number of at least 1, got 0"):
        module.family("occupancy 8x5", 0)
    with pytest.raises(ValueError, match=r"name must be one of .*, got 'linear 9x9'"):
        module.family("linear 9x9", 1)


def test_gaps_are_shares_of_the_optimum():
    greedy = Greedy()
    names = ("occupancy 8x5", "linear 10x10, one each")
    table = module.gaps([greedy], names, instances=4, budgets=(9,))[greedy]
    assert list(table) == [(name, 9) for name in names]
    for name in names:
        problem = module.family(name, 4)
        solver = OccupancyVectors() if problem.linear is None else Hungarian()
        best = solver.solve(problem, Budget(), np.random.default_rng(0)).value.sum()
        value = greedy.solve(problem, Budget(), np.random.default_rng(0)).value.sum()
        assert table[name, 9] == pytest.approx(1 - value / best, abs=1e-12)


def test_every_budget_is_given_and_every_solver_gets_the_same_generator():
    seen = []

    class Spy(RandomSearch):
        def solve(self, problem, budget, rng):
            seen.append((self.draws, budget.evaluations, rng.integers(2**62)))
            return super().solve(problem, budget, rng)

    module.gaps([Spy(1), Spy(2)], LINEAR + FIRST, instances=2, budgets=(3, 4))
    assert [row[1] for row in seen] == [3, 3, 4, 4] * 2
    assert all(one[2] == two[2] for one, two in zip(seen[::2], seen[1::2], strict=True))
    assert len({row[2] for row in seen}) == 4


def test_the_search_puts_the_smallest_mean_gap_first():
    ranked = module.search([RandomSearch(), Greedy(), LocalSearch()], LINEAR, instances=10, budgets=(400, 4000))
    losses = [loss for loss, _ in ranked]
    assert losses == sorted(losses)
    assert isinstance(ranked[0][1], LocalSearch)
    table = module.gaps([Greedy()], LINEAR, instances=10, budgets=(400, 4000))[Greedy()]
    loss = next(loss for loss, solver in ranked if isinstance(solver, Greedy))
    assert loss == pytest.approx(np.mean(list(table.values())))


@pytest.mark.parametrize("name", module.GRIDS)
def test_the_defaults_were_among_the_settings_tried(name):
    solvers, names = module.GRIDS[name]
    assert set(names) <= set(module.FAMILIES)
    assert type(solvers[0])() in solvers
    assert len(set(solvers)) == len(solvers)
    assert {solver.name for solver in solvers} == {name}


def test_the_report_names_the_best_settings(monkeypatch, capsys):
    monkeypatch.setattr(module, "GRIDS", {"random-search": ((RandomSearch(5), RandomSearch(6)), LINEAR)})
    module.main(instances=1, budgets=(9,))
    said = capsys.readouterr().out
    assert said.startswith("random-search: 2 settings\n")
    assert "RandomSearch(draws=5)" in said
    assert "occupancy 8x5, 9 evaluations: " in said
