"""Papers by entry point, ours through the same door as anybody's, and claims by whatever a user calls them."""

from __future__ import annotations

import difflib
from importlib import metadata
from typing import TYPE_CHECKING

from qbench.evidence.papers import Paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qbench.evidence.claims import Claim

GROUP = "qbench.papers"


class UnknownNameError(ValueError):
    """No paper or claim of that name; the message says what comes near."""


def papers() -> tuple[Paper, ...]:
    """Load every registered paper, in the order of keys; ValueError naming an entry point that gives none."""
    found: dict[str, Paper] = {}
    for point in sorted(metadata.entry_points(group=GROUP), key=lambda p: p.name):
        paper = point.load()
        if not isinstance(paper, Paper):
            raise TypeError(f"the entry point {point.name} = {point.value} is no Paper but {type(paper).__name__}")
        if paper.key != point.name:
            raise ValueError(f"the entry point {point.name} gives the paper {paper.key!r}; the two names must agree")
        if paper.key in found:
            raise ValueError(f"two installed packages register the paper {paper.key!r}; uninstall one")
        found[paper.key] = paper
    return tuple(found.values())


def paper_of(claim: Claim, among: Iterable[Paper]) -> Paper:
    """Return the paper that holds the claim."""
    return next(p for p in among if p.key == claim.paper)


def select(names: Sequence[str], among: Sequence[Paper]) -> tuple[Claim, ...]:
    """Return the claims that `names` mean, each once, in ledger order; all of them for no names.

    A name is a paper ("cvar_vqe"), a claim's id ("cvar_vqe/variance-bound"), its number within a paper ("cvar_vqe/C09")
    or its number alone ("C09") where only one paper has it. Raises UnknownNameError, with what comes near.
    """
    if not names:
        return tuple(c for p in among for c in p.claims)
    chosen: set[str] = set()
    for name in names:
        chosen.update(c.id for c in _matches(name, among))
    return tuple(c for p in among for c in p.claims if c.id in chosen)


def _matches(name: str, among: Sequence[Paper]) -> list[Claim]:
    for paper in among:
        if name == paper.key:
            return list(paper.claims)
    exact = [c for p in among for c in p.claims if name in {c.id, f"{p.key}/{c.number}"}]
    by_number = [c for p in among for c in p.claims if name.upper() == c.number]
    found = exact or by_number
    if len(found) > 1:
        choices = ", ".join(f"{c.paper}/{c.number}" for c in found)
        raise UnknownNameError(f"{name!r} is a claim of several papers; say which: {choices}")
    if found:
        return found
    known = (
        [p.key for p in among] + [c.id for p in among for c in p.claims] + [c.number for p in among for c in p.claims]
    )
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    raise UnknownNameError(f"no paper or claim is called {name!r}{hint} `qbench list` names them all")
