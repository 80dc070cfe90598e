"""`qbench show`: one claim, from this machine's results where there are any, else from the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qbench.cli._common import (
    coloured,
    complete_names,
    console,
    is_there,
    ledger,
    one,
    open_store,
    painted,
    store_option,
    store_path,
)

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from qbench.evidence.claims import Claim, Part
    from qbench.evidence.estimate import Estimate
    from qbench.evidence.findings import ClaimResult
    from qbench.evidence.papers import Paper
    from qbench.evidence.summary import ReadingView
    from qbench.evidence.tiers import Tier


@click.command()
@click.argument("claim", shell_complete=complete_names)
@store_option
def show(claim: str, store: Path | None) -> None:
    """Show one claim: where, readings, estimate against band, cost, how to rerun it, and why the verdict.

    Numbers are this machine's where its store has them, else those that were put on record with the verdict.
    """
    from qbench.evidence.registry import file_of
    from qbench.evidence.wording import rerun_command

    papers = ledger([claim])
    found = one(claim, papers)
    paper = next(p for p in papers if p.key == found.paper)
    out = console()
    out.soft_wrap = True  # long sentences break where the terminal does, in pipes not at all
    _heading(out, found, paper)
    if found.untestable is not None:
        out.print(f"\nuntestable: {found.untestable}", markup=False)
    else:
        result = stored_result(found, paper, store, (found.decides_at, "standard", "fast"))
        for part in found.parts:
            _part(out, part, found, result)
        _readings(out, found, result)
        _cost(out, found, paper)
        _present(out, result)
    if found.recorded is not None:
        out.print(f"\non record  {coloured(found.recorded.verdict)} since {found.recorded.date}")
        out.print(f"why        {found.recorded.why}", markup=False)
    if found.proof:
        out.print(f"proof      pytest {found.proof}")
    named = claim if file_of(claim) is not None else found.id  # a paper that is not installed goes by its file
    out.print(f"rerun      {rerun_command(found, named)}", markup=False)
    out.print(f"           pytest reproductions/{paper.key}.py -k {found.number} --qbench-tier {found.decides_at}")


def stored_result(
    claim: Claim, paper: Paper, path: Path | None, tiers: tuple[Tier, ...] = ("standard",)
) -> ClaimResult | None:
    """Judge a claim from what the store already holds, at the first tier of which it has a look; else None."""
    from qbench.evidence.verify import stored

    if not claim.parts or not is_there(store_path(path)):
        return None
    with open_store(path, readonly=True) as store:
        return next((r for tier in dict.fromkeys(tiers) if (r := stored(claim, paper, store, tier))), None)


def _heading(out: Console, claim: Claim, paper: Paper) -> None:
    out.print(f"[bold]{claim.number}  {claim.id}[/]  ({claim.kind}, version {claim.version})")
    out.print(f"paper      {', '.join(paper.authors)}: {paper.title} ({paper.year})", markup=False)
    out.print(f"where      {claim.where}", markup=False)
    out.print(f"says       {claim.says}", markup=False)
    if claim.claimed is not None:
        out.print(f"claimed    {claim.claimed:g} {claim.unit}", markup=False)
    out.print(f"parameters {claim.parameters} in the paper")


def _basis(estimate: Estimate) -> str:
    return "" if estimate.exact else f", n={estimate.n}, {estimate.method}, {estimate.alpha:g} per side"


def _part(out: Console, part: Part, claim: Claim, result: ClaimResult | None) -> None:
    """Print a part's band, its estimates now and on record, and the numbers beside it."""
    from qbench.evidence.wording import beside_texts, estimate_text

    unit = part.band.unit
    now = next((r for r in result.main.parts if r.part.name == part.name), None) if result and result.main else None
    recorded = claim.recorded.parts.get(part.name) if claim.recorded else None
    lines = [f"band     {part.band} {unit}".rstrip() + f": {part.band.why}"]
    beside: dict[str, str] = {}
    if now is not None:
        lines.append(f"in store {estimate_text(now.estimate, unit)}{_basis(now.estimate)}")
        beside = beside_texts(now)
    if recorded is not None:
        lines.append(f"recorded {estimate_text(recorded, unit)}{_basis(recorded)}")
    if now is None and claim.recorded is not None:
        beside = {name: estimate_text(e) for name, e in claim.recorded.beside.get(part.name, {}).items()}
    lines.extend(f"beside   {name}: {shown}" for name, shown in beside.items())
    out.print(f"\npart       {part.name}", markup=False)
    for line in lines:
        out.print(f"  {line}", markup=False)


def _readings(out: Console, claim: Claim, result: ClaimResult | None) -> None:
    """Print under how many readings the claim holds, then every reading; of many, only those that hold."""
    from qbench.evidence.summary import MANY, appears, others_text, readings_of

    views = readings_of(claim, result)
    out.print("")
    if any(v.found is not None for v in views):
        out.print(f"readings   {appears(views)}")
    shown = views if len(views) <= MANY else tuple(v for v in views if v.main or v.holds or v.error is not None)
    for view in shown:
        _reading(out, view)
    if len(views) > MANY:
        rest = others_text([v for v in views if not v.main])
        if rest:
            out.print(f"           {rest}", markup=False)
        idle = sum(v.found is None and v.error is None for v in views)
        if idle:
            out.print(f"           {idle} readings have not run: qbench verify {claim.id} --tier paper runs them all")


def _reading(out: Console, view: ReadingView) -> None:
    role = "main reading" if view.main else "reading"
    how = "" if view.reading.rescores else f" (runs at paper, or with --reading {view.key})"
    out.print(f"{role:<12} {view.key}: {view.reading.why}{how}", markup=False)
    if view.source:
        since = "" if view.source == "now" else f", on record since {view.source}"
        out.print(f"             {painted(view)}{since}")


def _cost(out: Console, claim: Claim, paper: Paper) -> None:
    from qbench.evidence.measure import claim_costs

    studies = sorted({cell.study for part in claim.parts for cell in part.cells.values()})
    rough = ", ".join(f"{name} {paper.study(name).seconds:g} s a unit" for name in studies)
    costs = ", ".join(f"{name} {value}" for name, value in claim_costs(paper, claim).items())
    out.print(f"\ncost       {rough}" + (f"; {costs}" if costs else ""))


def _present(out: Console, result: ClaimResult | None) -> None:
    """Print what the store's results say of the claim, judged without computing anything."""
    if result is None or result.main is None or result.main.error is not None:
        return
    out.print(f"in store   {coloured(result.verdict)}, {result.outcome.value}")
    for witness in result.main.witnesses:
        out.print(f"           counterexample: {witness}", markup=False)
