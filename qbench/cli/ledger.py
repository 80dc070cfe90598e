"""`qbench list`: the ledger, read."""

from __future__ import annotations

import json

import click

from qbench.cli._common import chosen, coloured, complete_names, console, ledger


@click.command("list")
@click.argument("names", nargs=-1, metavar="[PAPER|CLAIM]...", shell_complete=complete_names)
@click.option("--json", "as_json", is_flag=True, help="Print the ledger as JSON.")
def list_claims(names: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """List papers and claims with the verdicts on record."""
    papers = ledger(names)
    claims = chosen(names, papers)
    if as_json:
        from qbench.evidence.documents import list_json

        click.echo(json.dumps(list_json(claims), indent=1, ensure_ascii=False))
        return
    from rich.markup import escape
    from rich.table import Table

    out = console()
    for paper in papers:
        own = [c for c in claims if c.paper == paper.key]
        if not own:
            continue
        out.print(f"\n[bold]{paper.key}[/]  {escape(paper.title)} ({paper.year})")
        table = Table(box=None, padding=(0, 1), pad_edge=False)
        for head in ("", "claim", "on record", "decides at", "the paper says"):
            table.add_column(head, overflow="fold")
        for claim in own:
            verdict = coloured(claim.recorded.verdict) if claim.recorded else "-"
            table.add_row(claim.number, claim.id.split("/")[1], verdict, claim.decides_at, escape(claim.says))
        out.print(table)
