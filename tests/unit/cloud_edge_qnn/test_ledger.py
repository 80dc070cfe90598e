"""The ledger of cloud_edge_qnn: every reading finds its columns, and exact parts find what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qbench.evidence import check_paper
from qbench.evidence.measure import cell_params
from qbench.evidence.statistics import Exact
from qbench.evidence.streams import Streams
from qbench.evidence.tasks import load
from qbench.papers.cloud_edge_qnn.cloud_study import CLOUD
from qbench.papers.cloud_edge_qnn.framework import FRAMEWORK
from qbench.papers.cloud_edge_qnn.studies import EDGE
from qbench.papers.cloud_qnn.draws import PHYSICS, SIZE
from qbench.papers.cloud_qnn.scorer_studies import LEARNING
from reproductions import cloud_edge_qnn as ledger
from reproductions import cloud_qnn

ROOT = Path(__file__).parents[3]
PAPER = ledger.paper
MEASURED = [c for c in PAPER.claims if c.kind == "measured"]
TINY = {"seeds": 1, "curve_channels": 8, "test_channels": 8, "samples": 2}
COMPUTED = [c for c in PAPER.claims if c.kind in {"exact", "analytic"}]
HOLD = {"J11", "J12", "J13", "J22", "J26", "J29"}
CLAIMS = {c.number: c for c in PAPER.claims}


@pytest.fixture(scope="module")
def columns():
    """Return study -> its columns, each run once at the ledger's own size."""
    known: dict[str, dict[str, np.ndarray]] = {}

    def run(study):
        if study.name not in known:
            known[study.name] = dict(load(study.run)(study.resolve({}), Streams(study.stream), range(1)))
        return known[study.name]

    return run


def judged(claim, reading, columns):
    """Return part -> value and whether it holds, under a reading."""
    found = {}
    for part in claim.parts_under(reading):
        ((name, cell),) = part.cells.items()
        study = PAPER.study(cell.study)
        assert cell_params(study, name, cell, reading) == {}
        raw = columns(study)
        seen = {column: raw[reading.columns.get(column, column)] for column in raw}
        value = part.statistic.estimate(seen, 0.005).value
        found[part.name] = (value, bool(part.band.holds(value, value)))
    return found


@pytest.mark.parametrize("claim", COMPUTED, ids=lambda c: c.number)
def test_parts_find_what_they_say(claim, columns) -> None:
    for part in claim.parts:
        assert isinstance(part.statistic, Exact)
        ((_, cell),) = part.cells.items()
        raw = columns(PAPER.study(cell.study))
        for statistic in part.beside.values():
            assert np.isfinite(statistic.estimate(raw, 0.005).value)
    found = judged(claim, claim.main, columns)
    assert all(holds for _, holds in found.values()) == (claim.number in HOLD)
    for part in claim.parts:
        if not found[part.name][1]:
            assert len(load(part.witness)(columns(PAPER.study(next(iter(part.cells.values())).study)))) > 20


@pytest.mark.parametrize("claim", COMPUTED, ids=lambda c: c.number)
def test_every_reading_finds_its_columns(claim, columns) -> None:
    for reading in claim.readings:
        raw = [columns(PAPER.study(c.study)) for p in claim.parts_under(reading) for c in p.cells.values()]
        seen = {name for found in raw for name in found}
        assert set(reading.columns) <= seen
        for found in raw:
            assert {v for k, v in reading.columns.items() if k in found} <= set(found)


@pytest.mark.parametrize(
    ("number", "key", "values"),
    [
        ("J9", "per-device", [0]),
        ("J11", "descending", [0]),
        # L = 2, 3, 4: for L = 2 the one CX has depth 1.
        ("J12", "one-neuron", [2]),
        ("J14", "multiplications", [2]),
        ("J15", "lemma-3", [520]),
        ("J15", "exact-gradient", [0, 5]),
        ("J15", "surrogate", [2]),
        ("J18", "expectations", [0]),
        ("J18", "other-shift", [0.32211]),
        ("J19", "arctan2", [0]),
        ("J21", "rank1", [0, 0]),
        ("J22", "per-edge", [0, 0]),
        ("J31", "circuit", [0]),
    ],
)
def test_other_readings(number, key, values, columns) -> None:
    found = judged(CLAIMS[number], CLAIMS[number].reading(key), columns)
    assert [value for value, _ in found.values()] == pytest.approx(values, abs=1e-5)


