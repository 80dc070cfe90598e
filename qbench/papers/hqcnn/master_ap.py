"""Pilots chosen at every user's strongest access point: the paper's "MPA" [5], and the teacher of its networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import one_of, positive_int
from qbench.papers.hqcnn.system import gains

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import IntArray

ORDERS = ("index", "gain")


def master_ap(beta: ArrayLike, n_pilot: int, *, order: str = "index") -> IntArray:
    """Return pilots (*B, K) for gains (*B, M, K), user by user.

    The first tau users take pilots 0..tau-1. Every later one takes, at its master m* = argmax_m beta_mk, the pilot with
    the least sum of beta_{m* j} over the users j that have it already. Ties go to the lowest index. `order`: users by
    "index", or by falling sum of gains, "gain" (ours: the paper names no order). Raises ValueError for bad gains,
    another order, and fewer pilots than one.
    """
    own = gains("beta", np.asarray(beta, dtype=np.float64))
    tau, n_user = positive_int("n_pilot", n_pilot), own.shape[-1]
    rank = np.broadcast_to(np.arange(n_user), (*own.shape[:-2], n_user))
    if one_of("order", order, ORDERS) == "gain":
        total = np.zeros(rank.shape)
        for m in range(own.shape[-2]):
            total += own[..., m, :]
        rank = np.argsort(-total, axis=-1, kind="stable")
    # Users in their turn: column i is the i-th to choose.
    turn = np.take_along_axis(own, rank[..., np.newaxis, :], axis=-1)
    chosen = np.broadcast_to(np.arange(n_user), rank.shape).copy()
    for i in range(tau, n_user):
        master = np.argmax(turn[..., i], axis=-1)[..., np.newaxis, np.newaxis]
        heard = np.take_along_axis(turn, master, axis=-2)[..., 0, :]
        load = np.zeros((*rank.shape[:-1], tau))
        for j in range(i):
            load += np.where(chosen[..., j, np.newaxis] == np.arange(tau), heard[..., j, np.newaxis], 0.0)
        chosen[..., i] = np.argmin(load, axis=-1)
    a = np.empty_like(chosen)
    np.put_along_axis(a, rank, chosen, axis=-1)
    return a
