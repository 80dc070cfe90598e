"""Networks in the place of tables, against plain torch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from qbench.evidence.streams import Streams
from qbench.papers.tn_qdrl import _dqn_kernel as kernels
from qbench.papers.tn_qdrl import lessons, networks, replay
from qbench.papers.tn_qdrl.agents import SCHEMES, Agent
from qbench.papers.tn_qdrl.play import run_scheme
from qbench.papers.tn_qdrl.scenario import SYSTEM, Scenario
from qbench.papers.tn_qdrl.studies import SCHEME_PARAMS, schemes
from tests.unit.tn_qdrl import toys
from tests.unit.tn_qdrl.toys import COURSE, HIDDEN

TN, RARL = SCHEMES[:2]
QUICK = Agent(network_decay=300, rival="dqn")
"""Explores for 300 slots, then does what the network says."""


def run(course=COURSE, n_slot=150, *, memory=40, flat=None, made=None):
    """Actions, parameters and target of a toy in double precision."""
    made, choices, seen, uniform = made or toys.world(n_slot)
    flat = toys.weights() if flat is None else flat.copy()
    rows, target = drawn(n_slot, memory), np.zeros_like(flat)
    return kernels.learn(made, choices, course, seen, uniform, rows, flat, target, HIDDEN), flat, target


def drawn(n_slot, memory):
    return replay.replay_slots(np.random.default_rng(3), n_slot, memory=memory, batch=6)


def check_run_against_plain_torch(discount=0.9):
    course = COURSE._replace(discount=discount)
    chosen, flat, _ = run(course)
    net = toys.torch_network(toys.weights())
    expected = toys.plain_run(net, course, *toys.world(150), drawn(150, 40), 40)
    assert (chosen == expected).all()
    assert (np.diff(expected[60:]) != 0).sum() > 10  # the network changes its mind
    np.testing.assert_allclose(flat, toys.flat_of(net), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("discount", [0.0, 0.9])
def test_run_against_plain_torch(discount):
    check_run_against_plain_torch(discount)


def check_gradient_against_autograd():
    """At several samples, in turn added up."""
    rng, flat = np.random.default_rng(4), toys.weights()
    net, gradient = toys.torch_network(flat), np.zeros_like(flat)
    turned = kernels.parts_of(flat, toys.D, HIDDEN, 24)[2].T.copy()
    for action, goal in ((3, 0.7), (23, -1.2), (3, 0.0)):
        x = rng.normal(size=toys.D)
        kernels.add_gradient(flat, gradient, x, action, goal, 0.25, np.empty((4, HIDDEN)), turned, 24)
        (0.25 * (net(torch.from_numpy(x))[action] - goal) ** 2).backward()
    np.testing.assert_allclose(gradient, toys.flat_of(net, lambda p: p.grad), rtol=1e-11, atol=1e-13)


def test_gradient_against_autograd():
    check_gradient_against_autograd()


def test_values_against_torch():
    flat, x, out = toys.weights(), np.random.default_rng(5).normal(size=toys.D), np.empty(24)
    kernels.values(flat, x, np.empty(HIDDEN), np.empty(HIDDEN), out)
    expected = toys.torch_network(flat)(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(out, expected, rtol=1e-12, atol=1e-14)


def check_adam_against_torch():
    rng, flat = np.random.default_rng(6), np.zeros(9)
    theirs, means = torch.zeros(9, dtype=torch.float64, requires_grad=True), np.zeros((2, 9))
    adam = torch.optim.Adam([theirs], lr=0.03)
    for step in range(1, 30):
        gradient = rng.normal(size=9) * 10.0 ** np.arange(-6, 3)
        theirs.grad = torch.from_numpy(gradient)
        adam.step()
        kernels.move(flat, gradient, means[0], means[1], 0.03, step)
    np.testing.assert_allclose(flat, theirs.detach().numpy(), rtol=1e-10)


def test_adam_against_torch():
    check_adam_against_torch()


class Fixed:
    """A generator whose uniform draws are all the same."""

    def __init__(self, value):
        self.value = value

    def random(self, shape):
        return np.full(shape, self.value)


def check_memory_is_the_last_transitions():
    oldest = replay.replay_slots(Fixed(0.0), 8, memory=3, batch=2)
    newest = replay.replay_slots(Fixed(np.nextafter(1.0, 0.0)), 8, memory=3, batch=2)
    assert oldest[:, 0].tolist() == [0, 0, 0, 1, 2, 3, 4, 5]
    assert (newest == np.arange(8)[:, np.newaxis]).all()
    middle = replay.replay_slots(Fixed(0.5), 8, memory=4, batch=2)
    assert middle[:, 1].tolist() == [0, 1, 1, 2, 3, 4, 5, 6]


def test_memory_is_the_last_transitions():
    check_memory_is_the_last_transitions()


def test_longer_run_keeps_the_draws_of_a_shorter_one():
    assert (drawn(50, 9)[:30] == drawn(30, 9)).all()
    with pytest.raises(ValueError, match="memory must be a whole number of at least 1, got 0"):
        drawn(5, 0)


def check_target_is_the_network_of_the_last_copy():
    """90 is a slot of a copy; 100 is not."""
    _, _, target = run(n_slot=100, made=toys.world(100))
    made, choices, seen, uniform = toys.world(100)
    _, flat, _ = run(n_slot=90, made=(made, choices, seen[:91], uniform[:90]))
    assert (target == flat).all()


def test_target_is_the_network_of_the_last_copy():
    check_target_is_the_network_of_the_last_copy()


def check_epsilon_falls_by_the_slot():
    """Draws of 0.5 explore until half the decay, draws below the least for ever; nothing is learned."""
    course = COURSE._replace(first=10**6, decay=80.0)
    made, choices, seen, uniform = toys.world(100)
    for level, last in ((0.5, 39), (0.25, 59), (0.009, 99), (0.011, 79)):
        uniform[:, 0] = level
        chosen, _, _ = run(course, made=(made, choices, seen, uniform), n_slot=100)
        net, eta = toys.torch_network(toys.weights()), made.start
        for t, i in enumerate(chosen):
            own = net(torch.from_numpy(seen[t, eta])).argmax().item()
            assert i == (choices.place[int(uniform[t, 1] * 24)] if t <= last else own)
            eta = choices.parts[0, i]


def test_epsilon_falls_by_the_slot():
    check_epsilon_falls_by_the_slot()


def check_two_arms():
    """One of 24 actions' parts pays: keys of the last eta cost nothing, all else is equal; rewards 1 and 0."""
    made, choices, seen, uniform = toys.world(3000)
    key = np.ones((3000, 3, 1))
    key[:, 2] = 0.0
    made = made._replace(key=key, weight=0.0, base=1.0, scale=1.0)
    course = COURSE._replace(rate=3e-3, discount=0.5, decay=1000.0)
    chosen, flat, _ = run(course, 3000, memory=2000, made=(made, choices, seen, uniform))
    assert (choices.parts[0, chosen[-500:]] == 2).mean() > 0.97
    values = toys.torch_network(flat)(torch.from_numpy(seen[-1, 2])).detach().numpy()
    # r/(1 - phi) = 2 for ever; a step aside costs 1.
    paid = choices.parts[0] == 2
    assert abs(values.max() - 2.0) < 0.1
    assert abs(np.median(values[~paid]) - 1.0) < 0.1


