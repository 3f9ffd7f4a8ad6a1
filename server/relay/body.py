"""A request's body, piece by piece, within limits of bytes and time.

Theory of operation: a piece is handed on as soon as it is there, so that blobs are stored while
later ones still travel. A connection that is cut, stalls past its deadline or breaks the rules
of HTTP has simply ended: what came before counts. That the server behind `stream` wakes a
sleeping read at the deadline is the worker's business (`server.relay.worker`).
"""

from collections.abc import Iterator
from typing import Final, Protocol

from gunicorn.http.errors import ParseException

from server.plumbing.clock import Clock

PIECE_BYTES: Final = 65_536
"""Most bytes taken at once; fewer when fewer have arrived."""


class Readable(Protocol):
    """A byte stream that tells what has arrived, as `io.BufferedIOBase` does."""

    def read1(self, size: int = -1, /) -> bytes:
        """Wait for at least one byte, then give what is there; none at the end."""
        ...


class BodyTooLongError(Exception):
    """The body goes on past its limit."""


class Body:
    """Reads a body within its limits."""

    def __init__(
        self,
        stream: Readable,
        *,
        declared_bytes: int | None,
        limit_bytes: int,
        clock: Clock,
        limit_seconds: float,
    ) -> None:
        """Begin to count.

        Args:
            stream: Where the bytes come from.
            declared_bytes: Content-Length, or None where the stream knows its own end.
            limit_bytes: Most bytes read.
            clock: Measures the deadline.
            limit_seconds: Longest time from now until the last byte.
        """
        self._stream = stream
        self._left_bytes = declared_bytes
        self._room_bytes = limit_bytes
        self._clock = clock
        self.taken_bytes = 0
        self._deadline_seconds = clock.monotonic_seconds() + limit_seconds

    def limit(self, room_bytes: int) -> None:
        """Lower how many more bytes are read.

        Args:
            room_bytes: Most bytes from here on.
        """
        self._room_bytes = min(self._room_bytes, room_bytes)

    def exactly(self, size: int) -> bytes:
        """Read a number of bytes, or fewer if the body ends before."""
        whole = b""
        while len(whole) < size and (piece := self._read(size - len(whole))):
            whole += piece
        return whole

    def pieces(self) -> Iterator[bytes]:
        """Read the rest, as it arrives.

        Yields:
            Pieces that are not empty.

        Raises:
            BodyTooLongError: More comes than the limit allows.
        """
        while piece := self._read(PIECE_BYTES):
            yield piece
        if self._room_bytes == 0:
            self._room_bytes = 1
            if self._read(1):
                raise BodyTooLongError

    def drain(self, room_bytes: int) -> None:
        """Read on to the end and forget it.

        Args:
            room_bytes: Most bytes from here on, whatever the limit was before.
        """
        self._room_bytes = room_bytes
        while self._read(PIECE_BYTES):
            pass

    def _read(self, size: int) -> bytes:
        size = min(size, self._room_bytes)
        if self._left_bytes is not None:
            size = min(size, self._left_bytes)
        if size <= 0 or self._clock.monotonic_seconds() > self._deadline_seconds:
            return b""
        try:
            piece = self._stream.read1(size)
        except (OSError, ParseException):
            return b""
        self._room_bytes -= len(piece)
        self.taken_bytes += len(piece)
        if self._left_bytes is not None:
            self._left_bytes -= len(piece)
        return piece
