"""Transactions of the ledger: what a quantum link generated, and what an edge device computed for a vehicle."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from qbench.papers.tn_qdrl.canonical import MalformedError, Reader, real, uint

if TYPE_CHECKING:
    from qbench.papers.tn_qdrl.system import Action, Outcome, Slot


@dataclass(frozen=True)
class KeyRecord:
    """Keys of one quantum link in one slot.

    Attributes:
        slot: number of the slot.
        source: i, from 0.
        receiver: j, from 0: vehicles first, then edge devices.
        rate: K of Eq. (12), bit/s.
        error: Q of Eq. (9), a share.

    Raises ValueError for numbers that are not whole or negative, and for values that are not finite.

    """

    slot: int
    source: int
    receiver: int
    rate: float
    error: float

    def __post_init__(self) -> None:
        encode_transaction(self)


@dataclass(frozen=True)
class OffloadRecord:
    """One task that a vehicle sent to an edge device; values as `KeyRecord` refuses them.

    Attributes:
        slot: number of the slot.
        vehicle: x, from 0.
        device: m, from 1: 0 would be the vehicle itself.
        size_bits: s, bits.
        cycles: f, cycles.
        task_s: T_x of Eq. (17), s.

    """

    slot: int
    vehicle: int
    device: int
    size_bits: float
    cycles: float
    task_s: float

    def __post_init__(self) -> None:
        if self.device == 0:
            raise ValueError("device must be 1 or above, got 0: a vehicle alone offloads nothing; leave the record out")
        encode_transaction(self)


Transaction: TypeAlias = KeyRecord | OffloadRecord
_KINDS: dict[int, type[Transaction]] = {1: KeyRecord, 2: OffloadRecord}
_WHOLE = frozenset({"slot", "source", "receiver", "vehicle", "device"})


def encode_transaction(transaction: Transaction) -> bytes:
    """Return the canonical bytes: the kind, then the fields in order; TypeError for anything that is no transaction."""
    for number, kind in _KINDS.items():
        if type(transaction) is kind:
            names = [field.name for field in fields(kind)]
            written = [(uint if name in _WHOLE else real)(name, getattr(transaction, name)) for name in names]
            return bytes([number]) + b"".join(written)
    raise TypeError(f"a transaction must be a KeyRecord or an OffloadRecord, got {transaction!r}")


def decode_transaction(data: bytes) -> Transaction:
    """Return the transaction whose bytes these are; MalformedError if there is none."""
    reader = Reader(data)
    kind = _KINDS.get(reader.take(1)[0])
    if kind is None:
        raise MalformedError(f"kind of transaction {data[0]}; 1 is a KeyRecord, 2 an OffloadRecord")
    values: dict[str, Any] = {
        field.name: reader.uint() if field.name in _WHOLE else reader.real() for field in fields(kind)
    }
    reader.end()
    return kind(**values)


def slot_records(number: int, slot: Slot, action: Action, outcome: Outcome) -> tuple[Transaction, ...]:
    """Return the records of one slot under one action: every quantum link, then every task that was sent.

    `slot`, `action` and `outcome` without leading axes. The small system has up to eight, which is what a block holds.
    Raises ValueError for a batch.
    """
    if outcome.task_s.ndim != 1:
        raise ValueError(f"outcome must be that of one slot, got shape {outcome.task_s.shape}; take one of the batch")
    shape = outcome.keys.rate.shape
    error = np.broadcast_to(outcome.keys.error, shape)
    links = [
        KeyRecord(number, i, j, float(outcome.keys.rate[i, j]), float(error[i, j]))
        for i in range(shape[0])
        for j in range(shape[1])
    ]
    tasks = [
        OffloadRecord(number, x, int(place), float(slot.size_bits[x]), float(slot.cycles[x]), float(outcome.task_s[x]))
        for x, place in enumerate(action.choice)
        if place
    ]
    return (*links, *tasks)
