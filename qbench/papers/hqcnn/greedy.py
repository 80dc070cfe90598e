"""Greedy pilot assignment of Ngo et al. 2017, Algorithm 1 there: the paper's "GPA" [4]."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import IntArray
    from qbench.papers.hqcnn.problem import PilotAssignment


def greedy(problem: PilotAssignment, start: ArrayLike) -> IntArray:
    """Return pilots (*B, K), from `start` (*B, K) in at most K steps, each for the user of the lowest rate.

    It takes the pilot on which the others are weakest, argmin_t sum_m sum_{j != k, a_j = t} beta_mj. Where that is the
    one it has the search has come to rest: nothing is left to change. Ties go to the lowest index. The sum rate may
    fall: it is the lowest rate that the method is after, and no step checks either. Raises ValueError for a start of
    another shape or with pilots that are not there.
    """
    a = np.array(start)
    strength = np.zeros((*problem.batch, problem.n_agents))
    for m in range(problem.beta.shape[-2]):
        strength += problem.beta[..., m, :]
    for _ in range(problem.n_agents):
        rates = problem.rates(a[..., np.newaxis, :])[..., 0, :]
        worst = np.argmin(rates, axis=-1)[..., np.newaxis]
        others = np.where(np.arange(problem.n_agents) == worst, 0.0, strength)
        load = np.zeros((*problem.batch, problem.n_choices))
        for j in range(problem.n_agents):
            load += np.where(a[..., j, np.newaxis] == np.arange(problem.n_choices), others[..., j, np.newaxis], 0.0)
        to = np.argmin(load, axis=-1)[..., np.newaxis]
        if np.array_equal(np.take_along_axis(a, worst, axis=-1), to):
            break
        np.put_along_axis(a, worst, to, axis=-1)
    return a.astype(np.int64, copy=False)
