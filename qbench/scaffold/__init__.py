"""The scaffold of a paper: every room in its place, every placeholder failing until it is filled."""

from __future__ import annotations

from qbench.scaffold.layout import Layout, ScaffoldError, layout_of
from qbench.scaffold.render import render, to_add
from qbench.scaffold.write import write

__all__ = ["Layout", "ScaffoldError", "layout_of", "render", "to_add", "write"]
