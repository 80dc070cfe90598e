"""A paper by the path of its module: how pytest and the command line see one that is not installed."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from qbench.evidence.papers import Paper

if TYPE_CHECKING:
    from types import ModuleType

FOLDER = "reproductions"
"""Name of the folder in which modules of papers stand."""

NO_PAPER = ("_", "test_", "conftest")
"""How names of files begin that stand in that folder and hold no paper."""


class LoadError(ValueError):
    """A module gives no paper; the message says which and why."""


def holds_paper(path: Path) -> bool:
    """Whether a file by its place and name is a paper's module: DIR/reproductions/KEY.py."""
    return path.suffix == ".py" and path.parent.name == FOLDER and not path.name.startswith(NO_PAPER)


def paper_at(path: Path) -> Paper:
    """Return the paper of the module at `path`, DIR/reproductions/KEY.py.

    DIR comes first on `sys.path`, so that the package beside the folder is found here and in worker processes, which
    multiprocessing starts with this process's path. Raises LoadError where the file is no paper's module, does not
    load, or would run another package than the one beside it.
    """
    path = path.resolve()
    if not holds_paper(path):
        raise LoadError(f"{path} is no paper's module: it stands in a folder named {FOLDER} and is called KEY.py")
    if not path.is_file():
        raise LoadError(f"there is no file {path}")
    root = path.parent.parent
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    importlib.invalidate_caches()
    try:
        paper = getattr(_module(path), "paper", None)
    except Exception as error:
        raise LoadError(f"{path.name} cannot be loaded: {type(error).__name__}: {error}") from error
    if not isinstance(paper, Paper):
        raise LoadError(
            f"{path.name} stands in a folder named {FOLDER} but has no `paper`: "
            "define one, or begin the file's name with an underscore"
        )
    for study in paper.studies:
        _check_beside(root, paper.key, study.run)
    return paper


def papers_in(folder: Path) -> tuple[Paper, ...]:
    """Return the papers of a folder named reproductions, in the order of their files; LoadError as `paper_at`."""
    return tuple(paper_at(path) for path in sorted(folder.resolve().glob("*.py")) if holds_paper(path))


def _module(path: Path) -> ModuleType:
    """Import a paper's module: under its package's name where that is what the path holds, else by path alone."""
    try:
        spec = importlib.util.find_spec(f"{FOLDER}.{path.stem}")
    except ModuleNotFoundError:
        spec = None
    if spec is not None and spec.origin is not None and Path(spec.origin).resolve() == path:
        return importlib.import_module(f"{FOLDER}.{path.stem}")
    # Two folders may have modules of one name: the path tells them apart.
    name = f"qbench_paper_{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:16]}"
    if name in sys.modules:
        return sys.modules[name]
    alone = importlib.util.spec_from_file_location(name, path)
    if alone is None or alone.loader is None:
        raise ImportError(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(alone)
    sys.modules[name] = module  # dataclasses look their module up while it loads
    try:
        alone.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _check_beside(root: Path, key: str, run: str) -> None:
    """LoadError where the package that a study runs stands beside the paper, and Python finds another of its name."""
    top = run.partition(":")[0].partition(".")[0]
    beside = next((p for p in (root / top, root / f"{top}.py") if p.exists()), None)
    if beside is None:
        return
    spec = importlib.util.find_spec(top)
    places = [] if spec is None else [*(spec.submodule_search_locations or ()), *([spec.origin] if spec.origin else ())]
    if not any(Path(place).resolve().is_relative_to(beside) for place in places):
        raise LoadError(
            f"{key} runs {run}, and {beside} is not the {top!r} that Python finds"
            + (f" ({places[0]})" if places else "")
            + f": set PYTHONPATH={root}, uninstall the other, or rename one; each process can hold one of them"
        )
