"""What a paper still lacks: the checker that our own papers and anybody's must pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbench.evidence.check_home import home_problems
from qbench.evidence.check_table import table_problems
from qbench.evidence.figure_data import run_of, runs_of
from qbench.evidence.fingerprint import sources
from qbench.evidence.loading import FOLDER
from qbench.evidence.tasks import load
from qbench.evidence.tiers import tier_rank

if TYPE_CHECKING:
    from pathlib import Path

    from qbench.evidence.claims import Claim
    from qbench.evidence.papers import Paper, Study


def check_paper(paper: Paper, root: Path | None = None) -> list[str]:
    """Return what the paper lacks, a sentence each; an empty list means that it is whole.

    `root` is the folder that holds reproductions/: pytest nodes of proofs are looked up there, and where the paper's
    module stands in it also what else belongs to the paper (`home_problems`); without `root` none of this is.
    """
    problems = [f"{paper.key} has no {field}" for field in ("title", "bibtex") if not getattr(paper, field).strip()]
    if paper.year < 1:
        problems.append(f"{paper.key} has no year")
    if not paper.authors:
        problems.append(f"{paper.key} names no authors")
    if not paper.claims:
        problems.append(f"{paper.key} makes no claims: add the first to its `claims`")
    for study in paper.studies:
        problems.extend(_study_problems(paper, study))
    for claim in paper.claims:
        problems.extend(_claim_problems(paper, claim, root))
    problems.extend(_figure_problems(paper))
    problems.extend(table_problems(paper))
    if root is not None and (root / FOLDER / f"{paper.key}.py").is_file():
        problems.extend(home_problems(paper, root))
    return problems


def _study_problems(paper: Paper, study: Study) -> list[str]:
    problems = []
    for name, spelling in (("run", study.run), ("costs", study.costs)):
        if spelling is None:
            continue
        try:
            load(spelling)
        except ValueError as error:
            problems.append(f"{name} of study {paper.key}/{study.name}: {error}")
    for package in study.code:
        try:
            sources(package)
        except ValueError as error:
            problems.append(f"code of study {paper.key}/{study.name}: {error}")
    module = study.run.split(":")[0]
    if not any(module == p or module.startswith(p + ".") for p in study.code):
        problems.append(
            f"code of study {paper.key}/{study.name} leaves out {module}, which it runs: stale results would live"
        )
    if not any(c.study == study.name for claim in paper.claims for p in claim.parts for c in p.cells.values()):
        problems.append(f"study {paper.key}/{study.name} serves no claim")
    return problems


def _figure_problems(paper: Paper) -> list[str]:
    """Return the cells of figures that no claim runs: the figure draws stored results and would never have them."""
    runs = runs_of(paper)
    problems = []
    for figure in paper.figures:
        idle = [cell for cell in figure.cells if run_of(paper, cell, runs) is None]
        if idle:
            problems.append(
                f"figure {paper.key}/{figure.key}: no claim runs {idle[0].study} with {dict(idle[0].params)}, "
                "under no reading: it would never be drawn"
            )
    return problems


def _claim_problems(paper: Paper, claim: Claim, root: Path | None) -> list[str]:
    problems = []
    if not claim.says.strip() or not claim.where.strip():
        problems.append(f"{claim.id} must say what the paper claims and where")
    lowest = paper.claim_tier(claim)
    if tier_rank(claim.decides_at) < tier_rank(lowest):
        problems.append(f"{claim.id} decides at {claim.decides_at}, but a study of it runs only from {lowest} on")
    if claim.recorded is None:
        problems.append(f"{claim.id} has no verdict on record: `qbench record {claim.id} --why TEXT`")
    elif claim.recorded.parts.keys() != {p.name for p in claim.parts}:
        problems.append(f"{claim.id}: the parts on record are not the parts of the claim; record it again")
    elif claim.recorded.readings.keys() - {r.key for r in claim.readings}:
        problems.append(f"{claim.id}: a reading on record is no reading of the claim; record it again")
    for witness in sorted({p.witness for p in claim.parts if p.witness is not None}):
        try:
            load(witness)
        except ValueError as error:
            problems.append(f"witness of {claim.id}: {error}")
    if claim.proof is not None and root is not None:
        problems.extend(_proof_problems(claim, claim.proof, root))
    return problems


def _proof_problems(claim: Claim, proof: str, root: Path) -> list[str]:
    path, _, name = proof.partition("::")
    file = root / path
    if not file.is_file():
        return [f"proof of {claim.id}: there is no file {path}"]
    if f"def {name.split('::')[-1].split('[')[0]}(" not in file.read_text(encoding="utf-8"):
        return [f"proof of {claim.id}: {path} has no test {name}"]
    return []
