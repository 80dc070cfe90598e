"""Pilots by where users are: two readings of the paper's "LPA" [6], of which it says little.

The square is cut into 4 x 4 cells, cell (r, c) = (floor 4 y, floor 4 x) in units of the side, and users are taken row
by row, to the right in even rows and back in odd ones (a serpentine, so that those in a row are neighbours), by index
inside a cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, in_interval, positive_int

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import IntArray

CELLS = 4
"""Cells along each side."""


def location(user_m: ArrayLike, n_pilot: int, *, side_m: float = 1000.0) -> IntArray:
    """Return pilots (*B, K) of users at (*B, K, 2), m: the i-th of the serpentine takes pilot i mod tau.

    Raises ValueError for places outside the square of side `side_m`, other shapes, and fewer pilots than one.
    """
    rows, columns = _cells(user_m, side_m)
    return _rank(rows, columns) % positive_int("n_pilot", n_pilot)


def location_disjoint(user_m: ArrayLike, n_pilot: int, *, side_m: float = 1000.0) -> IntArray:
    """Return pilots (*B, K) where neighbouring cells have different pilots, as far as these go.

    A cell of type g = 2 (r mod 2) + (c mod 2) uses the pilots t with t mod n = g mod n, n = min(4, tau), in turn over
    all users of its type in the order of the serpentine. With fewer than four pilots types share one. Arguments and
    errors as `location`.
    """
    tau = positive_int("n_pilot", n_pilot)
    rows, columns = _cells(user_m, side_m)
    kind = 2 * (rows % 2) + columns % 2
    rank = _rank(rows, columns)
    sets = min(4, tau)
    before = (kind[..., np.newaxis, :] == kind[..., :, np.newaxis]) & (
        rank[..., np.newaxis, :] < rank[..., :, np.newaxis]
    )
    first = kind % sets
    # Pilots first, first + sets, ... below tau.
    size = (tau - first + sets - 1) // sets
    return np.asarray(first + sets * (np.count_nonzero(before, axis=-1) % size))


def _cells(user_m: ArrayLike, side_m: float) -> tuple[IntArray, IntArray]:
    """Return row and column of every user's cell; the far edges belong to the last cells."""
    side = in_interval("side_m", side_m, 0.0, np.inf, lo_open=True, hi_open=True)
    places = finite_array("user_m", user_m, ndim_at_least=2, hint="shape is (*batch, users, 2)")
    if places.shape[-1] != 2:
        raise ValueError(f"user_m must have shape (*batch, users, 2), got {places.shape}")
    if places.min() < 0 or places.max() > side:
        raise ValueError(
            f"user_m must lie in [0, {side:g}]^2, got values from {places.min():g} to {places.max():g}; side_m is the "
            "side of the square"
        )
    cell = np.minimum(np.floor(CELLS * places / side).astype(np.int64), CELLS - 1)
    return cell[..., 1], cell[..., 0]


def _rank(rows: IntArray, columns: IntArray) -> IntArray:
    """Return every user's place in the serpentine, 0..K-1."""
    along = CELLS * rows + np.where(rows % 2 == 0, columns, CELLS - 1 - columns)
    order = np.argsort(along, axis=-1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.broadcast_to(np.arange(order.shape[-1]), order.shape), axis=-1)
    return rank
