"""The JSON that other programs read, held against its schema."""

import copy
import json
from dataclasses import replace

import jsonschema
import pytest

from qbench.evidence.claims import Band, Reading
from qbench.evidence.documents import holm_by_paper, list_json, schema, verify_json
from qbench.evidence.record import VERDICTS, RecordedReading, Span
from qbench.evidence.statistics import Mean, Median
from qbench.evidence.verify import verify
from tests.synthetic import MAIN, band, claim, estimate, exact_claim, paper, part, recorded, untestable_claim

INF = float("inf")
SURE = replace(
    recorded("reproduced", a=estimate(9.0, sd=9.0)),
    beside={"a": {"optimum": estimate(9.5)}},
    readings={"main": RecordedReading("reproduced", "standard", 0, {"a": Span(9.0, -INF, 10.0, 5)})},
)
BESIDE = {"optimum": Mean("a"), "typo": Mean("c"), "middle": Median("a")}
# One of each kind: decided either way, open, below its tier, exact, refuted, untestable, failing, with readings.
CLAIMS = (
    claim("sure", "C01", parts=(part(mean=9.0),), recorded=SURE),
    claim("wrong", "C02", parts=(part(mean=-9.0),)),
    claim("undecided", "C03", parts=(part(mean=0.0),), recorded=SURE),
    claim("slow", "C04", parts=(part(study="slow"),), recorded=SURE),
    exact_claim(0, "exact", "C05", kind="analytic", proof="tests/t.py::test_it"),
    exact_claim(3, "refuted", "C06"),
    untestable_claim("C07"),
    claim("broken", "C08", parts=(part(study="fragile", sd="wide"),)),
    claim("infinite", "C09", parts=(part(mean=9.0, statistic=Median("a")),), recorded=recorded("reproduced")),
    claim("below", "C11", parts=(part(mean=-9.0, band=Band(lo=-INF, hi=-1.0, unit="dB", why="test")),)),
    claim(
        "readings",
        "C10",
        parts=(part(mean=9.0),),
        readings=(
            MAIN,
            Reading("rescored", columns={"a": "b"}, why="test"),
            Reading("typo", columns={"a": "c"}, why="test"),
        ),
    ),
    claim(
        "half",
        "C12",
        parts=(part(mean=9.0), part(mean=9.0, name="b", statistic=Mean("b"), beside=BESIDE)),
        readings=(MAIN, Reading("half", parts=("b",), why="test")),
    ),
)


@pytest.fixture
def document(store):
    return verify_json(verify(CLAIMS, [paper(*CLAIMS)], store, tier="fast"))


def of(document, number):
    return next(c for c in document["claims"] if c["number"] == number)


def test_every_outcome_keeps_the_schema(document):
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(document, schema())
    assert {c["outcome"] for c in document["claims"]} == {"as recorded", "undecided", "contradicts", "error"}
    assert {c["verdict"] for c in document["claims"]} == {*VERDICTS}
    # As text too: JSON knows no infinity.
    assert json.loads(json.dumps(document, allow_nan=False)) == document


@pytest.mark.parametrize("tier", ["standard", "paper"])
def test_other_tiers_keep_the_schema(store, tier):
    jsonschema.validate(verify_json(verify(CLAIMS, [paper(*CLAIMS)], store, tier=tier, salt=2)), schema())


def test_an_empty_run_keeps_the_schema(store):
    jsonschema.validate(verify_json(verify([], [paper()], store)), schema())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pop("tasks"),
        lambda d: d.pop("claims"),
        lambda d: d.update(surprise=1),
        lambda d: d.update(tier="slow"),
        lambda d: d["tasks"].update(stored=-1),
        lambda d: d["provenance"].pop("versions"),
        lambda d: d["claims"][0].update(verdict="plausible"),
        lambda d: d["claims"][0].update(outcome="fine"),
        lambda d: d["claims"][0].pop("reasons"),
        lambda d: d["claims"][0].update(claimed="three"),
        lambda d: d["claims"][0].update(surprise=1),
        lambda d: d["claims"][0].update(seconds=-1.0),
        lambda d: d["claims"][0].update(costs={"qubits": 1.5}),
        lambda d: d["claims"][0]["parts"][0].update(n=-1),
        lambda d: d["claims"][0]["parts"][0].update(interval=[1.0]),
        lambda d: d["claims"][0]["parts"][0].pop("band"),
        lambda d: d["claims"][0]["parts"][0]["band"].update(why=""),
        lambda d: d["claims"][0]["recorded"].update(date="yesterday"),
        lambda d: d["claims"][0]["recorded"]["parts"]["a"].pop("sd"),
        lambda d: d["claims"][0]["recorded"]["beside"]["a"]["optimum"].pop("sd"),
        lambda d: d["claims"][0]["recorded"]["readings"]["main"].pop("look"),
        lambda d: d["claims"][0]["recorded"]["readings"]["main"]["parts"]["a"].update(n=-1),
        lambda d: d["claims"][0]["recorded"]["readings"]["main"]["parts"]["a"].update(alpha=0.1),
        lambda d: d["claims"][10]["readings"][0].pop("why"),
        lambda d: d["claims"][0]["parts"][0].pop("beside"),
        lambda d: d["claims"][11]["parts"][1]["beside"][0].pop("name"),
        lambda d: d["claims"][11]["parts"][1]["beside"][0].update(band=None),
        lambda d: d["claims"][11]["parts"][1]["beside"][1].pop("error"),
        lambda d: d["holm"].update(synthetic={"synthetic/sure": "yes"}),
    ],
)
def test_a_broken_document_does_not(document, spoil):
    broken = copy.deepcopy(document)
    spoil(broken)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema())


