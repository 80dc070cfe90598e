"""Training against a second implementation, one seed at a time with torch's Adam, and what it must not depend on."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest
import torch

from qbench.papers.hqcnn.adam import Adam, move_anywhere
from qbench.papers.hqcnn.features import Standard, gains_db
from qbench.papers.hqcnn.free import free_assignment
from qbench.papers.hqcnn.losses import supervised_loss
from qbench.papers.hqcnn.training import Examples, Recipe, mean_losses, train
from tests.unit.hqcnn.models import gains, generators, network, soft

RULE = soft()


rate_loss = RULE.loss_of_logits


def examples(seeds, count, first, standard=None):
    """Gains (S, count, 5, 4) of generators of their own, and the scales of these if none are given."""
    beta = np.stack([gains(count, 5, 4, seed=first + s) for s in range(seeds)])
    scales = Standard.of(beta) if standard is None else standard
    return Examples(scales.features(beta), torch.from_numpy(beta)), scales


def data(seeds, count=20, held_out=9):
    learned, scales = examples(seeds, count, 10)
    return learned, examples(seeds, held_out, 500, scales)[0]


def double(some):
    return Examples(some.x.double(), some.targets)


def trained(name, seeds, recipe, *, curve=False, loss=rate_loss, learned=None, validated=None, precise=True):
    net = network(name, seeds=seeds)
    one, two = data(seeds) if learned is None else (learned, validated)
    if precise:
        net, one, two = net.double(), double(one), double(two)
    found = train(net, loss, one, two, recipe, generators(seeds, 900), curve=curve)
    return net, found


def one_seed(name, s, seeds, recipe):
    """The recipe for seed `s` alone, with torch's Adam: validation losses and the best weights."""
    net = network(name, seeds=seeds).double()
    net.keep([s])
    learned, validated = (double(some) for some in data(seeds))
    adam = torch.optim.Adam(net.parameters(), lr=recipe.rate)
    order = np.random.default_rng(900 + s)
    losses, best, mark, since = [], None, None, 0

    def validation():
        with torch.no_grad():
            return float(rate_loss(net(validated.x[s : s + 1]), validated.targets[s : s + 1]).mean())

    for epoch in range(recipe.epochs + 1):
        if epoch:
            rows = torch.from_numpy(order.permutation(learned.x.shape[1]))
            for start in range(0, len(rows), recipe.batch):
                batch = rows[start : start + recipe.batch]
                adam.zero_grad()
                rate_loss(net(learned.x[s : s + 1, batch]), learned.targets[s : s + 1, batch]).mean().backward()
                adam.step()
        losses.append(validation())
        if losses[-1] == min(losses):
            best = (epoch, copy.deepcopy(net.state_dict()))
        if mark is None or losses[-1] < mark - recipe.tolerance * abs(mark):
            mark, since = losses[-1], epoch
        if epoch - since >= recipe.patience:
            break
    return losses, best


@pytest.mark.parametrize("name", ["ours", "mlp"])
def test_training_is_the_recipe_seed_by_seed(name):
    recipe = Recipe(rate=0.05, epochs=25, batch=8, patience=3)
    net, found = trained(name, 3, recipe)
    stops = []
    for s in range(3):
        losses, (epoch, weights) = one_seed(name, s, 3, recipe)
        stops.append(len(losses) - 1)
        assert found.stopped[s] == len(losses) - 1
        assert found.best[s] == epoch
        np.testing.assert_allclose(found.validation[s, : len(losses)], losses, rtol=1e-9)
        assert np.isnan(found.validation[s, len(losses) :]).all()
        for key, value in net.state_dict().items():
            torch.testing.assert_close(value[s], weights[key][0], rtol=1e-7, atol=1e-9)
    # Seeds stop at different epochs, so that some train on without others.
    assert len(set(stops)) > 1
    assert min(stops) < 25


@pytest.mark.parametrize("name", ["ours", "light", "symmetric"])
def test_seeds_are_alone_to_the_bit(name):
    recipe = Recipe(rate=0.05, epochs=8, batch=8, patience=2)
    net, found = trained(name, 3, recipe, curve=True, precise=False)
    learned, validated = data(3)
    for s in range(3):
        own = network(name, seeds=3)
        own.keep([s])
        alone = train(
            own,
            rate_loss,
            Examples(learned.x[s : s + 1], learned.targets[s : s + 1]),
            Examples(validated.x[s : s + 1], validated.targets[s : s + 1]),
            recipe,
            [np.random.default_rng(900 + s)],
            curve=True,
        )
        for one, two in ((found.validation, alone.validation), (found.training, alone.training)):
            np.testing.assert_array_equal(one[s], two[0])
        assert (found.best[s], found.stopped[s]) == (alone.best[0], alone.stopped[0])
        for whole, single in zip(net.parameters(), own.parameters(), strict=True):
            assert torch.equal(whole[s], single[0])


