"""The neural benchmark on random sizes: outputs are associations, scores stay below the optimum (P16, P19)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from qbench.papers.cvar_vqe.baselines import soft_score
from qbench.papers.cvar_vqe.dnn import Training, softmax, train
from qbench.papers.cvar_vqe.dnn_scores import hard, parameters, scores

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(1, 5)
KINDS = st.sampled_from(["row", "flat"])


@st.composite
def trained_networks(draw, most_epochs=2):
    """A network after no or little training, and fresh SINR and weights (B, I, J) over eight decades."""
    settings = Training(
        agents=draw(SIZES),
        stations=draw(SIZES),
        softmax=draw(KINDS),
        input=draw(st.sampled_from(["raw", "log"])),
        batch=8,
        epochs=draw(st.integers(0, most_epochs)),
    )
    rng = np.random.default_rng(draw(SEEDS))
    s = 10.0 ** rng.uniform(-4, 4, (1, 20, settings.agents, settings.stations))
    w = np.log2(1.0 + s)
    capacity = np.full(settings.stations, draw(st.sampled_from([1, 9])))
    return train(settings, s[:, :10], w[:, :10], capacity, [rng]), s[:, 10:], w[0, 10:], capacity


@given(trained_networks())
def test_outputs_are_associations(case):
    trained, s, w, capacity = case
    u = trained.predict(s)[0]
    assert trained.parameters.shape == (1, parameters(*s.shape[-2:]))
    assert u.shape == s.shape[1:]
    assert np.isfinite(u).all()
    assert (u >= 0).all()
    total = u.sum(-1) if trained.settings.softmax == "row" else u.sum((-1, -2))
    np.testing.assert_allclose(total, 1.0, atol=1e-12)
    # One BS a vehicle, and one that is there: C1.
    found = scores(u, w, capacity)
    assert found.choices.shape == s.shape[1:-1]
    assert ((found.choices >= 0) & (found.choices < s.shape[-1])).all()
    np.testing.assert_array_equal(np.take_along_axis(u, found.choices[..., None], -1)[..., 0], u.max(-1))
    occupancy = (found.choices[..., None] == np.arange(s.shape[-1])).sum(-2)
    np.testing.assert_array_equal(found.feasible, (occupancy <= capacity).all(-1))


@given(trained_networks(most_epochs=0))
def test_without_training_outputs_are_finite(case):
    trained, s, w, capacity = case
    found = scores(trained.predict(s)[0], w, capacity)
    for values in (found.hard, found.soft_max1, found.soft_n):
        assert np.isfinite(values).all()


@given(trained_networks(), SEEDS)
def test_permuting_the_batch_permutes_the_outputs(case, seed):
    trained, s, _, _ = case
    order = np.random.default_rng(seed).permutation(s.shape[1])
    # Rows of a matrix product may differ in the last bits; raw logits reach 10^4.
    np.testing.assert_allclose(trained.predict(s[:, order]), trained.predict(s)[:, order], atol=2e-3)


@given(SIZES, st.integers(0, 3), KINDS, SEEDS, st.floats(0, 50))
def test_score_with_max_1_n_never_exceeds_the_best_matching(agents, extra, kind, seed, sharpness):
    """I <= J, w >= 0, any softmax from uniform to almost one-hot."""
    rng = np.random.default_rng(seed)
    u = softmax(sharpness * rng.normal(size=(30, agents, agents + extra)), kind)
    w = np.where(rng.random(u.shape) < 0.3, 0.0, rng.exponential(5.0, u.shape))
    capacity = np.full(agents + extra, agents)
    found = scores(u, w, capacity)
    for k in range(len(u)):
        rows, columns = linear_sum_assignment(w[k], maximize=True)
        best = w[k][rows, columns].sum() * (1 + 1e-12)
        assert found.soft_max1[k] <= best
        assert found.hard[k] <= best


@given(st.floats(1e-9, 1 - 1e-9))
def test_score_with_n_exceeds_the_optimum_on_the_showcase(e):
    """The optimum is 10; 10 + 10 (1 - e)/(2 - e) is above it for every e < 1. Rounded, both vehicles are on one BS."""
    u, w = np.array([[e, 1 - e], [0.0, 1.0]]), np.array([[10.0, 10.0], [0.0, 0.0]])
    found = scores(u, w, [2, 2])
    assert found.soft_n == pytest.approx(10 + 10 * (1 - e) / (2 - e), rel=1e-12)
    assert found.soft_n > 10 >= found.soft_max1
    assert found.hard <= 10


@given(SIZES, SIZES, SEEDS)
def test_scores_of_hard_associations_are_one_number(agents, stations, seed):
    """On a binary association with room everywhere the three scores agree."""
    rng = np.random.default_rng(seed)
    u = np.eye(stations)[rng.integers(stations, size=(20, agents))]
    w = rng.exponential(5.0, u.shape)
    found = scores(u, w, np.full(stations, agents))
    assert found.feasible.all()
    np.testing.assert_array_equal(hard(u), found.choices)
    for soft in (found.soft_max1, found.soft_n, soft_score(u, w)):
        np.testing.assert_allclose(soft, found.hard, rtol=1e-13)
