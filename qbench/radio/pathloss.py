"""Power gains that depend on distance and frequency alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.radio._arguments import nonnegative, positive, refuse, same_grid
from qbench.radio.units import SPEED_OF_LIGHT

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray


def reference_gain(frequency_hz: ArrayLike) -> FloatArray:
    """Return the free-space power gain (c / (4 pi f))^2 at 1 m between isotropic antennas (Friis).

    `frequency_hz`: any shape, Hz. Raises ValueError unless every frequency is finite and above 0.
    """
    frequency = positive("frequency_hz", frequency_hz, hint="give Hz: 2.1 GHz is 2.1e9")
    return np.square(SPEED_OF_LIGHT / (4.0 * np.pi * frequency))


def power_law_gain(distance_m: ArrayLike, exponent: ArrayLike, *, reference_m: float = 1.0) -> FloatArray:
    """Return the power gain (d / d0)^-exponent relative to the gain at d0 = `reference_m`.

    `distance_m` (m) and `exponent` broadcast. Raises ValueError for a negative distance or exponent, a reference that
    is not positive, shapes that do not broadcast, and a gain too large for a float (distance 0: the law is singular).
    """
    distance = nonnegative("distance_m", distance_m)
    power = nonnegative("exponent", exponent, hint="the gain falls with distance: an exponent of 2 is free space")
    reference = positive("reference_m", reference_m)
    shape = same_grid(distance_m=distance, exponent=power)
    with np.errstate(divide="ignore", over="ignore"):
        gain = np.power(distance / reference, -power)
    refuse(
        "distance_m",
        np.broadcast_to(distance, shape),
        ~np.isfinite(gain),
        "large enough for a finite gain",
        "antennas at different heights never meet",
    )
    return gain


def absorption_gain(distance_m: ArrayLike, absorption_per_m: ArrayLike) -> FloatArray:
    """Return the share exp(-K d) of the power that molecules along the path let through (Beer-Lambert).

    `distance_m` (m) and `absorption_per_m` (1/m) broadcast. Raises ValueError for negative or non-finite values and
    for shapes that do not broadcast.
    """
    return np.exp(-_optical_depth(distance_m, absorption_per_m))


def absorbed_share(distance_m: ArrayLike, absorption_per_m: ArrayLike) -> FloatArray:
    """Return the share 1 - exp(-K d) of the power that the medium absorbs, exact for small K d.

    Shapes, units and errors as in `absorption_gain`. What the medium absorbs it radiates again, as molecular noise.
    """
    return -np.expm1(-_optical_depth(distance_m, absorption_per_m))


def _optical_depth(distance_m: ArrayLike, absorption_per_m: ArrayLike) -> FloatArray:
    distance = nonnegative("distance_m", distance_m)
    coefficient = nonnegative("absorption_per_m", absorption_per_m, hint="a medium absorbs, it does not amplify")
    same_grid(distance_m=distance, absorption_per_m=coefficient)
    return distance * coefficient
