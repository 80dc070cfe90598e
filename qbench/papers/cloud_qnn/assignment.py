"""Problem (8) of J, (7) of G, as a problem that any solver of `qbench.assignment` takes: APs are agents, users choices.

The value of an assignment is the lowest rate of a user, or the sum of the rates, with the beams of a `rates.gain_table`
(bit/s/Hz; larger is better). J(8c), every user has an AP, is the problem's constraint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, one_of
from qbench.assignment import Budget, CustomAssignment, Enumeration, LocalSearch
from qbench.papers.cloud_qnn.rates import assigned_rates, check_interference, check_snr, feasible, served, sum_last

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import BoolArray, FloatArray, IntArray
    from qbench.assignment import Solution

OBJECTIVES = ("min_rate", "sum_rate")


def assignment_problem(
    table: ArrayLike,
    *,
    snr: ArrayLike,
    interference: ArrayLike,
    objective: str = "min_rate",
    graded: bool = False,
) -> CustomAssignment:
    """Return J(8) for the channels of a `rates.gain_table` (*B, M, K, K).

    `snr` and `interference` broadcast to B. `objective`: "min_rate", as (8a), or "sum_rate", as the abstracts and
    figures. The constraint (8c) leaves K! S(M, K) of K^M assignments, 36 of 81 for M = 4, K = 3. With `graded` nothing
    is forbidden, and an assignment that leaves users unserved is worth minus their number instead: less than any that
    serves all, whose value is at least 0, and a slope for searches that start from an infeasible one.
    Raises ValueError for more users than APs (nothing is feasible), bad shapes and values, and another objective.
    """
    gains = finite_array("table", table, ndim_at_least=3, hint="shape is (*batch, APs, users, users), see gain_table")
    one_of("objective", objective, OBJECTIVES)
    n_ap, n_user = gains.shape[-3], gains.shape[-1]
    require_enough_aps(n_ap, n_user)
    batch = gains.shape[:-3]
    rho = _per_channel("snr", check_snr(snr), batch)
    mu = _per_channel("interference", check_interference(interference), batch)

    def score(a: IntArray) -> FloatArray:
        rates = assigned_rates(gains, a, snr=rho, interference=mu)
        # A user without AP has rate 0: it adds nothing to the sum.
        value = np.asarray(rates.min(axis=-1) if objective == "min_rate" else sum_last(rates))
        if not graded:
            return value
        missing = n_user - np.count_nonzero(served(a, n_user), axis=-1)
        return np.where(missing > 0, -missing.astype(np.float64), value)

    def serves_all(a: IntArray) -> BoolArray:
        return feasible(a, n_user)

    return CustomAssignment(n_ap, n_user, score, allowed=None if graded else serves_all, batch=batch)


def exhaustive(table: ArrayLike, *, snr: ArrayLike, interference: ArrayLike, objective: str = "min_rate") -> Solution:
    """Return an optimal assignment of J(8) per channel, by enumeration; among equals the first in lexicographic order.

    "min_rate" is the optimum of (8). "sum_rate" is the largest sum over feasible assignments: over all K^M the sum has
    no finite limit in rho and is no optimum of (8). Arguments and errors as `assignment_problem`; NotApplicableError
    beyond 10^8 assignments.
    """
    problem = assignment_problem(table, snr=snr, interference=interference, objective=objective)
    return Enumeration().solve(problem, Budget(), np.random.default_rng(0))  # draws nothing


def local_search(table: ArrayLike, *, snr: ArrayLike, interference: ArrayLike, objective: str = "min_rate") -> Solution:
    """Return the assignment per channel that single moves and swaps of APs reach by `LocalSearch`, polynomial.

    It starts from all APs on user 0, made feasible by the graded objective; its value is the objective's. Arguments and
    errors as `assignment_problem`.
    """
    problem = assignment_problem(table, snr=snr, interference=interference, objective=objective, graded=True)
    return LocalSearch().solve(problem, Budget(), np.random.default_rng(0))  # draws nothing


def require_enough_aps(n_ap: int, n_user: int) -> None:
    """Raise ValueError where there are more users than APs: one user an AP cannot serve them all."""
    if n_user > n_ap:
        raise ValueError(
            f"every user needs an AP of its own, got {n_user} users and {n_ap} APs; use at most {n_ap} users or at "
            f"least {n_user} APs"
        )


def _per_channel(name: str, values: FloatArray, batch: tuple[int, ...]) -> FloatArray:
    try:
        return np.broadcast_to(values, batch)[..., np.newaxis]
    except ValueError:
        raise ValueError(
            f"{name} must be one number or broadcast to the channels {batch}, got shape {values.shape}"
        ) from None
