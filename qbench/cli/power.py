"""`qbench power`: how many units a verdict needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qbench.cli._common import complete_names, console, ledger, one, store_option
from qbench.cli.show import stored_result

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("claim", shell_complete=complete_names)
@store_option
def power(claim: str, store: Path | None) -> None:
    """Say how many units a verdict needs, from the spread seen so far (the store's, else the record's)."""
    papers = ledger([claim])
    found = one(claim, papers)
    if found.kind != "measured":
        raise click.UsageError(f"{found.id} is {found.kind}: no number of units bears on it")
    paper = next(p for p in papers if p.key == found.paper)
    result = stored_result(found, paper, store)
    source = "this store"
    estimates = {}
    if result is not None and result.main is not None and result.main.parts:
        estimates = {r.part.name: r.estimate for r in result.main.parts}
    elif found.recorded is not None:
        estimates, source = dict(found.recorded.parts), f"the record of {found.recorded.date}"
    if not estimates:
        raise click.UsageError(
            f"no spread of {found.id} has been seen: run `qbench verify {found.id} --tier fast` first"
        )
    from rich.markup import escape
    from rich.table import Table

    from qbench.evidence.judge import PartResult, units_to_decide
    from qbench.evidence.wording import number

    out = console()
    out.print(f"[bold]{found.number}  {found.id}[/]: spread from {source}")
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    for head in ("part", "value", "sd a unit", "band", "seen", "side", "units for 86 % power"):
        table.add_column(head, overflow="fold")
    results = []
    for part in found.parts:
        estimate = estimates[part.name]
        result_of_part = PartResult(part, estimate, estimate)
        results.append(result_of_part)
        where = "inside" if part.band.holds(estimate.value, estimate.value) else "beyond"
        units = units_to_decide([result_of_part])
        cells = (number(estimate.value), number(estimate.sd), str(part.band), str(estimate.n), where)
        table.add_row(escape(part.name), *cells, "none known" if units is None else str(units))
    out.print(table)
    whole = units_to_decide(results)
    looks = found.parts[0].looks_at(found.decides_at)
    decided = result is not None and result.verdict != "inconclusive"
    if decided and result is not None and result.main is not None:
        out.print(f"The claim: {result.verdict}, decided with {result.main.units} units.")
    elif whole is None:
        out.print("The claim: no number of units is known to decide it.")
    else:
        out.print(f"The claim: about {whole} units.")
    out.print(f"It is looked at with {', '.join(map(str, looks))} units at {found.decides_at}.")
