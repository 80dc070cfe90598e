"""Classical assignments of APs to users beside the papers' search: fixed, random, greedy, and by matchings.

All take known channels h_hat (*B, M, K, J) or sizes, and return assignments (*B, M) of users 0..K-1. Exhaustive and
local search are in `assignment`, Algorithm 4 in `search`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench import radio
from qbench._check import positive_int
from qbench.assignment import Budget, Hungarian, LinearAssignment
from qbench.papers.cloud_qnn.assignment import assignment_problem, require_enough_aps
from qbench.papers.cloud_qnn.rates import SILENT, assigned_rates
from qbench.papers.cloud_qnn.search import strengths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray


def best_user(h_hat: ArrayLike) -> IntArray:
    """Return, for every AP, the user of its strongest channel, argmax_k ||h_mk||^2, (*B, M); may leave users unserved.

    The one-parameter scorer that follows the users when they are renamed. Ties go to the lowest user.
    """
    best: IntArray = np.argmax(strengths(h_hat), axis=-1).astype(np.int64, copy=False)
    return best


def random_assignment(rng: np.random.Generator, shape: Sequence[int], n_user: int) -> IntArray:
    """Draw a user for every AP, uniform and independent, shape (..., M); may leave users unserved.

    Raises ValueError for a length or a number of users below 1.
    """
    lengths = tuple(positive_int("every length in shape", length) for length in shape)
    return rng.integers(positive_int("n_user", n_user), size=lengths, dtype=np.int64)


def static_assignment(n_ap: int, n_user: int) -> IntArray:
    """Return (0, 1, ..., K - 1, K - 1, ...), (M,): the last user has the extra APs; (0, 1, 2, 2) for M = 4, K = 3.

    Raises ValueError for more users than APs.
    """
    require_enough_aps(n_ap, n_user)
    return np.minimum(np.arange(n_ap, dtype=np.int64), n_user - 1)


def all_to_one(n_ap: int, user: int = 0) -> IntArray:
    """Return (user, ..., user), (M,): a control that breaks J(8c), whose sum rate grows without limit in the SNR."""
    return np.full(positive_int("n_ap", n_ap), positive_int("user", user, least=0), dtype=np.int64)


def hungarian_greedy(h_hat: ArrayLike, table: FloatArray, *, snr: ArrayLike, interference: ArrayLike) -> IntArray:
    """Return the matching of largest sum_k log2(1 + rho ||h_mk||^2), extra APs added greedily, (*B, M); polynomial.

    One AP a user by the Hungarian method on rates without interference; then each other AP, in order, joins the user
    that leaves the lowest rate highest, on the `rates.gain_table` `table` (*B, M, K, K) with those still to come
    silent; ties go to the lowest user. `snr` and `interference` broadcast to B. Raises ValueError for more users than
    APs, and as `assignment_problem`.
    """
    weights = _weights(h_hat, table, snr, interference)
    return _with_extras(_match(weights), table, snr=snr, interference=interference)


def bottleneck(h_hat: ArrayLike, table: FloatArray, *, snr: ArrayLike, interference: ArrayLike) -> IntArray:
    """Return a matching whose weakest ||h_mk||^2 is as strong as possible, extra APs added greedily, (*B, M).

    Among such matchings the one of largest sum of rates without interference. By bisection over the M K strengths of a
    channel, each step a Hungarian matching. Arguments, extras and errors as `hungarian_greedy`.
    """
    weights = _weights(h_hat, table, snr, interference)
    n_user = weights.shape[-2]
    levels = np.sort(weights.reshape(*weights.shape[:-2], -1), axis=-1)
    low = np.zeros(weights.shape[:-2], dtype=np.int64)  # a matching at or above levels[low] exists
    high = np.full_like(low, levels.shape[-1])
    while np.any(high - low > 1):
        middle = (low + high) // 2
        level = np.take_along_axis(levels, middle[..., np.newaxis], axis=-1)
        allowed = weights >= level[..., np.newaxis]
        complete = _total(allowed.astype(np.float64), _match(allowed.astype(np.float64))) == n_user
        low, high = np.where(complete, middle, low), np.where(complete, high, middle)
    level = np.take_along_axis(levels, low[..., np.newaxis], axis=-1)[..., np.newaxis]
    # One forbidden link costs more than all others can earn.
    cost = 1.0 + n_user * levels[..., -1:, np.newaxis]
    found = _match(np.where(weights >= level, weights, -cost))
    return _with_extras(found, table, snr=snr, interference=interference)


def _weights(h_hat: ArrayLike, table: FloatArray, snr: ArrayLike, interference: ArrayLike) -> FloatArray:
    """Return log2(1 + rho ||h_mk||^2) as (*B, K, M): users are the rows of the matching."""
    problem = assignment_problem(table, snr=snr, interference=interference)
    strength = strengths(h_hat)
    expected = (*problem.batch, problem.n_agents, problem.n_choices)
    if strength.shape != expected:
        raise ValueError(
            f"h_hat and table must be of the same network, got shapes {np.shape(h_hat)} and {np.shape(table)}"
        )
    rho = np.broadcast_to(np.asarray(snr, dtype=np.float64), problem.batch)[..., np.newaxis, np.newaxis]
    return np.swapaxes(radio.spectral_efficiency(rho * strength), -1, -2)


def _match(weights: FloatArray) -> IntArray:
    """Return the AP (*B, K) of every user in a matching of largest total weight (*B, K, M)."""
    one_each = LinearAssignment(weights, np.ones(weights.shape[-1], dtype=np.int64))
    return Hungarian().solve(one_each, Budget(), np.random.default_rng(0)).assignment  # draws nothing


def _total(weights: FloatArray, aps: IntArray) -> FloatArray:
    return np.asarray(np.take_along_axis(weights, aps[..., np.newaxis], axis=-1)[..., 0].sum(axis=-1))


def _with_extras(aps: IntArray, table: FloatArray, *, snr: ArrayLike, interference: ArrayLike) -> IntArray:
    """Return the assignment (*B, M) in which user k has AP aps[..., k], and every other AP joins a user greedily."""
    n_ap, n_user = table.shape[-3], table.shape[-1]
    assignment = np.full((*aps.shape[:-1], n_ap), SILENT, dtype=np.int64)
    np.put_along_axis(assignment, aps, np.broadcast_to(np.arange(n_user), aps.shape), axis=-1)
    rho = np.broadcast_to(np.asarray(snr, dtype=np.float64), aps.shape[:-1])[..., np.newaxis]
    mu = np.broadcast_to(np.asarray(interference, dtype=np.float64), aps.shape[:-1])[..., np.newaxis]
    for m in range(n_ap):
        waits = assignment[..., m] == SILENT
        if not waits.any():
            continue
        options = np.repeat(assignment[..., np.newaxis, :], n_user, axis=-2)
        options[..., m] = np.arange(n_user)
        lowest = assigned_rates(table, options, snr=rho, interference=mu).min(axis=-1)
        assignment[..., m] = np.where(waits, np.argmax(lowest, axis=-1), assignment[..., m])
    return assignment
