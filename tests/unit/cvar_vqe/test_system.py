from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from qbench.papers.cvar_vqe.geometry import disc, draw_fading, highway_lanes, highway_roadsides
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

MAIN = Parameters()
JUST_BELOW_1 = np.nextafter(1.0, 0.0)


def draw(seed=1, *, batch=3, agents=4, stations=4, **options):
    return draw_network(
        np.random.default_rng(seed), batch=batch, agents=agents, stations=stations, parameters=Parameters(**options)
    )


def on_a_line(agent_x, station_x, is_thz, fading=1.0):
    """One batch entry, everything on the x axis."""
    return Network(
        np.array([[[x, 0.0] for x in agent_x]]),
        np.array([[[x, 0.0] for x in station_x]]),
        np.array(is_thz),
        np.full((1, len(agent_x), len(station_x)), fading),
    )


def assert_same_network(one, other):
    for name in ("agent_xy", "station_xy", "is_thz", "fading"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


# --- links by hand ---


def test_one_rf_link_by_hand():
    # d = 24 m, h = 10 m: r = 26 m. 1.29057452e-4 * 2 / (26^2 sqrt 26) / 1e-10 = 748.823929
    network = on_a_line([0.0], [24.0], [False], fading=2.0)
    assert link_distances(network, MAIN)[0, 0, 0] == 26.0
    assert sinr(network, MAIN)[0, 0, 0] == pytest.approx(1.29057452e6 * 2 / (676 * 5.0990195136), rel=1e-8)
    assert rates(network, MAIN)[0, 0, 0] == pytest.approx(np.log2(749.823929), rel=1e-9)


def test_one_thz_link_by_hand():
    # d = 12 m, h = 5 m: r = 13 m. 5.69143366e-5 * exp(-0.65) / 169 / 1e-10, exp(-0.65) = 0.52204577676
    network = on_a_line([0.0], [12.0], [True], fading=2.0)
    assert link_distances(network, MAIN)[0, 0, 0] == 13.0
    assert sinr(network, MAIN)[0, 0, 0] == pytest.approx(5.69143366e5 * 0.52204577676 / 169, rel=1e-8)


def test_interference_stays_in_its_band_by_hand():
    # RF at 26 m and 26 m: signal over noise plus an equal signal. THz at 13 m and 13 m: interference times q.
    network = on_a_line([0.0], [24.0, 12.0, -24.0, -12.0], [False, True, False, True])
    rf = 1.29057452e-4 / (676 * 5.0990195136)
    thz = 5.69143366e-5 * 0.52204577676 / 169
    expected = np.tile([rf / (1e-10 + rf), thz / (1e-10 + thz / 144)], 2)
    np.testing.assert_allclose(sinr(network, MAIN)[0, 0], expected, rtol=1e-7)


def test_molecular_noise_by_hand():
    # Both THz BSs return what the air absorbs of them, 1 - exp(-0.65) = 0.47795422324, aligned or not; RF hears none.
    network = on_a_line([0.0], [12.0, -12.0, 24.0], [True, True, False])
    spread = 5.69143366e-5 / 169
    heard = 1e-10 + 2 * spread * 0.47795422324 + spread * 0.52204577676 / 144
    s = sinr(network, Parameters(molecular_noise=True))[0, 0]
    np.testing.assert_allclose(s[:2], spread * 0.52204577676 / heard, rtol=1e-7)
    assert s[2] == sinr(network, MAIN)[0, 0, 2]


def test_a_thz_link_of_1_km_still_has_a_rate():
    network = on_a_line([0.0], [1000.0], [True])
    s = sinr(network, MAIN)[0, 0, 0]
    assert s == pytest.approx(1.1e-22, rel=0.05, abs=0)
    assert rates(network, MAIN)[0, 0, 0] == pytest.approx(s / np.log(2), rel=1e-14)
    assert rates(network, MAIN)[0, 0, 0] > 0


def test_distances_are_horizontal():
    network = Network(np.array([[[3.0, 2.0]]]), np.array([[[0.0, 6.0]]]), np.array([True]), np.ones((1, 1, 1)))
    assert network.distances_m[0, 0, 0] == 5.0


# --- readings ---


def test_defaults_are_the_stated_constants():
    assert (MAIN.rf_frequency_hz, MAIN.thz_frequency_hz, MAIN.rf_path_loss_exponent) == (2.1e9, 1e12, 2.5)
    assert (MAIN.absorption_per_m, MAIN.transmit_power_w, MAIN.noise_power_w) == (0.05, 1.0, 1e-10)
    assert (MAIN.rf_gain_db, MAIN.thz_gain_db) == (0.0, 25.0)
    assert (MAIN.rf_height_m, MAIN.thz_height_m, MAIN.alignment_probability) == (10.0, 5.0, 1 / 144)
    assert (MAIN.rf_handoff_penalty, MAIN.thz_handoff_penalty) == (0.1, 0.3)
    assert (MAIN.rf_capacity, MAIN.thz_capacity) == (10, 5)
    assert (MAIN.rf_bandwidth_hz, MAIN.thz_bandwidth_hz, MAIN.sinr_threshold_db) == (1.0, 1.0, None)
    assert (MAIN.fading, MAIN.thz_fading, MAIN.molecular_noise) == (True, False, False)
    assert (MAIN.geometry, MAIN.station_pattern) == ("highway", ("rf", "thz"))
    assert (MAIN.road_length_m, MAIN.lanes, MAIN.lane_spacing_m, MAIN.disc_radius_m) == (1000.0, 4, 4.0, 100.0)


def test_fading_options_choose_the_links_that_fade():
    network = draw()
    thz = network.is_thz
    whole = replace(MAIN, alignment_probability=0.0)
    none = sinr(network, replace(whole, fading=False))
    some = sinr(network, whole)
    every = sinr(network, replace(whole, thz_fading=True))
    np.testing.assert_array_equal(some[..., thz], none[..., thz])
    np.testing.assert_allclose(every[..., thz], none[..., thz] * network.fading[..., thz], rtol=1e-14)
    np.testing.assert_array_equal(every[..., ~thz], some[..., ~thz])
    assert (some[..., ~thz] != none[..., ~thz]).all()
    np.testing.assert_array_equal(sinr(network, replace(whole, fading=False, thz_fading=True)), none)


def test_bandwidths_scale_the_columns():
    network = draw()
    wide = rates(network, Parameters(rf_bandwidth_hz=40e6, thz_bandwidth_hz=500e6))
    scale = np.where(network.is_thz, 500e6, 40e6)
    np.testing.assert_allclose(wide, scale * rates(network, MAIN), rtol=1e-15)


def test_the_threshold_cuts_below_and_keeps_what_meets_it():
    # Two RF BSs at one distance without noise: s = 1, which is 0 dB exactly.
    parameters = Parameters(noise_power_w=0, sinr_threshold_db=0.0)
    assert rates(on_a_line([0.0], [24.0, -24.0], [False, False]), parameters)[0, 0].tolist() == [1.0, 1.0]
    below = rates(on_a_line([0.0], [24.0, -25.0], [False, False]), parameters)[0, 0]
    assert below[0] > 1.0
    assert below[1] == 0.0


def test_handoff_penalties_and_capacities_follow_the_band():
    is_thz = np.array([False, True, False])
    rate = np.full((2, 3), 10.0)
    np.testing.assert_allclose(weighted_rates(rate, is_thz, MAIN), [[9, 7, 9]] * 2, rtol=1e-15)
    for rf, thz in ((0.0, 0.0), (0.1, 0.5)):
        reading = Parameters(rf_handoff_penalty=rf, thz_handoff_penalty=thz)
        expected = [[10 * (1 - rf), 10 * (1 - thz), 10 * (1 - rf)]] * 2
        np.testing.assert_allclose(weighted_rates(rate, is_thz, reading), expected, rtol=1e-15)
    assert capacities(is_thz, MAIN).tolist() == [10, 5, 10]
    assert capacities(is_thz, Parameters(rf_capacity=2, thz_capacity=1)).tolist() == [2, 1, 2]


def test_with_a_previous_station_only_a_change_is_charged():
    weights = weighted_rates(np.full((2, 2), 10.0), np.array([False, True]), MAIN, previous=[1, 0])
    np.testing.assert_allclose(weights, [[9, 10], [10, 7]], rtol=1e-15)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [(("rf", "thz"), [0, 1, 0, 1, 0]), (("thz", "rf"), [1, 0, 1, 0, 1]), (["rf", "rf", "rf", "thz"], [0, 0, 0, 1, 0])],
)
def test_stations_are_drawn_in_the_order_of_the_pattern(pattern, expected):
    network = draw(stations=5, station_pattern=pattern)
    assert network.is_thz.tolist() == [bool(band) for band in expected]


