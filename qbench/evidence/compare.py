"""A verdict beside the one on record, and the lock that catches drift beyond chance."""

from __future__ import annotations

import math
from enum import Enum
from typing import TYPE_CHECKING

from qbench.evidence.tiers import Tier, tier_rank

if TYPE_CHECKING:
    from qbench.evidence.claims import Claim
    from qbench.evidence.estimate import Estimate
    from qbench.evidence.record import Verdict

LOCK_LEVEL = 0.9995
"""Quantile of Student t in the lock: two honest runs leave it once in a thousand comparisons."""

ROUNDING = 1e-9
"""Relative drift that libraries of linear algebra may show between machines; a record without spread allows no more."""


class Outcome(Enum):
    """What a run says of the record."""

    AS_RECORDED = "as recorded"
    UNDECIDED = "undecided"
    CONTRADICTS = "contradicts"
    ERROR = "error"


def compare(verdict: Verdict, units: int, claim: Claim, tier: Tier, salt: int) -> Outcome:
    """Compare a verdict, reached with `units` units at `tier` under `salt`, with the claim's record.

    A claim without a record contradicts nothing but its absence: once decided it must be recorded.
    """
    recorded = claim.recorded
    if recorded is not None and verdict == recorded.verdict:
        return Outcome.AS_RECORDED
    if verdict == "inconclusive":
        below = tier_rank(tier) < tier_rank(claim.decides_at)
        fewer = recorded is not None and units < recorded.units
        if below or fewer or salt != 0:
            return Outcome.UNDECIDED
    return Outcome.CONTRADICTS


def locked(now: Estimate, recorded: Estimate, atol: float = 0.0) -> bool:
    """Whether `now` agrees with the record up to chance.

    Exact values agree within `atol`; measured ones within t(.9995, n_rec - 1) * sd_rec * sqrt(1/n_rec + 1/n_now).
    Both allow a relative 1e-9 for the rounding of different machines.
    """
    drift = abs(now.value - recorded.value)
    rounding = ROUNDING * max(abs(now.value), abs(recorded.value))
    if now.exact != recorded.exact:
        return False
    if recorded.exact:
        return drift <= max(atol, rounding)
    from scipy.special import stdtrit

    quantile = float(stdtrit(recorded.n - 1, LOCK_LEVEL))
    return drift <= max(quantile * recorded.sd * math.sqrt(1.0 / recorded.n + 1.0 / now.n), rounding)
