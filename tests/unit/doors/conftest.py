"""Fixtures of the tests of the doors."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qbench.cli import main
from qbench.evidence import registry
from tests import synthetic as s


@pytest.fixture
def qbench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that runs the command line with a store of its own."""
    monkeypatch.setenv("QBENCH_STORE", str(tmp_path / "store.sqlite"))

    def run(*args: str) -> Result:
        result = CliRunner().invoke(main, args)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch):
    """Put papers of known truth in place of the registered ones."""

    def put(*claims, **kwargs):
        paper = s.paper(*claims, **kwargs)
        monkeypatch.setattr(registry, "papers", lambda: (paper,))
        return paper

    return put
