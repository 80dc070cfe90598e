"""Write what `make peers` measured into the README: `python -m tests.peers.table RESULTS.json README.md`."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- peers: written by `make peers` -->", "<!-- end of peers -->"


def table(results: dict[str, Any]) -> str:
    """Return the Markdown table of one run: ratios of times, median and quartiles."""
    lines = ["| workload | qbench | beside | its time | ratio (quartiles) |", "|---|---|---|---|---|"]
    for benchmark in results["benchmarks"]:
        info = benchmark["extra_info"]
        first = f"{info['workload']} | {info['milliseconds']:.3g} ms"
        for name, row in info["peers"].items():
            spread = f"{row['ratio']:.3g} ({row['low']:.3g}-{row['high']:.3g})"
            lines.append(f"| {first} | {name} | {row['milliseconds']:.3g} ms | {spread} |")
            first = " | "
    machine = results["machine_info"]
    cpu = machine.get("cpu", {}).get("brand_raw", machine.get("machine", "unknown"))
    lines.append("")
    lines.append(
        f"One thread an engine, in turns, {results['datetime'][:10]}, Python {machine['python_version']}, {cpu}."
    )
    return "\n".join(lines)


def main(results: str, readme: str) -> None:
    """Replace what stands between the markers of the README."""
    path = Path(readme)
    text = path.read_text(encoding="utf-8")
    fresh = table(json.loads(Path(results).read_text(encoding="utf-8")))
    pattern = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"{readme} has no {BEGIN} ... {END}")
    path.write_text(pattern.sub(lambda _: f"{BEGIN}\n{fresh}\n{END}", text), encoding="utf-8")
    print(fresh)


if __name__ == "__main__":
    main(*sys.argv[1:])
