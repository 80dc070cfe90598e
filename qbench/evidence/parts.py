"""Bands, cells and parts: one number, the runs behind it, and where it must lie. All frozen, checked at birth."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from qbench.evidence.canonical import as_json
from qbench.evidence.statistics import Exact, Statistic
from qbench.evidence.tiers import LOOKS, TIERS, Tier, tier_rank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench._arrays import FloatArray
    from qbench.evidence.canonical import JSON

    Side: TypeAlias = float | FloatArray


def frozen(name: str, mapping: Mapping[str, JSON]) -> Mapping[str, JSON]:
    """Return a read-only copy of `mapping`, checked to be JSON; lists and tuples in it are copied as lists."""
    return MappingProxyType(cast("dict[str, JSON]", as_json(name, mapping)))


@dataclass(frozen=True)
class Band:
    """The values under which a part of the claim holds: closed; one side may be infinite.

    Attributes:
        lo, hi: the sides, lo <= hi, in `unit`.
        unit: the unit of sides and estimate; "" for a pure number.
        why: where the sides come from; fixed before any result is seen.
    """

    lo: float
    hi: float
    unit: str
    why: str

    def __post_init__(self) -> None:
        if math.isnan(self.lo) or math.isnan(self.hi) or self.lo > self.hi:
            raise ValueError(f"a band needs lo <= hi, got [{self.lo}, {self.hi}]")
        if math.isinf(self.lo) and math.isinf(self.hi):
            raise ValueError("one side of a band may be infinite, not both: everything would lie inside")
        if not self.why.strip():
            raise ValueError(f"the band [{self.lo}, {self.hi}] must say why it has these sides")

    def holds(self, lo: Side, hi: Side) -> Any:  # noqa: ANN401 - bool, or an array of them for arrays
        """Whether the interval [lo, hi] lies inside; element by element for arrays."""
        return (lo >= self.lo) & (hi <= self.hi)

    def excludes(self, lo: Side, hi: Side) -> Any:  # noqa: ANN401
        """Whether the interval [lo, hi] lies outside, touching no point of the band; element by element for arrays."""
        return (hi < self.lo) | (lo > self.hi)

    def __str__(self) -> str:
        left = "(-inf" if self.lo == -math.inf else f"[{self.lo:g}"
        right = "inf)" if self.hi == math.inf else f"{self.hi:g}]"
        return f"{left}, {right}"


@dataclass(frozen=True)
class Cell:
    """One study run with some parameters."""

    study: str
    params: Mapping[str, JSON] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", frozen(f"params of a cell of {self.study}", self.params))


@dataclass(frozen=True)
class Part:
    """One number that must lie in one band.

    Attributes:
        name: unique within the claim.
        cells: the runs whose columns the statistic sees, as "cell.column" (a single cell: no prefix), aligned by unit.
        statistic: what turns columns into an estimate.
        band: where the estimate must lie.
        looks: other numbers of units than the rule's, declared before any result; as many looks a tier as the rule has.
        witness: "module:function" that takes the columns and returns, in words, the counterexample that they hold.
        beside: name -> what else is estimated from the same columns and shown beside the part: the exact optimum, a
            classical baseline, guessing at the same budget. It has no band and decides nothing; a name says its unit
            where that is not the band's.
    """

    name: str
    cells: Mapping[str, Cell]
    statistic: Statistic
    band: Band
    looks: Mapping[Tier, tuple[int, ...]] | None = None
    witness: str | None = None
    beside: Mapping[str, Statistic] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.cells:
            raise ValueError(f"the part {self.name!r} needs at least one cell")
        object.__setattr__(self, "cells", MappingProxyType(dict(self.cells)))
        self._check_beside()
        if self.looks is not None:
            for tier, looks in self.looks.items():
                tier_rank(tier)
                rising = all(a < b for a, b in itertools.pairwise(looks))
                if len(looks) != len(LOOKS[tier]) or not rising or looks[0] < 2:
                    raise ValueError(
                        f"looks of the part {self.name!r} at {tier} must be {len(LOOKS[tier])} rising "
                        f"numbers from 2 up, got {looks}: the error spent is fixed per look"
                    )
            if set(self.looks) != set(TIERS):
                raise ValueError(f"looks of the part {self.name!r} must name the tiers {', '.join(TIERS)}")
            object.__setattr__(self, "looks", MappingProxyType(dict(self.looks)))

    def _check_beside(self) -> None:
        for name, statistic in self.beside.items():
            what: object = statistic
            if not name or name != name.strip():
                raise ValueError(
                    f"a number beside the part {self.name!r} needs a name without outer spaces, got {name!r}"
                )
            if not isinstance(what, Statistic):
                raise ValueError(  # noqa: TRY004 - the ledger refuses bad data in one way
                    f"{name!r} beside the part {self.name!r} must be a statistic such as Mean(column), got {what!r}"
                )
            if isinstance(statistic, Exact) != self.exact:
                both = "both are Exact, or neither" if self.exact else "Exact needs an exact study: take Mean"
                raise ValueError(f"{name!r} beside the part {self.name!r} sees the part's columns: {both}")
        object.__setattr__(self, "beside", MappingProxyType(dict(self.beside)))

    @property
    def exact(self) -> bool:
        """Whether the part is computed, not measured."""
        return isinstance(self.statistic, Exact)

    def looks_at(self, tier: Tier) -> tuple[int, ...]:
        """Return the numbers of units at which this part is looked at; (1,) for an exact part."""
        if self.exact:
            return (1,)
        return (self.looks or LOOKS)[tier]
