"""One connection to a relay: how it is opened, one request at a time over it, what it counts.

Theory of operation: header and body leave in one write, so that a request is as few packets and
TLS records as its size allows. The answer's form is read by the standard library's parser; what
it reads comes from our stream, which knows the deadline and counts. Counted is HTTP, inside of
TLS: what the link carries below that is the lab's to measure.
"""

import contextlib
import http.client
import io
import socket
from dataclasses import dataclass
from typing import Any, Final, cast

from client_sync.transports.base import Attempt, Tally
from client_sync.transports.deadline import Deadline
from client_sync.transports.socks import ask_proxy
from client_sync.transports.streams import Stream, open_stream
from client_sync.transports.tls import TlsSettings, TlsStream
from schemas.domain.directory import Route

CONNECT_SHARE: Final = 0.5
HANDSHAKE_SHARE: Final = 0.75


@dataclass(frozen=True, slots=True)
class Opening:
    """What opening a connection takes besides its route.

    Attributes:
        tls: Trust and sessions of this transport.
        tally: Counts.
        circuit: Keeps this relay's way through Tor apart from others'.
    """

    tls: TlsSettings
    tally: Tally
    circuit: bytes


class RelayConnection:
    """An open connection that speaks HTTP."""

    def __init__(self, stream: Stream, tally: Tally, deadline: Deadline) -> None:
        """Take an open stream; use `open_connection`."""
        self.stream = stream
        self.last_used_seconds = 0.0
        self._tally = tally
        self._reader = _StreamReader(stream, tally, deadline)

    def post(self, route: Route, request: bytes, deadline: Deadline) -> http.client.HTTPResponse:
        """Send one request and wait for the head of its answer.

        Raises:
            OSError: When the link fails or the deadline passes.
            HTTPException: When what comes is no HTTP.
        """
        whole = _head(route, len(request)) + request
        self._reader.deadline = deadline
        self._tally.add(bytes_up=len(whole))
        self.stream.send(whole, deadline)
        response = http.client.HTTPResponse(
            cast("socket.socket", _Opened(self._reader)), method="POST"
        )
        response.begin()
        return response

    def keep_session(self) -> None:
        """Let later connections resume this one's TLS session."""
        if isinstance(self.stream, TlsStream):
            self.stream.keep_session()

    def close(self) -> None:
        """Let go of it."""
        self.stream.close()


def open_connection(
    route: Route, opening: Opening, deadline: Deadline, attempt: Attempt
) -> RelayConnection:
    """Open a connection the way a route says, and only that way.

    Args:
        route: How the relay is reached.
        opening: Trust, sessions, counters.
        deadline: For connecting, proxy and handshake.
        attempt: May end it; stays able to until the exchange is over.

    Returns:
        The connection, its other side checked.

    Raises:
        OSError: When it cannot be opened.
    """
    target = route.connect or route.server
    is_local = not route.is_tls and not route.is_onion
    standing, greeted = _steps(route, deadline)
    stream: Stream = open_stream(route.via or target, standing, attempt, loopback_only=is_local)
    try:
        if route.via is not None:
            ask_proxy(stream, target, opening.circuit, standing)
        if route.is_tls:
            stream = _greet(stream, route, opening, greeted)
    except BaseException:
        attempt.can_be_broken_off_by(None)
        stream.close()
        raise
    opening.tally.add(connections=1)
    attempt.connected()
    return RelayConnection(stream, opening.tally, deadline)


def _steps(route: Route, deadline: Deadline) -> tuple[Deadline, Deadline]:
    """Give the deadlines of connecting and of the handshake within that of the exchange.

    What does not stand after half of the time, or is not greeted after three quarters, leaves
    the request no time. A proxy gets all of it: building a circuit through Tor takes minutes.
    """
    if route.via is not None:
        return deadline, deadline
    whole_seconds = deadline.left_seconds()
    return (
        deadline.within(whole_seconds * CONNECT_SHARE),
        deadline.within(whole_seconds * HANDSHAKE_SHARE),
    )


def _greet(stream: Stream, route: Route, opening: Opening, deadline: Deadline) -> TlsStream:
    tls = TlsStream(stream, route, opening.tls)
    tls.shake_hands(deadline)
    opening.tally.add(resumed=int(tls.is_resumed))
    return tls


def _head(route: Route, size_bytes: int) -> bytes:
    """Write a request's head: what HTTP asks for and nothing that tells senders apart."""
    return (
        f"POST {route.target} HTTP/1.1\r\nHost: {route.http_host}\r\n"
        f"Accept-Encoding: identity\r\nContent-Length: {size_bytes}\r\n\r\n"
    ).encode("ascii")


class _StreamReader(io.RawIOBase):
    """A stream as the answer's parser reads it."""

    def __init__(self, stream: Stream, tally: Tally, deadline: Deadline) -> None:
        super().__init__()
        self.deadline = deadline
        self._stream = stream
        self._tally = tally

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  # the type of RawIOBase
        data = self._stream.receive(len(buffer), self.deadline)
        buffer[: len(data)] = data
        self._tally.add(bytes_down=len(data))
        return len(data)


class _Opened:
    """All that HTTPResponse wants of a socket."""

    def __init__(self, reader: _StreamReader) -> None:
        self._reader = reader

    def makefile(self, _mode: str) -> io.BufferedReader:
        return _Answered(self._reader)


class _Answered(io.BufferedReader):
    """Reads one answer; closing it leaves the connection open for the next."""

    def close(self) -> None:
        """Let go of the answer only."""
        with contextlib.suppress(ValueError):  # a second time
            self.detach()
