"""What is measured for the journal's claims on the edges: networks trained under a fixed assignment.

A unit is a replicate of training seeds, averaged. Rates are in bit/s/Hz, losses in (bit/s/Hz)^2. The whole protocol is
in `framework`, the cloud alone in `cloud_study`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qbench import radio
from qbench._check import positive_int
from qbench.papers.cloud_edge_qnn.draws import draw_edge_angles, side_by_side
from qbench.papers.cloud_edge_qnn.links import Links, disturbance, edge_losses, link_rate, received_power
from qbench.papers.cloud_edge_qnn.setting import EdgeSetting
from qbench.papers.cloud_edge_qnn.training import mean_gradient, sent_beams, train_edges
from qbench.papers.cloud_qnn.baselines import static_assignment
from qbench.papers.cloud_qnn.draws import draw_sets, physics

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams

EDGE: Mapping[str, Any] = {
    "snr_db": 10.0,
    "interference": 0.1,
    "epochs": 100,
    "samples": 100,
    "rate": 0.01,
    "data": "regenerated",
    "target": "rank1",
    "alpha": "sum",
    "beam": "zx",
    "middle": "independent",
    "order": "operator",
    "entangled": True,
    "gradient": "psr_on_loss",
    "others": "current",
    "rate_channel": "h",
}
"""The fields of `EdgeSetting` that `edge` knows, with the values of the main reading."""

GRADIENT_EPISODE = 10
"""Of column slope_010, and the last of swing."""


def edge_setting(params: Params) -> EdgeSetting:
    """Return the setting that a study's params name."""
    return EdgeSetting(**{name: cast("Any", params[name]) for name in EDGE})


def edge(params: Params, streams: Streams, units: range) -> Columns:
    """Edge networks under the assignment (0, 1, 2, 2), trained and tested; the seeds of all units side by side.

    Params: PHYSICS and SIZE of `cloud_qnn.draws`, EDGE. Columns: loss_000, loss_001, ...: mean loss of the edges on the
    curve set; slope_000 and, from 10 episodes on, slope_010: squared norm of the exact gradient of an edge's mean loss
    there. On the test channels, after the training: rate, of R_{m -> k}; rate_mr, rate_random, rate_equal_gain,
    rate_fixed: own beam alone replaced by maximum ratio, a random one, equal gain, (1, ..., 1)/sqrt(J); loss_mr and
    loss_random likewise. ceiling_mr, ceiling_random: these losses where the others' beams are random as well.
    swing, from 10 episodes on: largest less smallest of L(2) to L(10) of a unit's mean curve.
    """
    s = edge_setting(params)
    n_curve = positive_int("curve_channels", params["curve_channels"])
    n_test = positive_int("test_channels", params["test_channels"])
    n_user = physics(params).n_user
    drawn = {"edge": s.n_training, "test": n_test} | ({"curve": n_curve} if s.data == "regenerated" else {})
    sets = {
        kind: side_by_side([one for unit in units for one in draw_sets(params, streams, unit, kind, count)])
        for kind, count in drawn.items()
    }
    fixed = {
        kind: np.broadcast_to(static_assignment(each.n_ap, n_user), (*each.batch, each.n_ap))
        for kind, each in sets.items()
    }
    circuit = s.network(n_user, sets["edge"].n_tx)
    shown = Links.of(sets["curve"], fixed["curve"], s) if "curve" in sets else None
    # Where the curve is drawn on the training channels the gradient is theirs too.
    seen = shown if shown is not None else Links.of(sets["edge"], fixed["edge"], s)
    slopes: dict[str, FloatArray] = {}

    def snapshot(episode: int, theta: FloatArray) -> None:
        if episode in {0, GRADIENT_EPISODE}:
            slopes[f"slope_{episode:03d}"] = np.square(mean_gradient(s, circuit, theta, seen)).sum(axis=-1)

    theta = np.concatenate([draw_edge_angles(params, streams, unit, s) for unit in units])
    result = train_edges(s, theta, sets["edge"], fixed["edge"], shown, snapshot)
    tested = Links.of(sets["test"], fixed["test"], s)
    noise = [radio.spawn(streams.rng("shots", unit), int(cast("int", params["seeds"]))) for unit in units]
    lengths = tested.mine.shape[1:]
    random = {
        name: np.stack([radio.isotropic_beam(radio.spawn(seed, 2)[i], lengths) for each in noise for seed in each])
        for i, name in enumerate(("own", "others"))
    }
    found = {f"loss_{e:03d}": result.curve[..., e] for e in range(s.epochs + 1)} | slopes
    found |= _tested(s, tested, sent_beams(circuit, result.theta, tested), random)
    columns = {name: values.reshape(len(units), -1).mean(axis=-1) for name, values in found.items()}
    if s.epochs >= GRADIENT_EPISODE:
        columns["swing"] = np.ptp([columns[f"loss_{e:03d}"] for e in range(2, GRADIENT_EPISODE + 1)], axis=0)
    return columns


def _tested(
    s: EdgeSetting, links: Links, sent: NDArray[np.complex128], random: Mapping[str, NDArray[np.complex128]]
) -> dict[str, FloatArray]:
    """Return columns (S, M) of the beams `sent` (S, n, M, J) and of others in their place."""
    own = {
        "": sent,
        "_mr": radio.maximum_ratio(links.known),
        "_random": random["own"],
        "_equal_gain": radio.equal_gain(links.known),
        "_fixed": radio.unit_beam(np.ones_like(sent)),
    }
    level = {"snr": s.snr, "interference": s.interference}
    disturbing = disturbance(links, sent)
    found = {}
    for name, beams in own.items():
        rate = link_rate(received_power(links.mine, beams), disturbing, **level)
        found[f"rate{name}"] = rate.mean(axis=1)
    unruly = disturbance(links, random["others"])
    for name in ("_mr", "_random"):
        found[f"loss{name}"] = edge_losses(links, own[name], disturbing, **level).mean(axis=1)
        found[f"ceiling{name}"] = edge_losses(links, own[name], unruly, **level).mean(axis=1)
    return found


def edge_costs(params: Params) -> dict[str, int]:
    """Return what the circuit of one edge costs, and how many of them its training takes, the curve left out."""
    from qbench.papers.cloud_edge_qnn.circuits import edge_circuit
    from qbench.quantum import resources

    s, n_user = edge_setting(params), physics(params).n_user
    circuit = edge_circuit(n_user, middle=s.middle, order=s.order, entangled=s.entangled)
    weights = s.network(n_user, physics(params).n_tx).n_weights
    each = 2 * weights if s.gradient == "psr_on_loss" else 2 * circuit.count_ops()["ry"]
    return {
        **resources(circuit).as_costs(),
        "trained_angles": weights,
        "circuit_evaluations": (1 + each) * s.epochs * s.samples,
    }
