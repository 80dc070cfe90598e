"""The journal's sampled studies at small sizes: every column recomputed from the parts it is made of."""

from __future__ import annotations

import numpy as np
import pytest

from qbench.evidence.streams import Streams
from qbench.papers.cloud_edge_qnn.ceiling import mean_losses
from qbench.papers.cloud_edge_qnn.cloud_study import CLOUD, cloud, unrest
from qbench.papers.cloud_edge_qnn.draws import draw_edge_angles, side_by_side
from qbench.papers.cloud_edge_qnn.framework import FRAMEWORK, cloud_assignments, edges_below, framework, framework_costs
from qbench.papers.cloud_edge_qnn.links import Links, disturbance, link_rate, received_power
from qbench.papers.cloud_edge_qnn.scores import known_beams, network_scores
from qbench.papers.cloud_edge_qnn.setting import EdgeSetting
from qbench.papers.cloud_edge_qnn.studies import EDGE, edge, edge_costs, edge_setting
from qbench.papers.cloud_edge_qnn.training import mean_gradient, sent_beams, train_edges
from qbench.papers.cloud_qnn.draws import PHYSICS, SIZE, draw_angles, draw_sets
from qbench.papers.cloud_qnn.networks import network
from qbench.papers.cloud_qnn.search import round_robin
from qbench.papers.cloud_qnn.studies import cloud as conference_cloud
from qbench.papers.cloud_qnn.studies import rivals, setting, trained_cloud
from qbench.papers.cloud_qnn.tables import Lessons
from qbench.papers.cloud_qnn.training import train
from tests.unit.cloud_edge_qnn.networks import fixed

SMALL = {"seeds": 2, "curve_channels": 20, "test_channels": 30}
SHORT = {"epochs": 10, "samples": 3}
STREAMS = Streams("cloud_edge_qnn", 0)
UNITS = range(1, 3)


def params(defaults, **changes):
    return {**PHYSICS, **SIZE, **SMALL, **defaults, **SHORT, **changes}


def drawn(p, kind, count):
    return side_by_side([one for unit in UNITS for one in draw_sets(p, STREAMS, unit, kind, count)])


def per_unit(values):
    """Return means (2,) of values (seeds of all units, ...)."""
    return np.asarray(values).reshape(2, -1).mean(axis=-1)


def test_edges():
    p = params(EDGE, interference=0.3)
    s = edge_setting(p)
    columns = edge(p, STREAMS, UNITS)
    theta = np.concatenate([draw_edge_angles(p, STREAMS, unit, s) for unit in UNITS])
    learned, curve, test = (drawn(p, kind, count) for kind, count in (("edge", 30), ("curve", 20), ("test", 30)))
    shown = Links.of(curve, fixed(curve), s)
    result = train_edges(s, theta, learned, fixed(learned), shown)
    for e in range(11):
        np.testing.assert_allclose(columns[f"loss_{e:03d}"], per_unit(result.curve[..., e]), rtol=1e-12)
    late = np.stack([columns[f"loss_{e:03d}"] for e in range(2, 11)])
    np.testing.assert_allclose(columns["swing"], late.max(axis=0) - late.min(axis=0), rtol=1e-12)
    circuit = s.network(3, 2)
    for e, at in ((0, result.start), (10, result.theta)):
        slope = (mean_gradient(s, circuit, at, shown) ** 2).sum(axis=-1)
        np.testing.assert_allclose(columns[f"slope_{e:03d}"], per_unit(slope), rtol=1e-12)
    # The rates by hand, edge 1 of seed 2.
    links = Links.of(test, fixed(test), s)
    sent = circuit.beams(links.phi, result.theta[:, np.newaxis])
    rates = []
    for i in range(30):
        power = abs(np.array([test.h[2, i, n, 1] @ sent[2, i, n] for n in range(4)])) ** 2
        rates.append(np.log2(1 + 10 * power[1] / (10 * 0.3 * (power.sum() - power[1]) + 1)))
    every = link_rate(received_power(links.mine, sent), disturbance(links, sent), snr=10.0, interference=0.3)
    np.testing.assert_allclose(every[2, :, 1], rates, rtol=1e-10)
    np.testing.assert_allclose(columns["rate"], per_unit(every.mean(axis=1)), rtol=1e-12)


def test_maximum_ratio_is_never_beaten_when_the_channel_is_known():
    columns = edge(params(EDGE, csi_var=0.0), STREAMS, UNITS)
    for name in ("", "_random", "_equal_gain", "_fixed"):
        assert (columns[f"rate{name}"] < columns["rate_mr"]).all()
    assert (columns["loss_mr"] < columns["loss_random"]).all()
    assert (columns["ceiling_mr"] < columns["ceiling_random"]).all()


