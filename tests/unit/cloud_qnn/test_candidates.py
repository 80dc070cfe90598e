"""Losses that are computed against losses that are looked up, bit by bit; larger networks against plain loops."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qbench.papers.cloud_qnn.candidates import CandidateLessons
from qbench.papers.cloud_qnn.encoding import neuron_angles
from qbench.papers.cloud_qnn.setting import Setting, initial_angles
from qbench.papers.cloud_qnn.system import Channels, Parameters, draw_channels
from qbench.papers.cloud_qnn.tables import Lessons, every_assignment
from qbench.papers.cloud_qnn.training import train
from tests.oracles.cloud_qnn_training_reference import loss

LINK = {"snr": 7.0, "interference": 0.2}
LOSSES = {
    "raw": {},
    "normalised": {"normalised": True},
    "printed penalty": {"unserved": 10.0},
    "rank1": {"target": "rank1"},
    "rank1_half, rates of h_hat": {"target": "rank1_half", "rate_channel": "h_hat"},
}


def channels(seed, n=6, **sizes):
    return draw_channels(np.random.default_rng([seed, 1]), n, Parameters(csi_var=0.3, **sizes))


def lessons(kind, count=3, n=6, sizes=None, **loss):
    return kind.joined([kind.of(channels(k, n, **(sizes or {})), **{**LINK, **loss}) for k in range(count)])


@pytest.mark.parametrize("name", LOSSES)
def test_computed_losses_are_the_tabulated_ones_to_the_last_bit(name) -> None:
    tabulated, computed = (lessons(kind, **LOSSES[name]) for kind in (Lessons, CandidateLessons))
    every = np.broadcast_to(every_assignment(4, 3), (3, 81, 4))
    for at in range(6):
        found = computed.losses_at(at, every)
        assert found.tolist() == tabulated.losses[:, at].tolist()
        few = np.random.default_rng(at).integers(3, size=(3, 5, 4))
        assert computed.losses_at(at, few).tolist() == tabulated.losses_at(at, few).tolist()
    one_each = np.random.default_rng(9).integers(3, size=(3, 6, 4))
    assert computed.losses_each(one_each).tolist() == tabulated.losses_each(one_each).tolist()


@pytest.mark.parametrize(
    "setting",
    [
        Setting(epochs=4, samples=6, rate=0.1),
        Setting(epochs=1, samples=3, optimiser="rotosolve"),
        Setting(epochs=3, samples=6, circuit="reuse", loss="normalised", rate=1.0, target="rank1"),
    ],
    ids=["cloud", "rotosolve", "reuse"],
)
def test_training_is_the_same_to_the_last_bit(setting) -> None:
    theta = np.stack([initial_angles(np.random.default_rng(k), setting, 4) for k in range(3)])
    terms = {"target": setting.target, "normalised": setting.loss == "normalised"}
    shown = [lessons(kind, n=11, **terms) for kind in (Lessons, CandidateLessons)]
    one, two = (
        train(setting, theta, lessons(kind, **terms), curve)
        for kind, curve in zip((Lessons, CandidateLessons), shown, strict=True)
    )
    for name in ("theta", "curve", "spread"):
        assert getattr(one, name).tolist() == getattr(two, name).tolist(), name
    assert one.theta.tolist() != theta.tolist()


SIZES = {"n_ap": 8, "n_user": 6}


@pytest.mark.parametrize("name", LOSSES)
def test_large_networks_against_plain_loops(name) -> None:
    terms = {"unserved": -10.0, "normalised": False, "target": "gram", "rate_channel": "h"} | LOSSES[name]
    rated = terms.pop("rate_channel")
    computed = lessons(CandidateLessons, 2, 3, SIZES, **LOSSES[name])
    users = np.random.default_rng(1).integers(6, size=(2, 3, 8))
    users[:, 0] = [5, 1, 2, 3, 4, 0, 1, 1]  # serves all, which a random draw hardly ever does
    each, at = computed.losses_each(users), computed.losses_at(2, users)
    for s in range(2):
        given = channels(s, 3, **SIZES)
        for n in range(3):
            for found, i in ((each[s, n], n), (at[s, n], 2)):
                h, h_hat = given.h[i].tolist(), given.h_hat[i].tolist()
                expected = loss(users[s, n].tolist(), h if rated == "h" else h_hat, h_hat, 7.0, 0.2, **terms)
                assert found == pytest.approx(expected, rel=1e-11)


def test_large_networks_train_alone_as_side_by_side() -> None:
    setting = Setting(epochs=3, samples=3, rate=0.1)
    theta = np.stack([initial_angles(np.random.default_rng(k), setting, 8) for k in range(3)])
    together = train(setting, theta, lessons(CandidateLessons, sizes=SIZES))
    for k in range(3):
        alone = train(setting, theta[k : k + 1], CandidateLessons.of(channels(k, **SIZES), **LINK))
        for name in ("theta", "curve", "spread"):
            assert getattr(together, name)[k].tolist() == getattr(alone, name)[0].tolist(), name
    assert together.theta.tolist() != theta.tolist()


def test_encoding_reaches_the_lessons() -> None:
    given = channels(0)
    for alpha in ("sum", "arg", "norm"):
        found = CandidateLessons.of(given, alpha, **LINK)
        np.testing.assert_array_equal(found.phi[0], neuron_angles(given.h_hat, alpha))


def test_more_users_than_aps_are_refused() -> None:
    with pytest.raises(ValueError, match="every user needs an AP of its own, got 5 users and 4 APs"):
        CandidateLessons.of(channels(0, n_user=5), **LINK)


def test_mismatched_antennas_are_refused() -> None:
    two, three = channels(0), channels(0, n_tx=3)
    with pytest.raises(
        ValueError, match=r"h and h_hat must have the same shape .* got \(6, 4, 3, 2\) and \(6, 4, 3, 3\)"
    ):
        CandidateLessons.of(Channels(two.h, three.h_hat), **LINK)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda c: c.losses_at(0, np.zeros((1, 0, 4), int)), "assignment must not be empty, got shape"),
        (lambda c: c.losses_at(0, np.full((1, 1, 4), 3)), "assignment must name users 0..2"),
        (lambda c: c.losses_at(0, np.full((1, 1, 4), -1)), "every AP must serve a user here, got a silent AP"),
        (lambda c: c.losses_each(np.zeros((2, 6, 4), int)), "assignment must have shape"),
        (lambda c: replace(c, phi=c.phi[:, 1:]), r"got shapes \(1, 5, 4\), \(1, 6, 4, 3, 3\) and \(1, 6, 4, 3\)"),
        (lambda c: replace(c, ideal=c.ideal[..., 0]), "ideal"),
        (lambda c: replace(c, snr=0.0), "snr must be above 0"),
        (lambda c: replace(c, interference=2.0), "interference must lie in"),
        (lambda c: replace(c, unserved=float("nan")), "unserved must be finite"),
        (lambda c: CandidateLessons.of(channels(0), target="rank2", **LINK), "target must be one of"),
        (lambda c: CandidateLessons.joined([c, replace(c, snr=3.0)]), "one size and one loss"),
        (lambda c: CandidateLessons.joined([c, CandidateLessons.of(channels(0, 5), **LINK)]), "one size and one loss"),
        (lambda c: CandidateLessons.joined([]), "lessons must be those of at least one seed"),
    ],
)
def test_bad_input(call, words) -> None:
    with pytest.raises(ValueError, match=words):
        call(CandidateLessons.of(channels(0), **LINK))
