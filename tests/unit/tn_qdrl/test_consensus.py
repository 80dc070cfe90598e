"""Algorithm 1 against its plain transcription, its rules one by one, walks of stakes, and what is refused."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

from qbench.papers.tn_qdrl.consensus import Rules, draw_votes, elect, poqks_round, stake_walk
from tests.oracles import tn_qdrl_consensus_reference as reference

THREE = [Fraction(500), Fraction(300), Fraction(200)]
DRAWN = Rules(votes="random")


def check_against_the_transcription(**rules):
    """Every pattern of approvals and opinions of four nodes, with and without equal stakes, exactly."""
    options = {
        "skip_producer": rules.get("exclude_producer", False),
        "hold_reward": rules.get("pay_only_if_valid", False),
    }
    factors = {"alpha1": 23, "alpha2": 7, "alpha3": -5, "beta": 11}
    printed = {"a1": 23, "a2": 7, "a3": -5, "beta": 11}
    for stakes in ((900, 600, 700, 1), (5, 8, 8, 5)):
        qk = [Fraction(value) for value in stakes]
        for votes in ((1, 1, 1, 1), (1, 5, 2, 3)):
            for flags in itertools.product((True, False), repeat=8):
                approves, valid = flags[:4], flags[4:]
                want = reference.algorithm_1(qk, votes=votes, approves=approves, valid=valid, **printed, **options)
                found = poqks_round(
                    qk, Rules(votes="random", **factors, **rules), votes=votes, approves=approves, valid=valid
                )
                assert (list(found.stakes), found.election.producer, found.accepted_by) == want
                assert [b - a for a, b in zip(qk, found.stakes, strict=True)] == list(found.gains)


@pytest.mark.parametrize("exclude", [False, True])
@pytest.mark.parametrize("only_if_valid", [False, True])
def test_against_the_transcription(exclude, only_if_valid):
    check_against_the_transcription(exclude_producer=exclude, pay_only_if_valid=only_if_valid)


def check_a_round_by_hand():
    """(500, 300, 200), the richest rejects, the second accepts: w = 1/2, so -4/2 and 10/2 are paid, 10/2 is taken."""
    found = poqks_round(THREE, valid=[False, True, True])
    assert found.consensus
    assert (found.election.producer, found.election.weight, found.accepted_by) == (0, Fraction(1, 2), 1)
    assert (found.asked, found.reward) == ((0, 1), 10)
    assert found.gains == (-2 - 5, 5, 0)
    assert found.stakes == (493, 305, 200)
    assert all(type(value) is Fraction for value in (*found.stakes, *found.gains, found.reward))


def test_a_round_by_hand():
    check_a_round_by_hand()


def check_two_thirds_is_not_enough():
    """500 and 300 of 1200 are two thirds; one key more is above, one less below."""
    for extra, consensus in ((-1, False), (0, False), (1, True)):
        found = elect([500, 300 + extra, 400], approves=[True, True, False])
        assert (found.producer is not None) == consensus
    assert elect([500, 300, 400], approves=[True, True, False]).share == Fraction(2, 3)
    # Floats as well, where sums of rounded weights exceed 2/3.
    assert not poqks_round([3.0, 5.0, 4.0], approves=[True, True, False]).consensus


def test_two_thirds_is_not_enough():
    check_two_thirds_is_not_enough()


def test_without_consensus_nothing_changes():
    found = poqks_round([3.0, 5.0, 4.0], approves=[False, False, True], valid=[False] * 3)
    assert (found.consensus, found.accepted_by, found.asked, found.reward) == (False, None, (), 0)
    assert (found.stakes, found.gains) == ((3.0, 5.0, 4.0), (0, 0, 0))
    assert (found.election.share, found.election.weight) == (Fraction(1, 3), 0)


def test_votes_elect():
    """Weights times votes: 300 times 2 beats 500; equal weights go to the lowest index, w_p stays the stake's."""
    found = elect(THREE, DRAWN, votes=[1, 2, 2])
    assert (found.producer, found.weight) == (1, Fraction(3, 10))
    assert elect([4, 2, 8], DRAWN, votes=[2, 4, 1]).producer == 0
    assert elect(THREE, Rules(votes="random", threshold=0), votes=[0, 0, 3]).producer == 2


@pytest.mark.parametrize(
    ("order", "asked"), [("descending", (1, 0, 2)), ("ascending", (0, 2, 1)), ("index", (0, 1, 2))]
)
def test_order_of_line_13(order, asked):
    assert poqks_round([2, 5, 2], Rules(order=order), valid=[False] * 3).asked == asked


def check_the_producer_may_be_left_out():
    rules = Rules(exclude_producer=True)
    found = poqks_round(THREE, rules)
    assert (found.asked, found.accepted_by, found.stakes) == ((1,), 1, (495, 305, 200))
    assert poqks_round(THREE, rules, valid=[False] * 3).asked == (1, 2)


def test_the_producer_may_be_left_out():
    check_the_producer_may_be_left_out()


