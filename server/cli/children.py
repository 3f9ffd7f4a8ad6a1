"""The two programs that `up` starts, each a process of its own.

Theory of operation: a child prints one JSON line when it listens. From then on a thread waits for
its end and puts word of it into one queue, into which the signal handlers put theirs; the main
thread only ever waits on that queue. Children have a session of their own, so that Ctrl-C
reaches `up` alone and the order of ending is ours; should `up` be killed, the kernel ends them.
"""

import ctypes
import json
import selectors
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import Final

from server.cli.errors import CommandError
from server.plumbing.config import REPOSITORY

READY_SECONDS: Final = 90
"""A first start on a small machine makes tables and keys before it listens."""

END_SECONDS: Final = 15
PR_SET_PDEATHSIG: Final = 1


@dataclass(frozen=True, slots=True)
class Ended:
    """Word that a child has ended."""

    name: str


@dataclass(frozen=True, slots=True)
class Told:
    """Word that somebody told `up` to end."""

    number: int


Word = Ended | Told


class Child:
    """One program."""

    def __init__(self, name: str, arguments: list[str], env: Mapping[str, str]) -> None:
        """Start it.

        Args:
            name: For messages.
            arguments: Behind `python -m server`.
            env: Its whole environment.
        """
        self.name = name
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter, our own arguments
            [sys.executable, "-m", "server", *arguments],
            cwd=REPOSITORY,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - `up` has one thread when it starts children
        )

    def ready_line(self) -> dict[str, str]:
        """Wait until the child listens, and read what it says.

        Raises:
            CommandError: It ended, or said nothing for too long.
        """
        pipe = self._process.stdout
        if pipe is None:
            raise CommandError(f"the {self.name} has no output")
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            line = pipe.readline() if selector.select(READY_SECONDS) else b""
        if not line:
            self.end()
            raise CommandError(f"the {self.name} did not start: see the lines above")
        said: dict[str, str] = json.loads(line)
        return said

    def watch(self, words: "SimpleQueue[Word]") -> None:
        """Put word into a queue when the child ends."""

        def wait() -> None:
            self._process.wait()
            words.put(Ended(self.name))

        Thread(target=wait, name=f"watch-{self.name}", daemon=True).start()

    def end(self) -> None:
        """Ask the child to end, and make it if it does not."""
        self._process.terminate()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _end_with_parent() -> None:
    """Ask the kernel to end this child when its parent is gone; only Linux can."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def listen_for_signals(words: "SimpleQueue[Word]") -> None:
    """Put word into a queue when somebody sends SIGINT or SIGTERM."""

    def tell(number: int, _frame: object) -> None:
        words.put(Told(number))

    signal.signal(signal.SIGINT, tell)
    signal.signal(signal.SIGTERM, tell)
