"""Circuits, the batched engine that runs them, gradients, optimisers and resource counts.

Importing this package loads neither torch nor qiskit: what needs them is loaded when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

# At once, for these modules share their name with a function in them: whichever is bound last is what the name means.
from qbench.quantum.cvar import cvar, cvar_of_counts, cvar_of_samples
from qbench.quantum.resources import Resources, resources

if TYPE_CHECKING:
    from qbench.quantum.blocks import BlockProgram
    from qbench.quantum.program import Program, compile
    from qbench.quantum.shared import SharedProgram, share

__all__ = [
    "BlockProgram",
    "Program",
    "Resources",
    "SharedProgram",
    "compile",
    "cvar",
    "cvar_of_counts",
    "cvar_of_samples",
    "resources",
    "share",
]

_HOME = {
    "BlockProgram": "blocks",
    "Program": "program",
    "SharedProgram": "shared",
    "compile": "program",
    "share": "shared",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name in _HOME:
        return getattr(importlib.import_module(f"qbench.quantum.{_HOME[name]}"), name)
    raise AttributeError(f"module 'qbench.quantum' has no attribute {name!r}")
