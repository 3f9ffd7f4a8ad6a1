"""Run cells beside each other, each in a process of its own, and clean up whatever happens.

Theory of operation: a cell on a slow link waits nearly all of its time, so several run at once; how
many, memory and cores say. A cell that goes past its limit is asked to end, then made to. Ctrl-C
asks all of them and waits for their cleaning up. Cells that measure the machine run alone, last.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.lab.clock import now_seconds, wait_seconds
from tests.lab.scenario import Cell, Outcome, Scenario

CELLS_PER_CORE: Final = 5
_MEMORY_SHARE: Final = 0.6
_STEP_SECONDS: Final = 0.2
_END_SECONDS: Final = 60.0
_APART_SECONDS: Final = 1.5  # starting a relay is the one thing of a cell that takes a core
_ROOT: Final = Path(__file__).resolve().parents[2]

Tell = Callable[[Outcome, float], None]
"""Is told each outcome and how many seconds it took."""


def jobs_that_fit(memory_mib: int) -> int:
    """Give how many cells of a size this machine takes at once."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    free_mib = (
        next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable")) / 1024
    )
    by_memory = int(free_mib * _MEMORY_SHARE / memory_mib)
    return max(1, min(by_memory, CELLS_PER_CORE * (os.cpu_count() or 1)))


@dataclass
class _Running:
    """A cell's process."""

    cell: Cell
    process: "subprocess.Popen[bytes]"
    began: float
    limit_seconds: float
    is_told_to_end: bool = False

    @property
    def took_seconds(self) -> float:
        return now_seconds() - self.began

    def watch_limit(self) -> None:
        """End it once it is over its limit."""
        if self.took_seconds > self.limit_seconds + _END_SECONDS:
            self.process.kill()
        elif self.took_seconds > self.limit_seconds and not self.is_told_to_end:
            self.is_told_to_end = True
            self.process.send_signal(signal.SIGTERM)

    def outcome(self) -> Outcome:
        """Read what it printed."""
        out, errors = self.process.communicate()
        try:
            numbers: dict[str, Any] = json.loads(out.decode().splitlines()[-1])
        except (ValueError, IndexError):
            why = "went past its limit" if self.is_told_to_end else errors.decode()[-1500:]
            numbers = {"failed": why or f"ended with {self.process.returncode}"}
        return Outcome(self.cell, numbers)


class Runner:
    """Runs cells, so many at once."""

    def __init__(self, scenarios: dict[str, Scenario], jobs: int, tell: Tell) -> None:
        """Prepare.

        Args:
            scenarios: By name, all that cells speak of.
            jobs: Most cells at once.
            tell: Is told each outcome.
        """
        self._scenarios = scenarios
        self._jobs = jobs
        self._tell = tell
        self._running: list[_Running] = []
        self._last_start = -_APART_SECONDS

    def run(self, cells: Sequence[Cell]) -> None:
        """Run all; on Ctrl-C end what runs, wait for it, and let the interrupt go on."""
        try:
            crowd = [cell for cell in cells if not self._scenarios[cell.scenario].is_lonely]
            self._run_at_once(crowd, self._jobs)
            self._run_at_once([cell for cell in cells if cell not in set(crowd)], 1)
        finally:
            self._end_all()

    def _run_at_once(self, cells: Sequence[Cell], jobs: int) -> None:
        waiting = list(cells)
        while waiting or self._running:
            is_calm = now_seconds() - self._last_start >= _APART_SECONDS
            if waiting and len(self._running) < jobs and is_calm:
                self._start(waiting.pop(0))
            self._collect()
            wait_seconds(_STEP_SECONDS)

    def _start(self, cell: Cell) -> None:
        leash = ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "tests.lab.cell"]
        process = subprocess.Popen(
            [*leash, cell.scenario, cell.variant or "-", cell.subject, str(cell.seed)],
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches it through us, once
        )
        limit_seconds = self._scenarios[cell.scenario].limit_seconds
        self._last_start = now_seconds()
        self._running.append(_Running(cell, process, now_seconds(), limit_seconds))

    def _collect(self) -> None:
        for one in list(self._running):
            one.watch_limit()
            if one.process.poll() is not None:
                self._running.remove(one)
                self._tell(one.outcome(), one.took_seconds)

    def _end_all(self) -> None:
        for one in self._running:
            one.process.send_signal(signal.SIGTERM)
        for one in self._running:
            try:
                one.process.communicate(timeout=_END_SECONDS)
            except subprocess.TimeoutExpired:
                one.process.kill()
                one.process.communicate()
        self._running.clear()
