"""Vehicles on the grid and their gains: by hand, against plain Python, and the law of the walk."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from qbench.papers.tn_qdrl.channel import device_places, gain_db, shadowing_walks
from qbench.papers.tn_qdrl.mobility import streets, walks
from tests.oracles import tn_qdrl_reference as reference


def generators(*seeds):
    return [np.random.default_rng(seed) for seed in seeds]


def check_walks_against_plain_python():
    found = walks(generators(1, 2), n_vehicle=5, n_slot=70)
    assert found.shape == (2, 70, 5, 2)
    for s, rng in enumerate(generators(1, 2)):
        first, offset, uniform = rng.integers(48, size=5), rng.integers(15, size=5), rng.random((70, 5))
        for x in range(5):
            expected = reference.drive(int(first[x]), int(offset[x]), uniform[:, x].tolist())
            np.testing.assert_array_equal(found[s, :, x], expected)


def test_walks_against_plain_python():
    check_walks_against_plain_python()


def test_streets_by_hand():
    start, heading, after, n_after = streets()
    assert len(start) == 48
    assert [(*start[s], *heading[s]) for s in range(5)] == [
        (0, 0, 1, 0),
        (0, 0, 0, 1),
        (150, 0, 1, 0),
        (150, 0, 0, 1),
        (150, 0, -1, 0),
    ]
    # East from the corner: on to the east or to the north. West into the corner: north alone.
    assert after[0, : n_after[0]].tolist() == [2, 3]
    assert after[4, : n_after[4]].tolist() == [1]
    # Into the four corners 8 streets lead, into the 8 other junctions of the rim 24, into the inner ones 16.
    assert np.bincount(n_after).tolist() == [0, 8, 24, 16]
    assert start.tolist() == [[x, y] for x, y, _ in reference.directed_streets()]


def test_the_start_is_stationary():
    """Probabilities into every street sum to 1 (Fractions): uniform over the streets stays uniform."""
    _, _, after, n_after = streets()
    into = [Fraction(0)] * 48
    for s in range(48):
        for way in after[s, : n_after[s]]:
            into[way] += Fraction(1, int(n_after[s]))
    assert into == [1] * 48


def test_walks_stay_on_the_streets():
    places = walks(generators(*range(4)), n_vehicle=6, n_slot=400)
    assert places.min() == 0
    assert places.max() == 450
    on_street = places % 150 == 0
    assert on_street.any(axis=-1).all()
    step = np.diff(places, axis=1)
    assert (np.abs(step).sum(axis=-1) == 10).all()
    # Nobody turns round, not even at a junction.
    assert ((step[:, 1:] * step[:, :-1]).sum(axis=-1) >= 0).all()
    corner = on_street.all(axis=-1)
    assert (corner.sum(axis=1) >= 400 // 15).all()


def check_bits_and_nesting():
    together = walks(generators(3, 4, 5), n_vehicle=4, n_slot=61)
    for s, seed in enumerate((3, 4, 5)):
        np.testing.assert_array_equal(walks(generators(seed), n_vehicle=4, n_slot=61)[0], together[s])
    for n_slot in (1, 2, 15, 16, 46):
        np.testing.assert_array_equal(walks(generators(3), n_vehicle=4, n_slot=n_slot)[0], together[0, :n_slot])
    assert not np.array_equal(together[0], together[1])


def test_bits_and_nesting():
    check_bits_and_nesting()


def test_devices_stand_at_inner_junctions():
    assert device_places(2).tolist() == [[150, 150], [300, 300]]
    assert sorted(device_places(4).tolist()) == [[150, 150], [150, 300], [300, 150], [300, 300]]


def test_gains_by_hand():
    """100 m: -103 dB; 1 km: -133 dB; under 10 m as at 10 m: -73 dB. Shadowing is a loss."""
    found = gain_db([[150.0, 250.0], [150.0, 1150.0], [150.0, 153.0]], device_places(1), [[0.0], [2.0], [-1.0]])
    np.testing.assert_allclose(found, [[-103.0], [-135.0], [-72.0]], atol=1e-12)
    two = gain_db([[0.0, 0.0]], device_places(2))
    expected = [-(103 + 30 * math.log10(150 * k * math.sqrt(2) / 100)) for k in (1, 2)]
    np.testing.assert_allclose(two, [expected], rtol=1e-14)
    places = np.random.default_rng(6).uniform(0, 450, (3, 7, 4, 2))
    whole = gain_db(places, device_places(2), np.ones((3, 7, 4, 2)))
    assert whole.shape == (3, 7, 4, 2)
    np.testing.assert_array_equal(gain_db(places[1, 2], device_places(2), 1.0), whole[1, 2])


def check_shadowing_against_plain_python():
    found = shadowing_walks(generators(7, 8), n_slot=30, n_vehicle=2, n_edge=3)
    for s, rng in enumerate(generators(7, 8)):
        normals = rng.standard_normal((30, 2, 3))
        for x, m in np.ndindex(2, 3):
            value = 3.0 * normals[0, x, m]
            for t in range(30):
                value = value if t == 0 else 0.8 * value + 1.8 * normals[t, x, m]
                assert found[s, t, x, m] == pytest.approx(value, rel=1e-12)


def test_shadowing_against_plain_python():
    check_shadowing_against_plain_python()


def test_shadowing_keeps_its_bits():
    together = shadowing_walks(generators(7, 8), n_slot=20, n_vehicle=2, n_edge=2)
    np.testing.assert_array_equal(shadowing_walks(generators(8), n_slot=20, n_vehicle=2, n_edge=2)[0], together[1])
    np.testing.assert_array_equal(shadowing_walks(generators(8), n_slot=5, n_vehicle=2, n_edge=2)[0], together[1, :5])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: walks([], n_vehicle=1, n_slot=1), r"rngs must hold a generator for each seed, got none"),
        (lambda: walks(generators(0), n_vehicle=0, n_slot=1), r"n_vehicle must be a whole number of at least 1, got 0"),
        (lambda: walks(generators(0), n_vehicle=1, n_slot=0), r"n_slot must be a whole number of at least 1, got 0"),
        (lambda: shadowing_walks([], n_slot=1, n_vehicle=1, n_edge=1), r"rngs must hold a generator for each seed"),
        (lambda: device_places(5), r"n_edge must be at most 4, one an inner junction, got 5"),
        (lambda: gain_db([[1.0, 2.0, 3.0]], device_places(1)), r"must hold places, got \(1, 3\) and \(1, 2\)"),
        (lambda: gain_db([[np.nan, 2.0]], device_places(1)), r"vehicle_m must be finite, got nan at index \(0, 0\)"),
        (lambda: gain_db([[1.0, 2.0]], device_places(2), np.ones(3)), r"shapes must broadcast, got distance \(1, 2\)"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_seed_is_no_generator():
    for call in (
        lambda: walks([7], n_vehicle=1, n_slot=1),
        lambda: shadowing_walks([7], n_slot=1, n_vehicle=1, n_edge=1),
    ):
        with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator, got 7; make one"):
            call()
