"""How often each channel was used, and how often its path was asked for by somebody else.

Theory of operation: a relay that burned shows it in numbers: a path that strangers ask for, a
channel that falls silent. For that a count per channel and day is enough, so that is all there
is: no address, no hour, no size, nothing of a request.

Even a count can tell of a person where a channel is small ("somebody of that village joined on
Tuesday"). So what lies on the disk is rounded up to tens: the exact count of a day is in memory
only, shared by the processes, and is gone with them. A restart goes on from the rounded one.
Askers who were no sender are counted exactly: no sender is among them.

The file is a table of fixed places: channel by line, day by its number modulo 32, so that a
month's days overwrite themselves and nothing needs to be deleted. It is written when a rounded
count changes and not synced: counts lost in a power cut are no loss. Processes do not lock each
other out: a count lost in a race is worth less than a lock on every request.
"""

import contextlib
import mmap
import os
import struct
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from server.plumbing.db import FILE_MODE
from server.relay.channels import MOST_CHANNELS

TALLIES_FILE: Final = "relay.counts"

DAYS_KEPT: Final = 32
"""A month: long enough to see a channel fall silent."""

STEP: Final = 10
"""Exchanges on disk are rounded up to this."""

_CELL: Final = struct.Struct("<III")
_SIZE_BYTES: Final = MOST_CHANNELS * DAYS_KEPT * _CELL.size
_MOST: Final = 2**32 - 1


@dataclass(frozen=True, slots=True)
class DayTally:
    """One channel on one day.

    Attributes:
        day: Day number.
        exchanges: Exchanges with phones, rounded up to tens.
        strangers: Requests for the path that were no exchange.
    """

    day: int
    exchanges: int
    strangers: int


class Tallies:
    """Counts while the relay runs; made before its processes fork, and opens nothing until then."""

    def __init__(self, folder: Path) -> None:
        """Go on from what the file says.

        Args:
            folder: The relay's folder.
        """
        self._path = folder / TALLIES_FILE
        self._exact = mmap.mmap(-1, _SIZE_BYTES)
        self._kept = mmap.mmap(-1, _SIZE_BYTES)
        self._exact[:] = self._kept[:] = _content(folder)
        self._threads = threading.Lock()

    def exchanged(self, place: int, day: int) -> None:
        """Count an exchange with a phone.

        Args:
            place: The channel's place.
            day: Today's day number.
        """
        with self._threads:
            exchanges, strangers = self._today(place, day)
            self._set(place, day, min(_MOST - STEP, exchanges + 1), strangers)

    def asked_by_stranger(self, place: int, day: int) -> None:
        """Count a request for the path that was no exchange.

        Args:
            place: The channel's place.
            day: Today's day number.
        """
        with self._threads:
            exchanges, strangers = self._today(place, day)
            self._set(place, day, exchanges, min(_MOST, strangers + 1))

    def _today(self, place: int, day: int) -> tuple[int, int]:
        kept_day, exchanges, strangers = _CELL.unpack_from(self._exact, _at(place, day))
        return (exchanges, strangers) if kept_day == day else (0, 0)

    def _set(self, place: int, day: int, exchanges: int, strangers: int) -> None:
        at = _at(place, day)
        _CELL.pack_into(self._exact, at, day, exchanges, strangers)
        rounded = -(-exchanges // STEP) * STEP
        if self._kept[at : at + _CELL.size] != (cell := _CELL.pack(day, rounded, strangers)):
            self._kept[at : at + _CELL.size] = cell
            self._keep(at, cell)

    def _keep(self, at: int, cell: bytes) -> None:
        """Write one place of the file; a disk that is full costs the count, never an exchange."""
        with contextlib.suppress(OSError):
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, FILE_MODE)
            try:
                if os.fstat(descriptor).st_size != _SIZE_BYTES:
                    os.ftruncate(descriptor, _SIZE_BYTES)
                os.pwrite(descriptor, cell, at)
            finally:
                os.close(descriptor)


def read_tallies(folder: Path, place: int, today: int) -> list[DayTally]:
    """Read a channel's counts, also while a relay runs.

    Args:
        folder: The relay's folder.
        place: The channel's place.
        today: Today's day number.

    Returns:
        One for each of the last 32 days, oldest first; zeros where nothing was counted.
    """
    content = _content(folder)
    days = range(today - DAYS_KEPT + 1, today + 1)
    return [_read(content, place, day) for day in days]


def _content(folder: Path) -> bytes:
    try:
        content = (folder / TALLIES_FILE).read_bytes()
    except FileNotFoundError:
        content = b""
    return content if len(content) == _SIZE_BYTES else bytes(_SIZE_BYTES)


def _read(content: bytes, place: int, day: int) -> DayTally:
    kept_day, exchanges, strangers = _CELL.unpack_from(content, _at(place, day))
    return DayTally(day, exchanges, strangers) if kept_day == day else DayTally(day, 0, 0)


def _at(place: int, day: int) -> int:
    return (place * DAYS_KEPT + day % DAYS_KEPT) * _CELL.size
