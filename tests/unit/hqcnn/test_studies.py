"""The studies without training: columns from their parts, readings one by one, units independent of blocks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qbench.evidence.streams import Streams
from qbench.papers.hqcnn.baselines import balanced_pilots, random_pilots
from qbench.papers.hqcnn.draws import LINK, PHYSICS, draw_set, generator
from qbench.papers.hqcnn.problem import PilotAssignment
from qbench.papers.hqcnn.rates import Link
from qbench.papers.hqcnn.studies import assignments, exhaustive, heuristics, searches
from tests.oracles import hqcnn_reference as reference

STREAMS = Streams("test")
SETS = {"test": 4, "validation": 3, "training": 6, "evaluated": "test"}
SMALL = {"row": "4-5-2", **PHYSICS, **LINK, **SETS, "score": "mbps"}
SEARCH = {**SMALL, "multistart": True}
PLAIN = Link(n_pilot=2)
READINGS = [
    {},
    {"mode": "per_user"},
    {"mode": "per_user", "n_antenna": 1},
    {"noncoherent": False, "score": "nats"},
    {"mode": "printed_c", "score": "nats"},
    {"noise_aps": 2, "wrap": True, "shadowing": "far"},
    {"users": "clusters", "cluster_m": 50.0},
]


def rates(beta, a, params, pilots=None):
    """Return R_k in Mbps, or ln(1 + SINR), of one network, by plain loops."""
    known = {name: params[name] for name in ("mode", "noncoherent", "noise_aps")}
    found = reference.rates(
        beta.tolist(),
        list(a),
        t=(2 if pilots is None else pilots) * PLAIN.pilot_snr,
        rho_d=PLAIN.downlink_snr,
        antennas=params["n_antenna"],
        **known,
    )
    return [(20.0 if params["score"] == "mbps" else math.log(2)) * r for r in found]


def chosen(params, unit):
    """Return method -> pilots of every network of a unit, by plain loops."""
    nets = draw_set(params, STREAMS, unit, "test")
    fresh = {use: random_pilots(generator(STREAMS, unit, use), (4, 5), 2) for use in ("random", "greedy_fresh")}
    own = range(5)
    found = {"random": fresh["random"].tolist(), "greedy": [], "mpa": [], "lpa": []}
    found |= {"greedy_fresh": [], "mpa_gain": [], "lpa_disjoint": []}
    found["balanced"] = balanced_pilots(generator(STREAMS, unit, "balanced"), (4, 5), 2).tolist()
    for b, beta in enumerate(nets.beta):
        table, total = beta.tolist(), reference.sums(beta.tolist())
        for name, start in (("greedy", "random"), ("greedy_fresh", "greedy_fresh")):
            rate_of = lambda a, beta=beta: rates(beta, a, params)  # noqa: E731 - one line says it
            found[name].append(reference.greedy(table, fresh[start][b].tolist(), 2, rate_of))
        found["mpa"].append(reference.master_ap(table, 2, own))
        found["mpa_gain"].append(reference.master_ap(table, 2, sorted(own, key=lambda k: (-total[k], k))))
        found["lpa"].append(reference.location(nets.user[b].tolist(), 2, 1000.0))
        found["lpa_disjoint"].append(reference.location_disjoint(nets.user[b].tolist(), 2, 1000.0))
    return nets.beta, found


def mean(values):
    return sum(values) / len(values)


@pytest.mark.parametrize("changes", READINGS, ids=str)
def test_columns_are_means_over_networks(changes) -> None:
    params = {**SMALL, **changes}
    columns = heuristics(params, STREAMS, range(1, 2))
    beta, found = chosen(params, 1)
    for name, pilots in found.items():
        each = [rates(b, list(a), params) for b, a in zip(beta, pilots, strict=True)]
        assert columns[name] == pytest.approx([mean([sum(r) for r in each])], rel=1e-9, abs=0)
        assert columns[f"ln_{name}"] == pytest.approx([math.log(mean([sum(r) for r in each]))], rel=1e-9)
        if name in {"random", "greedy"}:
            assert columns[f"min_{name}"] == pytest.approx([mean([min(r) for r in each])], rel=1e-9, abs=0)
            assert columns[f"max_{name}"] == pytest.approx([mean([max(r) for r in each])], rel=1e-9, abs=0)
    apart = [sum(rates(b, range(5), params)) for b in beta]
    assert columns["orthogonal"] == pytest.approx([mean(apart)], rel=1e-9, abs=0)


def test_rivals_are_the_largest_of_the_others() -> None:
    columns = heuristics(SMALL, STREAMS, range(6))
    for best, others in (("mpa", ("random", "greedy", "lpa")), ("greedy", ("random", "mpa", "lpa"))):
        np.testing.assert_array_equal(columns[f"rival_of_{best}"], np.max([columns[n] for n in others], axis=0))
        for name, variant in (("mpa", "mpa_gain"), ("lpa", "lpa_disjoint"), ("greedy", "greedy_fresh")):
            if name in others:
                seen = [columns[variant if n == name else n] for n in others]
                np.testing.assert_array_equal(columns[f"rival_of_{best}_{variant}"], np.max(seen, axis=0))


def test_searches_climb_by_the_true_value() -> None:
    columns = searches(SEARCH, STREAMS, range(1))
    beta, found = chosen(SMALL, 0)
    tops = [
        reference.climb(a, 2, lambda x, b=b: sum(rates(b, x, SMALL))) for b, a in zip(beta, found["mpa"], strict=True)
    ]
    each = [rates(b, a, SMALL) for b, a in zip(beta, tops, strict=True)]
    assert columns["ls"] == pytest.approx([mean([sum(r) for r in each])], rel=1e-9, abs=0)
    assert columns["max_ls"] == pytest.approx([mean([max(r) for r in each])], rel=1e-9, abs=0)
    assert columns["min_ls"] == pytest.approx([mean([min(r) for r in each])], rel=1e-9, abs=0)
    assert columns["ln_ls"] == pytest.approx(np.log(columns["ls"]), rel=1e-12)
    assert set(columns) - set(searches({**SEARCH, "multistart": False}, STREAMS, range(1))) == {"ls6", "ln_ls6"}


def test_exhaustive_finds_the_best_of_all() -> None:
    columns = exhaustive(SMALL, STREAMS, range(1))
    beta = draw_set(SMALL, STREAMS, 0, "test").beta
    best = [max(sum(rates(b, a, SMALL)) for a in reference.every_assignment(5, 2)) for b in beta]
    assert columns["epas"] == pytest.approx([mean(best)], rel=1e-9, abs=0)
    assert columns["ln_epas"] == pytest.approx(np.log(columns["epas"]), rel=1e-12)


def test_nothing_beats_the_search_and_more_starts_lose_nothing() -> None:
    units, larger = range(5), {"row": "4-8-3", "test": 10}
    best = exhaustive({**SMALL, **larger}, STREAMS, units)["epas"]
    climbed = searches({**SEARCH, **larger}, STREAMS, units)
    tried = heuristics({**SMALL, **larger}, STREAMS, units)
    assert (climbed["ls"] <= climbed["ls6"]).all()
    assert (climbed["ls"] < best).any()
    assert (climbed["ls"] < climbed["ls6"]).any()
    assert (climbed["ls6"] <= best).all()
    assert all(
        (tried[name] <= best * (1 + 1e-12)).all() for name in ("random", "greedy", "mpa", "lpa", "colour", "hungarian")
    )
    assert (tried["colour"] > tried["random"]).all()


@pytest.mark.parametrize("study", [heuristics, searches, exhaustive], ids=lambda s: s.__name__)
def test_units_do_not_touch_each_other(study) -> None:
    together = study(SEARCH, STREAMS, range(4))
    for unit in (0, 3):
        alone = study(SEARCH, STREAMS, range(unit, unit + 1))
        for name, values in together.items():
            assert alone[name].tobytes() == values[unit : unit + 1].tobytes(), name
            assert values.shape == (4,)


def test_readings_share_what_they_draw() -> None:
    nets = draw_set(SMALL, STREAMS, 0, "test")
    found = [
        assignments(PilotAssignment(nets.beta, Link(n_pilot=2, mode=mode)), nets, STREAMS, 0)
        for mode in ("equal", "per_user")
    ]
    for name in ("random", "balanced", "mpa", "lpa"):
        np.testing.assert_array_equal(found[0][name], found[1][name])
    assert not np.array_equal(found[0]["greedy"], found[0]["greedy_fresh"])
    assert not np.array_equal(found[0]["colour"], found[1]["colour"])


def test_bad_params_are_named() -> None:
    with pytest.raises(ValueError, match="score must be one of mbps, nats, got 'bits'"):
        heuristics({**SMALL, "score": "bits"}, STREAMS, range(1))
    with pytest.raises(TypeError, match="multistart must be True or False, got 1"):
        searches({**SEARCH, "multistart": 1}, STREAMS, range(1))
