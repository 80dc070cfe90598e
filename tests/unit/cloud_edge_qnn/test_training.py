"""Training of the edges against a second implementation by loops, and what it must not depend on."""

from __future__ import annotations

import numpy as np
import pytest

from qbench.papers.cloud_edge_qnn.links import Links, disturbance, edge_losses
from qbench.papers.cloud_edge_qnn.setting import EdgeSetting, initial_edge_angles
from qbench.papers.cloud_edge_qnn.training import (
    descent_direction,
    mean_gradient,
    mean_losses,
    sent_beams,
    train_edges,
)
from qbench.papers.cloud_qnn.system import Channels
from tests.oracles import cloud_edge_qnn_reference as reference
from tests.unit.cloud_edge_qnn.networks import fixed, some_angles, some_channels

SHORT = {"epochs": 2, "samples": 2}


def trained(setting, seeds=2, channels=None, curve=None):
    given = some_channels(seeds, setting.n_training) if channels is None else channels
    theta = some_angles(seeds, setting.network(3, 2).n_weights)
    return train_edges(setting, theta, given, fixed(given), curve)


def test_training_is_algorithm_3():
    setting = EdgeSetting(**SHORT, rate=0.05, snr_db=3.0)
    channels = some_channels(2, 4)
    result = trained(setting, channels=channels)
    for seed in range(2):
        expected = reference.train(
            channels.h[seed],
            channels.h_hat[seed],
            (0, 1, 2, 2),
            some_angles(2)[seed],
            rho=setting.snr,
            mu=0.1,
            epochs=2,
            samples=2,
            rate=0.05,
        )
        np.testing.assert_allclose(result.theta[seed], expected, atol=1e-10)
        assert np.abs(result.theta[seed] - result.start[seed]).max() > 1e-3


def test_fixed_channels_come_again_in_order():
    setting = EdgeSetting(**SHORT, data="fixed100", rate=0.05)
    channels = some_channels(1, 2)
    result = trained(setting, 1, channels)
    expected = reference.train(
        channels.h[0],
        channels.h_hat[0],
        (0, 1, 2, 2),
        some_angles(1)[0],
        rho=setting.snr,
        mu=0.1,
        epochs=2,
        samples=2,
        rate=0.05,
        regenerated=False,
    )
    np.testing.assert_allclose(result.theta[0], expected, atol=1e-10)
    last = reference.mean_loss(channels.h[0], channels.h_hat[0], (0, 1, 2, 2), expected, setting.snr, 0.1)
    np.testing.assert_allclose(result.curve[0, :, -1], last, rtol=1e-9)


def test_curve_is_the_loss_on_its_own_channels():
    setting = EdgeSetting(**SHORT)
    curve = some_channels(2, 3, first=50)
    shown = Links.of(curve, fixed(curve), setting)
    result = trained(setting, curve=shown)
    for seed in range(2):
        for e, theta in ((0, result.start), (2, result.theta)):
            expected = reference.mean_loss(
                curve.h[seed], curve.h_hat[seed], (0, 1, 2, 2), theta[seed], setting.snr, 0.1
            )
            np.testing.assert_allclose(result.curve[seed, :, e], expected, rtol=1e-9)


def test_one_channel_is_seen_at_every_iteration():
    setting = EdgeSetting(epochs=1, samples=5, data="one", gradient="chain", rate=0.2)
    channels = some_channels(1, 1)
    theta = some_angles(1)
    links = Links.of(channels, fixed(channels), setting).at(0)
    network = setting.network(3, 2)
    moved = theta
    for _ in range(5):
        moved = moved - 0.2 * descent_direction(setting, network, moved, links)
    assert np.array_equal(trained(setting, 1, channels).theta, moved)


@pytest.mark.parametrize("kind", ["zx", "phase", "xy", "o"])
@pytest.mark.parametrize("middle", ["independent", "shared"])
def test_chain_is_the_gradient_and_the_rule_on_the_loss_is_not(kind, middle):
    setting = EdgeSetting(beam=kind, middle=middle, gradient="chain")
    network = setting.network(3, 2)
    channels = some_channels(3, 1)
    links = Links.of(channels, fixed(channels), setting).at(0)
    theta = some_angles(3, network.n_weights)
    disturbing = disturbance(links, network.beams(links.phi, theta))

    def losses(angles):
        # The others' beams stay: each edge descends along its own loss.
        return edge_losses(links, network.beams(links.phi, angles), disturbing, snr=setting.snr, interference=0.1)

    numeric = np.empty_like(theta)
    for p in range(network.n_weights):
        step = np.zeros(network.n_weights)
        step[p] = 1e-6
        numeric[..., p] = (losses(theta + step) - losses(theta - step)) / 2e-6
    np.testing.assert_allclose(descent_direction(setting, network, theta, links), numeric, rtol=1e-5, atol=1e-5)
    rule = descent_direction(EdgeSetting(beam=kind, middle=middle), network, theta, links)
    assert np.abs(rule - numeric).max() > 0.1
    if kind == "zx" and middle == "independent":
        both = Links.of(channels, fixed(channels), setting)
        np.testing.assert_allclose(mean_gradient(setting, network, theta, both), numeric, rtol=1e-5, atol=1e-5)


