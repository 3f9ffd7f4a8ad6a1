"""Relays over HTTPS: several connections to each, kept alive, every one opened as its line says.

Theory of operation: the request carries no header beyond what HTTP asks for, redirects are not
followed and no proxy is taken from the environment: a captive portal must not be able to answer
for a relay, and nothing may send the body elsewhere. Any status but 200 is no answer. A body is
read piece by piece until its end, the deadline or the limit, and what arrived is handed on even
when it was cut, because a signed receipt in its first bytes is as good as ever. A kept-alive
connection that the other side closed while it was idle is opened again once, silently; that is
no failure of the link. One that was idle for a minute is not trusted: a mast or a translating
router may have forgotten it without a word, and finding out costs a whole time-out.
"""

import http.client
import ssl
import threading
from dataclasses import replace
from typing import Final

from client_sync.clock import Clock
from client_sync.errors import FailureKind, TransportError
from client_sync.transports.base import Answer, Attempt, Tally
from client_sync.transports.connection import Opening, RelayConnection, open_connection
from client_sync.transports.deadline import Deadline
from client_sync.transports.failing import failure_of
from client_sync.transports.tls import TlsSettings
from schemas.domain.directory import BridgeLine, Endpoint, Route
from schemas.envelope.entropy import Entropy, random_bytes
from schemas.errors import InviteError
from schemas.wire.codec import to_base64url
from schemas.wire.route import route_of

MOST_ANSWER_BYTES: Final = 8 * 1_048_576  # eight board pages and a mailbox are 100 KiB; no bombs
MOST_IDLE_SECONDS: Final = 60.0
IN_USE_SECONDS: Final = 10.0  # web servers close what was idle for longer, seldom sooner
MOST_SENT_TWICE_BYTES: Final = 20_000  # a batch of texts: sooner sent again than asked about
_PIECE_BYTES: Final = 16_384
_CIRCUIT_BYTES: Final = 16
_OK: Final = 200


