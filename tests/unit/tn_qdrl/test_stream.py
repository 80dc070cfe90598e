"""The exogenous stream: children in order, laws and ranges, longer and larger streams on the same draws, arguments."""

from __future__ import annotations

import numpy as np
import pytest

from qbench.papers.tn_qdrl.channel import device_places, gain_db, shadowing_walks
from qbench.papers.tn_qdrl.mobility import walks
from qbench.papers.tn_qdrl.parameters import MID, SMALL, Setting
from qbench.papers.tn_qdrl.stream import draw_stream
from qbench.radio.draws import spawn

NAMES = (
    "length_km",
    "power_w",
    "gain",
    "cycles",
    "size_bits",
    "vehicle_hz",
    "edge_hz",
    "keys",
    "time_s",
)


def rng(seed=4):
    return np.random.default_rng(seed)


def check_children_in_order(setting=SMALL, slots=50):
    """Nine: mobility, shadowing, power, f, s, c_v, c_e, fibre, qk(0); each drawn slot by slot."""
    found, child = draw_stream(rng(), setting, slots, size_mb=30.0), spawn(rng(), 9)
    v, q, e = setting.n_vehicle, setting.n_node, setting.n_edge
    shadow = shadowing_walks([child[1]], n_slot=slots, n_vehicle=v, n_edge=e)[0]
    vehicles = walks([child[0]], n_vehicle=v, n_slot=slots)[0]
    np.testing.assert_array_equal(found.gain, 10 ** (gain_db(vehicles, device_places(e), shadow) / 10))
    power = np.array([1.0, 5.0, 10.0, 20.0])[child[2].integers(4, size=(slots, v))]
    np.testing.assert_array_equal(found.power_w, np.stack([power] * e, axis=-1))
    cycles = np.array([0.5e9, 1.8e9, 3e9])[child[3].integers(3, size=(slots, v))]
    np.testing.assert_array_equal(found.cycles, cycles)
    np.testing.assert_allclose(found.size_bits, 30 * 8e6 * (0.5 + child[4].random((slots, v))), rtol=1e-14)
    np.testing.assert_allclose(found.vehicle_hz, 0.5e9 * (0.7 + 0.3 * child[5].random((slots, v))), rtol=1e-14)
    np.testing.assert_allclose(found.edge_hz, 2.5e9 * (0.7 + 0.3 * child[6].random((slots, e))), rtol=1e-14)
    np.testing.assert_allclose(found.length_km, 2 + 18 * child[7].random((slots, q, v + e)), rtol=1e-14)
    np.testing.assert_array_equal(found.keys[0], child[8].integers(500, 1501, size=e))
    np.testing.assert_array_equal(found.time_s, np.arange(slots))


@pytest.mark.parametrize("setting", [SMALL, MID], ids=["small", "mid"])
def test_children_in_order(setting):
    check_children_in_order(setting)


def test_stakes_stay_where_they_are():
    """By the defaults of Algorithm 1 every round is a fixed point (E29), so the stream is a contextual bandit's."""
    keys = draw_stream(rng(), SMALL, 300).keys
    assert (keys == keys[0]).all()
    assert ((keys >= 500) & (keys <= 1500)).all()
    assert (keys == np.round(keys)).all()


def test_shapes_and_ranges():
    found = draw_stream(rng(), MID, 400)
    wanted = [(2, 14), (10, 4), (10, 4), (10,), (10,), (10,), (4,), (4,), ()]
    assert [getattr(found, name).shape for name in NAMES] == [(400, *shape) for shape in wanted]
    assert set(np.unique(found.power_w)) == {1.0, 5.0, 10.0, 20.0}
    assert set(np.unique(found.cycles)) == {0.5e9, 1.8e9, 3e9}
    for name, lo, hi in (
        ("size_bits", 40e6, 120e6),
        ("vehicle_hz", 0.35e9, 0.5e9),
        ("edge_hz", 1.75e9, 2.5e9),
        ("length_km", 2.0, 20.0),
    ):
        values = getattr(found, name)
        assert lo <= values.min() < lo + 0.05 * (hi - lo)
        assert hi - 0.05 * (hi - lo) < values.max() < hi


def check_a_longer_stream_keeps_the_slots_of_a_shorter_one(traffic="manhattan"):
    short, long = (draw_stream(rng(), SMALL, slots, traffic=traffic) for slots in (37, 120))
    for name in NAMES:
        assert getattr(long, name)[:37].tobytes() == getattr(short, name).tobytes(), name


@pytest.mark.parametrize("traffic", ["manhattan", "sumo"])
def test_a_longer_stream_keeps_the_slots_of_a_shorter_one(traffic):
    check_a_longer_stream_keeps_the_slots_of_a_shorter_one(traffic)


def check_sizes_scale_on_the_same_draws():
    small, large = (draw_stream(rng(), SMALL, 60, size_mb=size) for size in (1.0, 64.0))
    assert (64 * small.size_bits).tobytes() == large.size_bits.tobytes()
    for name in set(NAMES) - {"size_bits"}:
        assert getattr(small, name).tobytes() == getattr(large, name).tobytes(), name


def test_sizes_scale_on_the_same_draws():
    check_sizes_scale_on_the_same_draws()


def test_traffic_changes_gains_alone():
    grid, sumo = (draw_stream(rng(), SMALL, 60, traffic=traffic) for traffic in ("manhattan", "sumo"))
    places = walks([spawn(rng(), 9)[0]], n_vehicle=3, n_slot=60)[0]
    given = draw_stream(rng(), SMALL, 60, traffic=places)
    assert (sumo.gain != grid.gain).any()
    for name in NAMES:
        assert getattr(given, name).tobytes() == getattr(grid, name).tobytes(), name
        if name != "gain":
            assert getattr(sumo, name).tobytes() == getattr(grid, name).tobytes(), name


def test_quantities_do_not_know_each_other():
    """More vehicles shift no device, and no quantity of its own."""
    three, four = draw_stream(rng(), SMALL, 30), draw_stream(rng(), Setting(n_vehicle=4), 30)
    for name in ("edge_hz", "keys", "time_s"):
        assert getattr(three, name).tobytes() == getattr(four, name).tobytes(), name


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: draw_stream(rng(), SMALL, 0), "n_slot must be a whole number of at least 1, got 0"),
        (lambda: draw_stream(rng(), SMALL, 5, size_mb=0.0), r"size_mb must lie in \(0, 1e\+06\], got 0.0"),
        (lambda: draw_stream(rng(), SMALL, 5, traffic="sumu"), r"traffic must be .* got 'sumu'; did you mean 'sumo'\?"),
        (
            lambda: draw_stream(rng(), SMALL, 5, traffic=np.zeros((5, 2, 2))),
            r"traffic must have shape \(5, 3, 2\), slot by slot, got \(5, 2, 2\)",
        ),
        (
            lambda: draw_stream(rng(), SMALL, 5, traffic=np.full((5, 3, 2), np.nan)),
            r"traffic must be finite, got nan at index \(0, 0, 0\)",
        ),
        (lambda: draw_stream(rng(), Setting(n_edge=5), 5), "n_edge must be at most 4, one an inner junction, got 5"),
    ],
)
def test_errors(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_another_generator_is_refused():
    with pytest.raises(TypeError, match="rng must be a numpy"):
        draw_stream(np.random.RandomState(0), SMALL, 5)
