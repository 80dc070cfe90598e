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
    from qbench.evidence.findings import ClaimResult
    from qbench.evidence.papers import Paper
    from qbench.evidence.store import Store
    from qbench.evidence.summary import ReadingView

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


class Failure(click.ClickException):
    """Something that is there does not work: exit code 3."""

    exit_code = 3


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


def ledger(names: Sequence[str] = ()) -> tuple[Paper, ...]:
    """Load every registered paper, and those whose files are named, with thread pools pinned before any starts."""
    from qbench.evidence.threads import pin_environment

    pin_environment()
    from qbench.evidence import registry
    from qbench.evidence.loading import LoadError

    try:
        registered = registry.papers()
    except Exception as error:
        raise Failure(f"a registered paper does not load: {type(error).__name__}: {error}") from error
    try:
        return registry.with_files(registered, names)
    except registry.UnknownNameError as error:
        raise click.UsageError(str(error)) from error
    except LoadError as error:
        raise Failure(str(error)) from error


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


def store_path(path: Path | None) -> Path:
    """Return the store's path: as given, else QBENCH_STORE, else below the working directory."""
    return path or Path(os.environ.get("QBENCH_STORE") or STORE)


def painted(view: ReadingView) -> str:
    """Return a reading's verdict, with rich markup, and its numbers."""
    from rich.markup import escape

    decided = view.found is not None and view.found.verdict != "inconclusive"
    word = coloured(view.verdict) if decided else escape(view.verdict)
    return f"{word}: {escape(view.numbers)}" if view.numbers else word


def reading_lines(result: ClaimResult) -> list[str]:
    """Return a line for every reading that ran beside the main one; of many, only for those that hold."""
    from rich.markup import escape

    from qbench.evidence.summary import MANY, appears, others_text, readings_of

    views = [v for v in readings_of(result.claim, result) if v.source == "now"]
    others = [v for v in views if not v.main]
    many = len(others) > MANY
    lines = [f"reading {v.key}: {painted(v)}" for v in others if not many or v.holds or v.error is not None]
    return [*lines, escape(others_text(others)), appears(views)] if many else lines


def beside_lines(result: ClaimResult) -> list[str]:
    """Return one line for every number beside a part of the main reading."""
    from qbench.evidence.wording import beside_texts

    parts = result.main.parts if result.main is not None else ()
    return [f"beside {r.part.name}: {name} {shown}" for r in parts for name, shown in beside_texts(r).items()]


def is_there(path: Path) -> bool:
    """Return whether a file is there; a failure that names the folder where that may not be asked."""
    try:
        return path.exists()
    except OSError as error:
        raise Failure(f"{path} cannot be reached ({error}): name another store with --store") from error


def open_store(path: Path | None, *, repair: bool = False, readonly: bool = False) -> Store:
    """Open the store at `path`, else at QBENCH_STORE, else below the working directory; say what was repaired."""
    from qbench.evidence.store import NotAStoreError, Store, StoreError

    where = store_path(path)
    try:
        store = Store(where, repair=repair, readonly=readonly)
    except NotAStoreError as error:
        raise click.UsageError(str(error)) from error
    except StoreError as error:
        raise Failure(str(error)) from error
    for note in store.notes:
        click.echo(f"Note: {note}.", err=True)
    return store


def writable(path: Path, what: str) -> None:
    """Raise a usage error, before anything is computed, where a file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise click.UsageError(f"{what} cannot be written to {str(path)!r} ({error}); name another place") from error


def writable_folder(folder: Path, what: str) -> None:
    """Raise a usage error, before anything is computed, where no file can be made in a folder; it leaves none."""
    import tempfile

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise click.UsageError(f"{what} cannot be written to {str(folder)!r} ({error}); name another place") from error


def complete_names(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    """Complete papers, claim ids and numbers, and files of papers below the working directory."""
    from qbench.evidence.loading import FOLDER, holds_paper

    papers = ledger()
    names = (
        [p.key for p in papers]
        + [c.id for p in papers for c in p.claims]
        + [c.number for p in papers for c in p.claims]
        + [str(path) for path in Path(FOLDER).glob("*.py") if holds_paper(path)]
    )
    return sorted(n for n in set(names) if n.startswith(typed))


store_option: Callable[[Any], Any] = click.option(
    "--store",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"Results store [default: $QBENCH_STORE, else {STORE}].",
)
