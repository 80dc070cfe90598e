"""Canonical bytes of the ledger: every value has one encoding, and no two values share one.

Whole numbers are 8 bytes, big-endian; reals are IEEE 754 doubles, big-endian, so nothing is lost; fractions are two
integers of any length; whatever has no fixed length says its length first.
"""

from __future__ import annotations

import struct
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench.papers.tn_qdrl.consensus_rules import Amount

_LARGEST = 2**64 - 1
_FLOAT, _FRACTION = b"\x00", b"\x01"


class MalformedError(ValueError):
    """Bytes that no value has as its encoding."""


def uint(name: str, value: object) -> bytes:
    """Return 8 bytes of a whole number from 0 to 2^64 - 1; ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST:
        raise ValueError(f"{name} must be a whole number from 0 to 2^64 - 1, got {value!r}")
    return value.to_bytes(8, "big")


def real(name: str, value: object) -> bytes:
    """Return 8 bytes of a finite float, -0 as 0; ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
    if float(value) != value:
        raise ValueError(f"{name} must be a number that a double holds, got {value!r}; round it")
    # Adding 0 turns -0 into 0, which it equals.
    return struct.pack(">d", float(value) + 0.0)


def amount(name: str, value: Amount) -> bytes:
    """Return the bytes of a float or a Fraction, with its kind; ValueError for a float that is not finite."""
    if isinstance(value, Fraction):
        return _FRACTION + _integer(value.numerator) + _integer(value.denominator)
    return _FLOAT + real(name, value)


def blob(data: bytes) -> bytes:
    """Return the length of `data`, 8 bytes, and `data`."""
    return uint("length", len(data)) + data


def several(items: Sequence[bytes]) -> bytes:
    """Return how many items there are, and each behind its length."""
    return uint("count", len(items)) + b"".join(map(blob, items))


def flags(values: Sequence[bool]) -> bytes:
    """Return how many flags there are, and a byte for each."""
    return blob(bytes(map(bool, values)))


def optional(name: str, value: int | None) -> bytes:
    """Return a byte that says whether there is a number, and the number."""
    return b"\x00" if value is None else b"\x01" + uint(name, value)


def _integer(value: int) -> bytes:
    return blob(value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


class Reader:
    """Reads back what the functions above wrote, from front to end; MalformedError where nothing could have."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, n: int) -> bytes:
        """Return the next `n` bytes."""
        if n > len(self._data) - self._at:
            raise MalformedError(f"{n} bytes wanted at byte {self._at}, {len(self._data) - self._at} left")
        self._at += n
        return self._data[self._at - n : self._at]

    def uint(self) -> int:
        """Return a whole number."""
        return int.from_bytes(self.take(8), "big")

    def real(self) -> float:
        """Return a float."""
        return float(struct.unpack(">d", self.take(8))[0])

    def amount(self) -> Amount:
        """Return a float or a Fraction."""
        kind = self.take(1)
        if kind == _FLOAT:
            return self.real()
        if kind != _FRACTION:
            raise MalformedError(f"kind of number {kind[0]}; 0 is a float, 1 a fraction")
        numerator, denominator = self._integer(), self._integer()
        if denominator < 1:
            raise MalformedError(f"denominator {denominator}")
        return Fraction(numerator, denominator)

    def blob(self) -> bytes:
        """Return bytes that stand behind their length."""
        return self.take(self.uint())

    def several(self) -> list[bytes]:
        """Return items that stand behind their number."""
        return [self.blob() for _ in range(self.uint())]

    def flags(self) -> tuple[bool, ...]:
        """Return flags."""
        return tuple(map(self._flag, self.blob()))

    def optional(self) -> int | None:
        """Return a number or None."""
        return self.uint() if self._flag(self.take(1)[0]) else None

    def end(self) -> None:
        """Raise MalformedError if anything is left."""
        if self._at != len(self._data):
            raise MalformedError(f"{len(self._data) - self._at} bytes too many at byte {self._at}")

    def _flag(self, byte: int) -> bool:
        if byte > 1:
            raise MalformedError(f"flag {byte}; 0 is no, 1 is yes")
        return byte == 1

    def _integer(self) -> int:
        return int.from_bytes(self.blob(), "big", signed=True)
