"""`qbench report`: the pages, from what was measured before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qbench.cli._common import console, is_there, ledger, open_store, store_option, store_path, writable_folder

if TYPE_CHECKING:
    from qbench.evidence.tiers import Tier


@click.command()
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Write the pages into this folder."
)
@click.option(
    "--tier",
    type=click.Choice(["fast", "standard", "paper"]),
    help="Judge at this tier alone [default: every claim at the tier that decides it, else at what there is].",
)
@store_option
def report(out: Path, tier: Tier | None, store: Path | None) -> None:
    """Write the report from what the store and the records hold, computing nothing.

    A claim whose results the store lacks is shown from its record, and the page says so.
    """
    from qbench.evidence.figure_data import figures_of
    from qbench.evidence.recall import recall
    from qbench.evidence.report import write_report
    from qbench.evidence.report.claim_view import from_record
    from qbench.evidence.store import Store

    where = store_path(store)
    there = is_there(where)
    if store is not None and not there:
        raise click.UsageError(f"there is no store at {str(where)!r}; `qbench verify --store {where}` makes one")
    writable_folder(out, "the report")
    papers = ledger()
    # An empty one in memory in place of a store that is not there: nothing is made that nobody asked for.
    with open_store(store, readonly=True) if there else Store(None) as opened:
        run = recall(papers, opened, tier)
        figures = {paper.key: figures_of(paper, opened, tier or "standard") for paper in papers}
    tasks = "none computed, read from " + ("a store" if there else "the records alone: there was no store")
    try:
        page = write_report(
            run, papers, out, figures, tier=tier or "that at which each claim is decided, where it ran", tasks=tasks
        )
    except OSError as error:
        click.echo(f"Error: the report could not be written ({error})", err=True)
        raise SystemExit(3) from error
    screen = console()
    recorded = sum(from_record(result) for result in run.claims)
    lacking = "" if there else f" There is no store at {where}."
    screen.print(f"{len(run.claims)} claims, {recorded} of them shown from the record.{lacking}", soft_wrap=True)
    screen.print(f"Report: {page}", soft_wrap=True)
