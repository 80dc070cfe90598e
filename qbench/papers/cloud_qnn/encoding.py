"""What the cloud circuit sees of a channel: one real angle an AP, Eq. (14) of the 2022 paper, (11) of the journal.

The papers write R_Z(h_{m,k}) with a complex vector h_{m,k}; R_Z with a complex angle is not unitary, so a real number
alpha(h_{m,k}) has to stand for it. Its K rotations act on the one qubit of AP m (the printed index n must be m),
commute and add up to the single angle phi_m = sum_k alpha(h_{m,k}).

phi_m is a symmetric function of the users' channels: it is the same whichever user is the strong one, while the best
assignment moves with the users. A network that sees phi alone cannot follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import one_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from qbench._arrays import FloatArray

ALPHAS = ("sum", "arg", "norm")
"""Readings of a rotation by a complex vector; "sum" is the default."""


def alpha(channels: ArrayLike, kind: str = "sum") -> FloatArray:
    """Return one angle (*B,), radians, for each channel vector h (*B, N_Tx).

    "sum": sum_j Re h_j + Im h_j, one rotation for each real number, so that nothing is dropped; "arg": sum_j arg h_j,
    with arg 0 = 0; "norm": the Euclidean norm. Raises ValueError for another word, and for channels that are empty, not
    finite or have no axis.
    """
    one_of("alpha", kind, ALPHAS)
    h = finite_channels(channels, 1)
    if kind == "sum":
        return np.asarray((h.real + h.imag).sum(axis=-1))
    if kind == "arg":
        return np.asarray(np.angle(h).sum(axis=-1))
    return np.asarray(np.sqrt((h.real**2 + h.imag**2).sum(axis=-1)))


def neuron_angles(channels: ArrayLike, kind: str = "sum") -> FloatArray:
    """Return phi (*B, M), radians, of channels (*B, M, K, N_Tx): phi_m = sum_k alpha(h_{m,k}).

    Raises ValueError as `alpha` does, and for fewer than three axes.
    """
    return np.asarray(alpha(finite_channels(channels, 3), kind).sum(axis=-1))


def finite_channels(channels: ArrayLike, axes: int) -> NDArray[np.complex128]:
    """Return channels as complex128; ValueError where empty, not finite, or with fewer than `axes` axes."""
    h = np.asarray(channels, dtype=np.complex128)
    wanted = "(*B, APs, users, antennas)" if axes == 3 else "(*B, antennas)" if axes == 1 else "(*B, users, antennas)"
    if h.ndim < axes or h.size == 0:
        raise ValueError(f"channels must be {wanted} and not empty, got shape {h.shape}")
    bad = np.argwhere(~np.isfinite(h))
    if len(bad):
        where = tuple(int(k) for k in bad[0])
        raise ValueError(
            f"channels must be finite, got {h[where]} at index {where} ({len(bad)} such): a distance of 0 or below has "
            "no path loss, so clip distances before drawing channels"
        )
    return h
