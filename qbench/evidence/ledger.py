"""What the claims and studies of one paper have in common, said once, so that a ledger says only what differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qbench.evidence.claims import Claim
from qbench.evidence.papers import Study
from qbench.evidence.parts import Band, Cell, Part
from qbench.evidence.statistics import Exact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.evidence.canonical import JSON
    from qbench.evidence.claims import Parameters, Reading
    from qbench.evidence.record import Records


@dataclass(frozen=True)
class Ledger:
    """One paper's studies and claims with its key, its sources and its records filled in.

    Functions of studies, costs and witnesses are spelt from `package` on: "studies:gain". What is not among the
    arguments of a method is a field of `Study` or `Claim`, and what is given there wins over what the method fills in.

    Attributes:
        key: the paper's key; also the stream of its studies, so that all of them see the same instances.
        package: where its functions stand: "qbench.papers.cvar_vqe".
        code: packages whose sources enter the key of every result.
        records: the file of recorded verdicts.
        parameters: whether the paper states what its measured and untestable claims depend on.
    """

    key: str
    package: str
    code: tuple[str, ...]
    records: Records
    parameters: Parameters = "unstated"

    def study(self, name: str, run: str, seconds: float, *, costs: str | None = None, **fields: Any) -> Study:  # noqa: ANN401
        """Return the study `name`, version 1; `run` and `costs` are "module:function"."""
        plain = {"version": 1, "stream": self.key, "code": self.code}
        spelt = None if costs is None else self._spelt(costs)
        return Study(name=name, run=self._spelt(run), seconds=seconds, costs=spelt, **{**plain, **fields})

    def exact_study(self, name: str, module: str, seconds: float, *, costs: bool = False, **defaults: JSON) -> Study:
        """Return a study that runs once, at tier fast: the function of `module` of its own name.

        `defaults`: its parameters. `costs`: whether a function of that name with _costs behind it says what it takes.
        """
        run = f"{module}:{name}"
        exact = {"unit": "exact", "block": 1, "tier": "fast", "defaults": defaults}
        return self.study(name, run, seconds, costs=f"{run}_costs" if costs else None, **exact)

    def claim(self, key: str, number: str, where: str, says: str, **fields: Any) -> Claim:  # noqa: ANN401
        """Return a claim that is measured and decided at tier standard, with no printed number, as recorded."""
        plain = {
            "claimed": None,
            "unit": "",
            "parameters": self.parameters,
            "kind": "measured",
            "decides_at": "standard",
            "recorded": self.records.get(number),
        }
        return Claim(id=f"{self.key}/{key}", number=number, where=where, says=says, **{**plain, **fields})

    def untestable(self, key: str, number: str, where: str, says: str, reason: str) -> Claim:
        """Return a claim that the paper gives no way to test; the reason begins as in `claims.UNTESTABLE`."""
        fields = {"kind": "untestable", "untestable": reason, "decides_at": "fast"}
        return self.claim(key, number, where, says, readings=(), parts=(), **fields)

    def computed(self, key: str, number: str, where: str, says: str, *readings: Reading, **fields: Any) -> Claim:  # noqa: ANN401
        """Return a claim that is computed from what the paper states, analytic unless its `kind` is given.

        `readings`: the main one first.
        """
        plain = {"kind": "analytic", "decides_at": "fast", "parameters": "stated"}
        return self.claim(key, number, where, says, readings=readings, **{**plain, **fields})

    def exact_part(
        self,
        study: str,
        column: str,
        band: Band,
        name: str,
        beside: Mapping[str, str] | None = None,
        *,
        witness: str | None = None,
    ) -> Part:
        """Return a part that reads one column of an exact study, with others beside it, which may drift by 1e-9.

        `beside`: name -> column. `witness`: "module:function" that says the counterexample. A band with two sides lets
        the value drift from the record by its upper side, one that is a number not at all.
        """
        return Part(
            name,
            {study: Cell(study)},
            Exact(column, 0.0 if band.lo == band.hi else band.hi),
            band,
            witness=None if witness is None else self._spelt(witness),
            beside={label: Exact(other, 1e-9) for label, other in (beside or {}).items()},
        )

    def _spelt(self, function: str) -> str:
        return f"{self.package}.{function}"


def none_of(what: str, why: str) -> Band:
    """Return the band of a count that must be zero; `what` is counted."""
    return Band(lo=0.0, hi=0.0, unit=what, why=why)


def identity(tolerance: float, why: str) -> Band:
    """Return the band of a deviation from an identity."""
    return Band(lo=-tolerance, hi=tolerance, unit="", why=why)
