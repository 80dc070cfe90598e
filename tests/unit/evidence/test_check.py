"""The checker finds every defect that is planted, and nothing else."""

from dataclasses import replace

import pytest

from qbench.evidence.check import check_paper
from tests.synthetic import COUNT, NORMAL, SLOW, claim, estimate, exact_claim, exact_estimate, paper, part, recorded

HOLDS = claim(recorded=recorded("reproduced", a=estimate(3.0)))
EXACT = exact_claim(
    0,
    kind="analytic",
    proof="tests/t.py::test_it",
    recorded=recorded("reproduced", "fast", violations=exact_estimate(0.0)),
)
WHOLE = paper(HOLDS, EXACT, studies=(NORMAL, COUNT))


def test_a_whole_paper_lacks_nothing():
    assert check_paper(WHOLE) == []


def lacks(changed, message):
    (problem,) = check_paper(changed)
    assert message in problem


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": " "}, "synthetic has no title"),
        ({"bibtex": ""}, "synthetic has no bibtex"),
        ({"authors": ()}, "synthetic names no authors"),
    ],
)
def test_papers(changes, message):
    lacks(replace(WHOLE, **changes), message)


def test_a_paper_without_claims():
    lacks(paper(studies=()), "synthetic makes no claims")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"run": "tests.synthetic:nromal"}, "run of study synthetic/normal: 'tests.synthetic:nromal' cannot be loaded"),
        ({"costs": "tests.synthetic:csots"}, "costs of study synthetic/normal"),
        ({"code": ("tests.synthetic", "no_such_package")}, "no package 'no_such_package' to fingerprint"),
        # Without its own module a study's results would outlive its changes.
        ({"code": ("qbench.evidence",)}, "leaves out tests.synthetic, which it runs: stale results would live"),
        ({"code": ("tests.synth",)}, "no package 'tests.synth'"),
    ],
)
def test_studies(changes, message):
    problems = check_paper(paper(HOLDS, EXACT, studies=(replace(NORMAL, **changes), COUNT)))
    assert any(message in p for p in problems)
    assert all("study synthetic/normal" in p for p in problems)


def test_a_package_covers_its_modules():
    assert check_paper(paper(HOLDS, EXACT, studies=(replace(NORMAL, code=("tests",)), COUNT))) == []


def test_a_study_that_serves_no_claim():
    lacks(paper(HOLDS, EXACT, studies=(NORMAL, COUNT, SLOW)), "study synthetic/slow serves no claim")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"says": ""}, "must say what the paper claims and where"),
        ({"where": " "}, "must say what the paper claims and where"),
        ({"recorded": None}, "synthetic/holds has no verdict on record: `qbench record synthetic/holds --why TEXT`"),
        ({"recorded": recorded("reproduced", b=estimate(3.0))}, "the parts on record are not the parts of the claim"),
        (
            {"recorded": replace(recorded("reproduced", a=estimate(3.0)), readings={"gone": None})},
            "synthetic/holds: a reading on record is no reading of the claim; record it again",
        ),
    ],
)
def test_claims(changes, message):
    lacks(paper(replace(HOLDS, **changes), EXACT, studies=(NORMAL, COUNT)), message)


def test_a_claim_that_decides_below_its_studies():
    of = replace(HOLDS, parts=(part(study="slow"),), decides_at="fast")
    lacks(
        paper(of, EXACT, studies=(SLOW, COUNT)),
        "synthetic/holds decides at fast, but a study of it runs only from standard on",
    )
    assert check_paper(paper(replace(of, decides_at="paper"), EXACT, studies=(SLOW, COUNT))) == []


def test_a_witness_that_is_not_there():
    (violations,) = EXACT.parts
    of = replace(EXACT, parts=(replace(violations, witness="tests.synthetic:wintess"),))
    lacks(paper(HOLDS, of, studies=(NORMAL, COUNT)), "witness of synthetic/exact: 'tests.synthetic:wintess'")


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ("tests/gone.py::test_it", "there is no file tests/gone.py"),
        ("tests/t.py::test_other", "tests/t.py has no test test_other"),
        ("tests/t.py::test_i", "has no test test_i"),
        ("tests/t.py", "has no test"),
    ],
)
def test_proofs_are_looked_up_in_the_checkout(tmp_path, node, message):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "t.py").write_text("def test_it():\n    pass\n")
    assert check_paper(WHOLE, tmp_path) == []
    changed = paper(HOLDS, replace(EXACT, proof=node), studies=(NORMAL, COUNT))
    assert check_paper(changed) == []
    (problem,) = check_paper(changed, tmp_path)
    assert message in problem


@pytest.mark.parametrize("node", ["tests/t.py::test_it[case-1]", "tests/t.py::TestAll::test_it"])
def test_proofs_may_be_parametrised_or_methods(tmp_path, node):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "t.py").write_text("class TestAll:\n    def test_it(self, case):\n        pass\n")
    assert check_paper(paper(HOLDS, replace(EXACT, proof=node), studies=(NORMAL, COUNT)), tmp_path) == []


def test_all_defects_are_told_at_once():
    worst = replace(paper(replace(HOLDS, says="", recorded=None), studies=(NORMAL,)), title="", authors=())
    assert len(check_paper(worst)) == 4
