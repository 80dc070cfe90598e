"""The files of a paper's scaffold, from templates: text in memory, nothing written yet."""

from __future__ import annotations

import json
import re
import textwrap
from importlib import resources
from string import Template
from typing import TYPE_CHECKING

from qbench.scaffold.layout import ScaffoldError

if TYPE_CHECKING:
    from qbench.scaffold.layout import Layout

WIDTH = 120

ROOMS = ("__init__", "system", "circuits", "solver", "baselines", "studies")
OWN = {
    "reproduction.py": "reproductions/{key}.py",
    "test_system.py": "tests/unit/{key}/test_system.py",
    "test_circuits.py": "tests/unit/{key}/test_circuits.py",
    "test_properties.py": "tests/properties/test_{key}.py",
    "test_oracle.py": "tests/oracles/test_{key}.py",
    "benchmark.py": "tests/benchmarks/{key}.py",
    "page.md": "docs/papers/{key}.md",
}
"""Template -> file, in every layout, beside the package's rooms."""

OUTSIDE = {"test_ledger.py": "tests/unit/{key}/test_ledger.py"}
"""The same, outside a checkout of qbench, whose own tests check every paper of the folder."""

SHARED = {
    "pyproject.toml": "pyproject.toml",
    "CHANGELOG.md": "CHANGELOG.md",
    "asv.conf.json": "asv.conf.json",
    "gitignore": ".gitignore",
}
"""What papers of one folder share, outside a checkout: written where it is not there yet."""


def render(layout: Layout, title: str | None = None) -> dict[str, str]:
    """Return {path below the root: text} of the whole scaffold; ScaffoldError for a title of no or several lines."""
    if title is not None and (not title.strip() or not title.isprintable()):
        raise ScaffoldError(f"a title is one line of text, got {title!r}")
    words = _words(layout, title)
    files = {f"{layout.folder}/{room}.py": f"{room.strip('_')}.py" for room in ROOMS}
    files |= {path.format(key=layout.key): template for template, path in OWN.items()}
    if not layout.checkout:
        files |= {path.format(key=layout.key): template for template, path in OUTSIDE.items()}
        files |= {path: template for template, path in SHARED.items() if not (layout.root / path).exists()}
    made = {path: _filled(template, words) for path, template in files.items()}
    marker = "tests/benchmarks/__init__.py"
    return made if (layout.root / marker).exists() else {**made, marker: ""}


def to_add(layout: Layout) -> str:
    """Return the lines that pyproject.toml needs for the paper to be known by name."""
    return f'[project.entry-points."qbench.papers"]\n{layout.key} = "reproductions.{layout.key}:paper"'


def _words(layout: Layout, title: str | None) -> dict[str, str]:
    """Return what stands in the templates for what."""
    key, package = layout.key, layout.package
    if layout.checkout:
        streams = "\n    from qbench.papers._study import Streams"
        circuit = f"\nfrom {package}.circuits import ansatz\nfrom qbench.quantum.resources import resources"
    else:
        # Ruff sorts what is installed before what stands here.
        streams = "    from qbench.evidence import Streams"
        circuit = f"from qbench.quantum.resources import resources\n\nfrom {package}.circuits import ansatz"
    missing = f"{layout.module}: write the title, then replace this text"
    return {
        "key": key,
        "package": package,
        "folder": layout.folder,
        "title": _literal(title.strip() if title else missing),
        "streams_import": streams,
        "circuit_imports": circuit,
        "lock": "make bands" if layout.checkout else "python -m qbench.evidence.bands_lock",
        "verify": f"qbench verify {layout.module}",
        "show": f"qbench show {layout.module}::C01",
    }


def _literal(text: str) -> str:
    """Return a string as Python source, over several lines where it is long."""
    whole = _quoted(text)
    if len(whole) <= WIDTH - len("    title=,"):
        return whole
    rows = textwrap.wrap(text, WIDTH - 20, drop_whitespace=False, break_on_hyphens=False)
    inner = "".join(f"        {_quoted(row)}\n" for row in rows)
    return f"(\n{inner}    )"


def _quoted(text: str) -> str:
    """Return a string in quotes, in single ones where that saves escapes: as the formatter has it."""
    source = json.dumps(text, ensure_ascii=False)
    return "'" + source[1:-1].replace('\\"', '"') + "'" if '"' in text and "'" not in text else source


def _filled(template: str, words: dict[str, str]) -> str:
    """Return a template with its words, and lines that a long key made too long broken as the formatter does."""
    source = resources.files("qbench.scaffold") / "templates" / f"{template}.tmpl"
    text = Template(source.read_text(encoding="utf-8")).substitute(words)
    return "\n".join(_fitted(line) for line in text.split("\n"))


def _fitted(line: str) -> str:
    call = re.fullmatch(r"(\s*)(.+?\()(\".*\")\)", line)
    if len(line) <= WIDTH or call is None:
        return line
    return f"{call[1]}{call[2]}\n{call[1]}    {call[3]}\n{call[1]})"
