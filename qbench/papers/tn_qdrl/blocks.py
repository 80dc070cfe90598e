"""Blocks, the seals that rounds put on them, and their canonical bytes.

A chain is a list of entries: the genesis, then one entry a round. An entry ends with the SHA-256 of all its bytes
before, and names that of the entry before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from qbench._check import positive_int
from qbench.papers.tn_qdrl.canonical import MalformedError, Reader, amount, blob, flags, optional, several, uint
from qbench.papers.tn_qdrl.consensus_rules import Amount, Rules
from qbench.papers.tn_qdrl.merkle import merkle_root
from qbench.papers.tn_qdrl.parameters import Chain
from qbench.papers.tn_qdrl.transactions import Transaction, decode_transaction, encode_transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

DIGEST_BYTES = 32
_GENESIS, _BLOCK, _REJECTION = 0, 1, 2
_WORDS = ("validators", "votes", "order")
_FLAGS = ("exclude_producer", "pay_only_if_valid", "integer_keys", "debts")
_FACTORS = ("alpha1", "alpha2", "alpha3", "beta", "threshold")


@dataclass(frozen=True)
class Limits:
    """What a block may hold.

    Attributes:
        block_bytes: s_b; header and transactions, without the seal, which comes after the block was built.
        transactions: n_v.

    Raises ValueError for numbers below 1.

    """

    block_bytes: int = int(Chain().block_bits) // 8
    transactions: int = Chain().n_transactions

    def __post_init__(self) -> None:
        positive_int("block_bytes", self.block_bytes)
        positive_int("transactions", self.transactions)


@dataclass(frozen=True)
class Header:
    """Header of a block, 128 bytes.

    Attributes:
        index: of the block, from 1; rejections do not count.
        previous: digest of the entry before.
        merkle_root: over the transactions.
        producer: p, from 0.
        slot: number of the slot.
        stakes_digest: of the stakes that elected p.
        size: bytes of header and transactions.

    """

    index: int
    previous: bytes
    merkle_root: bytes
    producer: int
    slot: int
    stakes_digest: bytes
    size: int


@dataclass(frozen=True)
class Block:
    """A header and its transactions."""

    header: Header
    transactions: tuple[Transaction, ...]


@dataclass(frozen=True)
class Seal:
    """What a round did; everything that Algorithm 1 needs to be computed again.

    Attributes:
        number: of the entry in the chain, from 1.
        previous: digest of the entry before.
        slot: number of the slot.
        votes: one a node; none where the rules give each node one.
        approves: one a node, line 10.
        opinions: what each node found of the block; none without consensus.
        producer: p; None without consensus.
        accepted_by: the node that accepted; None for a rejection.
        reward: qr_p as announced.
        gains: what each node got in all.
        proposal: digest of the block that was proposed; empty without consensus.

    """

    number: int
    previous: bytes
    slot: int
    votes: tuple[int, ...]
    approves: tuple[bool, ...]
    opinions: tuple[bool, ...]
    producer: int | None
    accepted_by: int | None
    reward: Amount
    gains: tuple[Amount, ...]
    proposal: bytes


@dataclass(frozen=True)
class Entry:
    """A round in the chain: with its block, or None for a rejection."""

    seal: Seal
    block: Block | None


@dataclass(frozen=True)
class Genesis:
    """The first entry: what everything follows from."""

    stakes: tuple[Amount, ...]
    rules: Rules
    limits: Limits


def build_block(
    transactions: Sequence[Transaction],
    *,
    index: int,
    previous: bytes,
    producer: int,
    slot: int,
    stakes: Sequence[Amount],
) -> Block:
    """Return the block with its Merkle root, stakes digest and size. Limits are the validators' business."""
    root = merkle_root([encode_transaction(t) for t in transactions])
    size = block_size(transactions)
    return Block(
        Header(index, previous, root, producer, slot, stakes_digest(stakes), size),
        tuple(transactions),
    )


def block_size(transactions: Sequence[Transaction]) -> int:
    """Return the bytes of a block with these transactions, header included."""
    header = Header(0, bytes(DIGEST_BYTES), bytes(DIGEST_BYTES), 0, 0, bytes(DIGEST_BYTES), 0)
    return len(encode_block(Block(header, tuple(transactions))))


def stakes_digest(stakes: Sequence[Amount]) -> bytes:
    """Return the SHA-256 of the stakes in order."""
    return sha256(_amounts(stakes)).digest()


def encode_block(block: Block) -> bytes:
    """Return the bytes of a block: header, then transactions."""
    h = block.header
    return (
        uint("index", h.index)
        + _digest("previous", h.previous)
        + _digest("merkle_root", h.merkle_root)
        + uint("producer", h.producer)
        + uint("slot", h.slot)
        + _digest("stakes_digest", h.stakes_digest)
        + uint("size", h.size)
        + several([encode_transaction(t) for t in block.transactions])
    )