def test_only_part_of_two_claims_fails(columns) -> None:
    assert [holds for _, holds in judged(CLAIMS["J10"], CLAIMS["J10"].main, columns).values()] == [False, True]
    assert [holds for _, holds in judged(CLAIMS["J21"], CLAIMS["J21"].main, columns).values()] == [True, False]


def test_claims_stand_in_order() -> None:
    numbers = [int(c.number[1:]) for c in PAPER.claims]
    assert numbers == sorted(numbers)
    kinds = {c.number: c.kind for c in PAPER.claims}
    assert [n for n, kind in kinds.items() if kind == "untestable"] == ["J2", "J3", "J4", "J17", "J20", "J27", "J28"]
    assert [n for n, kind in kinds.items() if kind == "exact"] == ["J22"]
    for claim in PAPER.claims:
        if claim.kind != "measured":
            assert claim.decides_at == "fast"
            assert claim.parameters == ("unstated" if claim.kind == "untestable" else "stated")


def test_nothing_is_missing() -> None:
    assert check_paper(PAPER, ROOT) == []


@pytest.fixture(scope="module")
def runs():
    """Return (study, params) -> its columns for three units, each run once, at a size that takes no time."""
    known: dict[str, dict[str, np.ndarray]] = {}

    def run(study, params):
        full = study.resolve({**params, **TINY})
        key = f"{study.name} {sorted(full.items())}"
        if key not in known:
            known[key] = dict(load(study.run)(full, Streams(study.stream), range(3)))
        return known[key]

    return run


@pytest.mark.parametrize("claim", MEASURED, ids=lambda c: c.number)
def test_every_reading_of_a_measured_claim_finds_its_numbers(claim, runs) -> None:
    for reading in claim.readings:
        for part in claim.parts_under(reading):
            seen = {}
            for name, cell in part.cells.items():
                study = PAPER.study(cell.study)
                raw = runs(study, cell_params(study, name, cell, reading))
                own = {column: raw[reading.columns.get(column, column)] for column in raw}
                seen |= own if len(part.cells) == 1 else {f"{name}.{column}": v for column, v in own.items()}
            for statistic in (part.statistic, *part.beside.values()):
                assert statistic.estimate(seen, 0.005).n == 3


def test_main_readings_are_the_studies_own() -> None:
    """What the ledger writes out is what the functions know, with the values of the main reading."""
    for name, known in (("edge", EDGE), ("cloud", CLOUD), ("framework", FRAMEWORK), ("scorers", LEARNING)):
        written = dict(PAPER.study(name).defaults)
        usual = {**PHYSICS, **SIZE, **known}
        if name == "edge":
            usual["seeds"] = 4
        if name == "scorers":
            usual["data"] = "regenerated"
        assert written == usual
    for claim in MEASURED:
        assert claim.decides_at == ("paper" if claim.number == "J1" else "standard")
        assert claim.parameters == "unstated"


def test_bounds_are_those_of_the_2022_paper() -> None:
    """J15 and J16 are G8, G9 and G10: the same studies at the same sizes give the same numbers on record."""
    for name in ("gradient_bound", "gradient_floor", "integral"):
        assert PAPER.study(name).defaults == cloud_qnn.paper.study(name).defaults
    mine, theirs = CLAIMS["J15"].recorded.parts, {c.number: c.recorded.parts for c in cloud_qnn.paper.claims}
    assert [e.value for e in mine.values()] == [e.value for n in ("G8", "G9") for e in theirs[n].values()]
    assert [e.value for e in CLAIMS["J16"].recorded.parts.values()] == [e.value for e in theirs["G10"].values()]