def test_two_arms():
    check_two_arms()


def test_ties_fall_to_the_first_in_the_order(monkeypatch):
    monkeypatch.setattr(networks, "first_weights", lambda _, n_in, n_out: np.zeros(64 * n_in + 65 * (64 + n_out) + 64))
    monkeypatch.setattr(networks, "FIRST_UPDATE", 10**6)
    unit = toys.play(0)
    (chosen,) = networks.run_networks([unit], replace(QUICK, network_decay=1), "dqn")
    first = unit.menu.space.parts(unit.order[0][:1])
    greedy = unit.uniform[1:, 0] >= 0.01
    assert (chosen.efficiency[1:][greedy] == first[0]).all()
    assert (chosen.band[1:][greedy] == first[3]).all()


def check_bits_for_any_list(name="dqn"):
    units = [toys.play(u, QUICK) for u in range(3)]
    whole = networks.run_networks(units, QUICK, name)
    for some in ([0], [1, 2], [2, 0, 1]):
        for k, chosen in zip(some, networks.run_networks([units[u] for u in some], QUICK, name), strict=True):
            for field, values in vars(whole[k]).items():
                assert (getattr(chosen, field) == values).all()
    assert (whole[0].band != whole[1].band).any()


@pytest.mark.parametrize("name", networks.NAMES)
def test_bits_for_any_list(name):
    check_bits_for_any_list(name)


