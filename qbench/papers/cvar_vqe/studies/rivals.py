"""What costs less than a quantum circuit: exact, greedy and random methods on the same networks, at stated budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from qbench.assignment import Budget, CrossEntropy, Greedy, LocalSearch, RandomSearch, SimulatedAnnealing
from qbench.papers.cvar_vqe.energies import landscapes
from qbench.papers.cvar_vqe.instances import replicate, scaled
from qbench.radio import spawn

if TYPE_CHECKING:
    from qbench.assignment import Solver
    from qbench.papers._study import Columns, Params, Streams

DRAWS = (1, 4, 16, 64, 256, 1024)
"""How many uniform feasible associations B0 tries."""

STREAM = "cvar_vqe/rivals"


def rivals(params: Params, streams: Streams, units: range) -> Columns:
    """Baselines B0-B3, B6 and B8 on replicates of the networks of the study `vqe`.

    Params: PHYSICS, SIZE, and `evaluations` and `shots` of one CVaR-VQE run, whose product is the budget of samples.
    Random strings are one-hot. Columns, means over the instances in bit/s/Hz, and the same with suffix _per_vehicle and
    _share: opt (B3, Hungarian or occupancy vectors); z_greedy (B1); z_local (B2, greedy and local search);
    z_random_m (B0, best of m uniform feasible associations), z_random_budget; z_strings_budget (best feasible of as
    many uniform strings); z_annealing_100, _1000, _budget (B6); z_cross_entropy_budget (B8, the classical twin:
    independent categorical laws, elite fraction 0.25, `shots` draws an iteration).
    """
    shots = cast("int", params["shots"])
    budget = shots * cast("int", params["evaluations"])
    solvers: dict[str, tuple[Solver, int | None]] = {
        "greedy": (Greedy(), None),
        "local": (LocalSearch(), None),
        **{f"random_{m}": (RandomSearch(), m) for m in DRAWS},
        "random_budget": (RandomSearch(), budget),
        "annealing_100": (SimulatedAnnealing(), 100),
        "annealing_1000": (SimulatedAnnealing(), 1000),
        "annealing_budget": (SimulatedAnnealing(), budget),
        "cross_entropy_budget": (CrossEntropy(elite=0.25, samples=shots), budget),
    }
    rows: dict[str, list[float]] = {}
    for unit in units:
        instances = replicate(params, streams, unit)
        rngs = spawn(streams.rng("algorithm", unit, stream=STREAM), len(solvers) + 1)
        row = {"opt": float(instances.optimum.mean())}
        for (name, (solver, evaluations)), rng in zip(solvers.items(), rngs, strict=False):
            solution = solver.solve(instances.problem, Budget(evaluations), rng)
            row[f"z_{name}"] = float(np.where(solution.feasible, solution.value, 0.0).mean())
        strings = [
            float(land.rate[rng.integers(0, land.rate.size, budget)].max())
            for land, rng in zip(
                landscapes(instances, "onehot", 2.0), spawn(rngs[-1], len(instances.weights)), strict=True
            )
        ]
        row["z_strings_budget"] = float(np.mean(strings))
        for name, value in (row | scaled(row, instances)).items():
            rows.setdefault(name, []).append(value)
    return {name: np.array(values) for name, values in rows.items()}
