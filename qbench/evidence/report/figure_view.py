"""A figure in the report: its drawing and its table beside the page, and a caption that says what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbench.evidence.figure_svg import figure_svg
from qbench.evidence.report.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from qbench.evidence.figure_data import FigureData
    from qbench.evidence.figures import Figure


@dataclass(frozen=True)
class FigureView:
    """A figure as the page shows it; `drawn` is False where none of its runs is known."""

    figure: Figure
    drawn: bool
    alt: str
    caption: str
    command: str


def write_figure(data: FigureData, place: Path) -> FigureView:
    """Write `<key>.svg` and `<key>.csv` into the folder `place`; without data there is no drawing."""
    figure = data.figure
    write_whole(place / f"{figure.key}.csv", data.to_csv())
    drawing = place / f"{figure.key}.svg"
    if data.units is None:
        drawing.unlink(missing_ok=True)  # an older report's drawing would pass for this one's
    else:
        write_whole(drawing, figure_svg(data))
    alt = f"{figure.title}: {figure.y_label} against {figure.x_label}"
    return FigureView(figure, data.units is not None, alt, " ".join(_caption(data)), data.command)


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
        sentences.append(f"Not finished: {data.missing} points have no data.")
    return sentences + [f"Not drawn: {problem}." for problem in data.problems]
