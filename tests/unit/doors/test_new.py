"""`qbench new`: every placeholder fails and names its file, and a scaffold that is filled in passes whole."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from qbench.evidence.check_home import PLACEHOLDER

ROOT = Path(__file__).parents[3]
QBENCH = ("-c", "import sys; from qbench.cli import main; sys.argv[0] = 'qbench'; main()")

MODEL = {
    "system.py": [
        ("write the system model, Eq. (1)", "return rng.normal(size=parameters.size)"),
        ("write the objective, Eq. (2)", "return float(instance @ choice)"),
    ],
    "solver.py": [("write Algorithm 1", "return (instance > 0).astype(float)")],
    "baselines.py": [
        ("write the paper's baseline", "return rng.integers(0, 2, instance.size).astype(float)"),
        ("solve an instance exactly", "return (instance > 0).astype(float)"),
    ],
    "circuits.py": [
        (
            "build the circuit of Fig. 1",
            """from qiskit.circuit import ParameterVector, QuantumCircuit as Circuit

    circuit = Circuit(size)
    for qubit, angle in enumerate(ParameterVector("t", size * depth)):
        circuit.ry(angle, qubit % size)
    return circuit""",
        )
    ],
}
"""A model so small that its truth is known: the solver is optimal, the baseline guesses."""


@dataclass
class Place:
    """A folder with a scaffold, and processes that run in it."""

    root: Path
    package: str
    env: dict[str, str]

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *args]
        return subprocess.run(command, cwd=self.root, env=self.env, capture_output=True, text=True, timeout=300)

    def qbench(self, *args: str) -> subprocess.CompletedProcess[str]:
        return self.run(*QBENCH, *args)

    def pytest(self, *args: str) -> str:
        return self.run("-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", *args).stdout

    def replace(self, path: str, *pairs: tuple[str, str]) -> None:
        text = (self.root / path).read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        (self.root / path).write_text(text, encoding="utf-8")

    def fill(self, path: str, pairs: list[tuple[str, str]]) -> None:
        """Put code in the place of the statements that raise."""
        text = (self.root / path).read_text(encoding="utf-8")
        for step, code in pairs:
            text, count = re.subn(
                rf'raise NotImplementedError\("[^"]*{re.escape(step)}[^"]*"\)', lambda _, code=code: code, text
            )
            assert count == 1
        (self.root / path).write_text(text, encoding="utf-8")

    def placeholders(self) -> list[str]:
        files = [p for p in self.root.rglob("*tiny*") if p.suffix in {".py", ".md"}]
        files += [p for folder in self.root.rglob("tiny") for p in folder.glob("*.py")]
        return sorted(
            f"{p.relative_to(self.root).as_posix()}: {step}"
            for p in set(files)
            for step in PLACEHOLDER.findall(p.read_text(encoding="utf-8"))
        )


@pytest.fixture(params=["outside", "checkout"])
def place(request, qbench, tmp_path: Path) -> Place:
    """Return a folder of somebody else's, or a copy of this checkout, with the scaffold of `tiny`."""
    root = tmp_path / "folder"
    path, package = ROOT, "tiny"
    if request.param == "checkout":
        ignored = shutil.ignore_patterns("__pycache__")
        for folder in ("qbench", "reproductions"):
            shutil.copytree(ROOT / folder, root / folder, ignore=ignored)
        for file in ("pyproject.toml", "CHANGELOG.md", "Makefile"):
            shutil.copy(ROOT / file, root / file)
        path, package = root, "qbench/papers/tiny"
    result = qbench("new", "tiny", "--into", str(root))
    assert result.exit_code == 0, result.output
    env = {k: v for k, v in os.environ.items() if not k.startswith("QBENCH_")}
    return Place(root, package, {**env, "PYTHONPATH": str(path), "OMP_NUM_THREADS": "1", "NO_COLOR": "1"})


CALL_ALL = """
import importlib.util, inspect, sys
sys.path.insert(0, ".")
for room in ("system", "circuits", "solver", "baselines"):
    module = importlib.import_module(sys.argv[1] + "." + room)
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if function.__module__ != module.__name__:
            continue
        try:
            function(*[None] * len(inspect.signature(function).parameters))
        except NotImplementedError as error:
            print(error)
        except Exception:
            pass  # written, and called with nothing
spec = importlib.util.spec_from_file_location("bench", "tests/benchmarks/tiny.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
try:
    circuit = module.Circuit()
    circuit.setup(4)
    method = module.Method()
    method.setup()
    print("parameters", circuit.track_parameters(4), "gap", method.track_optimality_gap())
except RuntimeError as error:
    print(error)
"""


