"""The neural benchmark (Sec. V-B) on fresh networks: trained once a replicate, scored on its instances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qbench.assignment import Budget, Greedy
from qbench.papers.cvar_vqe.dnn import CONVERGENCE, Trained, Training, train, train_to_convergence
from qbench.papers.cvar_vqe.dnn_scores import scores
from qbench.papers.cvar_vqe.instances import DRAWN, physics, replicate, scaled, training_stream
from qbench.papers.cvar_vqe.system import capacities, draw_network, rate_of_sinr, sinr, weighted_rates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.cvar_vqe.instances import Instances

TRAINING: Mapping[str, Any] = {
    "n_train": 10_000,
    "input": "raw",
    "softmax": "row",
    "learning_rate": 1e-4,
    "batch": 128,
    "epochs": 100,
}
"""What `dnn` reads beside PHYSICS and SIZE, with the values of the main reading (D0)."""


def dnn(params: Params, streams: Streams, units: range) -> Columns:
    """Baseline B9 on replicates: a fresh training set, initialisation and batch order each, and fresh instances.

    Params: PHYSICS, SIZE, TRAINING. The instances are those of the other methods. Columns: z_hard, z_soft_max1,
    z_soft_n, opt and z_greedy (B1, the best BS of each AV, capacity repaired), means over the instances in bit/s/Hz,
    and the same with suffix _per_vehicle and _share, as in the study `vqe`; feasible, the share of them whose hard
    association is within capacity; distinct, how many different hard associations there are among them (1: the network
    has collapsed to a constant); loss_first and loss_last, mean losses over the first and the last epoch of training.
    Raises ValueError for n_train above DRAWN and fewer than 1 epoch.
    """
    settings = Training(
        agents=cast("int", params["agents"]),
        stations=cast("int", params["stations"]),
        **{name: cast("Any", params[name]) for name in TRAINING if name != "n_train"},
    )
    if settings.epochs < 1:
        raise ValueError(f"epochs must be at least 1 here, which has a first and a last loss, got {settings.epochs}")
    sets = [training_set(params, streams, unit) for unit in units]
    trained = train(
        settings,
        np.stack([s for s, _, _ in sets]),
        np.stack([w for _, w, _ in sets]),
        sets[0][2],
        [streams.rng("algorithm", unit, stream="cvar_vqe/dnn") for unit in units],
    )
    columns = scored(trained, [replicate(params, streams, unit) for unit in units])
    return columns | {
        "loss_first": np.array([losses[0] for losses in trained.losses]),
        "loss_last": np.array([losses[-1] for losses in trained.losses]),
    }


def ceiling(params: Params, streams: Streams, units: range) -> Columns:
    """Baseline B10: the same network trained until it learns no more, what training once can give at most.

    Params: PHYSICS, SIZE, `n_train`, `input` and `softmax`. Adam at 1e-3 on nine tenths of the training networks of
    `dnn`, until the loss on the last tenth has had no new least value for 20 epochs; the network of the best epoch.
    Columns: those of `scored`, and best_epoch.
    """
    settings = Training(
        agents=cast("int", params["agents"]),
        stations=cast("int", params["stations"]),
        input=cast("str", params["input"]),
        softmax=cast("str", params["softmax"]),
        **cast("Any", CONVERGENCE),
    )
    sets = [training_set(params, streams, unit) for unit in units]
    seen = cast("int", params["n_train"]) * 9 // 10
    s, w = np.stack([s for s, _, _ in sets]), np.stack([w for _, w, _ in sets])
    rngs = [streams.rng("algorithm", unit, stream="cvar_vqe/dnn-ceiling") for unit in units]
    converged = train_to_convergence(settings, s[:, :seen], w[:, :seen], sets[0][2], rngs, (s[:, seen:], w[:, seen:]))
    columns = scored(converged.trained, [replicate(params, streams, unit) for unit in units])
    return columns | {"best_epoch": converged.epochs.astype(np.float64)}


def scored(trained: Trained, evaluation: Sequence[Instances]) -> dict[str, FloatArray]:
    """Return the columns of an ensemble, network k on instances k: see `dnn`."""
    soft = trained.predict(np.stack([e.sinr for e in evaluation]))
    rows = []
    for u, e in zip(soft, evaluation, strict=True):
        found = scores(u, e.weights, e.capacity)
        greedy = Greedy().solve(e.problem, Budget(), np.random.default_rng(0))  # draws nothing
        rates = {
            "z_hard": float(found.hard.mean()),
            "z_soft_max1": float(found.soft_max1.mean()),
            "z_soft_n": float(found.soft_n.mean()),
            "z_greedy": float(greedy.value.mean()),
            "opt": float(e.optimum.mean()),
        }
        rows.append(
            {
                **rates,
                **scaled(rates, e),
                "feasible": float(found.feasible.mean()),
                "distinct": float(len(np.unique(found.choices, axis=0))),
            }
        )
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def training_set(params: Params, streams: Streams, unit: int) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return SINR and weights (n_train, I, J) of one replicate's training networks, and the capacities (J,).

    One stream for each size: no other study draws from it. A smaller n_train is the first of the same networks.
    Raises ValueError for n_train outside 1..DRAWN.
    """
    p = physics(params)
    agents, stations, count = (cast("int", params[name]) for name in ("agents", "stations", "n_train"))
    if not 1 <= count <= DRAWN:
        raise ValueError(f"n_train must lie in 1..{DRAWN}, the training networks of a replicate, got {count}")
    rng = streams.rng("instance", unit, stream=training_stream(agents, stations))
    network = draw_network(rng, batch=DRAWN, agents=agents, stations=stations, parameters=p).rf_first()
    s = sinr(network, p)
    weights = weighted_rates(rate_of_sinr(s, network.is_thz, p), network.is_thz, p)
    return s[:count], weights[:count], capacities(network.is_thz, p)
