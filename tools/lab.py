"""Run the link laboratory: every scenario in `tests/lab`, one after the other.

A scenario is a file `tests/lab/test_*.py`. They are kept out of `make test` because they take hours
and need network namespaces. Where there is none to run, this says so and exits with 5, as pytest
does when it finds no test: nothing measured must not look like everything passed.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

SCENARIOS: Final = Path(__file__).resolve().parent.parent / "tests" / "lab"
NOTHING_RAN: Final = 5
"""pytest's own exit code for a run without a test."""


def scenarios(folder: Path = SCENARIOS) -> list[Path]:
    """List the scenario files, in the order they run."""
    return sorted(folder.glob("test_*.py"))


def main(folder: Path = SCENARIOS) -> int:
    """Run every scenario; return pytest's exit code."""
    found = scenarios(folder)
    if not found:
        print(
            "lab: no scenario stands in tests/lab yet (L0 L5 L20 W30 C1 R2 S1 T1 P1 X1 K1 Q1 are "
            "planned); nothing was run",
            file=sys.stderr,
        )
        return NOTHING_RAN
    command = [sys.executable, "-m", "pytest", "-q", "-o", "addopts=--import-mode=importlib"]
    return subprocess.run([*command, *map(str, found)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
