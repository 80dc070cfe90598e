"""Classical networks with the trained numbers of the cloud circuit, on its training and its test channels.

A unit is a replicate of training seeds, averaged, as in `studies`: with the same stream everything is paired.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qbench import radio
from qbench._check import positive_int
from qbench.papers.cloud_qnn.draws import draw_sets, physics
from qbench.papers.cloud_qnn.rates import mr_table
from qbench.papers.cloud_qnn.scorer_training import mean_loss, train_scorer
from qbench.papers.cloud_qnn.scorers import LinearScorer, LinkScorer, chosen
from qbench.papers.cloud_qnn.studies import EVALUATION, SETTING, averaged, lessons, scores, setting
from qbench.papers.cloud_qnn.tables import Lessons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.cloud_qnn.scorer_training import TrainedScorers
    from qbench.papers.cloud_qnn.scorers import Scorer
    from qbench.papers.cloud_qnn.setting import Setting
    from qbench.papers.cloud_qnn.system import Channels

LEARNING: Mapping[str, Any] = {
    **EVALUATION,
    **{
        name: SETTING[name]
        for name in ("train_snr_db", "epochs", "samples", "data", "loss", "unserved", "target", "alpha")
    },
}
"""The fields of `Setting` that `scorers` knows: those of a circuit and of its optimiser are left out."""

STEP: Mapping[str, Any] = {"rate": 0.03, "batch": 20}
"""Adam's rate, and the channels of a step.

Chosen by `scorer_tuning` on the stream "cloud_qnn/tuning", three units of eight seeds, main reading, before any test
channel was looked at: of rates 0.01 to 0.3 and batches 5 to 50 this pair is within 0.1 % of the lowest decided loss for
both scorers under data "fixed100", "regenerated" and the normalised loss. The link scorer hardly cares (0.5 % from best
to worst); the linear one loses a tenth and more where steps are long and batches small.
"""


def scorers(params: Params, streams: Streams, units: range) -> Columns:
    """Both scorers, trained and tested; params: PHYSICS, SIZE, LEARNING.

    Columns: `scores` on the test channels with "link_" or "linear_" before them, as `studies.rivals` has them for
    policies without training; its best_user is the scorer that needs none.
    """
    rated, n_test = cast("str", params["rate_channel"]), positive_int("test_channels", params["test_channels"])
    s, tests = _setting(params), _channels(params, streams, units, "test", n_test)
    columns: dict[str, FloatArray] = {}
    taught = _taught(params, streams, units)
    for name, scorer in _both(params).items():
        trained = _trained(scorer, params, streams, units, taught, STEP)
        rows = []
        for i, channels in enumerate(tests):
            found = scorer.scores(trained.weights[i : i + 1], scorer.inputs(channels.h_hat)[np.newaxis])
            table = mr_table(channels, rate_channel=rated)
            each = scores(chosen(found[0]), table, s.snr, s.interference)
            rows.append({f"{name}_{key}": value for key, value in each.items()})
        columns |= averaged(rows, len(units))
    return columns


def scorer_tuning(params: Params, streams: Streams, units: range) -> Columns:
    """Mean losses that one step size and one batch lead to, on the "curve" channels, never on those of a test.

    Params: PHYSICS, SIZE, LEARNING, and rate, batch. Columns: link_loss, linear_loss of the decided assignments, the
    training's unit; link_soft, linear_soft of the soft policies. `STEP` was chosen by it.
    """
    step = {name: cast("Any", params[name]) for name in ("rate", "batch")}
    shown = _lessons(params, streams, units, "curve", positive_int("curve_channels", params["curve_channels"]))
    judged = _channels(params, streams, units, "curve", shown.phi.shape[1])
    columns: dict[str, FloatArray] = {}
    taught = _taught(params, streams, units)
    for name, scorer in _both(params).items():
        trained = _trained(scorer, params, streams, units, taught, step)
        inputs = np.stack([scorer.inputs(channels.h_hat) for channels in judged])
        decided = shown.losses_each(chosen(scorer.scores(trained.weights, inputs))).mean(axis=-1)
        soft = mean_loss(scorer, trained.weights, inputs, shown.losses)[0]
        rows = [{f"{name}_loss": d, f"{name}_soft": e} for d, e in zip(decided.tolist(), soft.tolist(), strict=True)]
        columns |= averaged(rows, len(units))
    return columns


def scorers_costs(params: Params) -> dict[str, int]:
    """Return the trained numbers of each scorer, and the losses that a training of one looks at, K^M a channel."""
    network, s = physics(params), _setting(params)
    sizes = {f"trained_weights_{name}": scorer.size(network.n_ap) for name, scorer in _both(params).items()}
    return {**sizes, "loss_evaluations": network.n_user**network.n_ap * s.epochs * s.samples}


def _both(params: Params) -> dict[str, Scorer]:
    return {"link": LinkScorer(), "linear": LinearScorer(physics(params).n_user, cast("str", params["alpha"]))}


def _setting(params: Params) -> Setting:
    return setting(_full(params))


def _full(params: Params) -> Params:
    return {**SETTING, **params}


def _channels(params: Params, streams: Streams, units: range, kind: str, count: int) -> list[Channels]:
    return [channels for unit in units for channels in draw_sets(params, streams, unit, kind, count)]


def _lessons(params: Params, streams: Streams, units: range, kind: str, count: int) -> Lessons:
    return Lessons.joined([one for unit in units for one in lessons(_full(params), streams, unit, kind, count)])


def _taught(params: Params, streams: Streams, units: range) -> tuple[list[Channels], FloatArray]:
    """Return the channels that the circuits learn from, a list over seeds, and their losses (S, n, K^M)."""
    count = _setting(params).n_training
    losses = _lessons(params, streams, units, "training", count).losses
    return _channels(params, streams, units, "training", count), losses


def _trained(
    scorer: Scorer,
    params: Params,
    streams: Streams,
    units: range,
    taught: tuple[list[Channels], FloatArray],
    step: Mapping[str, Any],
) -> TrainedScorers:
    """Return the scorers of all seeds of the units, trained on what `_taught` returns."""
    s, n_ap = _setting(params), physics(params).n_ap
    seeds = [
        seed
        for unit in units
        for seed in radio.spawn(streams.rng("algorithm", unit), positive_int("seeds", params["seeds"]))
    ]
    # The first two generators of a seed draw a circuit's angles.
    start = np.stack([scorer.first(radio.spawn(seed, 3)[2], n_ap) for seed in seeds])
    given, losses = taught
    inputs = np.stack([scorer.inputs(channels.h_hat) for channels in given])
    return train_scorer(scorer, s, start, inputs, losses, **step)