# --- places ---


def test_highway_maps_the_unit_square_onto_road_and_lanes():
    corners = np.array([[0.0, 0.0], [JUST_BELOW_1, JUST_BELOW_1], [0.5, 0.25], [0.5, 0.75]])
    cars = highway_lanes(corners, length_m=1000.0, lanes=4, lane_spacing_m=4.0)
    assert cars[:, 1].tolist() == [2.0, 14.0, 6.0, 14.0]
    assert (cars[0, 0], cars[2, 0]) == (0.0, 500.0)
    assert cars[1, 0] < 1000.0
    masts = highway_roadsides(corners, length_m=1000.0, width_m=16.0)
    assert masts[:, 1].tolist() == [0.0, 16.0, 0.0, 16.0]
    assert (masts[:, 0] == cars[:, 0]).all()


@pytest.mark.parametrize("lanes", range(1, 65))
def test_the_last_lane_is_the_last(lanes):
    edge = np.array([[0.5, 0.0], [0.5, JUST_BELOW_1]])
    y = highway_lanes(edge, length_m=1.0, lanes=lanes, lane_spacing_m=1.0)[:, 1]
    assert y.tolist() == [0.5, lanes - 0.5]


def test_disc_maps_equal_areas_to_equal_areas():
    uniform = np.array([[0.0, 0.3], [0.25, 0.0], [1.0, 0.25], [1.0, 0.5]])
    np.testing.assert_allclose(disc(uniform, radius_m=100.0), [[0, 0], [50, 0], [0, 100], [-100, 0]], atol=1e-13)


