"""A prober's connection: raw bytes out, raw bytes in, and how it ended.

Theory of operation: no HTTP library stands between, because what is compared is each byte, also
of answers that break HTTP. An answer has ended when the server closes, or when it has been
silent for a while after its last byte; which of both is part of what is compared. The server is
given longer for its first byte, and where it says nothing at all, that is an answer as well.

The first connection is verified like a browser's. Those with another name or without one cannot
be; they must show the very certificate that the first one showed, or nothing is sent: a secret
path is told to nobody else.
"""

import contextlib
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

from server.plumbing.clock import Clock, SystemClock
from server.relay.errors import RelayError
from server.relay.probing_requests import Probe, Tls

_PIECE_BYTES: Final = 65_536
_MOST_BYTES: Final = 1_048_576
_OTHER_NAME: Final = "www.example.org"
_PORTS: Final = {"http": 80, "https": 443}


class ProbingError(RelayError):
    """The prober cannot do its work; the text says why."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a server did.

    Attributes:
        parts: Bytes that came after each part that was sent.
        end: `closed`, `reset`, `open` or `no connection`.
    """

    parts: tuple[bytes, ...]
    end: str


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the prober waits.

    Attributes:
        first_seconds: For the first byte.
        quiet_seconds: For the next byte, before an answer counts as ended.
    """

    first_seconds: float
    quiet_seconds: float


class Target:
    """The server that is probed."""

    def __init__(
        self,
        origin: str,
        patience: Patience,
        authority: Path | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Verify who answers there.

        Args:
            origin: `https://host[:port]`, or `http://` for a relay without a web server.
            patience: How long to wait.
            authority: Certificates to believe in place of the system's.
            clock: Measures answers; the machine's if None.

        Raises:
            ProbingError: Nobody answers there, or with a certificate that is not theirs.
        """
        split = urlsplit(origin)
        if split.scheme not in _PORTS or not split.hostname:
            raise ProbingError("give the address of a relay, for example https://host/path")
        self._host = split.hostname
        self._port = split.port or _PORTS[split.scheme]
        self._patience = patience
        self._authority = authority
        self._clock = clock or SystemClock()
        self.has_tls = split.scheme == "https"
        self.host = (split.netloc or self._host).encode("ascii")
        self._certificate = b""
        try:
            with self._connect(Tls.USUAL) as connection:
                if isinstance(connection, ssl.SSLSocket):
                    self._certificate = connection.getpeercert(binary_form=True) or b""
        except OSError as error:
            raise ProbingError(f"the relay's web server cannot be reached: {error}") from None

    def ask(self, probe: Probe, path: bytes) -> Transcript:
        """Send a probe for a path.

        Args:
            probe: What to send.
            path: Begins with a slash.
        """
        try:
            connection = self._connect(probe.tls)
        except OSError:
            return Transcript((), "no connection")
        with connection, Conversation(connection, self._patience) as conversation:
            for part in probe.make(path, self.host):
                conversation.say(part)
            if probe.ends_early:
                conversation.hang_up()
            return conversation.transcript()

    def seconds_to_answer(self, probe: Probe, path: bytes) -> float:
        """Measure from the request's sending to the first byte that comes; raises OSError."""
        with self._connect(Tls.USUAL) as connection:
            connection.settimeout(self._patience.first_seconds)
            request = b"".join(probe.make(path, self.host))
            # Before the sending: a busy machine may let this process wait right behind it.
            begun_seconds = self._clock.monotonic_seconds()
            connection.sendall(request)
            connection.recv(1)
            return self._clock.monotonic_seconds() - begun_seconds

    def _connect(self, tls: Tls) -> socket.socket:
        raw = socket.create_connection((self._host, self._port), self._patience.first_seconds)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self.has_tls or tls is Tls.NONE:
            return raw
        try:
            wrapped = self._context(tls).wrap_socket(raw, server_hostname=self._name(tls))
        except OSError:
            raw.close()
            raise
        shown = wrapped.getpeercert(binary_form=True)
        if tls is not Tls.USUAL and shown != self._certificate:
            wrapped.close()
            raise ConnectionAbortedError("another certificate")
        return wrapped

    def _name(self, tls: Tls) -> str | None:
        return {Tls.NO_NAME: None, Tls.OTHER_NAME: _OTHER_NAME}.get(tls, self._host)

    def _context(self, tls: Tls) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._authority)
        if tls in {Tls.NO_NAME, Tls.OTHER_NAME}:
            # Its certificate is compared with the verified one instead.
            context.check_hostname = False
        if tls is Tls.ONLY_H2:
            context.set_alpn_protocols(["h2"])
        if tls is Tls.ALSO_H2:
            context.set_alpn_protocols(["h2", "http/1.1"])
        if tls is Tls.OLDER:
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        return context


class Conversation:
    """One connection's talk, noted down."""

    def __init__(self, connection: socket.socket, patience: Patience) -> None:
        """Begin on an open connection."""
        self._connection = connection
        self._patience = patience
        self._parts: list[bytes] = []
        self._end = "open"

    def say(self, part: bytes) -> None:
        """Send a part, then note what comes until the server is silent or gone."""
        if self._end == "open":
            with contextlib.suppress(OSError):
                # A server may refuse a long body after its first bytes: what it said is read.
                self._connection.settimeout(self._patience.first_seconds)
                self._connection.sendall(part)
            self._parts.append(self._hear())

    def hang_up(self) -> None:
        """Close our side, then note what still comes."""
        if self._end == "open":
            with contextlib.suppress(OSError):
                # The TCP side only: an SSLSocket's own shutdown would also forget its keys.
                socket.socket.shutdown(self._connection, socket.SHUT_WR)
            self._parts.append(self._hear())

    def transcript(self) -> Transcript:
        """Give what was noted."""
        return Transcript(tuple(self._parts), self._end)

    def _hear(self) -> bytes:
        heard = b""
        self._connection.settimeout(self._patience.first_seconds)
        while len(heard) < _MOST_BYTES:
            try:
                piece = self._connection.recv(_PIECE_BYTES)
            except TimeoutError:
                break
            except OSError:
                # A reset or a closing that TLS was not told of: the same to a prober.
                self._end = "reset"
                break
            if not piece:
                self._end = "closed"
                break
            heard += piece
            self._connection.settimeout(self._patience.quiet_seconds)
        return heard

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Leave the connection to its owner."""
