"""Classical networks beside the circuit: gradients three ways, a loss by enumeration, training and its bits."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from qbench.papers.cloud_qnn.encoding import neuron_angles
from qbench.papers.cloud_qnn.expected_loss import expected_loss, softmax
from qbench.papers.cloud_qnn.scorer_training import batches, mean_loss, train_scorer
from qbench.papers.cloud_qnn.scorers import SHARPNESS, LinearScorer, LinkScorer, chosen, link_features
from qbench.papers.cloud_qnn.setting import Setting
from qbench.papers.cloud_qnn.system import Parameters, draw_channels
from qbench.papers.cloud_qnn.tables import loss_table

RNG = np.random.default_rng(11)
SCORERS = {"link": LinkScorer(), "linear": LinearScorer(3)}


def material(scorer, seeds=3, n=6):
    """Return inputs and losses of `seeds` seeds, and weights away from their start."""
    each = [draw_channels(np.random.default_rng([k, 1]), n, Parameters(csi_var=0.2)) for k in range(seeds)]
    inputs = np.stack([scorer.inputs(c.h_hat) for c in each])
    losses = np.stack([loss_table(c, snr=10.0, interference=0.1, normalised=True) for c in each])
    weights = [scorer.first(np.random.default_rng([k, 2]), 4) for k in range(seeds)]
    return inputs, losses, np.stack(weights) + 0.1 * np.random.default_rng(5).standard_normal((seeds, 8))


def test_features_by_hand() -> None:
    h = draw_channels(RNG, 2, Parameters()).h_hat
    found = link_features(h)
    for n, m, k in np.ndindex(2, 4, 3):
        x = [[math.log2(1 + sum(abs(z) ** 2 for z in h[n, i, j])) for j in range(3)] for i in range(4)]
        here = sum(x[m][j] for j in range(3) if j != k) / 2
        there = sum(x[i][k] for i in range(4) if i != m) / 3
        assert found[n, m, k] == pytest.approx([x[m][k], here, there], rel=1e-13)
    assert not link_features(h[:, :1, :1])[..., 1:].any()


def test_link_scores_by_hand() -> None:
    inputs, _, weights = material(LinkScorer())
    found = LinkScorer().scores(weights, inputs)
    for s, n, m, k in np.ndindex(found.shape):
        a, b, v, d, f = weights[s, :3], weights[s, 3], weights[s, 4], weights[s, 5:], inputs[s, n, m, k]
        assert found[s, n, m, k] == pytest.approx(v * math.tanh(sum(a * f) + b) + sum(d * f), rel=1e-12)


def test_linear_scores_by_hand() -> None:
    inputs, _, weights = material(LinearScorer(3))
    found = LinearScorer(3).scores(weights, inputs)
    for s, n, m, k in np.ndindex(found.shape):
        z, c = weights[s, m] * inputs[s, n, m] + weights[s, 4 + m], k - 1
        assert found[s, n, m, k] == pytest.approx(SHARPNESS * (z * c - c * c / 2), rel=1e-12, abs=1e-12)


def test_the_linear_scorer_decides_by_the_nearest_place() -> None:
    """As the papers decode an output: equal intervals, one a user; no z here lies on a threshold."""
    for n_user in (1, 2, 3, 6):
        scorer = LinearScorer(n_user)
        z = np.linspace(-n_user, n_user, 402)
        weights = np.concatenate([np.zeros(402), z])[np.newaxis]
        found = chosen(scorer.scores(weights, np.zeros((1, 1, 402))))[0, 0]
        np.testing.assert_array_equal(found, np.clip(np.floor(z + n_user / 2), 0, n_user - 1))


def test_both_have_at_most_the_angles_of_the_circuit() -> None:
    for scorer in SCORERS.values():
        assert scorer.size(4) == len(scorer.first(RNG, 4)) == 8
    first = np.stack([LinearScorer(3).first(RNG, 4) for _ in range(200)])
    assert not first[:, :4].any()
    assert -1.5 <= first[:, 4:].min() < -1.4
    assert 1.4 < first[:, 4:].max() <= 1.5


def test_the_linear_scorer_sees_the_angles_of_the_circuit() -> None:
    h = draw_channels(RNG, 2, Parameters()).h_hat
    for alpha in ("sum", "arg"):
        np.testing.assert_array_equal(LinearScorer(3, alpha).inputs(h), neuron_angles(h, alpha))


# --- the mean loss ---


@pytest.mark.parametrize(("n_ap", "n_user"), [(4, 3), (3, 2), (2, 4), (1, 3), (3, 1)])
def test_the_mean_is_the_sum_over_all_assignments(n_ap, n_user) -> None:
    shares = softmax(RNG.standard_normal((2, 3, n_ap, n_user)))
    losses = RNG.random((2, 3, n_user**n_ap))
    value, given = expected_loss(shares, losses)
    for at in np.ndindex(2, 3):
        p = shares[at]
        mean, by_choice = 0.0, np.zeros((n_ap, n_user))
        for row, a in enumerate(itertools.product(range(n_user), repeat=n_ap)):
            mean += math.prod(p[m, k] for m, k in enumerate(a)) * losses[at][row]
            for m, k in enumerate(a):
                by_choice[m, k] += math.prod(p[i, j] for i, j in enumerate(a) if i != m) * losses[at][row]
        assert value[at] == pytest.approx(mean, rel=1e-12)
        assert given[at] == pytest.approx(by_choice, rel=1e-12)


def test_softmax() -> None:
    found = softmax(np.array([[0.0, math.log(3.0)], [1000.0, 1000.0]]))
    assert found == pytest.approx(np.array([[0.25, 0.75], [0.5, 0.5]]))


@pytest.mark.parametrize("name", SCORERS)
def test_gradient_against_differences(name) -> None:
    scorer = SCORERS[name]
    inputs, losses, weights = material(scorer)
    _, gradient = mean_loss(scorer, weights, inputs, losses)
    for i in range(8):
        move = 1e-5 * np.eye(8)[i]
        up, down = (mean_loss(scorer, weights + sign * move, inputs, losses)[0] for sign in (1, -1))
        assert gradient[:, i] == pytest.approx((up - down) / 2e-5, rel=1e-6, abs=1e-8)
    assert (np.abs(gradient).max(axis=0) > 1e-6).all()


def torch_link(w, f):
    return w[4] * torch.tanh(f @ w[:3] + w[3]) + f @ w[5:]


def torch_linear(w, phi):
    places = torch.tensor([-1.0, 0.0, 1.0], dtype=torch.float64)
    return SHARPNESS * ((w[:4] * phi + w[4:])[..., None] * places - places**2 / 2)


@pytest.mark.parametrize(("name", "by_torch"), [("link", torch_link), ("linear", torch_linear)])
def test_gradient_against_autograd(name, by_torch) -> None:
    scorer = SCORERS[name]
    inputs, losses, weights = material(scorer)
    value, gradient = mean_loss(scorer, weights, inputs, losses)
    for s in range(3):
        w = torch.tensor(weights[s], requires_grad=True)
        p = torch.softmax(by_torch(w, torch.tensor(inputs[s])), dim=-1)
        joint = torch.einsum("na,nb,nc,nd->nabcd", *p.unbind(dim=1)).reshape(6, 81)
        mean = (joint * torch.tensor(losses[s])).sum(dim=1).mean()
        mean.backward()
        assert value[s] == pytest.approx(mean.item(), rel=1e-12)
        assert gradient[s] == pytest.approx(w.grad.numpy(), rel=1e-9, abs=1e-13)


# --- training ---


def test_each_step_takes_the_channels_that_come_next() -> None:
    def order(data, batch, **more):
        return [at.tolist() for at in batches(Setting(epochs=2, samples=4, data=data, **more), batch)]

    assert order("fixed100", 3) == [[0, 1, 2], [3, 0, 1], [2, 3]]
    assert order("regenerated", 4) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert order("one", 8) == [[0] * 8]
    with pytest.raises(ValueError, match="batch must be a whole number of at least 1, got 0"):
        order("one", 0)


@pytest.mark.parametrize("name", SCORERS)
def test_a_step_is_adams(name) -> None:
    scorer = SCORERS[name]
    inputs, losses, weights = material(scorer)
    setting = Setting(epochs=2, samples=6)
    found = train_scorer(scorer, setting, weights, inputs, losses, rate=0.07, batch=5)
    for s in range(3):
        w = torch.tensor(weights[s], requires_grad=True)
        optimiser = torch.optim.Adam([w], lr=0.07)
        for step, at in enumerate(batches(setting, 5)):
            here = w.detach().numpy()[np.newaxis]
            value, gradient = mean_loss(scorer, here, inputs[s : s + 1, at], losses[s : s + 1, at])
            assert found.curve[s, step] == pytest.approx(value[0], rel=1e-9)
            w.grad = torch.tensor(gradient[0])
            optimiser.step()
        assert found.weights[s] == pytest.approx(w.detach().numpy(), rel=1e-9)
    assert found.curve.shape == (3, 3)
    assert found.start.tolist() == weights.tolist()


@pytest.mark.parametrize("name", SCORERS)
def test_training_lowers_the_loss_of_its_channels(name) -> None:
    scorer = SCORERS[name]
    inputs, losses, weights = material(scorer)
    trained = train_scorer(scorer, Setting(epochs=60, samples=6), weights, inputs, losses, rate=0.05, batch=6)
    assert (trained.curve[:, -1] < trained.curve[:, 0] - 0.02).all()
    # Constant rate: the last steps are near a stationary point, the mean loss of the channels has hardly a slope left.
    before, after = (mean_loss(scorer, w, inputs, losses)[1] for w in (trained.start, trained.weights))
    assert (np.abs(after).max(axis=-1) < np.abs(before).max(axis=-1)).all()


@pytest.mark.parametrize("name", SCORERS)
def test_seeds_side_by_side_are_seeds_alone(name) -> None:
    scorer = SCORERS[name]
    inputs, losses, weights = material(scorer, seeds=5, n=7)
    setting = Setting(epochs=4, samples=7)
    together = train_scorer(scorer, setting, weights, inputs, losses, rate=0.1, batch=3)
    for k in range(5):
        part = slice(k, k + 1)
        alone = train_scorer(scorer, setting, weights[part], inputs[part], losses[part], rate=0.1, batch=3)
        assert together.weights[k].tolist() == alone.weights[0].tolist()
        assert together.curve[k].tolist() == alone.curve[0].tolist()


def test_bad_input() -> None:
    scorer = LinkScorer()
    inputs, losses, weights = material(scorer)
    step = {"rate": 0.1, "batch": 2}
    setting = Setting(epochs=1, samples=6)
    with pytest.raises(ValueError, match=r"start must have shape \(seeds, weights\) \(3, 8\), got \(2, 8\)"):
        train_scorer(scorer, setting, weights[:2], inputs, losses, **step)
    with pytest.raises(ValueError, match="data 'fixed100' needs 7 training channels a seed, got 6"):
        train_scorer(scorer, Setting(epochs=1, samples=7), weights, inputs, losses, **step)
    with pytest.raises(ValueError, match=r"same \(seeds, channels\), got \(3, 5\) and \(3, 6\)"):
        train_scorer(scorer, setting, weights, inputs[:, :5], losses, **step)
    with pytest.raises(ValueError, match=r"losses must be \(3, 6, 81\), one for each of 3\^4 assignments"):
        expected_loss(np.ones((3, 6, 4, 3)), losses[..., :80])
    with pytest.raises(ValueError, match=r"lr must .* got 0.0"):
        train_scorer(scorer, setting, weights, inputs, losses, rate=0.0, batch=2)
    with pytest.raises(ValueError, match="n_user must be a whole number"):
        LinearScorer(0)
