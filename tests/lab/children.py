"""Processes of a cell: each ends with the cell, whatever ends the cell.

Theory of operation: a child is started in a session of its own and asks the kernel for SIGTERM
should its parent die. The cell ends it by its process group, first asking, then not asking. So
nothing of a cell outlives it, not even after SIGKILL, except what a child's own children do in
the moment after; those are gunicorn's and nginx's workers, which end with their master.
"""

import os
import select
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final, Self

from tests.lab.clock import now_seconds

ROOT: Final = Path(__file__).resolve().parents[2]
STOP_SECONDS: Final = 10.0


class ChildError(Exception):
    """A program of the laboratory did not do its part; the text says which and why."""


class Child:
    """A running program."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        env: Mapping[str, str] | None = None,
        nice: int = 0,
    ) -> None:
        """Start it.

        Args:
            command: Program and arguments.
            log: Where its standard error goes.
            env: Variables besides this process's own.
            nice: How willing to wait for others.
        """
        self.name = " ".join(map(str, command[-3:]))
        self.log = log
        leash = ["setpriv", "--pdeathsig", "TERM", "nice", "-n", str(nice)]
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [*leash, *command],
                cwd=ROOT,
                env={**os.environ, **(env or {})},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        self._unread = b""

    def __enter__(self) -> Self:
        """Use until the end of the block."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """End it, whatever state it is in."""
        self.stop()

    @property
    def pid(self) -> int:
        """Its process id, which is that of its group."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Tell whether it still runs."""
        return self._process.poll() is None

    def say(self, line: str) -> None:
        """Write a line to its standard input."""
        pipe = _pipe(self._process.stdin)
        pipe.write(line.encode() + b"\n")
        pipe.flush()

    def read_line(self, most_seconds: float) -> str:
        """Wait for a line of its standard output.

        Raises:
            ChildError: It ended first, or the time did.
        """
        end = now_seconds() + most_seconds
        pipe = _pipe(self._process.stdout)
        while b"\n" not in self._unread:
            ready, _, _ = select.select([pipe], [], [], max(0.0, end - now_seconds()))
            if not ready:
                raise ChildError(f"{self.name} said nothing for {most_seconds:.0f} s")
            piece = os.read(pipe.fileno(), 65536)
            if not piece:
                raise ChildError(f"{self.name} ended: {self.tail()}")
            self._unread += piece
        line, _, self._unread = self._unread.partition(b"\n")
        return line.decode()

    def wait(self, most_seconds: float) -> int:
        """Wait for its end and give its exit code.

        Raises:
            ChildError: It went on for longer.
        """
        try:
            return self._process.wait(most_seconds)
        except subprocess.TimeoutExpired as error:
            raise ChildError(f"{self.name} did not end within {most_seconds:.0f} s") from error

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Ask its group to end; insist after a while."""
        if self.is_running:
            self.signal(number)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.signal(signal.SIGKILL)
                self._process.wait(STOP_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                _close(pipe)

    def signal(self, number: int) -> None:
        """Send a signal to its whole group."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return

    def tail(self) -> str:
        """Give the end of what it wrote to standard error."""
        return self.log.read_text(errors="replace")[-2000:]


def _close(pipe: IO[Any]) -> None:
    try:
        pipe.close()
    except OSError:
        return  # unflushed input of a program that is gone


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ChildError("this program has no pipe")
    return pipe


def run(*command: str, env: Mapping[str, str] | None = None) -> str:
    """Run a short program to its end and give its output.

    Raises:
        ChildError: It failed.
    """
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode != 0:
        raise ChildError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
