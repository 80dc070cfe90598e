"""Exact studies of shot noise: by sums over all counts of a binomial law, in whole numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import comb
from typing import TYPE_CHECKING, cast

import numpy as np

from qbench._check import positive_int
from qbench.papers.hqcnn._columns import one
from qbench.papers.hqcnn.extrapolation import extrapolate, extrapolation_weights, sampled, shot_variance

if TYPE_CHECKING:
    from qbench.papers._study import Columns, Params, Streams


def shot_moments(z: Fraction, shots: int) -> tuple[Fraction, Fraction]:
    """Return mean and variance of <Z> = z estimated by `shots` measurements, summed over 0..shots ups.

    Nothing is rounded. Raises ValueError for z outside [-1, 1] and fewer than 1 shot.
    """
    if not -1 <= z <= 1:
        raise ValueError(f"z must lie in [-1, 1], got {z}")
    s = positive_int("shots", shots)
    up = (1 + z) / 2
    a, b = up.numerator, up.denominator - up.numerator
    powers_a, powers_b = [1], [1]
    for _ in range(s):
        powers_a.append(powers_a[-1] * a)
        powers_b.append(powers_b[-1] * b)
    weights = [comb(s, k) * powers_a[k] * powers_b[s - k] for k in range(s + 1)]
    total = up.denominator**s
    mean = Fraction(sum(w * (2 * k - s) for k, w in enumerate(weights)), s * total)
    square = Fraction(sum(w * (2 * k - s) ** 2 for k, w in enumerate(weights)), s * s * total)
    return mean, square - mean**2


def shot_noise(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001 - the signature of a study
    """C33: variance of an estimated <Z> less (1 - z^2)/S, and whether it falls with S.

    Params: z, a list of expectation values, and shots, a rising list. Columns: deviation, the largest of the variance;
    bias, the largest of the mean from z; rises, steps of shots over which a variance does not fall; steps; most, least:
    the variance at the first z with the fewest and the most shots.
    """
    shots = [positive_int("shots", s) for s in cast("list[int]", params["shots"])]
    deviations, biases, rises, steps = [], [], 0, 0
    table = []
    for z in (_written(value) for value in cast("list[float]", params["z"])):
        moments = [shot_moments(z, s) for s in shots]
        variances = [variance for _, variance in moments]
        biases += [abs(float(mean - z)) for mean, _ in moments]
        deviations += [
            float(v - Fraction(float(shot_variance(float(z), s)))) for v, s in zip(variances, shots, strict=True)
        ]
        rises += sum(more >= less for less, more in pairwise(variances))
        steps += len(shots) - 1
        table.append(variances)
    return one(
        deviation=max(deviations, key=abs),
        bias=max(biases),
        rises=rises,
        steps=steps,
        most=float(table[0][0]),
        least=float(table[0][-1]),
    )


def extrapolated_noise(params: Params, streams: Streams, units: range) -> Columns:
    """C20: variance of <Z> extrapolated to no noise over that of <Z> itself, S shots for each value.

    Params: shots, S; z, a list of noiseless values; kept, a list of shares f, <Z> being z f^lambda at scale lambda;
    scales, longer: two lists of whole scales; repetitions, of the sampled check. Columns: ratio, ratio_longer: at z = 0
    under both lists of scales; violations, cases of z, f and scales in which the ratio is not above 1; cases; smallest,
    the least ratio; sampled, the ratio of sampled variances at z = 0 with `scales`; same_cost, the ratio at z = 0 if
    <Z> alone gets the shots of all scales.
    """
    shots = positive_int("shots", params["shots"])
    lists = [[positive_int(name, x) for x in cast("list[int]", params[name])] for name in ("scales", "longer")]
    at_zero = [variance_ratio([Fraction(0)] * len(scales), scales, shots) for scales in lists]
    ratios = [
        variance_ratio([_written(z) * _written(f) ** scale for scale in scales], scales, shots)
        for z in cast("list[float]", params["z"])
        for f in cast("list[float]", params["kept"])
        for scales in lists
    ]
    (unit,) = units
    drawn = np.zeros((len(lists[0]), positive_int("repetitions", params["repetitions"], least=2)))
    estimates = sampled(drawn, shots, streams.rng("shots", unit))
    return one(
        ratio=float(at_zero[0]),
        ratio_longer=float(at_zero[1]),
        violations=sum(ratio <= 1 for ratio in ratios),
        cases=len(ratios),
        smallest=float(min(ratios)),
        sampled=float(extrapolate(estimates, lists[0], clip=False).var() / estimates[0].var()),
        same_cost=float(len(lists[0]) * at_zero[0]),
    )


def variance_ratio(values: list[Fraction], scales: list[int], shots: int) -> Fraction:
    """Return the variance of Richardson's value over that of the first of `values`, one a scale, `shots` for each.

    Raises ValueError as `extrapolation_weights` and `shot_moments`.
    """
    weights = [Fraction(float(c)) for c in extrapolation_weights(scales)]
    variances = [shot_moments(z, shots)[1] for z in values]
    return sum((c**2 * v for c, v in zip(weights, variances, strict=True)), start=Fraction(0)) / variances[0]


def _written(value: float) -> Fraction:
    """Return the decimal that stands in the ledger."""
    return Fraction(str(value))
