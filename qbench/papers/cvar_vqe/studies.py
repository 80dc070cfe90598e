"""What is measured, by sampling, for the claims of the paper: functions (params, streams, units) -> columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qbench.assignment import Budget, Hungarian, OccupancyAssignment, OccupancyVectors
from qbench.papers.cvar_vqe.objective import conditional_mean_below_quantile
from qbench.papers.cvar_vqe.system import Parameters, capacities, draw_network, rates, weighted_rates
from qbench.quantum.cvar import cvar, cvar_of_counts, cvar_of_samples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.cvar_vqe.geometry import Network

PHYSICS: Mapping[str, Any] = {
    "geometry": "highway",
    "rf_handoff_penalty": 0.1,
    "thz_handoff_penalty": 0.3,
    "rf_capacity": 10,
    "thz_capacity": 5,
}
"""The fields of `Parameters` that readings of these studies change, with the values of the main reading."""


def physics(params: Params) -> Parameters:
    """Return the network's parameters that a study's params name."""
    return Parameters(**{name: cast("Any", params[name]) for name in PHYSICS})


def optimum(network: Network, parameters: Parameters, rng: np.random.Generator) -> FloatArray:
    """Return the exact optimum of problem P, Eq. (5), per instance (B,), in bit/s/Hz.

    Hungarian where I <= J (an optimal association is then a matching), otherwise one linear assignment for every
    occupancy vector. Both are exact; enumeration agrees in the tests.
    """
    weights = weighted_rates(rates(network, parameters), network.is_thz, parameters)
    problem = OccupancyAssignment(weights, capacities(network.is_thz, parameters))
    solver = Hungarian() if network.agents <= network.stations else OccupancyVectors()
    return solver.solve(problem, Budget(), rng).value


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
        best = {j: float(optimum(network.first(stations=j), p, rng).mean()) for j in range(first, last + 1)}
        for suffix, scale in (("", dict.fromkeys(best, agents)), ("_per_bs", {j: j for j in best})):
            rate = {j: best[j] / scale[j] for j in best}
            values = {f"rate{suffix}_{j}": rate[j] for j in rate}
            values |= {f"step{suffix}_{j}": rate[j] - rate[j - 1] for j in range(first + 1, last + 1)}
            late, early = (rate[last] - rate[4]) / (last - 4), (rate[4] - rate[first]) / (4 - first)
            values[f"excess{suffix}"] = late - early
            for name, value in values.items():
                rows.setdefault(name, []).append(value)
    return {name: np.array(values) for name, values in rows.items()}


ATOMS = np.arange(5.0)
"""Five equally likely energies."""

GAP = (np.array([-2.0, -1.0]), np.array([0.6, 0.4]), 0.8)
"""Energies, probabilities and alpha of a law on which the printed Eq. (16) is not what Eq. (15) converges to.

Conditional mean -1.6, printed integral form -2.0, true CVaR -1.75.
"""


def estimators(params: Params, streams: Streams, units: range) -> Columns:
    """Slope of log RMSE against log K of the estimators (13) and (15).

    Params: `alpha`; `least` and `most`, K = 2^least..2^most; `samples` repetitions a K. Columns, one slope a replicate:
    mean_* of Eq. (13) to the mean; cvar_* of Eq. (15) to the CVaR with its boundary atom split; literal_* of Eq. (15)
    to the printed conditional form of Eq. (16). Laws: *_normal, *_atoms, and *_gap (see GAP; at its own alpha).
    """
    alpha, samples = cast("float", params["alpha"]), cast("int", params["samples"])
    shots = 2 ** np.arange(cast("int", params["least"]), cast("int", params["most"]) + 1)
    equal = np.full(len(ATOMS), 1.0 / len(ATOMS))
    gap_energies, gap_probabilities, gap_alpha = GAP
    target = {
        "mean_normal": 0.0,
        "cvar_normal": normal_cvar(alpha),
        # The conditional form is right for a continuous law: both readings share this target.
        "literal_normal": normal_cvar(alpha),
        "mean_atoms": float(ATOMS.mean()),
        "cvar_atoms": float(cvar(ATOMS, equal, alpha)[0]),
        "literal_atoms": float(conditional_mean_below_quantile(ATOMS, equal, alpha)),
        "cvar_gap": float(cvar(gap_energies, gap_probabilities, gap_alpha)[0]),
        "literal_gap": float(conditional_mean_below_quantile(gap_energies, gap_probabilities, gap_alpha)),
    }
    slopes: dict[str, list[float]] = {name: [] for name in target}
    for unit in units:
        rng = streams.rng("shots", unit)
        rmse: dict[str, list[float]] = {name: [] for name in target}
        for k in shots.tolist():
            normal = rng.normal(size=(samples, k))
            atoms = rng.multinomial(k, equal, size=samples)
            gap = rng.multinomial(k, gap_probabilities, size=samples)
            estimate = {
                "mean_normal": normal.mean(axis=-1),
                "cvar_normal": cvar_of_samples(normal, alpha),
                "mean_atoms": atoms @ ATOMS / k,
                "cvar_atoms": cvar_of_counts(ATOMS, atoms, alpha),
                "cvar_gap": cvar_of_counts(gap_energies, gap, gap_alpha),
            }
            for name, value in target.items():
                errors = estimate[name.replace("literal", "cvar")] - value
                rmse[name].append(float(np.sqrt(np.mean(errors**2))))
        for name, of_shots in rmse.items():
            slopes[name].append(slope(np.log(shots), np.log(of_shots)))
    return {name: np.array(values) for name, values in slopes.items()}


def normal_cvar(alpha: float) -> float:
    """Return the CVaR of the standard normal law's lower tail, -phi(z)/alpha with z its alpha quantile."""
    from scipy.special import ndtri

    z = float(ndtri(alpha))
    return float(-np.exp(-z * z / 2.0) / np.sqrt(2.0 * np.pi) / alpha)


def slope(x: FloatArray, y: FloatArray) -> float:
    """Return the least-squares slope of y against x."""
    centred = x - x.mean()
    return float((centred * (y - y.mean())).sum() / (centred**2).sum())
