"""What a paper says, made decidable: readings and claims, on the bands and parts of `parts`. Checked at birth."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from qbench.evidence.parts import Band, Cell, Part, frozen
from qbench.evidence.tiers import Tier, tier_rank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.evidence.canonical import JSON
    from qbench.evidence.record import Recorded

__all__ = ["KINDS", "UNTESTABLE", "Band", "Cell", "Claim", "Kind", "Parameters", "Part", "Reading"]

Kind: TypeAlias = Literal["measured", "exact", "analytic", "consistency", "untestable"]
Parameters: TypeAlias = Literal["stated", "inferred", "unstated"]
KINDS: tuple[Kind, ...] = get_args(Kind)

UNTESTABLE = ("not-empirical", "missing: ", "external")
"""How a reason for `untestable` begins."""

_ID = re.compile(r"[a-z][a-z0-9_]*/[a-z0-9][a-z0-9.-]*")
_NUMBER = re.compile(r"[A-Z]+[0-9]+")


@dataclass(frozen=True)
class Reading:
    """One way to understand an ambiguous paper.

    Attributes:
        key: a short name; the main reading is the claim's first.
        params: other arguments for every study of the claim that knows them: other tasks.
        columns: main column -> the column in its place: a re-scoring of the same tasks.
        why: what in the paper allows this reading.
        cells: cell name -> other arguments for that cell alone; they win over `params`, which win over the cell's own.
        parts: names of the parts it applies to, () for all: only they are measured and judged under it.
    """

    key: str
    params: Mapping[str, JSON] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    why: str = ""
    cells: Mapping[str, Mapping[str, JSON]] = field(default_factory=dict)
    parts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", self.key):
            raise ValueError(f"a reading's key has lower-case letters, digits, '.' and '-', got {self.key!r}")
        if not self.why.strip():
            raise ValueError(f"the reading {self.key!r} must say why the paper allows it")
        object.__setattr__(self, "params", frozen(f"params of reading {self.key}", self.params))
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))
        names: object = self.parts
        if not isinstance(names, tuple) or len(set(names)) != len(names):
            raise ValueError(f"parts of reading {self.key!r} is a tuple of different part names, got {names!r}")
        cells = {}
        for name, params in self.cells.items():
            if not params:
                raise ValueError(
                    f"the reading {self.key!r} names the cell {name!r} without params: say which, or drop it"
                )
            cells[name] = frozen(f"params of cell {name} under reading {self.key}", params)
        object.__setattr__(self, "cells", MappingProxyType(cells))

    @property
    def rescores(self) -> bool:
        """Whether the reading only looks at other columns of the same tasks, or at fewer parts."""
        return not self.params and not self.cells

    @property
    def literal(self) -> bool:
        """Whether it takes the parts as they stand, as a main reading must."""
        return not (self.params or self.columns or self.cells or self.parts)


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
        if self.readings and not self.readings[0].literal:
            raise ValueError(
                f"the main reading of {self.id} is the parts as they stand: it changes no params or columns, "
                "and neither cells nor parts"
            )
        for reading in self.readings:
            self._check_reading(reading)

    def _check_reading(self, reading: Reading) -> None:
        """ValueError where a reading names a part or a cell that is not there, or a cell of no part it applies to."""
        for what, named, known in (
            ("part", reading.parts, [p.name for p in self.parts]),
            ("cell", tuple(reading.cells), sorted({name for p in self.parts_under(reading) for name in p.cells})),
        ):
            unknown = [name for name in named if name not in known]
            if unknown:
                raise ValueError(
                    f"the reading {reading.key!r} of {self.id} names the {what} {unknown[0]!r}; "
                    f"it has {', '.join(known) or 'none'}"
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

    def parts_under(self, reading: Reading) -> tuple[Part, ...]:
        """Return the parts that a reading measures and judges."""
        return tuple(p for p in self.parts if not reading.parts or p.name in reading.parts)

    def reading(self, key: str) -> Reading:
        """Return the reading `key`; ValueError naming those there are."""
        for reading in self.readings:
            if reading.key == key:
                return reading
        raise ValueError(
            f"{self.id} has no reading {key!r}; it has {', '.join(r.key for r in self.readings) or 'none'}"
        )
