"""Algorithm 4 of J, the search that the papers' network is compared with, in four readings.

As printed it does nothing useful. `while |S| <= N_AP` still holds at |S| = N_AP, where no AP is left to choose; "Set
j* u S" assigns nothing; the argmax runs over all APs and over gamma, the matrix to be found and still 0, instead of
Gamma; gamma_kj is gamma_jk of (7); Gamma_{j -> k} is defined with the index m (ERR-15). Corrected:

    S = {}; while |S| < M: for k = 0..K-1, until |S| = M: j = argmax of Gamma_{j -> k} over j not in S; a_j = k; S += j

In two readings of its interference Gamma_{j -> k} increases with ||h_jk||^2:
(a) if towards user k every AP has its beam to k, then with x_j = ||h_jk||^2 and T their sum Gamma = rho x_j/(rho mu
(T - x_j) + 1); (b) if only APs that already have a user disturb, its denominator is the same for all j. The argmax is
then the strongest free AP: users take turns, and mu and rho have no say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench import radio
from qbench.papers.cloud_qnn.assignment import require_enough_aps
from qbench.papers.cloud_qnn.rates import SILENT
from qbench.radio._arguments import complex_array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray


class NoTerminationError(RuntimeError):
    """The loop of Algorithm 4 as printed: its condition still holds and no access point is left."""


def strengths(h_hat: ArrayLike) -> FloatArray:
    """Return ||h_mk||^2 (..., M, K) of channels (..., M, K, J), power ratios: the gain of maximum ratio towards k."""
    h = complex_array("h_hat", h_hat, ndim_at_least=3, hint="shape is (*batch, APs, users, antennas)")
    return radio.beam_gain(h, radio.maximum_ratio(h))


def round_robin(h_hat: ArrayLike) -> IntArray:
    """Return the assignment (..., M) of Algorithm 4, corrected: users take their strongest free AP in turn.

    `h_hat`: known channels (..., M, K, J). Ties go to the lowest AP. User 0 gets two of four APs when there are three
    users. Feasible for K <= M; raises ValueError for more users than APs, and for bad channels.
    """
    return _turns(strengths(h_hat), rounds=None)


def one_pass(h_hat: ArrayLike) -> IntArray:
    """Return the assignment (..., M) where every user takes one AP and the M - K others stay `SILENT`.

    Shapes and errors as `round_robin`.
    """
    return _turns(strengths(h_hat), rounds=1)


def printed_search(n_ap: int, n_user: int) -> IntArray:
    """Return the assignment (M,) of line 6 as written, with a loop that ends: the argmax of an empty gamma.

    All entries of gamma are equal, so ties decide, and users take turns in the order of the APs: (0, 1, 2, 0) for
    M = 4, K = 3, whatever the channel. A control, never a baseline. The reading "printed" gives it beams without
    conjugate (`rates.mr_table` with conjugate=False), "printed_conj" with. Raises ValueError for more users than APs.
    """
    require_enough_aps(n_ap, n_user)
    return np.arange(n_ap, dtype=np.int64) % n_user


def printed_loop(strength: FloatArray) -> IntArray:
    """Run the loop of Algorithm 4 under its printed condition, |S| <= N_AP, on strengths (M, K).

    Everything else is corrected. It never returns: when all APs are taken the condition still holds, and the argmax is
    over nothing. Raises NoTerminationError there, and ValueError for an array of other shape.
    """
    if strength.ndim != 2:
        raise ValueError(f"strength must have shape (APs, users), got {strength.shape}; give one channel")
    n_ap, n_user = strength.shape
    assignment = np.full(n_ap, SILENT, dtype=np.int64)
    taken: list[int] = []
    while len(taken) <= n_ap:
        for k in range(n_user):
            free = [j for j in range(n_ap) if j not in taken]
            if not free:
                raise NoTerminationError(
                    f"|S| = {len(taken)} and the loop runs while |S| <= {n_ap}: there is no AP left for user {k}; use "
                    "round_robin, which stops at |S| = N_AP"
                )
            best = max(free, key=lambda j: strength[j, k])
            assignment[best] = k
            taken.append(best)
    return assignment


def _turns(strength: FloatArray, rounds: int | None) -> IntArray:
    n_ap, n_user = strength.shape[-2:]
    require_enough_aps(n_ap, n_user)
    free = strength.copy()
    assignment = np.full(strength.shape[:-1], SILENT, dtype=np.int64)
    for turn in range(n_ap if rounds is None else rounds * n_user):
        k = turn % n_user
        best = np.argmax(free[..., k], axis=-1)[..., np.newaxis]
        np.put_along_axis(assignment, best, k, axis=-1)
        np.put_along_axis(free, best[..., np.newaxis], -np.inf, axis=-2)
    return assignment
