"""docs/poqks-round.md: its code runs as printed, in one namespace from top to bottom."""

from __future__ import annotations

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "poqks-round.md"


def code_alone(text):
    """The page with everything outside ```python blocks emptied, so that line numbers stay those of the page."""
    lines, inside = [], False
    for line in text.splitlines():
        fence = line.startswith("```")
        lines.append(line if inside and not fence else "")
        inside = (not inside and line == "```python") if fence else inside
    return "\n".join(lines) + "\n"


def test_the_page_runs_and_prints_what_it_says():
    text = PAGE.read_text(encoding="utf-8")
    test = doctest.DocTestParser().get_doctest(code_alone(text), {}, PAGE.name, str(PAGE), 0)
    assert len(test.examples) == text.count("\n>>> ")
    assert len(test.examples) > 40
    problems = []
    doctest.DocTestRunner().run(test, out=problems.append)
    assert not problems, "".join(problems)


def test_every_block_is_code_with_a_prompt():
    """A block without a prompt would be skipped by doctest unseen."""
    blocks = PAGE.read_text(encoding="utf-8").split("```python\n")[1:]
    assert blocks
    assert all(block.startswith(">>> ") for block in blocks)
