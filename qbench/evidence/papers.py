"""Studies, and papers: claims and studies under one key."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from qbench.evidence.parts import frozen
from qbench.evidence.tiers import TIERS, Tier, tier_rank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.evidence.canonical import JSON
    from qbench.evidence.claims import Claim, Reading
    from qbench.evidence.corrections import Correction
    from qbench.evidence.figures import Figure
    from qbench.evidence.record import Records
    from qbench.evidence.tables import Table

Unit: TypeAlias = Literal["instance", "seed", "replicate", "exact"]


@dataclass(frozen=True)
class Study:
    """One experiment: a function from parameters, streams and units to columns.

    Attributes:
        name: unique within the paper.
        version: raised when what the study computes changes without a change of its sources.
        stream: studies of one stream see the same instances; may name params: "hqcnn/{row}".
        unit: what the paper averages over, never shots or steps; "exact" runs once with units range(1).
        block: units per task. A block is never split or merged, so any number of workers gives the same bits.
        tier: the lowest tier that runs it; "fast" only if five units take under about 5 s on one core.
        run: "module:function" of signature (params, streams, units) -> {column: array of len(units)}.
        code: packages whose sources enter the key of every result.
        defaults: every parameter that `run` knows, with the value it has where a cell does not say.
        seconds: rough cost of one unit on one core, to say what a skipped claim would take.
        costs: "module:function" (params) -> {"qubits": 16, ...}: integers shown beside the verdict.
        engine, sampler: opaque names of what executes circuits; they enter the key.
    """

    name: str
    version: int
    stream: str
    unit: Unit
    block: int
    tier: Tier
    run: str
    code: tuple[str, ...]
    defaults: Mapping[str, JSON] = field(default_factory=dict)
    seconds: float = 0.0
    costs: str | None = None
    engine: str = "numpy"
    sampler: str = "none"

    def __post_init__(self) -> None:
        if self.unit not in get_args(Unit):
            raise ValueError(f"unit of {self.name} must be one of {', '.join(get_args(Unit))}, got {self.unit!r}")
        if self.version < 1 or self.block < 1:
            raise ValueError(f"version and block of {self.name} count from 1, got {self.version} and {self.block}")
        if self.unit == "exact" and self.block != 1:
            raise ValueError(f"{self.name} is exact and runs once: its block is 1, got {self.block}")
        for name, spelling in (("run", self.run), ("costs", self.costs)):
            if spelling is not None and not re.fullmatch(r"[\w.]+:\w+", spelling):
                raise ValueError(f"{name} of {self.name} is 'package.module:function', got {spelling!r}")
        if not self.code:
            raise ValueError(f"{self.name} must name the packages whose sources it depends on")
        tier_rank(self.tier)
        object.__setattr__(self, "defaults", frozen(f"defaults of {self.name}", self.defaults))
        fields = {name for _, name, _, _ in string.Formatter().parse(self.stream) if name is not None}
        if fields - set(self.defaults):
            raise ValueError(f"stream of {self.name} names {sorted(fields - set(self.defaults))}, not among its params")

    def resolve(self, params: Mapping[str, JSON]) -> dict[str, JSON]:
        """Return `params` over the defaults; ValueError for a name that the study does not know."""
        unknown = sorted(set(params) - set(self.defaults))
        if unknown:
            raise ValueError(
                f"the study {self.name} has no parameter {unknown[0]!r}; "
                f"it has {', '.join(sorted(self.defaults)) or 'none'}"
            )
        full = {**self.defaults, **params}
        return {name: _spelt_as(self.defaults[name], value) for name, value in full.items()}


def _spelt_as(default: JSON, value: JSON) -> JSON:
    """Return a whole number as the default spells numbers: 1 and 1.0 are one value, a key must not tell them apart."""
    if isinstance(value, bool) or isinstance(default, bool):
        return value
    if isinstance(default, float) and isinstance(value, int):
        return float(value)
    if isinstance(default, int) and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


@dataclass(frozen=True)
class Paper:
    """A published paper: what it claims, and the studies that check it.

    Attributes:
        key: names the paper everywhere ("cvar_vqe"); every claim's id begins with it.
        claims, studies: unique ids, numbers and names; every cell names a study that is here.
        records: the file of recorded verdicts, None where records stand in the claims themselves.
        figures: the paper's figures that the report draws again from our results; unique keys.
        corrections: what we changed in its formulas before using them, in the paper's order.
        tables: the paper's tables that the report sets beside what was measured; unique keys.
    """

    key: str
    title: str
    authors: tuple[str, ...]
    year: int
    doi: str | None
    bibtex: str
    claims: tuple[Claim, ...]
    studies: tuple[Study, ...]
    records: Records | None = None
    figures: tuple[Figure, ...] = ()
    corrections: tuple[Correction, ...] = ()
    tables: tuple[Table, ...] = ()

    def __post_init__(self) -> None:
        for what, names in (
            ("claim ids", [c.id for c in self.claims]),
            ("claim numbers", [c.number for c in self.claims]),
            ("studies", [s.name for s in self.studies]),
            ("figures", [f.key for f in self.figures]),
            ("tables", [t.key for t in self.tables]),
        ):
            twice = sorted({n for n in names if names.count(n) > 1})
            if twice:
                raise ValueError(f"{what} of {self.key} must differ, {twice[0]!r} stands twice")
        for claim in self.claims:
            if claim.paper != self.key:
                raise ValueError(
                    f"the claim {claim.id} stands in the paper {self.key}; its id must begin with {self.key}/"
                )
            for part in claim.parts:
                for name, cell in part.cells.items():
                    self._check_cell(f"{claim.id}, cell {name!r} of part {part.name!r}", cell.study, cell.params)
                    self._check_looks(claim, part.name, self.study(cell.study), part.exact)
            for reading in claim.readings:
                self._check_reading(claim, reading)
        for figure in self.figures:
            for cell in figure.cells:
                self._check_cell(f"{self.key}, figure {figure.key}", cell.study, cell.params)

    def _check_cell(self, where: str, study: str, params: Mapping[str, JSON]) -> None:
        try:
            self.study(study).resolve(params)
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from error

    def _check_reading(self, claim: Claim, reading: Reading) -> None:
        cells = [item for part in claim.parts_under(reading) for item in part.cells.items()]
        known = {name for _, cell in cells for name in self.study(cell.study).defaults}
        unknown = sorted(set(reading.params) - known)
        if unknown:
            raise ValueError(f"no study of {claim.id} knows {unknown[0]!r}, a parameter of reading {reading.key!r}")
        for name, cell in cells:
            where = f"{claim.id}, cell {name!r} of reading {reading.key!r}"
            self._check_cell(where, cell.study, reading.cells.get(name, {}))

    def _check_looks(self, claim: Claim, part: str, study: Study, exact: bool) -> None:  # noqa: FBT001 - a plain fact
        if exact != (study.unit == "exact"):
            raise ValueError(f"{claim.id}, part {part!r}: the statistic Exact and a study of unit 'exact' go together")
        if exact:
            return
        looks = next(p for p in claim.parts if p.name == part)
        for tier in TIERS:
            wrong = [n for n in looks.looks_at(tier) if n % study.block]
            if wrong:
                raise ValueError(
                    f"{claim.id}, part {part!r}: the look {wrong[0]} is no multiple of {study.block}, the block"
                )

    def study(self, name: str) -> Study:
        """Return the study `name`; ValueError naming those there are."""
        for study in self.studies:
            if study.name == name:
                return study
        raise ValueError(
            f"{self.key} has no study {name!r}; it has {', '.join(s.name for s in self.studies) or 'none'}"
        )

    def claim_tier(self, claim: Claim) -> Tier:
        """Return the lowest tier at which every study of the claim runs."""
        ranks = [tier_rank(self.study(c.study).tier) for p in claim.parts for c in p.cells.values()]
        return TIERS[max(ranks, default=0)]
