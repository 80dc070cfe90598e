"""Conditional value at risk of the lower tail: exact laws, samples, and how much a sampled value scatters.

CVaR_alpha is the mean of the lowest mass alpha of a law: alpha = 1 is the mean, alpha -> 0 the minimum (Barkoutsos et
al., Quantum 4, 256 (2020)). Laws with atoms need a convention where the mass alpha ends inside an atom: here that
boundary atom is split, which makes CVaR continuous in the law and equal to the Rockafellar-Uryasev form
max_t { t - E[(t - X)_+] / alpha }.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, in_interval, one_of, positive_int

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray

SUM_TOLERANCE = 1e-8  # how far probabilities may be from summing to 1
TIE_TOLERANCE = 1e-12  # relative: a cumulated probability this close to alpha counts as alpha
WHOLE_TOLERANCE = 1e-9  # alpha * shots this close to a whole number counts as it (0.29 * 100 is 28.999...96)
CONVENTIONS = ("floor", "ceil", "fractional")


def _alpha(alpha: float) -> float:
    return in_interval("alpha", alpha, 0.0, 1.0, lo_open=True)


def _law(energies: ArrayLike, probabilities: ArrayLike) -> tuple[FloatArray, FloatArray]:
    e = finite_array("energies", energies, ndim_at_least=1)
    p = finite_array("probabilities", probabilities, ndim_at_least=1)
    try:
        fits = e.shape[-1] == p.shape[-1] and np.broadcast_shapes(e.shape, p.shape) == p.shape
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(
            f"energies of shape {e.shape} do not fit probabilities of shape {p.shape}: need (D,) or (*B, D)"
        )
    if p.min() < 0:
        raise ValueError(f"probabilities must be at least 0, got {p.min()}")
    total = p.sum(axis=-1)
    worst = float(total.flat[np.abs(total - 1.0).argmax()])
    if abs(worst - 1.0) > SUM_TOLERANCE:
        raise ValueError(f"probabilities must sum to 1 within {SUM_TOLERANCE:g}, got {worst!r}")
    return e, p


def _sorted(energies: FloatArray, order: IntArray | None) -> tuple[IntArray, FloatArray]:
    """Return `order` (computed where not given) and the energies in that order."""
    order = np.argsort(energies, axis=-1) if order is None else _permutation(order, energies.shape)
    ascending = np.take_along_axis(energies, order, axis=-1)
    if np.any(np.diff(ascending, axis=-1) < 0):
        raise ValueError("order does not sort the energies; pass np.argsort(energies, axis=-1)")
    return order, ascending


def _permutation(order: IntArray, shape: tuple[int, ...]) -> IntArray:
    """Return `order`; ValueError unless every row names every index once."""
    given = np.asarray(order)
    if given.shape != shape:
        raise ValueError(f"order must have the shape of energies {shape}, got {given.shape}")
    if given.dtype.kind not in "iu":
        raise ValueError(f"order must hold whole numbers, got {given.dtype}; pass np.argsort(energies, axis=-1)")
    seen = np.zeros(shape, dtype=np.bool_)
    if given.min() >= 0 and given.max() < shape[-1]:
        np.put_along_axis(seen, given, True, axis=-1)  # noqa: FBT003 - the value to put
    if not seen.all():
        raise ValueError("order must name every index once; pass np.argsort(energies, axis=-1)")
    return given


def _quantile(energies: FloatArray, probabilities: FloatArray, alpha: float, order: IntArray | None) -> FloatArray:
    order, ascending = _sorted(energies, order)
    mass = np.take_along_axis(probabilities, np.broadcast_to(order, probabilities.shape), axis=-1).cumsum(axis=-1)
    # Divided by the last entry, so that rounding of the sum never pushes the quantile onto an atom without mass.
    index = (mass < alpha * (1.0 - TIE_TOLERANCE) * mass[..., -1:]).sum(axis=-1, keepdims=True)
    index = np.minimum(index, mass.shape[-1] - 1)
    ascending = np.broadcast_to(ascending, probabilities.shape)
    return np.asarray(np.take_along_axis(ascending, index, axis=-1)[..., 0])


def lower_quantile(energies: ArrayLike, probabilities: ArrayLike, alpha: float) -> FloatArray:
    """Return F^-1(alpha) = min{x : P(X <= x) >= alpha}.

    Shapes: energies (D,) or (*B, D), probabilities (*B, D); result (*B,), in the unit of the energies.
    Raises ValueError for what is not a law, and for alpha outside (0, 1].
    """
    e, p = _law(energies, probabilities)
    return _quantile(e, p, _alpha(alpha), None)


def cvar(
    energies: ArrayLike, probabilities: ArrayLike, alpha: float, *, order: IntArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return the mean of the lowest mass alpha of a discrete law, and its derivative by the probabilities.

    Shapes: energies (D,) or (*B, D), probabilities (*B, D); value (*B,), cotangent (*B, D), both in the unit of the
    energies. `order` = np.argsort(energies, axis=-1) spares the sort where the same energies come again.

    With q = F^-1(alpha), value = (1/alpha) [sum_{E_k < q} p_k E_k + (alpha - F(q-)) q] = q + sum_k p_k g_k, where
    g_k = min(E_k - q, 0) / alpha. The cotangent is g: by the envelope theorem the derivative of
    max_t { t - sum_k p_k (t - E_k)_+ / alpha } at its maximiser t = q. Normalisation: the probabilities are used as
    given, not rescaled; a cotangent on the simplex is known only up to one constant per law, and this is the one that
    vanishes at and above q. Probabilities of a state vector always move within the simplex, so the constant cancels.

    Where F(q) = alpha exactly, value has a kink and g is one of its subgradients (value is convex in the law). At
    alpha = 1 the value is linear: q is then the largest energy, with or without mass, and g = E - max E is exact.
    Raises ValueError for alpha outside (0, 1], what is empty, not finite or negative, probabilities that do not sum to
    1 within 1e-8, shapes that do not fit, and an order that does not sort.
    """
    e, p = _law(energies, probabilities)
    a = _alpha(alpha)
    q = np.broadcast_to(e.max(axis=-1), p.shape[:-1]) if a == 1.0 else _quantile(e, p, a, order)
    cotangent = np.minimum(e - q[..., None], 0.0) / a
    return np.asarray(q + np.einsum("...k,...k->...", p, cotangent)), cotangent


