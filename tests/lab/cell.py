"""Run one cell in this process: `python -m tests.lab.cell SCENARIO VARIANT SUBJECT SEED`.

The last line of output is the cell's numbers as JSON. SIGTERM unwinds everything that was started,
as Ctrl-C does; the folder is removed unless `TOCSIN_LAB_KEEP` is set.
"""

import json
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.lab.children import ChildError
from tests.lab.delivery import judge_cell
from tests.lab.scenario import Cell, Numbers, find_scenarios

KEEP_VARIABLE = "TOCSIN_LAB_KEEP"


def _end(*_: object) -> None:
    raise KeyboardInterrupt


def run_cell(cell: Cell) -> dict[str, Any]:
    """Run a cell and judge it; what goes wrong is a number too."""
    folder = Path(tempfile.mkdtemp(prefix="tlab-"))
    try:
        numbers: Numbers = find_scenarios()[cell.scenario].run(cell, folder)
    except (ChildError, OSError, ValueError, KeyError) as error:
        numbers = {"failed": f"{type(error).__name__}: {error}", "logs": _logs(folder)}
    finally:
        if not os.environ.get(KEEP_VARIABLE):
            shutil.rmtree(folder, ignore_errors=True)
    load = {"load": round(os.getloadavg()[0], 2), "cores": os.cpu_count()}
    return {
        **numbers,
        **load,
        "failed": judge_cell(numbers, is_ours=cell.subject.startswith("tocsin")),
    }


def _logs(folder: Path) -> dict[str, str]:
    """Give the ends of what programs complained of."""
    found = {path.name: path.read_text(errors="replace")[-1500:] for path in folder.glob("*.log")}
    return {name: text for name, text in found.items() if text.strip()}


def main(arguments: list[str]) -> int:
    """Run the cell the arguments name and print its numbers."""
    scenario, variant, subject, seed = arguments
    signal.signal(signal.SIGTERM, _end)
    try:
        numbers = run_cell(Cell(scenario, subject, int(seed), "" if variant == "-" else variant))
    except KeyboardInterrupt:
        return 130
    sys.stdout.write(json.dumps(numbers) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
