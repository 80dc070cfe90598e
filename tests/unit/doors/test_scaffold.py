"""`qbench new` and `qbench check` with wrong input, and what the scaffold looks like to ruff and mypy."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qbench.scaffold import Layout, ScaffoldError, layout_of, render, write

ROOT = Path(__file__).parents[3]
QUOTED = 'A "long" title of a paper on variational quantum algorithms for vehicular networks, which no line can hold'
LONGEST = "abcdefghijklmnop_abc"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder that has the shape of a checkout of qbench."""
    (tmp_path / "clone" / "qbench" / "papers").mkdir(parents=True)
    (tmp_path / "clone" / "qbench" / "papers" / "__init__.py").write_text('"""Papers."""\n', encoding="utf-8")
    (tmp_path / "clone" / "pyproject.toml").write_text('[project]\nname = "qbench-reproductions"\n', encoding="utf-8")
    return tmp_path / "clone"


def said(result) -> str:
    return " ".join(result.output.split())


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("My-Paper", "got 'My-Paper'; write another, for example 'my_paper'"),
        ("2fast", "for example 'fast'"),
        ("", "a key has lower-case letters, digits and '_'"),
        ("../up", "for example 'up'"),
        ("é", "got 'é'; write another"),
        ("class", "'class' is a word of Python"),
        ("a" * 21, "has at most 20 of them"),
        ("json", "'json' is a module of Python's own, which a package would hide"),
        ("numpy", "'numpy' is installed ("),
        ("qbench", "'qbench' is a folder of the layout itself"),
        ("tests", "'tests' is a folder of the layout itself"),
        ("cvar_vqe", "a paper 'cvar_vqe' is registered already (`qbench list cvar_vqe`)"),
        ("test_it", "no key begins with test_ or conftest"),
    ],
)
def test_keys_that_will_not_do(qbench, tmp_path: Path, key: str, words: str) -> None:
    into = tmp_path / "folder"
    result = qbench("new", "--into", str(into), "--", key)
    assert result.exit_code == 2
    assert words in said(result)
    assert not into.exists()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("nwe", "x"), "Did you mean 'new'?"),
        (("new",), "Missing argument 'KEY'"),
        (("new", "mine", "--titel", "T"), "'--titel'"),
        (("new", "mine", "--title", " "), "a title is one line of text, got ' '"),
        (("new", "mine", "--title", "a\nb"), "a title is one line of text"),
        (("new", "mine", "--into", "pyproject.toml"), "is a file"),
        (("check", "cvar_vqa"), "did you mean 'cvar_vqe'?"),
        (("check", "G6"), "a paper is checked whole: name cloud_qnn"),
        (("check", "reproductions/cvar_vqe.py::C13"), "a paper is checked whole: name reproductions/cvar_vqe.py"),
        (("check", "reproductions/cvar_vqa.py"), "did you mean 'reproductions/cvar_vqe.py'?"),
    ],
)
def test_wrong_usage(qbench, monkeypatch: pytest.MonkeyPatch, args, words: str) -> None:
    monkeypatch.chdir(ROOT)
    before = subprocess.run(["git", "status", "--short"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    result = qbench(*args)
    assert result.exit_code == 2, result.output
    assert words in said(result)
    after = subprocess.run(["git", "status", "--short"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert after == before


def test_check_is_complete_for_ours(qbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for names in ((), ("cvar_vqe",), ("reproductions/cvar_vqe.py",)):
        result = qbench("check", *names)
        assert result.exit_code == 0
        assert "cvar_vqe: complete" in result.output.splitlines()


def test_the_layout_follows_the_folder(checkout: Path, tmp_path: Path) -> None:
    assert layout_of("mine", checkout) == Layout("mine", checkout, checkout=True)
    assert layout_of("mine", checkout).package == "qbench.papers.mine"
    assert layout_of("mine", tmp_path / "new").package == "mine"
    # Below qbench.papers no name hides another.
    assert layout_of("json", checkout).folder == "qbench/papers/json"
    with pytest.raises(ScaffoldError, match=r"docs lies inside \S+clone, a checkout of qbench: name that folder"):
        layout_of("mine", checkout / "docs")
    (checkout / "pyproject.toml").write_text("[project", encoding="utf-8")
    with pytest.raises(ScaffoldError, match=r"pyproject\.toml cannot be read .* mend it first"):
        layout_of("mine", checkout)


@pytest.mark.parametrize("file", ["docs/papers/mine.md", "reproductions/mine.py", "tests/oracles/test_mine.py"])
def test_no_file_is_overwritten(qbench, tmp_path: Path, file: str) -> None:
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text("mine", encoding="utf-8")
    result = qbench("new", "mine", "--into", str(tmp_path))
    assert result.exit_code == 2
    assert f"{file} exists already, and no file is overwritten" in said(result)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [tmp_path / file]
    assert (tmp_path / file).read_text(encoding="utf-8") == "mine"


def test_a_folder_with_files_is_not_taken_over(qbench, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "data.csv").touch()
    result = qbench("new", "mine", "--into", str(tmp_path))
    assert result.exit_code == 2
    assert "mine exists already: choose another key" in said(result)


def test_a_second_paper_shares_the_folder(qbench, tmp_path: Path) -> None:
    assert "pip install -e .   (registers" in qbench("new", "mine", "--into", str(tmp_path)).output
    shared = (tmp_path / "pyproject.toml").read_text(encoding="utf-8")
    second = qbench("new", "yours", "--into", str(tmp_path))
    assert second.exit_code == 0
    assert 'yours = "reproductions.yours:paper"' in second.output
    assert (tmp_path / "pyproject.toml").read_text(encoding="utf-8") == shared
    again = qbench("new", "mine", "--into", str(tmp_path))
    assert again.exit_code == 2


def test_a_place_that_cannot_be_written(qbench, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = qbench("new", "mine", "--into", str(tmp_path / "file" / "below"))
    assert result.exit_code == 2
    assert "the scaffold cannot be written" in said(result)
    assert "nothing was written" in said(result)


def test_a_full_disk_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = {"a/b/one.py": "1", "a/two.py": "2", "three.py": "3"}
    (tmp_path / "a").mkdir()  # was there before, and stays
    opened = Path.open

    def full(self, *args, **kwargs):
        if self.name == "three.py":
            raise OSError(28, "No space left on device")
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(ScaffoldError, match=r"No space left on device\); nothing was written"):
        write(tmp_path, files)
    assert list(tmp_path.rglob("*")) == [tmp_path / "a"]
    monkeypatch.setattr(Path, "unlink", lambda self: (_ for _ in ()).throw(OSError("stuck")))
    with pytest.raises(ScaffoldError, match=r"these are left: \S+two.py, \S+one.py, \S+b\. Name"):
        write(tmp_path, files)


@pytest.mark.skipif(importlib.util.find_spec("ruff") is None, reason="ruff is not installed (make install-dev)")
@pytest.mark.parametrize("key", ["a", "mine", LONGEST])
@pytest.mark.parametrize("title", [None, QUOTED, "It's"])
@pytest.mark.parametrize("place", ["outside", "checkout"])
def test_ruff_finds_nothing(checkout: Path, tmp_path: Path, key: str, title: str | None, place: str) -> None:
    root = checkout if place == "checkout" else tmp_path / "outside"
    write(root, {**render(layout_of(key, root), title)})
    for command in (["check", "--no-cache"], ["format", "--no-cache", "--diff"]):
        config = ["--config", str(ROOT / "pyproject.toml")]
        if place == "checkout":  # the folder has the shape of one, and not its modules
            config += ["--config", 'lint.isort.known-first-party = ["qbench"]'] * (command[0] == "check")
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *config, "."], cwd=root, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.skipif(importlib.util.find_spec("mypy") is None, reason="mypy is not installed (make install-dev)")
def test_mypy_finds_nothing(tmp_path: Path) -> None:
    write(tmp_path, render(layout_of("mine", tmp_path)))
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), "-p", "mine"]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "MYPYPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
