"""Reading a connection: what gunicorn's own classes cannot do.

Theory of operation: a body is handed on as it arrives, because a whole blob must not wait for the
one behind it; a connection that is reset has ended, and what came before counts; and a connection
whose request was gathered before it got a thread reads those bytes first.
"""

import io
from typing import Final

from gunicorn.http.body import Body as RequestBody
from gunicorn.http.body import ChunkedReader, LengthReader
from gunicorn.http.parser import RequestParser
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn

FIRST_READ_BYTES: Final = 16_384
"""Asked of the kernel at once before a length is known: a header and a batch of ten texts."""


class CutTolerantUnreader(SocketUnreader):
    """Reads a connection; one that breaks has ended."""

    max_body_chunk = 65_536
    """Most bytes asked of the kernel at once: a batch of the size clients are told to send."""

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Read what is there, at least one byte; none at the end."""
        size = max(self.mxchunk, min(size_hint or 0, self.max_body_chunk))
        try:
            return self.sock.recv(size)
        except ConnectionError:
            return b""


class ArrivingBody(RequestBody):
    """A request's body that can be read as it arrives.

    Gunicorn's own `read` waits for at least a kilobyte, which would leave a whole blob waiting
    for the one behind it.
    """

    def read1(self, size: int = -1) -> bytes:
        """Wait for at least one byte, then give what is there.

        Args:
            size: Most bytes given; below zero for no limit.

        Returns:
            The bytes; none at the end of the body.
        """
        if size < 0:
            size = self.max_piece_bytes
        if self.buf.tell():
            return self.read(min(size, self.buf.tell()))
        if isinstance(self.reader, LengthReader):
            return self._arrived(self.reader, size)
        if isinstance(self.reader, ChunkedReader):
            return self._arrived_in_chunks(self.reader, size)
        return self.read(size)

    max_piece_bytes = 65_536

    @staticmethod
    def _arrived(reader: LengthReader, size: int) -> bytes:
        size = min(size, reader.length)
        if size <= 0:
            return b""
        arrived = reader.unreader.read(None, read_ahead=reader.length)  # type: ignore[call-arg]
        piece, rest = arrived[:size], arrived[size:]
        if rest:
            reader.unreader.unread(rest)
        # An end before the declared length leaves nothing more to wait for.
        reader.length = reader.length - len(piece) if piece else 0
        return piece

    @staticmethod
    def _arrived_in_chunks(reader: ChunkedReader, size: int) -> bytes:
        while reader.parser and not reader.buf.tell():
            # The parser gives part of a chunk as soon as it is there, sometimes nothing.
            arrived = next(reader.parser, None)
            if arrived is None:
                reader.parser = None
            else:
                reader.buf.write(arrived)
        whole = reader.buf.getvalue()
        reader.buf = io.BytesIO()
        reader.buf.write(whole[size:])
        return whole[:size]


class GatheredConnection(TConn):
    """A connection whose next request may be here already, in part or whole."""

    def begin(self, gathered: bytes) -> None:
        """Prepare for a thread: what was gathered is read first.

        Args:
            gathered: The first bytes of the request.
        """
        # Gunicorn need not wait for the first byte again.
        self.data_ready = True
        self.init()
        if isinstance(self.parser, RequestParser):
            self.parser.unreader.unread(gathered)

    def init(self) -> None:
        """Build the parser when the first bytes are there."""
        if not self.initialized:
            super().init()
            if isinstance(self.parser, RequestParser):
                self.parser.unreader = CutTolerantUnreader(self.sock, FIRST_READ_BYTES)

    def left_over(self) -> bytes:
        """Give what was read of the next request already."""
        if isinstance(self.parser, RequestParser):
            return bytes(self.parser.unreader.take_buffered())
        return b""
