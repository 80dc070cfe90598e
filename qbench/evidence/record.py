"""The verdict on record, what else was known then, and the file that keeps it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from datetime import date as Date  # noqa: N812 - `date` is the field's name
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from qbench.evidence.canonical import finite_or_none
from qbench.evidence.estimate import Estimate
from qbench.evidence.tiers import Tier, tier_rank

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from qbench.evidence.canonical import JSON

Verdict: TypeAlias = Literal["reproduced", "not reproduced", "refuted", "inconclusive", "untestable"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


def _check_verdict(verdict: str) -> None:
    if verdict not in VERDICTS:
        raise ValueError(f"a verdict is one of {', '.join(VERDICTS)}, got {verdict!r}")


def _check_fields(
    what: str, data: Mapping[str, JSON], needed: AbstractSet[str], optional: AbstractSet[str] = frozenset()
) -> None:
    """ValueError where a field is missing or unknown."""
    if not needed <= set(data) <= needed | optional:
        also = f" and may have {sorted(optional)}" if optional else ""
        raise ValueError(f"{what} has the fields {sorted(needed)}{also}, got {sorted(data)}")


@dataclass(frozen=True)
class Span:
    """An estimate, shortened to what a reader compares.

    Attributes:
        value, lo, hi: value and interval in the unit of the part's band; an unbounded side is infinite (JSON: null).
        n: units seen; 0 for an exact value.
    """

    value: float
    lo: float
    hi: float
    n: int

    def __post_init__(self) -> None:
        if not self.lo <= self.value <= self.hi or self.n < 0:
            raise ValueError(f"a span has lo <= value <= hi and n >= 0, got {self!r}")

    @classmethod
    def of(cls, estimate: Estimate) -> Span:
        """Return the span of an estimate."""
        return cls(estimate.value, estimate.lo, estimate.hi, estimate.n)

    @property
    def exact(self) -> bool:
        """Whether the value carries no statistical error."""
        return self.n == 0

    def to_json(self) -> dict[str, JSON]:
        """Return a JSON object; infinite sides become null."""
        return {"value": self.value, "lo": finite_or_none(self.lo), "hi": finite_or_none(self.hi), "n": self.n}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Span:
        """Return the span that `to_json` wrote; ValueError naming its fields where one is missing or unknown."""
        _check_fields("a span", data, {"value", "lo", "hi", "n"})
        lo, hi = data["lo"], data["hi"]
        return cls(data["value"], -math.inf if lo is None else lo, math.inf if hi is None else hi, data["n"])


@dataclass(frozen=True)
class RecordedReading:
    """What a reading showed when the verdict was recorded.

    Attributes:
        verdict: under this reading.
        tier: whose looks it was judged at.
        look: index of the look that gave the verdict.
        parts: the span of every part that the reading judges.
    """

    verdict: Verdict
    tier: Tier
    look: int
    parts: Mapping[str, Span]

    def __post_init__(self) -> None:
        _check_verdict(self.verdict)
        tier_rank(self.tier)
        if self.look < 0:
            raise ValueError(f"looks count from 0, got {self.look}")
        object.__setattr__(self, "parts", MappingProxyType(dict(self.parts)))

    @property
    def holds(self) -> bool:
        """Whether the claim holds under this reading."""
        return self.verdict == "reproduced"

    @property
    def units(self) -> int:
        """Most units seen by a part."""
        return max((s.n for s in self.parts.values()), default=0)

    def to_json(self) -> dict[str, JSON]:
        """Return a JSON object."""
        parts: dict[str, JSON] = {name: s.to_json() for name, s in self.parts.items()}
        return {"verdict": self.verdict, "tier": self.tier, "look": self.look, "parts": parts}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RecordedReading:
        """Return what `to_json` wrote; ValueError naming the fields where one is missing or unknown."""
        _check_fields("a reading on record", data, {"verdict", "tier", "look", "parts"})
        parts = {name: Span.from_json(s) for name, s in data["parts"].items()}
        return cls(data["verdict"], data["tier"], data["look"], parts)


@dataclass(frozen=True)
class Recorded:
    """A verdict that stands until it is superseded.

    Attributes:
        verdict: what was decided, under the main reading and salt 0.
        why: in words a reader can act on.
        date: ISO date of the decision.
        tier: the tier it was decided at.
        parts: the estimate of every part when it was decided; empty for an untestable claim.
        beside: part -> name -> estimate of the numbers beside it.
        readings: key -> what that reading showed, for the main one and every other that had run.
    """

    verdict: Verdict
    why: str
    date: str
    tier: Tier
    parts: Mapping[str, Estimate]
    beside: Mapping[str, Mapping[str, Estimate]] = field(default_factory=dict)
    readings: Mapping[str, RecordedReading] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_verdict(self.verdict)
        if not self.why.strip():
            raise ValueError("a recorded verdict must say why")
        if Date.fromisoformat(self.date).isoformat() != self.date:
            raise ValueError(f"a record's date is written YYYY-MM-DD, got {self.date!r}")
        tier_rank(self.tier)
        unknown = sorted(self.beside.keys() - self.parts.keys())
        if unknown:
            known = ", ".join(self.parts) or "none"
            raise ValueError(f"numbers are on record beside the part {unknown[0]!r}; the record has {known}")
        object.__setattr__(self, "parts", MappingProxyType(dict(self.parts)))
        beside = {part: MappingProxyType(dict(found)) for part, found in self.beside.items()}
        object.__setattr__(self, "beside", MappingProxyType(beside))
        object.__setattr__(self, "readings", MappingProxyType(dict(self.readings)))

    @property
    def units(self) -> int:
        """Most units seen by a part when the verdict was recorded."""
        return max((e.n for e in self.parts.values()), default=0)

    def to_json(self) -> dict[str, JSON]:
        """Return a JSON object; `beside` and `readings` only where there are any, as records before them were."""
        beside: dict[str, JSON] = {
            part: {name: e.to_json() for name, e in found.items()} for part, found in self.beside.items()
        }
        readings: dict[str, JSON] = {key: r.to_json() for key, r in self.readings.items()}
        later: dict[str, JSON] = {"beside": beside, "readings": readings}
        return {
            "verdict": self.verdict,
            "why": self.why,
            "date": self.date,
            "tier": self.tier,
            "parts": {name: e.to_json() for name, e in self.parts.items()},
            **{name: value for name, value in later.items() if value},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Recorded:
        """Return the record that `to_json` wrote; ValueError naming the fields where one is missing or unknown."""
        _check_fields("a record", data, {"verdict", "why", "date", "tier", "parts"}, {"beside", "readings"})
        return cls(
            verdict=data["verdict"],
            why=data["why"],
            date=data["date"],
            tier=data["tier"],
            parts={name: Estimate.from_json(e) for name, e in data["parts"].items()},
            beside={
                part: {name: Estimate.from_json(e) for name, e in found.items()}
                for part, found in data.get("beside", {}).items()
            },
            readings={key: RecordedReading.from_json(r) for key, r in data.get("readings", {}).items()},
        )


class Records:
    """The records of one paper: a JSON file {number: record}, read at import, written by `qbench record`.

    ValueError names the claim whose record cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._records: dict[str, Recorded] = {}
        if path.exists():
            for number, data in json.loads(path.read_text(encoding="utf-8")).items():
                try:
                    self._records[number] = Recorded.from_json(data)
                except (TypeError, ValueError, AttributeError) as error:
                    raise ValueError(
                        f"the record of {number} in {path} is damaged: {error}; restore the file"
                    ) from error

    def get(self, number: str) -> Recorded | None:
        """Return the record of the claim `number`, None before the first."""
        return self._records.get(number)

    def put(self, number: str, record: Recorded) -> None:
        """Write one record; the file keeps its claims in the order of their numbers."""
        self._records[number] = record
        data = {key: self._records[key].to_json() for key in sorted(self._records)}
        text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        part.write_text(text, encoding="utf-8")
        part.replace(self.path)
