import json
import math
from dataclasses import FrozenInstanceError, replace

import pytest

from qbench.evidence.estimate import Estimate

GOOD = Estimate(value=1.0, lo=0.5, hi=2.0, alpha=0.01, n=20, sd=0.7, method="Student t")
EXACT = Estimate(value=3.0, lo=3.0, hi=3.0, alpha=0.0, n=0, sd=0.0, method="exact")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"value": math.nan}, "must not be NaN"),
        ({"lo": math.nan}, "must not be NaN"),
        ({"hi": math.nan}, "must not be NaN"),
        ({"sd": math.nan}, "must not be NaN"),
        ({"n": -1}, "must not be negative, got n=-1"),
        ({"sd": -0.1}, "must not be negative.*sd=-0.1"),
        ({"n": 0}, "exact estimate has lo == value == hi"),
        ({"lo": 1.5}, r"\[1.5, 2.0\] must hold the value 1.0"),
        ({"hi": 0.9}, r"\[0.5, 0.9\] must hold the value 1.0"),
    ],
)
def test_what_an_estimate_must_be(changes, message):
    with pytest.raises(ValueError, match=message):
        replace(GOOD, **changes)


def test_an_estimate_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        GOOD.value = 2.0


def test_exact_means_no_units():
    assert EXACT.exact
    assert not GOOD.exact


def test_json_and_back_bit_by_bit():
    odd = replace(GOOD, value=0.1 + 0.2, lo=0.1, hi=1e300, sd=5e-324)
    assert Estimate.from_json(json.loads(json.dumps(odd.to_json()))) == odd
    assert Estimate.from_json(EXACT.to_json()) == EXACT


@pytest.mark.parametrize("sides", [{"lo": -math.inf}, {"hi": math.inf}, {"lo": -math.inf, "hi": math.inf}])
def test_an_open_side_is_null_in_json(sides):
    open_ = replace(GOOD, **sides)
    data = open_.to_json()
    assert {name for name, value in data.items() if value is None} == set(sides)
    assert Estimate.from_json(json.loads(json.dumps(data, allow_nan=False))) == open_


@pytest.mark.parametrize("field", list(GOOD.to_json()))
def test_a_missing_field_is_named(field):
    data = GOOD.to_json()
    del data[field]
    with pytest.raises(ValueError, match=r"has the fields.*alpha"):
        Estimate.from_json(data)


def test_an_unknown_field_is_refused():
    with pytest.raises(ValueError, match="surprise"):
        Estimate.from_json({**GOOD.to_json(), "surprise": 1})


@pytest.mark.parametrize("field", ["value", "alpha", "sd"])
def test_words_are_no_numbers(field):
    with pytest.raises(ValueError, match=f"{field} of an estimate must be a number, got 'many'"):
        Estimate.from_json({**GOOD.to_json(), field: "many"})
