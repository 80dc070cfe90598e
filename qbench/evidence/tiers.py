"""Tiers, looks and the error spent at each look: the constants of the verdict rule."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

Tier: TypeAlias = Literal["fast", "standard", "paper"]
TIERS: tuple[Tier, ...] = get_args(Tier)

LOOKS: Mapping[Tier, tuple[int, ...]] = MappingProxyType(
    {"fast": (5,), "standard": (5, 10, 20), "paper": (10, 20, 40)},
)
"""Units seen at each look. A part may declare others before any result: as many looks, the same SPEND."""

SPEND: tuple[float, ...] = (0.005, 0.010, 0.035)
"""Error spent per side at each look (their sum is 0.05); `fast` is the first look of the same schedule."""

NO_SPREAD_UNITS = 20
"""Below this many units a sample without spread cannot decide: its interval would be a point by luck alone."""


def tier_rank(tier: Tier) -> int:
    """Return 0 for fast, 1 for standard, 2 for paper; ValueError for another word."""
    if tier not in TIERS:
        raise ValueError(f"tier must be one of {', '.join(TIERS)}, got {tier!r}")
    return TIERS.index(tier)
