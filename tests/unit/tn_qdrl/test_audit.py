"""The audit: every byte of a small chain, flipped; entries lost, moved and rewritten; what it finds, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qbench.papers.tn_qdrl.audit import Finding, audit
from qbench.papers.tn_qdrl.blocks import (
    Limits,
    block_digest,
    build_block,
    decode_entry,
    encode_entry,
    encode_genesis,
)
from qbench.papers.tn_qdrl.consensus import Rules
from tests.unit.tn_qdrl.chains import MOVING, closed, flipped, records, small_chain

LEDGER = small_chain()
CHAIN = LEDGER.entries


def changed(number, data):
    return (*CHAIN[:number], data, *CHAIN[number + 1 :])


def check_every_flipped_byte_is_found(mask=1):
    """Found where it is: the digest at the end of the entry is no longer that of its bytes."""
    for number, data in enumerate(CHAIN):
        for at in range(len(data)):
            found = audit(changed(number, flipped(data, at, mask)))
            assert found == Finding(number, "its digest is not that of its bytes")


@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_every_flipped_byte_is_found(mask):
    check_every_flipped_byte_is_found(mask)


def check_every_flipped_byte_is_found_behind_a_new_digest():
    """Whoever flips a byte and computes the digest again breaks the entry, its round, or the link of the next one."""
    for number, data in enumerate(CHAIN):
        body = data[:-32]
        for at in range(len(body)):
            found = audit(changed(number, closed(flipped(body, at))), LEDGER.head)
            assert found is not None
            # Of the last entry some bytes say what only the head contradicts: who approved, beyond what was needed.
            assert found.entry in {number, number + 1}


def test_every_flipped_byte_is_found_behind_a_new_digest():
    check_every_flipped_byte_is_found_behind_a_new_digest()


def test_lost_and_moved_entries():
    for number in range(1, 5):
        assert audit((*CHAIN[:number], *CHAIN[number + 1 :])) == Finding(
            number, "previous hash is not that of the entry before"
        )
    assert audit((*CHAIN[:2], CHAIN[3], CHAIN[2], *CHAIN[4:])).entry == 2
    assert audit((*CHAIN[:3], CHAIN[2], *CHAIN[3:])).entry == 3
    assert audit(()) == Finding(0, "no genesis")
    genesis = "a genesis stands first and nowhere else"
    assert audit(CHAIN[1:]) == Finding(0, genesis)
    assert audit((CHAIN[0], CHAIN[0])) == Finding(1, genesis)


def check_a_chain_cut_short():
    """Nothing inside tells: only the head does."""
    assert audit(CHAIN[:-1]) is None
    words = "the last digest is not the head: another chain, or one cut short"
    assert audit(CHAIN[:-1], LEDGER.head) == Finding(5, words)


def test_a_chain_cut_short():
    check_a_chain_cut_short()


def test_a_chain_written_anew_differs_in_its_head_alone():
    """Nothing is signed: all entries from some point on, computed again, are a sound chain, but another one."""
    anew = small_chain((500, 300, 201))
    assert audit(anew.entries) is None
    assert audit(anew.entries, LEDGER.head) is not None


@pytest.mark.parametrize(
    ("number", "change", "words"),
    [
        (1, {"previous": bytes(32)}, "previous hash is not that of the entry before"),
        (1, {"number": 2}, "number 2, want 1"),
        (2, {"slot": 0}, "slot 0 is not later than 0"),
        (1, {"producer": 1}, "producer 1, Algorithm 1 gives 0"),
        (1, {"producer": None}, "producer None, Algorithm 1 gives 0"),
        (3, {"producer": 2}, "producer 2, Algorithm 1 gives None"),
        (1, {"accepted_by": 2}, "accepted_by 2, Algorithm 1 gives 1"),
        (2, {"accepted_by": 0}, "accepted_by 0, Algorithm 1 gives None"),
        (1, {"reward": 11}, "reward 11.0, Algorithm 1 gives Fraction(10, 1)"),
        (1, {"approves": (False, True, True)}, "producer 0, Algorithm 1 gives None"),
        (1, {"approves": (True, True)}, "its round cannot be: approves must hold one value for each of the 3 nodes"),
        (1, {"votes": (1, 1, 1)}, "its round cannot be: votes must be given if and only if"),
        (1, {"opinions": ()}, "its round cannot be: opinions must hold one value for each of the 3 nodes, got 0"),
        (1, {"opinions": (True, False, True)}, "accepted_by 1, Algorithm 1 gives 2"),
        (3, {"opinions": (True, True, True)}, "its round cannot be: proposal must be a digest of 32 bytes, got 0"),
        (
            3,
            {"opinions": (True, True, True), "proposal": bytes(32)},
            "opinions (True, True, True), Algorithm 1 gives ()",
        ),
        (1, {"proposal": bytes(32)}, "its block is not the one that was proposed"),
        (3, {"proposal": bytes(32)}, "proposal b'"),
    ],
)
def test_every_field_of_a_seal_is_computed_again(number, change, words):
    entry = decode_entry(CHAIN[number])
    found = audit(changed(number, encode_entry(replace(entry, seal=replace(entry.seal, **change)))))
    assert found.entry == number
    assert found.what.startswith(words)


def check_payments_are_computed_again():
    """A key more for the producer and one less for another: the sum is right, the payments are not."""
    entry = decode_entry(CHAIN[1])
    gains = (entry.seal.gains[0] + 1, entry.seal.gains[1] - 1, entry.seal.gains[2])
    found = audit(changed(1, encode_entry(replace(entry, seal=replace(entry.seal, gains=gains)))))
    assert found.entry == 1
    assert found.what.startswith("gains (Fraction(-4, 1)")


def test_payments_are_computed_again():
    check_payments_are_computed_again()


def test_a_block_without_acceptance_and_acceptance_without_a_block():
    words = "a block stands if and only if a node accepted one"
    entry = decode_entry(CHAIN[1])
    assert audit(changed(1, encode_entry(replace(entry, block=None)))) == Finding(1, words)
    rejection = decode_entry(CHAIN[2])
    assert audit(changed(2, encode_entry(replace(rejection, block=entry.block)))) == Finding(2, words)


def check_transactions_are_bound():
    """A transaction changed, dropped or doubled with the Merkle root kept; then with the root, and the seal kept."""
    entry = decode_entry(CHAIN[1])
    first, second, third = entry.block.transactions
    for transactions in (
        (replace(first, rate=41.0), second, third),
        (first, second),
        (first, second, third, third),
        (second, first, third),
    ):
        wrong = replace(entry, block=replace(entry.block, transactions=transactions))
        assert audit(changed(1, encode_entry(wrong))) == Finding(1, "Merkle root is not that of the transactions")
    h = entry.block.header
    anew = build_block(
        (first, second), index=1, previous=h.previous, producer=0, slot=0, stakes=decode_entry(CHAIN[0]).stakes
    )
    assert audit(changed(1, encode_entry(replace(entry, block=anew)))) == Finding(
        1, "its block is not the one that was proposed"
    )
    # With the seal as well the entry is sound, and the next one does not follow from it.
    sealed = replace(entry, block=anew, seal=replace(entry.seal, proposal=block_digest(anew)))
    assert audit(changed(1, encode_entry(sealed))) == Finding(2, "previous hash is not that of the entry before")


def test_transactions_are_bound():
    check_transactions_are_bound()


def test_other_encodings_of_the_same_entry_are_refused():
    """One integer with a byte too many, a negative zero, a fraction not in lowest terms, bytes behind the end."""
    body = CHAIN[0][:-32]
    five_hundred = bytes.fromhex("0000000000000002" + "01f4")
    longer = bytes.fromhex("0000000000000003" + "0001f4")
    assert body.count(five_hundred) == 1
    # The item that holds the stake grows by a byte too.
    item = len(five_hundred) + 10
    other = body.replace(
        item.to_bytes(8, "big") + b"\x01" + five_hundred, (item + 1).to_bytes(8, "big") + b"\x01" + longer
    )
    assert other != body
    assert audit((closed(other),)) == Finding(0, "its bytes are not the canonical ones of what they say")
    assert audit((closed(body + b"\x00"),)) == Finding(0, "its bytes are no entry: 1 bytes too many at byte 312")
    assert audit((closed(b"\x07" + body[1:]),)).what.startswith("its bytes are no entry: kind of entry 7")
    assert audit((b"short",)) == Finding(0, "its digest is not that of its bytes")
    assert audit((closed(b""),)).entry == 0


def test_a_genesis_without_stakes():
    genesis = decode_entry(CHAIN[0])
    found = audit((encode_genesis(replace(genesis, stakes=(0.0, 0.0))),))
    assert found.entry == 0
    assert found.what.startswith("stakes must sum to more than 0")


def test_rules_and_limits_are_in_the_genesis():
    """Other rules give other rounds: the same entries behind another genesis do not follow."""
    genesis = decode_entry(CHAIN[0])
    assert (genesis.rules, genesis.limits) == (MOVING, Limits())
    for rules in (Rules(), Rules(exclude_producer=True, alpha2=9), Rules(exclude_producer=True, order="ascending")):
        again = small_chain(rules=rules)
        assert decode_entry(again.entries[0]).rules == rules
        assert again.entries[0] != CHAIN[0]
        assert audit((again.entries[0], *CHAIN[1:])).entry == 1


def test_findings_read_as_sentences():
    assert str(Finding(3, "slot 1, want 2")) == "entry 3: slot 1, want 2"


def test_records_of_a_chain_are_its_transactions():
    assert decode_entry(CHAIN[1]).block.transactions == records(0)
    assert decode_entry(CHAIN[4]).block.transactions == ()
