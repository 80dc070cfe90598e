"""The ledger of cloud_qnn: every reading finds its columns, defaults stand in one place, parts judge what they say."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from qbench.evidence import check_paper
from qbench.evidence.measure import cell_params
from qbench.evidence.statistics import Exact
from qbench.evidence.streams import Streams
from qbench.evidence.tasks import load
from qbench.papers.cloud_qnn import draws, studies
from reproductions import cloud_qnn as ledger

ROOT = Path(__file__).parents[3]
PAPER = ledger.paper
TINY = {"seeds": 2, "curve_channels": 2, "test_channels": 3}


def resolved(cell_name, cell, reading):
    study = PAPER.study(cell.study)
    return study, study.resolve(cell_params(study, cell_name, cell, reading))


@pytest.fixture(scope="module")
def names():
    """Return study, params -> names of its columns, from a run as small as can be."""
    known: dict[str, set[str]] = {}

    def columns(study, params):
        kept = {k: params[k] for k in ("data", "optimiser", "circuit", "loss") if k in params}
        key = json.dumps([study.name, kept])
        if key not in known:
            tiny = TINY | ({"samples": 1} if study.name == "cloud" else {})
            small = {**study.resolve({}), **({} if study.unit == "exact" else tiny), **kept}
            known[key] = set(load(study.run)(small, Streams("test"), range(1)))
        return known[key]

    return columns


def spellings(statistic):
    return [name for field in ("x", "a", "b") for name, _ in getattr(getattr(statistic, field, None), "terms", ())]


@pytest.mark.parametrize("claim", [c for c in PAPER.claims if c.parts], ids=lambda c: c.number)
def test_every_reading_finds_its_columns(claim, names) -> None:
    missing, unknown = set(), set()
    for reading in claim.readings:
        seen = set()
        for part in claim.parts:
            given = set()
            for cell_name, cell in part.cells.items():
                raw = names(*resolved(cell_name, cell, reading))
                seen |= raw
                unknown |= {(reading.key, c, v) for c, v in reading.columns.items() if c in raw and v not in raw}
                given |= {name if len(part.cells) == 1 else f"{cell_name}.{name}" for name in raw}
            for statistic in (part.statistic, *part.beside.values()):
                missing |= {(reading.key, part.name, name) for name in spellings(statistic) if name not in given}
        missing |= {(reading.key, "", name) for name in reading.columns if name not in seen}
    assert missing == set()
    assert unknown == set()


def test_every_claim_of_the_spec_stands_in_order() -> None:
    assert [c.number for c in PAPER.claims] == [f"G{k}" for k in range(1, 15)]
    kinds = {c.number: c.kind for c in PAPER.claims}
    assert [n for n, kind in kinds.items() if kind == "measured"] == ["G1", "G2", "G4", "G5"]
    assert [n for n, kind in kinds.items() if kind == "untestable"] == ["G3", "G14"]
    for claim in PAPER.claims:
        assert claim.decides_at == ("standard" if claim.kind == "measured" else "fast")
        assert claim.parameters == ("unstated" if claim.kind in {"measured", "untestable"} else "stated")


def test_nothing_is_missing() -> None:
    assert check_paper(PAPER, ROOT) == []


def test_defaults_are_those_of_the_code() -> None:
    assert dict(ledger.PHYSICS) == dict(draws.PHYSICS)
    assert dict(ledger.SIZE) == dict(draws.SIZE)
    assert dict(ledger.SETTING) == dict(studies.SETTING)
    assert dict(ledger.EVALUATION) == dict(studies.EVALUATION)


def test_open_ends_leave_zero_out() -> None:
    measured = {c.number: c for c in PAPER.claims if c.kind == "measured"}
    rises = [p.band for p in measured["G1"].parts] + [measured["G4"].parts[0].band, measured["G5"].parts[0].band]
    assert {(b.lo, b.hi) for b in rises} == {(1e-9, float("inf"))}
    assert {(p.band.lo, p.band.hi) for p in measured["G2"].parts} == {(-float("inf"), -1e-9)}
    assert (measured["G5"].parts[1].band.lo, measured["G5"].parts[1].band.hi) == (-0.1, 0.1)


def test_rates_vary_the_distance_and_losses_do_not() -> None:
    for claim in PAPER.claims:
        for part in claim.parts:
            for name, cell in part.cells.items():
                study, params = resolved(name, cell, claim.main)
                if study.unit == "replicate":
                    assert params["distance"] == ("normal" if claim.number in {"G1", "G2"} else "fixed")


def columns_of(part, value):
    """Return the columns that a part sees, 20 units of which column c of cell r is value(c, cell)."""
    rng = np.random.default_rng(0)
    noise = {name: 1e-3 * rng.standard_normal(20) for name in spellings(part.statistic)}
    return {name: value(*name.split(".")) + noise[name] for name in spellings(part.statistic)}


def test_parts_measure_what_they_say() -> None:
    by_number = {c.number: c for c in PAPER.claims}
    snr = {f"r{x:g}": x for x in ledger.SNRS_DB}
    for part in by_number["G1"].parts:
        assert part.statistic.estimate(columns_of(part, lambda cell, c: snr[cell] / 5), 0.005).value == pytest.approx(
            1.0, abs=1e-2
        )
    bent, caused = by_number["G2"].parts
    curve = {"r0": 0.0, "r10": 5.0, "r20": 8.0, "r30": 9.0}
    quiet = {"r0": 0.0, "r10": 5.0, "r20": 10.0, "r30": 15.5}

    def value(cell, column):
        return (quiet if column.endswith("quiet") else curve)[cell]

    assert bent.statistic.estimate(columns_of(bent, value), 0.005).value == pytest.approx(-4.0, abs=1e-2)
    assert caused.statistic.estimate(columns_of(caused, value), 0.005).value == pytest.approx(-4.5, abs=1e-2)
    left = by_number["G5"].parts[1]
    ends = {"mid": 12.0, "late": 10.0, "loss_000": 30.0}
    assert left.statistic.estimate(columns_of(left, lambda c: ends[c]), 0.005).value == pytest.approx(0.1, abs=1e-2)
    fall = by_number["G4"].parts[0]
    assert fall.statistic.estimate(columns_of(fall, lambda c: ends[c]), 0.005).value == pytest.approx(20.0, abs=1e-2)


@pytest.mark.parametrize("claim", [c for c in PAPER.claims if c.kind in {"exact", "analytic"}], ids=lambda c: c.number)
def test_exact_parts_run_and_say_their_counterexample(claim) -> None:
    (part,) = claim.parts
    ((name, cell),) = part.cells.items()
    study, params = resolved(name, cell, claim.main)
    columns = load(study.run)(params, Streams(study.stream), range(1))
    value = part.statistic.estimate(columns, 0.005).value
    holds = part.band.holds(value, value)
    assert holds == (claim.number == "G7")
    assert isinstance(part.statistic, Exact)
    if not holds:
        assert len(load(part.witness)(columns)) > 20
    for statistic in part.beside.values():
        assert np.isfinite(statistic.estimate(columns, 0.005).value)
