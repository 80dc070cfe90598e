"""The exact optimum against the number of BSs (Fig. 4e)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from qbench.papers.cvar_vqe.instances import optimum, physics
from qbench.papers.cvar_vqe.system import draw_network

if TYPE_CHECKING:
    from qbench.papers._study import Columns, Params, Streams


def stations_exact(params: Params, streams: Streams, units: range) -> Columns:
    """Rate against the number of BSs, exact optimum (Fig. 4e): replicates of fresh networks, nested in J.

    Params: the fields of PHYSICS; `agents` I; `instances` a replicate; `first` and `last` J. Columns, replicate means
    in bit/s/Hz: rate_J = Opt/I for J in first..last; step_J = rate_J - rate_{J-1}; excess = mean step over 5..last less
    mean step over first+1..4; the same of Opt/J with the suffix _per_bs (rate_per_bs_J, ...).
    """
    p = physics(params)
    agents, instances = cast("int", params["agents"]), cast("int", params["instances"])
    first, last = cast("int", params["first"]), cast("int", params["last"])
    if not 1 <= first < 4 < last:
        raise ValueError(f"first must be below 4 and last above it, got {first} and {last}")
    rows: dict[str, list[float]] = {}
    for unit in units:
        rng = streams.rng("instance", unit)
        network = draw_network(rng, batch=instances, agents=agents, stations=last, parameters=p)
        # The mean over instances is linear, so steps of replicate means are replicate means of steps.
        best = {j: float(optimum(network.first(stations=j), p).mean()) for j in range(first, last + 1)}
        for suffix, scale in (("", dict.fromkeys(best, agents)), ("_per_bs", {j: j for j in best})):
            rate = {j: best[j] / scale[j] for j in best}
            values = {f"rate{suffix}_{j}": rate[j] for j in rate}
            values |= {f"step{suffix}_{j}": rate[j] - rate[j - 1] for j in range(first + 1, last + 1)}
            late, early = (rate[last] - rate[4]) / (last - 4), (rate[4] - rate[first]) / (4 - first)
            values[f"excess{suffix}"] = late - early
            for name, value in values.items():
                rows.setdefault(name, []).append(value)
    return {name: np.array(values) for name, values in rows.items()}
