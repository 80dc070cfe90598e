"""Our papers pass the checker that anybody's paper must pass, and their code cites nothing outside the project."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from qbench.evidence.check import check_paper
from qbench.evidence.loading import papers_in
from qbench.evidence.verdict_table import verdict_tables, with_tables

ROOT = Path(__file__).parents[2]
# By path and not by entry point: a paper counts from the day that it stands in the folder.
PAPERS = papers_in(ROOT / "reproductions")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda p: p.key)
def test_paper_is_whole(paper) -> None:
    assert check_paper(paper, ROOT) == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda p: p.key)
def test_every_number_of_the_ledger_stands_in_the_docs(paper) -> None:
    text = (ROOT / "docs" / "papers" / f"{paper.key}.md").read_text(encoding="utf-8")
    missing = [c.number for c in paper.claims if not re.search(rf"\b{c.number}\b", text)]
    assert missing == []
    said = {key for pattern in re.findall(r"`([a-z0-9.,{}-]+)`", text) for key in expanded(pattern)}
    unsaid = [r.key for c in paper.claims for r in c.readings if r.key not in said]
    assert unsaid == []


def expanded(pattern: str) -> list[str]:
    """Return the keys that a pattern such as a{1,2}-{b,c} stands for."""
    parts = [part.split(",") for part in re.split(r"[{}]", pattern)]
    return ["".join(words) for words in itertools.product(*parts)]


def test_verdict_changes_stand_in_the_changelog() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "### Verdicts" in text
    missing = [c.id for p in PAPERS for c in p.claims if c.recorded and c.id not in text]
    assert missing == []


def test_the_readme_shows_the_verdicts_on_record() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    fresh = with_tables(text, verdict_tables(PAPERS))
    assert text == fresh, "run `make verdicts`"
    assert all(f"| {c.number} `{c.id}` |" in text for p in PAPERS for c in p.claims)
