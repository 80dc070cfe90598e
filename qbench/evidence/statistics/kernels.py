"""Intervals over the last axis, batched over every leading one.

Each returns (value, lo, hi, sd), all of the leading shape. `alpha` is the error per side. A sample whose spread is no
more than rounding has sd exactly 0 and an interval of one point: the judge refuses to decide on it below 20 units.
What counts as rounding depends on the terms that a unit's number was summed from: `size` (..., n) says how large they
were; without it the numbers themselves are taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from qbench._arrays import FloatArray

    Interval: TypeAlias = tuple[FloatArray, FloatArray, FloatArray, FloatArray]

ROUNDING = 1e-12
"""Spread below this share of the largest magnitude is rounding, not spread."""


def student_quantile(alpha: float, n: int) -> float:
    """Return the upper `alpha` quantile of Student t with n - 1 degrees of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, 1.0 - alpha))


def spread(residual: FloatArray, scale: FloatArray) -> FloatArray:
    """Return the standard deviation (n - 1) over the last axis, 0 where it is rounding beside `scale` (..., n)."""
    sd = residual.std(axis=-1, ddof=1)
    tiny = ROUNDING * np.abs(scale).max(axis=-1)
    return np.where(sd <= tiny, 0.0, sd)


def without_rounding(x: FloatArray, size: FloatArray) -> FloatArray:
    """Return the one value of a sample without spread: 0 where the terms cancelled, else the first unit's number."""
    first = x[..., 0]
    return np.where(np.abs(first) <= ROUNDING * np.abs(size).max(axis=-1), 0.0, first)


def student(x: FloatArray, alpha: float, size: FloatArray | None = None) -> Interval:
    """Student t interval of the mean of x (..., n), n >= 2."""
    n = x.shape[-1]
    size = x if size is None else size
    sd = spread(x, size)
    # A constant column has that constant as its mean, not the rounded sum over n.
    value = np.where(sd == 0.0, without_rounding(x, size), x.mean(axis=-1))
    half = student_quantile(alpha, n) * sd / np.sqrt(n)
    return value, value - half, value + half, sd


def fieller(
    a: FloatArray, b: FloatArray, alpha: float, size_a: FloatArray | None = None, size_b: FloatArray | None = None
) -> Interval:
    """Fieller interval of mean(a)/mean(b) for paired a, b (..., n), n >= 2.

    It is the set of theta that a paired t test on a - theta*b does not reject,
    |mean(a - theta b)| <= t * sd(a - theta b)/sqrt(n): a quadratic in theta, bounded only where mean(b) differs from 0
    at the same level; where it is not, the interval is the whole line. sd is that of (a - value*b)/mean(b).
    It is solved for the distance d = theta - value: with r = a - value*b, whose mean is 0,
    d^2 (mean(b)^2 - g s_bb) + 2 d g s_rb - g s_rr <= 0, g = t^2/n, where nothing cancels however small the spread.
    """
    n = a.shape[-1]
    mean_a, mean_b = a.mean(axis=-1), b.mean(axis=-1)
    g = student_quantile(alpha, n) ** 2 / n
    safe_b = np.where(mean_b == 0.0, 1.0, mean_b)
    value = np.where(mean_b == 0.0, 0.0, mean_a / safe_b)
    # In units of mean(b), so that no square can underflow where the columns are tiny.
    residual = (a - value[..., None] * b) / safe_b[..., None]
    size = np.abs(a if size_a is None else size_a) + np.abs(value)[..., None] * np.abs(b if size_b is None else size_b)
    sd = spread(residual, size / safe_b[..., None])
    beside = b / safe_b[..., None]
    dr, db = residual - residual.mean(axis=-1)[..., None], beside - beside.mean(axis=-1)[..., None]
    s_rr, s_bb, s_rb = (g * (u * v).sum(axis=-1) / (n - 1) for u, v in ((dr, dr), (db, db), (dr, db)))
    leading = np.where(mean_b == 0.0, 0.0, 1.0) - s_bb
    bounded = leading > 0.0
    safe = np.where(bounded, leading, 1.0)
    root = np.sqrt(s_rb**2 + safe * s_rr)
    # Both roots from the sum that does not cancel; the roots' product is -s_rr/leading.
    whole = root + np.abs(s_rb)
    far, near = whole / safe, s_rr / np.where(whole == 0.0, 1.0, whole)
    lo = np.where(bounded, value - np.where(s_rb > 0.0, far, near), -np.inf)
    hi = np.where(bounded, value + np.where(s_rb > 0.0, near, far), np.inf)
    point = bounded & (sd == 0.0)
    return value, np.where(point, value, lo), np.where(point, value, hi), sd


def clopper_pearson(x: FloatArray, alpha: float) -> Interval:
    """Clopper-Pearson interval of a share; x (..., n) holds 0 and 1."""
    from scipy.special import betaincinv

    n = x.shape[-1]
    hits = x.sum(axis=-1)
    value = hits / n
    lo = np.where(hits > 0, betaincinv(np.maximum(hits, 1), n - hits + 1, alpha), 0.0)
    hi = np.where(hits < n, betaincinv(hits + 1, np.maximum(n - hits, 1), 1.0 - alpha), 1.0)
    return value, lo, hi, spread(x, np.ones_like(x))
