"""Mistakes in the consensus, the ledger and the exact studies of tn_qdrl, each with the test that catches it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from hashlib import sha256

import pytest

from tests.faults.door import Fault, assert_caught

PAPER, UNIT = "qbench.papers.tn_qdrl", "tests.unit.tn_qdrl"
ROUND = f"{UNIT}.test_consensus:check_against_the_transcription"
LEFT_OUT = f"{UNIT}.test_consensus:check_the_producer_may_be_left_out"
TWO_THIRDS = f"{UNIT}.test_consensus:check_two_thirds_is_not_enough"
WALK = f"{UNIT}.test_consensus:check_walk_against_rounds"
BLOCK = f"{UNIT}.test_ledger:check_an_appended_block"
CHAIN = f"{UNIT}.test_ledger:check_entries_follow_one_another"
REJECTED = f"{UNIT}.test_ledger:check_a_tampered_block_is_rejected"
BYTES = f"{UNIT}.test_audit:check_every_flipped_byte_is_found"
FORGED = f"{UNIT}.test_audit:check_every_flipped_byte_is_found_behind_a_new_digest"
CUT = f"{UNIT}.test_audit:check_a_chain_cut_short"
PAYMENTS = f"{UNIT}.test_audit:check_payments_are_computed_again"
BOUND = f"{UNIT}.test_audit:check_transactions_are_bound"


def paid_twice(original):
    def faulty(factor, weight, rules):
        return original(factor, weight, rules) * (2 if factor == rules.alpha2 else 1)

    return faulty


def argmin(original):
    def faulty(stakes, rules, *, votes=None, **options):
        found = original(stakes, rules, votes=votes, **options)
        if found.producer is None:
            return found
        cast = votes or [1] * len(stakes)
        p = min(range(len(stakes)), key=lambda i: stakes[i] * cast[i])
        return replace(found, producer=p, weight=Fraction(stakes[p]) / sum(map(Fraction, stakes)))

    return faulty


def two_thirds_suffice(original):
    def faulty(stakes, rules, **options):
        found = original(stakes, rules, **options)
        return original(stakes, rules, votes=options.get("votes")) if found.share == rules.threshold else found

    return faulty


def weights_without_votes(original):
    def faulty(stakes, rules, *, votes=None, **options):
        return original(stakes, rules, votes=None if votes is None else [1] * len(votes), **options)

    return faulty


def last_of_equals(original):
    def faulty(stakes, rules, **options):
        found = original(stakes, rules, **options)
        if found.producer is None:
            return found
        cast = options.get("votes") or [1] * len(stakes)
        p = max(range(len(stakes)), key=lambda i: (stakes[i] * cast[i], i))
        return replace(found, producer=p)

    return faulty


def poorest_first(original):
    return lambda qk, nodes, p, rules: original(qk, nodes, p, rules)[::-1]


def producer_stays(original):
    return lambda qk, nodes, p, rules: original(qk, nodes, p, replace(rules, exclude_producer=False))


def stake_of_now(original):
    """w_p of the stakes as they stand, after a penalty, not of the round's start."""

    def faulty(factor, weight, rules):
        return original(factor, weight, rules) * (1 if factor == rules.alpha3 else Fraction(99, 100))

    return faulty


def a_vote_for_all_slots(original):
    return lambda start, slots, rules, votes: original(start, slots, rules, votes[:1].repeat(slots, axis=0))


def last_leaf_dropped(original):
    return lambda leaves: original(leaves[:-1])


def leaves_in_any_order(original):
    return lambda leaves: original(sorted(leaves))


def doubled_leaf(_):
    def faulty(leaves):
        level = [sha256(b"\x00" + leaf).digest() for leaf in leaves] or [sha256(b"").digest()]
        while len(level) > 1:
            level += level[-1:] * (len(level) % 2)
            level = [sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=True)]
        return level[0]

    return faulty


def nodes_like_leaves(_):
    def faulty(leaves):
        if len(leaves) < 2:
            return sha256(b"\x00" + b"".join(leaves)).digest()
        left = 1 << ((len(leaves) - 1).bit_length() - 1)
        return sha256(b"\x00" + faulty(leaves[:left]) + faulty(leaves[left:])).digest()

    return faulty


def link_not_checked(original):
    """The audit takes the link of an entry as it finds it."""

    def faulty(entry, state):
        linked = replace(state, previous=entry.seal.previous)
        return original(entry, linked)

    return faulty


def digest_not_checked(original):
    """The audit reads entries whatever digest they end with."""
    return lambda data: original(data[:-32] + sha256(data[:-32]).digest())


def seal_not_computed_again(_):
    return lambda seal, again: None


def block_never_faulty(_):
    return lambda block, state, *, producer, slot: None


def stakes_of_yesterday(original):
    return lambda self, seal, stakes, digest, *, appended: original(self, seal, self.stakes, digest, appended=appended)


