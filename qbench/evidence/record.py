"""The verdict on record, and the file that keeps it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - `date` is the field's name
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from qbench.evidence.estimate import Estimate
from qbench.evidence.tiers import Tier, tier_rank

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from qbench.evidence.canonical import JSON

Verdict: TypeAlias = Literal["reproduced", "not reproduced", "refuted", "inconclusive", "untestable"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True)
class Recorded:
    """A verdict that stands until it is superseded.

    Attributes:
        verdict: what was decided, under the main reading and salt 0.
        why: in words a reader can act on.
        date: ISO date of the decision.
        tier: the tier it was decided at.
        parts: the estimate of every part when it was decided; empty for an untestable claim.
    """

    verdict: Verdict
    why: str
    date: str
    tier: Tier
    parts: Mapping[str, Estimate]

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ValueError(f"a verdict is one of {', '.join(VERDICTS)}, got {self.verdict!r}")
        if not self.why.strip():
            raise ValueError("a recorded verdict must say why")
        if Date.fromisoformat(self.date).isoformat() != self.date:
            raise ValueError(f"a record's date is written YYYY-MM-DD, got {self.date!r}")
        tier_rank(self.tier)
        object.__setattr__(self, "parts", MappingProxyType(dict(self.parts)))

    @property
    def units(self) -> int:
        """Most units seen by a part when the verdict was recorded."""
        return max((e.n for e in self.parts.values()), default=0)

    def to_json(self) -> dict[str, JSON]:
        """Return a JSON object."""
        return {
            "verdict": self.verdict,
            "why": self.why,
            "date": self.date,
            "tier": self.tier,
            "parts": {name: dict(e.to_json()) for name, e in self.parts.items()},
        }


class Records:
    """The records of one paper: a JSON file {number: record}, read at import, written by `qbench record`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._records: dict[str, Recorded] = {}
        if path.exists():
            for number, data in json.loads(path.read_text(encoding="utf-8")).items():
                parts = {name: Estimate.from_json(e) for name, e in data["parts"].items()}
                self._records[number] = Recorded(**{**data, "parts": parts})

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
