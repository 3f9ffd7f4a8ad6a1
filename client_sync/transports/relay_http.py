"""A relay over HTTPS: standard library, one kept-alive connection per relay.

Theory of operation: the request carries no header beyond what HTTP asks for, redirects are not
followed and no proxy is taken from the environment: a captive portal must not be able to answer
for a relay, and nothing may send the body elsewhere. Any status but 200 is no answer. A body is
read piece by piece until its end, the deadline or the limit, and what arrived is handed on even
when it was cut, because a signed receipt in its first bytes is as good as ever. A kept-alive
connection that the other side closed while it was idle is opened again once, silently; that is
no failure of the link.
"""

import http.client
import ssl
from typing import Final, TypeAlias, cast
from urllib.parse import SplitResult, urlsplit

from client_sync.clock import Clock
from client_sync.errors import TransportError
from client_sync.transports.base import Answer, Tally
from client_sync.transports.counting import CountedHttp, CountedHttps
from schemas.domain.directory import BridgeLine

MOST_ANSWER_BYTES: Final = 8 * 1_048_576  # eight board pages and a mailbox are 100 KiB; no bombs
_PIECE_BYTES: Final = 16_384
_OK: Final = 200
_Connection: TypeAlias = CountedHttp | CountedHttps


class HttpTransport:
    """Speaks to relays by POST."""

    def __init__(self, clock: Clock, tls: ssl.SSLContext | None = None) -> None:
        """Use the system's certificates unless told otherwise."""
        self._clock = clock
        self._tls = tls
        self._connections: dict[str, _Connection] = {}
        self._tally = Tally()

    @property
    def tally(self) -> Tally:
        """Count what went over the connections so far."""
        return self._tally

    def close(self) -> None:
        """Close every connection."""
        for url in list(self._connections):
            self._drop(url)

    def exchange(self, bridge: BridgeLine, request: bytes, timeout_seconds: float) -> Answer:
        """Post one request; see `Transport.exchange`."""
        deadline = self._clock.elapsed_seconds() + timeout_seconds
        self._tally.round_trips += 1
        is_kept = bridge.url in self._connections
        try:
            response = self._post(bridge.url, request, timeout_seconds)
        except (OSError, http.client.HTTPException) as error:
            self._drop(bridge.url)
            left_seconds = deadline - self._clock.elapsed_seconds()
            if not is_kept or not _was_idle(error) or left_seconds <= 0:
                raise TransportError(
                    "the relay cannot be reached; it will be tried again"
                ) from error
            response = self._post_anew(bridge.url, request, left_seconds)
        if response.status != _OK:
            self._drop(bridge.url)
            raise TransportError("what answered is not a relay; is there a sign-in page?")
        return self._read(bridge.url, response, deadline)

    def _post_anew(
        self, url: str, request: bytes, timeout_seconds: float
    ) -> http.client.HTTPResponse:
        try:
            return self._post(url, request, timeout_seconds)
        except (OSError, http.client.HTTPException) as error:
            self._drop(url)
            raise TransportError("the relay cannot be reached; it will be tried again") from error

    def _post(self, url: str, request: bytes, timeout_seconds: float) -> http.client.HTTPResponse:
        split = urlsplit(url)
        connection = self._connections.get(url)
        if connection is None:
            connection = self._connections[url] = self._connect(split)
        connection.timeout = timeout_seconds
        if connection.sock is not None:
            connection.sock.settimeout(timeout_seconds)
        target = split.path + (f"?{split.query}" if split.query else "")
        connection.request("POST", target or "/", body=request)
        return connection.getresponse()

    def _connect(self, split: SplitResult) -> _Connection:
        host, port = cast("str", split.hostname), split.port
        if split.scheme == "http":
            return CountedHttp(host, port, self._tally)
        return CountedHttps(host, port, self._tally, self._tls or ssl.create_default_context())

    def _read(self, url: str, response: http.client.HTTPResponse, deadline: float) -> Answer:
        body = bytearray()
        is_whole = False
        try:
            while len(body) <= MOST_ANSWER_BYTES and self._clock.elapsed_seconds() < deadline:
                piece = response.read1(_PIECE_BYTES)
                if not piece:
                    is_whole = not response.length
                    break
                body += piece
        except (OSError, http.client.HTTPException):
            is_whole = False
        # http.client takes the next request only after the last answer is closed, and reading it to
        # its end piece by piece does not close it.
        response.close()
        if not is_whole or response.will_close:
            self._drop(url)
        return Answer(bytes(body), is_whole)

    def _drop(self, url: str) -> None:
        connection = self._connections.pop(url, None)
        if connection is not None:
            connection.close()


def _was_idle(error: Exception) -> bool:
    """Tell a connection the other side had closed from one that was cut in the middle."""
    return isinstance(
        error, http.client.RemoteDisconnected | BrokenPipeError | ConnectionResetError
    )
