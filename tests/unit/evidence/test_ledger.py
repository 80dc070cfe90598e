"""A Ledger fills in what the studies and claims of a paper share, and what is given wins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qbench.evidence import Band, Cell, Claim, Exact, Ledger, Part, Reading, Records, Study, identity, none_of
from tests.synthetic import recorded

BASE, OTHER = Reading("base", why="as printed"), Reading("other", columns={"a": "b"}, why="as meant")
COUNT = none_of("strings", "none may differ")
RECORD = recorded("untestable", "fast")


@pytest.fixture
def ledger(tmp_path):
    records = Records(tmp_path / "synthetic.json")
    records.put("C02", RECORD)
    return Ledger("synthetic", "tests.synthetic_package", ("tests.synthetic",), records, parameters="inferred")


def test_exact_studies(ledger) -> None:
    assert ledger.exact_study("count", "certificates", 0.5, costs=True, most=3) == Study(
        name="count",
        version=1,
        stream="synthetic",
        unit="exact",
        block=1,
        tier="fast",
        run="tests.synthetic_package.certificates:count",
        code=("tests.synthetic",),
        defaults={"most": 3},
        seconds=0.5,
        costs="tests.synthetic_package.certificates:count_costs",
    )
    assert ledger.exact_study("count", "certificates", 0.5).costs is None


def test_what_is_given_for_a_study_wins(ledger) -> None:
    given = {"unit": "seed", "block": 5, "tier": "paper", "version": 2, "stream": "other", "code": ("qbench.radio",)}
    found = ledger.study("gain", "studies.vqe:run", 2.0, costs="studies.vqe:qubits", engine="aer", **given)
    run, costs = (f"tests.synthetic_package.studies.vqe:{name}" for name in ("run", "qubits"))
    assert found == Study(name="gain", run=run, costs=costs, seconds=2.0, engine="aer", **given)


def test_claims(ledger) -> None:
    part = ledger.exact_part("count", "a", COUNT, "strings that differ")
    fields = {
        "id": "synthetic/all",
        "number": "C01",
        "where": "Sec. II",
        "says": "All are equal.",
        "claimed": None,
        "unit": "",
        "readings": (BASE, OTHER),
        "parts": (part,),
    }
    computed = ledger.computed("all", "C01", "Sec. II", "All are equal.", BASE, OTHER, parts=(part,), kind="exact")
    assert computed == Claim(**fields, parameters="stated", kind="exact", decides_at="fast")
    with pytest.raises(ValueError, match="is analytic: name the pytest node"):
        ledger.computed("all", "C01", "Sec. II", "All are equal.", BASE, parts=(part,))
    with pytest.raises(ValueError, match="'measured' with exact parts only"):
        ledger.claim("all", "C01", "Sec. II", "All are equal.", readings=(BASE,), parts=(part,))
    plain = ledger.claim(
        **{k: fields[k] for k in ("number", "where", "says", "readings", "parts")}, key="x", kind="exact"
    )
    assert (plain.parameters, plain.decides_at, plain.claimed, plain.unit) == ("inferred", "standard", None, "")


def test_untestable_claims_and_records(ledger) -> None:
    found = ledger.untestable("best", "C02", "Abstract", "It is best.", "missing: at what")
    assert found == Claim(
        id="synthetic/best",
        number="C02",
        where="Abstract",
        says="It is best.",
        claimed=None,
        unit="",
        parameters="inferred",
        readings=(),
        parts=(),
        kind="untestable",
        untestable="missing: at what",
        decides_at="fast",
        recorded=RECORD,
    )
    assert ledger.untestable("best", "C03", "Abstract", "It is best.", "external").recorded is None
    # Records are read when a claim is made, not when the ledger is.
    ledger.records.put("C03", replace(RECORD, why="later"))
    assert ledger.untestable("best", "C03", "Abstract", "It is best.", "external").recorded.why == "later"


def test_exact_parts(ledger) -> None:
    plain = ledger.exact_part("count", "a", COUNT, "strings that differ")
    assert plain == Part("strings that differ", {"count": Cell("count")}, Exact("a", 0.0), COUNT)
    close = identity(1e-9, "an equality")
    full = ledger.exact_part("count", "a", close, "gap", {"tried": "n"}, witness="certificates:count_witness")
    assert full == Part(
        "gap",
        {"count": Cell("count")},
        Exact("a", 1e-9),
        Band(lo=-1e-9, hi=1e-9, unit="", why="an equality"),
        witness="tests.synthetic_package.certificates:count_witness",
        beside={"tried": Exact("n", 1e-9)},
    )


def test_bands() -> None:
    assert Band(lo=0.0, hi=0.0, unit="strings", why="none may differ") == COUNT
    assert not COUNT.holds(1.0, 1.0)
    assert identity(0.5, "close").holds(-0.5, 0.5)
    with pytest.raises(ValueError, match="lo <= hi"):
        identity(-1.0, "no")