def test_best_weights_are_kept_and_curves_are_losses():
    """Labels by chance: what is learned from them harms on others, so that the best weights come early."""
    rng = np.random.default_rng(5)
    learned, validated = (
        Examples(some.x.double(), torch.from_numpy(rng.integers(0, 3, (2, some.x.shape[1], 4)))) for some in data(2)
    )
    recipe = Recipe(rate=0.1, epochs=12, batch=8, patience=None)
    net, found = trained("mlp", 2, recipe, curve=True, loss=supervised_loss, learned=learned, validated=validated)
    both = np.arange(2)
    np.testing.assert_array_equal(found.best, found.validation.argmin(axis=1))
    assert (found.validation.min(axis=1) < found.validation[:, -1] - 0.1).all()
    for some, curve in ((validated, found.validation), (learned, found.training)):
        losses = mean_losses(net, supervised_loss, some, both)
        np.testing.assert_allclose(losses, curve[both, found.best], rtol=1e-12)
    fresh = network("mlp").double()
    losses = mean_losses(fresh, supervised_loss, learned, both)
    np.testing.assert_allclose(found.training[:, 0], losses, rtol=1e-12)
    # Without patience every epoch is there.
    assert found.stopped.tolist() == [12, 12]
    assert np.isfinite(found.training).all()


def test_training_without_a_curve_draws_none():
    _, found = trained("const", 1, Recipe(rate=0.1, epochs=2))
    assert np.isnan(found.training).all()
    assert np.isfinite(found.validation).all()


@pytest.mark.parametrize("name", ["ours", "product", "mlp", "light", "light gap", "twin", "symmetric"])
def test_every_network_fits_labels(name):
    """Supervised: pilots that depend on the input; each network lowers its loss by more than a constant can."""
    seeds = 2
    (learned, validated) = data(seeds, 32)
    labelled = [
        Examples(some.x, (some.x.mean(dim=3) > 0).long() + (some.x.mean(dim=3) > 0.3).long())
        for some in (learned, validated)
    ]
    recipe = Recipe(rate=0.03, epochs=40, batch=16, patience=None)
    _, found = trained(
        name, seeds, recipe, curve=True, loss=supervised_loss, learned=labelled[0], validated=labelled[1]
    )
    _, constant = trained(
        "const", seeds, recipe, curve=True, loss=supervised_loss, learned=labelled[0], validated=labelled[1]
    )
    assert (found.training[:, -1] < constant.training[:, -1]).all()


def test_adam_is_torchs():
    rng = np.random.default_rng(0)
    ours, theirs = (torch.tensor(rng.normal(size=(3, 7)), requires_grad=True) for _ in range(2))
    theirs.data.copy_(ours.data)
    adam, other = Adam([ours], 0.03), torch.optim.Adam([theirs], lr=0.03)
    for _ in range(20):
        g = torch.tensor(rng.normal(size=(3, 7)) * 10.0 ** rng.uniform(-6, 3, (3, 7)))
        ours.grad, theirs.grad = g.clone(), g.clone()
        adam.step([ours])
        other.step()
    torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_compiled_step_of_adam_is_the_one_by_one(dtype):
    draw = torch.Generator().manual_seed(1)
    here = torch.randn(3, 101, dtype=dtype, generator=draw).requires_grad_()
    there, first, second = here.detach().clone(), torch.zeros(3, 101, dtype=dtype), torch.zeros(3, 101, dtype=dtype)
    adam = Adam([here], 0.01)
    for t in range(1, 30):
        here.grad = torch.randn(3, 101, dtype=dtype, generator=draw) * 10.0 ** (t % 5 - 2)
        adam.step([here])
        move_anywhere(there, here.grad, first, second, math.sqrt(1 - 0.999**t), 0.01 / (1 - 0.9**t))
    eps = torch.finfo(dtype).eps
    for got, want in ((here.detach(), there), (adam.first[0], first), (adam.second[0], second)):
        assert (got - want).abs().max() <= 20 * eps * want.abs().max()


def test_adam_moves_what_does_not_lie_in_one_piece():
    """A transposed gradient, as a product of matrices may leave, and a transposed parameter."""
    parameter = torch.arange(6.0).reshape(2, 3)
    plain = parameter.clone().requires_grad_()
    turned = parameter.t().contiguous().t().requires_grad_()
    gradient = torch.linspace(-1.0, 1.0, 6).reshape(2, 3)
    for some in (plain, turned):
        some.grad = gradient.t().contiguous().t()
        Adam([some], 0.1).step([some])
    assert torch.allclose(plain, turned, rtol=1e-6)
    assert not torch.allclose(plain.detach(), parameter, rtol=1e-3)


