"""bands.lock: a hash of every claim's bands, readings, parts and looks, so that none moves after a result unseen."""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from qbench.evidence.canonical import finite_or_none, sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from qbench.evidence.claims import Claim, Reading
    from qbench.evidence.papers import Paper


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field of a record
    """Return a record as JSON: class name and fields."""
    if is_dataclass(value) and not isinstance(value, type):
        return {"is": type(value).__name__, **{f.name: _plain(getattr(value, f.name)) for f in fields(value)}}
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, float):
        # An open side has no JSON; null cannot be mistaken for a number.
        return finite_or_none(value)
    if hasattr(value, "items"):
        return {k: _plain(v) for k, v in value.items()}
    return value


def _reading(reading: Reading) -> dict[str, Any]:
    """Return what a reading changes; fields that came later count only where used, so that older hashes stand."""
    plain = {"key": reading.key, "params": _plain(reading.params), "columns": _plain(reading.columns)}
    later = {"cells": _plain(reading.cells), "parts": list(reading.parts)}
    return plain | {name: value for name, value in later.items() if value}


def decisive_hash(claim: Claim, paper: Paper) -> str:
    """Return the hash of what decides the claim: not its wording, its record or its version.

    Bands and readings (without their `why`), statistics, cells, looks, kind, tier, and of the studies behind them
    stream, unit and defaults.
    """
    parts = [
        {
            "name": part.name,
            "cells": _plain(part.cells),
            "statistic": _plain(part.statistic),
            "band": [finite_or_none(part.band.lo), finite_or_none(part.band.hi), part.band.unit],
            "looks": _plain(part.looks) if part.looks else None,
        }
        for part in claim.parts
    ]
    readings = [_reading(r) for r in claim.readings]
    used = sorted({cell.study for part in claim.parts for cell in part.cells.values()})
    studies = {s.name: [s.stream, s.unit, _plain(s.defaults)] for s in map(paper.study, used)}
    return sha256(
        {
            "claim": claim.id,
            "kind": claim.kind,
            "untestable": claim.untestable,
            "decides_at": claim.decides_at,
            "parts": parts,
            "readings": readings,
            "studies": studies,
        }
    )


def current(papers: Iterable[Paper]) -> dict[str, dict[str, Any]]:
    """Return {claim id: {"version", "sha256"}} as the ledger stands now."""
    return {c.id: {"version": c.version, "sha256": decisive_hash(c, p)} for p in papers for c in p.claims}


def verdicts_section(changelog: str) -> str:
    """Return the text of the Verdicts sections under [Unreleased]; "" where there is none."""
    unreleased = re.search(r"^## \[Unreleased\]\s*$(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if unreleased is None:
        return ""
    return "\n".join(re.findall(r"^### Verdicts\s*$(.*?)(?=^### |\Z)", unreleased[1], re.MULTILINE | re.DOTALL))


def moved(now: Mapping[str, Any], lock: Mapping[str, Any], changelog: str) -> list[str]:
    """Return what moved without leave, a sentence each: neither a higher version nor a line under Verdicts."""
    # Whole ids: one claim's name may begin another's.
    named = set(re.findall(r"[a-z0-9_]+/[a-z0-9-]+(?:\.[a-z0-9-]+)*", verdicts_section(changelog)))
    problems = []
    for claim, entry in now.items():
        old = lock.get(claim)
        if old is None:
            problems.append(f"{claim} is not in bands.lock: run `make bands` before its first result")
        elif old["sha256"] != entry["sha256"] and entry["version"] <= old["version"] and claim not in named:
            problems.append(
                f"{claim}: bands, readings, parts or looks changed; raise its version, or name it with the reason "
                "under Verdicts in CHANGELOG.md, then run `make bands`"
            )
    gone = sorted(claim for claim in lock.keys() - now.keys() if claim not in named)
    problems += [f"{claim} left the ledger: name it under Verdicts" for claim in gone]
    return problems


def write(path: Path, papers: Iterable[Paper], changelog: str) -> int:
    """Write the lock and return how many claims it holds; ValueError where something moved without leave."""
    now = current(papers)
    if path.exists():
        old = json.loads(path.read_text(encoding="utf-8"))
        problems = [p for p in moved(now, old, changelog) if "is not in bands.lock" not in p]
        if problems:
            raise ValueError("\n".join(problems))
    path.write_text(json.dumps(now, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return len(now)


def main() -> int:
    """Write reproductions/bands.lock for the papers of that folder in the working directory; `make bands`."""
    from pathlib import Path

    from qbench.evidence.loading import FOLDER, LoadError, papers_in

    folder, changelog = Path(FOLDER), Path("CHANGELOG.md")
    try:
        papers = papers_in(folder)
        if not papers:
            raise LoadError(f"no paper stands in {folder.resolve()}: run this in the folder that holds {FOLDER}/")
        count = write(
            folder / "bands.lock", papers, changelog.read_text(encoding="utf-8") if changelog.exists() else ""
        )
    except ValueError as error:
        print(error)
        return 1
    print(f"{folder}/bands.lock holds {count} claims")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
