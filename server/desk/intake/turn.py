"""One pull at a time, over all processes of a desk.

The lock is on an open file, so the system takes it back when a process dies, however it dies.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from server.desk.intake.errors import PullRunningError

LOCK_FILE: Final = "pull.lock"
LOCK_MODE: Final = 0o600


@contextmanager
def only_pull(home: Path) -> Iterator[None]:
    """Hold the turn while the block runs.

    Args:
        home: The desk's folder.

    Raises:
        PullRunningError: Somebody else has the turn.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(home / LOCK_FILE, os.O_CREAT | os.O_WRONLY, LOCK_MODE), "wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise PullRunningError from error
        yield
