"""Worlds for networks by hand, a deep Q-network in plain torch, and units short enough for tests."""

from __future__ import annotations

from collections import deque
from copy import deepcopy
from functools import cache

import numpy as np
import torch

from qbench.evidence.streams import Streams
from qbench.papers.tn_qdrl._dqn_kernel import Course
from qbench.papers.tn_qdrl._tabular_kernel import Choices, World
from qbench.papers.tn_qdrl.agents import Agent
from qbench.papers.tn_qdrl.networks import first_weights
from qbench.papers.tn_qdrl.play import Play
from qbench.papers.tn_qdrl.scenario import SYSTEM, Scenario, calibrate

D, HIDDEN = 5, 8
COURSE = Course(rate=1e-2, discount=0.9, first=20, every=30, decay=60.0, least=0.01)


def world(n_slot, seed=0):
    """Three etas, two places, two miners, two bands: 24 actions, and what is seen of the slots (T + 1, 3, D)."""
    rng = np.random.default_rng(seed)
    made = World(
        codes=np.zeros((n_slot + 1, 3), dtype=np.int64),
        start=1,
        key=rng.random((n_slot, 3, 1)),
        tasks=rng.random((n_slot, 2, 2)),
        block=rng.random((n_slot, 2, 2)),
        weight=0.4,
        base=1.5,
        scale=0.7,
    )
    order = rng.permutation(24)
    parts = np.ascontiguousarray(np.stack(np.unravel_index(order, (3, 2, 2, 2))))
    return made, Choices(parts, np.argsort(order)), rng.random((n_slot + 1, 3, D)), rng.random((n_slot, 2))


def weights(n_out=24, seed=1, dtype=np.float64):
    return first_weights(np.random.default_rng(seed), D, n_out, HIDDEN).astype(dtype)


def torch_network(flat, n_in=D, n_out=24, n_hidden=HIDDEN):
    """D-H-H-N in torch's own words, with the numbers of a flat array."""
    net = torch.nn.Sequential(
        torch.nn.Linear(n_in, n_hidden),
        torch.nn.ReLU(),
        torch.nn.Linear(n_hidden, n_hidden),
        torch.nn.ReLU(),
        torch.nn.Linear(n_hidden, n_out),
    ).double()
    with torch.no_grad():
        at = 0
        for p in net.parameters():
            part = torch.from_numpy(flat[at : at + p.numel()].astype(np.float64))
            p.copy_(part.reshape(p.shape[::-1]).T if p.dim() == 2 else part)
            at += p.numel()
    return net


def flat_of(net, take=lambda p: p):
    """The network's numbers, or their gradients, as one array."""
    rows = [take(p).detach() for p in net.parameters()]
    return np.concatenate([(x.T if x.dim() == 2 else x).reshape(-1).numpy() for x in rows])


def plain_run(net, course, made, choices, seen, uniform, replay, memory):
    """A deep Q-network as textbooks have it: a memory that forgets the oldest transitions, torch's autograd, Adam."""
    target = deepcopy(net)
    adam = torch.optim.Adam(net.parameters(), lr=course.rate)
    held, chosen, eta = deque(maxlen=memory), [], made.start
    for t in range(len(uniform)):
        if t % course.every == 0:
            target.load_state_dict(net.state_dict())
        state = torch.from_numpy(seen[t, eta])
        if uniform[t, 0] < max(course.least, 1 - t / course.decay):
            i = int(choices.place[int(uniform[t, 1] * 24)])
        else:
            i = int(net(state).detach().argmax())
        e, a, w, b = (int(part) for part in choices.parts[:, i])
        cost = made.key[t, e, 0] + made.weight * (made.tasks[t, a, b] + made.block[t, w, b])
        after = torch.from_numpy(seen[t + 1, e])
        held.append((t, state, i, made.base - made.scale * cost, after))
        chosen.append(i)
        eta = e
        if t < course.first:
            continue
        losses = []
        for slot in replay[t]:
            started, s, action, reward, then = held[int(slot) - held[0][0]]
            assert started == slot
            y = reward + course.discount * float(target(then).detach().max())
            losses.append((net(s)[action] - y) ** 2)
        adam.zero_grad()
        torch.stack(losses).mean().backward()
        adam.step()
    return np.array(chosen)


@cache
def scenario(reward="shift", episodes=30):
    return Scenario.of({**SYSTEM, "reward": reward, "episodes": episodes})


@cache
def known(reward="shift", episodes=30):
    return calibrate(scenario(reward, episodes), Streams("tests"))


def play(unit, agent=None, reward="shift"):
    """A unit of 600 slots."""
    streams = Streams("tests")
    rngs = {axis: streams.rng(axis, unit) for axis in ("instance", "algorithm")}
    return Play.draw(scenario(reward), known(reward), agent or Agent(), **rngs)
