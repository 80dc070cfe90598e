"""The mean loss of a policy that chooses the user of each access point (AP) at random, exact, with its derivatives.

AP m serves user k with probability p_mk, independent of the other APs. Over all K^M assignments

    E = sum_a prod_m p_m,a_m L(a),    dE/dp_mk = G_mk = E[L | a_m = k],

and with p = softmax(s), dE/ds_mk = p_mk (G_mk - E). All sums run user after user, AP after AP: their bits depend on no
batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.papers.cloud_qnn.rates import sum_last

if TYPE_CHECKING:
    from qbench._arrays import FloatArray


def softmax(scores: FloatArray) -> FloatArray:
    """Return exp(s_k) / sum_j exp(s_j) over the last axis of scores (..., K)."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / sum_last(raised)[..., np.newaxis])


def expected_loss(shares: FloatArray, losses: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return E (*B) and G (*B, M, K) of shares p (*B, M, K) and losses (*B, K^M), rows as `tables.every_assignment`.

    G is the mean loss given each choice. Units as the losses'. Raises ValueError where the shapes do not fit.
    """
    batch, (n_ap, n_user) = shares.shape[:-2], shares.shape[-2:]
    if losses.shape != (*batch, n_user**n_ap):
        raise ValueError(
            f"losses must be {(*batch, n_user**n_ap)}, one for each of {n_user}^{n_ap} assignments, got {losses.shape} "
            f"for shares {shares.shape}"
        )
    # means[m]: the mean over the users of APs m, m + 1, ..., one axis of users left for each AP before them.
    means = [losses.reshape(*batch, *(n_user,) * n_ap)]
    for m in reversed(range(n_ap)):
        means.append(_last_mean(means[-1], shares[..., m, :], m))
    means.reverse()
    given = np.empty(shares.shape)
    for m in range(n_ap):
        rest = means[m + 1]
        for before in range(m):
            rest = _first_mean(rest, shares[..., before, :], len(batch), m - before)
        given[..., m, :] = rest
    return means[0], given


def score_slopes(shares: FloatArray, given: FloatArray) -> FloatArray:
    """Return dE/ds (*B, M, K) of shares p and conditional means G (*B, M, K): p (G - sum_k p_k G_k)."""
    mean = sum_last(shares * given)[..., np.newaxis]
    return np.asarray(shares * (given - mean))


def _last_mean(values: FloatArray, share: FloatArray, axes: int) -> FloatArray:
    """Return the mean over the last axis of values (*B, K, ..., K), which has `axes` axes of users before it."""
    result = np.zeros(values.shape[:-1])
    for k in range(values.shape[-1]):
        result += values[..., k] * share[..., k].reshape(share.shape[:-1] + (1,) * axes)
    return result


def _first_mean(values: FloatArray, share: FloatArray, start: int, axes: int) -> FloatArray:
    """Return the mean over axis number `start` of values (*B, K, ..., K), with `axes` axes of users behind it."""
    result = np.zeros((*values.shape[:start], *values.shape[start + 1 :]))
    for k in range(values.shape[start]):
        result += np.take(values, k, axis=start) * share[..., k].reshape(share.shape[:-1] + (1,) * axes)
    return result
