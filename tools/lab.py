"""Run the link laboratory: what `make lab` calls; takes the arguments of `python -m tests.lab`.

It stands here so that the chore works before anything is measured: it only hands over.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str]) -> int:
    """Run the laboratory; give its exit code."""
    command = [sys.executable, "-m", "tests.lab", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