def test_drawn_places_lie_where_the_paper_puts_them():
    network = draw(batch=200, agents=5, stations=5)
    assert set(np.unique(network.agent_xy[..., 1])) == {2.0, 6.0, 10.0, 14.0}
    assert set(np.unique(network.station_xy[..., 1])) == {0.0, 16.0}
    for places in (network.agent_xy, network.station_xy):
        assert places[..., 0].min() >= 0.0
        assert places[..., 0].max() < 1000.0
    round_one = draw(batch=200, geometry="disc", disc_radius_m=30.0)
    for places in (round_one.agent_xy, round_one.station_xy):
        assert np.hypot(places[..., 0], places[..., 1]).max() <= 30.0 * (1 + 1e-15)
        assert (places.min(axis=(0, 1)) < 0).all()


# --- nesting ---


@pytest.mark.parametrize("geometry", ["highway", "disc"])
@pytest.mark.parametrize("batch", [1, 7])
def test_smaller_draws_are_slices_of_larger_ones(geometry, batch):
    large_rng = np.random.default_rng(5)
    parameters = Parameters(geometry=geometry)
    large = draw_network(large_rng, batch=batch, agents=6, stations=8, parameters=parameters)
    after = large_rng.random(4)
    for i in range(1, 7):
        for j in range(1, 9):
            rng = np.random.default_rng(5)
            small = draw_network(rng, batch=batch, agents=i, stations=j, parameters=parameters)
            assert_same_network(small, large.first(i, j))
            np.testing.assert_array_equal(rng.random(4), after)


def test_a_draw_depends_on_the_state_of_the_generator_alone():
    rng = np.random.default_rng(5)
    state = rng.bit_generator.state
    first = draw_network(rng, batch=2, agents=2, stations=2, parameters=MAIN)
    second = draw_network(rng, batch=2, agents=2, stations=2, parameters=MAIN)
    assert (first.agent_xy != second.agent_xy).any()
    rng.bit_generator.state = state
    assert_same_network(draw_network(rng, batch=2, agents=2, stations=2, parameters=MAIN), first)


def test_readings_share_their_draws():
    plain = draw()
    other = draw(fading=False, thz_fading=True, molecular_noise=True, noise_power_w=1e-9, thz_handoff_penalty=0.5)
    assert_same_network(plain, other)


def test_vehicles_do_not_disturb_each_other():
    network = draw(agents=6)
    whole = sinr(network, MAIN)
    for i in range(1, 7):
        np.testing.assert_array_equal(sinr(network.first(agents=i), MAIN), whole[:, :i])


