"""Beams: unit vectors v that an array of J antennas sends along, so that the channel h receives the power |h^T v|^2.

The product has no conjugate: h^T v = sum_j h_j v_j. Channels and beams are (..., J); the last axis is the array.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.radio._arguments import complex_array, nonnegative
from qbench.radio.draws import complex_gaussian

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray
    from qbench.radio._arguments import ComplexArray


def beam_gain(channel: ArrayLike, beam: ArrayLike) -> FloatArray:
    """Return |h^T v|^2 (...), a power ratio, of channels h (..., J) and beams v (..., J); leading axes broadcast.

    By Cauchy-Schwarz at most ||h||^2 ||v||^2, with equality where v is a multiple of conj(h): `maximum_ratio`.
    Raises ValueError for values that are not finite, different numbers of antennas, and axes that do not broadcast.
    """
    h = complex_array("channel", channel, ndim_at_least=1, hint="the last axis is the array")
    v = complex_array("beam", beam, ndim_at_least=1, hint="the last axis is the array")
    if h.shape[-1] != v.shape[-1]:
        raise ValueError(
            f"channel and beam must have the same number of antennas, got {h.shape[-1]} (shape {h.shape}) and "
            f"{v.shape[-1]} (shape {v.shape}); the last axis of both is the array"
        )
    try:
        np.broadcast_shapes(h.shape, v.shape)
    except ValueError:
        raise ValueError(f"channel {h.shape} and beam {v.shape} must broadcast; add axes of length 1") from None
    # Antenna after antenna: numpy's own sum groups terms by memory layout, and then the batch would change bits.
    response = h[..., 0] * v[..., 0]
    for j in range(1, h.shape[-1]):
        response = response + h[..., j] * v[..., j]
    return np.asarray(response.real**2 + response.imag**2)


def unit_beam(vector: ArrayLike, *, least: float = 0.0) -> ComplexArray:
    """Return v / ||v|| (..., J), and (1, ..., 1)/sqrt(J) where ||v|| <= `least`: no direction, no preference.

    Raises ValueError for values that are not finite.
    """
    v = complex_array("vector", vector, ndim_at_least=1, hint="the last axis is the array")
    largest = np.maximum(np.abs(v.real), np.abs(v.imag)).max(axis=-1, keepdims=True)
    # Scaled first: the square of 1e-200 is 0, and that of 1e200 is not finite.
    scaled = v / np.where(largest > 0, largest, 1.0)
    squares = scaled.real**2 + scaled.imag**2
    norm = np.zeros_like(largest)
    for j in range(v.shape[-1]):
        norm = norm + squares[..., j : j + 1]
    norm = np.sqrt(norm)
    empty = norm * largest <= least
    return np.where(empty, 1.0 / np.sqrt(v.shape[-1]), scaled / np.where(empty, 1.0, norm))


def maximum_ratio(channel: ArrayLike) -> ComplexArray:
    """Return conj(h)/||h|| (..., J), the beam of largest |h^T v|^2 = ||h||^2; for h = 0 that of `unit_beam`.

    Raises ValueError for values that are not finite.
    """
    return unit_beam(np.conj(complex_array("channel", channel, ndim_at_least=1, hint="the last axis is the array")))


def equal_gain(channel: ArrayLike) -> ComplexArray:
    """Return exp(-i arg h_j)/sqrt(J) (..., J): every antenna at equal power, in phase at the receiver.

    Its gain is (sum_j |h_j|)^2 / J. Raises ValueError for values that are not finite.
    """
    h = complex_array("channel", channel, ndim_at_least=1, hint="the last axis is the array")
    return np.asarray(np.exp(-1j * np.angle(h)) / np.sqrt(h.shape[-1]), dtype=np.complex128)


def isotropic_beam(rng: np.random.Generator, shape: Sequence[int]) -> ComplexArray:
    """Draw beams uniform on the unit sphere of C^J; `shape` is (..., J).

    Then |h^T v|^2/||h||^2 ~ Beta(1, J - 1) for every h: mean 1/J. TypeError and ValueError as `complex_gaussian`.
    """
    return unit_beam(complex_gaussian(rng, shape))


def zero_forcing(channel: ArrayLike, noise: ArrayLike = 0.0) -> ComplexArray:
    """Return one beam for each of K receivers, (..., K, J); `channel` H (..., K, J) has the rows h_k^T.

    Beam v_k is column k of (H^H H + `noise` I)^-1 H^H with norm 1. With noise = 1/(mu snr) it maximises the signal to
    leakage and noise |h_k^T v|^2 / (mu sum_{i != k} |h_i^T v|^2 + 1/snr) over unit v, as adding the term of k to the
    matrix does not turn the vector (Sherman-Morrison). noise = 0 is the pseudo-inverse: exact zero forcing
    h_i^T v_k = 0 for independent channels with K <= J, and the limit of the former for K > J, where no beam can null
    K - 1 others. `noise` (at least 0) broadcasts to the leading axes. Raises ValueError for bad values and shapes.
    """
    h = complex_array("channel", channel, ndim_at_least=2, hint="rows are receivers, the last axis is the array")
    level = nonnegative("noise", noise, hint="0 is zero forcing")
    try:
        np.broadcast_to(level, h.shape[:-2])
    except ValueError:
        raise ValueError(f"noise must broadcast to {h.shape[:-2]}, the leading axes, got shape {level.shape}") from None
    # By singular values, H = U S V^H: v_k is column k of V S/(S^2 + noise) U^H, at any rank and any mix of noises.
    u, s, vh = np.linalg.svd(h, full_matrices=False)
    floor = max(h.shape[-2:]) * np.finfo(np.float64).eps * s[..., :1]
    delta = np.broadcast_to(level, h.shape[:-2])[..., np.newaxis]
    counts = np.where(delta > 0, s > 0, s > floor)
    weight = np.where(counts, s / np.where(counts, s**2 + delta, 1.0), 0.0)
    rows = np.swapaxes(
        np.conj(np.swapaxes(vh, -1, -2)) @ (weight[..., np.newaxis] * np.conj(np.swapaxes(u, -1, -2))), -1, -2
    )
    return unit_beam(np.where(np.any(h != 0, axis=-1, keepdims=True), rows, 0.0))
