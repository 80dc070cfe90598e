"""`qbench check`: what a paper still lacks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qbench.cli._common import Failure, chosen, complete_names, ledger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench.evidence.papers import Paper


@click.command()
@click.argument("names", nargs=-1, metavar="[PAPER|FILE]...", shell_complete=complete_names)
def check(names: tuple[str, ...]) -> None:
    """Say what papers still lack: placeholders, bands lock, records, proofs, page, entry point, changelog.

    Without names: the papers of ./reproductions, else every installed one. Exit 0 where nothing is missing, else 1.
    """
    from qbench.evidence.check import check_paper

    lacking = False
    for paper, root in _papers(names):
        problems = check_paper(paper, root)
        lacking |= bool(problems)
        where = "" if root is not None else " (installed: the files of its checkout are not looked at)"
        found = f"lacks {len(problems)}" if problems else "complete"
        click.echo(f"{paper.key}: {found}{where}")
        for problem in problems:
            click.echo(f"  {problem}")
    raise SystemExit(1 if lacking else 0)


def _papers(names: Sequence[str]) -> list[tuple[Paper, Path | None]]:
    """Return papers, each with the folder that holds its reproductions/ where that is a checkout."""
    from qbench.evidence.loading import FOLDER, LoadError, papers_in

    here = Path(FOLDER)
    if not names and here.is_dir():
        try:
            local = papers_in(here)
        except LoadError as error:
            raise Failure(str(error)) from error
        if local:
            return [(paper, Path.cwd()) for paper in local]
    papers = ledger(names)
    return [_named(name, papers) for name in names or [p.key for p in papers]]


def _named(name: str, papers: Sequence[Paper]) -> tuple[Paper, Path | None]:
    """Return the paper of a name and its folder; a usage error for a claim, or for what is not there."""
    from qbench.evidence import registry
    from qbench.evidence.loading import paper_at

    file = registry.file_of(name)
    if file is not None and "::" not in name:
        return paper_at(file), file.resolve().parent.parent
    for paper in papers:
        if paper.key == name:
            module = registry.origin(name)
            root = None if module is None else module.parent.parent
            return paper, root if root is not None and (root / "pyproject.toml").is_file() else None
    claim = chosen([name], papers)[0]
    raise click.UsageError(f"a paper is checked whole: name {claim.paper if file is None else file}")
