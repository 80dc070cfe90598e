"""assignment: time, optimality gap and evaluations of every solver on one batch of the occupancy problem."""

from __future__ import annotations

from qbench.evidence.threads import pin_environment

pin_environment()

import numpy as np  # noqa: E402 - thread pools read the environment when numpy loads

from qbench.assignment import (  # noqa: E402
    SOLVERS,
    Budget,
    CustomAssignment,
    NotApplicableError,
    OccupancyAssignment,
    OccupancyVectors,
    SimulatedAnnealing,
)

SEED = 20_260_211
BATCH, AGENTS, CHOICES, CAPACITY = 10, 8, 5, 3
EVALUATIONS = 2048
EXACT = frozenset({"enumeration", "occupancy-vectors", "hungarian", "milp"})
BY_NAME = {solver.name: solver for solver in SOLVERS}


def instances(batch: int, agents: int = AGENTS, choices: int = CHOICES) -> OccupancyAssignment:
    """Return a batch of occupancy problems with exponential weights, the same in every run."""
    weights = np.random.default_rng(SEED).exponential(size=(batch, agents, choices))
    return OccupancyAssignment(weights, [CAPACITY] * choices)


class Solvers:
    """Every solver on ten instances of 8 by 5, at most 3 on a choice; the inexact ones with 2048 evaluations."""

    params = (sorted(BY_NAME),)
    param_names = ("solver",)

    def setup(self, name):
        self.problem = instances(BATCH)
        self.solver = BY_NAME[name]
        self.budget = Budget(None if name in EXACT else EVALUATIONS)
        self.best = OccupancyVectors().solve(self.problem, Budget(), np.random.default_rng(SEED)).value
        try:
            # Once beforehand: what is compiled at the first solve is no part of the time.
            self._solve()
        except NotApplicableError as why:
            # asv leaves out what is not implemented.
            raise NotImplementedError(str(why)) from why

    def _solve(self):
        return self.solver.solve(self.problem, self.budget, np.random.default_rng(SEED))

    def time_solve(self, name):
        self._solve()

    def track_optimality_gap(self, name):
        # Sums of equal assignments may differ in the last bits: that is no gap.
        return round(float(1.0 - self._solve().value.sum() / self.best.sum()), 12)

    def track_evaluations(self, name):
        return self._solve().evaluations

    track_optimality_gap.unit = "share of the optimum"
    track_evaluations.unit = "evaluations an instance"


class Annealing:
    """102,400 steps on 25 instances of 4 by 4, compiled, and 1,024 where every step asks the problem."""

    params = (["compiled", "asking"],)
    param_names = ("walk",)

    def setup(self, walk):
        weighted = instances(25, 4, 4)
        asking = CustomAssignment(4, 4, weighted.value, weighted.capacity, batch=weighted.batch)
        self.problem, self.budget = (weighted, Budget(102_400)) if walk == "compiled" else (asking, Budget(1024))
        SimulatedAnnealing().solve(self.problem, Budget(100), np.random.default_rng(SEED))

    def time_solve(self, walk):
        SimulatedAnnealing().solve(self.problem, self.budget, np.random.default_rng(SEED))
