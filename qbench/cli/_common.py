"""What the commands share: options, the ledger, the store, the console."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from qbench.evidence.claims import Claim
    from qbench.evidence.papers import Paper
    from qbench.evidence.store import Store

STORE = Path(".qbench") / "results.sqlite"

COLOURS = {
    "reproduced": "green",
    "not reproduced": "red",
    "refuted": "red",
    "inconclusive": "yellow",
    "untestable": "yellow",
    "as recorded": "green",
    "undecided": "yellow",
    "contradicts": "bold red",
    "error": "bold red",
}


def coloured(word: str) -> str:
    """Return a verdict or outcome with rich markup; NO_COLOR and pipes strip it again."""
    return f"[{COLOURS[word]}]{word}[/]"


def console(*, quiet: bool = False, stderr: bool = False) -> Console:
    """Return a console that honours NO_COLOR, keeps whole lines in pipes, and says nothing when quiet."""
    from rich.console import Console

    made = Console(quiet=quiet, stderr=stderr, highlight=False)
    if not made.is_terminal:
        # A pipe has no width: wrapping would break the lines that scripts read.
        made = Console(quiet=quiet, stderr=stderr, highlight=False, width=160)
    return made


def ledger() -> tuple[Paper, ...]:
    """Load every registered paper, with thread pools pinned before any library starts its own."""
    from qbench.evidence.threads import pin_environment

    pin_environment()
    from qbench.evidence.registry import papers

    return papers()


def chosen(names: Sequence[str], papers: Sequence[Paper]) -> tuple[Claim, ...]:
    """Return the claims that the names mean; a usage error with what comes near."""
    from qbench.evidence.registry import UnknownNameError, select

    try:
        return select(names, papers)
    except UnknownNameError as error:
        raise click.UsageError(str(error)) from error


def one(name: str, papers: Sequence[Paper]) -> Claim:
    """Return the one claim that a name means; a usage error where it means several."""
    found = chosen([name], papers)
    if len(found) != 1:
        numbers = ", ".join(c.number for c in found)
        raise click.UsageError(f"{name!r} is a paper with {len(found)} claims; name one: {numbers}")
    return found[0]


def open_store(path: Path | None) -> Store:
    """Open the store at `path`, else at QBENCH_STORE, else below the working directory."""
    from qbench.evidence.store import Store, StoreError

    where = path or Path(os.environ.get("QBENCH_STORE", STORE))
    try:
        return Store(where)
    except StoreError as error:
        raise click.UsageError(str(error)) from error


def complete_names(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    """Complete papers, claim ids and numbers."""
    papers = ledger()
    names = (
        [p.key for p in papers]
        + [c.id for p in papers for c in p.claims]
        + [c.number for p in papers for c in p.claims]
    )
    return sorted(n for n in set(names) if n.startswith(typed))


store_option: Callable[[Any], Any] = click.option(
    "--store",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"Results store [default: $QBENCH_STORE, else {STORE}].",
)
