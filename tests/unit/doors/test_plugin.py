"""The pytest plugin: what every outcome looks like, seen from outside, on a paper whose truth is known."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

HEADER = """
import sys
sys.path.insert(0, {root!r})
from qbench.evidence.record import Recorded
from qbench.evidence.estimate import Estimate
from tests.synthetic import *
"""


@pytest.fixture
def reproductions(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Return a function that writes a paper into a folder named reproductions and runs pytest on it."""
    monkeypatch.delenv("QBENCH_STORE", raising=False)
    monkeypatch.delenv("QBENCH_TIER", raising=False)

    def run(body: str, *args: str, name: str = "known") -> pytest.RunResult:
        folder = (
            pytester.mkdir("reproductions")
            if not (pytester.path / "reproductions").exists()
            else (pytester.path / "reproductions")
        )
        (folder / f"{name}.py").write_text(HEADER.format(root=str(ROOT)) + body, encoding="utf-8")
        pytester.makeini("[pytest]\naddopts = -ra")
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", "reproductions", *args)

    return run


def recorded(verdict: str, value: float = 3.0, *, exact: bool = False, part: str = "a") -> str:
    """Return the source of a record."""
    n, sd, half = (0, 0.0, 0.0) if exact else (10, 1.0, 1.0)
    estimate = f"Estimate({value}, {value - half}, {value + half}, 0.01, {n}, {sd}, 'm')"
    return f"Recorded({verdict!r}, 'because', '2026-01-02', 'standard', {{{part!r}: {estimate}}})"


def test_reproduced_as_recorded_passes(reproductions) -> None:
    result = reproductions(f"paper = paper(claim(recorded={recorded('reproduced')}))", "--qbench-tier", "standard")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*claims at tier standard*", "as recorded  synthetic/holds: C01 reproduced: a 2.9*"])


def test_undecided_at_fast_skips_with_interval_and_tier(reproductions) -> None:
    result = reproductions(f"paper = paper(claim(recorded={recorded('reproduced')}))")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*inconclusive: a 2.891 [[]-0.2071, 5.989[]] dB in *decides at standard*"])


def test_not_reproduced_as_recorded_xfails(reproductions) -> None:
    body = f"paper = paper(claim(parts=(part(-3.0),), recorded={recorded('not reproduced', -3.0)}))"
    result = reproductions(body, "--qbench-tier", "standard")
    result.assert_outcomes(xfailed=1)
    result.stdout.fnmatch_lines(["XFAIL *synthetic/holds*not reproduced: because*"])


def test_refuted_as_recorded_xfails_and_untestable_xfails(reproductions) -> None:
    record = recorded("refuted", 3.0, exact=True, part="violations")
    body = f"paper = paper(exact_claim(3, recorded={record}), untestable_claim())"
    reproductions(body).assert_outcomes(xfailed=2)


@pytest.mark.parametrize(
    ("now", "then", "value"),
    [("part(3.0)", "not reproduced", 3.0), ("part(-3.0)", "reproduced", -3.0)],
)
def test_contradiction_fails(reproductions, now: str, then: str, value: float) -> None:
    body = f"paper = paper(claim(parts=({now},), recorded={recorded(then, value)}))"
    result = reproductions(body, "--qbench-tier", "standard")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*on record since 2026-01-02: {then}*"])


def test_a_left_lock_fails_though_the_verdict_agrees(reproductions) -> None:
    result = reproductions(f"paper = paper(claim(recorded={recorded('reproduced', 9.0)}))", "--qbench-tier", "standard")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*part 'a' left its lock: 2.9*9 on record*"])


def test_a_salt_lifts_the_lock(reproductions) -> None:
    body = f"paper = paper(claim(recorded={recorded('reproduced', 9.0)}))"
    reproductions(body, "--qbench-tier", "standard", "--qbench-salt", "7").assert_outcomes(passed=1)


def test_a_claim_without_a_record_fails_and_says_how_to_record(reproductions) -> None:
    result = reproductions("paper = paper(claim())", "--qbench-tier", "standard")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*no verdict is on record*qbench record synthetic/holds*"])


def test_a_broken_study_is_an_error_even_where_failure_was_recorded(reproductions) -> None:
    body = (
        "bad = Part('a', {'c': Cell('broken')}, Mean('a'), band())\n"
        f"paper = paper(claim(parts=(bad,), recorded={recorded('not reproduced')}))"
    )
    result = reproductions(body, "--qbench-tier", "standard")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*RuntimeError: the antenna fell off*"])


