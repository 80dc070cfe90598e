"""Searches on the true value: local search from Master-AP, and from several starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.assignment import LocalSearch
from qbench.papers.hqcnn.baselines import balanced_pilots
from qbench.papers.hqcnn.master_ap import master_ap

if TYPE_CHECKING:
    from qbench._arrays import IntArray
    from qbench.assignment import Solution
    from qbench.papers.hqcnn.problem import PilotAssignment

STEPS = 200
"""Most steps of a local search."""
STARTS = 5
"""Balanced starts beside Master-AP."""


def local_search(problem: PilotAssignment, start: IntArray | None = None) -> Solution:
    """Return what the best single moves and swaps make of `start` (*B, K), without one of `master_ap`; draws nothing.

    `LocalSearch` with at most 200 steps. Raises ValueError for a start that the problem does not take.
    """
    begin = master_ap(problem.beta, problem.n_choices) if start is None else start
    return LocalSearch(sweeps=STEPS).improve(problem, begin)


def multistart(problem: PilotAssignment, rng: np.random.Generator) -> IntArray:
    """Return pilots (*B, K), the best of `local_search` from Master-AP and from five balanced draws; ties to the first.

    Raises TypeError for another generator.
    """
    best = local_search(problem)
    pilots, value = best.assignment, best.value
    for _ in range(STARTS):
        found = local_search(problem, balanced_pilots(rng, pilots.shape, problem.n_choices))
        better = found.value > value
        pilots = np.where(better[..., np.newaxis], found.assignment, pilots)
        value = np.where(better, found.value, value)
    return pilots