def block_digest(block: Block) -> bytes:
    """Return the SHA-256 of a block, without its seal."""
    return sha256(encode_block(block)).digest()


def encode_genesis(genesis: Genesis) -> bytes:
    """Return the bytes of the first entry, its digest at the end."""
    rules = genesis.rules
    return _closed(
        bytes([_GENESIS])
        + _amounts(genesis.stakes)
        + _amounts([getattr(rules, name) for name in _FACTORS])
        + several([getattr(rules, name).encode() for name in _WORDS])
        + flags([getattr(rules, name) for name in _FLAGS])
        + uint("block_bytes", genesis.limits.block_bytes)
        + uint("transactions", genesis.limits.transactions)
    )


def encode_entry(entry: Entry) -> bytes:
    """Return the bytes of an entry, its digest at the end."""
    s = entry.seal
    seal = (
        uint("number", s.number)
        + _digest("previous", s.previous)
        + uint("slot", s.slot)
        + several([uint("vote", vote) for vote in s.votes])
        + flags(s.approves)
        + flags(s.opinions)
        + optional("producer", s.producer)
        + optional("accepted_by", s.accepted_by)
        + amount("reward", s.reward)
        + _amounts(s.gains)
        + blob(s.proposal)
    )
    if entry.block is None:
        return _closed(bytes([_REJECTION]) + blob(seal))
    return _closed(bytes([_BLOCK]) + blob(seal) + blob(encode_block(entry.block)))


def decode_entry(data: bytes) -> Genesis | Entry:
    """Return the entry whose bytes these are; MalformedError if there is none, or if its digest is another's."""
    if len(data) <= DIGEST_BYTES or sha256(data[:-DIGEST_BYTES]).digest() != data[-DIGEST_BYTES:]:
        raise MalformedError("its digest is not that of its bytes")
    reader = Reader(data[:-DIGEST_BYTES])
    try:
        found = _read(reader)
        reader.end()
        again = encode_genesis(found) if isinstance(found, Genesis) else encode_entry(found)
    except (ValueError, TypeError) as error:
        raise MalformedError(f"its bytes are no entry: {error}") from None
    if again != data:
        raise MalformedError("its bytes are not the canonical ones of what they say")
    return found


def _read(reader: Reader) -> Genesis | Entry:
    kind = reader.take(1)[0]
    if kind == _GENESIS:
        stakes, factors = _read_amounts(reader), _read_amounts(reader)
        words = [word.decode() for word in reader.several()]
        options: dict[str, Any] = {}
        for names, values in ((_FACTORS, factors), (_WORDS, words), (_FLAGS, reader.flags())):
            options |= zip(names, values, strict=True)
        return Genesis(stakes, Rules(**options), Limits(reader.uint(), reader.uint()))
    if kind not in {_BLOCK, _REJECTION}:
        raise MalformedError(f"kind of entry {kind}; 0 is the genesis, 1 a block, 2 a rejection")
    r = Reader(reader.blob())
    seal = Seal(
        number=r.uint(),
        previous=r.take(DIGEST_BYTES),
        slot=r.uint(),
        votes=tuple(int.from_bytes(vote, "big") for vote in r.several()),
        approves=r.flags(),
        opinions=r.flags(),
        producer=r.optional(),
        accepted_by=r.optional(),
        reward=r.amount(),
        gains=_read_amounts(r),
        proposal=r.blob(),
    )
    r.end()
    return Entry(seal, _read_block(Reader(reader.blob())) if kind == _BLOCK else None)


def _read_block(r: Reader) -> Block:
    header = Header(
        index=r.uint(),
        previous=r.take(DIGEST_BYTES),
        merkle_root=r.take(DIGEST_BYTES),
        producer=r.uint(),
        slot=r.uint(),
        stakes_digest=r.take(DIGEST_BYTES),
        size=r.uint(),
    )
    transactions = tuple(map(decode_transaction, r.several()))
    r.end()
    return Block(header, transactions)


def _closed(body: bytes) -> bytes:
    return body + sha256(body).digest()


def _digest(name: str, value: bytes) -> bytes:
    if len(value) != DIGEST_BYTES:
        raise ValueError(f"{name} must have {DIGEST_BYTES} bytes, got {len(value)}")
    return value


def _amounts(values: Sequence[Amount]) -> bytes:
    return several([amount("amount", value) for value in values])


def _read_amounts(reader: Reader) -> tuple[Amount, ...]:
    found = []
    for item in reader.several():
        inner = Reader(item)
        found.append(inner.amount())
        inner.end()
    return tuple(found)
