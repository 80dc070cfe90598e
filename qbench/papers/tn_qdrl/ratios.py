"""Which whole numbers give a printed percentage: a search over denominators, exact in fractions."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import count, islice
from typing import TYPE_CHECKING

from qbench._check import one_of, positive_int

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = ("saved", "gained")


def pairs_giving(percent: str, how_many: int = 3, *, kind: str = "saved") -> tuple[tuple[int, int], ...]:
    """Return the pairs of whole numbers of smallest base that round to a percentage, as printed with its decimals.

    percent: such as "58.19". kind "saved": (a, b) with 1 - a/b, b the base; "gained": (a, b) with b/a - 1, a the base.
    Half a last digit rounds up. Pairs are not reduced, since counts come unreduced. Raises ValueError for text that is
    no number above 0, at most 100 where something is saved, another word and a number of pairs below 1.
    """
    positive_int("how_many", how_many)
    saved = one_of("kind", kind, KINDS) == "saved"
    try:
        value = Fraction(percent)
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError(f"percent must be a number as printed, such as '58.19', got {percent!r}") from error
    if value <= 0 or (saved and value > 100):
        raise ValueError(f"percent must lie in (0, {'100]' if saved else 'inf)'}, got {percent!r}")
    half = Fraction(1, 2 * 10 ** len(percent.partition(".")[2]))
    return tuple(islice(_pairs(value - half, value + half, saved=saved), how_many))


def _pairs(low: Fraction, high: Fraction, *, saved: bool) -> Iterator[tuple[int, int]]:
    """Yield pairs whose percentage lies in [low, high), by base."""
    for base in count(1):
        # Multiples of 1/base in the interval.
        first = math.ceil(low * base / 100)
        for part in range(first, math.ceil(high * base / 100)):
            if saved and part <= base:
                yield base - part, base
            elif not saved:
                yield base, base + part