def cvar_of_samples(samples: ArrayLike, alpha: float, convention: str = "floor") -> FloatArray:
    """Return the mean of the lowest alpha K of K samples, over the last axis.

    Shapes: samples (*B, K); result (*B,), in the unit of the samples. Conventions where alpha K is not whole: "floor"
    takes floor(alpha K) samples but at least one, "ceil" takes ceil(alpha K), "fractional" splits the boundary sample,
    which is `cvar` of the empirical law. All three agree where alpha K is whole (to within 1e-9) and where it is below
    1.
    Raises ValueError for alpha outside (0, 1], no samples, samples that are not finite, and an unknown convention.
    """
    x = np.sort(finite_array("samples", samples, ndim_at_least=1), axis=-1)
    one_of("convention", convention, CONVENTIONS)
    shots = x.shape[-1]
    mass = _alpha(alpha) * shots
    if abs(mass - round(mass)) <= WHOLE_TOLERANCE:
        mass = float(round(mass))
    if convention != "fractional":
        count = max(1, math.floor(mass) if convention == "floor" else math.ceil(mass))
        return np.asarray(x[..., :count].mean(axis=-1))
    whole = math.floor(mass)
    if mass <= 1.0:
        return x[..., 0].copy()
    boundary = x[..., min(whole, shots - 1)]
    return np.asarray((x[..., :whole].sum(axis=-1) + (mass - whole) * boundary) / mass)


