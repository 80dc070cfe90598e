"""The linear and the occupancy problem as mixed-integer programs."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from qbench._check import in_interval
from qbench.assignment.solution import NotApplicableError, scored, structure

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray
    from qbench.assignment.problem import AssignmentProblem
    from qbench.assignment.solution import Budget, Solution

LARGEST = 10
"""Weights are scaled, by a power of two, to below 2**LARGEST: HiGHS stops at an absolute gap of 1e-6."""


@dataclass(frozen=True)
class Milp:
    """Solve by branch and bound, instance by instance: HiGHS through `scipy.optimize.milp`. Any capacities, any sign.

    Linear weights: maximise sum_ij w_ij u_ij over binary u with sum_j u_ij = 1 and sum_i u_ij <= Q_j.

    Occupancy weights: y_jn = 1 where choice j holds exactly n agents, n = 1 to min(Q_j, I), binary; z_ijn >= 0, the
    part of agent i on choice j when it holds n. Maximise sum_ijn w_ij z_ijn / n subject to

        sum_jn z_ijn = 1 for every i,  sum_n y_jn <= 1 for every j,  sum_i z_ijn = n y_jn,  z_ijn <= y_jn.

    Proof that this is the problem: an assignment gives y and z of the same value. Conversely fix a feasible y. What is
    left for z is a transportation problem: agents supply 1 each, choice j demands its n. Its vertices are whole, so
    some optimal z is an assignment with these occupancies, whose value is the objective. The sign of w plays no part.
    (Binary u_ij with z_ijn <= u_ij say the same, but their relaxation is weak: 100 times slower at 8 agents on
    5 choices. Summed over n, the third condition says sum_n n y_jn = sum_n sum_i z_ijn.) The assignment is then read
    off y by one matching, so no rounding of z can hurt.

    Proven means that HiGHS closed the gap: to 0 relative, and to 1e-9 of the largest |weight| absolute, below which two
    assignments count as equal. Which of several optima comes back is HiGHS's choice, the same at every call.

    time_limit: seconds for each instance, inf for none. Raises NotApplicableError without such weights, and where HiGHS
    proves no optimum in time; ValueError unless time_limit > 0.
    """

    time_limit: float = 60.0

    name: ClassVar[str] = "milp"
    needs: ClassVar[frozenset[str]] = frozenset({"linear", "occupancy"})

    def __post_init__(self) -> None:
        in_interval("time_limit (seconds)", self.time_limit, 0.0, math.inf, lo_open=True)

    def solve(self, problem: AssignmentProblem, budget: Budget, rng: np.random.Generator) -> Solution:  # noqa: ARG002
        """Return an optimal assignment per instance, scored once."""
        started = time.perf_counter()
        limits = np.full(problem.n_choices, problem.n_agents)
        if problem.capacity is not None:
            limits = np.minimum(limits, problem.capacity)
        linear = structure(self, problem) == "linear"
        weights = np.asarray(problem.linear if linear else problem.occupancy, dtype=np.float64)
        model = _Linear(problem.n_agents, limits) if linear else _Occupancy(problem.n_agents, limits)
        assignment = np.empty((*problem.batch, problem.n_agents), dtype=np.int64)
        for at in np.ndindex(problem.batch):
            assignment[at] = self._one(weights[at], model, at)
        return scored(problem, assignment, evaluations=1, started=started, optimal=True)

    def _one(self, weights: FloatArray, model: _Linear | _Occupancy, at: tuple[int, ...]) -> IntArray:
        from scipy.optimize import Bounds, milp

        exponent = int(np.frexp(np.abs(weights).max())[1])
        scaled = np.ldexp(weights, LARGEST - exponent)
        found = milp(
            -model.objective(scaled),
            integrality=model.whole,
            bounds=Bounds(0, 1),
            constraints=model.constraint,
            options={"mip_rel_gap": 0.0, "time_limit": self.time_limit},
        )
        if found.status != 0:
            where = f"instance {at}" if at else "the problem"
            raise NotApplicableError(
                f"milp proved no optimum of {where} ({len(weights)} agents, {weights.shape[1]} choices) within "
                f"{self.time_limit:g} s: HiGHS says {found.message!r}; raise time_limit or use a heuristic"
            )
        return model.assignment(scaled, found.x)


class _Linear:
    """Variables u (agents, choices)."""

    def __init__(self, n_agents: int, limits: IntArray) -> None:
        from scipy.optimize import LinearConstraint
        from scipy.sparse import eye_array, kron, vstack

        n_choices = len(limits)
        rows = vstack(
            (
                kron(eye_array(n_agents), np.ones((1, n_choices))),
                kron(np.ones((1, n_agents)), eye_array(n_choices)),
            )
        )
        low = np.concatenate((np.ones(n_agents), np.zeros(n_choices)))
        self.constraint: Any = LinearConstraint(rows, low, np.concatenate((np.ones(n_agents), limits)))
        self.whole = np.ones(n_agents * n_choices)

    def objective(self, weights: FloatArray) -> FloatArray:
        return weights.ravel()

    def assignment(self, weights: FloatArray, x: FloatArray) -> IntArray:
        picked: IntArray = np.argmax(x.reshape(weights.shape), axis=1).astype(np.int64, copy=False)
        return picked


class _Occupancy:
    """Variables y (P,) and z (agents, P); p = 0 to P - 1 runs over the pairs of a choice and its occupancy."""

    def __init__(self, n_agents: int, limits: IntArray) -> None:
        from scipy.optimize import LinearConstraint
        from scipy.sparse import block_array, csr_array, eye_array, kron

        self.choice = np.repeat(np.arange(len(limits)), limits)
        self.n = np.concatenate([np.arange(1, limit + 1) for limit in limits])
        pairs = len(self.n)
        of_choice = csr_array((np.ones(pairs), (self.choice, np.arange(pairs))))
        one = eye_array(pairs)
        rows = block_array(
            [
                [None, kron(eye_array(n_agents), np.ones((1, pairs)))],
                [of_choice, None],
                [-csr_array(np.diag(self.n)), kron(np.ones((1, n_agents)), one)],
                [kron(-np.ones((n_agents, 1)), one), eye_array(n_agents * pairs)],
            ]
        )
        sizes = (n_agents, len(limits), pairs, n_agents * pairs)
        low = np.repeat([1.0, 0.0, 0.0, -1.0], sizes)
        self.constraint: Any = LinearConstraint(rows, low, np.repeat([1.0, 1.0, 0.0, 0.0], sizes))
        self.whole = np.repeat([1.0, 0.0], (pairs, n_agents * pairs))

    def objective(self, weights: FloatArray) -> FloatArray:
        return np.concatenate((np.zeros(len(self.n)), (weights[:, self.choice] / self.n).ravel()))

    def assignment(self, weights: FloatArray, x: FloatArray) -> IntArray:
        from scipy.optimize import linear_sum_assignment

        chosen = np.flatnonzero(x[: len(self.n)] > 0.5)
        place = np.repeat(chosen, self.n[chosen])
        columns = linear_sum_assignment(weights[:, self.choice[place]] / self.n[place], maximize=True)[1]
        return np.asarray(self.choice[place[columns]], dtype=np.int64)
