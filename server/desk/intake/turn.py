"""One pull at a time, over all processes of a desk.

The lock is on an open file, so the system takes it back when a process dies, however it dies.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import BinaryIO, Final

from server.desk.intake.errors import PullRunningError

LOCK_FILE: Final = "pull.lock"
LOCK_MODE: Final = 0o600
TRY_SECONDS: Final = 0.05
PATIENCE_SECONDS: Final = 30
"""What somebody who asked for a pull waits for one that runs by itself."""


@contextmanager
def only_pull(home: Path, patience_seconds: float = 0) -> Iterator[None]:
    """Hold the turn while the block runs.

    Args:
        home: The desk's folder.
        patience_seconds: How long to wait for somebody else's turn to end.

    Raises:
        PullRunningError: Somebody else still has the turn.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(home / LOCK_FILE, os.O_CREAT | os.O_WRONLY, LOCK_MODE), "wb") as lock:
        _lock(lock, int(patience_seconds / TRY_SECONDS))
        yield


def _lock(lock: BinaryIO, tries: int) -> None:
    pause = Event()
    for _ in range(tries):
        if _taken(lock):
            return
        pause.wait(TRY_SECONDS)
    if not _taken(lock):
        raise PullRunningError


def _taken(lock: BinaryIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
