"""`qbench list` and `qbench show`: the ledger, read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from qbench.cli._common import (
    beside_lines,
    chosen,
    coloured,
    complete_names,
    console,
    ledger,
    one,
    open_store,
    reading_lines,
    store_option,
    store_path,
)

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from qbench.evidence.claims import Claim
    from qbench.evidence.findings import ClaimResult
    from qbench.evidence.papers import Paper


@click.command("list")
@click.argument("names", nargs=-1, metavar="[PAPER|CLAIM]...", shell_complete=complete_names)
@click.option("--json", "as_json", is_flag=True, help="Print the ledger as JSON.")
def list_claims(names: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """List papers and claims with the verdicts on record."""
    papers = ledger()
    claims = chosen(names, papers)
    if as_json:
        from qbench.evidence.documents import list_json

        click.echo(json.dumps(list_json(claims), indent=1, ensure_ascii=False))
        return
    from rich.table import Table

    out = console()
    for paper in papers:
        own = [c for c in claims if c.paper == paper.key]
        if not own:
            continue
        out.print(f"\n[bold]{paper.key}[/]  {paper.title} ({paper.year})")
        table = Table(box=None, padding=(0, 1), pad_edge=False)
        for head in ("", "claim", "on record", "decides at", "the paper says"):
            table.add_column(head, overflow="fold")
        for claim in own:
            verdict = coloured(claim.recorded.verdict) if claim.recorded else "-"
            table.add_row(claim.number, claim.id.split("/")[1], verdict, claim.decides_at, claim.says)
        out.print(table)


@click.command()
@click.argument("claim", shell_complete=complete_names)
@store_option
def show(claim: str, store: Path | None) -> None:
    """Show one claim: where, readings, estimate against band, cost, how to rerun it, and why the verdict."""
    papers = ledger()
    found = one(claim, papers)
    paper = next(p for p in papers if p.key == found.paper)
    out = console()
    out.soft_wrap = True  # long sentences break where the terminal does, in pipes not at all
    _heading(out, found, paper)
    if found.untestable is not None:
        out.print(f"\nuntestable: {found.untestable}")
    else:
        _parts(out, found)
        _readings(out, found)
        _cost(out, found, paper, store)
    if found.recorded is not None:
        out.print(f"\non record  {coloured(found.recorded.verdict)} since {found.recorded.date}")
        out.print(f"why        {found.recorded.why}")
    if found.proof:
        out.print(f"proof      pytest {found.proof}")
    out.print(f"rerun      qbench verify {found.id} --tier {found.decides_at}")
    out.print(f"           pytest reproductions/{paper.key}.py -k {found.number} --qbench-tier {found.decides_at}")


def _heading(out: Console, claim: Claim, paper: Paper) -> None:
    out.print(f"[bold]{claim.number}  {claim.id}[/]  ({claim.kind}, version {claim.version})")
    out.print(f"paper      {', '.join(paper.authors)}: {paper.title} ({paper.year})")
    out.print(f"where      {claim.where}")
    out.print(f"says       {claim.says}")
    if claim.claimed is not None:
        out.print(f"claimed    {claim.claimed:g} {claim.unit}")
    out.print(f"parameters {claim.parameters} in the paper")


def _parts(out: Console, claim: Claim) -> None:
    from qbench.evidence.wording import estimate_text

    recorded = claim.recorded.parts if claim.recorded else {}
    for part in claim.parts:
        out.print(f"\npart       {part.name}")
        out.print(f"  band     {part.band} {part.band.unit}".rstrip() + f": {part.band.why}")
        if part.name in recorded:
            estimate = recorded[part.name]
            basis = "" if estimate.exact else f", n={estimate.n}, {estimate.method}, {estimate.alpha:g} per side"
            out.print(f"  recorded {estimate_text(estimate, part.band.unit)}{basis}")


def _readings(out: Console, claim: Claim) -> None:
    out.print("")
    for reading in claim.readings:
        role = "main reading" if reading is claim.main else "reading"
        how = "" if reading.rescores else f" (runs at paper, or with --reading {reading.key})"
        out.print(f"{role:<12} {reading.key}: {reading.why}{how}")


def _cost(out: Console, claim: Claim, paper: Paper, path: Path | None) -> None:
    """Print costs, and what the store holds under today's code, judged without computing anything."""
    from qbench.evidence.measure import claim_costs

    studies = sorted({cell.study for part in claim.parts for cell in part.cells.values()})
    rough = ", ".join(f"{name} {paper.study(name).seconds:g} s a unit" for name in studies)
    costs = ", ".join(f"{name} {value}" for name, value in claim_costs(paper, claim).items())
    out.print(f"\ncost       {rough}" + (f"; {costs}" if costs else ""))
    result = stored_result(claim, paper, path)
    if result is not None and result.main is not None and result.main.error is None:
        out.print(f"in store   {coloured(result.verdict)}, {result.outcome.value}")
        for line in (*beside_lines(result), *reading_lines(result)):
            out.print(f"           {line}")
        for witness in result.main.witnesses:
            out.print(f"           counterexample: {witness}")


def stored_result(claim: Claim, paper: Paper, path: Path | None) -> ClaimResult | None:
    """Judge a claim from what the store already holds; None where it lacks the units of the first look."""
    from qbench.evidence.verify import stored

    if not store_path(path).exists():
        return None
    with open_store(path) as store:
        return stored(claim, paper, store)
