"""What is measured of the methods without training, Table II's columns 1 to 4 and 10 among them.

A unit is a replicate of test networks, reduced to means over them; units do not touch each other. Sums of rates are in
Mbps (`score` "mbps"), or sum_k ln(1 + SINR_k), a pure number ("nats": exploratory). `evaluated` "training" takes the
first networks of a replicate's training set in place of its test networks.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import numpy as np

from qbench._check import one_of
from qbench.assignment import Budget
from qbench.papers.hqcnn.baselines import balanced_pilots, random_pilots
from qbench.papers.hqcnn.colouring import colouring
from qbench.papers.hqcnn.draws import evaluated, generator, link
from qbench.papers.hqcnn.exhaustive import Exhaustive
from qbench.papers.hqcnn.greedy import greedy
from qbench.papers.hqcnn.hungarian import iterative_hungarian
from qbench.papers.hqcnn.location import location, location_disjoint
from qbench.papers.hqcnn.master_ap import master_ap
from qbench.papers.hqcnn.problem import PilotAssignment
from qbench.papers.hqcnn.search import local_search, multistart

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.hqcnn.system import Networks

SCORES = ("mbps", "nats")

VARIANTS = {"mpa": "mpa_gain", "lpa": "lpa_disjoint", "greedy": "greedy_fresh"}
"""Other readings of the paper's heuristics, each in the place of the one it reads otherwise."""


def heuristics(params: Params, streams: Streams, units: range) -> Columns:
    """Methods that do not search on the rate, on the test networks of a row.

    params: row, PHYSICS, LINK, SETS, evaluated, score.

    Columns: the mean sum rate of every method of `assignments`, and orthogonal: a pilot for every user and the same
    energy of training; ln_ before a method: the logarithm of that mean; min_random, min_greedy, max_greedy: means of
    the lowest and of the highest rate of a user; rival_of_mpa: the largest of the columns random, greedy and lpa,
    rival_of_greedy: of random, mpa and lpa, both also with one of these replaced, such as rival_of_mpa_lpa_disjoint.
    """
    rows: list[dict[str, float]] = []
    for unit, networks, problem in problems(params, streams, units):
        factor = scale(params, problem)
        pilots = assignments(problem, networks, streams, unit)
        row = {name: mean_value(problem, a) for name, a in pilots.items()}
        apart = PilotAssignment(problem.beta, problem.link.orthogonal(problem.n_agents))
        row["orthogonal"] = mean_value(apart, np.broadcast_to(np.arange(problem.n_agents), pilots["random"].shape))
        row |= extremes(problem, {name: pilots[name] for name in ("random", "greedy")})
        rows.append(finished({name: factor * value for name, value in row.items()}))
    return _stacked([row | rivals(row) for row in rows])


def searches(params: Params, streams: Streams, units: range) -> Columns:
    """Search on the sum rate, on the networks of `heuristics`; params: its own, and multistart: whether ls6 runs.

    Columns: ls, the mean sum rate of the local search from Master-AP; ls6, that of the best of six starts; ln_ before
    either: the logarithm of that mean; min_ls, max_ls: means of the lowest and of the highest rate of a user.
    """
    several = params["multistart"]
    if not isinstance(several, bool):
        raise TypeError(f"multistart must be True or False, got {several!r}")
    rows: list[dict[str, float]] = []
    for unit, _, problem in problems(params, streams, units):
        found = {"ls": local_search(problem).assignment}
        if several:
            found["ls6"] = multistart(problem, generator(streams, unit, "multistart"))
        row = {name: mean_value(problem, a) for name, a in found.items()} | extremes(problem, {"ls": found["ls"]})
        rows.append(finished({name: scale(params, problem) * value for name, value in row.items()}))
    return _stacked(rows)


