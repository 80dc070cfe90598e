import math

import pytest

from qbench.evidence import Reading
from qbench.evidence.compare import Outcome
from qbench.evidence.estimate import Estimate
from qbench.evidence.findings import ClaimResult
from qbench.evidence.judge import PartResult
from qbench.evidence.wording import counterexample, counts_line, estimate_text, number, rerun_command
from tests.synthetic import MAIN, claim, exact_claim, exact_estimate, part, untestable_claim

OTHER = Reading("other", params={"mean": -9.0}, why="test")
COLUMN = Reading("column", columns={"a": "b"}, why="test")


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.14159, "3.142"), (0.0, "0"), (1e-7, "1e-07"), (123456.0, "1.235e+05"), (math.inf, "inf"), (-math.inf, "-inf")],
)
def test_numbers(value, text):
    assert number(value) == text


def test_estimates():
    measured = Estimate(value=1.0, lo=-math.inf, hi=2.5, alpha=0.01, n=20, sd=1.0, method="test")
    assert estimate_text(measured) == "1 [-inf, 2.5]"
    assert estimate_text(measured, "dB") == "1 [-inf, 2.5] dB"
    assert estimate_text(exact_estimate(3.0), "strings") == "3 strings"


def result(of, verdict):
    return ClaimResult(of, verdict, Outcome.AS_RECORDED, (), None)


def test_counts():
    results = [
        result(claim(), "reproduced"),
        result(claim("b"), "not reproduced"),
        result(claim("c"), "not reproduced"),
        result(untestable_claim(), "untestable"),
    ]
    assert counts_line(results) == "1 reproduced, 2 not reproduced, 1 untestable"
    assert counts_line([]) == "no claim"


def test_the_papers_own_arithmetic_is_counted_apart():
    own = [result(exact_claim(0, kind="consistency"), v) for v in ("reproduced", "refuted", "reproduced")]
    assert counts_line([*own, result(claim(), "reproduced")]) == (
        "1 reproduced; the paper's own arithmetic: 2 consistent, 1 not"
    )
    assert counts_line(iter(own)) == "no claim; the paper's own arithmetic: 2 consistent, 1 not"


def test_counterexamples():
    (violations,) = exact_claim(3).parts
    shown = PartResult(violations, exact_estimate(3.0), exact_estimate(3.0))
    assert counterexample(shown, {"count": [3.0]}) == "3 strings differ"
    assert counterexample(PartResult(part(), exact_estimate(3.0), exact_estimate(3.0)), {}) is None


def test_a_rerun_names_the_main_reading_where_all_would_run() -> None:
    of = claim(parts=(part(),), readings=(MAIN, OTHER), decides_at="paper")
    assert rerun_command(of, "synthetic/C01") == "qbench verify synthetic/C01 --tier paper --reading main"


def test_a_rerun_is_short_where_no_other_reading_would_run() -> None:
    for readings, tier in (((MAIN, OTHER), "standard"), ((MAIN, COLUMN), "paper"), ((MAIN,), "paper")):
        of = claim(parts=(part(),), readings=readings, decides_at=tier)
        assert rerun_command(of, of.id) == f"qbench verify {of.id} --tier {tier}"
