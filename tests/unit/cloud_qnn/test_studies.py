"""The studies of the 2022 paper: columns by hand, units independent of blocks, readings that move what they should."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qbench.evidence.streams import Streams
from qbench.papers.cloud_qnn.assignment import exhaustive
from qbench.papers.cloud_qnn.draws import KINDS, draw_angles, draw_sets, physics
from qbench.papers.cloud_qnn.rates import mr_table
from qbench.papers.cloud_qnn.search import round_robin
from qbench.papers.cloud_qnn.setting import Setting
from qbench.papers.cloud_qnn.studies import (
    EVALUATION,
    PHYSICS,
    SETTING,
    SIZE,
    cloud,
    cloud_costs,
    lessons,
    policies,
    rivals,
    scores,
    setting,
    windows,
)
from qbench.papers.cloud_qnn.system import Parameters, draw_channels
from qbench.papers.cloud_qnn.tables import Lessons
from qbench.papers.cloud_qnn.training import train
from tests.oracles import cloud_qnn_reference as ref
from tests.oracles.cloud_qnn_training_reference import cloud_state, outputs, phases, users

SMALL = {**PHYSICS, **SIZE, "seeds": 3, "curve_channels": 5, "test_channels": 6}
CLOUD = {**SMALL, **SETTING, "epochs": 4, "samples": 5, "rate": 0.3}
RIVALS = {**SMALL, **EVALUATION}
STREAMS = Streams("test")


def as_lists(channels):
    return list(zip(channels.h.tolist(), channels.h_hat.tolist(), strict=True))


def scored(channels, assignments, rho, mu):
    """Return the scores of one assignment a channel, by plain loops, one dict a channel."""
    rows = []
    for (h, h_hat), a in zip(as_lists(channels), assignments, strict=True):
        row = {}
        for suffix, factor in (("", mu), ("_quiet", 0.0)):
            rates = ref.user_rates(h, ref.mr_beams(h_hat, a), a, rho, factor)
            missing = sum(k not in a for k in range(3))
            row[f"user_zero{suffix}"] = sum(rates)
            row[f"zero_trial{suffix}"] = 0.0 if missing else sum(rates)
            row[f"plus10{suffix}"] = sum(rates) + 10 * missing
            row[f"min_rate{suffix}"] = min(rates)
        row["feasible"] = float(missing == 0)
        rows.append(row)
    return rows


def test_columns_are_means_over_seeds_and_channels() -> None:
    columns = cloud(CLOUD, STREAMS, range(1, 2))
    s = setting(CLOUD)
    theta = draw_angles(CLOUD, STREAMS, 1, s)
    result = train(s, theta, Lessons.joined(lessons(CLOUD, STREAMS, 1, "training", 5)))
    assert [float(columns[f"loss_{e:03d}"][0]) for e in range(5)] == pytest.approx(result.curve.mean(axis=0), rel=1e-13)
    for prefix, angles in (("", result.theta), ("start_", result.start)):
        rows, most = [], []
        for k, channels in enumerate(draw_sets(CLOUD, STREAMS, 1, "test", 6)):
            chosen = [
                users(outputs(angles[k].tolist(), phases(h_hat), cloud_state), 3) for _, h_hat in as_lists(channels)
            ]
            rows += scored(channels, chosen, 10.0, 0.1)
            most.append(max(chosen.count(a) for a in chosen) / 6)
        for name in rows[0]:
            expected = np.mean([row[name] for row in rows])
            assert columns[f"{prefix}{name}"] == pytest.approx([expected], rel=1e-10), name
        assert columns[f"{prefix}one_assignment"] == pytest.approx([np.mean(most)])


def test_fresh_data_is_judged_on_channels_of_its_own() -> None:
    params = {**CLOUD, "data": "regenerated"}
    columns = cloud(params, STREAMS, range(1))
    s = setting(params)
    shown = Lessons.joined(lessons(params, STREAMS, 0, "curve", 5))
    result = train(
        s, draw_angles(params, STREAMS, 0, s), Lessons.joined(lessons(params, STREAMS, 0, "training", 20)), shown
    )
    for e in range(5):
        assert columns[f"loss_{e:03d}"] == pytest.approx([result.curve[:, e].mean()], rel=1e-13)


@pytest.mark.parametrize(
    ("study", "params"),
    [
        (cloud, CLOUD),
        (cloud, {**CLOUD, "data": "regenerated"}),
        (cloud, {**CLOUD, "circuit": "reuse", "loss": "normalised"}),
        (cloud, {**CLOUD, "optimiser": "rotosolve"}),
        (rivals, RIVALS),
    ],
    ids=["cloud", "regenerated", "reuse", "rotosolve", "rivals"],
)
def test_units_are_independent_of_the_block(study, params) -> None:
    together = study(params, STREAMS, range(3))
    for unit in range(3):
        alone = study(params, STREAMS, range(unit, unit + 1))
        for name, values in together.items():
            assert values[unit] == alone[name][0], name


CHANGES = [
    {"snr_db": 20.0},
    {"train_snr_db": 30.0},
    {"interference": 0.5},
    {"rate_channel": "h_hat", "csi_var": 1.0},
    {"samples": 4},
    {"rate": 0.1},
    {"n_layer": 1},
    {"init": "zero"},
    {"init": "normal"},
    {"data": "regenerated"},
    {"data": "one"},
    {"optimiser": "rotosolve"},
    {"loss": "normalised"},
    {"unserved": 10.0},
    {"target": "rank1"},
    {"alpha": "arg"},
    {"order": "circuit"},
    {"readout": "first"},
    {"circuit": "reuse"},
    {"distance": "normal"},
    {"mean_distance": 0.3},
    {"kappa": 2.0},
    {"csi_var": 0.5},
    {"n_path": 3},
    {"gain_index": "path"},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: "-".join(f"{k}={v}" for k, v in c.items()))
def test_every_reading_moves_the_result(change) -> None:
    base, other = cloud(CLOUD, STREAMS, range(1)), cloud({**CLOUD, **change}, STREAMS, range(1))
    assert any(base[name] != other[name] for name in ("loss_000", "loss_002", "late"))


def test_a_run_of_two_episodes_is_the_prefix_of_one_of_four() -> None:
    for data in ("fixed100", "regenerated", "one"):
        params = {**CLOUD, "data": data}
        long, short = (cloud({**params, "epochs": e}, STREAMS, range(1)) for e in (4, 2))
        assert [long[f"loss_{e:03d}"] for e in range(3)] == [short[f"loss_{e:03d}"] for e in range(3)]


def test_the_printed_arctan_goes_elsewhere() -> None:
    params = {**CLOUD, "optimiser": "rotosolve"}
    assert cloud(params, STREAMS, range(1))["late"] != cloud({**params, "arctan": "arctan"}, STREAMS, range(1))["late"]


def test_settings_share_channels_and_first_angles() -> None:
    base = draw_sets(CLOUD, STREAMS, 0, "test", 4)
    for change in CHANGES:
        params = {**CLOUD, **change}
        if not set(change) & set(PHYSICS):
            for a, b in zip(base, draw_sets(params, STREAMS, 0, "test", 4), strict=True):
                np.testing.assert_array_equal(a.h_hat, b.h_hat)
        if not set(change) & {"init", "n_layer"}:
            s = setting(params)
            np.testing.assert_array_equal(draw_angles(params, STREAMS, 0, s), draw_angles(CLOUD, STREAMS, 0, Setting()))
    # More epochs need more training channels; the others must not notice, and the first ones stay.
    for kind in KINDS:
        few, many = (draw_sets(CLOUD, STREAMS, 0, kind, n)[2] for n in (3, 9))
        np.testing.assert_array_equal(few.h, many.h[:3])


def test_seeds_kinds_and_units_differ() -> None:
    drawn = [
        channels.h.tobytes()
        for unit in range(2)
        for kind in KINDS
        for channels in draw_sets(CLOUD, STREAMS, unit, kind, 2)
    ]
    drawn += [theta.tobytes() for unit in range(2) for theta in draw_angles(CLOUD, STREAMS, unit, Setting())]
    assert len(set(drawn)) == len(drawn) == 30
    with pytest.raises(ValueError, match="kind"):
        draw_sets(CLOUD, STREAMS, 0, "tests", 2)


def test_a_layer_more_keeps_the_others_angles() -> None:
    two, three = (draw_angles(CLOUD, STREAMS, 0, Setting(n_layer=n)) for n in (2, 3))
    np.testing.assert_array_equal(two, three[:, :2])


def test_windows() -> None:
    curve = np.arange(101.0)[::-1].copy()
    assert windows(curve) == {"late": 4.5, "mid": 69.5, "e90": 86.0}
    assert windows(curve)["late"] == np.mean([curve[e] for e in range(91, 101)])
    assert windows(curve)["mid"] == np.mean([curve[e] for e in range(26, 36)])
    assert windows(np.arange(101.0))["e90"] == 101
    assert windows(np.zeros(101))["e90"] == 101
    flat = np.ones(101)
    flat[0], flat[1] = 3.0, 1.2
    assert windows(flat)["e90"] == 1
    assert windows(np.array([2.0, 1.0])) == {"late": 1.0, "mid": 1.0, "e90": 1.0}


def test_scores_by_hand() -> None:
    channels = draw_channels(np.random.default_rng(3), 5, Parameters(csi_var=0.1))
    chosen = [[0, 1, 2, 2], [0, 0, 0, 0], [1, 1, 0, 0], [2, 1, 0, 1], [2, 2, 2, 1]]
    found = scores(np.array(chosen), mr_table(channels), 50.0, 0.3)
    rows = scored(channels, chosen, 50.0, 0.3)
    assert found.keys() == rows[0].keys()
    for name, value in found.items():
        assert value == pytest.approx(np.mean([row[name] for row in rows]), rel=1e-12), name
    assert found["feasible"] == 0.4


def test_policies_are_what_they_say() -> None:
    channels = draw_channels(np.random.default_rng(8), 30, Parameters())
    found = policies(channels, np.random.default_rng(1), 10.0, 0.1)
    table = mr_table(channels)
    for name, objective in (("max_min", "min_rate"), ("max_sum", "sum_rate")):
        np.testing.assert_array_equal(
            found[name], exhaustive(table, snr=10.0, interference=0.1, objective=objective).assignment
        )
    np.testing.assert_array_equal(found["search"], round_robin(channels.h_hat))
    assert found["static"].tolist() == [[0, 1, 2, 2]] * 30
    assert found["all_to_one"].tolist() == [[0] * 4] * 30
    assert set(found["random"].ravel().tolist()) == {0, 1, 2}
    value = {name: scores(a, table, 10.0, 0.1) for name, a in found.items()}
    for name in value:
        assert value[name]["min_rate"] <= value["max_min"]["min_rate"] + 1e-12
        if value[name]["feasible"] == 1:
            assert value[name]["user_zero"] <= value["max_sum"]["user_zero"] + 1e-12
    for name in ("search", "matching", "max_min", "max_sum", "static"):
        assert value[name]["feasible"] == 1
    assert value["one_pass"]["feasible"] == 1
    assert np.count_nonzero(found["one_pass"] == -1) == 30


def test_rivals_stand_on_the_test_channels_of_the_networks() -> None:
    columns = rivals(RIVALS, STREAMS, range(2))
    for unit in range(2):
        rows = []
        for channels in draw_sets(CLOUD, STREAMS, unit, "test", 6):
            rows += scored(channels, round_robin(channels.h_hat).tolist(), 10.0, 0.1)
        for name in rows[0]:
            assert columns[f"search_{name}"][unit] == pytest.approx(np.mean([row[name] for row in rows]), rel=1e-12)


def test_no_network_beats_the_exhaustive_search() -> None:
    trained, others = cloud(CLOUD, STREAMS, range(2)), rivals(RIVALS, STREAMS, range(2))
    assert np.all(trained["min_rate"] <= others["max_min_min_rate"] + 1e-12)
    assert np.all(trained["zero_trial"] <= others["max_sum_user_zero"] + 1e-12)


def test_costs() -> None:
    costs = cloud_costs({**PHYSICS, **SIZE, **SETTING})
    assert (costs["qubits"], costs["trained_angles"], costs["circuit_evaluations"]) == (8, 8, 160_000)
    assert costs["two_qubit_gates"] == 4
    costs = cloud_costs({**PHYSICS, **SIZE, **SETTING, "circuit": "reuse", "optimiser": "rotosolve"})
    assert (costs["qubits"], costs["circuit_evaluations"]) == (4, 240_000)


def test_defaults_stand_in_one_place() -> None:
    standard, main = Parameters(), Setting()
    assert physics(PHYSICS) == standard
    assert {name: getattr(main, name) for name in SETTING} == dict(SETTING)
    assert setting(SETTING) == main
    assert set(SETTING) == set(main.__dataclass_fields__)
    assert not set(SETTING) & (set(PHYSICS) | set(SIZE))
    for a, b in itertools.combinations((PHYSICS, SIZE, SETTING), 2):
        assert not set(a) & set(b)
