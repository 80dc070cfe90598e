"""The written report in headless Chromium: on a phone and on a desk, in light and in dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import Chromium
from tests.site import broken_links

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
MEASURES = Path(__file__).with_name("measures.js").read_text(encoding="utf-8")


def measure(browser: Chromium, what: str) -> Any:
    """Call one of the measures in the page."""
    return browser.evaluate(f"{MEASURES}; measures.{what}")


def pages(site: Path) -> list[Path]:
    found = sorted(site.rglob("index.html"))
    assert len(found) >= 2
    return found


def test_every_link_leads_somewhere(site: Path) -> None:
    assert broken_links(site) == []


@pytest.mark.parametrize("window", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_load_whole_and_without_complaint(browser: Chromium, site: Path, window: dict[str, int]) -> None:
    for page in pages(site):
        browser.open(page.as_uri(), **window)
        assert browser.complaints() == []
        assert browser.evaluate("[...document.images].filter(i => !i.complete || !i.naturalWidth).length") == 0
        assert browser.evaluate("document.styleSheets.length") == 1
        assert browser.evaluate("document.scripts.length") == 0


def test_the_watch_for_complaints_can_fail(browser: Chromium, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text(
        "<img src='no.png'><script>console.error('x'); nope()</script>", encoding="utf-8"
    )
    browser.open((tmp_path / "bad.html").as_uri(), **DESK)
    assert len(browser.complaints()) >= 3


@pytest.mark.parametrize("window", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_sticks_out_sideways(browser: Chromium, site: Path, window: dict[str, int]) -> None:
    for page in pages(site):
        browser.open(page.as_uri(), **window)
        measure(browser, "openAll()")
        assert measure(browser, "stickingOut()") == []
        assert browser.evaluate("document.documentElement.scrollWidth") <= window["width"]
        assert measure(browser, "unseen()") == 0


@pytest.mark.parametrize("window", [PHONE, DESK], ids=["phone", "desk"])
def test_numbers_of_drawings_can_be_read(browser: Chromium, site: Path, window: dict[str, int]) -> None:
    for page in pages(site):
        browser.open(page.as_uri(), **window)
        assert measure(browser, "crowded()") == []
        assert measure(browser, "smallest()") >= 12


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Chromium, site: Path, *, dark: bool) -> None:
    for page in pages(site):
        browser.open(page.as_uri(), **DESK, dark=dark)
        measure(browser, "openAll()")
        seen, faint = measure(browser, "faint()")
        assert seen > 100
        assert faint == []


def test_the_measure_of_contrast_can_fail(browser: Chromium, site: Path) -> None:
    browser.open(pages(site)[0].as_uri(), **DESK)
    browser.evaluate("document.querySelector('h1').style.color = '#888'")
    assert [found[:3] for found in measure(browser, "faint()")[1]] == ["H1 "]


def test_the_keyboard_finds_the_way(browser: Chromium, site: Path) -> None:
    browser.open(pages(site)[0].as_uri(), **PHONE)
    browser.evaluate("document.body.focus()")
    for kind in ("rawKeyDown", "keyUp"):
        browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
    assert measure(browser, "focused()") == ["skip", True, "solid"]


def test_a_link_to_a_claim_shows_the_claim(browser: Chromium, site: Path) -> None:
    index = next(p for p in pages(site) if p.parent == site)
    browser.open(index.as_uri(), **PHONE)
    target = browser.evaluate("document.querySelector('.docket a').href")
    verdict = browser.evaluate("document.querySelector('.docket .badge').textContent.trim()")
    browser.open(target, **PHONE)
    top, said = measure(browser, f"claim('{target.split('#')[1]}')")
    assert 0 <= top < 100
    assert said == verdict


def test_a_wide_table_scrolls_in_its_box_and_keeps_the_names_of_its_rows(browser: Chromium, site: Path) -> None:
    seen = 0
    for page in pages(site):
        browser.open(page.as_uri(), **PHONE)
        for box, scrolled, lefts in measure(browser, "printedTables()"):
            assert scrolled > 0
            assert all(abs(left - box) < 1 for left in lefts)
            seen += 1
    assert seen


@pytest.mark.parametrize(("name", "window"), [("phone", PHONE), ("desktop", DESK)])
def test_pictures(browser: Chromium, site: Path, screenshots: Path, name: str, window: dict[str, int]) -> None:
    for page in pages(site):
        what = "index" if page.parent == site else page.parent.name
        grounds = []
        for dark in (False, True):
            browser.open(page.as_uri(), **window, dark=dark)
            grounds.append(browser.evaluate("getComputedStyle(document.body).backgroundColor"))
            picture = screenshots / f"{what}-{name}-{'dark' if dark else 'light'}.png"
            browser.screenshot(picture)
            assert picture.stat().st_size > 5_000
        assert grounds[0] != grounds[1]
