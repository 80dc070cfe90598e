"""Small chains for tests: with blocks, a rejection by all and a round without consensus."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from qbench.papers.tn_qdrl.blocks import Limits
from qbench.papers.tn_qdrl.consensus import Rules
from qbench.papers.tn_qdrl.ledger import Ledger
from qbench.papers.tn_qdrl.transactions import KeyRecord, OffloadRecord

MOVING = Rules(exclude_producer=True)
"""Rules under which stakes move in every round."""


def records(slot, n_keys=2, n_tasks=1):
    keys = [KeyRecord(slot, 0, j, 40.0 + j, 0.04) for j in range(n_keys)]
    return (*keys, *(OffloadRecord(slot, x, 1 + x % 2, 8e7, 1.8e9, 2.5 + x) for x in range(n_tasks)))


def small_chain(stakes=(500, 300, 200), rules=MOVING, last=True):
    """Entries: genesis, block, rejection of a tampered block, no consensus, empty block, and (if last) a block."""
    votes = {} if rules.votes == "one" else {"votes": [3, 1, 2]}
    ledger = Ledger(list(stakes), rules, Limits())
    ledger.append(records(0), slot=0, **votes)
    wrong = ledger.propose(records(1), slot=1, **votes)
    ledger.settle(replace(wrong, transactions=records(1, n_tasks=2)), slot=1, **votes)
    ledger.append(records(2), slot=2, approves=[False, True, True], **votes)
    ledger.append((), slot=4, **votes)
    if last:
        ledger.append(records(5, n_keys=1), slot=5, **votes)
    return ledger


def closed(body):
    """Bytes of an entry with the digest that belongs to them."""
    return body + sha256(body).digest()


def flipped(data, at, mask=1):
    """One byte of `data` changed."""
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]