def check_learns_in_a_unit(name="dqn"):
    """Nothing before slot 500; then rate and discount tell."""
    unit = toys.play(0)
    (chosen,) = networks.run_networks([unit], QUICK, name)
    for other in (replace(QUICK, network_rate=3e-2), replace(QUICK, discount=0.0, network_rate=3e-2)):
        (differs,) = networks.run_networks([unit], other, name)
        same = [(getattr(differs, field) == values).all(axis=-1) for field, values in vars(chosen).items()]
        assert (differs.band[:501] == chosen.band[:501]).all()
        assert (differs.places[:501] == chosen.places[:501]).all()
        assert not np.all([np.all(kept) for kept in same])
        chosen = differs


@pytest.mark.parametrize("name", networks.NAMES)
def test_learns_in_a_unit(name):
    check_learns_in_a_unit(name)


@pytest.mark.parametrize("name", networks.NAMES)
def test_unit_keeps_its_generator(name):
    unit = toys.play(0)
    before = unit.training.bit_generator.state
    networks.run_networks([unit], QUICK, name)
    assert unit.training.bit_generator.state == before


def check_rewards_have_a_unit():
    for reward, unit in (("shift", 10.0), ("neg", toys.known("neg").mean_cost), ("add", toys.known("add").mean_cost)):
        own = toys.play(0, reward=reward)
        lesson = lessons.Lesson.of(own, RARL)
        paid = own.calibration.reward(own.costs(RARL).of(lesson.kept[:1].repeat(600)))
        got = [kernels.reward_of(lesson.world, lesson.choices.parts, t, 0) for t in range(600)]
        np.testing.assert_allclose(got, paid / unit, rtol=1e-9)
        assert unit > 0


def test_rewards_have_a_unit():
    check_rewards_have_a_unit()
    with pytest.raises(ValueError, match="mean_cost of the calibration is 0"):
        lessons.reward_unit(replace(toys.known("neg"), mean_cost=0.0))


def test_first_weights_are_those_of_torch():
    flat = networks.first_weights(np.random.default_rng(0), 27, 324)
    shapes = kernels.parts_of(flat, 27, 64, 324)
    assert [part.shape for part in shapes] == [(27, 64), (64,), (64, 64), (64,), (64, 324), (324,)]
    for part, inputs in zip(shapes, (27, 27, 64, 64, 64, 64), strict=True):
        assert 0.9 < np.abs(part).max() * inputs**0.5 <= 1.0


def test_networks_have_a_rate_and_a_decay_of_their_own():
    course = networks.course_of(Agent(learning_rate=0.5, decay=1000, network_rate=0.02, network_decay=70, discount=0.3))
    assert (course.rate, course.decay, course.discount, course.least) == (0.02, 70.0, 0.3, 0.01)
    assert (course.first, course.every) == (500, 500)
    assert networks.course_of(Agent()).decay == 8000.0


def test_what_networks_refuse():
    with pytest.raises(ValueError, match="name must be one of"):
        networks.run_networks([], QUICK, "dqm")
    with pytest.raises(ValueError, match="rival must be one of dqn, table, got 'dqm'"):
        Agent(rival="dqm")
    with pytest.raises(ValueError, match="network_rate must lie in"):
        Agent(network_rate=0.0)
    with pytest.raises(ValueError, match=r"'rarl' keeps no table with 'dqn' in its place; use networks\.chosen_by"):
        run_scheme(toys.play(0), RARL, QUICK)
    large = Scenario.of({**SYSTEM, "n_vehicle": 10, "n_node": 2, "n_edge": 4, "episodes": 1})
    with pytest.raises(ValueError, match="needs a flat list of actions"):
        networks.run_networks([replace(toys.play(0), scenario=large, menu=_menu(large))], QUICK, "dqn")


def _menu(scenario):
    from qbench.papers.tn_qdrl.menu import menu

    return menu(scenario.draw(np.random.default_rng(0), 20), scenario.setting)


def check_networks_change_their_own_columns_alone():
    params, streams = {**SCHEME_PARAMS, "seeds": 1, "episodes": 30}, Streams("tests")
    tables = schemes(params, streams, range(2))
    for place, changes in (("rarl", {"rival": "dqn"}), ("tn", {"agent": "vqc"})):
        trained = schemes({**params, **changes}, streams, range(2))
        assert list(trained) == list(tables)
        changed = {name for name in tables if (tables[name] != trained[name]).any()}
        assert {f"return_{place}", f"delay_{place}"} <= changed
        assert all(name.endswith(f"_{place}") for name in changed - {"keys_full"})


def test_networks_change_their_own_columns_alone():
    check_networks_change_their_own_columns_alone()
