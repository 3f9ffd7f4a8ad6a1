"""Where messages wait for the others of their report: one small file each.

Theory of operation: the messages of one report come minutes apart, to any of the relay's processes,
and the gateway is told "received" after each. So each is on disk before it is acknowledged, as a
file whose name says day, source and index: writing it twice is writing it once, and no process has
to know of another. What was put together is taken away; what stays alone is dropped after three
days, or earlier when the shelf is full. A file holds 113 sealed bytes: no number,
no time of day.

Spec: docs/spec/symbols.md section 4
"""

import contextlib
import os
from pathlib import Path
from typing import Final

from schemas.bundle.symbols import Symbol
from schemas.constants import SECONDS_PER_DAY
from server.relay.errors import StorageError

KEPT_DAYS: Final = 3
MOST_FILES: Final = 4096
"""Half a megabyte: more than a gateway brings in three days of an emergency."""

_FOLDER: Final = "sms"
_PARTIAL: Final = ".partial"


class Shelf:
    """The waiting messages of one relay."""

    def __init__(self, home: Path) -> None:
        """Name a folder below the relay's own; it is made with the first message."""
        self._folder = home / _FOLDER

    def keep(self, symbol: Symbol, day: int) -> list[Symbol]:
        """Keep a message durably.

        Args:
            symbol: What it holds.
            day: Today's number.

        Returns:
            All messages of its report that are here, this one included.

        Raises:
            StorageError: The disk does not take it.
        """
        source = f"{symbol.pieces}-{symbol.tag.hex()}"
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            names = self._tidied(day, source)
            held = [name for name in names if _source_of(name) == source]
            if not any(name.endswith(f"-{symbol.index}") for name in held):
                name = f"{day:06d}-{source}-{symbol.index}"
                self._write(name, symbol.payload)
                held.append(name)
        except OSError as error:
            raise StorageError("the folder for messages cannot be written") from error
        return [found for name in held if (found := self._read(name, symbol)) is not None]

    def tidy(self, day: int) -> None:
        """Forget what waited for more than three days."""
        with contextlib.suppress(OSError):
            self._tidied(day, "")

    def drop(self, symbol: Symbol) -> None:
        """Take away every message of a report."""
        source = f"-{symbol.pieces}-{symbol.tag.hex()}-"
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                if source in path.name:
                    path.unlink(missing_ok=True)

    def _tidied(self, day: int, source: str) -> list[str]:
        """List what waits, without what waited too long or, when it is crowded, some of others."""
        names = sorted(path.name for path in self._folder.iterdir())
        waiting = [name for name in names if not name.endswith(_PARTIAL)]
        old = [name for name in waiting if int(name[:6]) < day - KEPT_DAYS]
        fresh = waiting[len(old) :]
        too_many = max(0, len(fresh) + 1 - MOST_FILES)
        crowd = [name for name in fresh if _source_of(name) != source][:too_many]
        for name in (*old, *crowd):
            (self._folder / name).unlink(missing_ok=True)
        return [name for name in fresh if name not in crowd]

    def _write(self, name: str, payload: bytes) -> None:
        midnight = int(name[:6]) * SECONDS_PER_DAY
        partial = self._folder / f"{name}-{os.getpid()}{_PARTIAL}"
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(payload)
            file.flush()
            # The day is enough; the minute would tell when somebody wrote.
            os.utime(file.fileno(), (midnight, midnight))
            os.fsync(file.fileno())
        partial.replace(self._folder / name)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _read(self, name: str, like: Symbol) -> Symbol | None:
        try:
            payload = (self._folder / name).read_bytes()
        except OSError:
            return None  # another process has just put the report together
        return Symbol(like.pieces, int(name.rsplit("-", 1)[1]), like.tag, payload)


def _source_of(name: str) -> str:
    """Tell which report a file belongs to: what stands between its day and its index."""
    return name.split("-", 1)[-1].rpartition("-")[0]
