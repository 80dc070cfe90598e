"""What a verification found: per reading, per claim, and for the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qbench.evidence.compare import Outcome
from qbench.evidence.judge import units_to_decide
from qbench.evidence.record import RecordedReading, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.evidence.claims import Claim, Reading
    from qbench.evidence.judge import PartResult
    from qbench.evidence.record import Verdict
    from qbench.evidence.sweep import Summary
    from qbench.evidence.tiers import Tier


@dataclass(frozen=True)
class ReadingResult:
    """One claim under one reading.

    Attributes:
        verdict: at the last look seen.
        look: index of that look; None where nothing was measured.
        parts: what every part showed there; empty where nothing was measured.
        level: the level at which the main reading's verdict would just turn; None unless measured and decided.
        witnesses: counterexamples in words, of the parts that lie outside their bands.
        error: why it could not be measured, else None.
        seconds: computing time of the tasks behind it, whenever they ran.
        tier: whose looks it was judged at.
    """

    reading: Reading
    verdict: Verdict
    look: int | None = None
    parts: tuple[PartResult, ...] = ()
    level: float | None = None
    witnesses: tuple[str, ...] = ()
    error: str | None = None
    seconds: float = 0.0
    tier: Tier = "standard"

    @property
    def units(self) -> int:
        """Most units seen by a part."""
        return max((r.estimate.n for r in self.parts), default=0)

    def to_record(self) -> RecordedReading | None:
        """Return what goes on record of it; None where nothing was measured."""
        if self.error is not None or self.look is None:
            return None
        spans = {r.part.name: Span.of(r.estimate) for r in self.parts}
        return RecordedReading(self.verdict, self.tier, self.look, spans)

    @property
    def complete(self) -> bool:
        """Whether every number was estimated, those beside the parts too."""
        return self.error is None and not any(r.lacking for r in self.parts)

    @property
    def units_to_decide(self) -> int | None:
        """How many units would decide an open claim; None where it is decided or no number is known."""
        open_ = self.verdict == "inconclusive" and self.parts
        return units_to_decide(self.parts) if open_ else None


@dataclass(frozen=True)
class ClaimResult:
    """One claim, verified.

    Attributes:
        main: under the main reading, which alone gives the verdict; None for an untestable claim.
        others: under every other reading that was run or re-scored.
        outcome: beside the record.
        reasons: why that outcome, a sentence each.
        costs: qubits, gates and the like of what was run.
    """

    claim: Claim
    verdict: Verdict
    outcome: Outcome
    reasons: tuple[str, ...]
    main: ReadingResult | None
    others: tuple[ReadingResult, ...] = ()
    costs: Mapping[str, int] = field(default_factory=dict)

    @property
    def lacking(self) -> tuple[str, ...]:
        """What could not be estimated beside the parts, under any reading, a sentence each."""
        return tuple(
            f"reading {r.reading.key}: {name!r} beside {part.part.name!r} was not estimated: {why}"
            for r in (self.main, *self.others)
            if r is not None
            for part in r.parts
            for name, why in part.lacking.items()
        )


@dataclass(frozen=True)
class Verification:
    """A run over claims."""

    tier: Tier
    salt: int
    claims: tuple[ClaimResult, ...]
    tasks: Summary

    @property
    def decided(self) -> bool:
        """Whether any claim was decided."""
        return any(c.outcome in {Outcome.AS_RECORDED, Outcome.CONTRADICTS} for c in self.claims)

    def exit_code(self, *, strict: bool = False) -> int:
        """Return 3 where something could not be measured, 1 for a contradiction or nothing decided, else 0.

        "Something" is a claim, a reading or a number beside a part. A left lock is a contradiction. `strict` makes
        anything undecided 1.
        """
        outcomes = {c.outcome for c in self.claims}
        results = [r for c in self.claims for r in (c.main, *c.others) if r is not None]
        if Outcome.ERROR in outcomes or not all(r.complete for r in results):
            return 3
        if Outcome.CONTRADICTS in outcomes or not self.decided or (strict and Outcome.UNDECIDED in outcomes):
            return 1
        return 0