def test_first_keeps_everything_by_default():
    network = draw()
    assert_same_network(network.first(), network)
    assert (network.batch, network.agents, network.stations) == ((3,), 4, 4)


def test_rf_first_is_a_stable_reorder():
    network = draw(stations=5)
    ordered = network.rf_first()
    order = [0, 2, 4, 1, 3]
    assert ordered.is_thz.tolist() == [False, False, False, True, True]
    np.testing.assert_array_equal(ordered.station_xy, network.station_xy[:, order])
    np.testing.assert_array_equal(ordered.fading, network.fading[..., order])
    np.testing.assert_array_equal(ordered.agent_xy, network.agent_xy)
    assert_same_network(ordered.rf_first(), ordered)


def test_refaded_keeps_places():
    network = draw()
    other = network.refaded(np.random.default_rng(9))
    np.testing.assert_array_equal(other.station_xy, network.station_xy)
    expected = draw_fading(np.random.default_rng(9), batch=(3,), agents=4, stations=4)
    np.testing.assert_array_equal(other.fading, expected)
    assert (other.fading != network.fading).any()


# --- the objective ---


def test_sum_rate_by_hand():
    weights = np.array([[6.0, 1.0], [2.0, 8.0], [4.0, 5.0]])
    candidates = np.array([[0, 1, 0], [0, 0, 0], [1, 1, 1]])
    # (6+4)/2 + 8; (6+2+4)/3 and BS 1 empty; (1+8+5)/min(2, 3)
    assert sum_rate(weights, [3, 2], candidates).tolist() == [13.0, 4.0, 7.0]


def test_overload_is_rewarded_as_printed():
    weights = np.array([[10.0, 1.0], [9.0, 1.0]])
    assert sum_rate(weights, [1, 1], np.array([[0, 0], [0, 1], [1, 0]])).tolist() == [19.0, 11.0, 10.0]


def test_sum_rate_broadcasts_batches():
    rng = np.random.default_rng(2)
    weights = rng.random((5, 3, 4))
    shared = rng.integers(4, size=(7, 3))
    own = rng.integers(4, size=(5, 7, 3))
    for association in (shared, own):
        whole = sum_rate(weights, [1, 2, 3, 1], association)
        assert whole.shape == (5, 7)
        for b in range(5):
            mine = association if association.ndim == 2 else association[b]
            np.testing.assert_array_equal(whole[b], sum_rate(weights[b], [1, 2, 3, 1], mine))


# --- errors ---


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rf_frequency_hz": 0.0}, r"rf_frequency_hz must lie in \(0, inf\), got 0.0"),
        ({"thz_frequency_hz": -1e12}, r"thz_frequency_hz must lie in \(0, inf\)"),
        ({"rf_path_loss_exponent": -2.5}, r"rf_path_loss_exponent must lie in \[0, inf\), got -2.5"),
        ({"absorption_per_m": -0.05}, r"absorption_per_m must lie in \[0, inf\)"),
        ({"transmit_power_w": 0}, r"transmit_power_w must lie in \(0, inf\)"),
        ({"noise_power_w": -1e-10}, r"noise_power_w must lie in \[0, inf\), got -1e-10"),
        ({"noise_power_w": float("inf")}, r"noise_power_w must lie in \[0, inf\), got inf"),
        ({"rf_gain_db": 316.2}, r"rf_gain_db must lie in \[-300, 300\], got 316.2"),
        ({"thz_gain_db": float("nan")}, r"thz_gain_db must lie in \[-300, 300\], got nan"),
        ({"rf_height_m": -1.0}, r"rf_height_m must lie in \[0, inf\)"),
        ({"thz_height_m": float("nan")}, r"thz_height_m must lie in \[0, inf\), got nan"),
        ({"rf_bandwidth_hz": -1.0}, r"rf_bandwidth_hz must lie in \[0, inf\)"),
        ({"thz_bandwidth_hz": -1.0}, r"thz_bandwidth_hz must lie in \[0, inf\)"),
        ({"alignment_probability": 1.5}, r"alignment_probability must lie in \[0, 1\], got 1.5"),
        ({"rf_handoff_penalty": -0.1}, r"rf_handoff_penalty must lie in \[0, 1\], got -0.1"),
        ({"thz_handoff_penalty": 1.1}, r"thz_handoff_penalty must lie in \[0, 1\], got 1.1"),
        ({"rf_capacity": 0}, r"rf_capacity must be a whole number of at least 1, got 0"),
        ({"thz_capacity": 1.5}, r"thz_capacity must be a whole number of at least 1, got 1.5"),
        ({"sinr_threshold_db": float("inf")}, r"sinr_threshold_db must lie in \[-300, 300\], got inf"),
        ({"station_pattern": ()}, r"station_pattern must list bands, such as \('rf', 'thz'\), got \(\)"),
        ({"station_pattern": "rf"}, r"station_pattern must list bands, such as \('rf', 'thz'\), got 'rf'"),
        ({"station_pattern": ("rf", "thx")}, r"every band in station_pattern must be one of rf, thz.*mean 'thz'"),
        ({"geometry": "highways"}, r"geometry must be one of disc, highway, got 'highways'; did you mean 'highway'"),
        ({"road_length_m": 0.0}, r"road_length_m must lie in \(0, inf\)"),
        ({"lanes": 0}, r"lanes must be a whole number of at least 1, got 0"),
        ({"lane_spacing_m": -4.0}, r"lane_spacing_m must lie in \[0, inf\)"),
        ({"disc_radius_m": 0.0}, r"disc_radius_m must lie in \(0, inf\)"),
    ],
)
def test_parameters_are_checked_at_birth(options, message):
    with pytest.raises(ValueError, match=message):
        Parameters(**options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fading": 1}, r"fading must be True or False, got 1"),
        ({"thz_fading": "no"}, r"thz_fading must be True or False, got 'no'"),
        ({"molecular_noise": None}, r"molecular_noise must be True or False, got None"),
        ({"noise_power_w": None}, r"noise_power_w must be a number, got None"),
        ({"absorption_per_m": "0.05"}, r"absorption_per_m must be a number, got '0.05'"),
        ({"rf_bandwidth_hz": True}, r"rf_bandwidth_hz must be a number, got True"),
    ],
)
def test_parameters_of_another_kind_are_refused(options, message):
    with pytest.raises(TypeError, match=message):
        Parameters(**options)


