"""Tabulated losses against plain loops."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qbench.papers.cloud_qnn.closed_forms import outputs
from qbench.papers.cloud_qnn.rates import feasible
from qbench.papers.cloud_qnn.system import Parameters, draw_channels
from qbench.papers.cloud_qnn.tables import (
    CHUNK,
    Lessons,
    all_rates,
    assignment_number,
    decoded_number,
    every_assignment,
    loss_table,
)
from tests.oracles import cloud_qnn_reference as ref
from tests.oracles.cloud_qnn_training_reference import loss

CHANNELS = draw_channels(np.random.default_rng(5), 3, Parameters(csi_var=0.3))


def test_assignments_are_numbered_in_lexicographic_order() -> None:
    every = every_assignment(4, 3)
    assert every.tolist() == [list(a) for a in itertools.product(range(3), repeat=4)]
    np.testing.assert_array_equal(assignment_number(every, 3), np.arange(81))
    assert not every.flags.writeable


def test_too_many_assignments_are_refused() -> None:
    with pytest.raises(ValueError, match=r"3\^20 assignments are too many to tabulate, at most 100000"):
        every_assignment(20, 3)


def test_decoded_outputs_find_their_row() -> None:
    o = np.array([[0.0, 0.34, 0.99, 1.0], [1 / 3, 0.5, 2 / 3, 0.1]])
    assert every_assignment(4, 3)[decoded_number(o, 3)].tolist() == [[0, 1, 2, 2], [1, 1, 2, 0]]


@pytest.mark.parametrize("rate_channel", ["h", "h_hat"])
def test_rates_of_every_assignment(rate_channel) -> None:
    found = all_rates(CHANNELS, snr=7.0, interference=0.2, rate_channel=rate_channel)
    for i in range(3):
        h, h_hat = CHANNELS.h[i].tolist(), CHANNELS.h_hat[i].tolist()
        rated = h if rate_channel == "h" else h_hat
        for row, a in enumerate(itertools.product(range(3), repeat=4)):
            expected = ref.user_rates(rated, ref.mr_beams(h_hat, a), a, 7.0, 0.2)
            assert found[i, row].tolist() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("target", ["gram", "rank1", "rank1_half"])
@pytest.mark.parametrize(("unserved", "normalised"), [(-10.0, False), (10.0, False), (0.0, True), (-10.0, True)])
def test_losses_of_every_assignment(target, unserved, normalised) -> None:
    found = loss_table(
        CHANNELS, snr=7.0, interference=0.2, target=target, unserved=unserved, normalised=normalised, rate_channel="h"
    )
    for i in range(3):
        h, h_hat = CHANNELS.h[i].tolist(), CHANNELS.h_hat[i].tolist()
        expected = [
            loss(list(a), h, h_hat, 7.0, 0.2, unserved, normalised, target)
            for a in itertools.product(range(3), repeat=4)
        ]
        np.testing.assert_allclose(found[i], expected, rtol=1e-11)


def test_losses_take_the_channel_they_are_told() -> None:
    one, other = (loss_table(CHANNELS, snr=7.0, interference=0.2, rate_channel=c) for c in ("h", "h_hat"))
    serves_all = feasible(every_assignment(4, 3), 3)
    assert np.all((one != other) == serves_all)  # an unserved user's reward knows no channel


def test_chunks_do_not_change_bits() -> None:
    many = draw_channels(np.random.default_rng(6), CHUNK + 7, Parameters())
    whole = loss_table(many, snr=10.0, interference=0.1)
    for at in (0, CHUNK - 1, CHUNK, CHUNK + 6):
        alone = type(many)(many.h[at : at + 1], many.h_hat[at : at + 1])
        np.testing.assert_array_equal(whole[at], loss_table(alone, snr=10.0, interference=0.1)[0])


def test_lessons_join_seeds() -> None:
    seeds = [
        Lessons.of(draw_channels(np.random.default_rng(k), 2, Parameters()), snr=10.0, interference=0.1)
        for k in range(3)
    ]
    joined = Lessons.joined(seeds)
    assert joined.phi.shape == (3, 2, 4)
    assert joined.losses.shape == (3, 2, 81)
    for k, one in enumerate(seeds):
        np.testing.assert_array_equal(joined.losses[k], one.losses[0])
        np.testing.assert_array_equal(joined.phi[k], one.phi[0])
    assert joined.n_ap == 4


def test_lessons_look_up_what_they_are_asked() -> None:
    rng = np.random.default_rng(2)
    lessons = Lessons(np.zeros((2, 3, 4)), rng.random((2, 3, 81)), 3)
    some, one_each = rng.integers(3, size=(2, 5, 4)), rng.integers(3, size=(2, 3, 4))
    at, each = lessons.losses_at(1, some), lessons.losses_each(one_each)
    rows = [tuple(a) for a in itertools.product(range(3), repeat=4)]
    for s in range(2):
        assert at[s].tolist() == [lessons.losses[s, 1, rows.index(tuple(a))] for a in some[s].tolist()]
        assert each[s].tolist() == [
            lessons.losses[s, n, rows.index(tuple(a))] for n, a in enumerate(one_each[s].tolist())
        ]


def test_lessons_refuse_other_shapes() -> None:
    with pytest.raises(ValueError, match=r"got shapes \(1, 2, 4\) and \(1, 2, 80\)"):
        Lessons(np.zeros((1, 2, 4)), np.ones((1, 2, 80)), 3)
    with pytest.raises(ValueError, match="every user needs an AP of its own, got 3 users and 2 APs"):
        Lessons(np.zeros((1, 2, 2)), np.ones((1, 2, 9)), 3)


def test_a_loss_looked_up_is_the_loss_computed() -> None:
    rng = np.random.default_rng(0)
    table = loss_table(CHANNELS, snr=10.0, interference=0.1)
    theta, phi = rng.uniform(0, 6, (20, 1, 2, 4)), rng.uniform(0, 6, (3, 4))
    number = decoded_number(outputs(theta, phi), 3)
    rates = all_rates(CHANNELS, snr=10.0, interference=0.1)
    for i in range(3):
        for n in number[:, i]:
            a = every_assignment(4, 3)[n].tolist()
            h, h_hat = CHANNELS.h[i].tolist(), CHANNELS.h_hat[i].tolist()
            assert table[i, n] == pytest.approx(loss(a, h, h_hat, 10.0, 0.1, -10.0, False, "gram"), rel=1e-11)
            assert rates[i, n].sum() >= 0
