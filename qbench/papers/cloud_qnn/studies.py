"""What is measured for the claims of the 2022 paper: trained networks, and other policies on the same channels.

A unit is a replicate of training seeds, averaged. Rates are in bit/s/Hz, raw losses in (bit/s/Hz)^2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qbench._check import positive_int
from qbench.papers.cloud_qnn.baselines import (
    all_to_one,
    best_user,
    hungarian_greedy,
    random_assignment,
    static_assignment,
)
from qbench.papers.cloud_qnn.circuits import cloud_circuit, reuse_circuit
from qbench.papers.cloud_qnn.draws import PHYSICS, SIZE, draw_angles, draw_sets, physics
from qbench.papers.cloud_qnn.encoding import neuron_angles
from qbench.papers.cloud_qnn.loss import UNSERVED
from qbench.papers.cloud_qnn.networks import network
from qbench.papers.cloud_qnn.rates import INFEASIBLE, assigned_rates, feasible, mr_table, served, sum_last, sum_rate
from qbench.papers.cloud_qnn.search import one_pass, round_robin
from qbench.papers.cloud_qnn.setting import Setting
from qbench.papers.cloud_qnn.tables import Lessons, all_rates, every_assignment
from qbench.papers.cloud_qnn.training import chosen_users, train

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.cloud_qnn.system import Channels
    from qbench.papers.cloud_qnn.training import Trained

__all__ = [
    "EVALUATION",
    "PHYSICS",
    "SETTING",
    "SIZE",
    "cloud",
    "cloud_costs",
    "policies",
    "rivals",
    "run_scores",
    "scores",
    "tested",
    "trained_cloud",
    "windows",
]

EVALUATION: Mapping[str, Any] = {"snr_db": 10.0, "interference": 0.1, "rate_channel": "h"}
"""Fields of `Setting` that the policies without training know too."""

SETTING: Mapping[str, Any] = {
    **EVALUATION,
    "train_snr_db": None,
    "epochs": 100,
    "samples": 100,
    "rate": 0.01,
    "n_layer": 2,
    "init": "uniform",
    "data": "fixed100",
    "optimiser": "psr",
    "arctan": "arctan2",
    "loss": "raw",
    "unserved": UNSERVED,
    "target": "gram",
    "alpha": "sum",
    "order": "operator",
    "readout": "last",
    "circuit": "cloud",
}
"""The fields of `Setting` that `cloud` knows, with the values of the main reading."""


def setting(params: Params) -> Setting:
    """Return the setting that a study's params name."""
    return Setting(**{name: cast("Any", params[name]) for name in SETTING})


def terms(s: Setting) -> dict[str, Any]:
    """Return the arguments of `tables.loss_table` and of `candidates.CandidateLessons.of` that the setting names."""
    return {
        "snr": s.train_snr,
        "interference": s.interference,
        "target": s.target,
        "unserved": s.unserved,
        "normalised": s.loss == "normalised",
        "rate_channel": s.rate_channel,
    }


def lessons(params: Params, streams: Streams, unit: int, kind: str, count: int) -> list[Lessons]:
    """Return the lessons of every seed of a unit, on the first `count` channels of `kind`."""
    s = setting(params)
    return [Lessons.of(channels, s.alpha, **terms(s)) for channels in draw_sets(params, streams, unit, kind, count)]


def cloud(params: Params, streams: Streams, units: range) -> Columns:
    """Cloud networks, trained and tested; the seeds of all units side by side.

    Params: PHYSICS, SIZE, SETTING. Columns: loss_000, loss_001, ...: the mean curve over the seeds; mid, late and e90
    of it: see `windows`; `scores` of the trained networks on the test channels, and of the untrained ones with prefix
    "start_"; one_assignment: the share of a seed's test channels that get the assignment it gives most often.
    """
    run = trained_cloud(params, streams, units)
    curves = run.result.curve.reshape(len(units), -1, run.setting.epochs + 1).mean(axis=1)
    columns = {f"loss_{e:03d}": curves[:, e].copy() for e in range(run.setting.epochs + 1)}
    columns |= stacked([windows(curve) for curve in curves])
    return columns | run_scores(run, len(units))


