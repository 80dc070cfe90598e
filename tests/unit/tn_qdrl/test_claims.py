"""The ledger of tn_qdrl: bands as specified, readings that find their columns, tables that are current."""

from __future__ import annotations

import re
from math import inf
from pathlib import Path

import numpy as np
import pytest

from qbench.evidence import check_paper
from qbench.evidence.measure import cell_params
from qbench.evidence.statistics import Exact
from qbench.evidence.streams import Streams
from qbench.evidence.tasks import load
from qbench.evidence.verdict_table import with_tables
from qbench.papers.tn_qdrl import scenario
from qbench.papers.tn_qdrl.agents import AGENT
from qbench.papers.tn_qdrl.scenario import SYSTEM
from qbench.papers.tn_qdrl.sweeps import DECAY, PER_VISIT
from reproductions import _tn_qdrl_setting as setting
from reproductions import _tn_qdrl_text as text
from reproductions import tn_qdrl as ledger
from reproductions._tn_qdrl_table import MARKS, table

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "papers" / "tn_qdrl.md"
PAPER = ledger.paper
CLAIMS = {c.number: c for c in PAPER.claims}
MEASURED = [c for c in PAPER.claims if c.kind == "measured"]
COMPUTED = [c for c in PAPER.claims if c.kind in {"analytic", "consistency"}]
UNTESTABLE = ["C01", "C02", "C03", "C04", "C05", "C09", "C12", "C18", "C25", "C38", "C40", "C41", "C42", "C43"]
DECIDED_AT_PAPER = ["C08", "C10", "C11", "C16", "C17", "C30", "C36", "C37", "C44", "C45", "C48"]

# Number of parts and their bands, typed from the specification a second time.
BANDS = {
    "C06": [(0.02, inf)],
    "C07": [(0.02, inf)] * 3,
    "C08": [(0.02, inf)] * 5,
    "C10": [(0.02, inf)] * 3,
    "C11": [(0.02, inf)] * 2,
    "C13": [(1.02, inf)] * 20,
    "C14": [(1.02, inf)] * 12,
    "C15": [(1.02, inf)] * 10,
    "C16": [(1.02, inf)] * 15,
    "C17": [(0.95, 1.05), *[(1.02, inf)] * 4],
    "C19": [(0.48, 0.52)],
    "C20": [(0, 0)],
    "C21": [(1, 200)],
    "C22": [(0, 0)],
    "C23": [(0.6, 0.6)],
    "C24": [(0, 0)],
    "C26": [(-1e-12, 1e-12)],
    "C27": [(0.9, 1.0)],
    "C28": [(0, 0)],
    "C29": [(10, 30), (0, 1), (0, 1), (0, 0), (0, 35)],
    "C30": [(0.05, inf), (0.98, inf), *[(1.10, inf)] * 4],
    "C31": [(0.10, inf)],
    "C32": [(-inf, 0.05)],
    "C33": [(-inf, -1)],
    "C34": [(1.02, inf)] * 4,
    "C35": [(1.0, 1.1)],
    "C36": [*[(0.9, 1.1)] * 2, *[(1.02, 1.5)] * 3, *[(1.02, 1.34)] * 3],
    "C37": [(1.02, inf)] * 2,
    "C39": [(0.5, inf)],
    "C44": [(0.02, inf)],
    "C45": [(1.02, inf)] * 3,
    "C46": [(0.02, inf)] * 5,
    "C47": [(1.02, inf)],
    "C48": [(1.02, inf)] * 6,
}
HOLD = {"C19", "C20", "C24", "C26"}
"""Computed claims that hold, as the specification's own derivations have it."""


def test_claims_stand_in_order() -> None:
    assert [c.number for c in PAPER.claims] == [f"C{k:02d}" for k in range(1, 49)]
    assert [c.number for c in PAPER.claims if c.kind == "untestable"] == UNTESTABLE
    assert [c.number for c in PAPER.claims if c.kind == "consistency"] == ["C29"]
    for claim in PAPER.claims:
        if claim.kind == "measured":
            assert claim.decides_at == ("paper" if claim.number in DECIDED_AT_PAPER else "standard"), claim.number
        else:
            assert claim.decides_at == "fast"


def test_bands_are_those_of_the_specification() -> None:
    found = {c.number: [(p.band.lo, p.band.hi) for p in c.parts] for c in PAPER.claims if c.parts}
    assert found == BANDS


def test_nothing_is_missing() -> None:
    assert check_paper(PAPER, ROOT) == []


def test_studies_are_written_out_with_what_their_functions_know() -> None:
    for name in ("schemes", "tune", "settling", "comparators", "compression"):
        written = dict(PAPER.study(name).defaults)
        written.pop("curve_points", None)
        # Nothing is decided by three of them.
        seeds = {"tune": 1, "settling": 1, "comparators": 2}.get(name, 8)
        assert written == {**SYSTEM, **AGENT, **setting.TUNED["shift"], "seeds": seeds}, name
    assert {name: AGENT[name] for name in setting.NAIVE} == setting.NAIVE
    assert text.PER_VISIT == PER_VISIT
    assert text.DECAY == DECAY
    assert tuple(map(float, ledger.PER_VISIT)) == PER_VISIT
    assert tuple(map(int, ledger.DECAYS)) == DECAY
    for tuned in setting.TUNED.values():
        assert tuned["per_visit"] in PER_VISIT
        assert tuned["decay"] in DECAY


