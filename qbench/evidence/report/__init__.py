"""The report: a folder of plain static pages, readable without JavaScript and without the network."""

from __future__ import annotations

from qbench.evidence.report.site import write_report

__all__ = ["write_report"]
