"""Papers by entry point, ours through the same door as anybody's, and claims by whatever a user calls them.

A paper that is not installed is named by the path of its module: "reproductions/KEY.py", "reproductions/KEY.py::C01".
"""

from __future__ import annotations

import difflib
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from qbench.evidence.loading import FOLDER, holds_paper, paper_at
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


def origin(key: str) -> Path | None:
    """Return the file of the module that registers the paper `key`; None where none does."""
    for point in metadata.entry_points(group=GROUP):
        if point.name == key:
            file = getattr(sys.modules.get(point.module), "__file__", None)
            return None if file is None else Path(file).resolve()
    return None


def file_of(name: str) -> Path | None:
    """Return the file of a name such as "reproductions/KEY.py::C01"; None for a name that is no path."""
    file = name.partition("::")[0]
    return Path(file) if file.endswith(".py") else None


def with_files(among: Iterable[Paper], names: Sequence[str]) -> tuple[Paper, ...]:
    """Return `among` and the papers of the files that are named, in the order of keys.

    The paper of a file takes the place of a registered one of its key: whoever names a file means what stands there.
    Raises UnknownNameError for a file that is not there, with what comes near, and LoadError as `paper_at`.
    """
    found = {p.key: p for p in among}
    for file in filter(None, map(file_of, names)):
        if not file.is_file():
            known = [str(p) for p in sorted(file.parent.glob("*.py")) if holds_paper(p.resolve())]
            near = difflib.get_close_matches(str(file), known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f" below {Path.cwd()}"
            raise UnknownNameError(f"there is no file {str(file)!r}{hint}")
        paper = paper_at(file)
        found[paper.key] = paper
    return tuple(found[key] for key in sorted(found))


def paper_of(claim: Claim, among: Iterable[Paper]) -> Paper:
    """Return the paper that holds the claim."""
    return next(p for p in among if p.key == claim.paper)


def select(names: Sequence[str], among: Sequence[Paper]) -> tuple[Claim, ...]:
    """Return the claims that `names` mean, each once, in ledger order; all of them for no names.

    A name is a paper ("cvar_vqe"), a claim's id ("cvar_vqe/variance-bound"), its number within a paper
    ("cvar_vqe/C09"), its number alone ("C09") where only one paper has it, or a file, alone or with one of these
    ("x/KEY.py::C09"). Raises UnknownNameError, with what comes near.
    """
    if not names:
        return tuple(c for p in among for c in p.claims)
    chosen: set[str] = set()
    for name in names:
        chosen.update(c.id for c in _matches(name, among))
    return tuple(c for p in among for c in p.claims if c.id in chosen)


def _matches(name: str, among: Sequence[Paper]) -> list[Claim]:
    file = file_of(name)
    if file is not None:
        paper = paper_at(file)
        rest = name.partition("::")[2]
        return _matches(rest, [paper]) if rest else list(paper.claims)
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
    key, _, rest = name.partition("/")
    file = Path(FOLDER) / f"{key}.py"
    if key.isidentifier() and key not in {p.key for p in among} and file.is_file():
        spelt = f"{file}::{rest}" if rest else str(file)
        raise UnknownNameError(f"the paper {key!r} is not installed; name its file: {spelt}")
    known = (
        [p.key for p in among] + [c.id for p in among for c in p.claims] + [c.number for p in among for c in p.claims]
    )
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    raise UnknownNameError(f"no paper or claim is called {name!r}{hint} `qbench list` names them all")
