"""Whose turn it is to write to a SQLite file.

Theory of operation: SQLite allows one writer. Left to itself, a second writer sleeps and tries
again, longer each time, and under load some starve. Here writers of one process queue on a lock,
and processes queue on a lock file, which the kernel hands on without sleeping. The file is
opened by each process for itself: a descriptor inherited over a fork would share its parent's
lock. SQLite's own busy handler stays on for strangers such as a backup.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from server.plumbing.db import FILE_MODE

SUFFIX: Final = ".turn"


class Turn:
    """The right to write, one holder at a time over all threads and processes."""

    def __init__(self, path: Path | None) -> None:
        """Name the lock file.

        Args:
            path: The file, made when first needed; None where the database has its own queue.
        """
        self._path = path
        self._threads = threading.Lock()
        self._file: tuple[int, int] | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn and hold it until the block ends."""
        if self._path is None:
            yield
            return
        with self._threads:
            descriptor = self._descriptor(self._path)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the lock file back; the next `taken` opens it again."""
        with self._threads:
            if self._file is not None and self._file[0] == os.getpid():
                os.close(self._file[1])
            self._file = None

    def _descriptor(self, path: Path) -> int:
        if self._file is None or self._file[0] != os.getpid():
            self._file = (os.getpid(), os.open(path, os.O_CREAT | os.O_RDWR, FILE_MODE))
        return self._file[1]
