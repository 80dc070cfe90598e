"""The trained tensor network, compiled, against the torch module that it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from qbench.papers.tn_qdrl import _tn_gradient_kernel, _tn_kernel, _tn_learning_kernel, networks, tensor_learner
from qbench.papers.tn_qdrl.agents import Agent
from qbench.papers.tn_qdrl.lessons import Lesson
from qbench.papers.tn_qdrl.replay import replay_slots
from qbench.papers.tn_qdrl.vqc import VARIANTS, TnNetwork
from tests.unit.tn_qdrl import toys

NAMES = tuple(tensor_learner.VARIANTS)


def network(variant, n_feature=toys.D, n_action=24):
    rng = np.random.default_rng(9)
    made = TnNetwork([rng], [rng], n_feature, n_action, variant=variant, dtype=torch.float64)
    made.calibrate(torch.from_numpy(rng.random((1, 50, n_feature))))
    return made


def by_kernels(net, x, actions, slopes):
    """Values (B, N), and the gradient of sum_w slopes_w Q_w."""
    flat, shape = tensor_learner.flat_of(net)
    sites = np.ascontiguousarray(np.moveaxis(tensor_learner.site_pairs(x, np.float64), 0, -1))
    room, values = _tn_kernel.room_of(shape, flat, len(x)), np.empty((net.n_action, len(x)))
    _tn_kernel.forward(flat, shape, sites, room)
    _tn_kernel.heads(flat, shape, room, values)
    gradient = np.zeros_like(flat)
    _tn_gradient_kernel.add_gradient(flat, gradient, shape, sites, room, actions, slopes)
    return values.T, gradient


def check_values_and_gradients(variant="amplitude", n_feature=toys.D, *, silent=False):
    rng, net = np.random.default_rng(8), network(variant, n_feature)
    if silent:
        with torch.no_grad():
            net.label.zero_()  # y is 0: amplitudes stand for |0..0>
    x, actions, slopes = rng.random((6, n_feature)), rng.integers(24, size=6), rng.normal(size=6)
    values, gradient = by_kernels(net, x, actions, slopes)
    expected = net(torch.from_numpy(x)[None])[0]
    np.testing.assert_allclose(values, expected.detach().numpy(), rtol=1e-11, atol=1e-12)
    (expected[torch.arange(6), torch.from_numpy(actions)] * torch.from_numpy(slopes)).sum().backward()
    wanted = np.concatenate([p.grad.numpy().ravel() for p in net.parameters()])
    np.testing.assert_allclose(gradient, wanted, rtol=1e-8, atol=1e-10)
    assert np.abs(wanted).max() > 0.1


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("n_feature", [2, 5, 8])
def test_values_and_gradients(variant, n_feature):
    check_values_and_gradients(variant, n_feature)


@pytest.mark.parametrize("variant", ["amplitude", "mlp"])
def test_values_and_gradients_without_a_direction(variant):
    check_values_and_gradients(variant, silent=True)


class Alone(torch.nn.Module):
    """One seed's network of one sample: (D,) to (N,)."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return self.inner(x[None, None])[0, 0]


def check_run_against_plain_torch(variant="amplitude"):
    net, (made, choices, seen, uniform) = network(variant), toys.world(100)
    replay = replay_slots(np.random.default_rng(3), 100, memory=40, batch=4)
    flat, shape = tensor_learner.flat_of(net)
    sites = tensor_learner.site_pairs(seen, np.float64)
    chosen = _tn_learning_kernel.learn(
        made, choices, toys.COURSE, shape, sites, uniform, replay, flat, np.zeros_like(flat)
    )
    expected = toys.plain_run(Alone(net), toys.COURSE, made, choices, seen, uniform, replay, 40)
    assert (chosen == expected).all()
    assert (np.diff(expected[50:]) != 0).sum() > 5  # the network changes its mind
    parameters = np.concatenate([p.detach().numpy().ravel() for p in net.parameters()])
    np.testing.assert_allclose(flat, parameters, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("variant", VARIANTS)
def test_run_against_plain_torch(variant):
    check_run_against_plain_torch(variant)


def check_greedy_by_the_drawn_network(name="vqc"):
    """Without updates, every greedy action of a unit is the module's, drawn from the unit's own generator."""
    unit, agent = toys.play(1), Agent(network_decay=1)
    rng = np.random.default_rng(unit.training.bit_generator.seed_seq)
    net = TnNetwork([rng], [rng], 27, 324, variant=tensor_learner.VARIANTS[name])
    net.calibrate(torch.from_numpy(unit.calibration.sample)[None])
    course = networks.course_of(agent)._replace(first=10**6)
    chosen = tensor_learner.run_tensor(unit, course, name)
    kept = Lesson.of(unit, networks.SCHEMES[0]).kept
    e, a, w, b = unit.menu.space.parts(kept)
    before = np.concatenate([[unit.start], chosen.efficiency[:-1]])
    seen = torch.from_numpy(unit.seen[np.arange(600), before])
    values = net(seen[None])[0].detach().numpy()
    place = {row: i for i, row in enumerate(zip(e, a, w, b, strict=True))}
    a_of = {tuple(row): i for i, row in enumerate(unit.menu.space.places)}
    greedy = np.flatnonzero(unit.uniform[:, 0] >= 0.01)[1:]
    for t in greedy:
        i = place[chosen.efficiency[t], a_of[tuple(chosen.places[t])], chosen.miner[t], chosen.band[t]]
        assert values[t, i] > values[t].max() - 1e-4
    assert len(np.unique(values[greedy].argmax(axis=1))) > 1


@pytest.mark.parametrize("name", NAMES)
def test_greedy_by_the_drawn_network(name):
    check_greedy_by_the_drawn_network(name)


@pytest.mark.parametrize("name", NAMES)
def test_names_mean_their_networks(name):
    unit, agent = toys.play(1), Agent(network_decay=1)
    (chosen,) = networks.run_networks([unit], agent, name)
    expected = tensor_learner.run_tensor(unit, networks.course_of(agent), name)
    other = tensor_learner.run_tensor(unit, networks.course_of(agent), NAMES[NAMES.index(name) - 1])
    assert (chosen.places == expected.places).all()
    assert (chosen.places != other.places).any()


def test_flat_list_of_one_seed():
    rngs = [np.random.default_rng(k) for k in range(2)]
    with pytest.raises(ValueError, match="one seed of at least 2 features, got 2 of 5"):
        tensor_learner.flat_of(TnNetwork(rngs, rngs, 5, 3))
    with pytest.raises(ValueError, match="got 1 of 1"):
        tensor_learner.flat_of(TnNetwork(rngs[:1], rngs[:1], 1, 3))


def test_agent_is_named():
    with pytest.raises(ValueError, match="agent must be one of"):
        Agent(agent="vqc_angles")
    assert replace(Agent(), agent="mlp").network_rate == 1e-3
