"""The whole two-stage protocol on test channels, beside the search and other policies: what claim J1 compares.

For each seed the cloud learns to assign users, then the edges learn to precode under the cloud's assignments, all at
one SNR and interference factor. A unit is a replicate of seeds, averaged; rates in bit/s/Hz.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qbench import radio
from qbench.papers.cloud_edge_qnn.draws import draw_edge_angles, side_by_side
from qbench.papers.cloud_edge_qnn.links import Links
from qbench.papers.cloud_edge_qnn.scores import known_beams, network_scores
from qbench.papers.cloud_edge_qnn.setting import EdgeSetting
from qbench.papers.cloud_edge_qnn.training import sent_beams, train_edges
from qbench.papers.cloud_qnn.draws import PHYSICS, draw_sets, physics
from qbench.papers.cloud_qnn.encoding import neuron_angles
from qbench.papers.cloud_qnn.networks import network
from qbench.papers.cloud_qnn.search import printed_search, round_robin
from qbench.papers.cloud_qnn.studies import SETTING, cloud_costs, policies, trained_cloud
from qbench.papers.cloud_qnn.system import Channels
from qbench.papers.cloud_qnn.tables import every_assignment
from qbench.papers.cloud_qnn.training import assignments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.cloud_qnn.networks import Network
    from qbench.papers.cloud_qnn.setting import Setting

FRAMEWORK: Mapping[str, Any] = {
    **SETTING,
    "data": "regenerated",
    "edge_target": "rank1",
    "edge_alpha": "sum",
    "edge_beam": "zx",
    "edge_gradient": "psr_on_loss",
}
"""The fields of `Setting` with the journal's main reading, and those of `EdgeSetting` that the cloud does not share."""

SURE = 0.99
"""Share of a seed's test channels in which every user is served, from which on J(8c) counts as satisfied."""


def edges_below(params: Params, s: Setting) -> EdgeSetting:
    """Return how the edges below a cloud of setting `s` learn: its SNR, interference, steps and rates, their own rest.

    They see new channels at every iteration, with the assignments that the trained cloud gives them.
    """
    shared = ("snr_db", "interference", "epochs", "samples", "rate", "rate_channel")
    own = ("target", "alpha", "beam", "gradient")
    return EdgeSetting(
        **{name: getattr(s, name) for name in shared}, **{name: cast("Any", params[f"edge_{name}"]) for name in own}
    )


