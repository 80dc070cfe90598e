"""What a replicate draws: rows, sets that do not overlap, and what readings share."""

from __future__ import annotations

import numpy as np
import pytest

from qbench.evidence.streams import Streams
from qbench.papers.hqcnn.draws import LINK, PHYSICS, USES, Row, draw_set, generator, link, parameters
from qbench.papers.hqcnn.rates import Link
from qbench.papers.hqcnn.system import Parameters, draw_networks

STREAMS = Streams("test")
SIZES = {"test": 3, "validation": 2, "training": 4}


def params(row="4-5-2", **changes):
    return {"row": row, **PHYSICS, **LINK, **SIZES, **changes}


def test_a_row_is_read_from_its_word() -> None:
    assert Row.of("45-20-10") == Row(n_ap=45, n_user=20, n_pilot=10)
    assert parameters(params()) == Parameters(n_ap=4, n_user=5)
    assert link(params()) == Link(n_pilot=2)
    changed = {"wrap": True, "shadowing": "far", "users": "clusters", "cluster_m": 50.0, "fixed_aps": True}
    assert parameters(params(**changed)) == Parameters(n_ap=4, n_user=5, **changed)
    changed = {"n_antenna": 1, "mode": "per_user", "noncoherent": False, "noise_aps": 3}
    assert link(params(**changed)) == Link(n_pilot=2, **changed)


@pytest.mark.parametrize("word", ["4-5", "0-5-2", "4-5-2-1", "4x5x2", " 4-5-2", 4, None])
def test_other_words_are_no_row(word) -> None:
    with pytest.raises(ValueError, match=r"row must be APs-users-pilots, such as '10-6-3', got"):
        Row.of(word)


def test_main_readings_are_the_defaults_of_the_model() -> None:
    assert {name: getattr(Parameters(), name) for name in PHYSICS} == dict(PHYSICS)
    assert {name: getattr(Link(), name) for name in LINK} == dict(LINK)


def test_sets_follow_each_other_in_one_draw() -> None:
    whole = draw_networks(STREAMS.rng("instance", 7), 9, Parameters(n_ap=4, n_user=5))
    at = 0
    for kind, size in SIZES.items():
        drawn = draw_set(params(), STREAMS, 7, kind)
        for name in ("ap", "user", "beta"):
            np.testing.assert_array_equal(getattr(drawn, name), getattr(whole, name)[at : at + size])
        at += size


def test_test_networks_need_no_other_size() -> None:
    only = {name: value for name, value in params().items() if name not in {"validation", "training"}}
    np.testing.assert_array_equal(draw_set(only, STREAMS, 0, "test").beta, draw_set(params(), STREAMS, 0, "test").beta)
    more = draw_set(params(test=5), STREAMS, 0, "test").beta
    np.testing.assert_array_equal(more[:3], draw_set(only, STREAMS, 0, "test").beta)


def test_one_layout_serves_every_set() -> None:
    layouts = [draw_set(params(fixed_aps=True), STREAMS, 0, kind).ap for kind in SIZES]
    assert all((layout == layouts[0][0]).all() for layout in layouts)
    assert not (draw_set(params(fixed_aps=True), STREAMS, 1, "test").ap[0] == layouts[0][0]).any()


def test_units_and_rows_draw_their_own() -> None:
    one = draw_set(params(), STREAMS, 0, "test").beta
    assert not np.intersect1d(one, draw_set(params(), STREAMS, 1, "test").beta).size
    assert not np.intersect1d(one, draw_set(params(), Streams("other"), 0, "test").beta).size


def test_uses_have_generators_of_their_own() -> None:
    first = {use: generator(STREAMS, 3, use).random(4) for use in USES}
    assert len({values.tobytes() for values in first.values()}) == len(USES)
    np.testing.assert_array_equal(first["balanced"], generator(STREAMS, 3, "balanced").random(4))


def test_unknown_words_are_named() -> None:
    with pytest.raises(ValueError, match=r"kind must be one of test, training, validation, got 'tests'"):
        draw_set(params(), STREAMS, 0, "tests")
    with pytest.raises(ValueError, match=r"use must be one of .*, got 'luck'"):
        generator(STREAMS, 0, "luck")
    with pytest.raises(ValueError, match=r"test must be a whole number of at least 1, got 0"):
        draw_set(params(test=0), STREAMS, 0, "test")
