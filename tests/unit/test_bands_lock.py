"""bands.lock: nothing that decides a claim moves without a higher version or a word in the changelog."""

from __future__ import annotations

import json
from pathlib import Path

from qbench.evidence.bands_lock import current, moved
from qbench.evidence.loading import papers_in

ROOT = Path(__file__).parents[2]


def test_nothing_moved_without_leave() -> None:
    lock = json.loads((ROOT / "reproductions" / "bands.lock").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert moved(current(papers_in(ROOT / "reproductions")), lock, changelog) == []


def test_the_lock_is_not_behind() -> None:
    lock = json.loads((ROOT / "reproductions" / "bands.lock").read_text(encoding="utf-8"))
    assert lock == current(papers_in(ROOT / "reproductions")), "run `make bands`"
