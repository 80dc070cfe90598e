import hashlib
import json
import math
from types import MappingProxyType

import numpy as np
import pytest

from qbench.evidence.canonical import as_json, canonical_json, finite_or_none, sha256


def test_keys_are_sorted_at_every_depth_and_nothing_is_padded():
    assert canonical_json({"b": 1, "a": {"d": [1, 2], "c": None}}) == '{"a":{"c":null,"d":[1,2]},"b":1}'


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e300, 5e-324, 0.1 + 0.2, -0.0, 2.0**53 + 2.0])
def test_floats_survive_bit_by_bit(value):
    back = json.loads(canonical_json(value))
    assert math.copysign(1.0, back) == math.copysign(1.0, value)
    assert back.hex() == value.hex()


def test_numbers_that_differ_in_kind_differ_in_spelling():
    assert len({canonical_json(v) for v in (1, 1.0, True, "1")}) == 4


def test_letters_are_kept():
    assert canonical_json("Zürich") == '"Zürich"'
    assert sha256("Zürich") == hashlib.sha256('"Zürich"'.encode()).hexdigest()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("deep", [lambda v: v, lambda v: [v], lambda v: {"x": {"y": [1, v]}}])
def test_what_is_not_finite_is_refused(value, deep):
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(deep(value))
    with pytest.raises(ValueError, match="seeds must be JSON without NaN or infinities"):
        as_json("seeds", deep(value))


@pytest.mark.parametrize("value", [object(), {1, 2}, b"x", np.arange(2), 1j])
def test_what_json_cannot_say_is_refused_by_name(value):
    with pytest.raises(TypeError):
        canonical_json(value)
    with pytest.raises(ValueError, match=r"seeds must be JSON.*use numbers, strings, lists"):
        as_json("seeds", value)


def test_a_plain_copy():
    inner = [1, 2]
    copy = as_json("x", MappingProxyType({"a": inner, "b": (3, 4)}))
    inner.append(3)
    assert copy == {"a": [1, 2], "b": [3, 4]}
    assert as_json("x", (1, 2)) == [1, 2]


def test_hashes_tell_values_apart_and_orders_not():
    assert sha256({"a": 1, "b": 2}) == sha256({"b": 2, "a": 1})
    assert sha256({"a": 1}) != sha256({"a": 2})
    assert sha256([1, 2]) != sha256([2, 1])
    assert len(sha256(None)) == 64


@pytest.mark.parametrize(("value", "json_value"), [(1.5, 1.5), (math.inf, None), (-math.inf, None), (math.nan, None)])
def test_an_open_side_has_no_number(value, json_value):
    assert finite_or_none(value) == json_value
