"""The studies of cvar_vqe against brute force and closed forms."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qbench.evidence.streams import Streams
from qbench.papers.cvar_vqe import certificates, instances
from qbench.papers.cvar_vqe.studies import estimators, stations
from qbench.papers.cvar_vqe.system import Parameters, capacities, draw_network, rates, sum_rate, weighted_rates

STATIONS = {
    **instances.PHYSICS,
    "agents": 4,
    "instances": 6,
    "first": 2,
    "last": 8,
}
ESTIMATORS = {"alpha": 0.25, "least": 6, "most": 8, "samples": 50}


def brute_force(network, parameters) -> np.ndarray:
    """Return the optimum by trying every association, with Eq. (4) as printed and C2 checked by counting."""
    weights = weighted_rates(rates(network, parameters), network.is_thz, parameters)
    limits = capacities(network.is_thz, parameters)
    strings = np.array(list(itertools.product(range(network.stations), repeat=network.agents)))
    counts = (strings[..., None] == np.arange(network.stations)).sum(axis=1)
    allowed = strings[(counts <= limits).all(axis=1)]
    return sum_rate(weights, limits, np.broadcast_to(allowed, (*network.batch, *allowed.shape))).max(axis=-1)


@pytest.mark.parametrize("count", [2, 3, 4, 6])
@pytest.mark.parametrize("changes", [{}, {"geometry": "disc"}, {"rf_capacity": 2, "thz_capacity": 2}])
def test_optimum_is_the_best_of_all_associations(count: int, changes: dict) -> None:
    parameters = Parameters(**changes)
    rng = np.random.default_rng(3)
    network = draw_network(rng, batch=5, agents=4, stations=count, parameters=parameters)
    np.testing.assert_allclose(instances.optimum(network, parameters), brute_force(network, parameters), rtol=1e-12)


def test_stations_columns_are_differences_of_the_rates() -> None:
    columns = stations.stations_exact(STATIONS, Streams("test"), range(2))
    assert {len(c) for c in columns.values()} == {2}
    for suffix, scale in (("", 1.0), ("_per_bs", 1.0)):
        rate = {j: columns[f"rate{suffix}_{j}"] * scale for j in range(2, 9)}
        for j in range(3, 9):
            np.testing.assert_allclose(columns[f"step{suffix}_{j}"], rate[j] - rate[j - 1], atol=1e-14)
        excess = (rate[8] - rate[4]) / 4 - (rate[4] - rate[2]) / 2
        np.testing.assert_allclose(columns[f"excess{suffix}"], excess, atol=1e-14)
    np.testing.assert_allclose(columns["rate_6"] * 4, columns["rate_per_bs_6"] * 6)


def test_stations_units_are_independent_of_the_block() -> None:
    together = stations.stations_exact(STATIONS, Streams("test"), range(3))
    apart = [stations.stations_exact(STATIONS, Streams("test"), range(u, u + 1)) for u in range(3)]
    for name, values in together.items():
        assert values.tolist() == [float(a[name][0]) for a in apart]


def test_stress_starts_where_four_vehicles_fit() -> None:
    stress = {**STATIONS, "rf_capacity": 2, "thz_capacity": 1}
    columns = stations.stations_exact({**stress, "first": 3}, Streams("test"), range(1))
    assert "rate_2" not in columns
    with pytest.raises(ValueError, match="capacity"):
        stations.stations_exact(stress, Streams("test"), range(1))


def test_first_and_last_must_lie_around_four() -> None:
    with pytest.raises(ValueError, match="first must be below 4 and last above it, got 4 and 8"):
        stations.stations_exact({**STATIONS, "first": 4}, Streams("test"), range(1))


def test_handoff_penalty_lowers_the_rate_and_only_the_penalty_differs() -> None:
    base = stations.stations_exact(STATIONS, Streams("test"), range(1))
    free = stations.stations_exact(
        {**STATIONS, "rf_handoff_penalty": 0.0, "thz_handoff_penalty": 0.0}, Streams("test"), range(1)
    )
    assert 0.7 * free["rate_4"][0] <= base["rate_4"][0] < free["rate_4"][0]


def test_normal_cvar_is_the_integral_of_the_quantile() -> None:
    from scipy.integrate import quad
    from scipy.stats import norm

    for alpha in (0.05, 0.25, 1.0):
        integral = quad(norm.ppf, 0, alpha)[0] / alpha
        assert estimators.normal_cvar(alpha) == pytest.approx(integral, abs=1e-6)


def test_slope_of_a_power_law() -> None:
    x = np.log(2.0 ** np.arange(6, 15))
    assert estimators.slope(x, 3.0 - 0.5 * x) == pytest.approx(-0.5, abs=1e-12)


def test_estimators_give_a_slope_a_unit_for_every_law_and_target() -> None:
    columns = estimators.estimators(ESTIMATORS, Streams("test"), range(2))
    assert set(columns) == {f"{what}_{law}" for what in ("mean", "cvar", "literal") for law in ("normal", "atoms")} | {
        "cvar_gap",
        "literal_gap",
    }
    again = estimators.estimators(ESTIMATORS, Streams("test"), range(1, 2))
    for name, values in columns.items():
        assert values[1] == again[name][0]


def test_certificates_give_the_published_counterexamples() -> None:
    third = certificates.third_difference({}, None, range(1))
    assert third["third_difference"][0] == 2.0
    assert [third[f"z_{b}"][0] for b in ("000", "100", "110", "101", "111", "011")] == [0, 6, 3, 3, 2, 0]
    ising = certificates.ising_form({}, None, range(1))
    assert (ising["strings"][0], ising["ground_states"][0], ising["failures"][0]) == (10, 2, 12)
    assert (ising["energy_of_solution"][0], ising["energy_of_printed_ground_state"][0]) == (-2, 2)
    penalty = certificates.printed_penalty({}, None, range(1))
    assert (penalty["energy"][0], penalty["corrected_energy"][0]) == (-19, -11)
    assert (penalty["violations"][0], penalty["corrected_violations"][0]) == (1, 0)
    size = certificates.qubit_count({}, None, range(1))
    assert (size["qubits"][0], size["unreachable"][0]) == (16, 4)


def test_witnesses_say_the_counterexample() -> None:
    said = {
        "third_difference": "third difference 2, but 0 for every quadratic",
        "ising_form": "least at x=111, where E=2, the maximum; the minimum of E is -2",
        "printed_penalty": "least (-19) at u=(10,10)",
        "qubit_count": "4 of the sizes 2, 3, 4, 5, 6",
    }
    for study, words in said.items():
        columns = getattr(certificates, study)({}, None, range(1))
        assert words in getattr(certificates, f"{study}_witness")(columns)


def test_variance_study_counts_every_law_once() -> None:
    columns = certificates.variance_bound({"shots": 2}, None, range(1))
    # Per middle energy C(14, 2) - 3 laws with two atoms or more, and (K, m) = (1, 1), (2, 1), (2, 2).
    assert columns["tried"][0] == 3 * (91 - 3) * 3
    assert columns["violations"][0] == 0
    # Two equal atoms at the ends of the range, K = 1: the bound is attained.
    assert columns["largest"][0] == 0.25


def test_basis_states_costs_are_those_of_the_largest_circuit() -> None:
    costs = certificates.basis_states_costs({"qubits": 4, "depth": 3})
    assert costs == {"qubits": 4, "two_qubit_gates": 18, "depth": costs["depth"], "parameters": 16}
    deviation = certificates.basis_states({"qubits": 3, "depth": 1}, None, range(1))
    assert deviation["tried"][0] == (2 + 4 + 8) * 2 * 3
    assert deviation["deviation"][0] <= 1e-12