def rejections_counted(original):
    return lambda self, seal, stakes, digest, *, appended: original(self, seal, stakes, digest, appended=True)


def head_ignored(original):
    return lambda entries, head=None: original(entries)


def proposal_ignored(_):
    return lambda block: b"\x00" * 32 if block is not None else b""


def header_forgotten(original):
    return lambda transactions: original(transactions) - 128


def one_level_of_excess(_):
    return lambda table: float(table[(0,) * table.ndim] - table.min()) / float(table.min())


FAULTS = (
    Fault("stake paid twice", ((f"{PAPER}.consensus:_payment", paid_twice),), ROUND),
    Fault("argmin for argmax", ((f"{PAPER}.consensus:elect", argmin),), ROUND),
    Fault("the last of equals elected", ((f"{PAPER}.consensus:elect", last_of_equals),), ROUND),
    Fault("votes do not weigh", ((f"{PAPER}.consensus:elect", weights_without_votes),), ROUND),
    Fault("two thirds are enough", ((f"{PAPER}.consensus:elect", two_thirds_suffice),), TWO_THIRDS),
    Fault("poorest validates first", ((f"{PAPER}.consensus:_queue", poorest_first),), ROUND),
    Fault("producer validates all the same", ((f"{PAPER}.consensus:_queue", producer_stays),), LEFT_OUT),
    Fault("w_p not that of the start", ((f"{PAPER}.consensus:_payment", stake_of_now),), ROUND),
    Fault("votes of the first slot for all", ((f"{PAPER}.consensus:_one_walk", a_vote_for_all_slots),), WALK),
    Fault(
        "an odd Merkle leaf doubled",
        ((f"{UNIT}.test_canonical:merkle_root", doubled_leaf),),
        f"{UNIT}.test_canonical:check_published_roots",
    ),
    Fault(
        "inner nodes hashed like leaves",
        ((f"{UNIT}.test_canonical:merkle_root", nodes_like_leaves),),
        f"{UNIT}.test_canonical:check_published_roots",
    ),
    Fault(
        "a Merkle leaf dropped",
        ((f"{PAPER}.validation:merkle_root", last_leaf_dropped), (f"{PAPER}.blocks:merkle_root", last_leaf_dropped)),
        BLOCK,
    ),
    Fault("a Merkle leaf not audited", ((f"{PAPER}.validation:merkle_root", last_leaf_dropped),), CHAIN),
    Fault("transactions in any order", ((f"{PAPER}.validation:merkle_root", leaves_in_any_order),), BOUND),
    Fault("previous hash not checked", ((f"{PAPER}.audit:_entry_fault", link_not_checked),), FORGED),
    Fault("digest of an entry not checked", ((f"{PAPER}.audit:decode_entry", digest_not_checked),), BYTES),
    Fault("payments not computed again", ((f"{PAPER}.audit:_seal_fault", seal_not_computed_again),), PAYMENTS),
    Fault("blocks not audited", ((f"{PAPER}.audit:block_fault", block_never_faulty),), BOUND),
    Fault("validators wave everything through", ((f"{PAPER}.ledger:block_fault", block_never_faulty),), REJECTED),
    Fault("any block is the proposed one", ((f"{PAPER}.audit:proposal_digest", proposal_ignored),), CHAIN),
    Fault("stakes of the round before", ((f"{PAPER}.validation:State.after", stakes_of_yesterday),), CHAIN),
    Fault("rejections counted as blocks", ((f"{PAPER}.validation:State.after", rejections_counted),), REJECTED),
    Fault("head not compared", ((f"{UNIT}.test_audit:audit", head_ignored),), CUT),
    Fault(
        "size without the header",
        tuple((f"{PAPER}.{name}:block_size", header_forgotten) for name in ("blocks", "validation")),
        BLOCK,
    ),
    Fault(
        "variables not optimised",
        ((f"{PAPER}.separability:excess", one_level_of_excess),),
        f"{UNIT}.test_certificates:check_excess_by_hand",
    ),
    Fault(
        "tasks share a processor as printed",
        (
            (
                f"{PAPER}.separability:objective_table",
                lambda f: (
                    lambda slot, setting, shares: f(
                        slot, replace(setting, tasks=replace(setting.tasks, share_cpu=True)), shares
                    )
                ),
            ),
        ),
        f"{UNIT}.test_certificates:check_table_against_plain_python",
    ),
    Fault(
        "the producer left out as printed",
        ((f"{PAPER}.certificates:Rules", lambda f: lambda **options: f(**{**options, "exclude_producer": True})),),
        f"{UNIT}.test_certificates:check_elections_are_counted",
    ),
    Fault(
        "C2 taken for K above 0",
        ((f"{PAPER}.qkd:standard_key_rate", lambda f: lambda *args: f(*args) - 1e-9),),
        f"{UNIT}.test_certificates:check_hopeless_points_are_counted",
        ("standard",),
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_fault_is_caught(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_caught(fault, monkeypatch)
