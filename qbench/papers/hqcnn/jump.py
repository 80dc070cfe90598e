"""Exact study of Lemma 2: the best assignment jumps where the gains move, and no continuous map follows (E8)."""

from __future__ import annotations

import math
from itertools import permutations
from typing import TYPE_CHECKING, cast

import numpy as np
import torch

from qbench._check import positive_int
from qbench.assignment._strings import string_blocks
from qbench.papers.hqcnn._columns import one
from qbench.papers.hqcnn.draws import Row
from qbench.papers.hqcnn.ensemble import decide
from qbench.papers.hqcnn.exhaustive import n_partitions
from qbench.papers.hqcnn.problem import PilotAssignment
from qbench.papers.hqcnn.rates import Link
from qbench.papers.hqcnn.reach import reachable_assignments

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers._study import Columns, Params, Streams

ROWS = 4096
"""Partitions listed at a time."""


def optimum_jump(params: Params, streams: Streams, units: range) -> Columns:
    """C22: half the largest distance between the best assignments on the two sides of a point of a segment.

    f continuous and g* jumping from G to H at a point, f is off by at least ||G - H||_F / 2 on one side of it; matrices
    are one-hot, (K, tau), and the distance the least over names of the pilots. The segment leads from the gains beta to
    these with users 0 and 1 swapped.

    Params: beta, gains (M, K); pilots; points, of the grid on the segment; size, a row, of the enumeration below; maps.
    Columns: bound; jumps, how many; place, s of the largest, nearest the middle, by bisection; before, after: its
    assignments, read as a number with one digit a user; ahead, relative rate by which the tied ones beat the others
    there. reached: most assignments that a drawn linear map of one feature gives, of `maps`, by all cells of the line;
    cells, what `reachable_assignments` allows; partitions, how many there are. Raises ValueError where nothing jumps.
    """
    beta = np.array(cast("list[list[float]]", params["beta"]), dtype=np.float64)
    link = Link(n_pilot=positive_int("pilots", params["pilots"]))
    strings = np.concatenate(list(string_blocks(beta.shape[1], link.n_pilot, None, ROWS, canonical=True)))
    found = jumps(beta, link, strings, positive_int("points", params["points"], least=2))
    if not found:
        raise ValueError(
            f"beta must lead to a jump of the best assignment, got none on a grid of {params['points']} points; take "
            "gains that differ between users 0 and 1, or more points"
        )
    # Of jumps as large as each other that nearest the middle, where the two best tie by symmetry.
    distance, place, before, after = max(found, key=lambda jump: (round(jump[0], 9), -abs(jump[1] - 0.5)))
    values = np.sort(_values(beta, link, strings, np.array([place]))[0])[::-1]
    (unit,) = units
    row, maps = Row.of(params["size"]), positive_int("maps", params["maps"])
    rng = streams.rng("algorithm", unit)
    return one(
        bound=distance / 2.0,
        jumps=len(found),
        place=place,
        before=_digits(before),
        after=_digits(after),
        ahead=(values[1] - values[2]) / values[0],
        reached=max(reached_by_line(rng, row) for _ in range(maps)),
        cells=reachable_assignments(row.n_user, row.n_pilot, 1),
        partitions=n_partitions(row.n_user, row.n_pilot),
    )


def jumps(
    beta: FloatArray, link: Link, strings: IntArray, points: int
) -> list[tuple[float, float, IntArray, IntArray]]:
    """Return distance, place in [0, 1] and both assignments (K,) of every jump of the optimum that the grid shows.

    strings (n, K): the assignments to choose from. The place is bisected until it is known to 1e-9.
    """
    grid = np.arange(points) / (points - 1)
    best = _values(beta, link, strings, grid).argmax(axis=1)
    found = []
    for i in np.flatnonzero(best[1:] != best[:-1]):
        low, high, left, right = grid[i], grid[i + 1], best[i], best[i + 1]
        while high - low > 1e-9:
            middle = (low + high) / 2.0
            now = _values(beta, link, strings, np.array([middle])).argmax(axis=1)[0]
            low, high, left, right = (middle, high, now, right) if now == left else (low, middle, left, now)
        found.append(
            (distance_of(strings[left], strings[right], link.n_pilot), float(low), strings[left], strings[right])
        )
    return found


def distance_of(a: ArrayLike, b: ArrayLike, n_pilots: int) -> float:
    """Return the Frobenius distance of the one-hot matrices of two assignments (K,), least over names of the pilots."""
    one_hot = np.eye(n_pilots)
    first, second = one_hot[np.asarray(a)], one_hot[np.asarray(b)]
    return min(float(np.linalg.norm(first - second[:, list(order)])) for order in permutations(range(n_pilots)))


def reached_by_line(rng: np.random.Generator, row: Row) -> int:
    """Return how many labelled assignments one feature reaches through a drawn linear map (1 -> K tau), over all of R.

    Breakpoints are where two logits of a user meet; between neighbours nothing changes. Raises ValueError for one
    pilot, which leaves nothing to choose.
    """
    positive_int("the number of pilots", row.n_pilot, least=2)
    slope, start = rng.normal(size=(2, row.n_user, row.n_pilot))
    first, second = np.triu_indices(row.n_pilot, 1)
    edges = np.sort(((start[:, second] - start[:, first]) / (slope[:, first] - slope[:, second])).ravel())
    places = np.concatenate([[edges[0] - 1.0], (edges[1:] + edges[:-1]) / 2.0, [edges[-1] + 1.0]])
    logits = torch.from_numpy(start + slope * places[:, np.newaxis, np.newaxis])
    return len(np.unique(decide(logits), axis=0))


def optimum_jump_witness(columns: Columns) -> str:
    """Say where the optimum jumps."""
    before, after = (f"{int(columns[name][0]):03d}" for name in ("before", "after"))
    return (
        f"three APs, three users, two pilots: at s = {columns['place'][0]:.6f} of the segment the best pilots jump "
        f"from ({', '.join(before)}) to ({', '.join(after)}), matrices {2 * columns['bound'][0]:.4f} apart under every "
        f"naming: a continuous map is off by {columns['bound'][0]:.4f} on one side"
    )


def _values(beta: FloatArray, link: Link, strings: IntArray, places: FloatArray) -> FloatArray:
    """Return the sum rates (points, n) of assignments (n, K) along the segment."""
    s = places[:, np.newaxis, np.newaxis]
    swapped = beta[:, [1, 0, *range(2, beta.shape[1])]]
    problem = PilotAssignment((1.0 - s) * beta + s * swapped, link)
    return problem.value(np.broadcast_to(strings, (len(places), *strings.shape)))


def _digits(a: IntArray) -> float:
    return math.fsum(int(t) * 10 ** (len(a) - 1 - k) for k, t in enumerate(a))