def exhaustive(params: Params, streams: Streams, units: range) -> Columns:
    """Search all partitions, on the networks of `heuristics`; params: its own.

    Columns: epas, the mean sum rate of the best partition, and ln_epas, the logarithm of that mean. Raises
    NotApplicableError where a network has more than 1e8 partitions.
    """
    rows: list[dict[str, float]] = []
    for unit, _, problem in problems(params, streams, units):
        best = Exhaustive().solve(problem, Budget(), streams.rng("algorithm", unit))  # draws nothing
        rows.append(finished({"epas": scale(params, problem) * mean_value(problem, best.assignment)}))
    return _stacked(rows)


def problems(params: Params, streams: Streams, units: range) -> Iterator[tuple[int, Networks, PilotAssignment]]:
    """Yield every unit with the networks that it is evaluated on, and their problem."""
    for unit in units:
        networks = evaluated(params, streams, unit)
        yield unit, networks, PilotAssignment(networks.beta, link(params))


def assignments(problem: PilotAssignment, networks: Networks, streams: Streams, unit: int) -> dict[str, IntArray]:
    """Return pilots (n, K) of a unit's n networks by method: the paper's four, their VARIANTS, and three controls.

    greedy begins with the draw of random, greedy_fresh with one of its own. balanced, colour and hungarian are ours.
    """
    tau, shape = problem.n_choices, (*problem.batch, problem.n_agents)
    random = random_pilots(generator(streams, unit, "random"), shape, tau)
    return {
        "random": random,
        "greedy": greedy(problem, random),
        "mpa": master_ap(problem.beta, tau),
        "lpa": location(networks.user, tau),
        "greedy_fresh": greedy(problem, random_pilots(generator(streams, unit, "greedy_fresh"), shape, tau)),
        "mpa_gain": master_ap(problem.beta, tau, order="gain"),
        "lpa_disjoint": location_disjoint(networks.user, tau),
        "balanced": balanced_pilots(generator(streams, unit, "balanced"), shape, tau),
        "colour": colouring(problem),
        "hungarian": iterative_hungarian(problem),
    }


def scale(params: Params, problem: PilotAssignment) -> float:
    """Return what turns a rate of the problem, bit/s, into `score`."""
    score = one_of("score", cast("str", params["score"]), SCORES)
    return 1e-6 if score == "mbps" else math.log(2.0) / problem.link.bandwidth_hz


def mean_value(problem: PilotAssignment, pilots: IntArray) -> float:
    """Return the mean over networks of the sum rate of pilots (n, K), bit/s."""
    return float(problem.value(pilots[..., np.newaxis, :]).mean())


def extremes(problem: PilotAssignment, pilots: dict[str, IntArray]) -> dict[str, float]:
    """Return min_ and max_ of every method: means over networks of its lowest and highest rate, bit/s."""
    found: dict[str, float] = {}
    for name, a in pilots.items():
        rates = problem.rates(a[..., np.newaxis, :])
        found |= {f"min_{name}": float(rates.min(axis=-1).mean()), f"max_{name}": float(rates.max(axis=-1).mean())}
    return found


def finished(row: dict[str, float]) -> dict[str, float]:
    """Return the row with ln_ of every mean sum rate."""
    sums = [name for name in row if not name.startswith(("min_", "max_"))]
    return row | {f"ln_{name}": math.log(row[name]) for name in sums}


def rivals(row: dict[str, float]) -> dict[str, float]:
    """Return the largest of the paper's four heuristics but one, in every reading of the others."""
    four = ("random", "greedy", "mpa", "lpa")
    found: dict[str, float] = {}
    for best in ("mpa", "greedy"):
        others = [name for name in four if name != best]
        found[f"rival_of_{best}"] = max(row[name] for name in others)
        for name in others:
            if name in VARIANTS:
                seen = [row[VARIANTS[name] if other == name else other] for other in others]
                found[f"rival_of_{best}_{VARIANTS[name]}"] = max(seen)
    return found


def _stacked(rows: Sequence[dict[str, float]]) -> dict[str, FloatArray]:
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}
