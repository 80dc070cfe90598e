"""Doors open fast: none of them loads a heavy library before it is needed."""

import pkgutil
import subprocess
import sys

import pytest

import qbench.evidence

HEAVY = [
    "torch",
    "qiskit",
    "qiskit_aer",
    "pennylane",
    "numba",
    "tensorly",
    "scipy",
    "matplotlib",
    "jinja2",
    "gymnasium",
]
MODULES = sorted(
    m.name for m in pkgutil.walk_packages(qbench.evidence.__path__, "qbench.evidence.") if m.name.count(".") >= 2
)

# `qbench list` and `qbench show` load every paper of the repository.
LEDGERS = "from qbench.evidence import registry; assert len(registry.papers()) >= 5"
HELP = """
from click.testing import CliRunner
from qbench.cli import main
assert "verify" in CliRunner().invoke(main, ["--help"]).output
"""


def loaded(statement):
    code = f"import sys\n{statement}\nprint(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.split()


@pytest.mark.parametrize(
    "statement",
    [
        "import qbench",
        "import qbench.evidence",
        "import " + ", ".join(MODULES),
        "import qbench.pytest_plugin",
        "import qbench.cli",
        HELP,
        LEDGERS,
    ],
    ids=["qbench", "evidence", "modules of evidence", "plugin", "cli", "qbench --help", "ledgers"],
)
def test_no_heavy_library(statement):
    assert loaded(statement) == []


def test_this_test_can_fail():
    assert loaded("import scipy") == ["scipy"]
    assert "qbench.evidence.statistics.kernels" in MODULES
    assert len(MODULES) > 25