def test_below_the_studys_tier_skips_with_its_cost(reproductions) -> None:
    result = reproductions(f"paper = paper(claim(parts=(part(study='slow'),), recorded={recorded('reproduced')}))")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*a study of it runs from standard on, about 3 minutes on one core*"])


def test_a_second_run_computes_nothing(reproductions, pytester: pytest.Pytester) -> None:
    body = f"paper = paper(claim(recorded={recorded('reproduced')}))"
    reproductions(body, "--qbench-tier", "standard").assert_outcomes(passed=1)
    probe = body + "\nimport tests.synthetic as s\ns.normal = s.broken\n"
    reproductions(probe, "--qbench-tier", "standard").assert_outcomes(passed=1)
    assert (pytester.path / ".qbench" / "results.sqlite").exists()


def test_claims_are_chosen_by_number_and_by_id(reproductions) -> None:
    body = f"r = {recorded('reproduced')}\npaper = paper(claim(recorded=r), claim('b', 'C07', recorded=r))"
    reproductions(body, "-k", "C07", "--qbench-tier", "standard").assert_outcomes(passed=1, deselected=1)


def test_outcomes_survive_xdist(reproductions) -> None:
    body = (
        f"paper = paper(claim(recorded={recorded('reproduced')}), "
        f"exact_claim(3, recorded={recorded('refuted', 3.0, exact=True, part='violations')}), untestable_claim())"
    )
    result = reproductions(body, "--qbench-tier", "standard", "-n", "2", "--dist", "loadfile")
    result.assert_outcomes(passed=1, xfailed=2)
    result.stdout.fnmatch_lines(["*as recorded  synthetic/exact: C02 refuted: violations 3*"])


def test_a_module_without_a_paper_is_a_collection_error(reproductions) -> None:
    result = reproductions("nothing = 1\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*has no `paper`: define one, or begin the file's name with an underscore*"])


def test_helpers_and_other_folders_are_left_alone(reproductions, pytester: pytest.Pytester) -> None:
    (pytester.mkdir("elsewhere") / "known.py").write_text("paper = 1\n", encoding="utf-8")
    result = reproductions("nothing = 1\n", "elsewhere", name="_helper")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_store_that_cannot_open_is_wrong_usage(reproductions, tmp_path: Path) -> None:
    bad = tmp_path / "garbage.sqlite"
    bad.write_text("not a database " * 100, encoding="utf-8")
    result = reproductions(f"paper = paper(claim(recorded={recorded('reproduced')}))", "--qbench-store", str(bad))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    text = result.stdout.str() + result.stderr.str()
    assert "is no store of qbench" in text
    assert "name another with --store" in text
    assert bad.read_text(encoding="utf-8").startswith("not a database")


def test_junit_xml_carries_the_verdict(reproductions, pytester: pytest.Pytester) -> None:
    body = f"paper = paper(claim(recorded={recorded('reproduced')}))"
    reproductions(body, "--qbench-tier", "standard", "--junitxml", "out.xml").assert_outcomes(passed=1)
    text = (pytester.path / "out.xml").read_text(encoding="utf-8")
    assert 'name="qbench_verdict" value="reproduced"' in text


def test_a_tier_of_the_environment_is_checked(reproductions, monkeypatch) -> None:
    monkeypatch.setenv("QBENCH_TIER", "bogus")
    result = reproductions("paper = paper(claim())")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "QBENCH_TIER is 'bogus': it must be fast, standard, paper or unset" in result.stderr.str()


def test_a_store_that_cannot_open_is_said_under_xdist_too(reproductions, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    bad = tmp_path / "file" / "store.sqlite"
    text = reproductions("paper = paper(claim())", "--qbench-store", str(bad), "-n", "1").stdout.str()
    assert "cannot be opened" in text
    assert "INTERNALERROR" not in text


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "xdist"])
def test_a_damaged_store_is_set_aside_and_said(reproductions, tmp_path: Path, workers) -> None:
    path = tmp_path / "store.sqlite"
    held = f"paper = paper(claim(recorded={recorded('reproduced')}))"
    reproductions(held, "--qbench-store", str(path))
    path.write_bytes(bytes(range(256)) * 64)
    result = reproductions(held, "--qbench-store", str(path), "-W", "error", *workers)
    result.stdout.fnmatch_lines(["Note: the store * was damaged *it now lies at*"])
    result.assert_outcomes(skipped=1)  # five units leave it open, as before
