"""What a paper says, made decidable: bands, readings, parts and claims. All frozen, checked at birth."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast, get_args

from qbench.evidence.canonical import as_json
from qbench.evidence.statistics import Exact, Statistic
from qbench.evidence.tiers import LOOKS, TIERS, Tier, tier_rank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench._arrays import FloatArray
    from qbench.evidence.canonical import JSON
    from qbench.evidence.record import Recorded

    Side: TypeAlias = float | FloatArray

Kind: TypeAlias = Literal["measured", "exact", "analytic", "consistency", "untestable"]
Parameters: TypeAlias = Literal["stated", "inferred", "unstated"]
KINDS: tuple[Kind, ...] = get_args(Kind)

UNTESTABLE = ("not-empirical", "missing: ", "external")
"""How a reason for `untestable` begins."""

_ID = re.compile(r"[a-z][a-z0-9_]*/[a-z0-9][a-z0-9.-]*")
_NUMBER = re.compile(r"[A-Z]+[0-9]+")


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
class Reading:
    """One way to understand an ambiguous paper.

    Attributes:
        key: a short name; the main reading is the claim's first.
        params: other arguments for every study of the claim that knows them: other tasks.
        columns: main column -> the column in its place: a re-scoring of the same tasks.
        why: what in the paper allows this reading.
    """

    key: str
    params: Mapping[str, JSON] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    why: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", self.key):
            raise ValueError(f"a reading's key has lower-case letters, digits, '.' and '-', got {self.key!r}")
        if not self.why.strip():
            raise ValueError(f"the reading {self.key!r} must say why the paper allows it")
        object.__setattr__(self, "params", frozen(f"params of reading {self.key}", self.params))
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))

    @property
    def rescores(self) -> bool:
        """Whether the reading only looks at other columns of the same tasks."""
        return not self.params


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
    """

    name: str
    cells: Mapping[str, Cell]
    statistic: Statistic
    band: Band
    looks: Mapping[Tier, tuple[int, ...]] | None = None
    witness: str | None = None

    def __post_init__(self) -> None:
        if not self.cells:
            raise ValueError(f"the part {self.name!r} needs at least one cell")
        object.__setattr__(self, "cells", MappingProxyType(dict(self.cells)))
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

    @property
    def exact(self) -> bool:
        """Whether the part is computed, not measured."""
        return isinstance(self.statistic, Exact)

    def looks_at(self, tier: Tier) -> tuple[int, ...]:
        """Return the numbers of units at which this part is looked at; (1,) for an exact part."""
        if self.exact:
            return (1,)
        return (self.looks or LOOKS)[tier]


@dataclass(frozen=True)
class Claim:
    """One published statement and what decides it.

    Attributes:
        id: "<paper>/<key>", used everywhere; `number` ("C01") is accepted wherever it is unambiguous.
        where: section, figure or table of the paper.
        says: the statement, in our words.
        claimed: the number that the paper prints, in `unit`, or None.
        parameters: whether the paper states the parameters it depends on.
        readings: the first is the main reading and alone gives the verdict.
        parts: a conjunction; empty only for an untestable claim.
        proof: pytest node that executes an analytic claim beside its exact part.
        untestable: the reason, declared before any run.
        decides_at: the tier at which the claim's verdict is recorded.
        version: raised whenever bands, readings, parts or looks change.
        recorded: the verdict on record, None before the first.
    """

    id: str
    number: str
    where: str
    says: str
    claimed: float | None
    unit: str
    parameters: Parameters
    readings: tuple[Reading, ...]
    parts: tuple[Part, ...]
    kind: Kind
    decides_at: Tier
    version: int = 1
    proof: str | None = None
    untestable: str | None = None
    recorded: Recorded | None = None

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"a claim's id is <paper>/<key> in lower case, got {self.id!r}")
        if not _NUMBER.fullmatch(self.number):
            raise ValueError(f"a claim's number is letters and digits like C01, got {self.number!r}")
        if self.kind not in KINDS:
            raise ValueError(f"the kind of {self.id} must be one of {', '.join(KINDS)}, got {self.kind!r}")
        if self.parameters not in get_args(Parameters):
            raise ValueError(f"parameters of {self.id} must be stated, inferred or unstated, got {self.parameters!r}")
        if self.version < 1:
            raise ValueError(f"the version of {self.id} counts from 1, got {self.version}")
        tier_rank(self.decides_at)
        self._check_kind()
        for name, keys in (
            ("readings", [r.key for r in self.readings]),
            ("parts", [p.name for p in self.parts]),
        ):
            if len(set(keys)) != len(keys):
                raise ValueError(f"{name} of {self.id} must have different names, got {keys}")
        if self.readings and (self.readings[0].params or self.readings[0].columns):
            raise ValueError(
                f"the main reading of {self.id} is the parts as they stand: it changes no params or columns"
            )

    def _check_kind(self) -> None:
        if (self.kind == "untestable") != (self.untestable is not None):
            raise ValueError(f"{self.id}: kind 'untestable' and a reason for it go together")
        if self.untestable is not None:
            if not self.untestable.startswith(UNTESTABLE):
                raise ValueError(f"{self.id}: a reason begins with {', '.join(UNTESTABLE)}, got {self.untestable!r}")
            if self.parts:
                raise ValueError(f"{self.id} is untestable and has parts; drop one of the two")
            return
        if not self.parts or not self.readings:
            raise ValueError(f"{self.id} needs parts and a main reading, or a reason why it is untestable")
        exact = [p.exact for p in self.parts]
        if self.kind == "measured" and all(exact):
            raise ValueError(
                f"{self.id} is 'measured' with exact parts only; its kind is exact, analytic or consistency"
            )
        if self.kind != "measured" and not all(exact):
            raise ValueError(f"{self.id} is {self.kind!r}, so all its parts take the statistic Exact")
        if self.kind == "analytic" and self.proof is None:
            raise ValueError(f"{self.id} is analytic: name the pytest node that executes its proof")

    @property
    def paper(self) -> str:
        """Key of the paper."""
        return self.id.split("/")[0]

    @property
    def main(self) -> Reading | None:
        """The reading that gives the verdict; None for an untestable claim."""
        return self.readings[0] if self.readings else None

    def reading(self, key: str) -> Reading:
        """Return the reading `key`; ValueError naming those there are."""
        for reading in self.readings:
            if reading.key == key:
                return reading
        raise ValueError(
            f"{self.id} has no reading {key!r}; it has {', '.join(r.key for r in self.readings) or 'none'}"
        )
