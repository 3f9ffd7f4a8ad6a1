"""The web server's worker: one that neither a cut nor a slow connection can hurt.

Theory of operation: gunicorn's threaded worker lends one thread to a request until it is done. A
sender that trickles a header or falls silent would keep it for ever. So each connection that
holds a thread has a deadline, short while its header is read, longer for the body; the worker's
main loop shuts the sockets of those overdue, which ends the sleeping read like an end of stream.

A connection that is reset also reads as an end of stream here: what had arrived before it is
still handed on, so that at most the frame in flight is lost.
"""

import contextlib
import io
import socket
import threading
from collections.abc import Iterator
from typing import Any, Final

from gunicorn.http.body import Body as RequestBody
from gunicorn.http.body import ChunkedReader, LengthReader
from gunicorn.http.errors import ParseException
from gunicorn.http.message import Request
from gunicorn.http.parser import RequestParser
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from server.plumbing.clock import SystemClock

HEADER_SECONDS: Final = 20.0
"""Seven round trips of three seconds each."""

FIRST_READ_BYTES: Final = 16_384
"""Asked of the kernel at once before a length is known: a header and a batch of ten texts."""

LOOK_SECONDS: Final = 1.0
"""How often overdue connections are looked for."""


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


class BoundedConnection(TConn):
    """A connection read by `CutTolerantUnreader`."""

    def init(self) -> None:
        """Build the parser when the first bytes are there."""
        if not self.initialized:
            super().init()
            if isinstance(self.parser, RequestParser):
                self.parser.unreader = CutTolerantUnreader(self.sock, FIRST_READ_BYTES)


class RelayWorker(ThreadWorker):
    """A threaded worker with deadlines."""

    body_seconds = 300.0
    """Longest time from the end of a header to the last byte of the body."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - gunicorn's own list
        super().__init__(*args, **kwargs)
        self._clock = SystemClock()
        self._watched: dict[TConn, float] = {}
        self._watching = threading.Lock()
        self._looked_seconds = 0.0

    def accept(self, listener: socket.socket) -> None:
        """Accept one connection and hand it to a thread.

        Args:
            listener: The listening socket.
        """
        try:
            client, address = listener.accept()
        except OSError:
            # Gone before we came, or another process was faster.
            return
        self.nr_conns += 1
        client.settimeout(None)
        self.enqueue_req(BoundedConnection(self.cfg, client, address, listener.getsockname()))

    def handle(self, conn: TConn) -> Any:  # noqa: ANN401 - gunicorn's own mixture
        """Serve one request of a connection, within its deadlines."""
        with self._watch(conn):
            return super().handle(conn)

    def handle_request(self, req: Request, conn: TConn) -> bool:
        """Answer a request whose header is complete."""
        self._allow(conn, self.body_seconds)
        if req.body is not None:
            req.body = ArrivingBody(req.body.reader)
        return bool(super().handle_request(req, conn))

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """Tell whether the connection can be used again.

        Gunicorn drops what was not read of a body first and, where that breaks a rule of HTTP,
        writes a second answer behind the first. A body that was read would show none, so that a
        prober could tell the two apart.
        """
        try:
            return bool(super()._keepalive_after(conn, keepalive))  # type: ignore[misc]
        except (OSError, ParseException):
            return False

    def notify(self) -> None:
        """Tell the arbiter that this worker lives, and cut who is overdue."""
        super().notify()
        now = self._clock.monotonic_seconds()
        if now - self._looked_seconds < LOOK_SECONDS:
            return
        self._looked_seconds = now
        with self._watching:
            for conn, deadline in self._watched.items():
                if now > deadline:
                    # Reading ends; what was taken in is still committed and answered.
                    with contextlib.suppress(OSError):
                        conn.sock.shutdown(socket.SHUT_RD)

    @contextlib.contextmanager
    def _watch(self, conn: TConn) -> Iterator[None]:
        self._allow(conn, HEADER_SECONDS)
        try:
            yield
        finally:
            with self._watching:
                self._watched.pop(conn, None)

    def _allow(self, conn: TConn, seconds: float) -> None:
        deadline = self._clock.monotonic_seconds() + seconds
        with self._watching:
            self._watched[conn] = deadline