def framework(params: Params, streams: Streams, units: range) -> Columns:
    """Trained clouds with trained edges, and their rivals, on the same test channels.

    Params: PHYSICS and SIZE of `cloud_qnn.draws`, FRAMEWORK. Columns: `scores.network_scores` with, before them,
    "framework": cloud and edges; "start": both before training; "cloud_mr", "cloud_slnr", "cloud_random": the cloud's
    assignment with these beams; "search": Algorithm 4, corrected, with maximum ratio; "search_slnr"; "one_pass",
    "printed" (and its beam without conjugate), "printed_conj": readings of Algorithm 4; the policies of
    `cloud_qnn.studies.policies` with maximum ratio. sure: share of seeds whose assignments serve every user in 99 % of
    the test channels; sure_gain: the mean of framework less search, zero_trial, over the seeds, 0 for the others.
    """
    run = trained_cloud(params, streams, units)
    s = run.setting
    below = edges_below(params, s)
    lessons = side_by_side(
        [one for unit in units for one in draw_sets(params, streams, unit, "edge", below.n_training)]
    )
    circuit = network(s, lessons.n_ap)
    start = np.concatenate([draw_edge_angles(params, streams, unit, below) for unit in units])
    given = cloud_assignments(circuit, run.result.theta, lessons, s.alpha)
    # Nobody looks at the curve: one channel draws it.
    shown = Links.of(Channels(lessons.h[:, :1], lessons.h_hat[:, :1]), given[:, :1], below)
    edges = train_edges(below, start, lessons, given, shown)
    rows: list[dict[str, float]] = []
    noise = [radio.spawn(streams.rng("shots", unit), int(cast("int", params["seeds"]))) for unit in units]
    for i, channels in enumerate(run.tests):
        rng = noise[i // len(noise[0])][i % len(noise[0])]
        stages = {
            "framework": (run.result.theta[i : i + 1], edges.theta[i : i + 1]),
            "start": (run.result.start[i : i + 1], start[i : i + 1]),
        }
        rows.append(_row(s, below, circuit, stages, channels, rng))
    return {name: np.array([row[name] for row in rows]).reshape(len(units), -1).mean(axis=-1) for name in rows[0]}


def framework_costs(params: Params) -> dict[str, int]:
    """Return what the circuits of cloud and edges cost together, and how many runs of them their training takes.

    "qubits" counts the cloud and its edges, all of which are there at once.
    """
    from qbench.papers.cloud_edge_qnn.studies import EDGE, edge_costs

    own = {name.removeprefix("edge_"): value for name, value in params.items() if name.startswith("edge_")}
    shared = {name: params[name] for name in ("epochs", "samples", *PHYSICS)}
    cloud, edge = cloud_costs(params), edge_costs({**EDGE, **shared, **own})
    edges = physics(params).n_ap
    total = ("qubits", "trained_angles", "circuit_evaluations", "one_qubit_gates", "two_qubit_gates")
    return {name: cloud[name] + edges * edge[name] for name in total}


def cloud_assignments(circuit: Network, theta: FloatArray, channels: Channels, alpha: str) -> IntArray:
    """Return the assignments (S, n, M) of cloud networks theta (S, L, N) for channels (S, n, M, K, J)."""
    number = assignments(circuit, theta, neuron_angles(channels.h_hat, alpha), channels.n_user)
    return every_assignment(channels.n_ap, channels.n_user)[number]


def _row(
    s: Setting,
    below: EdgeSetting,
    circuit: Network,
    stages: Mapping[str, tuple[FloatArray, FloatArray]],
    channels: Channels,
    rng: np.random.Generator,
) -> dict[str, float]:
    """Return the columns of one seed on its test channels (n, M, K, J)."""
    level: dict[str, Any] = {"snr": s.snr, "interference": s.interference}
    drawn = radio.spawn(rng, 2)

    def beams(assignment: IntArray, kind: str) -> NDArray[np.complex128]:
        return known_beams(channels, assignment, kind, rng=drawn[0], **level)

    alone = side_by_side([channels])
    sent: dict[str, tuple[IntArray, NDArray[np.complex128]]] = {}
    for name, (cloud, edges) in stages.items():
        a = cloud_assignments(circuit, cloud, alone, s.alpha)
        links = Links.of(alone, a, below)
        sent[name] = (a[0], sent_beams(below.network(channels.n_user, channels.n_tx), edges, links)[0])
    chosen = sent["framework"][0]
    sent |= {f"cloud_{kind}": (chosen, beams(chosen, kind)) for kind in ("mr", "slnr", "random")}
    found = round_robin(channels.h_hat)
    sent["search_slnr"] = (found, beams(found, "slnr"))
    printed = np.broadcast_to(printed_search(channels.n_ap, channels.n_user), found.shape)
    sent["printed"] = (printed, beams(printed, "printed_mr"))
    sent["printed_conj"] = (printed, beams(printed, "mr"))
    others = policies(channels, drawn[1], s.snr, s.interference, s.rate_channel)
    sent |= {name: (a, beams(a, "mr")) for name, a in others.items()}
    row: dict[str, float] = {}
    for name, (a, v) in sent.items():
        scored = network_scores(channels, a, v, rate_channel=s.rate_channel, **level)
        row |= {f"{name}_{key}": value for key, value in scored.items()}
    sure = float(row["framework_feasible"] >= SURE)
    gain = row["framework_zero_trial"] - row["search_zero_trial"]
    return row | {"sure": sure, "sure_gain": sure * gain}
