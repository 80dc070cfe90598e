"""What a paper lacks in its folder: each defect planted alone, each found alone."""

import json
from dataclasses import replace

import pytest

from qbench.evidence.bands_lock import current
from qbench.evidence.check import check_paper
from qbench.evidence.record import Records
from tests.synthetic import NORMAL, claim, estimate, paper, recorded

HOLDS = claim(recorded=recorded("reproduced", a=estimate(3.0)))
ENTRY = '[project.entry-points."qbench.papers"]\nsynthetic = "reproductions.synthetic:paper"\n'
VERDICTS = "## [Unreleased]\n\n### Verdicts\n- `synthetic/holds` (C01): reproduced.\n"


@pytest.fixture
def home(tmp_path):
    """A folder in which the synthetic paper is whole, and the paper."""
    whole = replace(paper(HOLDS, studies=(NORMAL,)), records=Records(tmp_path / "r.json"))
    files = {
        "reproductions/synthetic.py": "paper = ...\n",
        "reproductions/bands.lock": json.dumps(current([whole])),
        "docs/papers/synthetic.md": "| C01 | holds |\n",
        "pyproject.toml": ENTRY,
        "CHANGELOG.md": VERDICTS,
        "Makefile": "bands:\n",
        "tests/unit/synthetic/test_it.py": "x = 1\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path, whole


def test_whole(home):
    root, whole = home
    assert check_paper(whole, root) == []


def test_a_folder_without_the_papers_module_is_not_its_home(home):
    root, whole = home
    (root / "reproductions" / "synthetic.py").unlink()
    (root / "pyproject.toml").unlink()
    assert check_paper(whole, root) == []


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("docs/papers/synthetic.md", None, "there is no docs/papers/synthetic.md"),
        ("docs/papers/synthetic.md", "C011", "docs/papers/synthetic.md does not name C01"),
        ("pyproject.toml", None, 'no pyproject.toml with synthetic = "reproductions.synthetic:paper"'),
        (
            "pyproject.toml",
            "[project]\n",
            'has no synthetic = "reproductions.synthetic:paper" in [project.entry-points.',
        ),
        ("pyproject.toml", "[project", "pyproject.toml cannot be read"),
        ("CHANGELOG.md", "nothing", "CHANGELOG.md does not name synthetic/holds under Verdicts: reproduced"),
        ("reproductions/bands.lock", None, "synthetic/holds is not in bands.lock: run `make bands`"),
        ("reproductions/bands.lock", "{", "bands.lock cannot be read"),
        (
            "reproductions/bands.lock",
            '{"synthetic/holds": {"version": 0, "sha256": "x"}, "other/x": {"version": 1, "sha256": "y"}}',
            "bands.lock is behind the claims of synthetic: run `make bands`",
        ),
        (
            "tests/unit/synthetic/test_it.py",
            'x = 1\nfail("tests/unit/synthetic/test_it.py: work it out, then delete this line")\n',
            "tests/unit/synthetic/test_it.py:2: work it out, then delete this line",
        ),
        (
            "docs/papers/synthetic.md",
            "C01 docs/papers/synthetic.md: the paper's own, then replace this text",
            "docs/papers/synthetic.md:1: the paper's own, then replace this text",
        ),
    ],
)
def test_each_defect(home, file, text, words):
    root, whole = home
    if text is None:
        (root / file).unlink()
    else:
        (root / file).write_text(text)
    (problem,) = check_paper(whole, root)
    assert words in problem


def test_bands_that_moved_without_leave(home):
    root, whole = home
    lock = {"synthetic/holds": {"version": 1, "sha256": "x"}}
    (root / "reproductions" / "bands.lock").write_text(json.dumps(lock))
    (root / "CHANGELOG.md").write_text("synthetic/holds")
    (problem,) = check_paper(whole, root)
    assert problem.startswith("synthetic/holds: bands, readings, parts or looks changed")


def test_another_papers_placeholders_are_its_own(home):
    root, whole = home
    other = root / "tests" / "properties" / "test_synthetical.py"
    other.parent.mkdir(parents=True)
    other.write_text("# tests/x.py: later, then delete this line\n")
    assert check_paper(whole, root) == []
    other.rename(other.with_name("test_synthetic_more.py"))
    assert len(check_paper(whole, root)) == 1


def test_no_file_of_records(home):
    root, whole = home
    (problem,) = check_paper(replace(whole, records=None), root)
    assert problem == "synthetic keeps no file of records: give the Paper `records=Records(PATH)`"


def test_no_year(home):
    root, whole = home
    assert check_paper(replace(whole, year=0), root) == ["synthetic has no year"]


def test_without_a_makefile_the_module_locks(home):
    root, whole = home
    (root / "Makefile").unlink()
    (root / "reproductions" / "bands.lock").unlink()
    (problem,) = check_paper(whole, root)
    assert "run `python -m qbench.evidence.bands_lock` before" in problem
