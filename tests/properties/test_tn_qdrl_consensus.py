"""Algorithm 1 of tn_qdrl: exact properties."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from qbench.papers.tn_qdrl.consensus import Rules, elect, poqks_round, stake_walk
from qbench.papers.tn_qdrl.ledger import Ledger
from tests.oracles import tn_qdrl_consensus_reference as reference
from tests.properties.hqcnn_networks import exact

FACTOR = st.fractions(0, 30, max_denominator=9)
SIGNED = st.fractions(-30, 30, max_denominator=9)
KEYS = st.fractions(0, 2000, max_denominator=12)


def stakes(least=2, distinct=False):
    return st.lists(KEYS.filter(bool), min_size=least, max_size=6, unique=distinct)


@st.composite
def rounds(draw, distinct=False):
    """Stakes, votes, approvals and opinions of two to six nodes, and rules with any factors and flags."""
    qk = draw(stakes(distinct=distinct))
    n = len(qk)
    rules = Rules(
        alpha1=draw(FACTOR),
        alpha2=draw(FACTOR),
        alpha3=draw(SIGNED),
        beta=draw(FACTOR),
        votes="random",
        exclude_producer=draw(st.booleans()),
        pay_only_if_valid=draw(st.booleans()),
    )
    given_by = {
        "votes": draw(st.lists(st.integers(1, 5), min_size=n, max_size=n)),
        "approves": draw(st.lists(st.booleans(), min_size=n, max_size=n)),
        "valid": draw(st.lists(st.booleans(), min_size=n, max_size=n)),
    }
    return qk, rules, given_by


@exact
@given(rounds())
def test_a_round_is_that_of_the_transcription(drawn):
    qk, rules, said = drawn
    found = poqks_round(qk, rules, **said)
    after, p, accepted = reference.algorithm_1(
        qk,
        **said,
        a1=rules.alpha1,
        a2=rules.alpha2,
        a3=rules.alpha3,
        beta=rules.beta,
        skip_producer=rules.exclude_producer,
        hold_reward=rules.pay_only_if_valid,
    )
    assert (list(found.stakes), found.election.producer, found.accepted_by) == (after, p, accepted)


def test_the_sum_of_stakes_moves_by_the_formula_at_every_position():
    """dT = w_p ((k - 1) alpha3 + alpha2 - beta) if the k-th of n accepts, w_p (n alpha3 + alpha1) if none does."""
    for n, exclude in itertools.product(range(2, 7), (False, True)):
        qk = [Fraction(100 + 7 * i, 3) for i in range(n)]
        rules = Rules(alpha1=23, alpha2=7, alpha3=Fraction(-5, 2), beta=11, exclude_producer=exclude)
        queue = poqks_round(qk, rules, valid=[False] * n).asked
        assert len(queue) == n - exclude
        for k in range(1, len(queue) + 1):
            found = poqks_round(qk, rules, valid=[i == queue[k - 1] for i in range(n)])
            w = found.election.weight
            assert found.accepted_by == queue[k - 1]
            assert sum(found.stakes) - sum(qk) == w * ((k - 1) * rules.alpha3 + 7 - 11)
        none = poqks_round(qk, rules, valid=[False] * n)
        assert sum(none.stakes) - sum(qk) == w * (len(queue) * rules.alpha3 + 23)
        held = poqks_round(qk, replace(rules, pay_only_if_valid=True), valid=[False] * n)
        assert sum(held.stakes) - sum(qk) == w * len(queue) * rules.alpha3


@exact
@given(rounds())
def test_the_sum_of_stakes_moves_by_the_formula(drawn):
    qk, rules, said = drawn
    found = poqks_round(qk, rules, **said)
    moved, w, n = sum(found.stakes) - sum(qk), found.election.weight, len(found.asked)
    if not found.consensus:
        assert moved == 0
    elif found.accepted_by is not None:
        assert moved == w * ((n - 1) * rules.alpha3 + rules.alpha2 - rules.beta)
    else:
        assert moved == w * (n * rules.alpha3 + (0 if rules.pay_only_if_valid else rules.alpha1))


@exact
@given(stakes(), FACTOR, FACTOR, SIGNED, st.booleans())
def test_stakes_are_conserved_if_the_gain_is_the_cost(qk, alpha1, gain, alpha3, exclude):
    """alpha2 = beta and the first validator accepts: exactly, and for a whole chain."""
    rules = Rules(alpha1=alpha1, alpha2=gain, alpha3=alpha3, beta=gain, exclude_producer=exclude, debts=True)
    assert sum(poqks_round(qk, rules).stakes) == sum(qk)
    ledger = Ledger(qk, rules)
    for slot in range(3):
        ledger.append((), slot=slot)
    assert sum(ledger.stakes) == sum(qk)


@exact
@given(rounds())
def test_who_is_not_involved_keeps_its_stake(drawn):
    qk, rules, said = drawn
    found = poqks_round(qk, rules, **said)
    for i, (before, after) in enumerate(zip(qk, found.stakes, strict=True)):
        if i not in (*found.asked, found.election.producer):
            assert after == before


@exact
@given(stakes())
def test_weights_sum_to_one(qk):
    """Each node's weight as the producer that all votes go to."""
    n = len(qk)
    alone = [[int(i == p) for i in range(n)] for p in range(n)]
    assert sum(elect(qk, Rules(votes="random"), votes=votes).weight for votes in alone) == 1
    assert elect(qk).share == 1


