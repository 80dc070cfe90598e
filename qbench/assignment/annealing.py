"""Simulated annealing over moves of one agent and swaps of two."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from qbench._check import in_interval, positive_int
from qbench.assignment._arguments import occupancies
from qbench.assignment.random_search import uniform_feasible
from qbench.assignment.solution import scored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qbench._arrays import BoolArray, FloatArray, IntArray
    from qbench.assignment.problem import AssignmentProblem
    from qbench.assignment.solution import Budget, Solution

WARM = 64
"""Most steps that measure an instance's scale."""

BLOCK_UNIFORMS = 2**17
"""Random numbers drawn at once: 1 MiB, so that they stay in a core's own cache."""


@dataclass(frozen=True)
class SimulatedAnnealing:
    """Metropolis walk under geometric cooling (Kirkpatrick, Gelatt and Vecchi, Science 220, 671, 1983).

    Start: one uniform feasible assignment. A step proposes a neighbour and takes it where its value is larger by
    at least T log u, u uniform in (0, 1]. With probability `swaps` the neighbour is a swap: a uniform agent changes
    places with a uniform one of those on other choices. Else it is a move: a uniform agent goes to a uniform other
    choice or, where that is full, changes places with a uniform agent there. So no capacity is ever passed, every
    proposal has the same probability as the way back, and few repeat the assignment (none, but for a single choice,
    and for swaps while all agents stand on one). Constraints beyond the capacities: a proposal that breaks one is
    refused; only where no feasible start was found does the walk roam until it meets a feasible assignment.

    Scale: the first min(64, steps / 8) steps accept everything; their mean absolute change of value is the instance's
    unit of temperature. So adding a constant to the value or changing its unit changes no decision (but for rounding).
    Cooling: from there T falls geometrically from `start` to `end` units. An instance without any change, and one with
    fewer than 8 steps, walks at T = 0: never downhill.

    budget.evaluations, without one `evaluations`, is the number of assignments scored for every instance, exactly: the
    start and one a step, repeats and refused ones included. Returns the best seen (the first of equals). For linear or
    occupancy weights the walk is compiled (numba, at the first solve) and scores by the same sums as the problem
    itself; otherwise every step asks the problem, for the whole batch at once. Both ways take the same decisions. The
    same generator gives the same bits; instances draw apart, so one alone walks another way than in its batch.

    Tuned: `start`, `end` and `swaps` are the best of the 4 x 4 x 4 settings `qbench.assignment.tuning.ANNEALING` (start
    0.25 to 2, end 0.01 to 0.2, swaps 0 to 0.5), by the mean optimality gap, 0.26 %, over four families of 200
    exponential instances at 512, 2048 and 8192 evaluations each, drawn from a stream of their own,
    "assignment/tuning": 550 million assignments scored. The worst setting leaves 0.93 %.

    ValueError unless evaluations >= 1, 0 < end <= start < inf, and 0 <= swaps < 1.
    """

    evaluations: int = 8192
    start: float = 1.0
    end: float = 0.1
    swaps: float = 0.1

    name: ClassVar[str] = "simulated-annealing"
    needs: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        positive_int("evaluations", self.evaluations)
        in_interval("start", self.start, 0.0, math.inf, lo_open=True, hi_open=True)
        in_interval("end (at most start)", self.end, 0.0, self.start, lo_open=True)
        in_interval("swaps", self.swaps, 0.0, 1.0, hi_open=True)

    def solve(self, problem: AssignmentProblem, budget: Budget, rng: np.random.Generator) -> Solution:
        """Return one assignment per instance; never marked optimal."""
        started = time.perf_counter()
        total = self.evaluations if budget.evaluations is None else budget.evaluations
        walk = _Walk.begin(problem, rng, self.swaps)
        steps = total - 1
        warm = min(WARM, steps // 8)
        batch = len(walk.a)
        for first, last in _blocks(0, warm, batch):
            walk.advance(rng.random((last - first, batch, 4)), np.zeros(last - first), warm=True)
        walk.scale /= max(warm, 1)
        rate = math.log(self.end / self.start) / max(steps - warm - 1, 1)
        for first, last in _blocks(warm, steps, batch):
            heat = self.start * np.exp(rate * np.arange(first - warm, last - warm))
            walk.advance(rng.random((last - first, batch, 4)), heat, warm=False)
        best = walk.best.reshape(*problem.batch, problem.n_agents)
        return scored(problem, best, evaluations=total, started=started, optimal=False)


def _blocks(start: int, stop: int, batch: int) -> Iterator[tuple[int, int]]:
    rows = max(1, BLOCK_UNIFORMS // (4 * batch))
    for first in range(start, stop, rows):
        yield first, min(first + rows, stop)


@dataclass(eq=False)
class _Walk:
    """Where every one of B instances stands: a (B, agents), its value (B,), the best seen and its value."""

    problem: AssignmentProblem
    swaps: float
    room: IntArray
    a: IntArray
    n: IntArray
    value: FloatArray
    feasible: BoolArray
    best: IntArray
    top: FloatArray
    scale: FloatArray

    @classmethod
    def begin(cls, problem: AssignmentProblem, rng: np.random.Generator, swaps: float) -> _Walk:
        start = uniform_feasible(problem, 1, rng)
        a = start.reshape(-1, problem.n_agents)
        value = problem.value(start).ravel()
        feasible = problem.feasible(start).ravel()
        room = np.full(problem.n_choices, problem.n_agents) if problem.capacity is None else problem.capacity
        return cls(
            problem=problem,
            # A lone agent has nobody to change places with.
            swaps=swaps if problem.n_agents > 1 else 0.0,
            room=np.array(room, dtype=np.int64),
            a=a.copy(),
            n=occupancies(a, problem.n_choices),
            value=value.copy(),
            feasible=feasible,
            best=a.copy(),
            top=np.where(feasible, value, -np.inf),
            scale=np.zeros(len(a)),
        )

    def advance(self, u: FloatArray, temperature: FloatArray, *, warm: bool) -> None:
        """Take the steps of the uniforms u (steps, B, 4) at relative temperatures (steps,)."""
        # log(1 - u) is finite: u < 1. Taken here, so that both ways to walk see the same bits.
        heat = temperature[:, None] * np.log1p(-u[:, :, 3])
        weights = self.problem.linear if self.problem.linear is not None else self.problem.occupancy
        if weights is None:
            for t in range(len(u)):
                self._step(u[t], heat[t], warm=warm)
            return
        from qbench.assignment._annealing_kernel import anneal

        flat = np.ascontiguousarray(weights, dtype=np.float64).reshape(-1, *weights.shape[-2:])
        shared = self.problem.linear is None
        state = (self.a, self.n, self.value, self.best, self.top, self.scale)
        anneal(flat, shared, self.room, self.swaps, u, heat, warm, *state)

    def _step(self, u: FloatArray, heat: FloatArray, *, warm: bool) -> None:
        """Take one step of every instance: uniforms u (B, 4), heat (B,)."""
        candidate = proposals(self.a, self.n, self.room, self.swaps, u)
        asked = candidate.reshape(*self.problem.batch, 1, -1)
        value = self.problem.value(asked).ravel()
        feasible = self.problem.feasible(asked).ravel()
        change = value - self.value
        if warm:
            # From or to an infeasible assignment the value may be anything: that says nothing about the scale.
            self.scale += np.where(self.feasible & feasible, np.abs(change), 0.0)
        accept = ~self.feasible | (feasible & (warm | (change >= self.scale * heat)))
        self.a[accept] = candidate[accept]
        self.n[accept] = occupancies(candidate[accept], self.problem.n_choices)
        self.value[accept] = value[accept]
        self.feasible |= feasible & accept
        better = accept & feasible & (value > self.top)
        self.best[better] = candidate[better]
        self.top[better] = value[better]


def proposals(a: IntArray, n: IntArray, room: IntArray, swaps: float, u: FloatArray) -> IntArray:
    """Return one neighbour (B, agents) each of assignments a (B, agents) with occupancies n (B, choices).

    room (choices,): capacities; u (B, >= 3): uniforms in [0, 1). The compiled `proposal`, for all instances at once.
    """
    n_choices = n.shape[1]
    rows = np.arange(len(a))
    agent = (u[:, 1] * a.shape[1]).astype(np.int64)
    here = a[rows, agent]
    swap = u[:, 0] < swaps
    x = u[:, 2] * (n_choices - 1)
    rank = x.astype(np.int64)
    to = rank + (rank >= here) if n_choices > 1 else here
    full = n[rows, to] >= room[to]
    partners = np.where(swap[:, None], a != here[:, None], (a == to[:, None]) & full[:, None])
    count = np.count_nonzero(partners, axis=1)
    # What is left of the uniform after the choice is drawn is uniform again and independent of the choice.
    nth = (np.where(swap, u[:, 2], x - rank) * count).astype(np.int64)
    partner = np.argmax(np.cumsum(partners, axis=1) > nth[:, None], axis=1)
    out = a.copy()
    paired = count > 0
    out[rows, agent] = np.where(paired, a[rows, partner], np.where(swap, here, to))
    out[rows[paired], partner[paired]] = here[paired]
    return out