def test_scales_come_from_the_training_set():
    beta = 10.0 ** np.random.default_rng(1).uniform(-12, -6, (2, 7, 5, 4))
    x = Standard.of(beta).features(beta)
    assert x.shape == (2, 7, 4, 5)
    np.testing.assert_allclose(x.mean(dim=(1, 2, 3)), 0.0, atol=1e-5)
    np.testing.assert_allclose(x.double().square().mean(dim=(1, 2, 3)), 1.0, rtol=1e-5)
    other = 7.0 * beta[:, :2]
    db = 10 * np.log10(beta)
    wanted = (10 * np.log10(other[1, 1, 3, 2]) - db[1].mean()) / db[1].std()
    assert Standard.of(beta).features(other)[1, 1, 2, 3].item() == pytest.approx(wanted, rel=1e-5)
    entry = Standard.of(beta, "per_entry").features(beta)
    np.testing.assert_allclose(entry.mean(dim=1), 0.0, atol=1e-5)


def test_free_logits_are_descended_instance_by_instance():
    beta = gains(6, 4, 5, seed=8)
    found = free_assignment(beta, RULE, np.random.default_rng(0), steps=60)
    first = torch.from_numpy(np.random.default_rng(0).normal(size=(6, 5, 3)))
    hot = torch.eye(3, dtype=torch.float64)
    for b in range(6):
        logits, given = first[b].clone().requires_grad_(), torch.tensor(beta[b])
        adam = torch.optim.Adam([logits], lr=0.1)
        for _ in range(60):
            adam.zero_grad()
            RULE.loss(given, torch.softmax(logits, -1)).backward()
            adam.step()
        assert found[b].tolist() == logits.detach().numpy().argmax(axis=1).tolist()
    start = hot[first.numpy().argmax(axis=-1)]
    better = RULE.rates(torch.tensor(beta), hot[found]).sum() - RULE.rates(torch.tensor(beta), start).sum()
    assert better > 1.0
    # A rate of 0.1 and 300 steps unless said.
    said, short = (free_assignment(beta, RULE, np.random.default_rng(0), rate=0.1, steps=n) for n in (300, 1))
    assert free_assignment(beta, RULE, np.random.default_rng(0)).tolist() == said.tolist() != short.tolist()
    # One instance at a time, with the same draws, gives the same pilots.
    rng = np.random.default_rng(0)
    assert [free_assignment(beta[b : b + 1], RULE, rng, steps=60).tolist()[0] for b in range(6)] == found.tolist()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Recipe(rate=0.0), r"rate must lie in \(0, inf\), got 0.0"),
        (lambda: Recipe(rate=0.1, epochs=0), "epochs must be a whole number of at least 1, got 0"),
        (lambda: Recipe(rate=0.1, batch=2.5), r"batch must be a whole number of at least 1, got 2\.5"),
        (lambda: Recipe(rate=0.1, patience=0), "patience must be a whole number of at least 1, got 0"),
        (lambda: Recipe(rate=0.1, tolerance=-1e-3), r"tolerance must lie in \[0, 1\], got -0.001"),
        (
            lambda: Examples(torch.ones(2, 3, 4, 5), torch.ones(2, 4, 5, 4)),
            "the same seeds and examples, at least one, got",
        ),
        (lambda: Examples(torch.ones(2, 0, 4, 5), torch.ones(2, 0, 5, 4)), "at least one"),
        (
            lambda: train(network("const", seeds=3), rate_loss, *data(2), Recipe(rate=0.1), generators(3)),
            "the network has 3 seeds; got examples of 2 and 2 and 3 generators",
        ),
        (lambda: Standard.of(np.ones((1, 2, 3, 4))), "must differ to be scaled by 'global', got a deviation of 0"),
        (lambda: Standard.of(np.ones((1, 2, 3, 4)), "entry"), "scaling must be one of .*got 'entry'"),
        (lambda: gains_db(-np.ones((1, 2, 3, 4))), r"beta must be positive .*got -1\.0 at index \(0, 0, 0, 0\)"),
        (lambda: gains_db(np.full((1, 2, 3, 4), np.nan)), "beta must be finite, got nan"),
        (lambda: free_assignment(np.ones((3, 4)), RULE, np.random.default_rng(0)), "beta must have at least 3 axes"),
        (lambda: free_assignment(np.zeros((1, 3, 4)), RULE, np.random.default_rng(0)), "and positive, got"),
        (lambda: free_assignment(np.ones((1, 3, 4)), RULE, np.random.default_rng(0), steps=0), "steps must be"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
