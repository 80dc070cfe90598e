"""The ledger of cvar_vqe: every reading of every claim finds the columns it needs, and defaults stand in one place."""

from __future__ import annotations

import json

import pytest

from qbench.evidence.measure import cell_params
from qbench.evidence.statistics import Exact
from qbench.evidence.streams import Streams
from qbench.evidence.tasks import load
from qbench.papers.cvar_vqe import instances
from qbench.papers.cvar_vqe.studies import dnn, vqe
from reproductions import cvar_vqe as ledger

PAPER = ledger.paper
TINY = {
    "users": {"instances": 2, "epochs": 4, "shots": 8, "agents": 2, "stations": 2},
    "users_dnn": {"instances": 2, "epochs": 1, "n_train": 8, "agents": 2, "stations": 2},
    "vqe": {"instances": 2, "epochs": 4, "shots": 8, "n_train": 130, "agents": 2, "stations": 2, "encoding": "log"},
    "noisy": {"instances": 1, "epochs": 4, "shots": 8, "agents": 2, "stations": 2},
    "fading": {"instances": 2, "epochs": 4, "shots": 8, "agents": 2, "stations": 2, "draws": 3},
    "dnn": {"instances": 2, "epochs": 1, "n_train": 8, "agents": 2, "stations": 2},
    "ceiling": {"instances": 2, "n_train": 20, "agents": 2, "stations": 2},
    "rivals": {"instances": 2, "evaluations": 2, "shots": 8, "agents": 2, "stations": 2},
    "stations_exact": {"instances": 2},
    "estimators": {"samples": 4, "least": 1, "most": 3},
}
"""Other values of the sizes only: which columns come does not depend on them."""


@pytest.fixture(scope="module")
def names():
    """Return study, params -> names of its columns, from a run as small as can be."""
    known: dict[str, set[str]] = {}

    def columns(study, params):
        kept = {"method": params["method"]} if "method" in params else {}
        key = json.dumps([study.name, kept])
        if key not in known:
            small = {**study.resolve({}), **TINY[study.name], **kept}
            known[key] = set(load(study.run)(small, Streams("test"), range(1)))
        return known[key]

    return columns


def spellings(statistic):
    """Return the columns that a statistic reads."""
    return [name for field in ("x", "a", "b") for name, _ in getattr(getattr(statistic, field, None), "terms", ())]


@pytest.mark.parametrize("claim", [c for c in PAPER.claims if c.parts], ids=lambda c: c.number)
def test_every_reading_finds_its_columns(claim, names) -> None:
    missing = set()
    for reading in claim.readings:
        for part in claim.parts:
            if isinstance(part.statistic, Exact) or (reading.parts and part.name not in reading.parts):
                continue
            given = set()
            for cell_name, cell in part.cells.items():
                study = PAPER.study(cell.study)
                params = study.resolve(cell_params(study, cell_name, cell, reading))
                raw = names(study, params)
                # A column that the reading replaces by one that is not there is gone.
                kept = {name for name in raw if reading.columns.get(name, name) in raw}
                given |= {name if len(part.cells) == 1 else f"{cell_name}.{name}" for name in kept}
            for statistic in (part.statistic, *part.beside.values()):
                missing |= {(reading.key, part.name, name) for name in spellings(statistic) if name not in given}
    assert missing == set()


def test_defaults_are_those_of_the_code() -> None:
    assert dict(ledger.PHYSICS) == dict(instances.PHYSICS)
    assert dict(ledger.SIZE) == dict(instances.SIZE)
    assert dict(ledger.SETTING) == dict(vqe.SETTING)
    assert dict(ledger.TRAINING) == dict(dnn.TRAINING)
    standard = instances.Parameters()
    assert {name: getattr(standard, name) for name in instances.PHYSICS} == dict(instances.PHYSICS)


def test_the_headline_has_120_cells_and_the_main_one_first() -> None:
    (c01,) = (c for c in PAPER.claims if c.number == "C01")
    grid = [r.key for r in c01.readings if r.key.startswith("n") and r.key.count("-") >= 4]
    assert len(grid) == len(set(grid)) == 120
    assert c01.readings[0].key == grid[0] == ledger.MAIN_CELL


def test_every_number_of_the_spec_is_a_claim_or_a_test_of_ours() -> None:
    ours = {"C19", "C24", "C25"}  # tests, see docs/papers/cvar_vqe.md
    assert {c.number for c in PAPER.claims} == {f"C{k:02d}" for k in range(1, 36)} - ours


def test_claims_of_tier_paper_run_nothing_at_standard() -> None:
    for claim in PAPER.claims:
        if claim.decides_at == "paper":
            assert PAPER.claim_tier(claim) == "paper", claim.id
