"""Streams are a contract: every recorded number was drawn from them."""

import hashlib
import itertools

import numpy as np
import pytest

from qbench.evidence.streams import Streams

# First 64 bits of each stream, of NumPy's PCG64. Nobody may change the streams without seeing this fail: every
# recorded verdict would silently be one about other instances.
PINNED = [
    ("synthetic", 0, "instance", 0, 0x2F871F0289E58888),
    ("synthetic", 0, "instance", 7, 0x733F5C828135C38),
    ("synthetic", 0, "algorithm", 0, 0x20F3595DADFDE427),
    ("synthetic", 0, "shots", 0, 0xAA63B2AE4E9CCF14),
    ("synthetic", 1, "instance", 0, 0xB11231D2518D50AE),
    ("cvar_vqe", 0, "instance", 0, 0xD6C892F45D453116),
]


def bits(rng):
    return int(rng.bit_generator.random_raw())


@pytest.mark.parametrize(("stream", "salt", "axis", "unit", "first"), PINNED)
def test_pinned_first_bits(stream, salt, axis, unit, first):
    assert bits(Streams(stream, salt).rng(axis, unit)) == first


@pytest.mark.parametrize("salt", [0, 1, 2**40])
@pytest.mark.parametrize(("axis", "number"), [("instance", 0), ("algorithm", 1), ("shots", 2)])
def test_the_documented_formula(salt, axis, number):
    root = int.from_bytes(b"qbench", "big")
    h64 = int(hashlib.sha256("hqcnn/Zürich".encode()).hexdigest()[:16], 16)
    seed = np.random.SeedSequence((root, salt), spawn_key=(h64, number, 11))
    wanted = np.random.default_rng(seed).normal(size=8)
    assert Streams("hqcnn/Zürich", salt).rng(axis, 11).normal(size=8).tolist() == wanted.tolist()


def test_a_stream_starts_anew_each_time_it_is_asked_for():
    streams = Streams("synthetic")
    first = streams.rng("instance", 3)
    first.normal(size=100)
    assert bits(streams.rng("instance", 3)) == bits(Streams("synthetic").rng("instance", 3))


def test_numpy_integers_are_units():
    assert bits(Streams("synthetic").rng("instance", np.int64(7))) == bits(Streams("synthetic").rng("instance", 7))


def test_another_stream_by_name():
    tuning = Streams("cvar_vqe").rng("instance", 0, stream="cvar_vqe/tuning")
    assert bits(tuning) == bits(Streams("cvar_vqe/tuning").rng("instance", 0))
    assert bits(tuning) != bits(Streams("cvar_vqe").rng("instance", 0))
    # The salt goes along: a fresh repetition tunes on fresh instances too.
    salted = Streams("cvar_vqe", 1).rng("instance", 0, stream="cvar_vqe/tuning")
    assert bits(salted) == bits(Streams("cvar_vqe/tuning", 1).rng("instance", 0))


def test_no_two_streams_begin_alike():
    names = ["synthetic", "synthetic/1", "synthetic/11", "cvar_vqe", "cvar-vqe", ""]
    salts = [0, 1, 2, 2**32, 2**32 + 1]
    units = [*range(40), 2**32, 2**32 + 1]
    axes = ["instance", "algorithm", "shots"]
    seen = {
        (bits(rng := Streams(name, salt).rng(axis, unit)), bits(rng))
        for name, salt, axis, unit in itertools.product(names, salts, axes, units)
    }
    assert len(seen) == len(names) * len(salts) * len(axes) * len(units)


def test_neighbouring_units_are_not_correlated():
    draws = np.array([Streams("synthetic").rng("instance", u).normal(size=500) for u in range(20)])
    off_diagonal = np.corrcoef(draws)[~np.eye(20, dtype=bool)]
    # 190 pairs of 500 draws: the largest of as many independent ones exceeds 0.2 once in 10^4 times.
    assert np.abs(off_diagonal).max() < 0.2


@pytest.mark.parametrize("axis", ["", "Instance", "noise", 0])
def test_unknown_axes(axis):
    with pytest.raises(ValueError, match=f"axis must be one of instance, algorithm, shots, got {axis!r}"):
        Streams("synthetic").rng(axis, 0)


def test_units_count_from_zero():
    with pytest.raises(ValueError, match="unit must not be negative, got -1"):
        Streams("synthetic").rng("instance", -1)
