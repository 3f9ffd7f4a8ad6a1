"""One connection to a server, as a careful HTTP client keeps it.

Theory of operation: every peer in Python stands on this, so that a difference between two rows of
a table is one of protocol. It does in a peer's favour what common HTTP stacks do: TCP_NODELAY, TLS
1.3 with session tickets reused on the next connection, and a request that met a connection which
the server had closed while idle is sent again at once on a new one. That last habit, like any
resend in doubt, may store a report twice where the server does not know it again.
"""

import http.client
import socket
import ssl
from typing import Final
from urllib.parse import urlsplit

from tests.lab.peers.job import Score

Broken: Final = (OSError, http.client.HTTPException)
"""What a link does to a request: time-outs, resets, answers that end early."""


class Tls(http.client.HTTPSConnection):
    """HTTPS that resumes the session it is given."""

    def __init__(
        self, host: str, port: int, tls: ssl.SSLContext, session: ssl.SSLSession | None
    ) -> None:
        """Name the server; nothing is sent yet."""
        super().__init__(host, port, context=tls)
        self._tls = tls
        self._session = session

    def connect(self) -> None:
        """Connect, and greet with the ticket of the last connection if there is one."""
        plain = socket.create_connection((self.host, self.port), self.timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host, session=self._session)


class Link:
    """At most one open connection to one server."""

    def __init__(self, score: Score, *, connect_seconds: float, answer_seconds: float) -> None:
        """Read the job's URL and certificates.

        Args:
            score: Counts requests and connections.
            connect_seconds: Until a connection attempt is given up.
            answer_seconds: How long nothing may move while sending or waiting.
        """
        self._score = score
        self._connect_seconds = connect_seconds
        self._answer_seconds = answer_seconds
        self._where = urlsplit(score.job.url)
        self._tls = _context(score.job.ca_file) if self._where.scheme == "https" else None
        self._session: ssl.SSLSession | None = None
        self._open: http.client.HTTPConnection | None = None

    @property
    def path(self) -> str:
        """The path of the job's URL."""
        return self._where.path or "/"

    def close(self) -> None:
        """Close the connection, keeping its TLS ticket."""
        if self._open is None:
            return
        if isinstance(self._open.sock, ssl.SSLSocket):
            self._session = self._open.sock.session or self._session
        self._open.close()
        self._open = None

    def ask(
        self, method: str, target: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        """Make one request on the open connection, or on a new one.

        Returns:
            Status, headers by lower-case name, and body.

        Raises:
            OSError, http.client.HTTPException: When no whole answer came; the connection is closed.
        """
        is_kept = self._open is not None
        try:
            return self._try(method, target, body, headers)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.close()
            if not is_kept:
                raise
            return self._try_anew(method, target, body, headers)
        except Broken:
            self.close()
            raise

    def _try_anew(
        self, method: str, target: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        try:
            return self._try(method, target, body, headers)
        except Broken:
            self.close()
            raise

    def _try(
        self, method: str, target: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        connection = self._connection()
        self._score.note(requests=1)
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        told = {name.lower(): value for name, value in answer.getheaders()}
        if answer.will_close:
            self.close()
        return answer.status, told, content

    def _connection(self) -> http.client.HTTPConnection:
        if self._open is None:
            self._open = self._make()
            self._open.timeout = self._connect_seconds
            self._score.note(connections=1)
            self._open.connect()
            self._open.sock.settimeout(self._answer_seconds)
        return self._open

    def _make(self) -> http.client.HTTPConnection:
        host, port = self._where.hostname or "", self._where.port
        if self._tls is None:
            return http.client.HTTPConnection(host, port)
        return Tls(host, port or 443, self._tls, self._session)


def _context(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context
