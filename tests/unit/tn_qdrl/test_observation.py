"""What schemes see of a slot: against plain Python, order and bounds by hand, arguments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qbench.papers.tn_qdrl.observation import features, n_feature
from qbench.papers.tn_qdrl.parameters import MID, SMALL, Setting
from qbench.papers.tn_qdrl.stream import draw_stream
from tests.oracles import tn_qdrl_agents_reference as reference
from tests.unit.tn_qdrl.plays import make_play
from tests.unit.tn_qdrl.slots import at, draw_slots


def check_against_plain_python(kind="literal", setting=SMALL):
    slots = draw_stream(np.random.default_rng(6), setting, 12, size_mb=20.0)
    eta = np.random.default_rng(7).choice([0.8, 0.9, 1.0], (12, setting.n_node))
    found = features(slots, eta, setting, kind=kind, size_mb=20.0)
    assert found.shape == (12, n_feature(setting, kind))
    for t in range(12):
        wanted = reference.observation(at(slots, t), eta[t].tolist(), tasks=kind == "aug", mean_mb=20.0)
        np.testing.assert_allclose(found[t], wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("setting", [SMALL, MID, Setting(n_node=2, n_edge=3)], ids=["small", "mid", "odd"])
@pytest.mark.parametrize("kind", ["literal", "aug"])
def test_against_plain_python(kind, setting):
    check_against_plain_python(kind, setting)


def test_numbers_of_features():
    sizes = [(3, 1, 2), (10, 2, 4), (14, 2, 4), (20, 4, 5)]
    settings = [Setting(n_vehicle=v, n_node=q, n_edge=e) for v, q, e in sizes]
    assert [n_feature(s) for s in settings] == [27, 150, 202, 425]
    assert [n_feature(s, "aug") for s in settings] == [33, 170, 230, 465]


def test_bounds_by_hand():
    """Table II's ends come to 0 and 1; gains of -140 and -60 dB, clocks of 0.7 and 1, tasks of 0.5 GC and 1.5 S."""
    slot = replace(
        draw_slots(),
        power_w=np.array([[1.0, 20.0], [10.5, 1.0], [1.0, 1.0]]),
        gain=10 ** (np.array([[-140.0, -60.0], [-100.0, -200.0], [0.0, -120.0]]) / 10),
        vehicle_hz=0.5e9 * np.array([0.7, 1.0, 0.85]),
        edge_hz=2.5e9 * np.array([1.0, 0.7]),
        cycles=np.array([0.5e9, 1.8e9, 3e9]),
        size_bits=8e6 * np.array([15.0, 5.0, 30.0]),
    )
    found = features(slot, [0.9], SMALL, kind="aug")
    np.testing.assert_allclose(found[5:11], [0, 1, 0.5, 0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(found[11:17], [0, 1, 0.5, 0, 1, 0.25], atol=1e-12)
    np.testing.assert_allclose(found[22:27], [0, 1, 0.5, 1, 0], atol=1e-12)
    np.testing.assert_allclose(found[27:33], [0, 0.52, 1, 1, 1 / 3, 1], atol=1e-12)
    # Entropies, and margins over their largest: sqrt(1/1e6) + h + 1e-10 over 1.001.
    np.testing.assert_allclose(found[17:22], (found[:5] + 1e-3 + 1e-10) / (1.001 + 1e-10), rtol=1e-12)


def check_only_keys_know_the_action_before():
    """H and Delta follow eta; P, G, L and E are the stream's, whatever anybody does."""
    play = make_play()
    seen = play.seen
    assert seen.shape == (play.menu.n_slot + 1, 3, 27)
    keys = np.r_[0:5, 17:22]
    rest = np.setdiff1d(np.arange(27), keys)
    for e in (1, 2):
        np.testing.assert_array_equal(seen[:, e, rest], seen[:, 0, rest])
        assert (seen[:, e, keys] < seen[:, e - 1, keys]).all()


def test_only_keys_know_the_action_before():
    check_only_keys_know_the_action_before()


def test_batches_keep_their_bits():
    slots, eta = draw_slots(6, seed=3), np.array([[0.8], [0.9], [1.0]])
    whole = features(slots.beside_actions(), eta, SMALL)
    assert whole.shape == (6, 3, 27)
    for t in range(6):
        for e in range(3):
            assert features(at(slots, t), eta[e], SMALL).tobytes() == whole[t, e].tobytes()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: n_feature(SMALL, "lateral"), r"observation must be .* got 'lateral'; did you mean 'literal'\?"),
        (
            lambda: features(draw_slots(), [0.9], SMALL, kind="all"),
            "observation must be one of aug, literal, got 'all'",
        ),
        (lambda: features(draw_slots(), [0.9], MID), r"length_km must end in \(2, 14\) for this setting"),
        (lambda: features(draw_slots(), [1.2], SMALL), r"efficiency must be in \[0, 1\], got 1.2"),
        (lambda: features(draw_slots(), [0.9], SMALL, size_mb=-1), r"size_mb must lie in \(0, 1e\+06\], got -1.0"),
    ],
)
def test_errors(call, words):
    with pytest.raises(ValueError, match=words):
        call()
