"""A written report as a program reads it: its tags in order, its words, and whether its links lead somewhere."""

from __future__ import annotations

from functools import cached_property
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag

if TYPE_CHECKING:
    from pathlib import Path

VOID = {"meta", "link", "line", "rect", "path", "circle", "img", "br"}
LOADS = {("link", "href"), ("img", "src"), ("script", "src"), ("iframe", "src"), ("image", "href"), ("use", "href")}
"""What a browser fetches by itself."""


class Page(HTMLParser):
    """The tags, attributes and text of a page; tags that are not closed in order are an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.within: dict[str, list[str]] = {}
        self._claim: list[str] | None = None
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag == "article":
            self._claim = self.within.setdefault(str(dict(attrs)["id"]), [])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag
        if tag == "article":
            self._claim = None

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._claim is not None:
            self._claim.append(data)

    @property
    def words(self) -> str:
        return joined(self.text)

    def words_of(self, article: str) -> str:
        return joined(self.within[article])

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.attributes if name == tag]

    @cached_property
    def ids(self) -> list[str]:
        return [str(a["id"]) for _, a in self.attributes if "id" in a]

    @property
    def links(self) -> list[tuple[str, str, str]]:
        """(tag, attribute, address) of everything that leads or loads."""
        return [(tag, key, str(a[key])) for tag, a in self.attributes for key in ("href", "src") if key in a]


def joined(pieces: list[str]) -> str:
    return " ".join(" ".join(pieces).split())


def pages_of(folder: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}


def broken_links(folder: Path) -> list[str]:
    """Return what leads nowhere, and what would be loaded from elsewhere."""
    pages = pages_of(folder)
    wrong = []
    for path, page in pages.items():
        twice = {i for i in page.ids if page.ids.count(i) > 1}
        wrong += [f"{path}: the id {i!r} stands twice" for i in sorted(twice)]
        for tag, key, address in page.links:
            if address.startswith("data:") or (tag == "a" and address.startswith("https://doi.org/")):
                continue
            if "://" in address or (tag, key) not in LOADS | {("a", "href")}:
                wrong.append(f"{path}: {tag} loads or leads to {address}")
                continue
            file, anchor = urldefrag(address)
            target = (path.parent / unquote(file)).resolve() if file else path.resolve()
            known = {p.resolve(): p for p in pages}
            if not target.is_file():
                wrong.append(f"{path}: {address} is not there")
            elif anchor and (target not in known or anchor not in pages[known[target]].ids):
                wrong.append(f"{path}: {address} has no such anchor")
    return wrong
