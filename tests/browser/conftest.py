"""The report in a browser. Skipped where there is none: install Chromium, or name one in QBENCH_CHROMIUM.

QBENCH_SITE names a written report to open in place of the one made here, QBENCH_SCREENSHOTS a folder for the pictures.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from qbench.evidence import registry
from qbench.evidence.corrections import Correction
from qbench.evidence.figure_data import figures_of
from qbench.evidence.figures import Figure, Series
from qbench.evidence.recall import recall
from qbench.evidence.report import write_report
from qbench.evidence.store import Store
from qbench.evidence.tables import Extra, Table
from qbench.evidence.verify import verify
from tests import synthetic as s
from tests.browser.chromium import Chromium, find

LONG = "unbroken-" * 20


def stress() -> tuple:
    """A paper with everything that may not fit: long words, many readings, figures and tables with data and without."""
    others = tuple(s.Reading(f"r{i}-{LONG[:60]}", columns={"a": "b"}, why=f"{LONG} or not") for i in range(14))
    claims = (
        s.claim(says=f"Whatever {LONG}", parts=(s.part(beside={LONG: s.Mean("b")}),), readings=(s.MAIN, *others)),
        s.exact_claim(3, unit="strings"),
        s.untestable_claim(),
        s.claim("tiny", "C04", parts=(s.part(1e-9, sd=1e-12),), claimed=1e9),
        s.claim("point", "C05", parts=(s.part(7.0, sd=0.0, band=s.band(-1e-6, 1e-6)),)),
        *(
            s.claim(f"t{i}", f"T{i:02d}", claimed=i + 1e5, parts=(s.part(float(i), beside={LONG: s.Mean("b")}),))
            for i in range(12)
        ),
    )
    cells = {m: s.Cell("normal", {"mean": float(m)}) for m in (3, 7)}
    series = (Series.across("ours", "a", cells),)
    figures = (
        Figure("drawn", "Fig. 1", "Rate", "BSs", "rate", series),
        Figure("empty", "Fig. 2", "Nothing", "BSs", "rate", (Series.across("x", "a", {1: s.Cell("slow")}),)),
    )
    columns = (f"Of {LONG}", *(f"column {i}" for i in range(10)))
    cells = {("first", column): f"T{i:02d}" for i, column in enumerate(columns)}
    wide = Table(
        key="wide",
        where="Table I",
        title=f"Of {LONG}",
        unit="dB",
        heading="size",
        rows=("first", LONG),
        columns=columns,
        cells={**cells, (LONG, columns[1]): "T11"},
        references={"first": columns[0]},
        tolerance=0.1,
        extras=(Extra(LONG, columns[1], LONG),),
        note=LONG,
    )
    fix = Correction(f"Eq. {LONG}", LONG, LONG, LONG)
    return claims, replace(
        s.paper(*claims), figures=figures, tables=(wide,), corrections=(fix,), title=f"Of {LONG}", bibtex=LONG * 3
    )


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a written report."""
    named = os.environ.get("QBENCH_SITE")
    if named:
        return Path(named).resolve()
    folder = tmp_path_factory.mktemp("site")
    claims, paper = stress()
    papers = (*registry.papers(), paper)
    with Store(None) as store:
        verify(claims, [paper], store)
        run = recall(papers, store)
        figures = {p.key: figures_of(p, store, "standard") for p in papers}
    write_report(run, papers, folder, figures)
    return folder


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory):
    path = find()
    if path is None:
        pytest.skip("no Chromium on PATH and none named in QBENCH_CHROMIUM: the report is not opened in a browser")
    opened = Chromium(path, tmp_path_factory.mktemp("chromium"))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    named = os.environ.get("QBENCH_SCREENSHOTS")
    return Path(named).resolve() if named else tmp_path_factory.mktemp("screenshots")
