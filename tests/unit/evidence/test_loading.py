"""Papers by the path of their module, with the package beside them, here and in worker processes."""

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from qbench.evidence import bands_lock, registry
from qbench.evidence.loading import LoadError, holds_paper, paper_at, papers_in
from qbench.evidence.registry import UnknownNameError, file_of, select, with_files
from qbench.evidence.tasks import execute, tasks_of
from tests.synthetic import claim, paper

ROOT = Path(__file__).parents[3]

MODULE = """
from __future__ import annotations
from dataclasses import dataclass
from math import inf
from qbench.evidence import Band, Cell, Claim, Mean, Paper, Part, Reading, Study

@dataclass
class Own:  # needs its module in sys.modules while it loads
    x: int = 1

study = Study("s", 1, "KEY", "instance", 5, "fast", "KEY_package.studies:run", ("KEY_package",))
part = Part("a", {"c": Cell("s")}, Mean("a"), Band(lo=0.0, hi=inf, unit="", why="chosen"))
first = Claim("KEY/first", "C01", "Fig. 1", "a > 0", None, "", "stated", (Reading("base", why="plain"),), (part,),
              "measured", "standard")
paper = Paper("KEY", "A title", ("A. Tester",), 2026, None, "@misc{t}", (first,), (study,))
"""
STUDIES = "import numpy as np\ndef run(params, streams, units):\n    return {'a': np.full(len(units), 3.0)}\n"


@pytest.fixture
def loose(tmp_path, monkeypatch):
    """Return a function that writes a paper and the package beside it; what it loaded is forgotten afterwards."""
    monkeypatch.setattr(sys, "path", sys.path[:])
    before = set(sys.modules)

    def put(key="loose", root="here", module=MODULE):
        home = tmp_path / root
        package = home / f"{key}_package"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("")
        (package / "studies.py").write_text(STUDIES)
        (home / "reproductions").mkdir()
        (home / "reproductions" / f"{key}.py").write_text(module.replace("KEY", key))
        return home / "reproductions" / f"{key}.py"

    yield put
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_a_paper_beside_its_package(loose):
    file = loose()
    assert paper_at(file).key == "loose"
    assert paper_at(file) is paper_at(file)
    assert [p.key for p in papers_in(file.parent)] == ["loose"]


def test_worker_processes_find_the_package(loose):
    """A spawned worker knows nothing of this process but its path."""
    found = paper_at(loose())
    (task,) = tasks_of(found.key, found.studies[0], {}, 0, 5)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        result = pool.submit(execute, task).result()
    assert result.error is None
    assert result.columns == {"a": [3.0] * 5}


def test_another_package_of_the_name_is_refused(loose):
    """Two folders, each with a package of one name: a process would run the first for both."""
    first, second = loose(root="one"), loose(root="two")
    assert select([], [paper_at(first)])
    import loose_package.studies  # noqa: F401 - as the first study does when it runs

    with pytest.raises(LoadError, match=r"two/loose_package is not the 'loose_package' that Python finds.*PYTHONPATH="):
        paper_at(second)


def test_our_own_modules_keep_their_names():
    assert paper_at(ROOT / "reproductions" / "cvar_vqe.py") is next(p for p in registry.papers() if p.key == "cvar_vqe")


@pytest.mark.parametrize("name", ["reproductions/_x.py", "reproductions/test_x.py", "x.py", "reproductions/x.txt"])
def test_what_holds_no_paper(tmp_path, name):
    assert not holds_paper(tmp_path / name)
    with pytest.raises(LoadError, match=r"is no paper's module: it stands in a folder named reproductions"):
        paper_at(tmp_path / name)


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("x = 1", r"loose\.py stands in a folder named reproductions but has no `paper`"),
        ("raise RuntimeError('no power')", r"loose\.py cannot be loaded: RuntimeError: no power"),
        ("x = (", r"loose\.py cannot be loaded: SyntaxError"),
    ],
)
def test_a_module_that_gives_none(loose, module, words):
    file = loose(module=module)
    with pytest.raises(LoadError, match=words):
        paper_at(file)
    assert not [name for name in sys.modules if name.startswith("qbench_paper_loose")] or "no `paper`" in words


# --- as names on the command line ---


@pytest.mark.parametrize("rest", ["", "::C01", "::c01", "::loose/first", "::loose"])
def test_files_are_names(loose, rest):
    name = f"{loose()}{rest}"
    among = with_files((paper(claim()),), [name])
    assert [p.key for p in among] == ["loose", "synthetic"]
    assert [c.id for c in select([name], among)] == ["loose/first"]
    assert [c.id for c in select([name, "synthetic/holds"], among)] == ["loose/first", "synthetic/holds"]


def test_a_file_takes_the_place_of_what_is_installed(loose):
    file = loose("synthetic")
    (found,) = with_files((paper(claim()),), [str(file)])
    assert found is paper_at(file)


def test_a_misspelt_claim_of_a_file(loose):
    name = f"{loose()}::fist"
    with pytest.raises(UnknownNameError, match="no paper or claim is called 'fist'; did you mean"):
        select([name], with_files((), [name]))


def test_a_misspelt_file(loose, monkeypatch):
    file = loose()
    monkeypatch.chdir(file.parent.parent)
    with pytest.raises(UnknownNameError, match=r"no file '\S+/lose.py'; did you mean '\S+/loose.py'"):
        with_files((), ["reproductions/lose.py::C01"])
    with pytest.raises(UnknownNameError, match=r"no file 'zzz.py' below /"):
        with_files((), ["zzz.py"])


@pytest.mark.parametrize(("name", "spelt"), [("loose/C01", "loose.py::C01"), ("loose", r"loose\.py$")])
def test_a_paper_that_is_there_but_not_installed(loose, monkeypatch, name, spelt):
    monkeypatch.chdir(loose().parent.parent)
    with pytest.raises(UnknownNameError, match=rf"'loose' is not installed; name its file: \w+/{spelt}"):
        select([name], [paper(claim())])


def test_names_that_are_no_paths():
    assert file_of("cvar_vqe/C09") is None
    assert file_of("C09") is None
    assert file_of("reproductions/x.py::C01") == Path("reproductions/x.py")


# --- the lock of a folder ---


def test_the_lock_holds_the_papers_of_the_folder(loose, monkeypatch, capsys):
    file = loose()
    monkeypatch.chdir(file.parent.parent)
    assert bands_lock.main() == 0
    assert capsys.readouterr().out == "reproductions/bands.lock holds 1 claims\n"
    assert '"loose/first"' in (file.parent / "bands.lock").read_text()


def test_no_folder_no_lock(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert bands_lock.main() == 1
    assert "no paper stands in" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())
