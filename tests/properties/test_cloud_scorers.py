"""The link scorer follows users and access points when they are renamed; mean losses of policies: exact properties."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from qbench.papers.cloud_qnn.baselines import best_user
from qbench.papers.cloud_qnn.expected_loss import expected_loss, score_slopes, softmax
from qbench.papers.cloud_qnn.scorers import LinearScorer, LinkScorer, chosen
from tests.properties.cell_free import CLOSE, between, exact, networks

WEIGHTS = st.lists(between(-3.0, 3.0), min_size=8, max_size=8)


@exact
@given(networks(), WEIGHTS, st.randoms(use_true_random=False))
def test_the_link_scorer_follows_users_and_aps(channels, values, random):
    scorer, weights = LinkScorer(), np.array(values)[np.newaxis]
    aps = np.array(random.sample(range(channels.n_ap), channels.n_ap))
    users = np.array(random.sample(range(channels.n_user), channels.n_user))
    # New AP i is old AP aps[i], new user j is old user users[j].
    renamed = channels.h_hat[aps][:, users]
    one, two = (
        scorer.scores(weights, scorer.inputs(h)[np.newaxis, np.newaxis])[0, 0] for h in (channels.h_hat, renamed)
    )
    np.testing.assert_allclose(two, one[aps][:, users], **CLOSE)
    ordered = np.sort(one, axis=-1)
    assume(
        channels.n_user == 1 or (ordered[:, -1] > ordered[:, -2] + 1e-6).all()
    )  # no ties, which rounding would break
    np.testing.assert_array_equal(users[chosen(two)], chosen(one)[aps])


@exact
@given(networks(), st.randoms(use_true_random=False))
def test_the_linear_scorer_cannot_tell_users_apart(channels, random):
    users = random.sample(range(channels.n_user), channels.n_user)
    scorer = LinearScorer(channels.n_user)
    np.testing.assert_allclose(
        scorer.inputs(channels.h_hat[:, users]), scorer.inputs(channels.h_hat), rtol=0, atol=1e-9
    )


@exact
@given(networks(), between(0.01, 5.0))
def test_own_strength_alone_is_the_best_user(channels, slope):
    scorer, weights = LinkScorer(), np.zeros((1, 8))
    weights[0, 5] = slope
    inputs = scorer.inputs(channels.h_hat)
    x = np.sort(inputs[..., 0], axis=-1)
    assume(channels.n_user == 1 or (x[:, -1] > x[:, -2] + 1e-9).all())
    found = chosen(scorer.scores(weights, inputs[np.newaxis, np.newaxis]))[0, 0]
    np.testing.assert_array_equal(found, best_user(channels.h_hat))


SCORES = st.lists(between(-5.0, 5.0), min_size=12, max_size=12).map(lambda v: np.array(v).reshape(4, 3))
LOSSES = st.lists(between(-10.0, 10.0), min_size=81, max_size=81).map(np.array)


@exact
@given(SCORES, LOSSES, between(-3.0, 3.0))
def test_a_number_on_all_scores_of_an_ap_changes_nothing(scores, losses, shift):
    moved = scores.copy()
    moved[2] += shift
    shares = softmax(scores)
    np.testing.assert_allclose(softmax(moved), shares, **CLOSE)
    value, given_user = expected_loss(shares, losses)
    assert losses.min() - 1e-9 <= value <= losses.max() + 1e-9
    np.testing.assert_allclose((shares * given_user).sum(axis=-1), value, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(score_slopes(shares, given_user).sum(axis=-1), 0.0, atol=1e-9)
