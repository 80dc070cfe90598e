"""Signal to interference and noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array
from qbench.radio._arguments import nonnegative, refuse, same_grid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray


def band_coupling(band: ArrayLike, factor: ArrayLike = 1.0) -> FloatArray:
    """Return the interference coupling (stations, stations) of stations that disturb only their own band.

    Entry [j, k] is `factor[j]` where stations j and k != j share a band, else 0. `band`: labels (stations,);
    `factor`: scalar or (stations,), at least 0. Raises ValueError for other shapes or a negative factor.
    """
    label = np.asarray(band)
    if label.ndim != 1 or label.size == 0:
        raise ValueError(f"band must be one label a station, shape (stations,), got shape {label.shape}")
    weight = nonnegative("factor", factor)
    if weight.shape not in {(), label.shape}:
        raise ValueError(f"factor must be one number or have the shape {label.shape} of band, got {weight.shape}")
    disturbs = (label[:, np.newaxis] == label) & ~np.eye(label.size, dtype=np.bool_)
    return np.where(disturbs, weight.reshape(-1, 1), 0.0)


def sinr_from_powers(received_w: ArrayLike, noise_w: ArrayLike, coupling: ArrayLike) -> FloatArray:
    """Return s[..., i, j] = p_ij / (noise_ij + sum_k coupling[j, k] p_ik), a power ratio.

    `received_w`: power p that user i receives from station j, (..., users, stations), W. `noise_w`: broadcasts to it,
    W. `coupling`: (..., stations, stations), the factor with which station k disturbs the link to station j; its
    diagonal is 0. Raises ValueError for negative or non-finite values, shapes that do not fit, a station that disturbs
    itself, and a SINR that is not finite (no noise and no interference).
    """
    received = nonnegative("received_w", received_w, ndim_at_least=2)
    noise = nonnegative("noise_w", noise_w)
    factor = nonnegative("coupling", coupling, ndim_at_least=2)
    grid = received.shape[-2:]
    if factor.shape[-2:] != (grid[1], grid[1]):
        raise ValueError(
            f"coupling must end in (stations, stations) = {(grid[1], grid[1])}, got shape {factor.shape}; "
            "received_w is (..., users, stations)"
        )
    own = np.diagonal(factor, axis1=-2, axis2=-1)
    refuse("the diagonal of coupling", own, own != 0, "0", "a station does not disturb its own link")
    if same_grid(noise_w=noise, received_w=received)[-2:] != grid:
        raise ValueError(f"noise_w must broadcast to (users, stations) = {grid}, got shape {noise.shape}")

    across = factor[..., np.newaxis, :, :]
    same_grid(received_w=received, coupling_for_each_user=across[..., 0])
    # Added station by station, not as total minus own and not as a matrix product: no cancellation, and the bits of a
    # link depend neither on the batch nor on the other users.
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        disturbance = noise + sum(received[..., k : k + 1] * across[..., k] for k in range(grid[1]))
        ratio = received / disturbance
    finite_array("noise plus interference", disturbance)
    return finite_array("the SINR", ratio, hint="noise plus interference vanishes there: give a noise power")
