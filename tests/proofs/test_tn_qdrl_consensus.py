"""What the paper on keys and vehicles says of its consensus, as proofs and counterexamples that run."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from qbench.papers.tn_qdrl.consensus import Rules, elect, poqks_round, stake_walk
from qbench.papers.tn_qdrl.constraints import producer_violations
from qbench.papers.tn_qdrl.ledger import Ledger
from qbench.papers.tn_qdrl.parameters import SMALL, Chain
from qbench.papers.tn_qdrl.system import Action, evaluate
from qbench.papers.tn_qdrl.transactions import OffloadRecord
from tests.oracles import tn_qdrl_consensus_reference as reference
from tests.unit.tn_qdrl.slots import draw_slots

ALL = {"votes": [1] * 3, "approves": [True] * 3, "valid": [True] * 3}


def rounds_to_debt(start, rules):
    now, count = start, 0
    while min(now) >= 0:
        now, count = poqks_round(now, rules).stakes, count + 1
    return count


def test_e29_the_reward_of_a_valid_block_cancels():
    """Line 16 takes what line 24 pays: stakes do not depend on alpha_1, whoever of the three accepts."""
    stakes = [Fraction(900), Fraction(600), Fraction(7)]
    for rules, first in itertools.product((Rules(), Rules(exclude_producer=True)), range(3)):
        valid = [i == first for i in range(3)]
        after = {poqks_round(stakes, replace(rules, alpha1=alpha1), valid=valid).stakes for alpha1 in (0, 20, 300)}
        accepts = first > 0 or not rules.exclude_producer
        assert len(after) == (1 if accepts else 3)


def test_e29_a_rejected_block_is_still_paid():
    """If nobody finds the block valid, line 24 runs all the same, and the producer gains 20 w_p for it."""
    found = poqks_round([900, 600], Rules(alpha3=0), valid=[False, False])
    assert found.accepted_by is None
    assert found.gains == (12, 0)
    printed, _, _ = reference.algorithm_1(
        [Fraction(900), Fraction(600)], **{**ALL, "valid": [False] * 2}, a1=20, a2=10, a3=0, beta=10
    )
    assert printed == [912, 600]


def test_e29_the_richest_is_elected_for_ever():
    """Sorted by stake, the producer comes first in line 14, accepts its own block, and gets back what it paid."""
    stakes = [Fraction(900), Fraction(600)]
    found = poqks_round(stakes)
    assert (found.asked, found.stakes) == ((0,), (900, 600))
    # The round maps these stakes to themselves, so that one round stands for all 2000 of them.
    assert elect(found.stakes).producer == 0
    assert (stake_walk([900, 600], 2000) == [900, 600]).all()
    assert stakes[0] / sum(stakes) == Fraction(3, 5)


@pytest.mark.parametrize(("start", "count"), [((1000.0,) * 2, 986), ((100.0,) * 3, 206)])
def test_e29_a_smaller_gain_than_cost_drains_the_system(start, count):
    """(20, 6, -4, 10), the producer left out: every round loses 4 w_p, until a stake is below 0."""
    rules = Rules(alpha1=20, alpha2=6, alpha3=-4, beta=10, exclude_producer=True)
    first = poqks_round([Fraction(value) for value in start], rules)
    assert sum(first.gains) == -4 * first.election.weight
    assert rounds_to_debt(start, rules) == count
    with pytest.raises(ValueError, match=f"slot {count}: stakes must be at least 0"):
        stake_walk(start, count + 1, rules)
    assert (stake_walk(start, count, rules) >= 0).all()


def test_e29_rejections_drive_stakes_far_below_zero():
    """Three nodes of 100, every block rejected, -4 w_p each: -331 after 100 rounds, and nothing stops it."""
    now = (100.0,) * 3
    for _ in range(100):
        now = poqks_round(now, Rules(debts=True), valid=[False] * 3).stakes
    assert min(now) == pytest.approx(-331, abs=0.5)
    printed = [100.0] * 3
    for _ in range(100):
        printed, _, _ = reference.algorithm_1(printed, **{**ALL, "valid": [False] * 3}, a1=20, a2=10, a3=-4, beta=10)
    assert now == pytest.approx(printed, rel=1e-12)


def test_e30_the_elected_node_is_the_slowest():
    """Line 11 elects the node with the most keys; Eq. (19) charges each of them: of like nodes it is the last."""
    slot = replace(draw_slots(seed=18), keys=np.array([1500.0, 500.0]), edge_hz=np.full(2, 2.5e9))
    elected = elect(slot.keys.tolist()).producer
    times = [finality(slot, w) for w in (1, 2)]
    assert times[elected] == max(times)
    assert times[0] - times[1] == pytest.approx(1000 * 1e-5, rel=1e-9)


def test_e30_fewer_keys_are_faster():
    """Without quantum keys, n_w c_q = 0, every block is final sooner: removing QKD improves the delay."""
    slot = draw_slots(seed=18)
    for w in (1, 2):
        without = finality(slot, w, Chain(key_weighing_s=0.0))
        assert without < finality(slot, w)
        assert finality(replace(slot, keys=2 * slot.keys), w) > finality(slot, w)


def test_e31_two_definitions_of_the_producer():
    """The action names a miner, Algorithm 1 elects one: they differ at half the actions, and so does T_b."""
    slot = replace(draw_slots(seed=18), keys=np.array([900.0, 600.0]))
    elected = elect(slot.keys.tolist()).producer + 1
    assert elected == 1
    assert finality(slot, 2) != finality(slot, elected)
    # The constraints C11 and C12 admit both.
    for produces in ([1.0, 0.0], [0.0, 1.0]):
        assert producer_violations(produces) == {"C11": 0, "C12": 0}


def test_e36_offloading_gives_no_stake():
    """Sec. III-D: nodes gain stake by completing tasks. Algorithm 1 has no such term: eight or none, all alike."""
    tasks = [OffloadRecord(0, x, 2, 8e7, 1.8e9, 2.5) for x in range(8)]
    after = []
    for transactions in (tasks, []):
        ledger = Ledger([900, 600], Rules(exclude_producer=True))
        ledger.append(transactions, slot=0)
        after.append(ledger.stakes)
    assert after[0] == after[1] == (894, 606)


def finality(slot, miner, chain=None):
    setting = SMALL if chain is None else replace(SMALL, chain=chain)
    action = Action(efficiency=[0.9], choice=[0, 0, 0], miner=miner, band_share=0.9)
    return float(evaluate(slot, action, setting).finality_s)