def test_from_scaffold_to_a_verdict_on_record(place: Place) -> None:
    """One test for the whole way, because each step stands on the one before."""
    root, package = place.root, place.package
    left = place.placeholders()
    assert len(left) == 22

    # Nothing is done: whatever is called fails and names the file.
    called = place.run("-c", CALL_ALL, package.replace("/", ".")).stdout
    for room, pairs in MODEL.items():
        for step, _ in pairs:
            assert f"{package}/{room}: {step}, then delete this line" in called
    assert "tests/benchmarks/tiny.py: choose the paper's sizes, then delete this line" in called
    text = place.pytest("tests", "reproductions/tiny.py")
    assert re.search(r"\b[56] failed, 1 error\b", text), text
    assert "passed" not in text.splitlines()[-1]
    assert "skipped" not in text.splitlines()[-1]
    assert f"NotImplementedError: {package}/system.py: write the system model, Eq. (1), then delete this line" in text
    checked = place.qbench("check", "reproductions/tiny.py")
    assert checked.returncode == 1
    for problem in left:
        file, _, step = problem.partition(": ")
        assert re.search(rf"{re.escape(file)}:\d+: {re.escape(step)}", checked.stdout), problem
    for words in ("tiny has no year", "no verdict on record", "tiny/gain is not in bands.lock: run `"):
        assert words in checked.stdout

    # Claims and bands first, and their lock.
    for file in ("reproductions/tiny.py", "docs/papers/tiny.md"):
        text = (root / file).read_text(encoding="utf-8")
        (root / file).write_text(re.sub(rf"{file}: .*?, then replace this text", "said", text), encoding="utf-8")
    place.replace("reproductions/tiny.py", ("year=0", "year=2026"))
    locked = place.run("-m", "qbench.evidence.bands_lock")
    assert (locked.returncode, locked.stderr) == (0, ""), locked.stdout
    assert '"tiny/gain"' in (root / "reproductions" / "bands.lock").read_text(encoding="utf-8")

    # The model. The tests' own placeholders still fail.
    for room, pairs in MODEL.items():
        place.fill(f"{package}/{room}", pairs)
    text = place.pytest("tests")
    for file in ("unit/tiny/test_system", "unit/tiny/test_circuits", "properties/test_tiny", "oracles/test_tiny"):
        assert re.search(rf"^E .*tests/{file}\.py: .*, then delete this line", text, re.MULTILINE), text
    place.fill("tests/oracles/test_tiny.py", [("write Eq. (2) a second time", "return sum(instance[choice > 0])")])
    for file in (p for p in (root / "tests").rglob("*.py") if PLACEHOLDER.search(p.read_text(encoding="utf-8"))):
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(line for line in lines if not PLACEHOLDER.search(line)), encoding="utf-8")
    assert place.placeholders() == []
    assert place.run("-c", CALL_ALL, package.replace("/", ".")).stdout.endswith("parameters 4 gap 0.0\n")

    # Measure, record, say so.
    verified = place.qbench("verify", "reproductions/tiny.py")
    assert verified.returncode == 1
    assert "reproduced, and no verdict is on record" in verified.stdout
    recorded = place.qbench("record", "reproductions/tiny.py::C01", "--why", "the solver is optimal")
    assert recorded.stdout == "C01 tiny/gain: reproduced (was nothing)\n"
    assert (
        "CHANGELOG.md does not name tiny/gain under Verdicts" in place.qbench("check", "reproductions/tiny.py").stdout
    )
    place.replace("CHANGELOG.md", ("### Verdicts\n", "### Verdicts\n- `tiny/gain` (C01): reproduced.\n"))
    if package != "tiny":
        assert (
            'pyproject.toml has no tiny = "reproductions.tiny:paper"'
            in place.qbench("check", "reproductions/tiny.py").stdout
        )
        group = '[project.entry-points."qbench.papers"]\n'
        place.replace("pyproject.toml", (group, f'{group}tiny = "reproductions.tiny:paper"\n'))
    checked = place.qbench("check", "reproductions/tiny.py")
    assert (checked.returncode, checked.stdout) == (0, "tiny: complete\n")
    text = place.pytest("tests", "reproductions/tiny.py", "--qbench-tier", "standard")
    assert re.search(r"^=+ [67] passed in", text.splitlines()[-1]), text

    # And a band that moves afterwards is seen, though the changelog names the claim.
    place.replace("reproductions/tiny.py", ("lo=0.0", "lo=0.5"))
    assert (
        "reproductions/bands.lock is behind the claims of tiny: run `"
        in place.qbench("check", "reproductions/tiny.py").stdout
    )
