"""The rule, measured on synthetic claims of known truth: how often it errs at a band's edge, how often it decides.

`python -m qbench.evidence.calibration` prints the table that the docs show.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from qbench.evidence.claims import Band
from qbench.evidence.statistics.kernels import clopper_pearson, student
from qbench.evidence.tiers import LOOKS, NO_SPREAD_UNITS, SPEND, Tier

if TYPE_CHECKING:
    from qbench._arrays import FloatArray
    from qbench.evidence.statistics.kernels import Interval

Draw: TypeAlias = Callable[[np.random.Generator, tuple[int, ...]], "FloatArray"]
Kernel: TypeAlias = "Callable[[FloatArray, float], Interval]"

REPETITIONS = 20_000
SEED = 20_260_102


@dataclass(frozen=True)
class Law:
    """A distribution of units, with its mean and standard deviation known in closed form."""

    draw: Draw
    mean: float
    sd: float
    kernel: Kernel = student


def _lognormal_mean(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    return np.asarray(rng.lognormal(size=(*shape, 20)).mean(axis=-1))


def _bernoulli(p: float) -> Law:
    return Law(
        lambda rng, shape: (rng.random(shape) < p).astype(np.float64), p, float(np.sqrt(p * (1 - p))), clopper_pearson
    )


LAWS: Mapping[str, Law] = {
    "normal": Law(lambda rng, shape: rng.normal(size=shape), 0.0, 1.0),
    "uniform": Law(lambda rng, shape: rng.random(shape), 0.5, float(np.sqrt(1 / 12))),
    "0/1, p = 0.5": _bernoulli(0.5),
    "0/1, p = 0.3": _bernoulli(0.3),
    "0/1, p = 0.1": _bernoulli(0.1),
    "gamma(4)": Law(lambda rng, shape: rng.gamma(4.0, size=shape), 4.0, 2.0),
    "means of 20 lognormal(1)": Law(_lognormal_mean, float(np.exp(0.5)), float(np.sqrt((np.e - 1) * np.e / 20))),
    "exponential": Law(lambda rng, shape: rng.exponential(size=shape), 1.0, 1.0),
}


def verdict_shares(law: Law, band: Band, rng: np.random.Generator, tier: Tier = "standard") -> dict[str, float]:
    """Return the shares of "reproduced" and "not reproduced" for claims of one part, REPETITIONS of them."""
    looks = LOOKS[tier]
    x = law.draw(rng, (REPETITIONS, looks[-1]))
    open_ = np.ones(REPETITIONS, dtype=bool)
    counts = {"reproduced": 0, "not reproduced": 0}
    for n, alpha in zip(looks, SPEND, strict=False):
        _, lo, hi, sd = law.kernel(x[:, :n], alpha)
        able = open_ & ((sd > 0.0) | (n >= NO_SPREAD_UNITS))
        inside, outside = able & band.holds(lo, hi), able & band.excludes(lo, hi)
        counts["reproduced"] += int(inside.sum())
        counts["not reproduced"] += int(outside.sum())
        open_ &= ~(inside | outside)
    return {name: count / REPETITIONS for name, count in counts.items()}


def false_verdicts(law: Law, rng: np.random.Generator) -> float:
    """Return the larger share of wrong verdicts where the truth is the band's edge, over both sides of the edge.

    On a closed band's edge the claim holds and "not reproduced" is wrong; a hair beyond it "reproduced" is. Either
    side of the band may be the finite one.
    """
    shares: list[float] = []
    for band in (
        Band(lo=law.mean, hi=np.inf, unit="", why="the truth is the lower edge"),
        Band(lo=-np.inf, hi=law.mean, unit="", why="the truth is the upper edge"),
    ):
        shares.extend(verdict_shares(law, band, rng).values())
    return max(shares)


def power(law: Law, standard_errors: float, rng: np.random.Generator) -> float:
    """Return the smaller share of right verdicts where the edge is so many standard errors (of the last look) away."""
    distance = standard_errors * law.sd / math.sqrt(LOOKS["standard"][-1])
    inside = Band(lo=law.mean - distance, hi=np.inf, unit="", why="the truth is inside")
    beyond = Band(lo=law.mean + distance, hi=np.inf, unit="", why="the truth is beyond")
    return min(verdict_shares(law, inside, rng)["reproduced"], verdict_shares(law, beyond, rng)["not reproduced"])


def table() -> str:
    """Return false verdicts and power of every law, as a Markdown table."""
    rows = ["| units | false verdicts at the edge | power at 3 SE | power at 3.5 SE |", "|---|---|---|---|"]
    for name, law in LAWS.items():
        rng = np.random.default_rng(SEED)
        values = (false_verdicts(law, rng), power(law, 3.0, rng), power(law, 3.5, rng))
        rows.append(f"| {name} | " + " | ".join(f"{100 * v:.1f} %" for v in values) + " |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
