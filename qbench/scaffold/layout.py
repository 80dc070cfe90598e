"""Where the scaffold of a paper goes, and which keys it may have."""

from __future__ import annotations

import importlib.util
import keyword
import re
import sys
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbench.evidence.loading import FOLDER, NO_PAPER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DISTRIBUTION = "qbench-reproductions"
LONGEST = 20
"""Letters of a key: with more, lines of the scaffold would not fit."""

ROOMS = (FOLDER, "tests", "docs", "qbench")
"""Folders of the layout itself: no paper's package may take their names."""


class ScaffoldError(ValueError):
    """A scaffold that cannot be written; the message names the value, the limit and the way out."""


@dataclass(frozen=True)
class Layout:
    """Where everything of a paper stands.

    Attributes:
        key: names the paper.
        root: the folder that holds reproductions/.
        checkout: whether `root` is a checkout of qbench itself; else it is a folder of somebody else's.
    """

    key: str
    root: Path
    checkout: bool

    @property
    def package(self) -> str:
        """The package's import name: in a checkout below qbench.papers, else beside reproductions/."""
        return f"qbench.papers.{self.key}" if self.checkout else self.key

    @property
    def folder(self) -> str:
        """The package's folder below the root."""
        return self.package.replace(".", "/")

    @property
    def module(self) -> str:
        """The module that holds `paper`, below the root."""
        return f"{FOLDER}/{self.key}.py"


def layout_of(key: str, into: Path, registered: Iterable[str] = ()) -> Layout:
    """Return where the paper `key` goes below `into`; ScaffoldError where the key or the place will not do.

    `registered` are the keys of papers that are installed.
    """
    _check_word(key)
    root = into.resolve()
    for parent in root.parents:
        if _is_checkout(parent):
            raise ScaffoldError(f"{root} lies inside {parent}, a checkout of qbench: name that folder, or one outside")
    layout = Layout(key, root, _is_checkout(root))
    if key in set(registered):
        raise ScaffoldError(f"a paper {key!r} is registered already (`qbench list {key}`); choose another key")
    if not layout.checkout:
        _check_importable(key)
    for folder in (layout.folder, f"tests/unit/{key}"):
        place = root / folder
        if place.is_file() or (place.is_dir() and any(place.iterdir())):
            raise ScaffoldError(f"{place} exists already: choose another key, or move it aside")
    return layout


def _check_word(key: str) -> None:
    """ScaffoldError for what cannot name a package and a paper."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", key) or len(key) > LONGEST:
        word = re.sub(r"[^a-z0-9]+", "_", key.lower()).strip("_0123456789")[:LONGEST]
        near = f", for example {word!r}" if word and not keyword.iskeyword(word) else ""
        raise ScaffoldError(
            f"a key has lower-case letters, digits and '_', begins with a letter and has at most {LONGEST} of them, "
            f"got {key!r}; write another{near}"
        )
    if keyword.iskeyword(key):
        raise ScaffoldError(f"{key!r} is a word of Python and cannot name a package; write another key")
    if key.startswith(NO_PAPER):
        raise ScaffoldError(f"{FOLDER}/{key}.py would not be taken for a paper: no key begins with test_ or conftest")


def _check_importable(key: str) -> None:
    """ScaffoldError for a package that would hide another, or be hidden by it."""
    if key in ROOMS:
        raise ScaffoldError(f"{key!r} is a folder of the layout itself; write another key")
    if key in sys.stdlib_module_names:
        raise ScaffoldError(f"{key!r} is a module of Python's own, which a package would hide; write another key")
    spec = importlib.util.find_spec(key)
    if spec is not None and spec.origin is not None:
        raise ScaffoldError(f"{key!r} is installed ({spec.origin}), and your package would hide it; write another key")


def _is_checkout(root: Path) -> bool:
    """Whether a folder is a checkout of qbench; ScaffoldError where its pyproject.toml cannot tell."""
    if not (root / "qbench" / "papers" / "__init__.py").is_file():
        return False
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8")).get("project", {})
    except FileNotFoundError:
        return False
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScaffoldError(f"{root / 'pyproject.toml'} cannot be read ({error}); mend it first") from error
    return bool(project.get("name") == DISTRIBUTION)