def test_reward_of_a_rejected_block():
    """Line 24 as printed pays it; the rule holds it back."""
    assert poqks_round(THREE, valid=[False] * 3).gains == (-2 + 10, -2, -2)
    assert poqks_round(THREE, Rules(pay_only_if_valid=True), valid=[False] * 3).gains == (-2, -2, -2)


def test_validators_as_printed_and_as_declared():
    """The print goes through I_p and never reads I_v."""
    sets = {"producers": [0, 1], "validators": [2], "valid": [False, True, True]}
    assert poqks_round(THREE, **sets).asked == (0, 1)
    found = poqks_round(THREE, Rules(validators="I_v"), **sets)
    assert (found.election.producer, found.asked, found.stakes) == (0, (2,), (495, 300, 205))
    # Who is not in I_p has no weight, but its stake is in T.
    apart = elect(THREE, producers=[1, 2], approves=[False, True, True])
    assert (apart.producer, apart.weight, apart.share) == (1, Fraction(3, 10), 1)


def test_whole_keys():
    """20 x 3/7 = 8.57 is 9, 10 x 3/7 = 4.29 is 4, -4 x 3/7 = -1.71 is -2; halves go to the even number."""
    rules = Rules(integer_keys=True)
    found = poqks_round([3, 2, 2], rules, valid=[False, True, True])
    assert (found.reward, found.gains) == (9, (-2 - 4, 4, 0))
    assert poqks_round([4, 4], Rules(integer_keys=True, beta=5, alpha2=7), valid=[False, True]).gains == (-2 - 2, 4)
    with pytest.raises(ValueError, match=r"whole with integer_keys, got 2.5 of node 1; round it"):
        poqks_round([3, 2.5], rules)


def test_kinds_of_numbers():
    """Floats among the stakes give floats, rounded once from the exact result; a fixed point changes no bit."""
    stakes = [0.1, 0.7, 1 / 3]
    exact = poqks_round([Fraction(value) for value in stakes], valid=[True, False, False])
    found = poqks_round(stakes, valid=[True, False, False])
    assert [type(value) for value in found.stakes] == [float] * 3
    assert found.stakes == tuple(float(value) for value in exact.stakes)
    assert poqks_round(np.array(stakes)).stakes == tuple(stakes)
    assert poqks_round([0.1, 0.7, Fraction(1, 3)]).stakes == (0.1, 0.7, 1 / 3)


# --- walks ---


def check_walk_against_rounds():
    """A walk is its rounds one after the other, here with payments that move stakes in every slot."""
    rules = Rules(votes="random", exclude_producer=True)
    votes = draw_votes(40, 3, np.random.default_rng(3))
    walk = stake_walk([900, 600, 50.5], 40, rules, votes=votes)
    now = (900.0, 600.0, 50.5)
    for slot in range(40):
        assert tuple(walk[slot]) == now
        now = poqks_round(now, rules, votes=votes[slot].tolist()).stakes
    assert len({tuple(row) for row in walk}) > 20
    np.testing.assert_allclose(walk.sum(axis=1), 1550.5, rtol=1e-14)


def test_walk_against_rounds():
    check_walk_against_rounds()


def test_the_main_reading_stands_still():
    keys = np.random.default_rng(5).uniform(500, 1500, (2, 3, 4))
    walk = stake_walk(keys, 7)
    assert walk.shape == (2, 3, 7, 4)
    assert (walk == keys[..., np.newaxis, :]).all()


def test_a_walk_moves_until_it_stands_still():
    """Whole keys: the richest pays w_p, rounded, to the next; at 6 of 13 that is no key."""
    rules = Rules(integer_keys=True, exclude_producer=True, alpha2=1, beta=1)
    walk = stake_walk([9, 1, 1, 1, 1], 6, rules)
    assert walk[:, 0].tolist() == [9, 8, 7, 6, 6, 6]
    assert walk[:, 1].tolist() == [1, 2, 3, 4, 4, 4]


def test_a_round_that_changes_nothing_does_not_end_a_walk_with_votes():
    """The richest produces first and pays itself; then votes elect the other, which pays the richest 10 w_p."""
    walk = stake_walk([900, 600], 4, DRAWN, votes=[[1, 1], [1, 5], [1, 1], [5, 1]])
    assert walk.tolist() == [[900, 600], [900, 600], [904, 596], [904, 596]]


def test_a_walk_has_the_same_bits_in_any_batch():
    rules = Rules(exclude_producer=True, votes="random")
    keys = np.random.default_rng(1).uniform(500, 1500, (5, 3))
    votes = draw_votes(5 * 20, 3, np.random.default_rng(2)).reshape(5, 20, 3)
    whole = stake_walk(keys, 20, rules, votes=votes)
    alone = [stake_walk(keys[k], 20, rules, votes=votes[k]) for k in range(5)]
    assert whole.tobytes() == np.stack(alone).tobytes()


