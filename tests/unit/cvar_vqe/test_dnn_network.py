"""Passes and steps of the neural benchmark against autograd and torch's own modules and optimiser."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from qbench.papers.cvar_vqe._dnn_network import Adam, Passes, initial
from qbench.papers.cvar_vqe.baselines import association_dnn, soft_score
from qbench.papers.cvar_vqe.dnn import Training, train
from qbench.papers.cvar_vqe.dnn_scores import linear_maps


def reference_loss(u: torch.Tensor, w: torch.Tensor, capacity: np.ndarray) -> torch.Tensor:
    """The loss as its definition says, for autograd."""
    excess = torch.relu(u.sum(-2) - torch.tensor(capacity, dtype=u.dtype))
    return (2.0 * w.amax((-1, -2)) * (excess**2).sum(-1) - soft_score(u, w)).mean()


def own_module(settings: Training, flat: np.ndarray) -> torch.nn.Module:
    with torch.random.fork_rng(devices=[]):
        module = association_dnn(settings.agents, settings.stations, softmax=settings.softmax)
    flat = torch.tensor(flat)
    torch.nn.utils.vector_to_parameters(flat, module.to(flat.dtype).parameters())
    return module


@pytest.mark.parametrize("softmax", ["row", "flat"])
@pytest.mark.parametrize(("agents", "stations"), [(4, 4), (5, 2), (2, 3), (1, 1)])
@pytest.mark.parametrize("limit", [1, 9])
def test_gradient_is_autograds(softmax, agents, stations, limit):
    settings = Training(agents=agents, stations=stations, softmax=softmax)
    rng = np.random.default_rng(1)
    flat = initial(agents, stations, rng)
    theta = torch.tensor(flat)
    gradient = torch.full_like(theta, np.nan)  # all of it must be written
    x, w = rng.random((7, agents, stations)) * 9, rng.random((7, agents, stations)) * 9
    capacity = np.full(stations, float(limit))
    overload = 2.0 * w.max(axis=(-1, -2))
    passes = Passes(theta, gradient, batch=7, agents=agents, stations=stations, flat=softmax == "flat")
    total = passes.loss_and_gradient(torch.tensor(x.reshape(7, -1)), w, overload, capacity)

    module = own_module(settings, flat)
    loss = reference_loss(module(torch.tensor(x)), torch.tensor(w), capacity)
    loss.backward()
    wanted = torch.cat([p.grad.flatten() for p in module.parameters()])
    assert total / 7 == pytest.approx(loss.item(), rel=1e-13)
    np.testing.assert_allclose(gradient, wanted, atol=1e-13)
    assert passes.loss(torch.tensor(x.reshape(7, -1)), w, overload, capacity) == total
    assert passes.loss(torch.tensor(x.reshape(7, -1)), 2.0 * w, overload, capacity) != total
    np.testing.assert_allclose(gradient, wanted, atol=1e-13)  # a loss alone leaves it


def torch_training(settings: Training, s, w, capacity, rng, dtype) -> np.ndarray:
    """Train as torch would, from the generator's parameters and in its order; return the flat parameters."""
    module = own_module(settings, initial(settings.agents, settings.stations, rng).astype(dtype))
    optimiser = torch.optim.Adam(module.parameters(), lr=settings.learning_rate)
    x, weights = torch.tensor(s.astype(dtype)), torch.tensor(w.astype(dtype))
    for _ in range(settings.epochs):
        for batch in torch.tensor(rng.permutation(len(s))).split(settings.batch):
            optimiser.zero_grad()
            reference_loss(module(x[batch]), weights[batch], capacity).backward()
            optimiser.step()
    return torch.nn.utils.parameters_to_vector(module.parameters()).detach().numpy()


@pytest.mark.parametrize("settings", [Training(epochs=3, batch=64), Training(epochs=2, batch=64, softmax="flat")])
@pytest.mark.parametrize("capacity", [np.array([10, 10, 5, 5]), np.array([2, 1, 1, 1])])
def test_training_is_torchs_module_and_adam(settings, capacity):
    """Same start, same order, a last batch of 22: after nine steps all that is left is rounding in float32."""
    s = np.random.default_rng(0).exponential(50.0, (150, 4, 4))
    w = 0.8 * np.log2(1.0 + s)
    ours = train(settings, s[None], w[None], capacity, [np.random.default_rng(0)]).parameters[0]
    theirs = torch_training(settings, s, w, capacity, np.random.default_rng(0), np.float32)
    steps = 3 * settings.epochs
    moved = np.abs(theirs - initial(4, 4, np.random.default_rng(0)))
    assert moved.max() > 0.9 * steps * settings.learning_rate
    # Adam divides by the gradient's own size: where that is rounding, a step may go either way.
    assert np.quantile(np.abs(ours - theirs), 0.99) < 1e-6
    assert np.abs(ours - theirs).max() <= 2 * steps * settings.learning_rate


def test_adam_is_torchs_to_the_rounding_of_double_precision():
    rng = np.random.default_rng(2)
    start, gradients = rng.normal(size=50), rng.normal(size=(30, 50)) * 10.0 ** rng.uniform(-6, 3, (30, 50))
    gradients[:, :3] = 0.0
    ours, gradient = torch.tensor(start), torch.zeros(50, dtype=torch.float64)
    theirs = torch.tensor(start, requires_grad=True)
    adam, optimiser = Adam(ours, gradient, 1e-2), torch.optim.Adam([theirs], lr=1e-2)
    for g in gradients:
        gradient.copy_(torch.tensor(g))
        theirs.grad = torch.tensor(g)
        adam.step()
        optimiser.step()
        np.testing.assert_allclose(ours, theirs.detach(), rtol=0, atol=1e-14)
    np.testing.assert_array_equal(ours[:3], start[:3])


def test_initial_parameters_have_torchs_bounds_and_spread():
    flat = initial(4, 4, np.random.default_rng(3))
    assert flat.size == 59_920
    at = 0
    for inputs, outputs in linear_maps(4, 4):
        own = flat[at : at + inputs * outputs + outputs] * np.sqrt(inputs)
        at += own.size
        assert 0.98 < np.abs(own).max() <= 1.0
        assert own.var() == pytest.approx(1 / 3, abs=0.03)
    # torch draws from the same law: the largest of each of its parameters is as near to the same bound.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for layer, (inputs, _) in zip(association_dnn(4, 4)[1::2], linear_maps(4, 4), strict=False):
            for p in layer.parameters():
                assert 0.8 < float(p.detach().abs().max()) * np.sqrt(inputs) <= 1.0
