"""The ledger: what a round appends or records, block by block, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from hashlib import sha256

import pytest

from qbench.papers.tn_qdrl.blocks import Entry, Genesis, Limits, block_digest, block_size, decode_entry, stakes_digest
from qbench.papers.tn_qdrl.consensus import Rules, poqks_round
from qbench.papers.tn_qdrl.ledger import Ledger
from qbench.papers.tn_qdrl.merkle import merkle_root
from qbench.papers.tn_qdrl.parameters import Chain
from qbench.papers.tn_qdrl.transactions import encode_transaction
from qbench.papers.tn_qdrl.validation import block_fault
from tests.unit.tn_qdrl.chains import MOVING, records, small_chain


def check_an_appended_block():
    """The first block: linked to the genesis, its stakes those before the round, its gains those of Algorithm 1."""
    ledger = Ledger([500, 300, 200], MOVING)
    genesis = ledger.head
    entry = ledger.append(records(0), slot=0)
    header, seal = entry.block.header, entry.seal
    assert (header.index, header.producer, header.slot) == (1, 0, 0)
    assert header.previous == seal.previous == genesis
    assert header.merkle_root == merkle_root([encode_transaction(t) for t in records(0)])
    assert header.stakes_digest == stakes_digest((Fraction(500), Fraction(300), Fraction(200)))
    # 128 bytes of header, the number of transactions, and each behind its length.
    assert header.size == 128 + 8 + 2 * (8 + 41) + (8 + 49) == block_size(records(0))
    assert (seal.producer, seal.accepted_by, seal.reward, seal.gains) == (0, 1, 10, (-5, 5, 0))
    assert ledger.stakes == (495, 305, 200)
    assert seal.proposal == block_digest(entry.block)
    assert ledger.head == sha256(ledger.entries[1][:-32]).digest() != genesis


def test_an_appended_block():
    check_an_appended_block()


def check_entries_follow_one_another():
    ledger = small_chain()
    found = [decode_entry(data) for data in ledger.entries]
    genesis, entries = found[0], found[1:]
    assert genesis == Genesis((Fraction(500), Fraction(300), Fraction(200)), MOVING, Limits(2048, 8))
    assert all(isinstance(entry, Entry) for entry in entries)
    assert [entry.seal.number for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.seal.slot for entry in entries] == [0, 1, 2, 4, 5]
    assert [entry.block.header.index if entry.block else None for entry in entries] == [1, None, None, 2, 3]
    for before, entry in zip(ledger.entries, entries, strict=False):
        assert entry.seal.previous == before[-32:]
    stakes = genesis.stakes
    for entry in entries:
        approves, valid = entry.seal.approves, entry.seal.opinions or None
        after = poqks_round(stakes, MOVING, approves=approves, valid=valid)
        assert (after.gains, after.accepted_by) == (entry.seal.gains, entry.seal.accepted_by)
        stakes = after.stakes
    assert stakes == ledger.stakes
    assert ledger.audit(ledger.head) is None


def test_entries_follow_one_another():
    check_entries_follow_one_another()


def check_a_tampered_block_is_rejected():
    """Validators find that the transactions are not those of the Merkle root: all reject, which is recorded."""
    ledger = Ledger([500, 300, 200])
    block = ledger.propose(records(0), slot=0)
    wrong = replace(block, transactions=records(0, n_tasks=2))
    entry = ledger.settle(wrong, slot=0)
    assert entry.block is None
    assert (entry.seal.opinions, entry.seal.producer, entry.seal.accepted_by) == ((False,) * 3, 0, None)
    assert entry.seal.proposal == block_digest(wrong)
    # The printed line 24 pays the producer of the block that nobody accepted.
    assert ledger.stakes == (500 - 2 + 10, 298, 198)
    # The next block is still the first.
    assert ledger.append((), slot=1).block.header.index == 1
    assert ledger.audit(ledger.head) is None


def test_a_tampered_block_is_rejected():
    check_a_tampered_block_is_rejected()


def test_no_consensus_is_recorded():
    ledger = Ledger([500, 300, 200])
    entry = ledger.append(records(0), slot=0, approves=[False, True, True])
    assert entry.block is None
    assert (entry.seal.producer, entry.seal.opinions, entry.seal.proposal) == (None, (), b"")
    assert ledger.stakes == (500, 300, 200)
    assert len(ledger.entries) == 2
    assert ledger.audit() is None
    with pytest.raises(ValueError, match=r"approvals must exceed the threshold .* append records the round"):
        ledger.propose(records(1), slot=1, approves=[False, True, True])


def test_dishonest_validators_are_found_by_the_audit():
    """They accept what they should not; the block stands in the chain, and the audit names it."""
    ledger = Ledger([500, 300, 200])
    block = ledger.propose(records(0), slot=0)
    ledger.settle(replace(block, transactions=()), slot=0, opinions=[True] * 3)
    assert str(ledger.audit()) == "entry 1: Merkle root is not that of the transactions"


def test_validators_who_reject_a_sound_block_pay_for_it():
    ledger = Ledger([500, 300, 200])
    entry = ledger.append(records(0), slot=0, opinions=[False, True, True])
    assert (entry.seal.accepted_by, entry.seal.gains) == (1, (-2 - 5, 5, 0))
    assert entry.block is not None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"previous": bytes(32)}, "previous hash is not that of the entry before"),
        ({"index": 2}, "index 2, want 1"),
        ({"producer": 1}, "producer 1, elected was 0"),
        ({"slot": 1}, "slot 1, want 0"),
        ({"merkle_root": bytes(32)}, "Merkle root is not that of the transactions"),
        ({"size": 1}, "size 1 bytes, it has 291"),
        ({"stakes_digest": bytes(32)}, "stakes digest is not that of the stakes"),
    ],
)
def test_every_field_of_a_header_is_checked(change, words):
    ledger = Ledger([500, 300, 200])
    block = ledger.propose(records(0), slot=0)
    wrong = replace(block, header=replace(block.header, **change))
    assert block_fault(block, ledger.state, producer=0, slot=0) is None
    assert block_fault(wrong, ledger.state, producer=0, slot=0) == words
    assert ledger.settle(wrong, slot=0).block is None


def test_blocks_respect_their_limits():
    """2 KB and eight transactions; a proposal beyond is refused, and validators reject one that comes anyway."""
    assert Limits() == Limits(int(Chain().block_bits) // 8, Chain().n_transactions) == Limits(2048, 8)
    roomy, tight, few = (Limits(2048, 100), Limits(290, 8), Limits(2048, 2))
    many = records(0, n_keys=39)
    # 136 bytes of header and number, 39 records of keys and one of a task behind their lengths.
    assert block_size(many) == 136 + 39 * 49 + 57 == 2104
    for limits, transactions, words in (
        (roomy, many, "a block must have at most 2048 bytes, got 2104; leave transactions"),
        (tight, records(0), "a block must have at most 290 bytes, got 291"),
        (few, records(0), "transactions must be at most 2 a block, got 3; leave the rest"),
    ):
        with pytest.raises(ValueError, match=words):
            Ledger([5, 3], MOVING, limits).append(transactions, slot=0)
        block = Ledger([5, 3], MOVING, Limits(9999, 999)).propose(transactions, slot=0)
        ledger = Ledger([5, 3], MOVING, limits)
        wrong = replace(block, header=replace(block.header, previous=ledger.head))
        fault = block_fault(wrong, ledger.state, producer=0, slot=0)
        assert "at most" in fault
        assert ledger.settle(wrong, slot=0).block is None
    assert Ledger([5, 3], MOVING, Limits(291, 3)).append(records(0), slot=0).block is not None
    with pytest.raises(ValueError, match="block_bytes must be a whole number of at least 1, got 0"):
        Limits(0, 1)


def test_a_block_holds_nothing_of_later_slots():
    ledger = Ledger([5, 3])
    block = ledger.propose(records(7), slot=3)
    assert block_fault(block, ledger.state, producer=0, slot=3) == "transaction of slot 7 in slot 3"
    assert ledger.settle(block, slot=3).block is None


@pytest.mark.parametrize("rules", [Rules(), MOVING, Rules(votes="random"), Rules(integer_keys=True, threshold=0.5)])
@pytest.mark.parametrize("stakes", [(500, 300, 200), (500.0, 300.0, 200.0), (Fraction(1000), 300, 200)])
def test_chains_of_all_kinds_pass_their_audit(rules, stakes):
    ledger = small_chain(stakes, rules)
    assert ledger.audit(ledger.head) is None
    kind = float if isinstance(stakes[0], float) else Fraction
    assert all(type(value) is kind for value in ledger.stakes)


def test_refused_calls_leave_the_chain_as_it_was():
    ledger = Ledger([500, 300, 200])
    ledger.append((), slot=3)
    before = ledger.entries, ledger.stakes
    block = ledger.propose((), slot=4)
    for options, words in (
        ({"block": block, "slot": 3}, "slot must be above 3, that of the last round, got 3"),
        ({"block": None, "slot": 4}, "if and only if there is consensus, got consensus without a block"),
        ({"block": block, "slot": 4, "approves": [False] * 3}, "got a block without consensus; propose makes one"),
        ({"block": block, "slot": 4, "opinions": [True]}, "valid must hold one value for each of the 3 nodes, got 1"),
        ({"block": block, "slot": 4, "opinions": []}, "opinions must hold one value for each of the 3 nodes, got 0"),
        ({"block": block, "slot": 4, "votes": [1] * 3}, "votes must be given if and only if"),
        ({"block": block, "slot": 4.5}, "slot must be a whole number"),
    ):
        with pytest.raises(ValueError, match=words):
            ledger.settle(**options)
        assert (ledger.entries, ledger.stakes) == before
    with pytest.raises(ValueError, match="stakes must be at least 0, got -1 of node 1"):
        Ledger([1, -1])
