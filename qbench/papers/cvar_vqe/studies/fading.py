"""An association chosen without fading, scored under fading (C28)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from qbench.papers.cvar_vqe.encodings import encoding
from qbench.papers.cvar_vqe.instances import best, physics, replicate, solution
from qbench.papers.cvar_vqe.solver import solve
from qbench.papers.cvar_vqe.studies.vqe import setting
from qbench.papers.cvar_vqe.system import rates, sum_rate, weighted_rates

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray
    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.cvar_vqe.instances import Instances

STREAM = "cvar_vqe/fading"
"""Where the fading draws come from: independent of the networks, the same for every alpha."""


def fading(params: Params, streams: Streams, units: range) -> Columns:
    """Choose u with H = 1, score it on `draws` fresh draws of the fading.

    Params: PHYSICS, SIZE, SETTING, `draws`, `thz_fading` (whether the scored THz links fade too). Columns, means over
    the instances in bit/s/Hz: mean_rate and sd_rate, mean and standard deviation over the draws of Z(u), u the best
    feasible shot of the final sample (Z = 0 without one); the same with suffix _lsap for the exact optimum at H = 1 and
    _expected for that of the mean rates over the draws; perfect: mean over the draws of the optimum of each.
    """
    rows: dict[str, list[float]] = {}
    for unit in units:
        still = replicate(params, streams, unit, fading=False)
        runs = solve(
            still,
            setting(params),
            algorithm=streams.rng("algorithm", unit),
            shots=streams.rng("shots", unit),
            watch=False,
        )
        agents, stations = still.weights.shape[-2:]
        coded = encoding(cast("str", params["encoding"]), agents, stations)
        strings = np.array([run.out_string for run in runs])
        weights = _faded_weights(params, still, streams.rng("instance", unit, stream=STREAM))
        chosen = {
            "": np.where(strings[:, None] < 0, -1, coded.decode(np.maximum(strings, 0))[0]),
            "_lsap": solution(still.weights, still.capacity).assignment,
            "_expected": solution(weights.mean(axis=0), still.capacity).assignment,
        }
        row = {"perfect": float(np.mean([best(w, still.capacity).mean() for w in weights]))}
        for suffix, choices in chosen.items():
            z = _scores(weights, still.capacity, choices)
            row |= {f"mean_rate{suffix}": float(z.mean()), f"sd_rate{suffix}": float(z.std(axis=0, ddof=1).mean())}
        for name, value in row.items():
            rows.setdefault(name, []).append(value)
    return {name: np.array(values) for name, values in rows.items()}


def _faded_weights(params: Params, still: Instances, rng: np.random.Generator) -> FloatArray:
    """Return w (draws, B, I, J) under fresh fading."""
    p = physics(params, fading=True, thz_fading=cast("bool", params["thz_fading"]))
    networks = [still.network.refaded(rng) for _ in range(cast("int", params["draws"]))]
    return np.stack([weighted_rates(rates(network, p), network.is_thz, p) for network in networks])


def _scores(weights: FloatArray, capacity: IntArray, choices: IntArray) -> FloatArray:
    """Return Z (draws, B) of choices (B, I); 0 for an instance whose choices are -1."""
    valid = (choices >= 0).all(axis=-1)
    z = [sum_rate(w, capacity, np.maximum(choices, 0)[:, None, :])[:, 0] for w in weights]
    return np.where(valid, np.stack(z), 0.0)
