import json
import math

import pytest

from qbench.evidence.record import VERDICTS, Recorded, RecordedReading, Records, Span
from tests.synthetic import estimate, exact_estimate, recorded

GIVEN = {"verdict": "reproduced", "why": "measured", "date": "2026-01-02", "tier": "standard", "parts": {}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"verdict": "plausible"}, "a verdict is one of reproduced, not reproduced, refuted.*got 'plausible'"),
        ({"why": " "}, "must say why"),
        ({"date": "yesterday"}, "yesterday"),
        ({"date": "2026-02-30"}, "day"),
        # Other ISO spellings sort differently, and readers of the JSON expect one.
        ({"date": "20260102"}, "written YYYY-MM-DD, got '20260102'"),
        ({"date": "2026-W01-5"}, "written YYYY-MM-DD"),
        ({"tier": "slow"}, "fast, standard, paper, got 'slow'"),
    ],
)
def test_what_a_record_must_be(changes, message):
    with pytest.raises(ValueError, match=message):
        Recorded(**{**GIVEN, **changes})


def test_parts_on_record_cannot_be_changed():
    parts = {"a": estimate(1.0)}
    record = Recorded(**{**GIVEN, "parts": parts})
    parts["b"] = estimate(2.0)
    assert list(record.parts) == ["a"]
    with pytest.raises(TypeError):
        record.parts["a"] = estimate(2.0)


def test_units_of_a_record():
    assert recorded("reproduced", a=estimate(1.0, n=10), b=estimate(1.0, n=40), c=exact_estimate(1.0)).units == 40
    assert recorded("untestable").units == 0


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_file_of_records_gives_back_what_was_put(tmp_path, verdict):
    path = tmp_path / "deeper" / "synthetic.json"
    first = recorded(verdict, "paper", a=estimate(0.1 + 0.2), b=exact_estimate(3.0))
    Records(path).put("C02", first)
    assert Records(path).get("C02") == first
    assert Records(path).get("C03") is None


def test_a_new_record_replaces_the_old_and_leaves_the_others(tmp_path):
    path = tmp_path / "synthetic.json"
    records = Records(path)
    records.put("C02", recorded("reproduced"))
    records.put("C01", recorded("untestable"))
    records.put("C02", recorded("not reproduced"))
    assert records.get("C02").verdict == "not reproduced"
    assert Records(path).get("C01").verdict == "untestable"
    assert list(json.loads(path.read_text())) == ["C01", "C02"]
    assert [p.name for p in tmp_path.iterdir()] == ["synthetic.json"]


def test_a_file_that_is_not_there_holds_nothing(tmp_path):
    records = Records(tmp_path / "none.json")
    assert records.get("C01") is None
    assert not records.path.exists()


# --- what else was known ---

OLD = {
    "verdict": "reproduced",
    "why": "w",
    "date": "2026-01-02",
    "tier": "fast",
    "parts": {"a": estimate(1.0).to_json()},
}
READING = RecordedReading("inconclusive", "paper", 2, {"a": Span(1.0, -math.inf, 2.0, 40), "b": Span(3.0, 3.0, 3.0, 0)})
RICH = Recorded(
    "reproduced",
    "measured",
    "2026-01-02",
    "standard",
    {"a": estimate(1.0)},
    {"a": {"optimum": exact_estimate(3.0), "guess": estimate(0.5)}},
    {"main": READING},
)


def test_what_else_was_known_comes_back(tmp_path):
    path = tmp_path / "synthetic.json"
    Records(path).put("C01", RICH)
    back = Records(path).get("C01")
    assert back == RICH
    assert (back.readings["main"].units, back.readings["main"].holds) == (40, False)
    assert [s.exact for s in back.readings["main"].parts.values()] == [False, True]
    assert json.loads(path.read_text())["C01"]["readings"]["main"]["parts"]["a"]["lo"] is None


def test_records_from_before_load_and_stay_as_they_were():
    old = Recorded.from_json(OLD)
    assert (dict(old.beside), dict(old.readings)) == ({}, {})
    assert old.to_json() == OLD


def test_spans():
    assert Span.of(estimate(1.0, n=7)) == Span(1.0, 0.5, 1.5, 7)
    for wrong in ((2.0, 0.0, 1.0, 5), (math.nan, 0.0, 1.0, 5), (0.5, 0.0, 1.0, -1)):
        with pytest.raises(ValueError, match="a span has lo <= value <= hi and n >= 0"):
            Span(*wrong)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: RecordedReading("maybe", "fast", 0, {}), "a verdict is one of reproduced, .* got 'maybe'"),
        (lambda: RecordedReading("reproduced", "slow", 0, {}), "fast, standard, paper, got 'slow'"),
        (lambda: RecordedReading("reproduced", "fast", -1, {}), "looks count from 0, got -1"),
        (lambda: Recorded(**GIVEN, beside={"b": {}}), "beside the part 'b'; the record has none"),
    ],
)
def test_what_else_is_refused(made, message):
    with pytest.raises(ValueError, match=message):
        made()


def test_what_was_known_cannot_be_changed():
    for mapping in (RICH.beside, RICH.beside["a"], RICH.readings, READING.parts):
        with pytest.raises(TypeError):
            mapping["a"] = None


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda d: d.pop("why"), "a record has the fields"),
        (lambda d: d.update(more=1), "a record has the fields"),
        (lambda d: d.update(verdict="maybe"), "a verdict is one of"),
        (lambda d: d["readings"]["main"].pop("look"), "a reading on record has the fields"),
        (lambda d: d["readings"]["main"]["parts"]["a"].update(sd=1.0), "a span has the fields"),
        (lambda d: d["readings"]["main"]["parts"]["a"].update(value="1"), "not supported between"),
        (lambda d: d["beside"]["a"]["optimum"].pop("sd"), "an estimate has the fields"),
    ],
)
def test_a_damaged_file_names_the_claim(tmp_path, spoil, message):
    path = tmp_path / "synthetic.json"
    data = json.loads(json.dumps(RICH.to_json()))
    spoil(data)
    path.write_text(json.dumps({"C07": data}))
    with pytest.raises(ValueError, match=f"the record of C07 in .*synthetic.json is damaged: .*{message}"):
        Records(path)
