"""An assignment problem with any value function at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, positive_int
from qbench.assignment._arguments import as_assignments, as_capacity, equal_limits, within

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from qbench._arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class CustomAssignment:
    """`n_agents` agents on `n_choices` choices, valued by the function `score`; larger is better.

    score: integer array (*batch, k, agents) -> finite values (*batch, k); each value depends on its assignment alone,
    not on its neighbours in the array.
    capacity: as for `LinearAssignment`. allowed: a further constraint, (*batch, k, agents) -> bool (*batch, k).
    batch: the instances `score` answers for. symmetric: renaming the choices changes neither score nor allowed.
    ValueError for a size below 1, a bad capacity, `symmetric` with unequal capacities and, at the call, for an answer
    of `score` or `allowed` that has another shape or (`score`) is not finite.
    """

    n_agents: int
    n_choices: int
    score: Callable[[IntArray], FloatArray]
    capacity: IntArray | None = None
    allowed: Callable[[IntArray], BoolArray] | None = None
    batch: tuple[int, ...] = ()
    symmetric: bool = False

    def __post_init__(self) -> None:
        positive_int("n_agents", self.n_agents)
        positive_int("n_choices", self.n_choices)
        for size in self.batch:
            positive_int("every axis of batch", size)
        limits = as_capacity(self.capacity, self.n_agents, self.n_choices)
        if self.symmetric and not equal_limits(limits, self.n_agents):
            raise ValueError(
                f"symmetric means that choices are interchangeable, but the capacities are {self.capacity!r}; "
                "give all choices the same capacity or pass symmetric=False"
            )
        object.__setattr__(self, "capacity", limits)

    @property
    def linear(self) -> None:
        """None: nothing is known of the score."""
        return

    @property
    def occupancy(self) -> None:
        """None: nothing is known of the score."""
        return

    def value(self, a: ArrayLike, /) -> FloatArray:
        """Return the scores, shape (*batch, k), of assignments (*batch, k, agents)."""
        a = as_assignments(a, self.batch, self.n_agents, self.n_choices)
        if a.size == 0:
            return np.zeros(a.shape[:-1])
        values = finite_array("score(a)", self.score(a), hint="infeasibility belongs to `allowed` and `capacity`")
        _require_shape("score", values.shape, a)
        return values

    def feasible(self, a: ArrayLike, /) -> BoolArray:
        """Return which assignments (*batch, k, agents) keep the capacity and are allowed, shape (*batch, k)."""
        a = as_assignments(a, self.batch, self.n_agents, self.n_choices)
        fits = within(a, self.capacity, self.n_choices)
        if self.allowed is None:
            return fits
        allowed = np.asarray(self.allowed(a), dtype=np.bool_)
        _require_shape("allowed", allowed.shape, a)
        return fits & allowed


def _require_shape(name: str, shape: tuple[int, ...], a: IntArray) -> None:
    if shape != a.shape[:-1]:
        raise ValueError(f"{name}(a) must have shape {a.shape[:-1]} for a of shape {a.shape}, got {shape}")
