"""The option that says which readings run, for the commands that measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qbench.evidence.claims import Claim

MOST_LISTED = 24
"""Readings that are told one by one: one claim alone can have a hundred."""

readings_option: Callable[[Any], Any] = click.option(
    "--reading",
    "readings",
    multiple=True,
    metavar="KEY",
    help="Run this reading too, beside the main one; at tier paper only those named, in place of all.",
)


def check_readings(readings: Sequence[str], claims: Sequence[Claim]) -> None:
    """Raise a usage error for a reading that no chosen claim has."""
    known = sorted({r.key for c in claims for r in c.readings})
    for key in readings:
        if key not in known:
            import difflib

            near = difflib.get_close_matches(key, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            listed = (
                ", ".join(known)
                if len(known) <= MOST_LISTED
                else f"{len(known)} readings; the paper's page in docs/papers names them"
            )
            raise click.UsageError(f"no claim named here has a reading {key!r}.{hint} They have: {listed}")
