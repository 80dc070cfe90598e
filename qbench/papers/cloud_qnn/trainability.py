"""Appendix B of the 2022 paper (D of the journal), re-derived: the bounds of the gradient's norm.

The lemma's lower bound is c {Tr[x] ...}: every density matrix has Tr[x] = Tr[sz x sz] = 1, so Eqs. (16), (19) and the
journal's (21) say 1/8 (1 + 1) = 1/4, and the journal's Lemma 3, whose square stands outside, 1/8 (1 + 1)^2 = 1/2.

For the function they bound, f = 1/2 - 1/2 <Z> after RY(t) on one qubit with Bloch vector r, <Z> = rz cos t - rx sin t,
so f' = (rz sin t + rx cos t) / 2 and the mean of f'^2 over t is (rx^2 + rz^2) / 8 <= 1/8: both bounds fail for every
input. After the papers' encoding r = (cos phi, sin phi, 0): cos^2(phi) / 8, which is 0 at phi = pi/2, so that no
positive bound holds for every input.

Eq. (30) sets RY(t) = cos t - i sin t sigma_y, which is RY(2 t), keeps one of two product-rule terms, drops the factor
-1/2 (the two misses cancel in magnitude) and takes 1/8 for the mean of cos^4 and sin^4, which is 3/8; 1/8 is that of
sin^2 cos^2. Eq. (23)'s f has the parity of all qubits as its observable, which is not the loss of Eq. (18).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, one_of, positive_int

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from qbench._arrays import FloatArray

PAULI_Z = np.diag([1.0, -1.0])
POINTS = 64
"""Equal steps over a period: the mean of a trigonometric polynomial of degree below 64 is exact."""


def density(bloch: ArrayLike) -> NDArray[np.complex128]:
    """Return (1 + r . sigma) / 2, (2, 2), of a Bloch vector r (3,). Raises ValueError for another shape, ||r|| > 1."""
    r = finite_array("bloch", bloch)
    if r.shape != (3,) or float(r @ r) > 1.0 + 1e-12:
        raise ValueError(f"bloch must be three numbers of norm at most 1, got {r.tolist()}")
    x, y, z = r.tolist()
    return np.array([[1 + z, x - 1j * y], [x + 1j * y, 1 - z]], dtype=np.complex128) / 2


def printed_lower_bound(x: NDArray[np.complex128], form: str = "equation") -> float:
    """Return the printed bound for a density matrix: "equation" (16), (19), journal (21); "lemma", journal Lemma 3."""
    one_of("form", form, ("equation", "lemma"))
    one, two = float(np.trace(x).real), float(np.trace(PAULI_Z @ x @ PAULI_Z).real)
    return (one**2 + two**2) / 8 if form == "equation" else (one**2 + two) ** 2 / 8


def mean_squared_derivative(bloch: ArrayLike) -> FloatArray:
    """Return the mean over t of f'(t)^2, f of Eq. (26), for Bloch vectors (*B, 3): (rx^2 + rz^2) / 8."""
    r = finite_array("bloch", bloch, ndim_at_least=1)
    return np.asarray((r[..., 0] ** 2 + r[..., 2] ** 2) / 8)


def mean_squared_derivative_by_quadrature(x: NDArray[np.complex128]) -> float:
    """Return the same from matrices: f' = -1/2 Tr[Z (dU x U^dag + U x dU^dag)], both product-rule terms."""
    values = []
    for t in _period():
        u, du = ry(t), ry_derivative(t)
        values.append(-0.5 * np.trace(PAULI_Z @ (du @ x @ u.conj().T + u @ x @ du.conj().T)).real)
    return float(np.mean(np.square(values)))


def ry(t: float) -> FloatArray:
    """Return exp(-i t sigma_y / 2), (2, 2)."""
    c, s = math.cos(t / 2), math.sin(t / 2)
    return np.array([[c, -s], [s, c]])


def ry_derivative(t: float) -> FloatArray:
    """Return d RY(t) / dt = RY(t + pi) / 2, (2, 2)."""
    return 0.5 * ry(t + math.pi)


def printed_derivative(t: float, shift: float = math.pi / 4) -> FloatArray:
    """Return W of Eq. (25), 1/2 (RY(t - s) - RY(t + s)): -2 sin(s/2) times the derivative; -.765 at s = pi/4."""
    return 0.5 * (ry(t - shift) - ry(t + shift))


def integral_of_printed_terms(x: NDArray[np.complex128]) -> float:
    """Return the middle of Eq. (30), its four integrals as printed, by exact quadrature: 3/8 + 3/8 at unit traces."""
    t = _period()
    c, s = np.cos(t), np.sin(t)
    one, two = float(np.trace(x).real), float(np.trace(PAULI_Z @ x @ PAULI_Z).real)
    cross = float(np.abs(np.trace(PAULI_Z @ x)) ** 2)
    mixed = float(np.mean((s * c) ** 2))
    return float(np.mean(c**4)) * one**2 - mixed * cross + mixed * cross + float(np.mean(s**4)) * two**2


def parity_gradient(n_neuron: int, phi: ArrayLike = 0.0) -> float:
    """Return the mean squared gradient norm of Eq. (23)'s f, one layer, operator order: N/4 2^-N prod cos^2 phi_n.

    <Z...Z> = prod_n -sin theta_n cos phi_n; each derivative turns one sin into a cos, all have mean square 1/2. It
    falls exponentially with N, against a bound that does not depend on N. `phi`: a number or (N,).
    """
    n = positive_int("n_neuron", n_neuron)
    angles = np.broadcast_to(finite_array("phi", phi), (n,))
    return float(n / 4 * 0.5**n * np.prod(np.cos(angles) ** 2))


def _period() -> FloatArray:
    return 2 * np.pi * np.arange(POINTS) / POINTS
