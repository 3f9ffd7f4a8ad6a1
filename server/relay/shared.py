"""The little that the processes of one relay share: memory that is gone when they are.

Theory of operation: an anonymous page of memory, mapped before the processes fork, holds

- a mark that changes whenever the desk left something new, so that every process answers with
  it at once and none asks the database at each request;
- how many blobs each address prefix had taken today. A prefix is never stored: it is hashed
  under a random key that is drawn for the day and overwritten at the next, and counted in two
  tables of cells, so that neither a dump of the memory tomorrow nor the disk says who came.

Two prefixes may share a cell; the smaller of both cells counts, which can only count too much,
seldom: with 5,000 prefixes in a day about 1 in 200. Processes do not lock each other out: a
count lost in a race is worth less than a lock on every request.

Source: G. Cormode, S. Muthukrishnan, "An improved data stream summary: the count-min sketch".
"""

import mmap
import struct
import threading
from typing import Final

from schemas.envelope.entropy import Entropy, random_bytes
from schemas.envelope.primitives import blake2b

_MARK: Final = slice(0, 8)
_DAY: Final = slice(8, 12)
_KEY: Final = slice(16, 48)
_CELLS_START: Final = 64
_CELLS: Final = 65_536
_CELL: Final = struct.Struct("=I")
_ROWS: Final = 2
_SIZE_BYTES: Final = _CELLS_START + _ROWS * _CELLS * _CELL.size
_MOST: Final = 2**32 - 1
_NUMBER: Final = struct.Struct("=Q")


class SharedNumbers:
    """A row of whole numbers, shared by the processes that fork after it was made.

    A number is read and written whole, being aligned; two processes that change one at the same
    time may lose one of the changes, which is for the rules that use them to bear.
    """

    def __init__(self, count: int) -> None:
        """Map the memory; every number is zero.

        Args:
            count: How many.
        """
        self._count = count
        self._memory = mmap.mmap(-1, count * _NUMBER.size)

    def __len__(self) -> int:
        """Tell how many there are."""
        return self._count

    def __getitem__(self, at: int) -> int:
        """Read one."""
        return int(_NUMBER.unpack_from(self._memory, at * _NUMBER.size)[0])

    def __setitem__(self, at: int, value: int) -> None:
        """Write one, from 0 to 2^64 - 1."""
        _NUMBER.pack_into(self._memory, at * _NUMBER.size, value)


class SharedMemory:
    """Memory of one relay, shared by the processes that fork after it was made."""

    def __init__(self, entropy: Entropy = random_bytes) -> None:
        """Map the memory.

        Args:
            entropy: Where marks and daily keys come from.
        """
        self._entropy = entropy
        self._memory = mmap.mmap(-1, _SIZE_BYTES)
        self._threads = threading.Lock()

    def mark(self) -> bytes:
        """Read the mark: other bytes than last time mean that the desk left something."""
        return self._memory[_MARK]

    def change_mark(self) -> None:
        """Tell all processes to look at the database again."""
        # Random rather than one more: two processes may do this at the same time.
        self._memory[_MARK] = self._entropy(8)

    def taken(self, source: bytes, day: int) -> int:
        """Tell how many blobs were taken from a source today, or slightly too many.

        Args:
            source: Its address prefix.
            day: Today's day number.
        """
        with self._threads:
            return min(self._value(at) for at in self._places(source, day))

    def add(self, source: bytes, day: int, blobs: int) -> None:
        """Count blobs taken from a source.

        Args:
            source: Its address prefix.
            day: Today's day number.
            blobs: How many more.
        """
        with self._threads:
            for at in self._places(source, day):
                _CELL.pack_into(self._memory, at, min(_MOST, self._value(at) + blobs))

    def contents(self) -> bytes:
        """Give all of it: what a dump of the memory would show."""
        return self._memory[:]

    def _value(self, at: int) -> int:
        (value,) = _CELL.unpack_from(self._memory, at)
        return int(value)

    def _places(self, source: bytes, day: int) -> list[int]:
        if self._memory[_DAY] != _CELL.pack(day):
            self._begin(day)
        digest = blake2b(source, size=4 * _ROWS, person="t1.source", key=self._memory[_KEY])
        cells = struct.unpack(f"={_ROWS}I", digest)
        return [
            _CELLS_START + (row * _CELLS + cell % _CELLS) * _CELL.size
            for row, cell in enumerate(cells)
        ]

    def _begin(self, day: int) -> None:
        """Begin a day: a new key, empty cells."""
        self._memory[_DAY] = _CELL.pack(day)
        self._memory[_KEY] = self._entropy(_KEY.stop - _KEY.start)
        self._memory[_CELLS_START:] = bytes(_SIZE_BYTES - _CELLS_START)
