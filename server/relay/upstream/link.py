"""The wire to the upstream: post bytes, get bytes. Only its own error leaves this module.

Theory of operation: nothing but what HTTP needs is sent, redirects are not followed and no proxy is
taken from the environment: a portal between village and upstream must not be able to answer for
it. An answer that is cut is handed on as far as it came, because a receipt in its first bytes is as
good as ever. One connection is kept for a run.

Source: RFC 1928 for `via=socks5://`; the proxy is given the name, so that nobody looks it up here.
"""

import http.client
import socket
import ssl
from typing import Final, Protocol

from schemas.domain.directory import Endpoint, Route
from server.relay.upstream.errors import UnreachableError

CONNECT_SECONDS: Final = 60.0
"""A satellite modem that wakes up, Tor that builds a circuit."""

BASE_SECONDS: Final = 60.0
SLOWEST_BYTES_PER_SECOND: Final = 125
"""Half of 2 kbit/s."""

LONGEST_SECONDS: Final = 600.0
MOST_ANSWER_BYTES: Final = 2 * 1024**2
"""A directory, eight board pages and a full mailbox page are 150 KiB."""

_PIECE_BYTES: Final = 65_536
_OK: Final = 200
_SOCKS_VERSION: Final = 5
_SOCKS_NAME: Final = 3
_SOCKS_ADDRESS_BYTES: Final = {1: 4, 4: 16}


class Link(Protocol):
    """A way to the upstream."""

    def exchange(self, body: bytes) -> bytes:
        """Post a body and give the answer's body, perhaps cut.

        Raises:
            UnreachableError: There was no answer, or not that of a relay.
        """
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class HttpLink:
    """HTTPS, or HTTP to loopback and onion hosts, as the line says."""

    def __init__(self, route: Route, tls: ssl.SSLContext | None = None) -> None:
        """Name the way; nothing is opened yet.

        Args:
            route: Of the upstream.
            tls: Whom to trust; the system's authorities if None.
        """
        self._route = route
        self._tls = tls
        self._kept: _Connection | None = None

    def exchange(self, body: bytes) -> bytes:
        """Post a body: see `Link`."""
        is_kept = self._kept is not None
        try:
            return self._post(body)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            if not is_kept:
                raise UnreachableError("no-answer") from error
        try:
            # The other side may have closed while the connection was idle.
            return self._post(body)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise UnreachableError("no-answer") from error

    def close(self) -> None:
        """Close the connection."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _post(self, body: bytes) -> bytes:
        if self._kept is None:
            self._kept = _Connection(self._route, self._tls)
            self._kept.connect()
        connection = self._kept
        seconds = BASE_SECONDS + len(body) / SLOWEST_BYTES_PER_SECOND
        connection.sock.settimeout(min(seconds, LONGEST_SECONDS))
        connection.putrequest("POST", self._route.target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", self._route.http_host)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        if response.status != _OK:
            self.close()
            raise UnreachableError("not-a-relay")
        return self._read(response)

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        pieces: list[bytes] = []
        room_bytes = MOST_ANSWER_BYTES
        try:
            while room_bytes > 0 and (piece := response.read1(min(_PIECE_BYTES, room_bytes))):
                pieces.append(piece)
                room_bytes -= len(piece)
        except (OSError, http.client.HTTPException):
            self.close()
            return b"".join(pieces)
        is_whole = not response.length and not response.will_close
        response.close()
        if not is_whole:
            self.close()
        return b"".join(pieces)


class _Connection(http.client.HTTPConnection):
    """A connection that is opened as a route says."""

    sock: socket.socket

    def __init__(self, route: Route, tls: ssl.SSLContext | None) -> None:
        super().__init__(route.server.host, route.server.port)
        self._route = route
        self._tls = tls

    def connect(self) -> None:
        """Open it."""
        route = self._route
        target = route.connect or route.server
        first = route.via or target
        self.sock = socket.create_connection((first.host, first.port), CONNECT_SECONDS)
        try:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if route.via is not None:
                _ask_proxy(self.sock, target)
            if route.is_tls:
                context = self._tls or ssl.create_default_context()
                self.sock = context.wrap_socket(self.sock, server_hostname=route.sni)
        except OSError:
            self.sock.close()
            raise


def _ask_proxy(sock: socket.socket, target: Endpoint) -> None:
    """Have a SOCKS5 proxy without a password connect to a target, by name."""
    sock.sendall(bytes([_SOCKS_VERSION, 1, 0]))
    if _exactly(sock, 2) != bytes([_SOCKS_VERSION, 0]):
        raise ConnectionRefusedError("the proxy does not speak SOCKS5 without a password")
    name = target.host.encode("ascii")
    port = target.port.to_bytes(2, "big")
    sock.sendall(bytes([_SOCKS_VERSION, 1, 0, _SOCKS_NAME, len(name)]) + name + port)
    version, reply, _, kind = _exactly(sock, 4)
    if version != _SOCKS_VERSION or reply != 0:
        raise ConnectionRefusedError("the proxy cannot reach the upstream")
    length = _exactly(sock, 1)[0] if kind == _SOCKS_NAME else _SOCKS_ADDRESS_BYTES.get(kind, 0)
    _exactly(sock, length + 2)


def _exactly(sock: socket.socket, count: int) -> bytes:
    whole = b""
    while len(whole) < count:
        piece = sock.recv(count - len(whole))
        if not piece:
            raise ConnectionResetError("the proxy has hung up")
        whole += piece
    return whole