@dataclass(frozen=True, eq=False)
class CloudRun:
    """Trained networks of all seeds of some units, side by side.

    Attributes:
        setting: how they were trained.
        result: angles and curve.
        lessons: the training channels.
        tests: test channels (n, M, K, J) of every seed.
    """

    setting: Setting
    result: Trained
    lessons: Lessons
    tests: Sequence[Channels]


def trained_cloud(params: Params, streams: Streams, units: range) -> CloudRun:
    """Train the cloud networks of `cloud` and draw the channels that they are tested on."""
    s = setting(params)
    n_test, n_curve = positive_int("test_channels", params["test_channels"]), params["curve_channels"]
    tests, theta, learned, shown = [], [], [], []
    for unit in units:
        theta.append(draw_angles(params, streams, unit, s))
        learned += lessons(params, streams, unit, "training", s.n_training)
        if s.data == "regenerated":
            shown += lessons(params, streams, unit, "curve", positive_int("curve_channels", n_curve))
        tests += draw_sets(params, streams, unit, "test", n_test)
    joined = Lessons.joined(learned)
    result = train(s, np.concatenate(theta), joined, Lessons.joined(shown) if shown else None)
    return CloudRun(s, result, joined, tests)


def run_scores(run: CloudRun, units: int) -> dict[str, FloatArray]:
    """Return the columns of `cloud` (units,) that tell what networks do on their test channels."""
    return averaged([tested(run.setting, run.result, i, each) for i, each in enumerate(run.tests)], units)


def tested(s: Setting, result: Trained, seed: int, channels: Channels) -> dict[str, float]:
    """Return `scores` and one_assignment of network number `seed` on its test channels; before training "start_"."""
    circuit = network(s, channels.n_ap)
    phi = neuron_angles(channels.h_hat, s.alpha)[np.newaxis]
    table = mr_table(channels, rate_channel=s.rate_channel)
    row: dict[str, float] = {}
    for prefix, angles in (("", result.theta[seed : seed + 1]), ("start_", result.start[seed : seed + 1])):
        users = chosen_users(circuit, angles, phi, channels.n_user)[0]
        found = scores(users, table, s.snr, s.interference)
        row |= {f"{prefix}{name}": value for name, value in found.items()}
        row[f"{prefix}one_assignment"] = float(np.unique(users, axis=0, return_counts=True)[1].max() / len(users))
    return row


