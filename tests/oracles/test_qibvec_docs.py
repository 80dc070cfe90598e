"""docs/qibvec.md: its code runs as printed, in one namespace from top to bottom."""

import doctest
from pathlib import Path

from tests.oracles.test_engine_docs import code_alone

PAGE = Path(__file__).parents[2] / "docs" / "qibvec.md"


def test_the_page_runs_and_prints_what_it_says():
    text = PAGE.read_text(encoding="utf-8")
    test = doctest.DocTestParser().get_doctest(code_alone(text), {}, PAGE.name, str(PAGE), 0)
    assert len(test.examples) == text.count("\n>>> ")
    assert len(test.examples) > 30
    problems = []
    doctest.DocTestRunner().run(test, out=problems.append)
    assert not problems, "".join(problems)


def test_every_block_is_code_with_a_prompt():
    """A block without a prompt would be skipped by doctest unseen."""
    blocks = PAGE.read_text(encoding="utf-8").split("```python\n")[1:]
    assert blocks
    assert all(block.startswith(">>> ") for block in blocks)
