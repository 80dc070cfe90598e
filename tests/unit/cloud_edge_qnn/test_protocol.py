"""The parties of Algorithm 1 against the training of all seeds at once, and what passes between them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from qbench.papers.cloud_edge_qnn.framework import cloud_assignments
from qbench.papers.cloud_edge_qnn.links import Links
from qbench.papers.cloud_edge_qnn.protocol import Air, Cloud, Edge, TwoStage
from qbench.papers.cloud_edge_qnn.setting import EdgeSetting
from qbench.papers.cloud_edge_qnn.training import sent_beams, train_edges
from qbench.papers.cloud_qnn.networks import network
from qbench.papers.cloud_qnn.setting import Setting, initial_angles
from qbench.papers.cloud_qnn.system import Channels
from qbench.papers.cloud_qnn.tables import Lessons
from qbench.papers.cloud_qnn.training import train
from tests.unit.cloud_edge_qnn.networks import some_angles, some_channels

CLOUD = {"epochs": 3, "samples": 4, "data": "regenerated", "rate": 0.3, "train_snr_db": 7.0}


def air_of(channels, i, setting):
    return Air(Channels(channels.h[0, i], channels.h_hat[0, i]), setting.snr, 0.1, setting.rate_channel)


def parties(cloud, edges, theta, weights):
    return TwoStage(Cloud(cloud, theta), [Edge(m, edges, weights[m], 3, 2) for m in range(4)])


@pytest.mark.parametrize("change", [{}, {"loss": "normalised", "target": "rank1"}, {"rate_channel": "h_hat"}])
def test_parties_end_where_the_training_of_all_seeds_ends(change):
    cloud = Setting(**CLOUD, **change)
    shared = {"rate_channel": cloud.rate_channel}
    below = EdgeSetting(epochs=2, samples=3, rate=0.1, **shared)
    for_cloud, for_edges, test = (some_channels(1, n, first=i) for i, n in enumerate((12, 6, 3)))
    theta = initial_angles(np.random.default_rng(3), cloud, 4)
    weights = some_angles(1)
    two = parties(cloud, below, theta, weights[0])
    level = {"snr": cloud.train_snr, "interference": 0.1, "normalised": cloud.loss == "normalised"}
    for i in range(12):
        air = Air(Channels(for_cloud.h[0, i], for_cloud.h_hat[0, i]), cloud.train_snr, 0.1, cloud.rate_channel)
        two.teach_cloud(air, i // 4)
    alone = Channels(for_cloud.h[0], for_cloud.h_hat[0])
    lessons = Lessons.of(alone, target=cloud.target, rate_channel=cloud.rate_channel, **level)
    at_once = train(cloud, theta[np.newaxis], lessons)
    np.testing.assert_allclose(two.cloud.theta, at_once.theta[0], rtol=1e-10)
    assert np.abs(two.cloud.theta - theta).max() > 1e-3

    for i in range(6):
        two.teach_edges(air_of(for_edges, i, below), i // 3)
    circuit = network(cloud, 4)
    given = cloud_assignments(circuit, at_once.theta, for_edges, cloud.alpha)
    trained = train_edges(below, weights, for_edges, given)
    for edge, expected in zip(two.edges, trained.theta[0], strict=True):
        np.testing.assert_allclose(edge.theta, expected, rtol=1e-10)

    for i in range(3):
        gamma, beams = two.deploy(air_of(test, i, below))
        a = cloud_assignments(circuit, at_once.theta, test, cloud.alpha)
        assert np.array_equal(gamma, a[0, i])
        expected = sent_beams(below.network(3, 2), trained.theta, Links.of(test, a, below))[0, i]
        np.testing.assert_allclose(beams, expected, atol=1e-10)


def test_messages_are_those_of_the_algorithm():
    below = EdgeSetting()
    channels = some_channels(1, 1)
    two = parties(Setting(**CLOUD), below, np.zeros((2, 4)), some_angles(1)[0])
    two.teach_cloud(air_of(channels, 0, below), 0)
    cloud_phase = Counter((m.sender.split()[0], m.receiver.split()[0], m.kind, m.numbers) for m in two.wire.log)
    # Twelve real numbers describe the channels of an AP to three users; 2 L N = 16 assignments are tried.
    assert cloud_phase == {("edge", "cloud", "channels", 12): 4, ("users", "cloud", "rates", 48): 1}
    two.wire.log.clear()
    two.teach_edges(air_of(channels, 0, below), 0)
    assert Counter((m.sender.split()[0], m.receiver.split()[0], m.kind, m.numbers) for m in two.wire.log) == {
        ("edge", "cloud", "channels", 12): 4,
        ("cloud", "edge", "assignment", 4): 4,
        ("user", "edge", "rates", 12): 4,
    }
    two.wire.log.clear()
    two.deploy(air_of(channels, 0, below))
    assert Counter((m.sender.split()[0], m.receiver.split()[0], m.kind, m.numbers) for m in two.wire.log) == {
        ("edge", "cloud", "channels", 12): 4,
        ("cloud", "edge", "assignment", 4): 4,
    }


def test_an_edge_sends_the_same_beam_whatever_the_others_know():
    channels, other = some_channels(1, 1), some_channels(1, 1, first=9)
    below = EdgeSetting()
    mixed = Channels(
        np.concatenate([channels.h[:, :, :1], other.h[:, :, 1:]], axis=2),
        np.concatenate([channels.h_hat[:, :, :1], other.h_hat[:, :, 1:]], axis=2),
    )
    two = parties(Setting(**CLOUD), below, np.full((2, 4), 0.7), some_angles(1)[0])
    _, before = two.deploy(air_of(channels, 0, below))
    _, after = two.deploy(air_of(mixed, 0, below))
    assert np.array_equal(before[0], after[0])
    assert not np.allclose(before[1:], after[1:])


def test_errors():
    channels = some_channels(1, 1)
    with pytest.raises(ValueError, match=r"one network \(APs, users, antennas\), got \(1, 1, 4, 3, 2\)"):
        Air(channels, 10.0, 0.1)
    with pytest.raises(ValueError, match="got optimiser 'rotosolve'; use 'psr'"):
        Cloud(Setting(optimiser="rotosolve"), np.zeros((2, 4)))
    with pytest.raises(ValueError, match="got gradient 'chain'"):
        Edge(0, EdgeSetting(gradient="chain"), np.zeros(6), 3, 2)
    with pytest.raises(ValueError, match="got others 'mr'; use 'current'"):
        Edge(0, EdgeSetting(others="mr"), np.zeros(6), 3, 2)
    with pytest.raises(ValueError, match="edge 2 knows no channel yet"):
        Edge(2, EdgeSetting(), np.zeros(6), 3, 2).beam()
