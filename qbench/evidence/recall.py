"""A run that computes nothing: every claim from what a store holds, else from its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbench.evidence.compare import Outcome
from qbench.evidence.findings import ClaimResult, Verification
from qbench.evidence.measure import claim_costs
from qbench.evidence.registry import paper_of
from qbench.evidence.sweep import Summary
from qbench.evidence.verify import stored, stored_readings, verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench.evidence.claims import Claim
    from qbench.evidence.papers import Paper
    from qbench.evidence.store import Store
    from qbench.evidence.tiers import Tier


def recall(papers: Sequence[Paper], store: Store, tier: Tier | None = None) -> Verification:
    """Judge every claim of `papers` from the store, computing nothing.

    Each at `tier`, or, without one, at the tier that decides it, else at standard, else at fast: the first of which
    the store holds a look. A claim of which it holds none is undecided, and its result has no main reading.
    """
    claims = tuple(_recalled(claim, paper_of(claim, papers), store, tier) for p in papers for claim in p.claims)
    return Verification(tier or "standard", 0, claims, Summary(0, 0, 0))


def _recalled(claim: Claim, paper: Paper, store: Store, tier: Tier | None) -> ClaimResult:
    if claim.untestable is not None:
        return verify([claim], [paper], store).claims[0]  # nothing of it can be computed
    tiers: tuple[Tier, ...] = (claim.decides_at, "standard", "fast") if tier is None else (tier,)
    for at in dict.fromkeys(tiers):
        found = stored(claim, paper, store, at)
        if found is not None:
            return found
    where = "" if tier is None else f" at tier {tier}"
    reason = f"the store does not hold its results{where}: `qbench verify {claim.id}` computes them"
    others = stored_readings(claim, paper, store)
    return ClaimResult(claim, "inconclusive", Outcome.UNDECIDED, (reason,), None, others, claim_costs(paper, claim))
