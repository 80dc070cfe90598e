"""Checks and counts that every assignment problem shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import BoolArray, IntArray


def as_capacity(capacity: ArrayLike | None, n_agents: int, n_choices: int) -> IntArray | None:
    """Return `capacity` as a read-only int array of shape (n_choices,), or None for no limit.

    ValueError for another shape, a limit that is not a whole number of at least 1, or too little room for the agents.
    """
    if capacity is None:
        return None
    given = np.asarray(capacity)
    if given.shape != (n_choices,):
        raise ValueError(
            f"capacity must hold one limit for each of the {n_choices} choices, got shape {given.shape}; "
            "pass None for no limit"
        )
    numeric = given.dtype.kind in "iuf"
    # From 2**53 on a float no longer tells whole numbers apart (and inf is no number of agents).
    if not numeric or not np.all((given == np.floor(given)) & (np.abs(given) < 2**53)):
        raise ValueError(
            f"capacity must hold whole numbers, got {given.tolist()!r}; "
            f"write {n_agents} (the number of agents) for a choice without limit"
        )
    if np.any(given < 1):
        raise ValueError(f"capacity must be at least 1 everywhere, got {given.tolist()!r}; leave a closed choice out")
    limits: IntArray = given.astype(np.int64)  # a copy: nobody else may change it
    total = sum(limits.tolist())  # Python integers: no overflow
    if total < n_agents:
        raise ValueError(
            f"{n_agents} agents do not fit: the capacities {given.tolist()!r} sum to {total}; "
            f"raise a capacity or drop {n_agents - total} agents"
        )
    limits.setflags(write=False)
    return limits


def as_assignments(a: ArrayLike, batch: tuple[int, ...], n_agents: int, n_choices: int) -> IntArray:
    """Return `a` as int64 of shape (*batch, k, n_agents) with entries in 0..n_choices-1; ValueError otherwise."""
    array = np.asarray(a)
    if array.dtype.kind not in "iu":
        raise ValueError(f"assignments must be whole numbers (indices of choices), got dtype {array.dtype}")
    if array.ndim != len(batch) + 2 or array.shape[:-2] != batch or array.shape[-1] != n_agents:
        raise ValueError(
            f"assignments must have shape (*batch, k, agents) = {(*batch, 'k', n_agents)}, got {array.shape}; "
            "one assignment per instance is a[..., None, :]"
        )
    _require_range(array, n_choices)
    return array.astype(np.int64, copy=False)


def _require_range(a: IntArray, n_choices: int) -> None:
    if a.size and (a.min() < 0 or a.max() >= n_choices):
        raise ValueError(
            f"assignments must lie in 0..{n_choices - 1} ({n_choices} choices), got values from {a.min()} to {a.max()}"
        )


def occupancies(a: IntArray, n_choices: int) -> IntArray:
    """Return how many agents stand on each choice: integers `a` (..., agents) -> (..., choices).

    ValueError for an entry outside 0..n_choices-1.
    """
    _require_range(a, n_choices)
    rows = int(np.prod(a.shape[:-1]))
    # One bincount over (row, choice) pairs; a one-hot array would cost `agents` times the memory.
    flat = a.reshape(rows, a.shape[-1]) + n_choices * np.arange(rows)[:, None]
    counts = np.bincount(flat.ravel(), minlength=rows * n_choices)
    return counts.reshape(*a.shape[:-1], n_choices).astype(np.int64, copy=False)


def within(a: IntArray, capacity: IntArray | None, n_choices: int) -> BoolArray:
    """Return which assignments `a` (..., agents) keep every choice within `capacity`: shape (...)."""
    if capacity is None:
        return np.ones(a.shape[:-1], dtype=np.bool_)
    fits: BoolArray = np.all(occupancies(a, n_choices) <= capacity, axis=-1)
    return fits


def equal_limits(capacity: IntArray | None, n_agents: int) -> bool:
    """Return whether all choices take equally many of `n_agents` agents."""
    if capacity is None:
        return True
    limits = np.minimum(capacity, n_agents)
    return bool(np.all(limits == limits[0]))
