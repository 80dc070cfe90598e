"""`qbench record`: put a verdict on record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from qbench.cli._common import Failure, chosen, complete_names, console, ledger, open_store, store_option

if TYPE_CHECKING:
    from pathlib import Path

    from qbench.evidence.claims import Claim
    from qbench.evidence.findings import ClaimResult


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="PAPER|CLAIM...", shell_complete=complete_names)
@click.option(
    "--why", help="Why this verdict, in words a reader can act on. Needed where the verdict is new or differs."
)
@store_option
def record(names: tuple[str, ...], why: str | None, store: Path | None) -> None:
    """Verify claims at the tier they decide at and write their verdicts into their papers' records.

    For maintainers, in a checkout. A verdict that changes also needs a line under Verdicts in CHANGELOG.md.
    """
    from qbench.evidence.record import Recorded
    from qbench.evidence.verify import verify

    papers = ledger()
    claims = chosen(names, papers)
    if why is not None and not why.strip():
        raise click.UsageError("--why must say why: a verdict without a reason is not recorded")
    if why is not None and len(claims) > 1:
        raise click.UsageError(f"--why speaks for one claim, {len(claims)} were named; record them one by one")
    out = console()
    with open_store(store) as opened:
        for claim in claims:
            paper = next(p for p in papers if p.key == claim.paper)
            if paper.records is None:
                raise click.UsageError(f"{paper.key} keeps no file of records; give the Paper `records=Records(PATH)`")
            run = verify([claim], papers, opened, tier=claim.decides_at)
            result = run.claims[0]
            if run.exit_code() == 3:
                raise Failure("\n".join(result.reasons))
            fresh = Recorded(
                verdict=result.verdict,
                why=_reason(claim, result, why),
                date=datetime.now(UTC).date().isoformat(),
                tier=claim.decides_at,
                parts={} if result.main is None else {r.part.name: r.estimate for r in result.main.parts},
            )
            paper.records.put(claim.number, fresh)
            was = claim.recorded.verdict if claim.recorded else "nothing"
            change = "unchanged" if was == result.verdict else f"was {was}"
            out.print(f"{claim.number} {claim.id}: {result.verdict} ({change})")


def _reason(claim: Claim, result: ClaimResult, why: str | None) -> str:
    """Return the reason to record: a verdict that stays keeps its own."""
    if why is not None:
        return why
    if claim.recorded is not None and claim.recorded.verdict == result.verdict:
        return claim.recorded.why
    raise click.UsageError(f"{claim.id} is now {result.verdict}: say why with --why TEXT")
