"""Agents that each take one choice: the problem, and the two of its kinds whose structure solvers can use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from qbench._check import finite_array
from qbench.assignment._arguments import as_assignments, as_capacity, equal_limits, occupancies, within

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import BoolArray, FloatArray, IntArray


class AssignmentProblem(Protocol):
    """What a solver may ask of a problem: `n_agents` agents each take one of `n_choices` choices; larger is better.

    All arrays lead with the axes `batch`, one entry per instance (() for a single one); an assignment is an integer
    array (agents,) with entries in 0..n_choices-1. A problem whose `linear` or `occupancy` is not None promises that
    its value follows from these weights at every assignment and that `capacity` is its only constraint.
    """

    @property
    def n_agents(self) -> int:
        """Number of agents, at least 1."""
        ...

    @property
    def n_choices(self) -> int:
        """Number of choices, at least 1."""
        ...

    @property
    def capacity(self) -> IntArray | None:
        """Most agents a choice takes, shape (n_choices,), shared by the batch, room for all; None for no limit."""
        ...

    @property
    def batch(self) -> tuple[int, ...]:
        """Leading axes: the instances."""
        ...

    @property
    def linear(self) -> FloatArray | None:
        """Weights w (*batch, agents, choices) with value(a) = sum_i w[i, a_i], or None."""
        ...

    @property
    def occupancy(self) -> FloatArray | None:
        """Weights w (*batch, agents, choices) with value(a) = sum_i w[i, a_i] / n_{a_i}, or None.

        n_j is the number of agents on choice j.
        """
        ...

    @property
    def symmetric(self) -> bool:
        """Whether renaming the choices changes neither value nor feasibility (pilots): capacities are equal then."""
        ...

    def value(self, a: IntArray, /) -> FloatArray:
        """Return the finite values, shape (*batch, k), of assignments (*batch, k, agents), feasible or not."""
        ...

    def feasible(self, a: IntArray, /) -> BoolArray:
        """Return which of the assignments (*batch, k, agents) are allowed, shape (*batch, k)."""
        ...


@dataclass(frozen=True, eq=False, init=False)
class _Weighted:
    """What the linear and the occupancy problem share: weights (*batch, agents, choices) and a capacity."""

    weights: FloatArray
    capacity: IntArray | None

    def __init__(self, weights: ArrayLike, capacity: ArrayLike | None = None) -> None:
        own = finite_array("weights", weights, ndim_at_least=2, hint="shape is (*batch, agents, choices)").copy()
        own.setflags(write=False)
        object.__setattr__(self, "weights", own)
        object.__setattr__(self, "capacity", as_capacity(capacity, own.shape[-2], own.shape[-1]))

    @property
    def n_agents(self) -> int:
        """Number of agents."""
        return int(self.weights.shape[-2])

    @property
    def n_choices(self) -> int:
        """Number of choices."""
        return int(self.weights.shape[-1])

    @property
    def batch(self) -> tuple[int, ...]:
        """Leading axes of the weights: the instances."""
        return self.weights.shape[:-2]

    @property
    def symmetric(self) -> bool:
        """True where all choices have the same weights and the same capacity (limits that bind nobody are the same)."""
        alike = bool(np.all(self.weights == self.weights[..., :1]))
        return alike and equal_limits(self.capacity, self.n_agents)

    def feasible(self, a: ArrayLike, /) -> BoolArray:
        """Return which assignments (*batch, k, agents) keep every capacity: (*batch, k). ValueError as `value`."""
        checked = as_assignments(a, self.batch, self.n_agents, self.n_choices)
        return within(checked, self.capacity, self.n_choices)


class LinearAssignment(_Weighted):
    """Agent i on choice j earns weights[i, j], whoever else is there: value(a) = sum_i w[i, a_i].

    weights: (*batch, agents, choices), finite, any sign, any unit (the value has the same); copied and read-only.
    capacity: whole numbers (choices,) of at least 1, shared by the batch, or None for no limit.
    ValueError for empty or non-finite weights, a capacity of another length, below 1 or not whole, and for more agents
    than the capacities hold.
    """

    @property
    def linear(self) -> FloatArray:
        """The weights."""
        return self.weights

    @property
    def occupancy(self) -> None:
        """None: sharing a choice costs nothing here."""
        return

    def value(self, a: ArrayLike, /) -> FloatArray:
        """Return sum_i w[i, a_i], shape (*batch, k), of assignments (*batch, k, agents), capacity or not.

        ValueError for another shape, a dtype that is not integer, or an index outside 0..n_choices-1.
        """
        a = as_assignments(a, self.batch, self.n_agents, self.n_choices)
        total = np.zeros(a.shape[:-1])
        # Agent after agent: numpy's own sum groups the terms by memory layout, and then batching would change bits.
        for i in range(self.n_agents):
            total += np.take_along_axis(self.weights[..., i, :], a[..., i], axis=-1)
        return total


class OccupancyAssignment(_Weighted):
    """Agents on one choice share it equally: value(a) = sum_i w[i, a_i] / n_{a_i}, n_j the number of agents on j.

    That is the sum, over the choices in use, of the mean weight of their agents. weights, capacity and errors as for
    `LinearAssignment`. Weights of any sign are allowed; of the following facts about the optimum Opt, (b) needs w >= 0:

    (a) With the weights fixed, one more choice or a larger capacity never lowers Opt: every old assignment stays
        feasible and keeps its value.
    (b) For I >= 2 agents and w >= 0, the mean over i of Opt without agent i is at least Opt (I - 1) / I. Proof: take an
        optimal assignment and delete an agent drawn at random. Given that it comes from a group of two or more, that
        group keeps its mean on average; an agent alone takes its weight along. The mean loss is therefore the sum of
        the weights of the agents alone, divided by I, and that sum is at most Opt since all group means are >= 0.
    (c) For I <= J agents and w >= 0 some optimum has nobody sharing (proof in `Hungarian`).
    """

    @property
    def linear(self) -> None:
        """None: an agent's share depends on who else is there."""
        return

    @property
    def occupancy(self) -> FloatArray:
        """The weights."""
        return self.weights

    def value(self, a: ArrayLike, /) -> FloatArray:
        """Return sum_i w[i, a_i] / n_{a_i}, shape (*batch, k), of assignments (*batch, k, agents), capacity or not.

        An overfull choice is divided by all its agents, not by its capacity. ValueError as in `LinearAssignment.value`.
        """
        a = as_assignments(a, self.batch, self.n_agents, self.n_choices)
        n = occupancies(a, self.n_choices)
        total = np.zeros(a.shape[:-1])
        # Agent after agent: numpy's own sum groups the terms by memory layout, and then batching would change bits.
        for i in range(self.n_agents):
            at = a[..., i]
            share = np.take_along_axis(n, at[..., None], axis=-1)[..., 0]
            total += np.take_along_axis(self.weights[..., i, :], at, axis=-1) / share
        return total
