"""The network model against an independent reference, and its exact properties."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qbench.papers.cvar_vqe.system import (
    Network,
    Parameters,
    capacities,
    draw_network,
    link_distances,
    rates,
    sinr,
    sum_rate,
    weighted_rates,
)
from qbench.radio import rate_from_sinr, spectral_efficiency
from tests.oracles import cvar_vqe_system_reference as reference

exact = settings(deadline=None, max_examples=50)

# Two float evaluations of one formula; exp(-K r) carries the rounding of K r <= 250, some 1e-13.
CLOSE = {"rtol": 1e-12, "atol": 0.0}


def between(lo, hi):
    return st.floats(lo, hi, allow_nan=False, allow_subnormal=False)


PLACES = st.tuples(between(-200.0, 1200.0), between(-100.0, 100.0))
GAINS = st.just(0.0) | between(1e-6, 20.0)


@st.composite
def networks(draw, bands=None, min_stations=1, gains=GAINS):
    agents = draw(st.integers(1, 4))
    is_thz = draw(st.lists(st.booleans() if bands is None else st.just(bands), min_size=min_stations, max_size=5))
    stations = len(is_thz)
    xy = draw(st.lists(PLACES, min_size=agents + stations, max_size=agents + stations))
    h = draw(st.lists(gains, min_size=agents * stations, max_size=agents * stations))
    return Network(
        np.array(xy[:agents])[np.newaxis],
        np.array(xy[agents:])[np.newaxis],
        np.array(is_thz),
        np.array(h).reshape(1, agents, stations),
    )


@st.composite
def parameters(draw, **fixed):
    options = {
        "rf_frequency_hz": draw(between(1e8, 1e10)),
        "thz_frequency_hz": draw(between(1e11, 1e13)),
        "rf_path_loss_exponent": draw(between(0.0, 5.0)),
        "absorption_per_m": draw(st.sampled_from([0.0, 0.05]) | between(1e-4, 0.1)),
        "transmit_power_w": draw(between(1e-3, 1e2)),
        "noise_power_w": draw(between(1e-13, 1e-6)),
        "rf_gain_db": draw(between(-10.0, 10.0)),
        "thz_gain_db": draw(between(0.0, 40.0)),
        "rf_height_m": draw(between(1.0, 30.0)),
        "thz_height_m": draw(between(1.0, 30.0)),
        "rf_bandwidth_hz": draw(st.sampled_from([1.0, 40e6])),
        "thz_bandwidth_hz": draw(st.sampled_from([1.0, 500e6])),
        "alignment_probability": draw(st.sampled_from([0.0, 1 / 144, 1.0]) | between(1e-3, 1.0)),
        "rf_handoff_penalty": draw(between(0.0, 1.0)),
        "thz_handoff_penalty": draw(between(0.0, 1.0)),
        "rf_capacity": draw(st.integers(1, 10)),
        "thz_capacity": draw(st.integers(1, 5)),
        "sinr_threshold_db": draw(st.none() | between(-40.0, 40.0)),
        "fading": draw(st.booleans()),
        "thz_fading": draw(st.booleans()),
        "molecular_noise": draw(st.booleans()),
    }
    return Parameters(**(options | fixed))


def constants(p):
    return reference.Constants(
        f_rf=p.rf_frequency_hz,
        f_thz=p.thz_frequency_hz,
        rho=p.rf_path_loss_exponent,
        k_a=p.absorption_per_m,
        power=p.transmit_power_w,
        n0=p.noise_power_w,
        gain_rf_db=p.rf_gain_db,
        gain_thz_db=p.thz_gain_db,
        height_rf=p.rf_height_m,
        height_thz=p.thz_height_m,
        w_rf=p.rf_bandwidth_hz,
        w_thz=p.thz_bandwidth_hz,
        q=p.alignment_probability,
        mu_rf=p.rf_handoff_penalty,
        mu_thz=p.thz_handoff_penalty,
        q_rf=p.rf_capacity,
        q_thz=p.thz_capacity,
        gamma_th_db=p.sinr_threshold_db,
        fading=p.fading,
        thz_fading=p.thz_fading,
        molecular=p.molecular_noise,
    )


def as_lists(network):
    return (
        network.agent_xy[0].tolist(),
        network.station_xy[0].tolist(),
        network.is_thz.tolist(),
        network.fading[0].tolist(),
    )


def choices(data, agents, stations):
    return np.array(data.draw(st.lists(st.integers(0, stations - 1), min_size=agents, max_size=agents)))


# --- the reference ---


@exact
@given(networks(), parameters(), st.data())
def test_the_model_is_the_reference(network, p, data):
    k, lists = constants(p), as_lists(network)
    s = sinr(network, p)
    np.testing.assert_allclose(s[0], reference.sinr(*lists, k), **CLOSE)
    if p.sinr_threshold_db is not None:
        assume((np.abs(s / 10 ** (p.sinr_threshold_db / 10) - 1) > 1e-9).all())
    r = rates(network, p)
    expected = reference.rates(*lists, k)
    np.testing.assert_allclose(r[0], expected, **CLOSE)

    choice = choices(data, network.agents, network.stations)
    u = [[int(j == at) for j in range(network.stations)] for at in choice.tolist()]
    z = sum_rate(weighted_rates(r, network.is_thz, p), capacities(network.is_thz, p), choice[np.newaxis])
    np.testing.assert_allclose(z[0, 0], reference.objective(expected, lists[2], u, k), **CLOSE)


@exact
@given(
    st.integers(0, 2**32),
    st.integers(1, 5),
    st.sampled_from(["highway", "disc"]),
    st.tuples(st.integers(1, 5), st.integers(1, 6)),
    st.tuples(st.integers(0, 3), st.integers(0, 3)),
    parameters(),
)
def test_nested_draws_give_nested_links(seed, batch, geometry, size, more, p):
    p = replace(p, geometry=geometry)

    def draw(agents, stations):
        return draw_network(np.random.default_rng(seed), batch=batch, agents=agents, stations=stations, parameters=p)

    small, large = draw(*size), draw(size[0] + more[0], size[1] + more[1])
    cut = large.first(*size)
    for name in ("agent_xy", "station_xy", "is_thz", "fading"):
        np.testing.assert_array_equal(getattr(small, name), getattr(cut, name))
    np.testing.assert_array_equal(sinr(small, p), sinr(cut, p))
    # Further vehicles change nothing; further stations may, they disturb.
    np.testing.assert_array_equal(sinr(large.first(stations=size[1]), p)[:, : size[0]], sinr(small, p))


@exact
@given(st.integers(0, 2**32), st.integers(2, 4), parameters())
def test_a_batch_is_its_networks(seed, batch, p):
    network = draw_network(np.random.default_rng(seed), batch=batch, agents=3, stations=4, parameters=p)
    whole = sinr(network, p)
    for b in range(batch):
        one = Network(network.agent_xy[b], network.station_xy[b], network.is_thz, network.fading[b])
        np.testing.assert_array_equal(sinr(one, p), whole[b])


# --- SINR ---


@exact
@given(networks(), parameters(), between(0.0, 1e-6), between(0.0, 1.0))
def test_sinr_falls_with_noise_and_with_aligned_interference(network, p, more_noise, other_q):
    s = sinr(network, p)
    assert (s >= 0).all()
    assert (sinr(network, replace(p, noise_power_w=p.noise_power_w + more_noise)) <= s).all()

    q = sorted([p.alignment_probability, other_q])
    low, high = (sinr(network, replace(p, alignment_probability=x)) for x in q)
    assert (high <= low).all()
    np.testing.assert_array_equal(low[..., ~network.is_thz], high[..., ~network.is_thz])


@exact
@given(networks(), parameters(), st.data(), between(1.0, 100.0))
def test_sinr_falls_with_the_length_of_its_own_link(network, p, data, step):
    i = data.draw(st.integers(0, network.agents - 1))
    j = data.draw(st.integers(0, network.stations - 1))
    offset = network.station_xy[0, j] - network.agent_xy[0, i]
    length = np.hypot(*offset)
    places = network.station_xy.copy()
    places[0, j] += step * (offset / length if length > 1e-3 else np.array([1.0, 0.0]))
    farther = replace(network, station_xy=places)
    assert link_distances(farther, p)[0, i, j] > link_distances(network, p)[0, i, j]
    near, far = sinr(network, p)[0, i, j], sinr(farther, p)[0, i, j]
    assert far <= near * (1 + 1e-12)
    if near > 1e-12 and (network.is_thz[j] or p.rf_path_loss_exponent > 0.01):
        assert far < near


@exact
@given(networks(), parameters(), between(1.0, 50.0))
def test_sinr_of_an_undisturbed_link_falls_with_height(network, p, step):
    taller = replace(p, rf_height_m=p.rf_height_m + step, thz_height_m=p.thz_height_m + step)
    for j in range(network.stations):
        alone = replace(
            network,
            station_xy=network.station_xy[:, j : j + 1],
            is_thz=network.is_thz[j : j + 1],
            fading=network.fading[..., j : j + 1],
        )
        low, high = sinr(alone, p), sinr(alone, taller)
        assert (high <= low * (1 + 1e-12)).all()
        if network.is_thz[j] or p.rf_path_loss_exponent > 0.01:
            assert (high < low)[low > 1e-12].all()


@exact
@given(networks(), parameters(alignment_probability=0.0), between(0.0, 0.1))
def test_sinr_without_aligned_interference_falls_with_absorption(network, p, more):
    s = sinr(network, p)
    denser = sinr(network, replace(p, absorption_per_m=p.absorption_per_m + more))
    assert (denser <= s * (1 + 1e-12)).all()
    np.testing.assert_array_equal(denser[..., ~network.is_thz], s[..., ~network.is_thz])


def test_absorption_can_raise_the_sinr_where_interferers_are_absorbed_more():
    # The reason why the last property asks for q = 0: signal at 13 m, interferer at 60 m.
    network = Network(
        np.zeros((1, 1, 2)), np.array([[[12.0, 0.0], [60.0, 0.0]]]), np.array([True, True]), np.ones((1, 1, 2))
    )
    p = Parameters(alignment_probability=1.0, noise_power_w=1e-15)
    denser = replace(p, absorption_per_m=0.1)
    assert sinr(network, denser)[0, 0, 0] > 2 * sinr(network, p)[0, 0, 0]


@exact
@given(networks(), parameters(), st.data())
def test_rf_links_do_not_see_thz_stations(network, p, data):
    elsewhere = data.draw(st.lists(PLACES, min_size=network.stations, max_size=network.stations))
    places = np.where(network.is_thz[:, np.newaxis], np.array(elsewhere), network.station_xy)
    moved = sinr(replace(network, station_xy=places), p)
    np.testing.assert_array_equal(moved[..., ~network.is_thz], sinr(network, p)[..., ~network.is_thz])


@exact
@given(networks(), parameters(), st.integers(-20, 20), between(0.01, 100.0))
def test_scaling_power_and_noise_together_changes_nothing(network, p, exponent, factor):
    s = sinr(network, p)
    for c, same in ((2.0**exponent, np.testing.assert_array_equal), (factor, np.testing.assert_allclose)):
        scaled = replace(p, transmit_power_w=c * p.transmit_power_w, noise_power_w=c * p.noise_power_w)
        same(sinr(network, scaled), s, **({} if same is np.testing.assert_array_equal else CLOSE))


@exact
@given(networks(bands=True), parameters(alignment_probability=0.0, molecular_noise=False))
def test_without_alignment_a_thz_link_has_its_snr(network, p):
    s = sinr(network, p)
    for j in range(network.stations):
        alone = Network(
            network.agent_xy, network.station_xy[:, j : j + 1], network.is_thz[:1], network.fading[..., j : j + 1]
        )
        np.testing.assert_array_equal(sinr(alone, p)[..., 0], s[..., j])


@exact
@given(between(0.0, 1000.0), parameters(noise_power_w=0.0, fading=False))
def test_two_equal_rf_stations_without_noise_have_sinr_1(distance, p):
    network = Network(
        np.zeros((1, 1, 2)), np.array([[[distance, 0.0], [0.0, -distance]]]), np.zeros(2, bool), np.ones((1, 1, 2))
    )
    assert sinr(network, p).tolist() == [[[1.0, 1.0]]]


@exact
@given(networks(), parameters())
def test_shares_of_the_rf_power_add_up_to_at_most_1(network, p):
    s = sinr(network, p)[..., ~network.is_thz]
    assert (np.sum(s / (1 + s), axis=-1) <= 1 + 1e-12).all()


@exact
@given(networks(bands=False, min_stations=2, gains=between(1e-6, 20.0)), parameters(noise_power_w=0.0))
def test_shares_of_the_rf_power_add_up_to_1_without_noise(network, p):
    s = sinr(network, p)
    np.testing.assert_allclose(np.sum(s / (1 + s), axis=-1), 1.0, **CLOSE)


# --- rates ---


@exact
@given(st.lists(between(0.0, 1e12), min_size=1, max_size=20), between(0.0, 1e9), between(0.0, 1e9))
def test_rates_are_monotone_in_sinr_and_linear_in_bandwidth(values, one, other):
    s = np.sort(np.array(values))
    efficiency = spectral_efficiency(s)
    assert (efficiency >= 0).all()
    assert (efficiency[1:] >= efficiency[:-1] * (1 - 1e-15)).all()
    np.testing.assert_allclose(
        rate_from_sinr(s, one + other), rate_from_sinr(s, one) + rate_from_sinr(s, other), **CLOSE
    )


# --- the objective ---

VALUES = st.just(0.0) | between(1e-6, 50.0)


@st.composite
def problems(draw):
    """Rates (I, J), capacities, penalties and k candidate associations, feasible or not."""
    agents, stations, k = draw(st.integers(1, 5)), draw(st.integers(1, 4)), draw(st.integers(1, 3))
    r = draw(st.lists(VALUES, min_size=agents * stations, max_size=agents * stations))
    q = draw(st.lists(st.integers(1, 6), min_size=stations, max_size=stations))
    mu = draw(st.lists(between(0.0, 1.0), min_size=stations, max_size=stations))
    a = draw(st.lists(st.integers(0, stations - 1), min_size=agents * k, max_size=agents * k))
    return np.array(r).reshape(agents, stations), np.array(q), np.array(mu), np.array(a).reshape(k, agents)


def objective(r, q, mu, a):
    return sum_rate((1 - mu) * r, q, a)


@exact
@given(problems(), st.randoms(use_true_random=False))
def test_the_objective_knows_no_order(problem, random):
    r, q, mu, a = problem
    z = objective(r, q, mu, a)
    rows = np.array(random.sample(range(r.shape[0]), r.shape[0]))
    np.testing.assert_allclose(objective(r[rows], q, mu, a[:, rows]), z, **CLOSE)
    columns = np.array(random.sample(range(r.shape[1]), r.shape[1]))
    renamed = np.argsort(columns)[a]
    np.testing.assert_allclose(objective(r[:, columns], q[columns], mu[columns], renamed), z, **CLOSE)


@exact
@given(networks(), parameters(), st.randoms(use_true_random=False))
def test_links_follow_their_vehicles_and_stations(network, p, random):
    rows = np.array(random.sample(range(network.agents), network.agents))
    columns = np.array(random.sample(range(network.stations), network.stations))
    shuffled = Network(
        network.agent_xy[:, rows],
        network.station_xy[:, columns],
        network.is_thz[columns],
        network.fading[:, rows][..., columns],
    )
    np.testing.assert_allclose(sinr(shuffled, p), sinr(network, p)[:, rows][..., columns], **CLOSE)


@exact
@given(problems(), st.integers(-20, 20), between(0.01, 100.0))
def test_the_objective_is_homogeneous(problem, exponent, factor):
    r, q, mu, a = problem
    z = objective(r, q, mu, a)
    np.testing.assert_array_equal(objective(2.0**exponent * r, q, mu, a), 2.0**exponent * z)
    np.testing.assert_allclose(objective(factor * r, q, mu, a), factor * z, **CLOSE)


@exact
@given(problems(), st.data())
def test_the_objective_falls_with_every_penalty(problem, data):
    r, q, mu, a = problem
    j = data.draw(st.integers(0, len(mu) - 1))
    more = mu.copy()
    more[j] = data.draw(between(0.0, 1.0).map(lambda x: mu[j] + x * (1 - mu[j])))
    before, after = objective(r, q, mu, a), objective(r, q, more, a)
    assert (after <= before).all()
    empty = (a != j).all(axis=-1)
    np.testing.assert_array_equal(after[empty], before[empty])


@exact
@given(problems())
def test_a_feasible_objective_is_a_sum_of_means_and_bounded(problem):
    r, q, mu, a = problem
    for association, z in zip(a, objective(r, q, mu, a), strict=True):
        counts = np.bincount(association, minlength=len(q))
        if (counts > q).any():
            continue
        served = [j for j in range(len(q)) if counts[j]]
        means = sum((1 - mu[j]) * r[association == j, j].mean() for j in served)
        np.testing.assert_allclose(z, means, **CLOSE)
        assert z <= sum((1 - mu) * r.max(axis=0)) * (1 + 1e-12)


def test_an_overloaded_objective_passes_the_bound():
    # Why the bound asks for C2: 10 + 9 at one BS of capacity 1, where 10 is the most that it has.
    r = np.array([[10.0, 0.0], [9.0, 0.0]])
    assert sum_rate(r, [1, 1], [[0, 0]])[0] == pytest.approx(19.0)
