"""Numbers and counts in words that every door shares."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from qbench.evidence.record import VERDICTS
from qbench.evidence.tasks import load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qbench.evidence.claims import Claim
    from qbench.evidence.estimate import Estimate
    from qbench.evidence.findings import ClaimResult
    from qbench.evidence.judge import PartResult
    from qbench.evidence.record import Span
    from qbench.evidence.statistics.quantity import Columns


def number(value: float) -> str:
    """Return a number to four digits; infinities as words."""
    return f"{value:.4g}" if math.isfinite(value) else ("inf" if value > 0 else "-inf")


def estimate_text(estimate: Estimate | Span, unit: str = "") -> str:
    """Return "value [lo, hi] unit"; an exact value without an interval."""
    tail = f" {unit}" if unit else ""
    if estimate.exact:
        return f"{number(estimate.value)}{tail}"
    return f"{number(estimate.value)} [{number(estimate.lo)}, {number(estimate.hi)}]{tail}"


def beside_texts(result: PartResult) -> dict[str, str]:
    """Return {name: "value [lo, hi]"} of the numbers beside a part; in place of one that failed, why."""
    found = {name: estimate_text(estimate) for name, estimate in result.beside.items()}
    return found | {name: f"not estimated: {reason}" for name, reason in result.lacking.items()}


def counts_line(results: Iterable[ClaimResult]) -> str:
    """Return how many claims got which verdict now."""
    return counts_text((r.verdict, r.claim.kind) for r in results)


def counts_text(found: Iterable[tuple[str, str]]) -> str:
    """Return how many of (verdict, kind) there are; consistency of the paper's own numbers is counted apart."""
    pairs = list(found)
    main = [verdict for verdict, kind in pairs if kind != "consistency"]
    own = [verdict for verdict, kind in pairs if kind == "consistency"]
    text = ", ".join(f"{main.count(v)} {v}" for v in VERDICTS if main.count(v)) or "no claim"
    if own:
        holds = own.count("reproduced")
        text += f"; the paper's own arithmetic: {holds} consistent, {len(own) - holds} not"
    return text


ROOM = 240
"""Characters of a verdict's reason where a line has to do, in whole sentences and at least one."""


def rerun_command(claim: Claim, name: str) -> str:
    """Return the command that decides a claim again, called `name`, without the readings that train or draw anew."""
    command = f"qbench verify {name} --tier {claim.decides_at}"
    # At tier paper all readings run unless some are named.
    if claim.decides_at == "paper" and claim.main is not None and any(not r.rescores for r in claim.readings[1:]):
        command += f" --reading {claim.main.key}"
    return command


def in_short(why: str) -> str:
    """Return the first sentences of why a verdict; a first one alone often leaves out what it rests on."""
    sentences = re.split(
        r"(?<=[.:!?])(?<!\bSec\.)(?<!\bSecs\.)(?<!\bFig\.)(?<!\bFigs\.)(?<!\bEq\.)(?<!\bEqs\.)\s+(?=[A-Z])", why.strip()
    )
    shown = sentences[0]
    for sentence in sentences[1:]:
        if len(shown) + len(sentence) > ROOM:
            break
        shown += f" {sentence}"
    return shown.removesuffix(":")


def counterexample(result: PartResult, columns: Columns) -> str | None:
    """Return the counterexample that an exact part's columns hold, in words; None where the part has no witness."""
    if result.part.witness is None:
        return None
    return str(load(result.part.witness)(columns))
