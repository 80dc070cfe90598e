"""docs/papers/cloud_edge_qnn.md: what its code prints is what stands under it."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "papers" / "cloud_edge_qnn.md"
PAIR = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def test_the_page_prints_what_it_shows(capsys) -> None:
    pairs = PAIR.findall(PAGE.read_text(encoding="utf-8"))
    assert len(pairs) == 3
    for code, shown in pairs:
        exec(compile(code, str(PAGE), "exec"), {})  # noqa: S102 - our own page
        printed = "".join(f"{line.rstrip()}\n" for line in capsys.readouterr().out.splitlines())
        assert printed == shown
