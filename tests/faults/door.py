"""The one door through which tests put faults into the code, by name. The code itself has no switch for them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

Patch = tuple[str, Callable[[Any], Any]]
"""Where ("module:attribute" or "module:Class.attribute"), and original -> faulty replacement."""


@dataclass(frozen=True)
class Fault:
    """A mistake somebody could have made, and the test that must notice it.

    Attributes:
        name: what is wrong, in a few words.
        patches: how to make it wrong.
        caught_by: "module:test" and the arguments of the test's call: it passes on the code and fails under the fault.
    """

    name: str
    patches: tuple[Patch, ...]
    caught_by: str
    arguments: tuple[Any, ...] = ()

    def check(self) -> None:
        """Run the test that must catch the fault."""
        module, _, name = self.caught_by.partition(":")
        getattr(importlib.import_module(module), name)(*self.arguments)

    def inject(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put the fault in, until the end of the test."""
        for where, faulty in self.patches:
            module, _, path = where.partition(":")
            owner: Any = importlib.import_module(module)
            *parents, name = path.split(".")
            for parent in parents:
                owner = getattr(owner, parent)
            monkeypatch.setattr(owner, name, faulty(getattr(owner, name)))


def assert_caught(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check that the test passes without the fault and fails with it, by a failed assertion and nothing else."""
    fault.check()
    fault.inject(monkeypatch)
    with pytest.raises(AssertionError):
        fault.check()