def cvar_sampling_variance(energies: ArrayLike, probabilities: ArrayLike, alpha: float) -> FloatArray:
    """Return the limit of K * Var(`cvar_of_samples`) for K independent samples of a regular law.

    Shapes: energies (D,) or (*B, D), probabilities (*B, D); result (*B,), in the squared unit of the energies.

    Claim: K Var -> [V + (1 - alpha)(q - C)^2] / alpha, with q = F^-1(alpha), C the CVaR and V the variance within the
    tail (the lowest mass alpha, boundary atom split). Proof: on a regular law, F(q-) < alpha < F(q) or F continuous
    and rising at q, the maximiser t = q of t - E[(t - X)_+] / alpha is unique, so CVaR is differentiable in the law
    with influence function -(q - x)_+ / alpha + const (Danskin), and K Var -> Var[(q - X)_+] / alpha^2. The tail law
    has mean C, and the boundary atom adds nothing to (q - X)_+, so E[(q - X)_+] = alpha (q - C) and E[(q - X)_+^2] =
    alpha [V + (q - C)^2]; insert. It is the variance of `cvar`'s cotangent under the law.

    Where F equals alpha on a gap between two atoms the limit is not Gaussian and this number is wrong: t may lie
    anywhere in the gap. Two atoms with P(X = 0) = alpha = 0.1, else 1: K Var -> (1 - alpha)/alpha (1/2 - 1/(2 pi)) =
    3.07, with a bias of order K^-1/2, while this formula gives 0.
    Raises ValueError as `cvar` does.
    """
    _, p = _law(energies, probabilities)
    value, g = cvar(energies, probabilities, alpha)
    # sum_k p_k g_k = value - q, but taking it from g itself keeps the variance free of the cancellation in value - q.
    mean = np.einsum("...k,...k->...", p, g)
    return np.asarray(np.einsum("...k,...k->...", p, (g - mean[..., None]) ** 2)).reshape(value.shape)


def cvar_variance_bound(energy_range: float, alpha: float, shots: int) -> float:
    """Return B^2 K / (4 floor(alpha K)^2), a bound on Var(`cvar_of_samples`, "floor") for every law within a range B.

    B in the unit of the energies, K = shots; the bound is B^2 / (4 alpha^2 K) where alpha K is whole. As in the
    estimator, floor(alpha K) is at least 1.

    Proof. Let m = floor(alpha K) and S the sum of the m lowest samples. As a function of one sample x_i alone, S =
    min(a, b + x_i), where a and b are the sums of the m and m - 1 lowest of the others, so moving x_i within a range B
    moves S / m within an interval of length at most B / m, and its conditional variance given the other samples is at
    most (B / m)^2 / 4 (Popoviciu). Efron-Stein: Var(S / m) <= sum_i E[Var(S / m | others)] <= K (B / m)^2 / 4.
    Raises ValueError for a negative or infinite range, alpha outside (0, 1], and fewer than 1 shot.
    """
    width = in_interval("energy_range", energy_range, 0.0, math.inf, hi_open=True)
    k = positive_int("shots", shots)
    m = max(1, math.floor(_alpha(alpha) * k + WHOLE_TOLERANCE))
    return width * width * k / (4.0 * m * m)


def cvar_of_counts(energies: ArrayLike, counts: ArrayLike, alpha: float) -> FloatArray:
    """Return `cvar_of_samples` ("floor") of shots given as counts per energy, as samplers return them.

    Shapes: energies (D,), counts (*B, D), whole numbers; result (*B,), in the unit of the energies. The lowest
    floor(alpha K) of K shots carry the mass floor(alpha K)/K of the empirical law, and that mass ends at a whole shot.
    Raises ValueError for alpha outside (0, 1], counts that are negative, not whole or all 0, and totals K that differ.
    """
    c = finite_array("counts", counts, ndim_at_least=1)
    if np.any(c < 0) or np.any(c != np.round(c)):
        raise ValueError(f"counts must be whole numbers of at least 0, got {c[(c < 0) | (c != np.round(c))][0]:g}")
    totals = np.unique(c.sum(axis=-1))
    if len(totals) != 1 or totals[0] < 1:
        raise ValueError(f"every law must have the same number of shots, at least 1, got {totals[:5].tolist()}")
    shots = int(totals[0])
    count = max(1, math.floor(_alpha(alpha) * shots + WHOLE_TOLERANCE))
    return cvar(energies, c / shots, count / shots)[0]
