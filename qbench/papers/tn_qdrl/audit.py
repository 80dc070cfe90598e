"""Audit of a chain: everything in it computed again, from the genesis on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbench.papers.tn_qdrl.blocks import DIGEST_BYTES, Entry, Genesis, Seal, decode_entry
from qbench.papers.tn_qdrl.canonical import MalformedError
from qbench.papers.tn_qdrl.consensus import checked_stakes
from qbench.papers.tn_qdrl.validation import State, block_fault, first_state, proposal_digest, settle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench.papers.tn_qdrl.consensus_rules import Amount


@dataclass(frozen=True)
class Finding:
    """What is wrong with a chain.

    Attributes:
        entry: where, 0 being the genesis; the number of entries if the chain as a whole is not the one looked for.
        what: in words.

    """

    entry: int
    what: str

    def __str__(self) -> str:
        return f"entry {self.entry}: {self.what}"


def audit(entries: Sequence[bytes], head: bytes | None = None) -> Finding | None:
    """Return the first thing wrong with a chain of serialised entries, None if nothing is.

    Computes digests, links, Merkle roots, sizes, elections, payments and stakes again. `head`: the digest of the last
    entry as kept elsewhere; without it a chain that somebody wrote anew from some entry on passes, for nothing in it is
    signed.
    """
    if not entries:
        return Finding(0, "no genesis")
    state: State | None = None
    for number, data in enumerate(entries):
        try:
            found = decode_entry(data)
        except MalformedError as error:
            return Finding(number, str(error))
        digest = data[-DIGEST_BYTES:]
        if isinstance(found, Genesis) or state is None:
            if number or not isinstance(found, Genesis):
                return Finding(number, "a genesis stands first and nowhere else")
            try:
                checked_stakes(found.stakes, found.rules)
            except ValueError as error:
                return Finding(0, str(error))
            state = first_state(found, digest)
            continue
        what, stakes = _entry_fault(found, state)
        if what is not None:
            return Finding(number, what)
        state = state.after(found.seal, stakes, digest, appended=found.block is not None)
    if head is not None and entries[-1][-DIGEST_BYTES:] != head:
        return Finding(len(entries), "the last digest is not the head: another chain, or one cut short")
    return None


def _entry_fault(entry: Entry, state: State) -> tuple[str | None, tuple[Amount, ...]]:
    """Return what is wrong with an entry, and the stakes after its round."""
    seal, nothing = entry.seal, ()
    if seal.previous != state.previous:
        return "previous hash is not that of the entry before", nothing
    if seal.number != state.number:
        return f"number {seal.number}, want {state.number}", nothing
    if seal.slot <= state.slot:
        return f"slot {seal.slot} is not later than {state.slot}", nothing
    try:
        again, stakes = settle(
            state,
            seal.proposal,
            slot=seal.slot,
            votes=seal.votes or None,
            approves=seal.approves,
            opinions=seal.opinions,
        )
    except ValueError as error:
        return f"its round cannot be: {error}", nothing
    what = _seal_fault(seal, again)
    if what is None and (entry.block is None) != (seal.accepted_by is None):
        what = "a block stands if and only if a node accepted one"
    if what is None and entry.block is not None and seal.producer is not None:
        what = block_fault(entry.block, state, producer=seal.producer, slot=seal.slot)
        if what is None and seal.proposal != proposal_digest(entry.block):
            what = "its block is not the one that was proposed"
    return what, stakes


def _seal_fault(seal: Seal, again: Seal) -> str | None:
    """Return the first result of the round that differs from what Algorithm 1 gives."""
    names = ("producer", "opinions", "accepted_by", "reward", "gains", "proposal")
    for name in names:
        written, computed = getattr(seal, name), getattr(again, name)
        if written != computed:
            return f"{name} {written!r}, Algorithm 1 gives {computed!r}"
    return None
