"""The cloud network on more access points (APs) and users than the papers', beside policies that need no enumeration.

The angles grow with the APs, the assignments exponentially: 8 APs and 6 users have 1.7 million. Losses are computed for
the candidates of each step alone (`candidates`). Only 11 % of these assignments serve every user, of the papers' 44 %.
All others have the same loss under target "gram", and where a step meets no two losses the shift rule gives 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qbench._check import positive_int
from qbench.papers.cloud_qnn.assignment import exhaustive, local_search
from qbench.papers.cloud_qnn.baselines import (
    all_to_one,
    best_user,
    bottleneck,
    hungarian_greedy,
    random_assignment,
    static_assignment,
)
from qbench.papers.cloud_qnn.candidates import CandidateLessons
from qbench.papers.cloud_qnn.draws import draw_angles, draw_sets
from qbench.papers.cloud_qnn.rates import mr_table
from qbench.papers.cloud_qnn.search import one_pass, round_robin
from qbench.papers.cloud_qnn.studies import averaged, scores, setting, terms, tested
from qbench.papers.cloud_qnn.training import train

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench._arrays import IntArray
    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.cloud_qnn.system import Channels

LARGER: Mapping[str, Any] = {"n_ap": 8, "n_user": 6, "n_tx": 2}
"""Sizes of the main network, the largest that the study is made for; the papers' own are `draws.NETWORK`."""

ENUMERATED = 5_000
"""Assignments up to which max_min and max_sum are searched out; each takes 6 s for 1000 channels at 4^6 of them."""


def larger(params: Params, streams: Streams, units: range) -> Columns:
    """Cloud networks of any size, trained and tested, and other policies on the same test channels.

    Params: PHYSICS, LARGER, SIZE, SETTING. Columns: loss_000, ...: the mean curve over the seeds; `scores` and
    one_assignment of the trained networks, and with prefix "start_" of the untrained ones, as `studies.cloud`; `scores`
    of `scalable_policies` with their names before them. Raises ValueError for more users than APs.
    """
    s = setting(params)
    n_test = positive_int("test_channels", params["test_channels"])
    theta = np.concatenate([draw_angles(params, streams, unit, s) for unit in units])
    shown = None
    if s.data == "regenerated":
        shown = _lessons(params, streams, units, "curve", positive_int("curve_channels", params["curve_channels"]))
    result = train(s, theta, _lessons(params, streams, units, "training", s.n_training), shown)
    rows: list[dict[str, float]] = []
    for unit in units:
        rng = streams.rng("shots", unit)
        for channels in draw_sets(params, streams, unit, "test", n_test):
            row = tested(s, result, len(rows), channels)
            table = mr_table(channels, rate_channel=s.rate_channel)
            for name, a in scalable_policies(channels, rng, s.snr, s.interference, s.rate_channel).items():
                row |= {f"{name}_{key}": value for key, value in scores(a, table, s.snr, s.interference).items()}
            rows.append(row)
    curves = result.curve.reshape(len(units), -1, s.epochs + 1).mean(axis=1)
    columns = {f"loss_{e:03d}": curves[:, e].copy() for e in range(s.epochs + 1)}
    return columns | averaged(rows, len(units))


def scalable_policies(
    channels: Channels, rng: np.random.Generator, snr: float, interference: float, rate_channel: str = "h"
) -> dict[str, IntArray]:
    """Return assignments (n, M) of n networks by name, those of `studies.policies` and polynomial ones for its optima.

    bottleneck: the matching whose weakest link is strongest, extra APs placed by the rates; local_min, local_sum: where
    single moves and swaps raise neither the lowest rate nor the sum of rates, with the rates known. max_min and max_sum
    are there up to 5,000 assignments, K^M. Raises ValueError for more users than APs.
    """
    n, n_ap, n_user = channels.h.shape[:3]
    table = mr_table(channels, rate_channel=rate_channel)
    link = {"snr": snr, "interference": interference}
    found = {
        "search": round_robin(channels.h_hat),
        "one_pass": one_pass(channels.h_hat),
        "best_user": best_user(channels.h_hat),
        "matching": hungarian_greedy(channels.h_hat, table, **link),
        "bottleneck": bottleneck(channels.h_hat, table, **link),
        "local_min": local_search(table, objective="min_rate", **link).assignment,
        "local_sum": local_search(table, objective="sum_rate", **link).assignment,
        "static": np.broadcast_to(static_assignment(n_ap, n_user), (n, n_ap)),
        "all_to_one": np.broadcast_to(all_to_one(n_ap), (n, n_ap)),
        "random": random_assignment(rng, (n, n_ap), n_user),
    }
    if n_user**n_ap <= ENUMERATED:
        found["max_min"] = exhaustive(table, objective="min_rate", **link).assignment
        found["max_sum"] = exhaustive(table, objective="sum_rate", **link).assignment
    return found


def _lessons(params: Params, streams: Streams, units: range, kind: str, count: int) -> CandidateLessons:
    s = setting(params)
    drawn = [channels for unit in units for channels in draw_sets(params, streams, unit, kind, count)]
    return CandidateLessons.joined([CandidateLessons.of(channels, s.alpha, **terms(s)) for channels in drawn])