def test_ceiling_is_the_quadrature():
    p = params(EDGE, csi_var=0.0, test_channels=4000, epochs=1, snr_db=0.0)
    columns = edge(p, STREAMS, range(4))
    best, blind = mean_losses(1.0, 0.1, strength=0.5**-2.3)
    # 4 x 2 x 4000 channels, four edges each, fixed seeds: the error of the mean is below 1 %.
    assert columns["ceiling_mr"].mean() == pytest.approx(best, rel=0.03)
    assert columns["ceiling_random"].mean() == pytest.approx(blind, rel=0.03)
    assert columns["rate_random"].mean() == pytest.approx(columns["rate_fixed"].mean(), rel=0.02)


@pytest.mark.parametrize("data", ["fixed100", "one"])
def test_curve_and_slope_of_fixed_channels_are_on_these(data):
    p = params(EDGE, data=data, gradient="chain", rate=0.05, epochs=12, beam="phase", alpha="rel")
    s = edge_setting(p)
    columns = edge(p, STREAMS, UNITS)
    learned = drawn(p, "edge", s.n_training)
    theta = np.concatenate([draw_edge_angles(p, STREAMS, unit, s) for unit in UNITS])
    result = train_edges(s, theta, learned, fixed(learned))
    np.testing.assert_allclose(columns["loss_012"], per_unit(result.curve[..., 12]), rtol=1e-12)
    slope = mean_gradient(s, s.network(3, 2), theta, Links.of(learned, fixed(learned), s))
    np.testing.assert_allclose(columns["slope_000"], per_unit((slope**2).sum(axis=-1)), rtol=1e-12)
    assert (columns["loss_012"] < columns["loss_000"]).all()


def test_costs_of_an_edge():
    p = {**PHYSICS, **SIZE, **EDGE}
    assert edge_costs(p)["circuit_evaluations"] == 13 * 10**4
    assert edge_costs(p)["two_qubit_gates"] == 9
    assert edge_costs({**p, "gradient": "chain", "middle": "shared"})["circuit_evaluations"] == 13 * 10**4
    assert edge_costs({**p, "middle": "shared"})["circuit_evaluations"] == 7 * 10**4
    assert edge_costs({**p, "entangled": False})["two_qubit_gates"] == 0


def test_costs_of_the_framework():
    p = {**PHYSICS, **SIZE, **FRAMEWORK}
    costs = framework_costs(p)
    assert costs["qubits"] == 8 + 4 * 3
    assert costs["trained_angles"] == 8 + 4 * 6
    assert costs["circuit_evaluations"] == 16 * 10**4 + 4 * 13 * 10**4
    assert costs["two_qubit_gates"] == 4 + 4 * 9


def test_cloud_keeps_the_columns_of_the_first_paper():
    p = params(CLOUD)
    columns, first = cloud(p, STREAMS, UNITS), conference_cloud(p, STREAMS, UNITS)
    assert set(columns) - set(first) == {
        "early",
        "unrest_early",
        "unrest_late",
        "moved",
        "drawn",
        "moved_late",
        "drawn_late",
    }
    for name, values in first.items():
        np.testing.assert_allclose(columns[name], values, rtol=1e-12)
    s = setting(p)
    seeds = [draw_sets(p, STREAMS, unit, kind, n) for kind, n in (("training", 30), ("curve", 20)) for unit in UNITS]
    lessons, shown = (
        Lessons.joined([Lessons.of(one, snr=10.0, interference=0.1) for part in parts for one in part])
        for parts in (seeds[:2], seeds[2:])
    )
    result = train(s, np.concatenate([draw_angles(p, STREAMS, unit, s) for unit in UNITS]), lessons, shown)
    np.testing.assert_allclose(columns["drawn"], per_unit(2 * result.spread[:, :10].mean(axis=1) / 3), rtol=1e-12)
    np.testing.assert_allclose(columns["moved"], per_unit((np.diff(result.curve) ** 2).mean(axis=1)), rtol=1e-12)


def test_curve_on_the_draws_of_each_episode():
    p = params(CLOUD, curve_set="draws", epochs=2, rate=0.5)
    columns = cloud(p, STREAMS, range(1))
    s = setting(p)
    lessons = Lessons.joined(
        [Lessons.of(one, snr=10.0, interference=0.1) for one in draw_sets(p, STREAMS, 0, "training", 6)]
    )
    theta = draw_angles(p, STREAMS, 0, s)
    for e in range(3):
        moved = theta if e == 0 else train(setting({**p, "epochs": e}), theta, lessons).theta
        part = lessons.part(max(e - 1, 0) * 3, max(e - 1, 0) * 3 + 3)
        expected = train(setting({**p, "epochs": 1}), moved, part, part).curve[:, 0].mean()
        assert columns[f"loss_{e:03d}"][0] == pytest.approx(expected, rel=1e-12)
    with pytest.raises(ValueError, match="curve_set 'draws' needs data 'regenerated', got 'fixed100'"):
        cloud({**p, "data": "fixed100"}, STREAMS, range(1))
    with pytest.raises(ValueError, match="curve_set must be one of"):
        cloud({**p, "curve_set": "all"}, STREAMS, range(1))


