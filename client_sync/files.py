"""The home folder: its rights, its lock, and making a new name survive power loss."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from client_sync.errors import ClientError, HomeBusyError

_LOCK_NAME: Final = "lock"
_OWNER_ONLY_FOLDER: Final = 0o700
_OWNER_ONLY_FILE: Final = 0o600


def flush_folder(folder: Path) -> None:
    """Make a new name in a folder survive power loss."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_home(home: Path) -> None:
    """Make the folder, or tighten its rights: nobody but its owner may look in.

    Raises:
        ClientError: When it cannot be made.
    """
    try:
        home.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        home.chmod(_OWNER_ONLY_FOLDER)
    except OSError as error:
        raise ClientError("the home folder cannot be used; choose another with --home") from error


class HomeLock:
    """Keeps two processes out of one home. The kernel lets go of it when its holder dies."""

    def __init__(self, home: Path) -> None:
        """Take the lock or fail at once.

        Raises:
            HomeBusyError: When another process holds it.
        """
        self._handle = os.open(home / _LOCK_NAME, os.O_RDWR | os.O_CREAT, _OWNER_ONLY_FILE)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._handle)
            raise HomeBusyError("another command works in this home; wait until it ends") from error

    def release(self) -> None:
        """Let the next one in."""
        os.close(self._handle)

    def __enter__(self) -> Self:
        """Hold it for a block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go at its end."""
        self.release()
