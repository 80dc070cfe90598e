"""What the page says of one claim: everything in words and drawings, ready for the template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbench.evidence.compare import Outcome
from qbench.evidence.report.part_view import (
    OtherReading,
    PartView,
    decisive_part,
    other_readings,
    part_views,
    with_record,
)
from qbench.evidence.summary import MANY, appears, others_text, readings_of
from qbench.evidence.wording import in_short, rerun_command

if TYPE_CHECKING:
    from qbench.evidence.claims import Claim
    from qbench.evidence.findings import ClaimResult
    from qbench.evidence.papers import Paper
    from qbench.evidence.record import Verdict

KINDS = {
    "measured": "",
    "exact": "Exact. ",
    "analytic": "Exact, with a proof that runs. ",
    "consistency": "The paper's own arithmetic. ",
}
PARAMETERS = {
    "stated": "The paper states the parameters it depends on.",
    "inferred": "The parameters it depends on are inferred from other statements of the paper.",
    "unstated": "The paper does not state the parameters it depends on.",
}


@dataclass(frozen=True)
class ClaimView:
    """One claim.

    Attributes:
        verdict: of this run where it measured the claim, else the one on record.
        kind: the verdict as a CSS class.
        source: where verdict and numbers come from, a sentence.
        why: why the verdict on record, with its date; "" without a record.
        short: its first sentences, else the reason why nothing was measured.
        setting: kind of claim, what the paper states, the main reading.
        readings: the others; `folded` where there are many.
        decisive: the part that tells most.
    """

    claim: Claim
    verdict: Verdict
    kind: str
    source: str
    why: str
    short: str
    setting: str
    parts: tuple[PartView, ...]
    decisive: PartView | None
    summary: str
    others: str
    readings: tuple[OtherReading, ...]
    reasons: tuple[str, ...]
    witnesses: tuple[str, ...]
    costs: tuple[tuple[str, str], ...]
    seconds: str
    command: str

    @property
    def name(self) -> str:
        """The claim's id without its paper."""
        return self.claim.id.split("/")[1]

    @property
    def folded(self) -> bool:
        """Whether the other readings are too many to stand open."""
        return sum(max(len(r.parts), 1) for r in self.readings) > MANY


def claim_view(result: ClaimResult, paper: Paper) -> ClaimView:
    """Return what the page says of a claim."""
    claim, recorded = result.claim, result.claim.recorded
    views = with_record(claim, readings_of(claim, result))
    main = next((v for v in views if v.main), None)
    parts = part_views(claim, result, paper, main)
    verdict = shown_verdict(result)
    others = [v for v in views if not v.main]
    seconds = result.main.seconds if result.main is not None else 0.0
    return ClaimView(
        claim=claim,
        verdict=verdict,
        kind=verdict.replace(" ", "-"),
        source=_source(result),
        why="" if recorded is None else recorded.why,
        short=_short(result),
        setting=_setting(claim),
        parts=parts,
        decisive=decisive_part(claim, parts, main),
        summary=appears(views) if others and any(v.found for v in views) else "",
        others=others_text(others) if len(others) > MANY else "",
        readings=other_readings(claim, result, paper, others),
        reasons=() if claim.untestable is not None else result.reasons,
        witnesses=() if result.main is None else result.main.witnesses,
        costs=tuple((name.replace("_", " "), f"{value:,}") for name, value in result.costs.items() if value),
        seconds=duration(seconds) if seconds else "",
        command=rerun_command(claim, claim.id),
    )


def shown_verdict(result: ClaimResult) -> Verdict:
    """Return this run's verdict where it measured the claim or has no other, else the one on record."""
    recorded = result.claim.recorded
    return result.verdict if result.main is not None or recorded is None else recorded.verdict


def from_record(result: ClaimResult) -> bool:
    """Whether the page speaks from the record: the run did not measure the claim, and an earlier one did."""
    claim = result.claim
    return result.main is None and claim.recorded is not None and claim.untestable is None


def duration(seconds: float) -> str:
    """Return a time in words: "0.4 s", "3.1 min", "2.5 h"."""
    if seconds < 0.1:
        return "under 0.1 s"
    if seconds < 120:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _short(result: ClaimResult) -> str:
    """Return in a sentence or two why the verdict that is shown."""
    recorded = result.claim.recorded
    if result.outcome is Outcome.ERROR:
        return "Could not be measured."
    if recorded is None or result.outcome is Outcome.CONTRADICTS:
        return (result.reasons or ("",))[0]
    why = in_short(recorded.why)
    if result.outcome is Outcome.UNDECIDED and result.main is not None:
        return f"Undecided in this run; on record: {recorded.verdict}. {why}"
    return why


def _source(result: ClaimResult) -> str:
    claim, recorded = result.claim, result.claim.recorded
    record = "" if recorded is None else f"the record of {recorded.date}, tier {recorded.tier}"
    if claim.untestable is not None:
        return "" if recorded is None else f"On record since {recorded.date}."
    if result.main is None:
        if recorded is None:
            return "Not measured in this run, and no verdict is on record."
        return f"Not measured in this run: verdict and numbers are those of {record}."
    if result.outcome is Outcome.ERROR:
        return "Could not be measured." + (f" On record since {recorded.date}: {recorded.verdict}." if recorded else "")
    tail = {
        Outcome.AS_RECORDED: f"The verdict is that of {record}." if record else "",
        Outcome.CONTRADICTS: f"This contradicts {record}: {recorded.verdict}."
        if recorded is not None and recorded.verdict != result.verdict
        else f"This left the lock of {record}."
        if record
        else "No verdict is on record yet.",
        Outcome.UNDECIDED: f"Undecided in this run; {record} says {recorded.verdict}."
        if recorded is not None
        else "Undecided in this run, and no verdict is on record.",
        Outcome.ERROR: "",
    }[result.outcome]
    return f"Measured at tier {result.main.tier}. {tail}".strip()


def _setting(claim: Claim) -> str:
    if claim.main is None:
        return f"Untestable: {claim.untestable}."
    return f"{KINDS[claim.kind]}{PARAMETERS[claim.parameters]} Main reading “{claim.main.key}”: {claim.main.why}."
