"""A table of three rows and three columns whose marks can be told by hand, and a reader of tables in HTML."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from qbench.evidence.claims import Reading
from qbench.evidence.record import RecordedReading, Span
from qbench.evidence.statistics import Mean
from qbench.evidence.tables import Extra, Table
from tests.site import joined
from tests.synthetic import MAIN, claim, estimate, paper, part, recorded

if TYPE_CHECKING:
    from qbench.evidence.claims import Claim
    from qbench.evidence.papers import Paper

LOW = Reading("low", params={"mean": -9.0}, why="as low as it goes")
FIRM, NOT, OPEN = "reproduced", "not reproduced", "inconclusive"


def cell(
    number: str, printed: float, found: tuple[str, float] | None, low: tuple[str, float] | None = None, **kwargs: Any
) -> Claim:
    """A claim on one printed number; `found` and `low`: verdict and value on record, under the main reading and LOW."""
    record = None
    if found is not None:
        record = replace(
            recorded(found[0], a=estimate(found[1])), beside={"a": {"a search": estimate(2.0 * found[1], half=0.25)}}
        )
    if low is not None:
        span = Span(low[1], low[1] - 1.0, low[1] + 1.0, 10)
        record = replace(record, readings={"low": RecordedReading(low[0], "paper", 0, {"a": span})})
    given = {
        "claimed": printed,
        "readings": (MAIN, LOW),
        "parts": (part(study="slow", beside={"a search": Mean("b")}),),
        "recorded": record,
        **kwargs,
    }
    return claim(number.lower(), number, **given)


CLAIMS = (
    cell("T01", 10.0, (NOT, 20.0), (FIRM, 10.0)),
    cell("T02", 15.0, (NOT, 24.0), (NOT, 3.0)),
    cell("T03", 20.0, (NOT, 40.0), (NOT, 4.0)),
    cell("T04", 5.0, (FIRM, 5.25)),
    cell("T05", 7.0, (NOT, 9.0), (OPEN, 7.5)),
    cell("T07", 5.0, (NOT, 6.0)),
    cell("T08", 7.0, (OPEN, 7.75)),
    cell("T09", 8.0, None),
)
TABLE = Table(
    key="table2",
    where="Table II",
    title="mean rate",
    unit="dB",
    heading="size",
    rows=("small", "blank", "unmeasured"),
    columns=("random", "greedy", "best"),
    cells={
        ("small", "random"): "T01",
        ("small", "greedy"): "T02",
        ("small", "best"): "T03",
        ("blank", "random"): "T04",
        ("blank", "greedy"): "T05",
        ("unmeasured", "random"): "T07",
        ("unmeasured", "greedy"): "T08",
        ("unmeasured", "best"): "T09",
    },
    references={"small": "best", "unmeasured": "best"},
    tolerance=0.125,
    readings=("low",),
    extras=(Extra("a search (2 ms)", "random", "a search"),),
    note="Over all sizes.",
)
PAPER = replace(paper(*CLAIMS), tables=(TABLE,))


def changed(paper: Paper = PAPER, **kwargs: Any) -> Paper:
    """The paper with another of its claims, by number, or with another table."""
    table = kwargs.pop("table", paper.tables[0])
    return replace(paper, claims=tuple(kwargs.get(c.number, c) for c in paper.claims), tables=(table,))


class Grids(HTMLParser):
    """Tables of a page: each a caption and rows of (tag, attributes, words)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: list[dict[str, Any]] = []
        self._words: list[str] | None = None
        self._links: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append({"class": dict(attrs).get("class"), "caption": "", "rows": []})
        elif tag == "tr":
            self.tables[-1]["rows"].append([])
        elif tag in {"td", "th", "caption"}:
            self._words, self._links = [], []
            self._open = (tag, dict(attrs))
        elif tag == "a" and self._words is not None:
            self._links.append(str(dict(attrs)["href"]))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "caption"} and self._words is not None:
            words = joined(self._words)
            if tag == "caption":
                self.tables[-1]["caption"] = words
            else:
                attributes = {**self._open[1], **({"href": self._links[0]} if self._links else {})}
                self.tables[-1]["rows"][-1].append((tag, attributes, words))
            self._words = None

    def handle_data(self, data: str) -> None:
        if self._words is not None:
            self._words.append(data)
