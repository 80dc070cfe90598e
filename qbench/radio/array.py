"""Uniform linear arrays: where the antennas are, and how a plane wave meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, in_interval, positive_int

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray
    from qbench.radio._arguments import ComplexArray


def antenna_offsets(antennas: int) -> FloatArray:
    """Return z_j = j - (J - 1)/2, j = 0..J-1, shape (J,): places along the array, in antenna spacings, centred at 0.

    Raises ValueError unless J = `antennas` is a whole number of at least 1.
    """
    number = positive_int("antennas", antennas)
    return np.arange(number, dtype=np.float64) - (number - 1) / 2


def spatial_frequency(angle_rad: ArrayLike, spacing_wavelengths: float = 0.5) -> FloatArray:
    """Return (d / lambda) sin(angle), the phase advance in cycles per antenna of a wave `angle_rad` off broadside.

    `angle_rad`: any shape, rad. `spacing_wavelengths`: d / lambda, above 0; at 1/2 the result lies in [-1/2, 1/2] and
    names every direction once. Raises ValueError for an angle that is not finite or a spacing out of range.
    """
    angle = finite_array("angle_rad", angle_rad)
    spacing = in_interval("spacing_wavelengths", spacing_wavelengths, 0.0, np.inf, lo_open=True, hi_open=True)
    return spacing * np.sin(angle)


def steering_vector(frequency: ArrayLike, antennas: int) -> ComplexArray:
    """Return a_j = exp(-i 2 pi f z_j), shape (*frequency, J), entries of modulus 1, z_j from `antenna_offsets`.

    `frequency`: spatial frequency f in cycles per antenna, any shape. An f outside [-1/2, 1/2] is the direction of
    f - round(f), up to a sign where J is even. Raises ValueError for an f that is not finite and for J below 1.
    """
    f = finite_array("frequency", frequency)
    phase = f[..., np.newaxis] * antenna_offsets(antennas)
    return np.asarray(np.exp(-2j * np.pi * phase), dtype=np.complex128)
