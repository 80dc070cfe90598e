from __future__ import annotations

import numpy as np
import pytest

from qbench.papers.cloud_qnn.loss import (
    UNSERVED,
    ap_targets,
    assignment_loss,
    lowest_reward,
    network_target,
    precoding_loss,
)

# One AP, two users, h = (3, 4i) and (1, 0): Gram matrix [[10, 12i], [-12i, 16]], determinant 160 - 144.
H = np.array([[[3, 4j], [1, 0]]])
ALL = np.array([True, True])


def test_gram_target_by_hand():
    # det(I + rho/2 G) at rho = 2: 11 * 17 - 144 = 43
    np.testing.assert_allclose(ap_targets(H, snr=2.0), [np.log2(43)], rtol=1e-14)


def test_rank_one_targets_by_hand():
    for a, strength in (([0], 25.0), ([1], 1.0)):
        np.testing.assert_allclose(ap_targets(H, snr=2.0, target="rank1", assignment=a), np.log2([1 + 2 * strength]))
        np.testing.assert_allclose(ap_targets(H, snr=2.0, target="rank1_half", assignment=a), np.log2([1 + strength]))
    assert ap_targets(H, snr=2.0, target="rank1", assignment=[-1]).tolist() == [0.0]


def test_the_network_adds_its_aps():
    two = np.concatenate((H, 2 * H))
    each = ap_targets(two, snr=2.0)
    np.testing.assert_allclose(each, [np.log2(43), np.log2(41 * 65 - 144 * 16)], rtol=1e-14)
    assert network_target(two, snr=2.0) == each[0] + each[1]
    a = [0, 1]
    assert network_target(two, snr=2.0, target="rank1", assignment=a) == pytest.approx(np.log2(51) + np.log2(9))


def test_targets_of_a_batch():
    batch = np.stack((H, 2 * H, 1j * H))
    whole = network_target(batch, snr=[1.0, 2.0, 3.0])
    for b, snr in enumerate((1.0, 2.0, 3.0)):
        assert whole[b] == network_target(batch[b], snr=snr)
    a = np.array([[0], [1], [1]])
    ranked = ap_targets(batch, snr=[1.0, 2.0, 3.0], target="rank1", assignment=a)
    for b, snr in enumerate((1.0, 2.0, 3.0)):
        np.testing.assert_array_equal(ranked[b], ap_targets(batch[b], snr=snr, target="rank1", assignment=a[b]))


def test_the_lowest_reward_and_the_three_penalties():
    rates, who = np.array([3.0, 0.0, 2.0]), np.array([True, False, True])
    assert UNSERVED == -10.0
    assert lowest_reward(rates, who) == -10.0
    assert lowest_reward(rates, who, unserved=10.0) == 2.0
    assert lowest_reward(rates, who, unserved=0.0) == 0.0
    assert lowest_reward(rates, np.array([True] * 3)) == 0.0


def test_losses_by_hand():
    rates = np.array([[3.0, 2.0], [3.0, 0.0]])
    who = np.array([[True, True], [True, False]])
    target = np.array([5.0, 5.0])
    assert assignment_loss(rates, who, target).tolist() == [9.0, 225.0]
    assert assignment_loss(rates, who, target, unserved=10.0).tolist() == [9.0, 4.0]
    np.testing.assert_allclose(assignment_loss(rates, who, target, normalised=True), [9 / 25, 9.0], rtol=1e-15)
    assert precoding_loss(np.array([3.0, 1.0]), np.array([5.0, 1.5])).tolist() == [4.0, 0.25]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: ap_targets(H, snr=2.0, target="grams"),
            r"target must be one of gram.*got 'grams'; did you mean 'gram'",
        ),
        (
            lambda: ap_targets(H, snr=2.0, target="rank1"),
            r"target 'rank1' depends on the user of each AP; pass assignm",
        ),
        (lambda: ap_targets(H, snr=np.inf), r"snr must be finite, got inf"),
        (lambda: ap_targets(H, snr=0.0), r"snr must be above 0, got 0.0"),
        (lambda: ap_targets(H[0], snr=1.0), r"h_hat must have at least 3 axes, got shape \(2, 2\); shape is \(\*batch"),
        (lambda: ap_targets(H, snr=1.0, target="rank1", assignment=[2]), r"assignment must name users 0..1"),
        (lambda: ap_targets(H, snr=1.0, target="rank1", assignment=[[0]]), r"must have shape \(1,\).*got \(1, 1\)"),
        (
            lambda: assignment_loss(np.ones(2), ALL, np.zeros(())),
            r"target must be above 0, got 0.0; it is \|Phi\| = -Phi",
        ),
        (lambda: assignment_loss(np.ones(2), ALL, np.full((), -4.0)), r"target must be above 0, got -4.0"),
        (lambda: lowest_reward(np.ones(2), ALL, unserved=np.nan), r"unserved must be finite, got nan"),
        (lambda: precoding_loss(np.ones(3), np.ones(2)), r"rates and targets must agree, got shapes \(3,\) and \(2,\)"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
