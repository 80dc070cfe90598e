"""`qbench verify`: measure, judge, compare with the record."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qbench.cli._common import (
    beside_lines,
    chosen,
    coloured,
    complete_names,
    console,
    ledger,
    open_store,
    reading_lines,
    store_option,
    writable,
    writable_folder,
)
from qbench.cli._readings import check_readings, readings_option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from qbench.evidence.figure_data import FigureData
    from qbench.evidence.findings import ClaimResult, Verification
    from qbench.evidence.judge import PartResult
    from qbench.evidence.papers import Paper
    from qbench.evidence.tiers import Tier


@click.command()
@click.argument("names", nargs=-1, metavar="[PAPER|CLAIM]...", shell_complete=complete_names)
@click.option(
    "--tier",
    type=click.Choice(["fast", "standard", "paper"]),
    default="standard",
    show_default=True,
    help="How much is measured: fast is one look, standard the main readings look by look, paper every reading.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Worker processes; any number gives the same bits. [default: the number of cores]",
)
@readings_option
@store_option
@click.option(
    "--salt", type=click.IntRange(min=0), default=0, show_default=True, help="Another salt, fresh randomness."
)
@click.option("--json", "json_file", type=click.Path(path_type=Path, allow_dash=True), help="Write the result as JSON.")
@click.option("--report", type=click.Path(path_type=Path, file_okay=False), help="Write the report into this folder.")
@click.option("--strict", is_flag=True, help="Exit 1 also where a claim stays undecided.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def verify(
    names: tuple[str, ...],
    tier: Tier,
    workers: int | None,
    readings: tuple[str, ...],
    store: Path | None,
    salt: int,
    json_file: Path | None,
    report: Path | None,
    strict: bool,  # noqa: FBT001 - click passes flags so
    quiet: bool,  # noqa: FBT001
) -> None:
    """Verify claims: all of them, a paper's, or those named. Verdicts come from the main reading alone."""
    from qbench.cli.progress import Progress
    from qbench.evidence import verify as engine
    from qbench.evidence.documents import verify_json
    from qbench.evidence.figure_data import figures_of
    from qbench.evidence.pool import cores, executor_of
    from qbench.evidence.store import StoreError

    papers = ledger(names)
    claims = chosen(names, papers)
    check_readings(readings, claims)
    to_stdout = json_file is not None and str(json_file) == "-"
    if json_file is not None and not to_stdout:
        writable(json_file, "the JSON")
    if report is not None:
        writable_folder(report, "the report")
    out = console(quiet=quiet or to_stdout)
    start = time.perf_counter()
    figures: dict[str, tuple[FigureData, ...]] = {}
    workers = workers or cores()
    with (
        open_store(store, repair=True) as opened,
        executor_of(workers) as executor,
        Progress(out, papers, workers) as progress,
    ):
        try:
            run = engine.verify(
                claims,
                papers,
                opened,
                tier=tier,
                salt=salt,
                readings=readings,
                executor=executor,
                on_plan=progress.plan,
                on_done=progress.done,
                on_wait=progress.wait,
            )
            if report is not None:
                figures = {paper.key: figures_of(paper, opened, tier, salt) for paper in papers}
        except StoreError as error:
            click.echo(f"Error: {error}", err=True)
            raise SystemExit(3) from error
    _print(out, run, time.perf_counter() - start)
    try:
        if json_file is not None:
            text = json.dumps(verify_json(run), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
            if to_stdout:
                click.echo(text, nl=False)
            else:
                json_file.write_text(text, encoding="utf-8")
        if report is not None:
            _write_report(out, run, papers, report, figures)
    except OSError as error:
        click.echo(f"Error: the results could not be written ({error}); they are in the store: run again", err=True)
        raise SystemExit(3) from error
    for result in run.claims:
        if result.outcome.value == "error":
            click.echo(f"{result.claim.id} could not be measured: {result.reasons[0]}", err=True)
        for line in (*result.lacking, *(f"reading {o.reading.key}: {o.error}" for o in result.others if o.error)):
            click.echo(f"{result.claim.id}: {line}", err=True)
    raise SystemExit(run.exit_code(strict=strict))


def _write_report(
    out: Console,
    run: Verification,
    papers: Sequence[Paper],
    folder: Path,
    figures: Mapping[str, Sequence[FigureData]],
) -> None:
    from qbench.evidence.report import write_report

    out.print(f"Report: {write_report(run, papers, folder, figures)}", soft_wrap=True)


def decisive(result: ClaimResult) -> PartResult | None:
    """Return the part that tells most: one that lies outside, else one that is open, else the first."""
    if result.main is None or not result.main.parts:
        return None
    parts = result.main.parts
    return next((p for p in parts if p.outside), None) or next((p for p in parts if not p.inside), None) or parts[0]


def _print(out: Console, run: Verification, wall: float) -> None:
    """Print the verdict table, then why, in words."""
    from rich.markup import escape
    from rich.table import Table

    from qbench.evidence.documents import holm_by_paper
    from qbench.evidence.wording import counts_line, estimate_text

    table = Table(box=None, padding=(0, 1), pad_edge=False)
    for head in ("", "claim", "verdict", "beside the record", "estimate", "band", "n"):
        table.add_column(head, overflow="fold")
    for result in run.claims:
        part = decisive(result)
        estimate = band = n = ""
        if part is not None and result.main is not None:
            more = len(result.main.parts) - 1
            band = f"{part.part.band} {part.part.band.unit}".rstrip()
            estimate = estimate_text(part.estimate)
            if more:
                estimate += f" {escape(part.part.name)}, and {more} more parts"
            n = "exact" if part.estimate.exact else str(part.estimate.n)
        failed = result.outcome.value == "error"
        words = ("not measured" if failed else coloured(result.verdict), coloured(result.outcome.value))
        table.add_row(result.claim.number, result.claim.id.split("/")[1], *words, estimate, band, n)
    out.print(table)
    out.print("")
    for result in run.claims:
        if result.outcome.value == "error":
            continue
        witnesses = result.main.witnesses if result.main is not None else ()
        for line in (*(f"counterexample: {w}" for w in witnesses), *result.reasons):
            if result.claim.untestable is None:
                out.print(f"{result.claim.number}: {line}", soft_wrap=True, markup=False)
        if result.claim.recorded is not None:
            out.print(f"{result.claim.number}: {result.claim.recorded.why}", soft_wrap=True, markup=False)
        for line in (*beside_lines(result), *reading_lines(result)):
            out.print(f"{result.claim.number}: {line}", soft_wrap=True)
    out.print("")
    out.print(f"{counts_line(run.claims)}.", soft_wrap=True)
    for paper, stands in holm_by_paper(run.claims).items():
        out.print(f"{paper}: {sum(stands.values())} of {len(stands)} measured verdicts stand under Holm at 5 %.")
    undecided = sum(r.outcome.value == "undecided" for r in run.claims)
    tasks = run.tasks
    out.print(
        f"Tier {run.tier}, {wall:.1f} s: {tasks.computed} tasks computed, {tasks.stored} from the store, "
        f"{tasks.failed} failed; {undecided} claims undecided. `qbench show CLAIM` tells more.",
        soft_wrap=True,
    )
