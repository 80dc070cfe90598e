"""The blockchain of the paper, Sec. III-D: hash-linked blocks that only a round of PoQKS appends.

Who produces, who accepts and what they get is in the chain, so that anybody can compute it again (`audit`). There are
no signatures: whoever holds all entries can write another chain, and only a head kept elsewhere tells the two apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.papers.tn_qdrl.audit import Finding, audit
from qbench.papers.tn_qdrl.blocks import (
    DIGEST_BYTES,
    Block,
    Entry,
    Genesis,
    Limits,
    block_size,
    build_block,
    encode_entry,
    encode_genesis,
)
from qbench.papers.tn_qdrl.consensus import Election, checked_stakes, elect
from qbench.papers.tn_qdrl.consensus_rules import DEFAULT
from qbench.papers.tn_qdrl.validation import State, block_fault, first_state, proposal_digest, settle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench.papers.tn_qdrl.consensus_rules import Amount, Rules
    from qbench.papers.tn_qdrl.transactions import Transaction


class Ledger:
    """A chain and the stakes of its nodes.

    Whole numbers and Fractions stay exact; with a float among the stakes all are floats, rounded once a round. `rules`:
    of Algorithm 1; `limits`: of blocks. Raises ValueError for stakes that `poqks_round` refuses.
    """

    def __init__(self, stakes: Sequence[Amount], rules: Rules = DEFAULT, limits: Limits | None = None) -> None:
        exact = checked_stakes(stakes, rules)
        inexact = any(isinstance(value, (float, np.floating)) for value in stakes)
        first = tuple(float(value) for value in exact) if inexact else tuple(exact)
        genesis = Genesis(first, rules, limits or Limits())
        self._entries = [encode_genesis(genesis)]
        self._state = first_state(genesis, self.head)

    @property
    def entries(self) -> tuple[bytes, ...]:
        """The chain: bytes of the genesis, then of one entry a round."""
        return tuple(self._entries)

    @property
    def head(self) -> bytes:
        """Digest of the last entry: keep it elsewhere, for it stands for the whole chain."""
        return self._entries[-1][-DIGEST_BYTES:]

    @property
    def state(self) -> State:
        """What all entries so far come to: what validators check a block against."""
        return self._state

    @property
    def stakes(self) -> tuple[Amount, ...]:
        """Stakes after the last round."""
        return self._state.stakes

    def elect(self, *, votes: Sequence[int] | None = None, approves: Sequence[bool] | None = None) -> Election:
        """Return who may produce the next block. Arguments and errors as `poqks_round`."""
        return elect(self.stakes, self._state.rules, votes=votes, approves=approves)

    def propose(
        self,
        transactions: Sequence[Transaction],
        *,
        slot: int,
        votes: Sequence[int] | None = None,
        approves: Sequence[bool] | None = None,
    ) -> Block:
        """Return the block of the elected node; nothing is appended.

        Raises ValueError without consensus, for more transactions or bytes than a block holds, and as `poqks_round`.
        """
        limits = self._state.limits
        producer = self.elect(votes=votes, approves=approves).producer
        if producer is None:
            raise ValueError("approvals must exceed the threshold for a block to be proposed; append records the round")
        if len(transactions) > limits.transactions:
            raise ValueError(
                f"transactions must be at most {limits.transactions} a block, got {len(transactions)}; "
                "leave the rest to the next slot"
            )
        size = block_size(transactions)
        if size > limits.block_bytes:
            raise ValueError(
                f"a block must have at most {limits.block_bytes} bytes, got {size}; leave transactions to the next slot"
            )
        return build_block(
            transactions,
            index=self._state.index,
            previous=self.head,
            producer=producer,
            slot=slot,
            stakes=self.stakes,
        )

    def append(
        self,
        transactions: Sequence[Transaction],
        *,
        slot: int,
        votes: Sequence[int] | None = None,
        approves: Sequence[bool] | None = None,
        opinions: Sequence[bool] | None = None,
    ) -> Entry:
        """Return the entry of one round, which is now the chain's last: with a block, or a rejection.

        The elected node proposes `transactions`. Arguments and errors as `propose` and `settle`.
        """
        block = None
        if self.elect(votes=votes, approves=approves).producer is not None:
            block = self.propose(transactions, slot=slot, votes=votes, approves=approves)
        return self.settle(block, slot=slot, votes=votes, approves=approves, opinions=opinions)

    def settle(
        self,
        block: Block | None,
        *,
        slot: int,
        votes: Sequence[int] | None = None,
        approves: Sequence[bool] | None = None,
        opinions: Sequence[bool] | None = None,
    ) -> Entry:
        """Return the entry of one round on a proposed block, which is now the chain's last.

        `block`: what the elected node proposes, sound or not; None if and only if there is no consensus. `approves`,
        one a node: all by default. `opinions`, one a node: by default each node checks the block and finds what
        `block_fault` says. A block that some node accepts is appended, one that all reject is recorded by its digest,
        and the stakes follow Algorithm 1. Raises ValueError for a slot that is not later than the last, a block without
        consensus or none with it, and as `poqks_round`; the chain is then as before.
        """
        state, n = self._state, len(self.stakes)
        if slot <= state.slot:
            raise ValueError(f"slot must be above {state.slot}, that of the last round, got {slot}")
        agreed = [True] * n if approves is None else list(approves)
        producer = self.elect(votes=votes, approves=agreed).producer
        if (block is None) != (producer is None):
            got = "a block without consensus" if producer is None else "consensus without a block"
            raise ValueError(f"there must be a block if and only if there is consensus, got {got}; propose makes one")
        found: list[bool] = []
        if block is not None and producer is not None:
            sound = block_fault(block, state, producer=producer, slot=slot) is None
            found = [sound] * n if opinions is None else list(opinions)
        seal, stakes = settle(state, proposal_digest(block), slot=slot, votes=votes, approves=agreed, opinions=found)
        entry = Entry(seal, None if seal.accepted_by is None else block)
        self._entries.append(encode_entry(entry))
        self._state = state.after(seal, stakes, self.head, appended=entry.block is not None)
        return entry

    def audit(self, head: bytes | None = None) -> Finding | None:
        """Return the first thing wrong with the chain, None if nothing is; `head`: kept elsewhere."""
        return audit(self._entries, head)
