"""What edges send and users receive, against the rates of the 2022 paper's package and against loops."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qbench import radio
from qbench.papers.cloud_edge_qnn.links import (
    Links,
    beams_of_others,
    disturbance,
    edge_losses,
    link_rate,
    loss_cotangent,
    received_power,
)
from qbench.papers.cloud_edge_qnn.scores import BEAMFORMERS, known_beams, network_scores
from qbench.papers.cloud_edge_qnn.setting import EdgeSetting
from qbench.papers.cloud_qnn.loss import ap_targets, precoding_loss
from qbench.papers.cloud_qnn.rates import link_rates, mr_table, received
from qbench.papers.cloud_qnn.studies import scores
from tests.unit.cloud_edge_qnn.networks import fixed, some_channels

LEVEL = {"snr": 10.0, "interference": 0.3}


def every_row(count):
    """Return assignments (1, count, 4) that differ from channel to channel."""
    each = np.array(list(itertools.product(range(3), repeat=4)))
    return each[np.arange(7, 7 + count)][np.newaxis]


@pytest.mark.parametrize("rate_channel", ["h", "h_hat"])
def test_maximum_ratio_gives_the_link_rates_of_the_first_paper(rate_channel):
    channels = some_channels(1, 30)
    a = every_row(30)
    links = Links.of(channels, a, EdgeSetting(rate_channel=rate_channel))
    beams = known_beams(channels, a, "mr", rng=np.random.default_rng(0), **LEVEL)
    got = link_rate(received_power(links.mine, beams), disturbance(links, beams), **LEVEL)
    table = mr_table(channels, rate_channel=rate_channel)
    np.testing.assert_allclose(got, link_rates(received(table, a), a, **LEVEL), rtol=1e-12)
    expected = precoding_loss(got, ap_targets(channels.h_hat, snr=10.0, target="rank1", assignment=a))
    np.testing.assert_allclose(edge_losses(links, beams, disturbance(links, beams), **LEVEL), expected, rtol=1e-12)


def test_disturbance_is_what_the_user_hears_of_all_other_aps():
    channels = some_channels(1, 3)
    a = every_row(3)
    links = Links.of(channels, a, EdgeSetting())
    beams = radio.isotropic_beam(np.random.default_rng(1), (1, 3, 4, 2))
    got = disturbance(links, beams)
    for i, m in itertools.product(range(3), range(4)):
        heard = sum(abs(channels.h[0, i, n, a[0, i, m]] @ beams[0, i, n]) ** 2 for n in range(4) if n != m)
        assert got[0, i, m] == pytest.approx(heard, rel=1e-12)


@pytest.mark.parametrize("antenna", [0, 1])
@pytest.mark.parametrize("part", [1.0, 1j])
def test_cotangent_is_the_slope_of_the_loss(antenna, part):
    channels = some_channels(2, 3)
    links = Links.of(channels, fixed(channels), EdgeSetting())
    beams = radio.isotropic_beam(np.random.default_rng(2), (2, 3, 4, 2))
    disturbing = disturbance(links, beams)
    step = np.zeros(2, dtype=np.complex128)
    step[antenna] = 1e-6 * part
    up, down = (edge_losses(links, beams + sign * step, disturbing, **LEVEL) for sign in (1, -1))
    slope = loss_cotangent(links, beams, disturbing, **LEVEL)
    # The gradient of Re sum conj(c) v.
    np.testing.assert_allclose((up - down) / 2e-6, (np.conj(slope[..., antenna]) * part).real, rtol=1e-6, atol=1e-6)


def test_others_are_current_or_maximum_ratio_or_silent():
    channels = some_channels(1, 2)
    links = Links.of(channels, fixed(channels), EdgeSetting())
    beams = radio.isotropic_beam(np.random.default_rng(3), (1, 2, 4, 2))
    assert beams_of_others(links, beams, "current") is beams
    mr = known_beams(channels, fixed(channels), "mr", rng=np.random.default_rng(0), **LEVEL)
    assert np.array_equal(beams_of_others(links, beams, "mr"), mr)
    assert not disturbance(links, beams_of_others(links, beams, "none")).any()


@pytest.mark.parametrize("rate_channel", ["h", "h_hat"])
def test_scores_are_those_of_the_first_paper_for_maximum_ratio(rate_channel):
    channels, a = some_channels(1, 81), np.array(list(itertools.product(range(3), repeat=4)))
    alone = type(channels)(channels.h[0], channels.h_hat[0])
    beams = known_beams(alone, a, "mr", rng=np.random.default_rng(0), **LEVEL)
    got = network_scores(alone, a, beams, rate_channel=rate_channel, **LEVEL)
    expected = scores(a, mr_table(alone, rate_channel=rate_channel), **LEVEL)
    assert set(got) == {"user_zero", "zero_trial", "plus10", "min_rate", "feasible"}
    assert got == pytest.approx({name: expected[name] for name in got}, rel=1e-12)
    assert 0 < got["feasible"] < 1


def test_leakage_beam_has_the_largest_signal_to_leakage_and_noise():
    channels = some_channels(1, 20)
    alone, a = type(channels)(channels.h[0], channels.h_hat[0]), every_row(20)[0]

    def worth(beams):
        power = received_power(alone.h_hat, beams[..., np.newaxis, :])
        mine = np.take_along_axis(power, a[..., np.newaxis], axis=-1)[..., 0]
        return 10.0 * mine / (10.0 * 0.3 * (power.sum(axis=-1) - mine) + 1.0)

    rng = np.random.default_rng(4)
    best = worth(known_beams(alone, a, "slnr", rng=rng, **LEVEL))
    for kind in BEAMFORMERS:
        assert (worth(known_beams(alone, a, kind, rng=rng, **LEVEL)) <= best * (1 + 1e-9)).all()
    quiet = known_beams(alone, a, "slnr", snr=10.0, interference=0.0, rng=rng)
    assert np.array_equal(quiet, known_beams(alone, a, "mr", rng=rng, **LEVEL))


def test_printed_beam_lacks_the_conjugate():
    channels = some_channels(1, 5)
    a = every_row(5)
    rng = np.random.default_rng(0)
    mr, printed = (known_beams(channels, a, kind, rng=rng, **LEVEL) for kind in ("mr", "printed_mr"))
    assert np.array_equal(printed, np.conj(mr))


def test_errors():
    channels = some_channels(1, 2)
    setting = EdgeSetting()
    with pytest.raises(ValueError, match="assignment must have shape"):
        Links.of(channels, np.zeros((2, 4), dtype=int), setting)
    with pytest.raises(ValueError, match="got a silent AP"):
        Links.of(channels, np.full((1, 2, 4), -1), setting)
    with pytest.raises(ValueError, match=r"users 0\.\.2"):
        Links.of(channels, np.full((1, 2, 4), 3), setting)
    with pytest.raises(ValueError, match="kind must be one of mr, printed_mr, equal_gain, slnr, random, got 'zf'"):
        known_beams(channels, fixed(channels), "zf", rng=np.random.default_rng(0), **LEVEL)