@exact
@given(stakes(), FACTOR, FACTOR, FACTOR, FACTOR, st.data())
def test_one_round_makes_no_debt_within_its_limits(qk, alpha1, alpha2, alpha3, beta, data):
    """alpha1 + beta up to T, alpha3 from 0 up: no stake below 0, whoever accepts."""
    assume(alpha1 + beta <= sum(qk))
    valid = data.draw(st.lists(st.booleans(), min_size=len(qk), max_size=len(qk)))
    found = poqks_round(qk, Rules(alpha1=alpha1, alpha2=alpha2, alpha3=alpha3, beta=beta), valid=valid)
    assert min(found.stakes) >= 0
    # Nor between line 16 and line 24, where the producer has paid its reward in advance.
    p, w = found.election.producer, found.election.weight
    assert qk[p] - found.reward - beta * w >= 0


@exact
@given(rounds(distinct=True), st.randoms(use_true_random=False))
def test_nodes_have_no_names(drawn, random):
    """Without equal weights a permutation of the nodes permutes the round."""
    qk, rules, said = drawn
    weights = [stake * votes for stake, votes in zip(qk, said["votes"], strict=True)]
    assume(len(set(weights)) == len(qk))
    order = list(range(len(qk)))
    random.shuffle(order)
    found = poqks_round(qk, rules, **said)
    moved = poqks_round(
        [qk[i] for i in order], rules, **{name: [values[i] for i in order] for name, values in said.items()}
    )
    assert moved.stakes == tuple(found.stakes[i] for i in order)
    assert [order[i] for i in moved.asked] == list(found.asked)


@exact
@given(stakes(least=3), st.data())
def test_two_thirds_of_the_weight_are_not_enough(qk, data):
    """The rest gets half of what approves: the share is 2/3 exactly and fails; any more passes."""
    split = data.draw(st.integers(1, len(qk) - 1))
    yes = qk[:split]
    rest = sum(yes) / 2 / (len(qk) - split)
    approves = [i < split for i in range(len(qk))]
    edge = yes + [rest] * (len(qk) - split)
    assert elect(edge, approves=approves).share == Fraction(2, 3)
    assert elect(edge, approves=approves).producer is None
    edge[0] += Fraction(1, 10**30)
    assert elect(edge, approves=approves).producer is not None


@exact
@given(rounds())
def test_consensus_needs_weight_and_goes_to_the_largest(drawn):
    qk, rules, said = drawn
    weights = [stake * votes for stake, votes in zip(qk, said["votes"], strict=True)]
    yes = sum(w for w, agreed in zip(weights, said["approves"], strict=True) if agreed)
    found = elect(qk, rules, votes=said["votes"], approves=said["approves"])
    assert (found.producer is None) == (3 * yes <= 2 * sum(weights))
    if found.producer is not None:
        assert weights.index(max(weights)) == found.producer


@exact
@given(st.lists(st.floats(1e-3, 1e6), min_size=2, max_size=5), st.lists(st.booleans(), min_size=5, max_size=5))
def test_floats_are_rounded_once(qk, valid):
    said = valid[: len(qk)]
    exactly = poqks_round([Fraction(value) for value in qk], valid=said)
    found = poqks_round(qk, valid=said)
    assert found.stakes == tuple(map(float, exactly.stakes))
    assert found.gains == tuple(map(float, exactly.gains))


@exact
@given(st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=5))
def test_the_main_reading_stands_still(qk):
    """Algorithm 1 as printed with alpha2 = beta: the richest has paid itself, in every bit."""
    assert (stake_walk(qk, 5) == qk).all()


@exact
@given(st.lists(st.integers(0, 3000), min_size=2, max_size=5).filter(any), SIGNED, FACTOR, FACTOR)
def test_whole_keys_stay_whole(qk, alpha3, alpha2, beta):
    rules = Rules(integer_keys=True, alpha2=alpha2, alpha3=alpha3, beta=beta, debts=True)
    for valid in (True, False):
        found = poqks_round(qk, rules, valid=[valid] * len(qk))
        assert all(value.denominator == 1 for value in found.stakes)
        true = poqks_round(qk, replace(rules, integer_keys=False), valid=[valid] * len(qk))
        # Three payments at most meet in one node, each off by half a key.
        assert all(abs(a - b) <= Fraction(3, 2) for a, b in zip(found.stakes, true.stakes, strict=True))
