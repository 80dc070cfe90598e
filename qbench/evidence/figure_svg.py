"""Figures as SVG: the same bytes for the same values, words as text, legible on light and on dark pages."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from qbench.evidence.figure_data import FigureData, Value
    from qbench.evidence.figures import Series

INK = "#0a0b0c"
"""Stands for the reader's own text colour: a colour that nothing else is drawn in, replaced after drawing."""

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#E69F00", "#CC79A7", "#56B4E9", INK)
"""The palette of Okabe and Ito without its yellow, which white pages swallow; black is the text colour."""

DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (7, 2, 1.5, 2)), (0, (3, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
"""As many as have no common divisor with the colours: 280 series differ in one of the three."""

STYLE = "<style>:root { color: #24292f; } @media (prefers-color-scheme: dark) { :root { color: #e6e6e6; } }</style>"

SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",  # words stay words: they can be searched, copied and read aloud
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.size": 10.0,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": "#808080",
    "grid.alpha": 0.25,
    "legend.labelcolor": INK,
}


FEW_TICKS = 8
"""Places on a logarithmic axis that have a number each."""
TWO_COLUMNS = 34
"""Characters of a label of which two stand side by side."""


def figure_svg(data: FigureData) -> str:
    """Return the figure as SVG text, the same for the same values whatever the clock or the user's settings."""
    import matplotlib as mpl
    from matplotlib.figure import Figure as Sheet
    from matplotlib.ticker import MaxNLocator

    with mpl.rc_context():
        mpl.rcdefaults()  # a reader's matplotlibrc must not change what a figure looks like
        mpl.rcParams.update({**SETTINGS, "svg.hashsalt": data.figure.key})
        sheet = Sheet(figsize=(6.4, 4.0), layout="constrained")
        axes = sheet.add_subplot()
        for index, (series, values) in enumerate(zip(data.figure.series, data.values, strict=True)):
            if values:  # a legend that names what is not drawn misleads; the caption counts what is missing
                _draw(axes, series, values, index)
        axes.set_xlabel(data.figure.x_label)
        axes.set_ylabel(data.figure.y_label)
        axes.grid(visible=True)
        if data.figure.log_x:
            _log_axis(axes, sorted({p.x for s in data.figure.series for p in s.points}))
        elif all(p.x.is_integer() for s in data.figure.series for p in s.points):
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        longest = max((len(each.label) for each in data.figure.series), default=0)
        sheet.legend(loc="outside upper left", ncols=2 if longest <= TWO_COLUMNS else 1, frameon=False)
        text = io.StringIO()
        metadata = {"Date": None, "Creator": None, "Title": f"{data.figure.where}: {data.figure.title}"}
        sheet.savefig(text, format="svg", transparent=True, metadata=metadata)
    return _with_readers_colours(text.getvalue())


def _log_axis(axes: Axes, xs: Sequence[float]) -> None:
    """Draw x on a logarithmic axis, with plain numbers at the points where these are few, else at the decades.

    matplotlib's own labels are formulas, which stay source text here.
    """
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.12g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    if len(xs) <= FEW_TICKS:
        axes.xaxis.set_major_locator(FixedLocator(list(xs)))
        axes.xaxis.set_minor_locator(NullLocator())


def _draw(axes: Axes, series: Series, values: Sequence[Value], index: int) -> None:
    """Draw one series; a point without a value breaks its line."""
    found = {v.x: v for v in values}
    xs = [p.x for p in series.points]
    means = [found[x].mean if x in found else math.nan for x in xs]
    look: dict[str, Any] = {
        "color": COLOURS[index % len(COLOURS)],
        "linestyle": DASHES[index % len(DASHES)],
        "marker": MARKERS[index % len(MARKERS)],
        "linewidth": 1.8,
        "markersize": 5.0,
    }
    sides = [(found[x].lo, found[x].hi) if x in found else (math.nan, math.nan) for x in xs]
    # An interval without a bound (one unit) is not drawn; its number of units says why.
    bounded = [(lo, hi) if math.isfinite(lo) and math.isfinite(hi) else (math.nan, math.nan) for lo, hi in sides]
    if series.style == "curve":
        lows, highs = [lo for lo, _ in bounded], [hi for _, hi in bounded]
        axes.fill_between(xs, lows, highs, color=look["color"], alpha=0.2, linewidth=0.0)
        axes.plot(xs, means, label=series.label, markevery=max(1, len(xs) // 8), **look)
        return
    down = [mean - lo for mean, (lo, _) in zip(means, bounded, strict=True)]
    up = [hi - mean for mean, (_, hi) in zip(means, bounded, strict=True)]
    axes.errorbar(xs, means, yerr=(down, up), label=series.label, capsize=3.0, elinewidth=1.2, **look)


def _with_readers_colours(svg: str) -> str:
    """Return the SVG with words and axes in a colour that follows the reader's light or dark scheme."""
    start = svg.index("<svg")
    head = svg.index(">", start) + 1
    # The XML declaration and the doctype go: no browser needs them.
    return svg[start:head] + "\n " + STYLE + svg[head:].replace(INK, "currentColor")