def test_votes_are_drawn_from_one_to_five():
    votes = draw_votes(200, 3, np.random.default_rng(0))
    assert votes.shape == (200, 3)
    assert set(votes.ravel().tolist()) == {1, 2, 3, 4, 5}
    with pytest.raises(TypeError, match="rng must be"):
        draw_votes(2, 2, 0)
    with pytest.raises(ValueError, match="n_node must be a whole number of at least 1, got 0"):
        draw_votes(2, 0, np.random.default_rng(0))


# --- what is refused ---


@pytest.mark.parametrize(
    ("stakes", "options", "words"),
    [
        ([], {}, "stakes must hold one number a node, got none"),
        ([0, 0], {}, r"stakes must sum to more than 0, got 0: .* give keys"),
        ([1, -2], {}, r"at least 0, got -2 of node 1; .* Rules\(debts=True\)"),
        ([1, np.nan], {}, "stake of node 1 must be a finite number, got nan"),
        ([1, np.inf], {}, "stake of node 1 must be a finite number, got inf"),
        (["1", 2], {}, "stake of node 0 must be a finite number, got '1'; give int"),
        ([True, 2], {}, "stake of node 0 must be a finite number, got True"),
        ([1, 2], {"approves": [True]}, "approves must hold one value for each of the 2 nodes, got 1"),
        ([1, 2], {"valid": [True] * 3}, "valid must hold one value for each of the 2 nodes, got 3"),
        ([1, 2], {"producers": []}, r"producers must name nodes 0..1, .* got \[\]"),
        ([1, 2], {"producers": [2]}, r"producers must name nodes 0..1, .* got \[2\]"),
        ([1, 2], {"validators": [0, 0]}, "validators must name nodes 0..1, each at most once"),
        ([1, 2], {"votes": [1, 1]}, "votes must be given if and only if .* 'one' and some given"),
        ([1, 0], {"producers": [1]}, "voting weights must sum to more than 0, got 0: nobody to vote"),
    ],
)
def test_refused_rounds(stakes, options, words):
    with pytest.raises(ValueError, match=words):
        poqks_round(stakes, **options)


def test_refused_votes():
    with pytest.raises(ValueError, match="'random' and none given"):
        poqks_round([1, 2], DRAWN)
    with pytest.raises(ValueError, match="votes of node 1 must be a whole number of at least 0, got -1"):
        poqks_round([1, 2], DRAWN, votes=[1, -1])
    with pytest.raises(ValueError, match="votes must hold one value for each of the 2 nodes, got 1"):
        poqks_round([1, 2], DRAWN, votes=[1])
    with pytest.raises(ValueError, match="nobody to vote; give votes to a producer with stake"):
        poqks_round([1, 2], DRAWN, votes=[0, 0])
    with pytest.raises(TypeError, match="approves must hold True or False, got 1 of node 0"):
        poqks_round([1, 2], approves=[1, True])
    with pytest.raises(ValueError, match="besides the producer 0, got none: nobody to validate"):
        poqks_round([5], Rules(exclude_producer=True))


@pytest.mark.parametrize(
    ("error", "options", "words"),
    [
        (ValueError, {"threshold": 1}, r"threshold must lie in \[0, 1\), got 1; give a share"),
        (ValueError, {"threshold": -0.5}, "threshold must lie in"),
        (ValueError, {"alpha1": np.inf}, "alpha1 must be a finite number, got inf"),
        (ValueError, {"beta": None}, "beta must be a finite number, got None"),
        (ValueError, {"validators": "I_q"}, "validators must be one of I_p, I_v, got 'I_q'"),
        (ValueError, {"votes": "two"}, "votes must be one of one, random"),
        (ValueError, {"order": "descend"}, "order must be one of .* did you mean 'descending'"),
        (TypeError, {"exclude_producer": 1}, "exclude_producer must be True or False, got 1"),
    ],
)
def test_refused_rules(error, options, words):
    with pytest.raises(error, match=words):
        Rules(**options)


def test_refused_walks():
    drain = Rules(alpha2=0, beta=1600)
    with pytest.raises(ValueError, match="slot 1: stakes must be at least 0, got -60 of node 0"):
        stake_walk([900.0, 600.0], 2, drain)
    assert stake_walk([900.0, 600.0], 1, drain).tolist() == [[900, 600]]
    with pytest.raises(ValueError, match="n_slot must be a whole number of at least 1, got 0"):
        stake_walk([900, 600], 0)
    with pytest.raises(ValueError, match=r"votes must have shape \(4, 2\), one a slot and node, got \(3, 2\)"):
        stake_walk([900, 600], 4, DRAWN, votes=np.ones((3, 2), dtype=int))
    with pytest.raises(ValueError, match=r"votes must have shape \(5, 4, 2\), one a slot and node, got \(4, 2\)"):
        stake_walk(np.ones((5, 2)), 4, DRAWN, votes=np.ones((4, 2), dtype=int))
    with pytest.raises(ValueError, match="'random' and none given"):
        stake_walk([900, 600], 4, DRAWN)
    with pytest.raises(ValueError, match="keys must be finite, got nan"):
        stake_walk([900, np.nan], 4)
