"""Profiles of hypothesis, and what every test may use."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]

# Timings on shared machines say nothing about the code: no deadline in any profile.
COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("dev", **COMMON, max_examples=50)
settings.register_profile("ci", **COMMON, max_examples=50, derandomize=True, print_blob=True)
settings.register_profile("nightly", **COMMON, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))
