"""A figure in the report: its drawing, its table, and a caption that says what it rests on."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from qbench.evidence.figure_svg import figure_svg

if TYPE_CHECKING:
    from pathlib import Path

    from qbench.evidence.figure_data import FigureData
    from qbench.evidence.papers import Paper


def write_figure(paper: Paper, data: FigureData, folder: Path) -> str:
    """Write `<paper>/<key>.svg` and `.csv` below `folder` and return the figure's HTML.

    Without data there is no drawing, and the page says so.
    """
    figure = data.figure
    place = folder / paper.key
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{figure.key}.csv").write_text(data.to_csv(), encoding="utf-8")
    drawing = place / f"{figure.key}.svg"
    lines = [f'<figure id="{paper.key}-{figure.key}"><h3>{html.escape(f"{figure.where}: {figure.title}")}</h3>']
    table = f'<a href="{paper.key}/{figure.key}.csv">Its numbers (CSV)</a>.'
    if data.units is None:
        drawing.unlink(missing_ok=True)  # an older report's drawing would pass for this one's
        lines.append("<p>No data: none of its runs is in the store at this tier.</p>")
    else:
        drawing.write_text(figure_svg(data), encoding="utf-8")
        label = html.escape(f"{figure.title}: {figure.y_label} against {figure.x_label}", quote=True)
        lines.append(f'<img src="{paper.key}/{figure.key}.svg" width="640" height="400" alt="{label}">')
    lines.append(f"<figcaption>{html.escape(' '.join(_caption(data)))} {table}")
    if data.command:
        lines.append(f"<br><code>{html.escape(data.command)}</code>")
    return "\n".join([*lines, "</figcaption></figure>"])


def _caption(data: FigureData) -> list[str]:
    """Return the caption's sentences."""
    sentences = [data.figure.note.strip()] if data.figure.note.strip() else []
    if data.units is not None:
        least, most = data.units
        units = f"n = {most}" if least == most else f"n from {least} to {most}"
        sentences.append(
            "Exact values."
            if most == 0
            else f"Means over units ({units}) with Student-t intervals of 95 %, point by point."
        )
    if data.missing and data.units is not None:
        sentences.append(f"{data.missing} points have no data.")
    return sentences + [f"Not drawn: {problem}." for problem in data.problems]
