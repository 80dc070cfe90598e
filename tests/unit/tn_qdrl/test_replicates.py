"""Replicates: several streams a unit, averaged."""

from __future__ import annotations

import numpy as np
import pytest

from qbench.evidence.streams import Streams
from qbench.papers.tn_qdrl import scenario
from qbench.papers.tn_qdrl.replicates import averaged, generators, seeds_of
from qbench.papers.tn_qdrl.studies import SCHEME_PARAMS, schemes
from qbench.radio.draws import spawn

STREAMS = Streams("tn_qdrl/unit", 9)


def test_rows_of_a_unit_are_averaged() -> None:
    rows = [{"a": 1.0, "b": 0.0}, {"a": 3.0, "b": 8.0}, {"a": 10.0, "b": 2.0}, {"a": 20.0, "b": 4.0}]
    found = averaged(rows, 2)
    assert found["a"].tolist() == [2.0, 15.0]
    assert found["b"].tolist() == [4.0, 3.0]


def test_more_streams_keep_the_first_ones_and_none_is_shared() -> None:
    draws = {
        seeds: [
            (rngs["instance"].random(), rngs["algorithm"].random()) for rngs in generators(STREAMS, range(3), seeds)
        ]
        for seeds in (1, 2, 4)
    }
    assert draws[4] == [
        tuple(spawn(STREAMS.rng(axis, unit), 4)[k].random() for axis in ("instance", "algorithm"))
        for unit in range(3)
        for k in range(4)
    ]
    assert len({value for pair in draws[4] for value in pair}) == 24
    assert draws[2] == [pair for k, pair in enumerate(draws[4]) if k % 4 < 2]
    assert draws[1] == draws[4][::4]


def test_a_unit_is_the_mean_of_its_streams(monkeypatch) -> None:
    monkeypatch.setattr(scenario, "N_CALIBRATION", 60)
    monkeypatch.setattr(scenario, "N_SAMPLE", 30)
    short = {**SCHEME_PARAMS, "episodes": 16}
    one, two = (schemes({**short, "seeds": seeds}, STREAMS, range(2)) for seeds in (1, 2))
    second = {name: 2 * two[name] - one[name] for name in one}
    # The second stream of a unit is a run like another, with a best action that nobody beats.
    for found in (one, second):
        for name in ("tn", "rarl", "rars", "rafbz", "ralc", "random", "constant"):
            assert (found[f"return_{name}"] <= found["return_myopic"] + 1e-9).all()
    assert not np.isclose(one["return_tn"], second["return_tn"]).any()


@pytest.mark.parametrize("seeds", [0, -1, 1.5])
def test_a_unit_has_a_stream(seeds) -> None:
    with pytest.raises((ValueError, TypeError), match="seeds must be a whole number of at least 1"):
        seeds_of({"seeds": seeds})