def test_parameters_are_frozen_hashable_and_plain():
    with pytest.raises(FrozenInstanceError):
        MAIN.lanes = 3
    assert Parameters(noise_power_w=np.float64(1e-10), lanes=np.int64(4), station_pattern=["rf", "thz"]) == MAIN
    assert hash(Parameters()) == hash(MAIN)
    assert type(Parameters(transmit_power_w=1).transmit_power_w) is float


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"agent_xy": np.zeros((1, 2, 3))},
            r"agent_xy must end in an axis of length 2 \(x, y\), got shape \(1, 2, 3\)",
        ),
        ({"station_xy": np.zeros((1, 3, 1))}, r"station_xy must end in an axis of length 2"),
        ({"agent_xy": np.zeros(2)}, r"agent_xy must have at least 2 axes, got shape \(2,\)"),
        ({"agent_xy": np.full((1, 2, 2), np.nan)}, r"agent_xy must be finite, got nan"),
        ({"is_thz": np.array([0, 1, 0])}, r"is_thz must be 3 bools, one a station, got shape \(3,\) of int64"),
        ({"is_thz": np.array([True])}, r"is_thz must be 3 bools, one a station, got shape \(1,\) of bool"),
        (
            {"station_xy": np.zeros((2, 3, 2))},
            r"ask for station_xy \(1, 3, 2\) and fading \(1, 2, 3\), got \(2, 3, 2\)",
        ),
        ({"fading": np.ones((1, 3, 2))}, r"arrays must agree: .* got \(1, 3, 2\) and \(1, 3, 2\)"),
        ({"fading": np.full((1, 2, 3), -0.5)}, r"fading must be at least 0, got -0.5; it is a power gain"),
    ],
)
def test_networks_are_checked_at_birth(changes, message):
    arrays = {
        "agent_xy": np.zeros((1, 2, 2)),
        "station_xy": np.zeros((1, 3, 2)),
        "is_thz": np.array([False, True, False]),
        "fading": np.ones((1, 2, 3)),
    }
    Network(**arrays)
    with pytest.raises(ValueError, match=message):
        Network(**(arrays | changes))


