"""The pages of the report, from templates."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, cast

from qbench.evidence.provenance import provenance
from qbench.evidence.report.figure_view import write_figure
from qbench.evidence.report.files import write_whole
from qbench.evidence.report.paper_view import paper_view

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from jinja2 import Environment

    from qbench.evidence.figure_data import FigureData
    from qbench.evidence.findings import Verification
    from qbench.evidence.papers import Paper
    from qbench.evidence.report.paper_view import PaperView

PACKAGE = "qbench.evidence.report"


@dataclass(frozen=True)
class Facts:
    """What the run was and what it ran on; the host has no name here."""

    tier: str
    salt: int
    tasks: str
    date: str
    qbench: str
    python: str
    platform: str
    versions: tuple[tuple[str, str], ...]


def write_report(
    run: Verification,
    papers: Sequence[Paper],
    folder: Path,
    figures: Mapping[str, Sequence[FigureData]] | None = None,
    *,
    tier: str = "",
    tasks: str = "",
) -> Path:
    """Write `index.html`, `style.css` and a page `<paper>/index.html` a paper into `folder`; return the index's path.

    `figures` are those of `figures_of`, by paper: each becomes `<paper>/<key>.svg` and `.csv`. Papers without a claim
    in the run are left out. `tier` and `tasks` say what was measured where the run itself cannot. Every file is
    written whole or not at all, the index last.
    """
    folder.mkdir(parents=True, exist_ok=True)
    views = []
    for paper in papers:
        own = [r for r in run.claims if r.claim.paper == paper.key]
        if own:
            drawn = [write_figure(data, folder / paper.key) for data in (figures or {}).get(paper.key, ())]
            views.append(paper_view(paper, own, drawn))
    facts = _facts(run, tier, tasks)
    environment = _environment()
    write_whole(folder / "style.css", _template_text("style.css"))
    for view in views:
        write_whole(folder / view.paper.key / "index.html", _page(environment, "paper.html", views, facts, view))
    index = folder / "index.html"
    write_whole(index, _page(environment, "index.html", views, facts))
    return index


def _facts(run: Verification, tier: str, tasks: str) -> Facts:
    found = provenance()
    counts = f"{run.tasks.computed} computed, {run.tasks.stored} from the store, {run.tasks.failed} failed"
    return Facts(
        tier=tier or run.tier,
        salt=run.salt,
        tasks=tasks or counts,
        date=str(found["utc"]).replace("T", " ").replace("+00:00", " UTC"),
        qbench=str(found["qbench"]),
        python=str(found["python"]),
        platform=str(found["platform"]),
        versions=tuple(cast("dict[str, str]", found["versions"]).items()),
    )


def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(_template_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_together,
    )


def _together(value: object) -> object:
    """Keep a number and its percent sign on one line."""
    return value.replace(" %", "\u00a0%") if isinstance(value, str) else value


def _template_text(name: str) -> str:
    return resources.files(PACKAGE).joinpath("templates", name).read_text(encoding="utf-8")


def _page(
    environment: Environment, name: str, views: Sequence[PaperView], facts: Facts, view: PaperView | None = None
) -> str:
    values = {"papers": views, "facts": facts, "view": view, "root": "" if view is None else "../"}
    return environment.get_template(name).render(values)
