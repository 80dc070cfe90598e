"""What a paper lacks in the folder it stands in: placeholders, lock, records, page, entry point, changelog."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING

from qbench.evidence.fingerprint import sources
from qbench.evidence.loading import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qbench.evidence.papers import Paper

PLACEHOLDER = re.compile(r"[\w./-]+\.(?:py|md): (.*?, then (?:delete|replace) this (?:line|text)\b)")
"""What the scaffold of `qbench new` leaves to be written: file, step, and what to do with the line afterwards."""

WITHOUT_MAKE = "python -m qbench.evidence.bands_lock"
"""`make bands` where there is no Makefile."""


def home_problems(paper: Paper, root: Path) -> list[str]:
    """Return what the paper lacks below `root`, the folder that holds reproductions/, a sentence each."""
    return [
        *_placeholders(paper, root),
        *_lock(paper, root),
        *_records(paper),
        *_page(paper, root),
        *_entry_point(paper, root),
        *_changelog(paper, root),
    ]


def _files(paper: Paper, root: Path) -> Iterator[Path]:
    """Yield the paper's files: its module and page, its tests and benchmarks, the packages that its studies run."""
    yield root / FOLDER / f"{paper.key}.py"
    yield root / "docs" / "papers" / f"{paper.key}.md"
    for path in sorted((root / "tests").rglob("*.py")):
        if any(re.fullmatch(rf"(test_)?{paper.key}(_.*)?", part) for part in (path.stem, path.parent.name)):
            yield path
    runs = {s.run.partition(":")[0] for s in paper.studies}
    packages = {p for s in paper.studies for p in s.code if any(f"{run}.".startswith(f"{p}.") for run in runs)}
    for package in sorted(packages):
        try:
            found = sources(package)
        except ValueError:  # the check of studies says so
            continue
        yield from (path for _, path in found if path.is_relative_to(root))


def _placeholders(paper: Paper, root: Path) -> list[str]:
    """Return every placeholder that is left, once each."""
    problems = []
    for path in dict.fromkeys(_files(paper, root)):
        if not path.is_file():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            problems += [f"{path.relative_to(root).as_posix()}:{number}: {step}" for step in PLACEHOLDER.findall(line)]
    return problems


def _lock(paper: Paper, root: Path) -> list[str]:
    """Return what bands.lock does not hold, or holds otherwise."""
    from qbench.evidence.bands_lock import current, moved  # it runs with -m: the package must not load it before

    path, changelog = root / FOLDER / "bands.lock", root / "CHANGELOG.md"
    try:
        lock = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except ValueError as error:
        return [f"{FOLDER}/bands.lock cannot be read ({error}): restore the file"]
    own = {claim: entry for claim, entry in lock.items() if claim.startswith(f"{paper.key}/")}
    now = current([paper])
    problems = moved(now, own, changelog.read_text(encoding="utf-8") if changelog.exists() else "")
    if not problems and own != now:
        problems = [f"{FOLDER}/bands.lock is behind the claims of {paper.key}: run `make bands`"]
    if not (root / "Makefile").is_file():
        problems = [problem.replace("make bands", WITHOUT_MAKE) for problem in problems]
    return problems


def _records(paper: Paper) -> list[str]:
    if paper.records is None and paper.claims:
        return [f"{paper.key} keeps no file of records: give the Paper `records=Records(PATH)`"]
    return []


def _page(paper: Paper, root: Path) -> list[str]:
    """Return what docs/papers/KEY.md does not name."""
    page = f"docs/papers/{paper.key}.md"
    if not (root / page).is_file():
        return [f"there is no {page}: claims, readings and what the paper leaves open"]
    text = (root / page).read_text(encoding="utf-8")
    unsaid = [c.number for c in paper.claims if re.search(rf"\b{c.number}\b", text) is None]
    return [f"{page} does not name {', '.join(unsaid)}"] if unsaid else []


def _entry_point(paper: Paper, root: Path) -> list[str]:
    """Return whether pyproject.toml registers the paper; without the file nothing is installed, and nothing is said."""
    line = f'{paper.key} = "{FOLDER}.{paper.key}:paper"'
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8")).get("project", {})
    except FileNotFoundError:
        return [f'there is no pyproject.toml with {line} in [project.entry-points."qbench.papers"]']
    except ValueError as error:
        return [f"pyproject.toml cannot be read: {error}"]
    if paper.key in project.get("entry-points", {}).get("qbench.papers", {}):
        return []
    return [f'pyproject.toml has no {line} in [project.entry-points."qbench.papers"]: add it, then `pip install -e .`']


def _changelog(paper: Paper, root: Path) -> list[str]:
    """Return verdicts on record of which the changelog does not speak."""
    path = root / "CHANGELOG.md"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return [
        f"CHANGELOG.md does not name {c.id} under Verdicts: {c.recorded.verdict}, and from what"
        for c in paper.claims
        if c.recorded is not None and c.id not in text
    ]
