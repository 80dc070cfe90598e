"""The verdict rule on synthetic claims of known truth: 20,000 repetitions a number, fixed seeds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qbench.evidence.calibration import LAWS, SEED, false_verdicts, power, table

DOCS = Path(__file__).parents[1] / "docs" / "rule.md"


@pytest.mark.parametrize(
    ("law", "limit"),
    [
        ("normal", 0.055),
        ("uniform", 0.055),
        ("0/1, p = 0.5", 0.055),
        ("0/1, p = 0.3", 0.055),
        ("0/1, p = 0.1", 0.055),
        ("gamma(4)", 0.10),
        ("means of 20 lognormal(1)", 0.10),
    ],
)
def test_false_verdicts_at_the_edge_stay_below_the_limit(law: str, limit: float) -> None:
    rate = false_verdicts(LAWS[law], np.random.default_rng(SEED))
    assert 0.0 < rate <= limit


def test_the_rule_decides_where_there_is_something_to_decide() -> None:
    rng = np.random.default_rng(SEED)
    assert power(LAWS["normal"], 3.0, rng) >= 0.85
    assert power(LAWS["normal"], 3.5, rng) >= 0.93


def test_the_docs_show_what_is_measured() -> None:
    assert table() in DOCS.read_text(encoding="utf-8")