class HttpTransport:
    """Speaks to relays by POST, from as many threads as there are lanes."""

    def __init__(
        self,
        clock: Clock,
        tls: ssl.SSLContext | None = None,
        *,
        via: Endpoint | None = None,
        entropy: Entropy = random_bytes,
    ) -> None:
        """Use the system's certificates unless told otherwise.

        Args:
            clock: Measures deadlines.
            tls: Another trust in certificates.
            via: A SOCKS5 proxy for every relay of another machine, whatever its line says.
            entropy: Draws what keeps relays apart inside of Tor.
        """
        self._clock = clock
        self._via = via
        self._entropy = entropy
        self._tally = Tally()
        self._tls = TlsSettings(tls)
        self._idle: dict[Route, list[RelayConnection]] = {}
        self._openings: dict[Route, Opening] = {}
        self._lock = threading.Lock()

    @property
    def tally(self) -> Tally:
        """Count what went over the connections so far."""
        return self._tally

    def close(self) -> None:
        """Close every connection that waits for its next request."""
        with self._lock:
            waiting = [one for idle in self._idle.values() for one in idle]
            self._idle.clear()
        for connection in waiting:
            connection.close()

    def exchange(
        self,
        bridge: BridgeLine,
        request: bytes,
        timeout_seconds: float,
        attempt: Attempt | None = None,
    ) -> Answer:
        """Post one request; see `Transport.exchange`."""
        deadline = Deadline.after(self._clock, timeout_seconds)
        route = self._route(bridge)
        attempt = attempt or Attempt()
        self._tally.add(round_trips=1)
        try:
            connection, response = self._post(route, request, deadline, attempt)
        except (OSError, http.client.HTTPException) as error:
            raise failure_of(error) from error
        finally:
            attempt.can_be_broken_off_by(None)
        attempt.can_be_broken_off_by(connection.stream.break_off)
        try:
            if response.status != _OK:
                connection.close()
                raise TransportError(
                    "what answered is not a relay; is there a sign-in page?",
                    FailureKind.NOT_A_RELAY,
                )
            return self._read(route, connection, response, deadline)
        finally:
            attempt.can_be_broken_off_by(None)

    # --- inside ----------------------------------------------------------------------------

    def _route(self, bridge: BridgeLine) -> Route:
        """Find the way; one that cannot be gone as it is written is not gone at all."""
        try:
            route = route_of(bridge)
        except InviteError as error:
            raise TransportError(
                "a relay's address has a field this program cannot follow; tell your desk",
                FailureKind.REFUSED,
            ) from error
        if self._via is not None and (route.is_tls or route.is_onion):
            route = replace(route, via=self._via)
        if route.is_onion and route.via is None:
            raise TransportError(
                "an onion address is reached through Tor only; name its proxy with --via",
                FailureKind.REFUSED,
            )
        return route

    def _post(
        self, route: Route, request: bytes, deadline: Deadline, attempt: Attempt
    ) -> tuple[RelayConnection, http.client.HTTPResponse]:
        kept = self._take_idle(route)
        if kept is not None:
            attempt.connected()
            idle_seconds = self._clock.elapsed_seconds() - kept.last_used_seconds
            # Media on a connection in use was cut on its way, and the relay keeps what came of it.
            is_cut = idle_seconds < IN_USE_SECONDS and len(request) > MOST_SENT_TWICE_BYTES
            try:
                return kept, _post_over(kept, route, request, deadline, attempt)
            except (OSError, http.client.HTTPException) as error:
                if attempt.is_given_up or not _was_idle(error) or is_cut:
                    raise
                deadline.left_seconds()
        fresh = open_connection(route, self._opening(route), deadline, attempt)
        return fresh, _post_over(fresh, route, request, deadline, attempt)

    def _opening(self, route: Route) -> Opening:
        with self._lock:
            if route not in self._openings:
                circuit = to_base64url(self._entropy(_CIRCUIT_BYTES)).encode("ascii")
                self._openings[route] = Opening(self._tls, self._tally, circuit)
            return self._openings[route]

    def _take_idle(self, route: Route) -> RelayConnection | None:
        """Take the connection used last; let go of those that waited for too long."""
        now_seconds = self._clock.elapsed_seconds()
        with self._lock:
            idle = self._idle.pop(route, [])
            fresh = [one for one in idle if now_seconds - one.last_used_seconds < MOST_IDLE_SECONDS]
            taken = fresh.pop() if fresh else None
            if fresh:
                self._idle[route] = fresh
        for connection in idle:
            if connection is not taken and connection not in fresh:
                connection.close()
        return taken

    def _read(
        self,
        route: Route,
        connection: RelayConnection,
        response: http.client.HTTPResponse,
        deadline: Deadline,
    ) -> Answer:
        body = bytearray()
        is_whole = False
        try:
            while len(body) <= MOST_ANSWER_BYTES and deadline.left_seconds():
                piece = response.read1(_PIECE_BYTES)
                if not piece:
                    is_whole = not response.length
                    break
                body += piece
        except (OSError, http.client.HTTPException):
            is_whole = False
        connection.keep_session()
        if is_whole and not response.will_close:
            connection.last_used_seconds = self._clock.elapsed_seconds()
            with self._lock:
                self._idle.setdefault(route, []).append(connection)
        else:
            connection.close()
        return Answer(bytes(body), is_whole)


def _post_over(
    connection: RelayConnection,
    route: Route,
    request: bytes,
    deadline: Deadline,
    attempt: Attempt,
) -> http.client.HTTPResponse:
    attempt.can_be_broken_off_by(connection.stream.break_off)
    try:
        return connection.post(route, request, deadline)
    except BaseException:
        attempt.can_be_broken_off_by(None)
        connection.close()
        raise


def _was_idle(error: Exception) -> bool:
    """Tell a connection the other side had closed from one that was cut in the middle."""
    closed = (
        http.client.RemoteDisconnected,
        BrokenPipeError,
        ConnectionResetError,
        ssl.SSLEOFError,
    )
    return isinstance(error, closed)
