import json

import pytest

from qbench.evidence.record import VERDICTS, Recorded, Records
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
