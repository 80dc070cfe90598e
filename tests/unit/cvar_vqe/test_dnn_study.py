"""The study of the neural benchmark: what it draws, and that a block changes nothing."""

from __future__ import annotations

import re

import numpy as np
import pytest

from qbench.evidence.streams import Streams
from qbench.papers.cvar_vqe import instances
from qbench.papers.cvar_vqe.dnn import CONVERGENCE, Training, train, train_to_convergence
from qbench.papers.cvar_vqe.dnn_scores import scores
from qbench.papers.cvar_vqe.studies import dnn as study

SMALL = {
    **instances.PHYSICS,
    **instances.SIZE,
    **study.TRAINING,
    "instances": 8,
    "n_train": 100,
    "batch": 32,
    "epochs": 3,
    "learning_rate": 1e-3,
}


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(study, "DRAWN", 200)


def test_columns_and_their_order() -> None:
    columns = study.dnn(SMALL, Streams("test"), range(2))
    assert {len(c) for c in columns.values()} == {2}
    assert (columns["z_hard"] <= columns["opt"] + 1e-12).all()
    assert (columns["z_soft_max1"] <= columns["opt"] + 1e-12).all()
    assert (columns["z_soft_max1"] <= columns["z_soft_n"]).all()
    np.testing.assert_array_equal(columns["feasible"], 1.0)
    assert ((columns["distinct"] >= 1) & (columns["distinct"] <= 8)).all()
    assert (columns["loss_last"] < columns["loss_first"]).all()


@pytest.mark.parametrize("changes", [{}, {"rf_capacity": 2, "thz_capacity": 1, "softmax": "flat", "input": "log"}])
def test_columns_are_means_over_the_instances_of_one_network_a_unit(changes: dict) -> None:
    params, streams = {**SMALL, **changes}, Streams("test")
    columns = study.dnn(params, streams, range(1, 3))
    settings = Training(**{name: params[name] for name in ("input", "softmax", "learning_rate", "batch", "epochs")})
    for k, unit in enumerate((1, 2)):
        s, w, capacity = study.training_set(params, streams, unit)
        rng = streams.rng("algorithm", unit, stream="cvar_vqe/dnn")
        trained = train(settings, s[None], w[None], capacity, [rng])
        own = instances.replicate(params, streams, unit)
        found = scores(trained.predict(own.sinr[None])[0], own.weights, own.capacity)
        wanted = {
            "z_hard": found.hard.mean(),
            "z_soft_max1": found.soft_max1.mean(),
            "z_soft_n": found.soft_n.mean(),
            "feasible": found.feasible.mean(),
            "distinct": len(set(map(tuple, found.choices.tolist()))),
            "loss_first": trained.losses[0][0],
            "loss_last": trained.losses[0][2],
        }
        assert {name: columns[name][k] for name in wanted} == wanted


def test_units_are_independent_of_the_block() -> None:
    together = study.dnn(SMALL, Streams("test"), range(3))
    for unit in range(3):
        alone = study.dnn(SMALL, Streams("test"), range(unit, unit + 1))
        for name, values in together.items():
            assert values[unit] == alone[name][0]


def test_instances_are_those_of_the_other_methods() -> None:
    columns = study.dnn(SMALL, Streams("test"), range(2))
    for unit in range(2):
        assert columns["opt"][unit] == instances.replicate(SMALL, Streams("test"), unit).optimum.mean()


@pytest.mark.parametrize("changes", [{}, {"agents": 5, "stations": 3}])
def test_a_smaller_training_set_is_the_first_of_the_larger(changes: dict) -> None:
    params = {**SMALL, **changes}
    s, w, capacity = study.training_set(params, Streams("a"), 0)
    assert s.shape == w.shape == (100, params["agents"], params["stations"])
    # Its stream is its own, whatever the study's; and another unit has another set.
    small, _, _ = study.training_set({**params, "n_train": 30}, Streams("b"), 0)
    np.testing.assert_array_equal(small, s[:30])
    assert not np.isin(study.training_set(params, Streams("a"), 1)[0], s).any()
    assert capacity.tolist() == [10, 10, 5, 5][: params["stations"]]


def test_training_networks_are_not_those_of_the_evaluation() -> None:
    s, _, _ = study.training_set(SMALL, Streams("test"), 0)
    assert not np.isin(instances.replicate(SMALL, Streams("test"), 0).sinr, s).any()


def test_every_reading_of_the_network_moves_the_scores() -> None:
    base = study.dnn(SMALL, Streams("test"), range(1))
    for changes in ({"input": "log"}, {"softmax": "flat"}, {"n_train": 64}, {"learning_rate": 1e-4}, {"epochs": 1}):
        other = study.dnn({**SMALL, **changes}, Streams("test"), range(1))
        assert other["opt"][0] == base["opt"][0]
        assert other["z_soft_max1"][0] != base["z_soft_max1"][0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n_train": 201}, "n_train must lie in 1..200, the training networks of a replicate, got 201"),
        ({"n_train": 0}, "n_train must lie in 1..200, the training networks of a replicate, got 0"),
        ({"epochs": 0}, "epochs must be at least 1 here"),
        ({"input": "rw"}, "got 'rw'; did you mean 'raw'?"),
    ],
)
def test_errors_name_the_value_and_the_limit(changes: dict, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        study.dnn({**SMALL, **changes}, Streams("test"), range(1))


def test_the_ceiling_trains_on_nine_tenths_and_stops_by_the_last() -> None:
    params, streams = {**SMALL, "input": "log"}, Streams("test")
    columns = study.ceiling(params, streams, range(2))
    s, w, capacity = study.training_set(params, streams, 1)
    converged = train_to_convergence(
        Training(input="log", **CONVERGENCE),
        s[None, :90],
        w[None, :90],
        capacity,
        [streams.rng("algorithm", 1, stream="cvar_vqe/dnn-ceiling")],
        (s[None, 90:], w[None, 90:]),
    )
    own = instances.replicate(params, streams, 1)
    found = scores(converged.trained.predict(own.sinr[None])[0], own.weights, own.capacity)
    assert columns["best_epoch"][1] == converged.epochs[0] > 0
    assert columns["z_hard"][1] == found.hard.mean()
    assert columns["z_hard"][0] != columns["z_hard"][1]
