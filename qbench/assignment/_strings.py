"""Strings of choices, one per agent: counted exactly, listed in blocks, drawn uniformly."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qbench._arrays import FloatArray, IntArray


def _limits(n_agents: int, n_choices: int, capacity: IntArray | None) -> list[int]:
    return [n_agents] * n_choices if capacity is None else [min(int(limit), n_agents) for limit in capacity]


def _tails(n_agents: int, n_choices: int, capacity: IntArray | None) -> list[list[int]]:
    """Return t[j][r]: in how many ways r distinct agents fill choices j, j+1, ... within capacity."""
    rows = [[1] + [0] * n_agents]
    for limit in reversed(_limits(n_agents, n_choices, capacity)):
        below = rows[-1]
        rows.append([sum(comb(r, n) * below[r - n] for n in range(min(limit, r) + 1)) for r in range(n_agents + 1)])
    return rows[::-1]


def count_strings(n_agents: int, n_choices: int, capacity: IntArray | None, *, canonical: bool = False) -> int:
    """Return the number of strings within capacity; `canonical`: of those in which choices first appear in order.

    Canonical strings stand for the ways to split the agents into at most n_choices unnamed groups; the capacities must
    be equal then.
    """
    if not canonical:
        return _tails(n_agents, n_choices, capacity)[0][n_agents]
    limit = _limits(n_agents, n_choices, capacity)[0]
    # ways[r]: splits of r agents into the groups allowed so far; the group of the first agent is chosen whole.
    ways = [1] + [0] * n_agents
    for _ in range(n_choices):
        ways = [1] + [
            sum(comb(r - 1, size - 1) * ways[r - size] for size in range(1, min(limit, r) + 1))
            for r in range(1, n_agents + 1)
        ]
    return ways[n_agents]


def string_blocks(
    n_agents: int, n_choices: int, capacity: IntArray | None, rows: int, *, canonical: bool = False
) -> Iterator[IntArray]:
    """Yield all strings within capacity in lexicographic order, as blocks (at most `rows`, agents).

    Prefixes grow agent by agent, depth first, so that memory stays at about rows * n_choices * n_agents integers and
    an overfull prefix is dropped with all its strings. canonical: see `count_strings`.
    """
    limits = np.array(_limits(n_agents, n_choices, capacity))
    stack = [np.zeros((1, 0), dtype=np.int64)]
    while stack:
        prefix = stack.pop()
        if prefix.shape[1] == n_agents:
            yield prefix
            continue
        new = np.tile(np.arange(n_choices), len(prefix))
        old = np.repeat(prefix, n_choices, axis=0)
        keep = np.count_nonzero(old == new[:, None], axis=1) < limits[new]
        if canonical:
            keep &= new <= old.max(axis=1, initial=-1) + 1
        grown = np.column_stack((old, new))[keep]
        stack.extend(grown[at : at + rows] for at in reversed(range(0, len(grown), rows)))


def uniform_strings(
    rng: np.random.Generator, size: int, n_agents: int, n_choices: int, capacity: IntArray | None
) -> IntArray:
    """Return `size` independent strings (size, agents), each uniform over all strings within capacity.

    Without capacity every agent draws its choice. With it, n_0, n_1, ... are drawn in turn: r agents being left for
    choices j, j+1, ..., choice j takes n of them with probability C(r, n) t[j+1][r-n] / t[j][r], t being the numbers
    of completions. The agents then fill these places in random order. A string with occupancies n arises with
    probability (number of strings with occupancies n / number of strings) / (number of strings with occupancies n).
    """
    if capacity is None:
        return rng.integers(n_choices, size=(size, n_agents))
    cumulative = _occupancy_law(n_agents, n_choices, capacity)
    left = np.full(size, n_agents)
    strings = np.zeros((size, n_agents), dtype=np.int64)
    for j in range(n_choices):
        taken = np.count_nonzero(cumulative[j, left] <= rng.random(size)[:, None], axis=1)
        left -= taken
        # Sorted string: every place not filled yet moves on to the next choice.
        strings += np.arange(n_agents) >= (n_agents - left)[:, None]
    return rng.permuted(strings, axis=1)


def _occupancy_law(n_agents: int, n_choices: int, capacity: IntArray) -> FloatArray:
    """Return P(n_j <= n | r agents left) at index (j, r, n); rows of an r that cannot occur are 1."""
    tails = _tails(n_agents, n_choices, capacity)
    law = np.ones((n_choices, n_agents + 1, n_agents + 1))
    for j, limit in enumerate(_limits(n_agents, n_choices, capacity)):
        for r in range(n_agents + 1):
            if tails[j][r] == 0:
                continue
            so_far = 0
            for n in range(min(limit, r) + 1):
                so_far += comb(r, n) * tails[j + 1][r - n]
                law[j, r, n] = so_far / tails[j][r]  # exact integers: the last quotient is exactly 1
    return law
