"""`qbench record`: put a verdict on record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from qbench.cli._common import Failure, chosen, complete_names, console, ledger, open_store, store_option
from qbench.cli._readings import check_readings, readings_option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qbench.evidence.claims import Claim
    from qbench.evidence.findings import ClaimResult, ReadingResult
    from qbench.evidence.record import Recorded


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="PAPER|CLAIM...", shell_complete=complete_names)
@click.option(
    "--why", help="Why this verdict, in words a reader can act on. Needed where the verdict is new or differs."
)
@readings_option
@store_option
def record(names: tuple[str, ...], why: str | None, readings: tuple[str, ...], store: Path | None) -> None:
    """Verify claims at the tier they decide at and write their verdicts into their papers' records.

    What the readings showed goes on record too: those that ran or re-scored here, and those that the store already has.
    For maintainers, in a checkout. A verdict that changes also needs a line under Verdicts in CHANGELOG.md.
    """
    from qbench.evidence.verify import stored_readings, verify

    papers = ledger(names)
    claims = chosen(names, papers)
    if why is not None and not why.strip():
        raise click.UsageError("--why must say why: a verdict without a reason is not recorded")
    if why is not None and len(claims) > 1:
        raise click.UsageError(f"--why speaks for one claim, {len(claims)} were named; record them one by one")
    check_readings(readings, claims)
    out = console()
    with open_store(store) as opened:
        for claim in claims:
            paper = next(p for p in papers if p.key == claim.paper)
            if paper.records is None:
                raise click.UsageError(f"{paper.key} keeps no file of records; give the Paper `records=Records(PATH)`")
            run = verify([claim], papers, opened, tier=claim.decides_at, readings=readings)
            result = run.claims[0]
            if run.exit_code() == 3:
                failed = (f"reading {o.reading.key}: {o.error}" for o in result.others if o.error)
                raise Failure("\n".join([*result.reasons, *result.lacking, *failed]))
            beside = stored_readings(claim, paper, opened)
            paper.records.put(claim.number, _fresh(claim, result, beside, _reason(claim, result, why)))
            was = claim.recorded.verdict if claim.recorded else "nothing"
            change = "unchanged" if was == result.verdict else f"was {was}"
            out.print(f"{claim.number} {claim.id}: {result.verdict} ({change})")


def _fresh(claim: Claim, result: ClaimResult, kept: Sequence[ReadingResult], why: str) -> Recorded:
    """Return the record of a result; `kept` are readings that the store has from other runs.

    A reading on record that neither this run nor the store has stays, if it judged the parts that the claim has now.
    """
    from qbench.evidence.record import Recorded

    parts = () if result.main is None else result.main.parts
    ran = {r.reading.key: r for r in (*kept, *result.others)}
    if result.main is not None:
        ran[result.main.reading.key] = result.main
    earlier = {} if claim.recorded is None else claim.recorded.readings
    found = {}
    for reading in claim.readings:
        if reading.key in ran:
            found[reading.key] = ran[reading.key].to_record()
        elif reading.key in earlier and set(earlier[reading.key].parts) == {p.name for p in claim.parts_under(reading)}:
            found[reading.key] = earlier[reading.key]
    return Recorded(
        verdict=result.verdict,
        why=why,
        date=datetime.now(UTC).date().isoformat(),
        tier=claim.decides_at,
        parts={r.part.name: r.estimate for r in parts},
        beside={r.part.name: r.beside for r in parts if r.beside},
        readings={key: reading for key, reading in found.items() if reading is not None},
    )


def _reason(claim: Claim, result: ClaimResult, why: str | None) -> str:
    """Return the reason to record: a verdict that stays keeps its own."""
    if why is not None:
        return why
    if claim.recorded is not None and claim.recorded.verdict == result.verdict:
        return claim.recorded.why
    raise click.UsageError(f"{claim.id} is now {result.verdict}: say why with --why TEXT")
