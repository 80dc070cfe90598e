"""Canonical bytes, Merkle roots and transactions: by hand, against published roots, and what is refused."""

from __future__ import annotations

import struct
from fractions import Fraction
from hashlib import sha256

import numpy as np
import pytest

from qbench.papers.tn_qdrl import canonical
from qbench.papers.tn_qdrl.canonical import MalformedError, Reader
from qbench.papers.tn_qdrl.merkle import merkle_root
from qbench.papers.tn_qdrl.parameters import SMALL
from qbench.papers.tn_qdrl.system import Action, evaluate
from qbench.papers.tn_qdrl.transactions import (
    KeyRecord,
    OffloadRecord,
    decode_transaction,
    encode_transaction,
    slot_records,
)
from tests.unit.tn_qdrl.slots import draw_slots


def test_bytes_by_hand():
    assert canonical.uint("n", 258) == bytes([0, 0, 0, 0, 0, 0, 1, 2])
    assert canonical.real("x", 1.5) == b"\x3f\xf8" + bytes(6)
    assert canonical.real("x", -0.0) == bytes(8)
    assert canonical.blob(b"ab") == bytes([0, 0, 0, 0, 0, 0, 0, 2]) + b"ab"
    assert canonical.flags([True, False]) == canonical.blob(b"\x01\x00")
    assert canonical.optional("n", None) == b"\x00"
    third = canonical.amount("x", Fraction(-1, 3))
    assert third == b"\x01" + canonical.blob(b"\xff") + canonical.blob(b"\x03")
    assert canonical.amount("x", 0.5) == b"\x00" + struct.pack(">d", 0.5)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: canonical.uint("slot", -1), "slot must be a whole number from 0 to .* got -1"),
        (lambda: canonical.uint("slot", 2**64), "slot must be a whole number"),
        (lambda: canonical.uint("slot", True), "got True"),
        (lambda: canonical.uint("slot", 1.0), "got 1.0"),
        (lambda: canonical.real("rate", float("nan")), "rate must be a finite number, got nan"),
        (lambda: canonical.real("rate", "1"), "rate must be a finite number, got '1'"),
        (lambda: canonical.real("rate", 2**53 + 1), "that a double holds, got 9007199254740993; round it"),
        (lambda: canonical.amount("stake", float("inf")), "stake must be a finite number, got inf"),
    ],
)
def test_values_without_bytes(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (lambda: Reader(b"abc").uint(), "8 bytes wanted at byte 0, 3 left"),
        (lambda: Reader(canonical.uint("n", 5) + b"ab").blob(), "5 bytes wanted at byte 8, 2 left"),
        (lambda: Reader(b"\x02").amount(), "kind of number 2"),
        (lambda: Reader(b"\x01" + 2 * canonical.blob(b"\x00")).amount(), "denominator 0"),
        (lambda: Reader(b"\x02").optional(), "flag 2"),
        (lambda: Reader(canonical.blob(b"\x03")).flags(), "flag 3"),
        (lambda: Reader(b"a").end(), "1 bytes too many at byte 0"),
        (lambda: decode_transaction(b""), "1 bytes wanted"),
        (lambda: decode_transaction(b"\x07"), "kind of transaction 7"),
        (lambda: decode_transaction(encode_transaction(KeyRecord(1, 2, 3, 4.0, 0.5)) + b"\x00"), "1 bytes too many"),
    ],
)
def test_bytes_without_values(read, words):
    with pytest.raises(MalformedError, match=words):
        read()


# --- Merkle roots ---

LEAVES = [bytes.fromhex(x) for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")] + [
    bytes(range(96, 112))
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Roots of the first 0 to 8 leaves, the test vectors of Certificate Transparency (RFC 6962)."""


def check_published_roots():
    for n, root in enumerate(ROOTS):
        assert merkle_root(LEAVES[:n]).hex() == root


def test_published_roots():
    check_published_roots()


def test_an_inner_node_is_no_leaf_and_an_odd_leaf_is_not_doubled():
    a, b, c = (sha256(bytes([0]) + x).digest() for x in (b"a", b"b", b"c"))
    assert merkle_root([b"a", b"b"]) == sha256(b"\x01" + a + b).digest()
    assert merkle_root([a + b]) != merkle_root([b"a", b"b"])
    assert merkle_root([b"a", b"b", b"c"]) == sha256(b"\x01" + merkle_root([b"a", b"b"]) + c).digest()
    assert merkle_root([b"a", b"b", b"c"]) != merkle_root([b"a", b"b", b"c", b"c"])


# --- transactions ---


def test_transactions_by_hand():
    keys = encode_transaction(KeyRecord(7, 0, 3, 42.5, 0.04))
    whole = b"".join(n.to_bytes(8, "big") for n in (7, 0, 3))
    assert keys == b"\x01" + whole + struct.pack(">dd", 42.5, 0.04)
    task = OffloadRecord(7, 1, 2, 8e7, 1.8e9, 0.9)
    assert encode_transaction(task)[:1] == b"\x02"
    assert len(encode_transaction(task)) == 1 + 6 * 8
    assert decode_transaction(encode_transaction(task)) == task


def test_refused_transactions():
    with pytest.raises(ValueError, match="slot must be a whole number"):
        KeyRecord(-1, 0, 0, 1.0, 0.1)
    with pytest.raises(ValueError, match="rate must be a finite number, got nan"):
        KeyRecord(1, 0, 0, float("nan"), 0.1)
    with pytest.raises(ValueError, match=r"device must be 1 or above, got 0: .* leave the record out"):
        OffloadRecord(1, 0, 0, 1.0, 1.0, 1.0)
    with pytest.raises(TypeError, match="must be a KeyRecord or an OffloadRecord, got 'x'"):
        encode_transaction("x")


def test_records_of_a_slot():
    """Five links, and the two vehicles that offload; a block of the small system has room for eight."""
    slot = draw_slots(seed=4)
    action = Action(efficiency=[0.9], choice=np.array([2, 0, 1]), miner=1, band_share=0.9)
    outcome = evaluate(slot, action, SMALL)
    found = slot_records(3, slot, action, outcome)
    assert [type(r).__name__ for r in found] == ["KeyRecord"] * 5 + ["OffloadRecord"] * 2
    assert [(r.source, r.receiver, r.rate) for r in found[:5]] == [(0, j, outcome.keys.rate[0, j]) for j in range(5)]
    assert [r.error for r in found[:5]] == outcome.keys.error[0].tolist()
    assert found[6] == OffloadRecord(3, 2, 1, slot.size_bits[2], slot.cycles[2], outcome.task_s[2])
    assert found[5].device == 2
    batch = evaluate(draw_slots(2), action, SMALL)
    with pytest.raises(ValueError, match=r"outcome must be that of one slot, got shape \(2, 3\)"):
        slot_records(0, draw_slots(2), action, batch)
