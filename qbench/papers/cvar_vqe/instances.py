"""The networks of one replicate, and what every method is told about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qbench.assignment import Budget, Hungarian, OccupancyAssignment, OccupancyVectors
from qbench.papers.cvar_vqe.system import (
    Network,
    Parameters,
    capacities,
    draw_network,
    rate_of_sinr,
    sinr,
    weighted_rates,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench._arrays import FloatArray, IntArray
    from qbench.assignment import Solution
    from qbench.papers._study import Params, Streams

PHYSICS: Mapping[str, Any] = {
    "geometry": "highway",
    "alignment_probability": 1 / 144,
    "rf_bandwidth_hz": 1.0,
    "thz_bandwidth_hz": 1.0,
    "rf_handoff_penalty": 0.1,
    "thz_handoff_penalty": 0.3,
    "rf_capacity": 10,
    "thz_capacity": 5,
}
"""The fields of `Parameters` that readings change, with the values of the main reading."""

SIZE: Mapping[str, Any] = {"agents": 4, "stations": 4, "instances": 25}
"""What `replicate` reads beside them: I, J, and how many networks a replicate holds."""

DRAWN = 10_000
"""Training networks drawn for a replicate; a smaller training set is the first of them."""


def training_stream(agents: int, stations: int) -> str:
    """Return the stream from which training sets of one size are drawn; no other study draws from it."""
    return f"cvar_vqe/train/{agents}x{stations}"


@dataclass(frozen=True, eq=False)
class Instances:
    """B networks of I AVs and J BSs, RF first.

    Attributes:
        network: places and fading gains.
        sinr: s_ij (B, I, J), power ratios.
        weights: w_ij = (1 - mu_j) R_ij (B, I, J), bit/s/Hz where the bandwidths are 1.
        capacity: Q_j (J,).
        optimum: max Z of problem P, Eq. (5), (B,), exact.
    """

    network: Network
    sinr: FloatArray
    weights: FloatArray
    capacity: IntArray
    optimum: FloatArray

    @property
    def problem(self) -> OccupancyAssignment:
        """Problem P, Eq. (5)."""
        return OccupancyAssignment(self.weights, self.capacity)


def physics(params: Params, **fixed: bool) -> Parameters:
    """Return the network's parameters that a study's params name; `fixed` sets further fields of `Parameters`."""
    named: dict[str, Any] = {name: params[name] for name in PHYSICS if name in params}
    return Parameters(**named, **cast("dict[str, Any]", fixed))


def replicate(params: Params, streams: Streams, unit: int, **fixed: bool) -> Instances:
    """Return the networks of one replicate: the same for every method, nested in I and J."""
    p = physics(params, **fixed)
    network = draw_network(
        streams.rng("instance", unit),
        batch=cast("int", params["instances"]),
        agents=cast("int", params["agents"]),
        stations=cast("int", params["stations"]),
        parameters=p,
    )
    return instances(network, p)


def instances(network: Network, parameters: Parameters) -> Instances:
    """Return a network with its rates and optimum, RF stations first."""
    sorted_network = network.rf_first()
    s = sinr(sorted_network, parameters)
    rate = rate_of_sinr(s, sorted_network.is_thz, parameters)
    weights = weighted_rates(rate, sorted_network.is_thz, parameters)
    capacity = capacities(sorted_network.is_thz, parameters)
    return Instances(sorted_network, s, weights, capacity, best(weights, capacity))


def solution(weights: FloatArray, capacity: IntArray) -> Solution:
    """Return the exact optimum of problem P, Eq. (5), for weights (B, I, J) and capacities (J,).

    Hungarian where I <= J (an optimal association is then a matching), otherwise one linear assignment for every
    occupancy vector. Both are exact; enumeration and mixed-integer programming agree in the tests.
    """
    solver = Hungarian() if weights.shape[-2] <= weights.shape[-1] else OccupancyVectors()
    problem = OccupancyAssignment(weights, capacity)
    return solver.solve(problem, Budget(), np.random.default_rng(0))  # both draw nothing


def best(weights: FloatArray, capacity: IntArray) -> FloatArray:
    """Return the value of `solution` per instance (B,), in the unit of the weights."""
    return solution(weights, capacity).value


def optimum(network: Network, parameters: Parameters) -> FloatArray:
    """Return the exact optimum of every instance of a network (B,), in bit/s/Hz."""
    rate = rate_of_sinr(sinr(network, parameters), network.is_thz, parameters)
    weights = weighted_rates(rate, network.is_thz, parameters)
    return best(weights, capacities(network.is_thz, parameters))


def scaled(row: Mapping[str, float], instances: Instances) -> dict[str, float]:
    """Return every rate of a row divided by I (_per_vehicle), and by the mean optimum (_share)."""
    agents, optimum = instances.weights.shape[-2], float(instances.optimum.mean())
    per_vehicle = {f"{name}_per_vehicle": value / agents for name, value in row.items()}
    return per_vehicle | {f"{name}_share": value / optimum for name, value in row.items()}
