"""Pages whose code runs as printed, each in one namespace from top to bottom."""

from __future__ import annotations

import doctest
from pathlib import Path

import numpy as np
import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {"circuits.md": 30, "poqks-round.md": 40, "qibvec.md": 30}
"""At least as many examples; fewer would mean that blocks are not seen."""


def code_alone(text):
    """The page with everything outside ```python blocks emptied, so that line numbers stay those of the page."""
    lines, inside = [], False
    for line in text.splitlines():
        fence = line.startswith("```")
        lines.append(line if inside and not fence else "")
        inside = (not inside and line == "```python") if fence else inside
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("page", PAGES)
def test_the_page_runs_and_prints_what_it_says(page):
    path = DOCS / page
    text = path.read_text(encoding="utf-8")
    test = doctest.DocTestParser().get_doctest(code_alone(text), {}, path.name, str(path), 0)
    assert len(test.examples) == text.count("\n>>> ")
    assert len(test.examples) > PAGES[page]
    problems = []
    # Qiskit pads the lines of its drawings with blanks.
    flags = doctest.NORMALIZE_WHITESPACE if page == "circuits.md" else 0
    options = {"precision": 8, "suppress": True, "linewidth": 100} if page == "circuits.md" else {}
    with np.printoptions(**options):
        doctest.DocTestRunner(optionflags=flags).run(test, out=problems.append)
    assert not problems, "".join(problems)


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_code_with_a_prompt(page):
    """A block without a prompt would be skipped by doctest unseen."""
    blocks = (DOCS / page).read_text(encoding="utf-8").split("```python\n")[1:]
    assert blocks
    assert all(block.startswith(">>> ") for block in blocks)
