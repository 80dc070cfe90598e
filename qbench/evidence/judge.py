"""The rule that turns estimates into a verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from qbench.evidence.statistics.kernels import student_quantile
from qbench.evidence.tiers import NO_SPREAD_UNITS, SPEND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qbench.evidence.claims import Band, Claim, Part
    from qbench.evidence.estimate import Estimate
    from qbench.evidence.record import Verdict
    from qbench.evidence.statistics.quantity import Columns

Side: TypeAlias = Literal["inside", "outside", "open"]

POWER_Z = 1.08
"""Standard normal quantile of 0.86, the power that the rule has at three standard errors."""


def side(estimate: Estimate, band: Band) -> Side:
    """Say where an interval lies; a sample without spread is open below 20 units, whatever its point."""
    if not estimate.exact and estimate.sd == 0.0 and estimate.n < NO_SPREAD_UNITS:
        return "open"
    if band.holds(estimate.lo, estimate.hi):
        return "inside"
    return "outside" if band.excludes(estimate.lo, estimate.hi) else "open"


@dataclass(frozen=True)
class PartResult:
    """What one part showed at a look.

    Attributes:
        part: the part.
        estimate: at the level that the look spends.
        wide: at that level divided by the number of parts: what may refute the conjunction.
        beside: the part's numbers without a band, at the level that the look spends.
        lacking: why one of them could not be estimated, by its name.
    """

    part: Part
    estimate: Estimate
    wide: Estimate
    beside: Mapping[str, Estimate] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)

    @property
    def inside(self) -> bool:
        """Whether this part speaks for the claim."""
        return side(self.estimate, self.part.band) == "inside"

    @property
    def outside(self) -> bool:
        """Whether this part alone refutes the claim."""
        return side(self.wide, self.part.band) == "outside"


def judge_parts(parts: Sequence[Part], columns: Mapping[str, Columns], alpha: float) -> tuple[PartResult, ...]:
    """Estimate every part from its columns, at `alpha` per side and at `alpha` over the number of parts."""
    results = []
    for part in parts:
        estimate = part.statistic.estimate(columns[part.name], alpha)
        # With one part both levels are the same: a bootstrap need not run twice.
        alone = len(parts) == 1 or estimate.exact
        wide = estimate if alone else part.statistic.estimate(columns[part.name], alpha / len(parts))
        results.append(PartResult(part, estimate, wide))
    return tuple(results)


def with_beside(result: PartResult, columns: Columns, alpha: float) -> PartResult:
    """Return the result with the numbers beside the part; none of them changes a verdict, not even by failing."""
    beside, lacking = {}, {}
    for name, statistic in result.part.beside.items():
        try:
            beside[name] = statistic.estimate(columns, alpha)
        except (KeyError, ValueError) as error:
            lacking[name] = str(error.args[0] if error.args else error)
    return replace(result, beside=beside, lacking=lacking)


def verdict_of(claim: Claim, results: Sequence[PartResult]) -> Verdict:
    """Return the verdict at one look; "inconclusive" where neither side is decided."""
    if all(r.inside for r in results):
        return "reproduced"
    if any(r.outside for r in results):
        return "not reproduced" if claim.kind == "measured" else "refuted"
    return "inconclusive"


def units_to_decide(results: Sequence[PartResult]) -> int | None:
    """Return how many units would decide, if values and spreads stay as they are; at least one more than were seen.

    The least n at which the band's edge lies t(alpha, n - 1) + 1.08 standard errors away, alpha being what the last
    look spends: with that many it decides with power 0.86 (about three standard errors for a claim of one part). A
    claim with a part beyond its band needs the first such part to leave it; otherwise every part must fit. None where a
    value lies on an edge: no number of units is known to decide.
    """
    last = SPEND[-1]
    beyond = [r for r in results if not r.part.band.holds(r.estimate.value, r.estimate.value)]
    if beyond:
        units = min(_units(r, last / len(results)) for r in beyond)
    else:
        units = max((_units(r, last) for r in results if not r.estimate.exact), default=math.inf)
    return int(units) if math.isfinite(units) else None


def _units(result: PartResult, alpha: float) -> float:
    """Return the units that one part needs; infinite where its value lies on an edge."""
    estimate, band = result.estimate, result.part.band
    distance = min(abs(estimate.value - edge) for edge in (band.lo, band.hi) if math.isfinite(edge))
    if distance == 0.0:
        return math.inf
    if estimate.sd == 0.0:
        return max(NO_SPREAD_UNITS, estimate.n + 1)

    def reached(n: int) -> bool:
        return (student_quantile(alpha, n) + POWER_Z) * estimate.sd <= distance * math.sqrt(n)

    low, high = estimate.n, estimate.n + 1
    while not reached(high):
        low, high = high, 2 * high
        if high > 2**40:
            return math.inf
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


def turning_level(claim: Claim, columns: Mapping[str, Columns], look: int) -> float | None:
    """Return the largest level per side at which the verdict reached at a look would just change.

    It plays the part of a p value in Holm's procedure over a paper. Looking again costs: what the earlier looks spent
    is added, without which P(level <= 0.01) is 0.021 at a band's edge (measured). None for a claim that is not measured
    or not decided. The search is a bisection of log(level) down to 1e-12: intervals only widen as the level falls.
    """
    alpha, before = SPEND[look], sum(SPEND[:look])
    if claim.kind != "measured":
        return None
    found = verdict_of(claim, judge_parts(claim.parts, columns, alpha))
    if found == "inconclusive":
        return None

    def keeps(level: float) -> bool:
        return verdict_of(claim, judge_parts(claim.parts, columns, level)) == found

    floor = 1e-12
    if keeps(floor):
        return before + floor
    low, high = math.log(floor), math.log(alpha)
    while high - low > 1e-3:
        middle = (low + high) / 2.0
        low, high = (low, middle) if keeps(math.exp(middle)) else (middle, high)
    return before + math.exp(high)


def holm(levels: Mapping[str, float], whole: float = 0.05) -> dict[str, bool]:
    """Return for every claim whether its verdict stands when `whole` is shared by Holm's procedure over all of them."""
    stands: dict[str, bool] = {}
    alive = True
    for rank, (name, level) in enumerate(sorted(levels.items(), key=lambda item: (item[1], item[0]))):
        alive = alive and level <= whole / (len(levels) - rank)
        stands[name] = alive
    return stands
