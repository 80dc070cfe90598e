"""The JSON that other programs read: what `list --json` and `verify --json` write."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

from qbench.evidence.canonical import finite_or_none
from qbench.evidence.judge import holm
from qbench.evidence.provenance import provenance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qbench.evidence.claims import Claim, Part
    from qbench.evidence.estimate import Estimate
    from qbench.evidence.findings import ClaimResult, ReadingResult, Verification
    from qbench.evidence.judge import PartResult


def band_json(part: Part) -> dict[str, Any]:
    """Return a band; an open side is null."""
    band = part.band
    return {"lo": finite_or_none(band.lo), "hi": finite_or_none(band.hi), "unit": band.unit, "why": band.why}


def claim_json(claim: Claim) -> dict[str, Any]:
    """Return what the ledger says of a claim."""
    return {
        "id": claim.id,
        "number": claim.number,
        "paper": claim.paper,
        "where": claim.where,
        "says": claim.says,
        "claimed": claim.claimed,
        "unit": claim.unit,
        "kind": claim.kind,
        "parameters": claim.parameters,
        "version": claim.version,
        "parts": [{"name": p.name, "band": band_json(p)} for p in claim.parts],
        "readings": [r.key for r in claim.readings],
        "proof": claim.proof,
        "untestable": claim.untestable,
        "decides_at": claim.decides_at,
        "recorded": None if claim.recorded is None else claim.recorded.to_json(),
    }


def list_json(claims: Sequence[Claim]) -> dict[str, Any]:
    """Return the document of `qbench list --json`."""
    return {"claims": [claim_json(c) for c in claims]}


def _estimate_json(estimate: Estimate | None) -> dict[str, Any]:
    return {
        "estimate": None if estimate is None else estimate.value,
        "interval": None if estimate is None else [finite_or_none(estimate.lo), finite_or_none(estimate.hi)],
        "alpha": None if estimate is None else estimate.alpha,
        "n": 0 if estimate is None else estimate.n,
        "sd": None if estimate is None else estimate.sd,
        "method": None if estimate is None else estimate.method,
    }


def _part_json(part: Part, result: PartResult | None) -> dict[str, Any]:
    found = {} if result is None else result.beside
    lacking = {} if result is None else result.lacking
    return {
        "name": part.name,
        "band": band_json(part),
        **_estimate_json(None if result is None else result.estimate),
        "beside": [
            {"name": name, **_estimate_json(found.get(name)), "error": lacking.get(name)} for name in part.beside
        ],
    }


def _parts_json(claim: Claim, result: ReadingResult | None) -> list[dict[str, Any]]:
    """Return every part that the reading judges; all of them where nothing was measured."""
    found = {} if result is None else {r.part.name: r for r in result.parts}
    parts = claim.parts if result is None else claim.parts_under(result.reading)
    return [_part_json(part, found.get(part.name)) for part in parts]


def result_json(result: ClaimResult) -> dict[str, Any]:
    """Return a claim's record with verdict, outcome and every part's estimate."""
    main = result.main
    return {
        **claim_json(result.claim),
        "verdict": result.verdict,
        "outcome": result.outcome.value,
        "reasons": list(result.reasons),
        "reading": None if result.claim.main is None else result.claim.main.key,
        "look": None if main is None else main.look,
        "units_to_decide": None if main is None else main.units_to_decide,
        "level": None if main is None else main.level,
        "counterexamples": [] if main is None else list(main.witnesses),
        "parts": _parts_json(result.claim, main),
        "readings": [
            {
                "key": other.reading.key,
                "why": other.reading.why,
                "verdict": other.verdict,
                "error": other.error,
                "parts": _parts_json(result.claim, other),
            }
            for other in result.others
        ],
        "seconds": 0.0 if main is None else main.seconds,
        "costs": dict(result.costs),
    }


def holm_by_paper(results: Sequence[ClaimResult]) -> dict[str, dict[str, bool]]:
    """Return {paper: {claim id: stands}} over the measured claims that were decided."""
    levels: dict[str, dict[str, float]] = {}
    for result in results:
        if result.main is not None and result.main.level is not None:
            levels.setdefault(result.claim.paper, {})[result.claim.id] = result.main.level
    return {paper: holm(of_paper) for paper, of_paper in levels.items()}


def verify_json(run: Verification) -> dict[str, Any]:
    """Return the document of `qbench verify --json`; `schema()` describes it."""
    return {
        "qbench": provenance()["qbench"],
        "tier": run.tier,
        "salt": run.salt,
        "provenance": provenance(),
        "tasks": {"stored": run.tasks.stored, "computed": run.tasks.computed, "failed": run.tasks.failed},
        "holm": holm_by_paper(run.claims),
        "claims": [result_json(r) for r in run.claims],
    }


def schema() -> Mapping[str, Any]:
    """Return the JSON schema of `verify --json`."""
    text = resources.files("qbench.evidence").joinpath("verify.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))
