"""The verdicts on record as the tables that the README shows: `python -m qbench.evidence.verdict_table README.md`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from qbench.evidence.wording import counts_text, in_short

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qbench.evidence.claims import Claim
    from qbench.evidence.papers import Paper

BEGIN = "<!-- verdicts: written by `make verdicts` -->"
END = "<!-- end of verdicts -->"


def verdict_tables(papers: Iterable[Paper]) -> str:
    """Return the verdicts on record in Markdown, a table a paper, folded below its counts."""
    return "\n".join(_table(paper) for paper in papers)


def _table(paper: Paper) -> str:
    recorded = [(c.recorded.verdict, c.kind) for c in paper.claims if c.recorded]
    without = len(paper.claims) - len(recorded)
    counts = counts_text(recorded) + (f"; {without} without a verdict" if without else "")
    rows = [_row(claim) for claim in paper.claims]
    return "\n".join(
        [
            "<details>",
            f"<summary><b>{paper.key}</b> ({paper.year}), {len(paper.claims)} claims: {counts}</summary>",
            "",
            "| claim | the paper says | verdict | why |",
            "|---|---|---|---|",
            *rows,
            "",
            "</details>",
            "",
        ]
    )


def _row(claim: Claim) -> str:
    verdict, why = (claim.recorded.verdict, in_short(claim.recorded.why)) if claim.recorded else ("-", "")
    return f"| {claim.number} `{claim.id}` | {_cell(claim.says)} | {verdict} | {_cell(why)} |"


def _cell(text: str) -> str:
    # A bare <Z> is a tag to Markdown, and would vanish.
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def with_tables(text: str, tables: str, marks: tuple[str, str] = (BEGIN, END)) -> str:
    """Return the text with the tables between its two marks; ValueError where a mark is missing."""
    head, begin, rest = text.partition(marks[0])
    _, end, tail = rest.partition(marks[1])
    if not begin or not end:
        raise ValueError(f"the file has no lines {marks[0]!r} and {marks[1]!r} to write between")
    return f"{head}{begin}\n{tables}{end}{tail}"


def write_tables(path: str, tables: str, marks: tuple[str, str] = (BEGIN, END)) -> None:
    """Write tables between the marks of a file; SystemExit with what is wrong where there are none, or no file."""
    file = Path(path)
    try:
        file.write_text(with_tables(file.read_text(encoding="utf-8"), tables, marks), encoding="utf-8")
    except (OSError, ValueError) as error:
        raise SystemExit(f"{path}: {error}; name a file that has both lines") from None


def main(path: str) -> None:
    """Write the tables of every registered paper into a file."""
    from qbench.evidence.registry import papers

    write_tables(path, verdict_tables(papers()))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "README.md")
