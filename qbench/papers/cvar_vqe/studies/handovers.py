"""How often the best BS changes when vehicles move (beside C31, which the paper gives no process for).

An ablation without a verdict: one step of 25 m along the road, fresh fading, and the exact optimum before and after.
`python -m qbench.papers.cvar_vqe.studies.handovers` prints it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np

from qbench.papers.cvar_vqe.instances import PHYSICS, physics, solution
from qbench.papers.cvar_vqe.system import capacities, draw_network, rates, weighted_rates
from qbench.radio import spawn

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray
    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.cvar_vqe.geometry import Network
    from qbench.papers.cvar_vqe.system import Parameters


def handovers(params: Params, streams: Streams, units: range) -> Columns:
    """Share of vehicles whose BS in the optimum changes over one step, against the number of BSs, nested.

    Params: PHYSICS, `agents`, `instances`, `first` and `last` J, `step_m`. Columns, replicate means for J in
    first..last: changed_J, with Eq. (4)'s penalty always paid; changed_charged_J, with the penalty of the second
    optimum paid only on a change of BS.
    """
    p = physics(params)
    agents, instances = cast("int", params["agents"]), cast("int", params["instances"])
    first, last = cast("int", params["first"]), cast("int", params["last"])
    rows: dict[str, list[float]] = {}
    for unit in units:
        draw_rng, fading_rng = spawn(streams.rng("instance", unit), 2)
        before = draw_network(draw_rng, batch=instances, agents=agents, stations=last, parameters=p)
        after = moved(before, cast("float", params["step_m"]), p).refaded(fading_rng)
        for j in range(first, last + 1):
            old, new = before.first(stations=j), after.first(stations=j)
            was = _choices(old, p)
            rows.setdefault(f"changed_{j}", []).append(float((was != _choices(new, p)).mean()))
            rows.setdefault(f"changed_charged_{j}", []).append(float((was != _choices(new, p, was)).mean()))
    return {name: np.array(values) for name, values in rows.items()}


def moved(network: Network, step_m: float, parameters: Parameters) -> Network:
    """Return the network with every vehicle `step_m` metres further along the road, which is closed to a ring."""
    x = np.mod(network.agent_xy[..., 0] + step_m, parameters.road_length_m)
    return replace(network, agent_xy=np.stack([x, network.agent_xy[..., 1]], axis=-1))


def _choices(network: Network, parameters: Parameters, previous: IntArray | None = None) -> IntArray:
    """Return the optimal BS of every vehicle (B, I), in the order drawn."""
    rate: FloatArray = rates(network, parameters)
    weights = weighted_rates(rate, network.is_thz, parameters, previous=previous)
    return solution(weights, capacities(network.is_thz, parameters)).assignment


class _Draws:
    """Random streams of the table's own."""

    def rng(self, axis: str, unit: int, stream: str | None = None) -> np.random.Generator:  # noqa: ARG002
        return np.random.default_rng((20_261_121, unit))


ABLATION = {**PHYSICS, "agents": 4, "instances": 250, "first": 2, "last": 8, "step_m": 25.0}


def main(replicates: int = 20) -> None:
    """Print the mean share, and its standard error over replicates, against the number of BSs."""
    columns = handovers(ABLATION, _Draws(), range(replicates))
    print("BSs  share of vehicles that change BS   the same, penalty paid on a change only")
    for j in range(2, 9):
        cells = []
        for name in (f"changed_{j}", f"changed_charged_{j}"):
            values = columns[name]
            cells.append(f"{values.mean():.3f} +- {values.std(ddof=1) / np.sqrt(len(values)):.3f}")
        print(f"{j:>3}  {cells[0]:<34}  {cells[1]}")


if __name__ == "__main__":
    main()
