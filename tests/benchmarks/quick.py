"""Run every benchmark once in this environment and fail where one fails: `make bench-quick`.

asv wants a machine record in the home directory; a temporary home keeps the user's own untouched.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Return 0 where every benchmark ran."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home}
        asv = [sys.executable, "-m", "asv"]
        subprocess.run([*asv, "machine", "--yes"], cwd=ROOT, env=environment, check=True, capture_output=True)
        command = [*asv, "run", "--quick", "--dry-run", "--python=same", "--show-stderr"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    failed = [line for line in done.stdout.splitlines() if line.rstrip().endswith("failed")]
    ran = sum(line.startswith("[") and "···" in line for line in done.stdout.splitlines())
    if done.returncode != 0 or failed or ran == 0:
        print(done.stdout, done.stderr, sep="\n")
        print(f"benchmarks failed: {', '.join(failed) or 'asv itself'}")
        return 1
    print(f"benchmarks: {ran} lines of results, none failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
