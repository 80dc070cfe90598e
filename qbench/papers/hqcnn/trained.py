"""What trained networks give on networks that they have not seen: columns 5 to 9 of Table II, and their controls.

A unit is a replicate: a network trained from its own first weights on its own networks, tested on the 50 on which the
methods without training are (`studies`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import torch

from qbench.papers._torch import one_thread
from qbench.papers.hqcnn._columns import joined
from qbench.papers.hqcnn.draws import generator, link
from qbench.papers.hqcnn.ensemble import decide, distinct
from qbench.papers.hqcnn.free import per_instance
from qbench.papers.hqcnn.lessons import lessons
from qbench.papers.hqcnn.models import network
from qbench.papers.hqcnn.problem import PilotAssignment
from qbench.papers.hqcnn.studies import scale
from qbench.papers.hqcnn.training import CHUNK, Recipe, train

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torch import Tensor

    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.hqcnn.ensemble import Ensemble
    from qbench.papers.hqcnn.lessons import Lessons
    from qbench.papers.hqcnn.training import Trained

TOGETHER = 1_000_000
"""Trained numbers side by side; a larger network trains a seed at a time, in memory that is used again each step."""


@dataclass(frozen=True, eq=False)
class Taught:
    """Some trained seeds.

    Attributes:
        units: the units that they are.
        network, lessons, record: the network with its best weights, what it learned from, and how it went.
    """

    units: Sequence[int]
    network: Ensemble
    lessons: Lessons
    record: Trained


def trained(params: Params, streams: Streams, units: range) -> Columns:
    """Train a model for a row and test it; params: those of `taught`, and score.

    The model "free" is no network: probabilities of every test network for itself, columns of `free.per_instance`.

    Columns: rate, the mean sum rate of its pilots on the test networks; ln_rate, the logarithm of that mean;
    per_parameter, rate over trained numbers; seen_rate, the same as rate on as many networks of its training set;
    distinct, how many different assignments it gives on the test networks: 1 says that it ignores the channel; idle,
    the mean number of pilots that it gives to nobody; best, last: epochs of the weights kept, and the last.
    """
    if params["model"] == "free":
        return per_instance(params, streams, units)
    return joined(_columns(group, params) for group in taught(params, streams, units))


def _columns(group: Taught, params: Params) -> dict[str, FloatArray]:
    n_test, net = cast("int", params["test"]), group.network
    logits = {k: logits_of(net, group.lessons.x[k][:, :n_test]) for k in ("test", "training")}
    rate, seen = (sum_rates(group, params, logits[k], k).mean(axis=1) for k in ("test", "training"))
    pilots = decide(logits["test"])
    return {
        "rate": rate,
        "ln_rate": np.log(rate),
        "per_parameter": rate / net.n_parameters,
        "seen_rate": seen,
        "distinct": distinct(pilots).astype(np.float64),
        "idle": net.n_pilots - np.array([np.mean([len(np.unique(a)) for a in some]) for some in pilots]),
        "best": group.record.best.astype(np.float64),
        "last": group.record.stopped.astype(np.float64),
    }


def taught(params: Params, streams: Streams, units: Sequence[int], *, curve: bool = False) -> Iterator[Taught]:
    """Train a model for every unit, as many side by side as fit; the same bits for any number.

    params: row, PHYSICS, LINK, SETS, scaling, loss, model, SHAPE, epochs, patience (None: no early stop); rate, Adam's,
    and rate_factor, which multiplies it. curve: see `train`.
    """
    rate = cast("float", params["rate"]) * cast("float", params["rate_factor"])
    recipe = Recipe(rate=rate, epochs=cast("int", params["epochs"]), patience=cast("int | None", params["patience"]))
    size = network(params, [np.random.default_rng(0)]).n_parameters
    step = max(1, TOGETHER // size)
    for start in range(0, len(units), step):
        some = units[start : start + step]
        known = lessons(params, streams, some)
        model = network(params, [generator(streams, u, "weights") for u in some])
        orders = [generator(streams, u, "orders") for u in some]
        record = train(
            model, known.loss, known.examples("training"), known.examples("validation"), recipe, orders, curve=curve
        )
        yield Taught(some, model, known, record)


@torch.no_grad()
def logits_of(model: Ensemble, x: Tensor) -> Tensor:
    """Return logits (S, N, K, tau) of features (S, N, K, M), some networks at a time."""
    with one_thread():
        return torch.cat([model(x[:, k : k + CHUNK]) for k in range(0, x.shape[1], CHUNK)], dim=1)


def sum_rates(group: Taught, params: Params, logits: Tensor, kind: str = "test") -> FloatArray:
    """Return the sum rates (S, N), in `score`, of logits (S, N, K, tau) on the first N networks of a kind."""
    found = []
    for beta, pilots in zip(group.lessons.beta[kind], decide(logits), strict=True):
        problem = PilotAssignment(beta[: len(pilots)], link(params))
        found.append(scale(params, problem) * problem.value(pilots[:, np.newaxis])[:, 0])
    return np.stack(found)
