from __future__ import annotations

import numpy as np
import pytest

from qbench.papers.cloud_qnn.rates import SILENT, feasible
from qbench.papers.cloud_qnn.search import (
    NoTerminationError,
    one_pass,
    printed_loop,
    printed_search,
    round_robin,
    strengths,
)
from qbench.papers.cloud_qnn.system import Parameters, draw_channels


def with_strengths(x):
    """Channels of one antenna with the given ||h_mk||^2."""
    return np.sqrt(np.asarray(x, dtype=float))[..., np.newaxis]


# User 0 prefers AP 2, then 1; user 1 prefers AP 2, then 0; user 2 prefers AP 0, then 3.
X = [[1.0, 7.0, 8.0], [4.0, 2.0, 1.0], [9.0, 8.0, 3.0], [2.0, 1.0, 5.0]]


def test_strengths_are_squared_norms():
    np.testing.assert_allclose(strengths(np.array([[[3, 4j], [1, 1]]])), [[25, 2]], rtol=1e-14)


def test_turns_by_hand():
    # 0 takes AP 2; 1, whose best is gone, takes AP 0; 2, whose best is gone, takes AP 3; 0 again takes AP 1.
    assert round_robin(with_strengths(X)).tolist() == [1, 0, 0, 2]
    assert one_pass(with_strengths(X)).tolist() == [1, SILENT, 0, 2]


def test_ties_go_to_the_lowest_ap():
    equal = with_strengths(np.ones((4, 3)))
    assert round_robin(equal).tolist() == [0, 1, 2, 0]
    assert one_pass(equal).tolist() == [0, 1, 2, SILENT]


def test_channels_of_strength_0_are_still_assigned_once():
    assert round_robin(np.zeros((4, 3, 2))).tolist() == [0, 1, 2, 0]


def test_printed_is_blind():
    assert printed_search(4, 3).tolist() == [0, 1, 2, 0]
    assert printed_search(8, 6).tolist() == [0, 1, 2, 3, 4, 5, 0, 1]


def test_the_printed_loop_has_no_end():
    with pytest.raises(
        NoTerminationError, match=r"\|S\| = 4 and the loop runs while \|S\| <= 4: .* for user 1; use rou"
    ):
        printed_loop(np.array(X))


def test_a_batch_is_its_channels():
    h = draw_channels(np.random.default_rng(3), 20, Parameters(n_ap=7, n_user=4)).h_hat
    for method in (round_robin, one_pass):
        whole = method(h)
        assert whole.shape == (20, 7)
        for b in range(20):
            np.testing.assert_array_equal(whole[b], method(h[b]))
        assert feasible(whole, 4).all()
    assert (np.count_nonzero(one_pass(h) == SILENT, axis=-1) == 3).all()
    # Seven APs, four users: users 0, 1 and 2 get two.
    counts = (round_robin(h)[..., None] == np.arange(4)).sum(axis=-2)
    assert (counts == [2, 2, 2, 1]).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: round_robin(np.ones((2, 3, 2))), r"every user needs an AP of its own, got 3 users and 2 APs"),
        (lambda: one_pass(np.ones((2, 3, 2))), r"every user needs an AP of its own, got 3 users and 2 APs"),
        (lambda: printed_search(2, 3), r"every user needs an AP of its own, got 3 users and 2 APs"),
        (lambda: round_robin(np.ones((3, 2))), r"h_hat must have at least 3 axes, got shape \(3, 2\)"),
        (lambda: round_robin(np.full((3, 2, 1), np.nan)), r"h_hat must be finite"),
        (
            lambda: printed_loop(np.ones((1, 4, 3))),
            r"strength must have shape \(APs, users\), got \(1, 4, 3\); give one",
        ),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
