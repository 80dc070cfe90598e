"""Networks in the place of tables: a deep Q-network in RARL's, the trained tensor network in the proposed agent's.

The paper writes a loss for a network, Eqs. (32)-(33), beside a rule for a table, Eq. (31), and trains neither in its
algorithm. What it leaves open has the customary values of small control tasks: a memory of 10 000 transitions, batches
of 32, an update a slot from slot 500 on, a target copied every 500 slots, two hidden layers of 64.
"""

from __future__ import annotations

from copy import deepcopy
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import one_of
from qbench.papers.tn_qdrl.agents import LEAST_EPSILON, NETWORKS, SCHEMES, Agent, Scheme
from qbench.papers.tn_qdrl.lessons import Lesson
from qbench.papers.tn_qdrl.outcomes import Chosen
from qbench.papers.tn_qdrl.play import Play, run_scheme
from qbench.papers.tn_qdrl.replay import replay_slots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench._arrays import FloatArray
    from qbench.papers.tn_qdrl._dqn_kernel import Course

NAMES = ("dqn", *NETWORKS)
N_HIDDEN = 64
"""Units of each of the two hidden layers of the deep Q-network."""
FIRST_UPDATE, COPY_EVERY = 500, 500
"""Slots."""


def course_of(agent: Agent) -> Course:
    """Return how an agent's networks learn."""
    from qbench.papers.tn_qdrl._dqn_kernel import Course

    return Course(
        rate=agent.network_rate,
        discount=agent.discount,
        first=FIRST_UPDATE,
        every=COPY_EVERY,
        decay=float(agent.network_decay),
        least=LEAST_EPSILON,
    )


def first_weights(rng: np.random.Generator, n_in: int, n_out: int, n_hidden: int = N_HIDDEN) -> FloatArray:
    """Return W1 (I, H), b1, W2 (H, H), b2, W3 (H, O), b3 in a row, as torch.nn.Linear draws: U(+-1/sqrt(inputs))."""
    layers = ((n_in, n_hidden), (n_hidden, n_hidden), (n_hidden, n_out))
    parts = [rng.uniform(-1.0, 1.0, size) / sqrt(a) for a, b in layers for size in (a * b, b)]
    return np.concatenate(parts)


def run_networks(plays: Sequence[Play], agent: Agent, name: str) -> list[Chosen]:
    """Return what a network chose in each slot of each unit; a unit has the same bits in any list.

    name: "dqn", D-64-64-N on the observation; "vqc", "vqc_angle" and "mlp": see `tensor_learner`. Epsilon is max(0.01,
    1 - t/decay) with the agent's `network_decay`, in slots. Units keep their generator `training` as it was: networks
    of one unit share its draws. Raises ValueError for another name and for systems without a flat list of actions.
    """
    one_of("name", name, NAMES)
    for play in plays:
        space = play.menu.space
        if not space.is_flat:
            raise ValueError(
                f"network {name!r} needs a flat list of actions, an output for each, and {space.n:,} are too many; "
                "choose a smaller system, or tables: agent 'grover', rival 'table'"
            )
    if name == "dqn":
        return [_run_dqn(play, agent) for play in plays]
    from qbench.papers.tn_qdrl.tensor_learner import run_tensor

    return [run_tensor(play, course_of(agent), name) for play in plays]


def _run_dqn(play: Play, agent: Agent) -> Chosen:
    # Seeds one after the other: compiled, a seed side by side with others would gain nothing.
    from qbench.papers._torch import one_thread
    from qbench.papers.tn_qdrl import _dqn_kernel as kernels

    lesson, rng = Lesson.of(play, SCHEMES[1]), deepcopy(play.training)
    flat = first_weights(rng, lesson.seen.shape[-1], len(lesson.kept)).astype(np.float32)
    replay = replay_slots(rng, len(lesson.uniform))
    with one_thread():
        found = kernels.learn(
            lesson.world,
            lesson.choices,
            course_of(agent),
            lesson.seen,
            lesson.uniform,
            replay,
            flat,
            np.zeros_like(flat),
            N_HIDDEN,
        )
    return Chosen.flat(play.menu, lesson.kept[found])


def chosen_by(plays: Sequence[Play], scheme: Scheme, agent: Agent) -> list[Chosen]:
    """Return what a scheme chose in each slot of each unit, by its table or the network in its place."""
    name = scheme.network(agent)
    if name is not None:
        return run_networks(plays, agent, name)
    return [run_scheme(play, scheme, agent) for play in plays]
