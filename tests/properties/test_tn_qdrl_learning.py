"""Q-learning of tn_qdrl in made-up worlds: what Eq. (31) keeps whatever the rewards, states and draws."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qbench.papers.tn_qdrl import _tabular_kernel as kernels
from qbench.papers.tn_qdrl.agents import epsilons
from tests.properties.hqcnn_networks import exact

SEED = st.integers(0, 2**32 - 1)


@st.composite
def runs(draw):
    """A made-up world of 40 slots, 3 efficiencies, 4 places, 2 nodes and up to 5 states, and how to learn in it."""
    rng, n_state = np.random.default_rng(draw(SEED)), draw(st.integers(1, 5))
    world = kernels.World(
        rng.integers(n_state, size=(41, 3)),
        draw(st.integers(0, 2)),
        rng.uniform(0, 1, (40, 3, 1)),
        rng.uniform(0, 5, (40, 4, 2)),
        rng.uniform(0, 1, (40, 2, 2)),
        0.4,
        draw(st.floats(-20, 20)),
        draw(st.floats(0.1, 5)),
    )
    parts = np.stack(np.unravel_index(rng.permutation(48), (3, 4, 2, 2)))
    choices = kernels.Choices(np.ascontiguousarray(parts), rng.permutation(48))
    rule = kernels.Rule(
        draw(st.floats(0.01, 1.0)), draw(st.floats(0.0, 0.95)), epsilons(48), draw(st.floats(0.01, 3.0)), 0.0, 0.01
    )
    return world, choices, rule, rng.random((40, 2)), n_state, rng


def rewards(world):
    key, tasks, block = world.key[..., 0], world.tasks, world.block
    delay = tasks[:, :, np.newaxis] + block[:, np.newaxis]
    return world.base - world.scale * (key[:, :, None, None, None] + world.weight * delay[:, np.newaxis])


@exact
@given(runs(), st.floats(0.0, 1.0))
def test_values_stay_between_the_least_and_the_largest_return(run, share):
    """Eq. (31) is a convex combination: min r/(1 - phi) <= Q <= max r/(1 - phi) from any start in there."""
    world, choices, rule, uniform, n_state, _ = run
    r = rewards(world)
    lo, hi = r.min() / (1 - rule.discount), r.max() / (1 - rule.discount)
    table = np.full((n_state, 48), lo + share * (hi - lo))
    chosen = kernels.learn(world, choices, rule, uniform, table)
    slack = 1e-9 * (1 + abs(lo) + abs(hi))
    assert table.min() >= lo - slack
    assert table.max() <= hi + slack
    assert ((chosen >= 0) & (chosen < 48)).all()


@exact
@given(runs())
def test_a_step_of_rate_1_contracts_by_the_discount(run):
    """Two tables that see the same slot and draw differ at the entry by at most phi times what they differed by."""
    world, choices, rule, uniform, n_state, rng = run
    rule = rule._replace(step=1.0, epsilon=np.ones(2))
    one_slot = world._replace(codes=world.codes[:2], key=world.key[:1], tasks=world.tasks[:1], block=world.block[:1])
    before = rng.normal(0, 10, (2, n_state, 48))
    after = before.copy()
    chosen = [kernels.learn(one_slot, choices, rule, uniform[:1], table) for table in after]
    assert chosen[0].tolist() == chosen[1].tolist()
    changed = (after != before).any(axis=0)
    assert changed.sum() <= 1
    gap = np.abs(after[0] - after[1])[world.codes[0, world.start], chosen[0][0]]
    assert gap <= rule.discount * np.abs(before[0] - before[1]).max() + 1e-12