def test_a_measured_part(document):
    (shown,) = of(document, "C01")["parts"]
    assert shown["band"] == {"lo": 0.0, "hi": None, "unit": "dB", "why": "chosen for the test"}
    lo, hi = shown["interval"]
    assert lo < shown["estimate"] < hi
    assert (shown["n"], shown["alpha"], shown["method"]) == (5, 0.005, "Student t")
    assert shown["sd"] > 0.0
    assert (of(document, "C01")["look"], of(document, "C01")["reading"]) == (0, "main")


def test_what_was_not_measured_is_null(document):
    slow = of(document, "C04")
    assert (slow["verdict"], slow["outcome"], slow["look"]) == ("inconclusive", "undecided", None)
    (shown,) = slow["parts"]
    assert [shown[k] for k in ("estimate", "interval", "sd", "alpha", "method")] == [None] * 5
    assert (shown["n"], slow["seconds"], slow["costs"]) == (0, 0.0, {})


def test_an_unbounded_interval_is_two_nulls(document):
    (shown,) = of(document, "C09")["parts"]
    assert shown["interval"] == [None, None]
    assert shown["estimate"] == pytest.approx(9.0, abs=3.0)
    assert of(document, "C11")["parts"][0]["band"]["lo"] is None


def test_an_exact_part(document):
    refuted = of(document, "C06")
    (shown,) = refuted["parts"]
    assert (shown["estimate"], shown["interval"], shown["n"], shown["sd"]) == (3.0, [3.0, 3.0], 0, 0.0)
    assert refuted["counterexamples"] == ["3 strings differ"]
    assert refuted["costs"] == {"qubits": 4, "two_qubit_gates": 3}
    assert of(document, "C05")["proof"] == "tests/t.py::test_it"


def test_an_error_has_its_traceback_and_no_numbers(document):
    broken = of(document, "C08")
    assert broken["outcome"] == "error"
    assert "Traceback" in broken["reasons"][0]
    assert broken["parts"][0]["estimate"] is None


def test_readings_beside_the_main_one(document):
    rescored, typo = of(document, "C10")["readings"]
    assert (rescored["key"], rescored["why"], rescored["verdict"], rescored["error"]) == (
        "rescored",
        "test",
        "inconclusive",
        None,
    )
    assert rescored["parts"][0]["n"] == 5
    assert "puts 'c' in place of 'a'" in typo["error"]


def test_a_reading_of_some_parts_shows_no_others(document):
    assert [p["name"] for p in of(document, "C12")["parts"]] == ["a", "b"]
    assert [p["name"] for p in of(document, "C12")["readings"][0]["parts"]] == ["b"]


def test_numbers_beside_a_part(document):
    a, b = of(document, "C12")["parts"]
    assert a["beside"] == []
    optimum, typo, middle = b["beside"]
    # The part's own columns, units and level; an interval without a bound is two nulls, as in a part.
    assert (optimum["name"], optimum["n"], optimum["alpha"], optimum["error"]) == ("optimum", 5, 0.005, None)
    assert optimum["interval"] == a["interval"]
    assert middle["interval"] == [None, None]
    assert [typo[k] for k in ("name", "estimate", "interval", "n")] == ["typo", None, None, 0]
    assert typo["error"] == "no column 'c': the study gave a, b"
    assert of(document, "C12")["readings"][0]["parts"][0]["beside"][0]["estimate"] == optimum["estimate"]


def test_the_run_itself(document):
    assert (document["tier"], document["salt"]) == ("fast", 0)
    # normal at means 9, -9 and 0, two exact counts, one broken block; the slow study did not run.
    assert document["tasks"] == {"stored": 0, "computed": 6, "failed": 1}
    assert document["provenance"]["versions"]["numpy"]


def test_holm_is_over_the_decided_measured_claims_of_a_paper(document):
    assert set(document["holm"]) == {"synthetic"}
    assert set(document["holm"]["synthetic"]) == {
        *("synthetic/sure", "synthetic/wrong", "synthetic/below", "synthetic/readings")
    }
    assert all(document["holm"]["synthetic"].values())
    assert holm_by_paper([]) == {}


def test_holm_is_stricter_among_many(store):
    near = {"mean": 1.05, "sd": 0.5}
    ours = [claim(f"c{i}", f"C{i:02}", parts=(part(**near, band=band(0.0)),)) for i in range(1, 13)]
    found = verify(ours, [paper(*ours)], store, tier="standard")
    level = found.claims[0].main.level
    assert 0.05 / 12 < level < 0.05
    # Alone the verdict stands; among twelve like it, none does.
    assert holm_by_paper(found.claims[:1]) == {"synthetic": {"synthetic/c1": True}}
    assert set(holm_by_paper(found.claims)["synthetic"].values()) == {False}


def test_list_has_the_documented_fields():
    document = list_json(CLAIMS)
    assert list(document) == ["claims"]
    documented = {
        *("id", "number", "paper", "where", "says", "claimed", "unit", "parts"),
        *("proof", "untestable", "decides_at", "recorded"),
    }
    for entry in document["claims"]:
        assert documented <= set(entry)
        for shown in entry["parts"]:
            assert {"name", "band"} <= set(shown)
            assert {"lo", "hi", "why"} <= set(shown["band"])
    first = document["claims"][0]
    assert (first["id"], first["number"], first["paper"]) == ("synthetic/sure", "C01", "synthetic")
    assert first["recorded"]["verdict"] == "reproduced"
    assert first["recorded"]["parts"]["a"]["n"] == 20
    assert document["claims"][1]["recorded"] is None
    assert document["claims"][6]["untestable"] == "missing: energy model"
    assert document["claims"][6]["parts"] == []
    json.dumps(document, allow_nan=False)
