"""compare, the records it returns, and what the door loads."""

import re
import subprocess
import sys
from dataclasses import dataclass, replace

import numpy as np
import pytest

import qbench.assignment
from qbench.assignment import (
    SOLVERS,
    Budget,
    CustomAssignment,
    Enumeration,
    Greedy,
    LinearAssignment,
    OccupancyAssignment,
    RandomSearch,
    compare,
)

SEED = np.random.SeedSequence(5)
CROWDED = OccupancyAssignment([[10, 1], [9, 1]])


def rows_by_name(problem, budget=None, solvers=SOLVERS):
    return {row.solver: row for row in compare(problem, solvers, budget or Budget(), SEED)}


def test_every_solver_on_an_occupancy_problem():
    rows = rows_by_name(CROWDED)
    assert list(rows) == [solver.name for solver in SOLVERS]
    assert all(row.reason is None for row in rows.values())
    assert {name: float(row.solution.value) for name, row in rows.items()} == {
        "enumeration": 11,
        "occupancy-vectors": 11,
        "hungarian": 11,
        "milp": 11,
        "simulated-annealing": 11,
        "cross-entropy": 11,
        "local-search": 11,
        "greedy": 9.5,
        "random-search": 11,
    }


def test_reasons_in_words():
    rows = rows_by_name(CustomAssignment(2, 2, lambda a: a.sum(-1)), Budget(3))
    assert {name: row.reason for name, row in rows.items() if row.solution is None} == {
        "enumeration": "does not apply: 4 assignments of 2 agents to 2 choices exceed 3, the budget; "
        "raise it, or pass Budget(None) for a reference",
        "occupancy-vectors": "does not apply: occupancy-vectors needs occupancy weights and this problem offers "
        "no weights; use a solver that asks only for values",
        "hungarian": "does not apply: hungarian needs linear or occupancy weights and this problem offers "
        "no weights; use a solver that asks only for values",
        "milp": "does not apply: milp needs linear or occupancy weights and this problem offers "
        "no weights; use a solver that asks only for values",
    }
    assert rows["greedy"].reason is None
    rows = rows_by_name(LinearAssignment([[1, 2]]))
    assert rows["occupancy-vectors"].reason.endswith(
        "offers only linear weights; use a solver that asks only for values"
    )


def test_other_errors_pass_through():
    class Broken(Greedy):
        def solve(self, problem, budget, rng):
            raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        compare(CROWDED, [Broken()], Budget(), SEED)


def test_a_foreign_solver_need_not_check_its_needs():
    @dataclass(frozen=True)
    class Mine:
        name: str = "mine"
        needs: frozenset[str] = frozenset({"linear"})

        def solve(self, problem, budget, rng):
            return Greedy().solve(problem, budget, rng)

    (row,) = compare(CROWDED, [Mine()], Budget(), SEED)
    assert row.reason.startswith("does not apply: mine needs linear weights and this problem offers only occupancy")
    (row,) = compare(LinearAssignment([[1, 2]]), [Mine()], Budget(), SEED)
    assert row.solution.value == 2


def test_streams_depend_on_the_name_alone():
    problem = OccupancyAssignment(np.random.default_rng(1).random((5, 8, 4)))
    among_others = rows_by_name(problem, Budget(4), [Greedy(), RandomSearch()])["random-search"]
    alone = rows_by_name(problem, Budget(4), [RandomSearch()])["random-search"]
    assert np.array_equal(among_others.solution.assignment, alone.solution.assignment)
    asked = []

    def rng_for(name):
        asked.append(name)
        return np.random.default_rng(len(name))

    rows = compare(problem, [Greedy(), RandomSearch()], Budget(4), rng_for)
    assert asked == ["greedy", "random-search"]
    expected = RandomSearch().solve(problem, Budget(4), np.random.default_rng(13))
    assert np.array_equal(rows[1].solution.assignment, expected.assignment)


def test_seed_sequences_differ_by_entropy_and_spawn_key():
    problem = OccupancyAssignment(np.ones((30, 8)))
    seeds = [np.random.SeedSequence(1), np.random.SeedSequence(2), np.random.SeedSequence(1, spawn_key=(4,))]
    found = [compare(problem, [RandomSearch()], Budget(1), seed)[0].solution.assignment for seed in seeds]
    assert len({tuple(a.tolist()) for a in found}) == 3


def test_two_names_have_two_streams():
    class Other(RandomSearch):
        name = "other"

    problem = OccupancyAssignment(np.ones((30, 8)))
    one, two = compare(problem, [RandomSearch(), Other()], Budget(1), SEED)
    assert not np.array_equal(one.solution.assignment, two.solution.assignment)


def test_names_must_differ():
    with pytest.raises(ValueError, match="different names, got random-search more than once; rename one"):
        compare(CROWDED, [RandomSearch(3), RandomSearch(4)], Budget(), SEED)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": np.array(12.0)}, "'liar' reports value 12 for an assignment that scores 11 (instance 0); take the"),
        ({"value": np.array(np.nan)}, "'liar' reports value nan"),
        ({"feasible": np.array(False)}, "'liar' misreports feasibility; take it from problem.feasible"),
    ],
)
def test_results_are_scored_again(change, message):
    class Liar(Enumeration):
        name = "liar"

        def solve(self, problem, budget, rng):
            return replace(Enumeration().solve(problem, budget, rng), **change)

    with pytest.raises(ValueError, match=re.escape(message)):
        compare(CROWDED, [Liar()], Budget(), SEED)


def test_budget_is_checked():
    assert Budget().evaluations is None
    for bad in (0, -1, 1.5, True):
        with pytest.raises(ValueError, match=f"evaluations must be a whole number of at least 1, got {bad!r}"):
            Budget(bad)


def test_solution_shapes_are_checked():
    good = Enumeration().solve(CROWDED, Budget(), np.random.default_rng(0))
    with pytest.raises(ValueError, match=re.escape("must agree, got shapes (2,), (1,) and ()")):
        replace(good, value=np.ones(1))
    with pytest.raises(AttributeError):
        good.value = 3


def test_every_public_name_is_documented():
    assert len(set(qbench.assignment.__all__)) == len(qbench.assignment.__all__)
    assert all(getattr(qbench.assignment, name).__doc__ for name in qbench.assignment.__all__)


def test_the_door_loads_nothing_heavy():
    code = (
        "import sys, qbench.assignment as q; heavy = {'scipy', 'torch', 'qiskit', 'numba'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
