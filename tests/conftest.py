"""Profiles of hypothesis, and what every test may use."""

from __future__ import annotations

import os
import statistics
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Callable

pytest_plugins = ["pytester"]

# Timings on shared machines say nothing about the code: no deadline in any profile.
COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("dev", **COMMON, max_examples=50)
settings.register_profile("ci", **COMMON, max_examples=50, derandomize=True, print_blob=True)
settings.register_profile("nightly", **COMMON, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


@pytest.fixture
def survived(record_property: Callable[[str, object], None]) -> Callable[[str, int, float], None]:
    """Call with a fault that was survived, how many results it cost and how many seconds the recovery took."""
    return lambda fault, lost, seconds: record_property("survived", (fault, lost, seconds))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of faults."""
    faults: dict[str, list[tuple[int, float]]] = {}
    for report in (r for reports in terminalreporter.stats.values() for r in reports):
        for name, value in getattr(report, "user_properties", []):
            if name == "survived" and getattr(report, "when", "") == "call":
                faults.setdefault(value[0], []).append((value[1], value[2]))
    if faults:
        terminalreporter.section("faults survived")
        terminalreporter.line(
            f"{'fault':<36} {'repetitions':>11} {'lost results':>12}   seconds to recover, median (most)"
        )
        for fault, seen in sorted(faults.items()):
            times = [seconds for _, seconds in seen]
            lost = sum(lost for lost, _ in seen)
            terminalreporter.line(
                f"{fault:<36} {len(seen):>11} {lost:>12}   {statistics.median(times):.1f} ({max(times):.1f})"
            )
