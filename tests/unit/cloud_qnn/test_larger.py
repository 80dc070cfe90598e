"""Larger networks: the papers' size gives what `cloud` gives; policies without enumeration; what is refused."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from qbench.evidence.streams import Streams
from qbench.papers.cloud_qnn import larger as module
from qbench.papers.cloud_qnn.draws import NETWORK, PHYSICS, SIZE, draw_sets, physics
from qbench.papers.cloud_qnn.larger import ENUMERATED, LARGER, larger, scalable_policies
from qbench.papers.cloud_qnn.rates import feasible, mr_table
from qbench.papers.cloud_qnn.studies import EVALUATION, SETTING, cloud, policies, rivals, scores
from qbench.papers.cloud_qnn.system import Parameters, draw_channels
from qbench.papers.cloud_qnn.tables import every_assignment

SMALL = {**PHYSICS, **SIZE, "seeds": 2, "curve_channels": 5, "test_channels": 6}
PARAMS = {**SMALL, **LARGER, **SETTING, "epochs": 3, "samples": 4, "rate": 0.1}
STREAMS = Streams("test")


@pytest.mark.parametrize(
    "change", [{}, {"data": "regenerated"}, {"optimiser": "rotosolve", "target": "rank1"}], ids=str
)
def test_the_papers_size_is_the_papers_study(change) -> None:
    params = {**PARAMS, **NETWORK, **change}
    found, table = larger(params, STREAMS, range(2)), cloud(params, STREAMS, range(2))
    shared = set(found) & set(table)
    assert set(table) - shared == {"mid", "late", "e90"}
    for name in shared:
        assert found[name].tolist() == table[name].tolist(), name
    beside = rivals({**SMALL, **EVALUATION}, STREAMS, range(2))
    assert set(beside) < set(found)
    for name, values in beside.items():
        assert found[name].tolist() == values.tolist(), name


def test_units_are_independent_of_the_block() -> None:
    together = larger(PARAMS, STREAMS, range(2))
    assert len(set(together["loss_003"].tolist())) == 2
    for unit in range(2):
        alone = larger(PARAMS, STREAMS, range(unit, unit + 1))
        for name, values in together.items():
            assert values[unit] == alone[name][0], name
    # 1.7 million assignments are not searched out.
    assert not [name for name in together if name.startswith("max_")]
    assert {"local_min_feasible", "local_sum_user_zero", "bottleneck_min_rate", "start_feasible"} < set(together)


def test_training_moves_a_large_network() -> None:
    # Of assignments of eight APs to three users 88 % serve all; to six, 11 %, and few steps see a difference of losses.
    columns = larger({**PARAMS, "n_user": 3}, STREAMS, range(1))
    assert columns["loss_000"] != columns["loss_003"]
    every = every_assignment(6, 5)
    assert feasible(every, 5).mean() == pytest.approx(1800 / 15625)
    surjections = sum((-1) ** j * comb(6, j) * (6 - j) ** 8 for j in range(6))
    assert surjections / 6**8 == pytest.approx(0.11, abs=0.005)


def test_policies_on_more_aps() -> None:
    channels = draw_channels(np.random.default_rng(8), 10, Parameters(n_ap=5, n_user=4))
    found = scalable_policies(channels, np.random.default_rng(1), 10.0, 0.1)
    table = mr_table(channels)
    value = {name: scores(a, table, 10.0, 0.1) for name, a in found.items()}
    for name in (
        "search",
        "one_pass",
        "matching",
        "bottleneck",
        "local_min",
        "local_sum",
        "static",
        "max_min",
        "max_sum",
    ):
        assert value[name]["feasible"] == 1
    for name in value:
        assert value[name]["min_rate"] <= value["max_min"]["min_rate"] + 1e-12
        if value[name]["feasible"] == 1:
            assert value[name]["user_zero"] <= value["max_sum"]["user_zero"] + 1e-12
    assert value["local_min"]["min_rate"] > value["static"]["min_rate"]
    assert value["local_sum"]["user_zero"] > value["local_min"]["user_zero"]
    # No swap of two APs betters a local optimum.
    for i, j in ((0, 1), (2, 4), (1, 3)):
        swapped = found["local_min"].copy()
        swapped[:, [i, j]] = swapped[:, [j, i]]
        for n in range(10):
            one, two = (
                scores(a[n : n + 1], table[n : n + 1], 10.0, 0.1)["min_rate"] for a in (found["local_min"], swapped)
            )
            assert two <= one * (1 + 1e-12)


def test_shared_policies_are_those_of_the_papers_size() -> None:
    channels = draw_channels(np.random.default_rng(8), 10, Parameters())
    few, many = (f(channels, np.random.default_rng(1), 10.0, 0.1) for f in (policies, scalable_policies))
    assert set(many) - set(few) == {"bottleneck", "local_min", "local_sum"}
    for name, a in few.items():
        np.testing.assert_array_equal(many[name], a)


def test_optima_are_searched_out_up_to_the_limit(monkeypatch) -> None:
    channels = draw_channels(np.random.default_rng(8), 2, Parameters(n_ap=3, n_user=2))
    for limit, there in ((8, True), (7, False)):
        monkeypatch.setattr(module, "ENUMERATED", limit)
        found = scalable_policies(channels, np.random.default_rng(1), 10.0, 0.1)
        assert ("max_min" in found, "max_sum" in found) == (there, there)
    assert 4**6 <= ENUMERATED < 6**8


def test_sizes_reach_the_channels() -> None:
    channels = draw_sets(PARAMS, STREAMS, 0, "test", 2)[0]
    assert channels.h.shape == (2, 8, 6, 2)
    assert physics(PHYSICS) == Parameters()
    assert {name: getattr(Parameters(), name) for name in NETWORK} == dict(NETWORK)
    assert set(LARGER) == set(NETWORK)
    h = draw_channels(np.random.default_rng(1), 20, physics(PARAMS))
    assert feasible(scalable_policies(h, np.random.default_rng(1), 10.0, 0.1)["search"], 6).all()


def test_more_users_than_aps_are_refused() -> None:
    with pytest.raises(ValueError, match="every user needs an AP of its own, got 9 users and 8 APs"):
        larger({**PARAMS, "n_user": 9}, STREAMS, range(1))
    with pytest.raises(ValueError, match="n_ap must be a whole number of at least 1, got 0"):
        larger({**PARAMS, "n_ap": 0}, STREAMS, range(1))