@pytest.fixture(scope="module")
def runs():
    """Return (study, params) -> its columns for three units, each run once, at a size that takes no time."""
    known: dict[str, dict[str, np.ndarray]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scenario, "N_CALIBRATION", 300)
        patch.setattr(scenario, "N_SAMPLE", 100)

        def run(study, params):
            full = study.resolve({**params, "episodes": 40, "seeds": 1})
            key = f"{study.name} {sorted(full.items())}"
            if key not in known:
                # A salt of its own: nothing that counts is seen.
                known[key] = dict(load(study.run)(full, Streams(study.stream, 77), range(3)))
            return known[key]

        yield run


@pytest.mark.parametrize("claim", MEASURED, ids=lambda c: c.number)
def test_every_reading_of_a_measured_claim_finds_its_numbers(claim, runs) -> None:
    values = {}
    for reading in claim.readings:
        found, values[reading.key] = set(), ()
        for part in claim.parts_under(reading):
            seen = {}
            for name, cell in part.cells.items():
                study = PAPER.study(cell.study)
                raw = runs(study, cell_params(study, name, cell, reading))
                found |= set(raw)
                own = {column: raw[reading.columns.get(column, column)] for column in raw}
                seen |= own if len(part.cells) == 1 else {f"{name}.{column}": v for column, v in own.items()}
            estimates = [statistic.estimate(seen, 0.005) for statistic in (part.statistic, *part.beside.values())]
            assert all(estimate.n == 3 for estimate in estimates)
            values[reading.key] += tuple(estimate.value for estimate in estimates)
        assert set(reading.columns) | set(reading.columns.values()) <= found
    # A reading that moved no number would show the main one twice. A sum over the vehicles of one system is no other
    # ratio than the mean, and RARL's decay before tuning is its decay after it.
    same = {("C16", "sum"), ("C48", "sum"), ("C35", "naive")}
    moved = {key: value for key, value in values.items() if (claim.number, key) not in same}
    assert len(set(moved.values())) == len(moved)


def columns_of(name, params=None):
    """Return the columns of an exact study at the ledger's own size."""
    study = PAPER.study(name)
    return dict(load(study.run)(study.resolve(params or {}), Streams(study.stream), range(1)))


@pytest.mark.parametrize("claim", COMPUTED, ids=lambda c: c.number)
def test_computed_claims_hold_or_show_why_not(claim) -> None:
    holds = []
    for part in claim.parts:
        assert isinstance(part.statistic, Exact)
        ((_, cell),) = part.cells.items()
        raw = columns_of(cell.study)
        value = part.statistic.estimate(raw, 0.005).value
        holds.append(bool(part.band.holds(value, value)))
        for statistic in part.beside.values():
            assert np.isfinite(statistic.estimate(raw, 0.005).value)
        if not holds[-1]:
            assert len(load(part.witness)(raw)) > 20
    assert all(holds) == (claim.number in HOLD)


@pytest.mark.parametrize(
    ("number", "reading", "holds"),
    [
        ("C23", "rejected", True),
        ("C27", "text", True),
        ("C27", "text-on-start", False),
        ("C28", "k-std", True),
        ("C32", "factored", False),
    ],
)
def test_readings_of_computed_claims(number, reading, holds) -> None:
    claim = CLAIMS[number]
    (part,) = claim.parts
    ((name, cell),) = part.cells.items()
    study = PAPER.study(cell.study)
    raw = columns_of(cell.study, cell_params(study, name, cell, claim.reading(reading)))
    seen = {column: raw[claim.reading(reading).columns.get(column, column)] for column in raw}
    value = part.statistic.estimate(seen, 0.005).value
    assert bool(part.band.holds(value, value)) == holds


def test_figures_name_curves_that_the_study_gives(runs) -> None:
    """Windows of 800 episodes have their middles at 10, 30, ... 790."""
    raw = runs(PAPER.study("schemes"), {"curve_points": 2})
    assert {"curve_tn_010", "curve_tn_030", "curve_random_010", "curve_myopic_030"} <= set(raw)
    assert tuple(20 * k + 10 for k in range(40)) == text.MIDDLES


def test_the_pages_table_is_current_and_names_every_claim() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_tables(page, table(), MARKS) == page, (
        "run `python -m reproductions._tn_qdrl_table docs/papers/tn_qdrl.md`"
    )
    named = set()
    for first, last in re.findall(r"\bC(\d\d)(?:-C(\d\d))?", page):
        named |= set(range(int(first), int(last or first) + 1))
    assert named >= set(range(1, 49))
