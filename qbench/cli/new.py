"""`qbench new`: the scaffold of a paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from qbench.scaffold import Layout


LOCK = "python -m qbench.evidence.bands_lock"


@click.command()
@click.argument("key")
@click.option("--title", metavar="T", help="Title of the paper.")
@click.option(
    "--into",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder to write below [default: the working directory].",
)
def new(key: str, title: str | None, into: Path) -> None:
    """Write the scaffold of a paper: package, ledger, tests, benchmarks and page, with placeholders that fail.

    In a checkout of qbench the package is qbench/papers/KEY, in any other folder KEY. No file is overwritten. KEY has
    lower-case letters, digits and '_'.
    """
    from qbench import scaffold
    from qbench.cli._common import ledger

    try:
        layout = scaffold.layout_of(key, into, [p.key for p in ledger()])
        files = scaffold.render(layout, title)
        written = scaffold.write(layout.root, files)
    except scaffold.ScaffoldError as error:
        raise click.UsageError(str(error)) from error
    for path in written:
        click.echo(f"wrote {into / path}")
    click.echo("")
    for number, step in enumerate(_steps(layout, into, files), start=1):
        click.echo(f"{number}. {step}")


def _steps(layout: Layout, into: Path, files: dict[str, str]) -> list[str]:
    """Return what comes next, in the order that matters."""
    from qbench.scaffold import to_add

    module, folder = layout.module, layout.folder
    enter = [] if into.resolve() == Path.cwd() else [f"cd {into}"]
    known = (
        "pip install -e .   (registers the paper by name; until then its file names it)"
        if "pyproject.toml" in files
        else "add to pyproject.toml, then `pip install -e .` (until then the file names the paper):\n   "
        + to_add(layout).replace("\n", "\n   ")
    )
    return [
        *enter,
        known,
        f"{module}: what the paper claims, its bands and readings, from the paper alone",
        f"{'make bands' if layout.checkout else LOCK}   (locks the bands; commit both before anything is measured)",
        f"{folder}/system.py, then solver.py, baselines.py, circuits.py; each with its tests, which fail until then",
        f"pytest tests -k {layout.key}",
        f"qbench verify {module}",
        f'qbench record {module}::C01 --why "..."; name the verdict under Verdicts in CHANGELOG.md',
        f"qbench check {module}   (says at any time what is still missing)",
    ]
