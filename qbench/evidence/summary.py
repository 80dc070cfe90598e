"""What the readings of a claim show, from present results and from the record, for every door alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbench.evidence.record import VERDICTS
from qbench.evidence.wording import estimate_text, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench.evidence.claims import Claim, Reading
    from qbench.evidence.findings import ClaimResult
    from qbench.evidence.record import RecordedReading

MANY = 12
"""More readings than these are not shown one by one."""


@dataclass(frozen=True)
class ReadingView:
    """A registered reading and what is known of it.

    Attributes:
        main: whether it gives the verdict.
        found: what it showed, None where it has not run.
        source: "now" for a present result, else the date of the record; "" where it has not run.
        error: why it could not be measured, else None.
    """

    reading: Reading
    main: bool
    found: RecordedReading | None = None
    source: str = ""
    error: str | None = None

    @property
    def holds(self) -> bool:
        """Whether it ran and the claim holds under it."""
        return self.found is not None and self.found.holds

    @property
    def key(self) -> str:
        """The reading's short name."""
        return self.reading.key

    @property
    def verdict(self) -> str:
        """The verdict in words a table has room for."""
        if self.error is not None:
            return f"not measured ({self.error.strip().splitlines()[-1]})"
        if self.found is None:
            return "not run"
        return f"open after {self.found.units} units" if self.found.verdict == "inconclusive" else self.found.verdict

    @property
    def numbers(self) -> str:
        """Every part's estimate; "" where there is none."""
        parts = {} if self.found is None else self.found.parts
        return "; ".join(f"{name} {estimate_text(span)}" for name, span in parts.items())


def readings_of(claim: Claim, result: ClaimResult | None) -> tuple[ReadingView, ...]:
    """Return a view of every registered reading: the present result where there is one, else the record's."""
    present = {} if result is None else {r.reading.key: r for r in (result.main, *result.others) if r is not None}
    recorded = {} if claim.recorded is None else claim.recorded.readings
    views = []
    for reading in claim.readings:
        main = reading is claim.main
        now = present.get(reading.key)
        if now is not None:
            views.append(ReadingView(reading, main, now.to_record(), "now", now.error))
        elif reading.key in recorded and claim.recorded is not None:
            views.append(ReadingView(reading, main, recorded[reading.key], claim.recorded.date))
        else:
            views.append(ReadingView(reading, main))
    return tuple(views)


def appears(views: Sequence[ReadingView]) -> str:
    """Return in a sentence or two under how many of the readings run the claim holds, and which."""
    run = [v for v in views if v.found is not None]
    hits = [v for v in run if v.holds]
    text = f"The claim holds under {len(hits)} of {len(run)} readings run ({len(views)} registered)"
    text += f": {', '.join(v.key for v in hits)}." if hits else "."
    if hits and len(run) > 1 and (len(run) > MANY or not any(v.main for v in hits)):
        text += (
            " The main reading alone, fixed before any result, gives the verdict: "
            "a hit among many readings is a search, not a reproduction."
        )
    return text


def others_text(views: Sequence[ReadingView]) -> str:
    """Return how the readings that ran and do not hold came out, and the range of each part's values over them."""
    rest = [v.found for v in views if v.found is not None and not v.holds]
    if not rest:
        return ""
    counts = ", ".join(f"{n} {word}" for word in VERDICTS if (n := sum(r.verdict == word for r in rest)))
    values: dict[str, list[float]] = {}
    for found in rest:
        for name, span in found.parts.items():
            values.setdefault(name, []).append(span.value)
    ranges = "; ".join(f"{name} from {number(min(x))} to {number(max(x))}" for name, x in values.items())
    return f"{len(rest)} other readings run: {counts}; {ranges}"
