"""What an entry of the chain has to be, given all entries before it: the rule of validators and auditors alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qbench.papers.tn_qdrl.blocks import (
    DIGEST_BYTES,
    Block,
    Genesis,
    Limits,
    Seal,
    block_digest,
    block_size,
    stakes_digest,
)
from qbench.papers.tn_qdrl.consensus import poqks_round
from qbench.papers.tn_qdrl.merkle import merkle_root
from qbench.papers.tn_qdrl.transactions import encode_transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench.papers.tn_qdrl.consensus_rules import Amount, Rules


@dataclass(frozen=True)
class State:
    """What all entries so far come to.

    Attributes:
        rules: of Algorithm 1.
        limits: of blocks.
        stakes: one a node.
        number: of the entry to come, from 1.
        index: of the block to come, from 1.
        previous: digest of the last entry.
        slot: of the last round; -1 before the first.

    """

    rules: Rules
    limits: Limits
    stakes: tuple[Amount, ...]
    number: int
    index: int
    previous: bytes
    slot: int

    def after(self, seal: Seal, stakes: tuple[Amount, ...], digest: bytes, *, appended: bool) -> State:
        """Return the state behind an entry with that seal, those stakes after its round and that digest."""
        return replace(
            self,
            stakes=stakes,
            number=self.number + 1,
            index=self.index + appended,
            previous=digest,
            slot=seal.slot,
        )


def first_state(genesis: Genesis, digest: bytes) -> State:
    """Return the state behind the genesis."""
    return State(genesis.rules, genesis.limits, genesis.stakes, 1, 1, digest, -1)


def block_fault(block: Block, state: State, *, producer: int, slot: int) -> str | None:
    """Return the first thing wrong with a block that `producer` proposes in `slot`, or None: line 15's IsValid."""
    h, transactions = block.header, block.transactions
    if h.previous != state.previous:
        return "previous hash is not that of the entry before"
    if h.index != state.index:
        return f"index {h.index}, want {state.index}"
    if h.producer != producer:
        return f"producer {h.producer}, elected was {producer}"
    if h.slot != slot:
        return f"slot {h.slot}, want {slot}"
    if len(transactions) > state.limits.transactions:
        return f"{len(transactions)} transactions, at most {state.limits.transactions} fit"
    if h.merkle_root != merkle_root([encode_transaction(t) for t in transactions]):
        return "Merkle root is not that of the transactions"
    if h.size != block_size(transactions):
        return f"size {h.size} bytes, it has {block_size(transactions)}"
    if h.size > state.limits.block_bytes:
        return f"size {h.size} bytes, at most {state.limits.block_bytes} are allowed"
    if h.stakes_digest != stakes_digest(state.stakes):
        return "stakes digest is not that of the stakes"
    late = [t.slot for t in transactions if t.slot > slot]
    if late:
        return f"transaction of slot {late[0]} in slot {slot}"
    return None


def settle(
    state: State,
    proposal: bytes,
    *,
    slot: int,
    votes: Sequence[int] | None,
    approves: Sequence[bool],
    opinions: Sequence[bool],
) -> tuple[Seal, tuple[Amount, ...]]:
    """Return the seal of a round of Algorithm 1 and the stakes after it.

    `proposal`: digest of the proposed block; `opinions`: what each node finds of it; neither is read without consensus.
    Raises ValueError as `poqks_round`.
    """
    if opinions and len(proposal) != DIGEST_BYTES:
        raise ValueError(f"proposal must be a digest of {DIGEST_BYTES} bytes, got {len(proposal)}")
    found = poqks_round(state.stakes, state.rules, votes=votes, approves=approves, valid=opinions or None)
    if found.consensus and not opinions:
        raise ValueError(f"opinions must hold one value for each of the {len(state.stakes)} nodes, got 0")
    seal = Seal(
        number=state.number,
        previous=state.previous,
        slot=slot,
        votes=tuple(map(int, votes or ())),
        approves=tuple(map(bool, approves)),
        opinions=tuple(map(bool, opinions)) if found.consensus else (),
        producer=found.election.producer,
        accepted_by=found.accepted_by,
        reward=found.reward,
        gains=found.gains,
        proposal=proposal if found.consensus else b"",
    )
    return seal, found.stakes


def proposal_digest(block: Block | None) -> bytes:
    """Return the digest of a block, nothing for none."""
    return b"" if block is None else block_digest(block)