def test_unrest_of_a_made_up_curve():
    curve = np.arange(21.0)[np.newaxis] ** 2
    found = unrest(curve, 3.0 * np.arange(21.0)[np.newaxis], 100)
    assert found["early"] == (1 + 4) / 2
    assert found["unrest_early"] == (1 + 3) / 2
    assert found["unrest_late"] == (37 + 39) / 2
    assert found["moved"] == np.mean(np.arange(1, 41, 2) ** 2)
    assert found["moved_late"] == np.mean(np.arange(5, 41, 2) ** 2)
    assert found["drawn"] == pytest.approx(2 * 3 * np.arange(20).mean() / 100)
    assert found["drawn_late"] == pytest.approx(2 * 3 * np.arange(2, 20).mean() / 100)


def test_framework():
    p = params(FRAMEWORK, snr_db=5.0, interference=0.4, rate=0.3)
    columns = framework(p, STREAMS, UNITS)
    assert edges_below(p, setting(p)) == EdgeSetting(
        snr_db=5.0, interference=0.4, rate=0.3, epochs=10, samples=3, data="regenerated"
    )
    # Policies without training, and the cloud with maximum ratio, are those of the first paper's studies.
    for name, values in rivals(p, STREAMS, UNITS).items():
        policy = name.split("_")[0]
        if not name.endswith("_quiet") and policy != "random":
            np.testing.assert_allclose(columns[name], values, rtol=1e-12)
    first = conference_cloud(p, STREAMS, UNITS)
    for name in ("user_zero", "zero_trial", "plus10", "min_rate", "feasible"):
        np.testing.assert_allclose(columns[f"cloud_mr_{name}"], first[name], rtol=1e-12)
    np.testing.assert_allclose(columns["framework_feasible"], first["feasible"], rtol=1e-12)
    np.testing.assert_allclose(columns["start_feasible"], first["start_feasible"], rtol=1e-12)
    assert (columns["framework_user_zero"] != columns["start_user_zero"]).all()
    # The search with the leakage beam by its own.
    test = drawn(p, "test", 30)
    expected = []
    for i in range(4):
        alone = type(test)(test.h[i], test.h_hat[i])
        a = round_robin(alone.h_hat)
        level = {"snr": 10**0.5, "interference": 0.4}
        v = known_beams(alone, a, "slnr", rng=np.random.default_rng(0), **level)
        expected.append(network_scores(alone, a, v, **level)["zero_trial"])
    np.testing.assert_allclose(columns["search_slnr_zero_trial"], per_unit(expected), rtol=1e-12)
    assert (columns["search_slnr_zero_trial"] > columns["search_zero_trial"]).all()


def test_sure_seeds_alone_count_in_the_selection(monkeypatch):
    p = params(FRAMEWORK)
    monkeypatch.setattr("qbench.papers.cloud_edge_qnn.framework.SURE", 0.0)
    all_sure = framework(p, STREAMS, range(1))
    assert all_sure["sure"] == 1.0
    gain = all_sure["framework_zero_trial"] - all_sure["search_zero_trial"]
    np.testing.assert_allclose(all_sure["sure_gain"], gain, rtol=1e-12)
    monkeypatch.setattr("qbench.papers.cloud_edge_qnn.framework.SURE", 1.1)
    none = framework(p, STREAMS, range(1))
    assert none["sure"] == none["sure_gain"] == 0.0


def test_edges_of_the_framework_learn_under_the_clouds_assignments():
    p = params(FRAMEWORK, rate=0.3)
    below, s = edges_below(p, setting(p)), setting(p)
    run = trained_cloud(p, STREAMS, UNITS)
    learned, test = drawn(p, "edge", 30), side_by_side(run.tests)
    circuit = network(s, 4)
    start = np.concatenate([draw_edge_angles(p, STREAMS, unit, below) for unit in UNITS])
    given = cloud_assignments(circuit, run.result.theta, learned, "sum")
    edges = train_edges(below, start, learned, given)
    a = cloud_assignments(circuit, run.result.theta, test, "sum")
    beams = sent_beams(below.network(3, 2), edges.theta, Links.of(test, a, below))
    level = {"snr": 10.0, "interference": 0.1}
    expected = [
        network_scores(type(test)(test.h[i], test.h_hat[i]), a[i], beams[i], **level)["user_zero"] for i in range(4)
    ]
    np.testing.assert_allclose(framework(p, STREAMS, UNITS)["framework_user_zero"], per_unit(expected), rtol=1e-12)
