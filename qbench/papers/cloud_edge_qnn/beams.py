"""From measured qubits to a beam: N_Tx complex numbers of unit norm, Section IV-B of the journal paper.

The paper wants v_m in C^N_Tx, normalised, from K qubits and does not say how. One <Z> a qubit gives K real numbers,
fewer than the 2 N_Tx of a complex vector for K = 3, N_Tx = 2. Readings, on the first N_Tx qubits:

"zx" (default): v_j = <Z_j> + i <X_j>, two bases; "xy": v_j = <X_j> + i <Y_j>, two bases;
"o": v_j = o_j = (1 - <Z_j>) / 2, real; "phase": v_j = exp(2 pi i o_j), moduli equal, the only one of exactly N_Tx
real outputs. Then v <- v / ||v||, and (1, ..., 1) / sqrt(N_Tx) where ||v|| < 1e-12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, one_of, positive_int

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from qbench._arrays import BoolArray, FloatArray

BEAMS = ("zx", "o", "phase", "xy")
SHORTEST = 1e-12
X, Y, Z = 0, 1, 2


def beams(bloch: ArrayLike, n_tx: int = 2, kind: str = "zx") -> NDArray[np.complex128]:
    """Return v (*B, N_Tx), ||v|| = 1, of Bloch vectors (*B, K, 3), the <X>, <Y>, <Z> of each qubit.

    Raises ValueError for fewer qubits than antennas, another shape or word, and values that are not finite.
    """
    r = _bloch(bloch, n_tx, kind)
    raw = _raw(r[..., :n_tx, :], kind)
    length, short = _length(raw)
    return np.where(short[..., None], 1.0 / np.sqrt(n_tx), raw / length[..., None])


def beam_pullback(bloch: ArrayLike, cotangent: ArrayLike, n_tx: int = 2, kind: str = "zx") -> FloatArray:
    """Return the gradient (*B, K, 3) of Re sum_j conj(c_j) v_j by the Bloch vectors, for cotangent c (*B, N_Tx).

    With c = 2 dL/dconj(v) it is the gradient of a real loss L(v), and the chain rule on exact shift rules of the
    expectations is `sum(beam_pullback(...)[..., None, :, :] * jacobian, axis=(-2, -1))`. 0 where v is the constant
    beam. Raises ValueError as `beams`, and for a cotangent of another shape.
    """
    r = _bloch(bloch, n_tx, kind)
    c = np.asarray(cotangent, dtype=np.complex128)
    if c.shape != (*r.shape[:-2], n_tx):
        raise ValueError(f"cotangent must be {(*r.shape[:-2], n_tx)}, one complex number an antenna, got {c.shape}")
    raw = _raw(r[..., :n_tx, :], kind)
    length, short = _length(raw)
    v = raw / length[..., None]
    # d(v/||v||) leaves out what only changes the length.
    along = (v.conj() * c).real.sum(axis=-1, keepdims=True)
    inner = np.where(short[..., None], 0.0, (c - v * along) / length[..., None])
    out = np.zeros(r.shape)
    if kind == "zx":
        out[..., :n_tx, Z], out[..., :n_tx, X] = inner.real, inner.imag
    elif kind == "xy":
        out[..., :n_tx, X], out[..., :n_tx, Y] = inner.real, inner.imag
    elif kind == "o":
        out[..., :n_tx, Z] = -0.5 * inner.real
    else:
        # v = exp(2 pi i o), o = (1 - z) / 2: dv/dz = -i pi v.
        out[..., :n_tx, Z] = (inner.conj() * (-1j * np.pi * raw)).real
    return out


def _raw(r: FloatArray, kind: str) -> NDArray[np.complex128]:
    """Return the beam (*B, N_Tx) before its normalisation, of the first N_Tx qubits."""
    if kind == "zx":
        return np.asarray(r[..., Z] + 1j * r[..., X])
    if kind == "xy":
        return np.asarray(r[..., X] + 1j * r[..., Y])
    o = 0.5 - 0.5 * r[..., Z]
    return np.asarray(o.astype(np.complex128) if kind == "o" else np.exp(2j * np.pi * o))


def _length(raw: NDArray[np.complex128]) -> tuple[FloatArray, BoolArray]:
    """Return norms (*B,), 1 in place of those too short to divide by, and where these are."""
    length = np.sqrt((raw.real**2 + raw.imag**2).sum(axis=-1))
    short = np.asarray(length < SHORTEST)
    return np.where(short, 1.0, length), short


def _bloch(bloch: ArrayLike, n_tx: int, kind: str) -> FloatArray:
    antennas = positive_int("n_tx", n_tx)
    one_of("kind", kind, BEAMS)
    r = finite_array("bloch", bloch)
    if r.ndim < 2 or r.shape[-1] != 3:
        raise ValueError(f"bloch must be (*B, qubits, 3), the <X>, <Y> and <Z> of each qubit, got shape {r.shape}")
    if r.shape[-2] < antennas:
        raise ValueError(
            f"n_tx must be at most the number of qubits, one an antenna, got {antennas} for {r.shape[-2]} qubits; "
            "Eq. (20) has one qubit a user, so take at least as many users as antennas"
        )
    return r
