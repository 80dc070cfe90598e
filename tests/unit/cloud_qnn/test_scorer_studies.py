"""The studies of the classical networks: columns by hand, the channels of the circuits, units independent of blocks."""

from __future__ import annotations

import numpy as np
import pytest

from qbench.evidence.streams import Streams
from qbench.papers.cloud_qnn import scorer_studies
from qbench.papers.cloud_qnn.draws import PHYSICS, SIZE, draw_sets
from qbench.papers.cloud_qnn.rates import mr_table
from qbench.papers.cloud_qnn.scorer_studies import LEARNING, STEP, scorer_tuning, scorers, scorers_costs
from qbench.papers.cloud_qnn.scorer_training import train_scorer
from qbench.papers.cloud_qnn.scorers import LinearScorer, LinkScorer, chosen
from qbench.papers.cloud_qnn.setting import Setting
from qbench.papers.cloud_qnn.studies import EVALUATION, rivals, scores
from qbench.papers.cloud_qnn.tables import loss_table

SMALL = {**PHYSICS, **SIZE, "seeds": 3, "curve_channels": 5, "test_channels": 6}
PARAMS = {**SMALL, **LEARNING, "epochs": 30, "samples": 5}
STREAMS = Streams("test")


@pytest.fixture
def starts(monkeypatch):
    """Return the first weights of every training that runs, in order."""
    seen = []

    def watched(scorer, setting, start, *rest, **step):
        seen.append(start)
        return train_scorer(scorer, setting, start, *rest, **step)

    monkeypatch.setattr(scorer_studies, "train_scorer", watched)
    return seen


def test_columns_are_means_over_seeds(starts) -> None:
    columns = scorers(PARAMS, STREAMS, range(1, 2))
    setting = Setting(epochs=30, samples=5)
    for at, (name, scorer) in enumerate({"link": LinkScorer(), "linear": LinearScorer(3)}.items()):
        rows = []
        for k in range(3):
            learned = draw_sets(PARAMS, STREAMS, 1, "training", 5)[k]
            tested = draw_sets(PARAMS, STREAMS, 1, "test", 6)[k]
            losses = loss_table(learned, snr=10.0, interference=0.1)[np.newaxis]
            inputs = scorer.inputs(learned.h_hat)[np.newaxis]
            found = train_scorer(scorer, setting, starts[at][k : k + 1], inputs, losses, **STEP)
            a = chosen(scorer.scores(found.weights, scorer.inputs(tested.h_hat)[np.newaxis]))[0]
            rows.append(scores(a, mr_table(tested), 10.0, 0.1))
        for key in rows[0]:
            assert columns[f"{name}_{key}"] == pytest.approx([np.mean([row[key] for row in rows])], rel=1e-12), key
    assert {name.partition("_")[2] for name in columns} == {
        name.removeprefix("search_") for name in rivals({**SMALL, **EVALUATION}, STREAMS, range(1)) if "search_" in name
    }
    assert len(np.unique(starts[0])) == starts[0].size  # every seed its own


def test_tuning_looks_at_curve_channels_alone(monkeypatch) -> None:
    kinds = []

    def watched(params, streams, unit, kind, count):
        kinds.append(kind)
        return draw_sets(params, streams, unit, kind, count)

    monkeypatch.setattr(scorer_studies, "draw_sets", watched)
    columns = scorer_tuning({**PARAMS, "rate": 0.1, "batch": 5}, STREAMS, range(2))
    assert set(kinds) == {"curve", "training"}
    assert set(columns) == {"link_loss", "linear_loss", "link_soft", "linear_soft"}
    other = scorer_tuning({**PARAMS, "rate": 0.3, "batch": 5}, STREAMS, range(2))
    assert all((columns[name] != other[name]).all() for name in ("link_soft", "linear_soft"))
    # Sharp policies: deciding and drawing lose about the same.
    for name in ("link", "linear"):
        assert columns[f"{name}_loss"] == pytest.approx(columns[f"{name}_soft"], rel=0.5)


@pytest.mark.parametrize(
    "change", [{}, {"data": "regenerated", "epochs": 4}, {"data": "one", "loss": "normalised"}], ids=str
)
def test_units_are_independent_of_the_block(change) -> None:
    params = {**PARAMS, **change}
    for study, more in ((scorers, {}), (scorer_tuning, {"rate": 0.1, "batch": 3})):
        together = study({**params, **more}, STREAMS, range(3))
        for unit in range(3):
            alone = study({**params, **more}, STREAMS, range(unit, unit + 1))
            for name, values in together.items():
                assert values[unit] == alone[name][0], name


@pytest.mark.parametrize(
    "change",
    [
        {"train_snr_db": 30.0},
        {"snr_db": 0.0},
        {"interference": 0.9},
        {"rate_channel": "h_hat", "csi_var": 1.0},
        {"data": "one"},
        {"loss": "normalised"},
        {"unserved": 10.0},
        {"target": "rank1"},
        {"alpha": "arg"},
        {"epochs": 3},
        {"samples": 4},
    ],
    ids=str,
)
def test_every_reading_moves_the_result(change) -> None:
    params = {**PARAMS, "rate": 0.1, "batch": 5}
    base, other = scorer_tuning(params, STREAMS, range(1)), scorer_tuning({**params, **change}, STREAMS, range(1))
    assert base["linear_soft"] != other["linear_soft"]


def test_costs() -> None:
    costs = scorers_costs({**PHYSICS, **SIZE, **LEARNING})
    assert costs == {"trained_weights_link": 8, "trained_weights_linear": 8, "loss_evaluations": 810_000}


def test_defaults_are_those_of_the_circuits_study() -> None:
    standard = Setting()
    assert {name: getattr(standard, name) for name in LEARNING} == dict(LEARNING)
