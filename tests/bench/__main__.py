"""Run every bench, one after the other, and fail if any missed its mark.

Each runs in a process of its own, so that what one leaves in memory cannot slow the next.
"""

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run all; 1 when a mark was missed anywhere."""
    missed = False
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"== {path.stem.removeprefix('bench_')} ==", flush=True)
        run = subprocess.run([sys.executable, "-m", f"tests.bench.{path.stem}"], check=False)
        missed |= run.returncode != 0
        print(flush=True)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