def windows(curve: FloatArray) -> dict[str, float]:
    """Return numbers of a curve L(0), ..., L(E), shape (E + 1,).

    late: mean of the last tenth, episodes 91 to 100 of 100; mid: mean of episodes 26 to 35 of 100; e90: the first
    episode whose [L(e) - late]/[L(0) - late] is at most 0.1, E + 1 where the loss does not fall.
    """
    last = len(curve) - 1
    episode = np.arange(last + 1)
    late = float(curve[10 * episode > 9 * last].mean())
    between = (100 * episode > 25 * last) & (100 * episode <= 35 * last)
    mid = float(curve[between].mean()) if between.any() else float(curve[(3 * last + 9) // 10])
    fall = float(curve[0]) - late
    e90 = int(np.argmax(curve - late <= 0.1 * fall)) if fall > 0 else last + 1
    return {"late": late, "mid": mid, "e90": float(e90)}


def scores(assignment: IntArray, table: FloatArray, snr: float, interference: float) -> dict[str, float]:
    """Return what assignments (n, M) are worth on n channels with the `rates.gain_table` (n, M, K, K), means over n.

    user_zero, zero_trial, plus10: sum rate in the three readings of a trial that leaves a user unserved; the same with
    suffix _quiet: mu = 0 in the rates of the same assignments; min_rate: lowest R_k, 0 where a user is unserved;
    feasible: share of the channels on which every user is served.
    """
    serves = served(assignment, table.shape[-1])
    found: dict[str, float] = {}
    for suffix, mu in (("", interference), ("_quiet", 0.0)):
        rates = assigned_rates(table, assignment, snr=snr, interference=mu)
        found |= {f"{name}{suffix}": float(sum_rate(rates, serves, infeasible=name).mean()) for name in INFEASIBLE}
        found[f"min_rate{suffix}"] = float(rates.min(axis=-1).mean())
    found["feasible"] = float(serves.all(axis=-1).mean())
    return found


def rivals(params: Params, streams: Streams, units: range) -> Columns:
    """Policies without training on the test channels of `cloud`; params: PHYSICS, SIZE, EVALUATION.

    Columns: `scores` with the policy's name before them, such as search_user_zero. See `policies`.
    """
    n_test = positive_int("test_channels", params["test_channels"])
    snr = Setting(**{name: cast("Any", params[name]) for name in EVALUATION}).snr
    mu, rated = cast("float", params["interference"]), cast("str", params["rate_channel"])
    rows: list[dict[str, float]] = []
    for unit in units:
        rng = streams.rng("shots", unit)
        for channels in draw_sets(params, streams, unit, "test", n_test):
            table = mr_table(channels, rate_channel=rated)
            chosen = policies(channels, rng, snr, mu, rated)
            found = {name: scores(a, table, snr, mu) for name, a in chosen.items()}
            rows.append({f"{name}_{key}": value for name, each in found.items() for key, value in each.items()})
    return averaged(rows, len(units))


def policies(
    channels: Channels, rng: np.random.Generator, snr: float, interference: float, rate_channel: str = "h"
) -> dict[str, IntArray]:
    """Return assignments (n, M) of n networks by name; `rng` is for "random" alone.

    search: Algorithm 4 of the journal, corrected; one_pass: the same with one AP a user; best_user: each AP serves its
    strongest user; matching: Hungarian, its extra APs placed by the rates; max_min, max_sum: the best lowest rate and
    the best sum rate among all assignments that serve every user, with the rates known; static: (0, 1, 2, 2);
    all_to_one: user 0 has all; random: uniform. search, one_pass and best_user see h_hat alone.
    """
    n, n_ap, n_user = channels.h.shape[:3]
    every = every_assignment(n_ap, n_user)
    rates = all_rates(channels, snr=snr, interference=interference, rate_channel=rate_channel)
    allowed = feasible(every, n_user)
    table = mr_table(channels, rate_channel=rate_channel)
    return {
        "search": round_robin(channels.h_hat),
        "one_pass": one_pass(channels.h_hat),
        "best_user": best_user(channels.h_hat),
        "matching": hungarian_greedy(channels.h_hat, table, snr=snr, interference=interference),
        "max_min": every[np.where(allowed, rates.min(axis=-1), -1.0).argmax(axis=-1)],
        "max_sum": every[np.where(allowed, sum_last(rates), -1.0).argmax(axis=-1)],
        "static": np.broadcast_to(static_assignment(n_ap, n_user), (n, n_ap)),
        "all_to_one": np.broadcast_to(all_to_one(n_ap), (n, n_ap)),
        "random": random_assignment(rng, (n, n_ap), n_user),
    }


def cloud_costs(params: Params) -> dict[str, int]:
    """Return what one circuit of the setting costs, and how many of them a training takes, the curve left out."""
    from qbench.quantum import resources

    s, n = setting(params), physics(params).n_ap
    circuit = reuse_circuit(s.n_layer, n) if s.circuit == "reuse" else cloud_circuit(s.n_layer, n, order=s.order)
    each = {"psr": 2, "rotosolve": 3}[s.optimiser] * s.n_layer * n
    return {
        **resources(circuit).as_costs(),
        "trained_angles": s.n_layer * n,
        "circuit_evaluations": each * s.epochs * s.samples,
    }


def stacked(rows: Sequence[Mapping[str, float]]) -> dict[str, FloatArray]:
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def averaged(rows: Sequence[Mapping[str, float]], units: int) -> dict[str, FloatArray]:
    """Return columns (units,) from rows in the order of units and their seeds."""
    return {name: values.reshape(units, -1).mean(axis=-1) for name, values in stacked(rows).items()}
