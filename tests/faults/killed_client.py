"""Run the real command line and die by SIGKILL at the n-th step that touches the disk or the link.

Not a test: `test_client_kill.py` starts it as a process. Steps are calls and returns of the
functions that write the vault or the outbox, or talk to a relay; nothing in the client knows of it.

Usage: python -m tests.faults.killed_client STEP ARGUMENT...
"""

import os
import signal
import sys
import threading
from types import FrameType
from typing import Any

from client_sync.cli.main import main

PLACES = (
    "client_sync/vault/container.py",
    "client_sync/outbox/store.py",
    "client_sync/outbox/ledger.py",
    "client_sync/courier/folder.py",
    "client_sync/courier/watching.py",
    "client_sync/sealing.py",
    "client_sync/transports/relay_http.py",
    "client_sync/transports/connection.py",
    "client_sync/transports/lanes.py",
    "client_sync/sync/runner.py",
)
NAMES = frozenset(
    {
        "save",
        "_write_in_place",
        "transaction",
        "stage",
        "enqueue",
        "put",
        "hold",
        "set_board_mark",
        "drop_wanted_mail",
        "_seal",
        "keep",
        "recover",
        "post",
        "_post",
        "mark",
        "_take",
        "_give_back",
        "exchange",
        "start",
        "_exchange",
        "_came",
        "_conclude",
    }
)


class Killer:
    """Counts steps and ends the process at one of them."""

    def __init__(self, step: int) -> None:
        """Die at the given step, counted from 1."""
        self._left = step

    def trace(self, frame: FrameType, event: str, _arg: object) -> Any:  # noqa: ANN401  # settrace
        """Follow the functions that matter."""
        code = frame.f_code
        if code.co_name in NAMES and code.co_filename.endswith(PLACES):
            self._count(event)
            return self.trace
        return None

    def _count(self, event: str) -> None:
        if event in ("call", "line", "return"):
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    killer = Killer(int(sys.argv[1]))
    threading.settrace(killer.trace)  # lanes
    sys.settrace(killer.trace)
    sys.exit(main(sys.argv[2:]))
