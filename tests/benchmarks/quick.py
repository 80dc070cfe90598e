"""Run every benchmark once, with every parameter, and fail where one fails: `make bench-quick`.

asv starts a process for each, which is right for timing and takes minutes for a look. So asv itself only checks its
configuration and the suites' signatures; its own objects then run here, one after the other.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).parents[2]
SUITES = ROOT / "tests" / "benchmarks"


def check() -> None:
    """Let asv find the suites; a temporary home keeps the user's own machine record untouched."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home}
        asv = [sys.executable, "-m", "asv"]
        for command in (["machine", "--yes"], ["check", "--python=same"]):
            done = subprocess.run(
                [*asv, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode != 0:
                raise SystemExit(f"asv {' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def main() -> int:
    """Return 0 where every benchmark ran."""
    from asv_runner.discovery import disc_benchmarks

    check()
    sys.path.insert(0, str(SUITES.parent))
    ran, failed = 0, []
    for benchmark in disc_benchmarks(str(SUITES)):
        for i, shown in enumerate(itertools.product(*benchmark.params)):
            if benchmark.params:
                benchmark.set_param_idx(i)
            start = time.perf_counter()
            try:
                if not benchmark.do_setup():
                    benchmark.func(*benchmark._current_params)
                    ran += 1
                benchmark.do_teardown()
            except Exception:  # noqa: BLE001 - all of them are shown, then fail together
                traceback.print_exc()
                failed.append(f"{benchmark.name}{shown or ''}")
            if "-v" in sys.argv:
                print(f"{time.perf_counter() - start:8.2f} s  {benchmark.name}{shown or ''}")
    print(f"benchmarks: {ran} ran, {len(failed)} failed{': ' + ', '.join(failed) if failed else ''}")
    return 1 if failed or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
