"""What the paper on keys and vehicles says of its schemes and of their cost, as proofs and counterexamples that run."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from qbench.papers.tn_qdrl.menu import costs, menu
from qbench.papers.tn_qdrl.outcomes import key_sums, task_times
from qbench.papers.tn_qdrl.parameters import SMALL
from qbench.papers.tn_qdrl.play import best_of_slots, run_scheme
from tests.unit.tn_qdrl.plays import BY_NAME, EAGER, make_play
from tests.unit.tn_qdrl.slots import draw_slots


def test_e19_e44_the_size_of_a_block_moves_no_task():
    """Were RAFBZ's block its size, its tasks would go where the proposed scheme's go: T_b alone grows."""
    slots = draw_slots(30, seed=5)
    choices, blocks = [], []
    for kb in (1, 2, 4, 8):
        own = menu(slots, replace(SMALL, chain=replace(SMALL.chain, block_bits=8192.0 * kb)))
        best = own.space.action(costs(own, SMALL.weights).of_all().argmin(axis=1))
        choices.append((best.choice.tolist(), best.band_share.tolist()))
        blocks.append(own.finality_s)
    assert all(choice == choices[0] for choice in choices)
    assert (np.diff(blocks, axis=0) > 0).all()


def test_e19_a_fixed_band_costs_next_to_nothing():
    """Were it the band b = 0.9: whatever is done at 0.6 takes no longer at 0.9, but for votes that wait 1.8 ms more, so
    that RAFBZ's optimum is within xi_1 of that of the whole, 0.0007, and never below it; with half of the actions.
    """
    slots = draw_slots(200, seed=5)
    own = costs(menu(slots, SMALL), SMALL.weights)
    most = 0.4 * (8192 / (0.1 * 35e6) - 8192 / (0.4 * 35e6))
    assert most == pytest.approx(7.02e-4, rel=1e-3)
    every = own.of_all().reshape(len(own.key), -1, 2)
    assert (every[..., 0] - every[..., 1] <= most * (1 + 1e-9)).all()
    lost = every[..., 0].min(axis=1) - own.least()
    assert (lost >= 0).all()
    assert (lost <= most * (1 + 1e-9)).all()
    # Where all compute alone, that is what it costs.
    np.testing.assert_allclose(every[:, 0, 0] - every[:, 0, 1], most, rtol=1e-9)


def delays_of(name, changes):
    play = make_play(EAGER, **changes)
    return task_times(play.menu, run_scheme(play, BY_NAME[name], EAGER))


def test_e38_alone_no_delay_knows_the_size_of_a_task():
    """Bit for bit over Fig. 6's axis, where the proposed scheme's delays do change."""
    alone = [delays_of("ralc", {"size_mb": size}).tobytes() for size in (1.0, 10.0, 60.0)]
    assert alone[0] == alone[1] == alone[2]
    assert delays_of("tn", {"size_mb": 1.0}).tobytes() != delays_of("tn", {"size_mb": 60.0}).tobytes()


@pytest.mark.parametrize("changes", [{}, {"key_rate": "standard"}, {"key_use": "shared_source"}])
def test_e39_the_most_keys_take_no_learning(changes):
    """A detector at 1 throughout: no scheme has more in any slot, and every best action has it."""
    play = make_play(EAGER, **changes)
    best = best_of_slots(play, BY_NAME["tn"])
    assert (best.efficiency == 2).all()
    most = key_sums(play.menu, best)
    for scheme in BY_NAME.values():
        chosen = run_scheme(play, scheme, EAGER)
        assert (key_sums(play.menu, chosen) <= most).all()
        assert key_sums(play.menu, chosen, efficiency=2).tobytes() == most.tobytes()


def test_e42_a_uniform_policy_does_not_converge_slowly():
    """It does not learn: what it does is the same whatever the rate, the discount, the reward and the exploration."""
    one = run_scheme(make_play(EAGER), BY_NAME["rars"], EAGER)
    for agent in (replace(EAGER, learning_rate=1.0, discount=0.0), replace(EAGER, decay=1, per_visit=1e-3)):
        for reward in ("shift", "neg", "add"):
            other = run_scheme(make_play(EAGER, reward=reward), BY_NAME["rars"], agent)
            for name in ("efficiency", "places", "miner", "band"):
                assert getattr(other, name).tobytes() == getattr(one, name).tobytes()
    # Its expected return in a slot is the mean over all actions, before and after.
    own = make_play(EAGER).costs(BY_NAME["rars"])
    np.testing.assert_allclose(own.of_all().mean(axis=1), own.mean(), rtol=1e-13)


def test_e35_less_cost_is_less_utilisation():
    """27 features in an amplitude register beside 324 actions: 14 qubits, with the network 12. On a device of 14 the
    smaller cost is the lower utilisation, so one picture cannot show both as better.
    """
    action = math.ceil(math.log2(324))
    cost = {"without": math.ceil(math.log2(27)) + action, "with": math.ceil(math.log2(8)) + action}
    assert cost == {"without": 14, "with": 12}
    utilisation = {name: Fraction(used, 14) for name, used in cost.items()}
    assert min(cost, key=cost.__getitem__) == "with"
    assert max(utilisation, key=utilisation.__getitem__) == "without"
