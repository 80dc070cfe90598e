"""The best of many candidates per instance, and the neighbours of an assignment: shared by every search."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from qbench._arrays import BoolArray, FloatArray, IntArray
    from qbench.assignment.problem import AssignmentProblem

BLOCK_ENTRIES = 2**21
"""Integers in one block of candidates, over all instances: 16 MiB."""


def block_rows(problem: AssignmentProblem) -> int:
    """Return how many candidates per instance keep a block within BLOCK_ENTRIES; at least 1."""
    return max(1, BLOCK_ENTRIES // (math.prod(problem.batch) * problem.n_agents))


def scores(problem: AssignmentProblem, candidates: IntArray) -> FloatArray:
    """Return the values (*batch, k) of candidates (*batch, k, agents), -inf where they are infeasible."""
    return np.where(problem.feasible(candidates), problem.value(candidates), -np.inf)


@dataclass(frozen=True, eq=False)
class Best:
    """The best candidate so far: assignment (*batch, agents), score (*batch,), -inf where none was feasible."""

    assignment: IntArray
    score: FloatArray

    @classmethod
    def of(cls, problem: AssignmentProblem, candidates: IntArray) -> Best:
        """Return, per instance, the first of the best feasible candidates (*batch, k >= 1, agents)."""
        return cls.pick(candidates, scores(problem, candidates))

    @classmethod
    def pick(cls, candidates: IntArray, score: FloatArray) -> Best:
        """Return, per instance, the first of the highest scores (*batch, k) of candidates (*batch, k >= 1, agents)."""
        pick = np.argmax(score, axis=-1)[..., None]
        assignment = np.take_along_axis(candidates, pick[..., None], axis=-2)[..., 0, :]
        return cls(assignment, np.take_along_axis(score, pick, axis=-1)[..., 0])

    def replaced(self, other: Best, where: BoolArray) -> Best:
        """Return `other` for the instances `where`, and this one elsewhere."""
        return Best(
            np.where(where[..., None], other.assignment, self.assignment), np.where(where, other.score, self.score)
        )

    def or_better(self, other: Best) -> Best:
        """Return the better of the two per instance; on a tie this one."""
        return self.replaced(other, other.score > self.score)

    def improved_by(self, other: Best) -> BoolArray:
        """Return where `other` is better by more than rounding (1e-12 of this score).

        Without that margin two assignments of equal value whose terms add in another order could swap back and forth.
        """
        margin = 1e-12 * np.abs(np.where(np.isneginf(self.score), 0.0, self.score))
        better: BoolArray = other.score > self.score + margin
        return better


def n_neighbours(n_agents: int, n_choices: int) -> int:
    """Return how many moves of one agent and swaps of two there are."""
    return n_agents * (n_choices - 1) + n_agents * (n_agents - 1) // 2


def neighbours(a: IntArray, n_choices: int, start: int, stop: int) -> IntArray:
    """Return neighbours `start` to `stop` - 1 of `a` (*batch, agents): shape (*batch, stop - start, agents).

    The order: first agent 0 on each other choice, rising, then agent 1, ...; after these moves the swaps of agents
    (0, 1), (0, 2), ..., (1, 2), ... A swap within one choice repeats `a`.
    """
    n_agents = a.shape[-1]
    n_moves = n_agents * (n_choices - 1)
    out = np.repeat(a[..., None, :], stop - start, axis=-2)
    moves = np.arange(start, min(stop, n_moves))
    if moves.size:
        agent, rank = np.divmod(moves, n_choices - 1)
        # The rank counts the other choices: from the current one on, the index is one higher.
        out[..., moves - start, agent] = rank + (rank >= a[..., agent])
    swaps = np.arange(max(start, n_moves), stop)
    if swaps.size:
        first, second = (side[swaps - n_moves] for side in np.triu_indices(n_agents, 1))
        out[..., swaps - start, first] = a[..., second]
        out[..., swaps - start, second] = a[..., first]
    return out