def test_networks_own_their_arrays():
    places = np.zeros((1, 2, 2))
    network = Network(places, np.ones((1, 1, 2)), np.array([True]), np.ones((1, 2, 1)))
    places[:] = 5.0
    assert (network.agent_xy == 0).all()
    with pytest.raises(ValueError, match="read-only"):
        network.fading[0, 0, 0] = 2.0
    with pytest.raises(ValueError, match="read-only"):
        network.is_thz[0] = False
    with pytest.raises(FrozenInstanceError):
        network.fading = np.ones((1, 2, 1))


def test_first_offers_what_is_there():
    with pytest.raises(ValueError, match=r"agents must be at most 4, the number in this network, got 5; draw a larger"):
        draw().first(agents=5)
    with pytest.raises(ValueError, match=r"stations must be a whole number of at least 1, got 0"):
        draw().first(stations=0)


@pytest.mark.parametrize("name", ["batch", "agents", "stations"])
def test_draws_need_counts(name):
    with pytest.raises(ValueError, match=rf"{name} must be a whole number of at least 1, got 0"):
        draw(**{name: 0})


def test_draws_need_a_generator():
    with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator, got 7; make one with"):
        draw_network(7, batch=1, agents=1, stations=1, parameters=MAIN)
    with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator, got None"):
        draw().refaded(None)


def test_sinr_refuses_a_link_of_no_length_and_a_network_without_noise():
    with pytest.raises(ValueError, match=r"distance_m must be large enough for a finite gain, got 0.0 at index"):
        sinr(on_a_line([0.0], [0.0], [False]), Parameters(rf_height_m=0.0))
    with pytest.raises(ValueError, match=r"the SINR must be finite, got inf .*vanishes there: give a noise power"):
        sinr(on_a_line([0.0], [5.0], [True]), Parameters(noise_power_w=0.0))


@pytest.mark.parametrize(
    ("rate", "previous", "message"),
    [
        (np.ones(2), None, r"rate must have at least 2 axes, got shape \(2,\)"),
        (np.ones((2, 3)), None, r"is_thz must have shape \(3,\), one entry a column of rate, got \(2,\)"),
        (np.full((2, 2), np.nan), None, r"rate must be finite, got nan"),
        (np.ones((2, 2)), [0, 2], r"previous must name BSs 0 to 1, got 2"),
        (np.ones((2, 2)), [0.0, 1.0], r"previous must be whole numbers, indices of BSs, got float64 of shape \(2,\)"),
        (np.ones((2, 2)), [0, 0, 0], r"previous must have shape \(2,\), one BS a vehicle, got \(3,\)"),
    ],
)
def test_weighted_rates_errors(rate, previous, message):
    with pytest.raises(ValueError, match=message):
        weighted_rates(rate, np.array([False, True]), MAIN, previous=previous)


@pytest.mark.parametrize(
    ("weights", "capacity", "association", "message"),
    [
        (np.ones(2), [1, 1], [[0, 1]], r"weights must have at least 2 axes, got shape \(2,\)"),
        (np.full((2, 2), np.inf), [1, 1], [[0, 1]], r"weights must be finite, got inf"),
        (np.ones((2, 2)), [1, 1, 1], [[0, 1]], r"capacity must be 2 whole numbers of at least 1, one a BS, got \[1, 1"),
        (np.ones((2, 2)), [1, 0], [[0, 1]], r"capacity must be 2 whole numbers of at least 1, one a BS, got \[1, 0\]"),
        (np.ones((2, 2)), [1.0, 1.0], [[0, 1]], r"capacity must be 2 whole numbers"),
        (np.ones((2, 2)), [1, 1], [[0, 2]], r"association must name BSs 0 to 1, got 2"),
        (np.ones((2, 2)), [1, 1], [[-1, 0]], r"association must name BSs 0 to 1, got -1"),
        (np.ones((2, 2)), [1, 1], [[0.0, 1.0]], r"association must be whole numbers, indices of BSs, got float64"),
        (np.ones((2, 2)), [1, 1], [0, 1], r"association must have shape \(..., k, 2\), one BS a vehicle, got \(2,\)"),
        (np.ones((2, 2)), [1, 1], [[0, 1, 0]], r"association must have shape \(..., k, 2\), .* got \(1, 3\)"),
        (np.ones((3, 2, 2)), [1, 1], np.zeros((2, 1, 2), int), r"leading axes must broadcast, got weights \(3, 2, 2\)"),
    ],
)
def test_sum_rate_errors(weights, capacity, association, message):
    with pytest.raises(ValueError, match=message):
        sum_rate(weights, capacity, association)
