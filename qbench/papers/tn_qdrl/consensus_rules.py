"""The rules of Algorithm 1: its four factors, and what it leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from qbench._check import one_of

Amount: TypeAlias = float | Fraction


def exact(name: str, value: object) -> Fraction:
    """Return `value` as the Fraction that it stores; ValueError unless it is a finite number."""
    if isinstance(value, (int, float, Fraction, np.integer, np.floating)) and not isinstance(value, bool):
        try:
            return Fraction(value if isinstance(value, (int, float, Fraction)) else value.item())
        except (OverflowError, ValueError):
            pass
    raise ValueError(f"{name} must be a finite number, got {value!r}; give int, float or fractions.Fraction")


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What Algorithm 1 leaves open; the defaults are the main reading.

    Attributes:
        alpha1: the producer's reward is qr = alpha1 w_p, lines 12, 16 and 24 (ours).
        alpha2: gain alpha2 w_p of the node that finds the block valid, line 17 (ours).
        alpha3: gain alpha3 w_p of a node that does not, line 20; below 0 it is a penalty (ours: the paper gives no
            sign).
        beta: cost beta w_p of a producer whose block is valid, line 16 (ours: alpha2, which conserves stakes).
        threshold: share of the voting weight that approvals must exceed, line 10 (stated: 2/3); exact, so a float is
            the number that it stores.
        validators: "I_p": line 14 goes through the producers, as printed. "I_v": through the set that line 4 declares
            and no line uses.
        exclude_producer: whether line 14 leaves out p, which else validates its own block (ours).
        pay_only_if_valid: whether line 24 waits for a valid block (ours); as printed it pays in any case.
        integer_keys: whether every payment is rounded to whole keys, halves to the even one, and stakes are whole
            (ours: C15 wants whole numbers).
        votes: "one" a node; "random": given to each round, such as by `draw_votes`.
        order: of line 13, by stake: "descending" (ours: the line does not say), "ascending", or "index". Equal stakes
            go by index.
        debts: whether a round may begin with stakes below 0, which Algorithm 1 does not check.

    Raises ValueError for a threshold outside [0, 1), words that are not there and values that are not finite,
    TypeError for flags that are not bool.

    """

    alpha1: Amount = Fraction(20)
    alpha2: Amount = Fraction(10)
    alpha3: Amount = Fraction(-4)
    beta: Amount = Fraction(10)
    threshold: Amount = Fraction(2, 3)
    validators: str = "I_p"
    exclude_producer: bool = False
    pay_only_if_valid: bool = False
    integer_keys: bool = False
    votes: str = "one"
    order: str = "descending"
    debts: bool = False

    def __post_init__(self) -> None:
        for name in ("alpha1", "alpha2", "alpha3", "beta", "threshold"):
            object.__setattr__(self, name, exact(name, getattr(self, name)))
        if not 0 <= self.threshold < 1:
            raise ValueError(f"threshold must lie in [0, 1), got {self.threshold}; give a share of the voting weight")
        one_of("validators", self.validators, ("I_p", "I_v"))
        one_of("votes", self.votes, ("one", "random"))
        one_of("order", self.order, ("descending", "ascending", "index"))
        for name in ("exclude_producer", "pay_only_if_valid", "integer_keys", "debts"):
            if not isinstance(getattr(self, name), bool):
                raise TypeError(f"{name} must be True or False, got {getattr(self, name)!r}")


DEFAULT = Rules()
"""The main reading."""