def test_mean_gradient_is_the_mean_over_channels():
    setting = EdgeSetting(gradient="chain")
    channels = some_channels(2, 4)
    links, theta = Links.of(channels, fixed(channels), setting), some_angles(2)
    network = setting.network(3, 2)
    each = np.stack([descent_direction(setting, network, theta, links.at(i)) for i in range(4)])
    np.testing.assert_allclose(mean_gradient(setting, network, theta, links), each.mean(axis=0), rtol=1e-10)


@pytest.mark.parametrize("others", ["mr", "none"])
def test_others_beams(others):
    setting = EdgeSetting(others=others)
    channels = some_channels(1, 2)
    links = Links.of(channels, fixed(channels), setting)
    network, theta = setting.network(3, 2), some_angles(1)
    sent = sent_beams(network, theta, links)
    disturbing = np.zeros((1, 2, 4))
    if others == "mr":
        for i in range(2):
            for m, k in enumerate((0, 1, 2, 2)):
                for n, u in enumerate((0, 1, 2, 2)):
                    if n != m:
                        v = np.conj(channels.h_hat[0, i, n, u])
                        disturbing[0, i, m] += abs(channels.h[0, i, n, k] @ v) ** 2 / (abs(v) ** 2).sum()
    expected = edge_losses(links, sent, disturbing, snr=setting.snr, interference=0.1).mean(axis=1)
    np.testing.assert_allclose(mean_losses(setting, network, theta, links), expected, rtol=1e-10)


def test_a_short_run_begins_a_long_one_and_seeds_are_alone():
    channels = some_channels(2, 6)
    long = trained(EdgeSetting(epochs=3, samples=2), channels=channels)
    short = trained(EdgeSetting(epochs=1, samples=2), channels=channels)
    assert np.array_equal(
        short.theta,
        train_edges(EdgeSetting(epochs=1, samples=2), some_angles(2), channels, fixed(channels)).theta,
    )
    seen = []
    train_edges(
        EdgeSetting(epochs=3, samples=2),
        some_angles(2),
        channels,
        fixed(channels),
        snapshot=lambda e, theta: seen.append((e, theta)),
    )
    assert [e for e, _ in seen] == [0, 1, 2, 3]
    assert np.array_equal(seen[1][1], short.theta)
    assert np.array_equal(seen[3][1], long.theta)
    first = Channels(channels.h[:1], channels.h_hat[:1])
    assert np.array_equal(trained(EdgeSetting(epochs=3, samples=2), 1, first).theta, long.theta[:1])


def test_an_edge_learns_from_others_through_their_interference_alone():
    setting = EdgeSetting(**SHORT, others="none")
    channels = some_channels(1, 4)
    h, h_hat = channels.h.copy(), channels.h_hat.copy()
    h[:, :, 1:] *= 1.7
    h_hat[:, :, 1:] *= -0.4
    changed = trained(setting, 1, Channels(h, h_hat)).theta
    before = trained(setting, 1, channels).theta
    assert np.array_equal(changed[:, 0], before[:, 0])
    assert (changed[:, 1:] != before[:, 1:]).any(axis=-1).all()
    heard = trained(EdgeSetting(**SHORT), 1, Channels(h, h_hat)).theta
    assert not np.array_equal(heard[:, 0], before[:, 0])


def test_the_identity_reading_has_no_z_to_learn_from():
    setting = EdgeSetting(middle="identity", beam="o", **SHORT)
    result = trained(setting, 1)
    np.testing.assert_allclose(result.theta, result.start, atol=1e-12)


def test_errors():
    channels = some_channels(2, 3)
    setting = EdgeSetting(**SHORT)
    with pytest.raises(ValueError, match=r"theta must have shape \(seeds, APs, weights\) \(2, 4, 6\), got \(2, 4, 3\)"):
        train_edges(setting, some_angles(2, 3), channels, fixed(channels))
    with pytest.raises(ValueError, match="data 'regenerated' needs channels"):
        train_edges(setting, some_angles(2), channels, fixed(channels))
    for field, value in (
        ("data", "once"),
        ("gradient", "autograd"),
        ("others", "zf"),
        ("alpha", "phase"),
        ("beam", "z"),
        ("target", "rank2"),
        ("middle", "free"),
        ("order", "reverse"),
        ("rate_channel", "h_true"),
    ):
        with pytest.raises(ValueError, match=f"{field} must be one of .*{value}"):
            EdgeSetting(**{field: value})
    with pytest.raises(ValueError, match=r"interference must lie in \[0, 1\], got 1\.5"):
        EdgeSetting(interference=1.5)
    with pytest.raises(ValueError, match="rate"):
        EdgeSetting(rate=0.0)
    with pytest.raises(ValueError, match="epochs"):
        EdgeSetting(epochs=0)
    with pytest.raises(ValueError, match="snr_db"):
        EdgeSetting(snr_db=float("nan"))
    with pytest.raises(TypeError, match="entangled must be True or False, got 1"):
        EdgeSetting(entangled=1)
    with pytest.raises(ValueError, match="n_ap"):
        initial_edge_angles(np.random.default_rng(0), 0, 6)
