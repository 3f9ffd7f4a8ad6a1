"""TLS over any stream, with pins, cut hellos, and sessions that later lanes resume.

Theory of operation: the TLS library works on memory only; the bytes go over a stream we hold, so
that deadlines, giving up, a proxy below and a cut hello are ours to do. A certificate is judged
by the system's authorities and its name, or by pins alone. Nothing is sent before that. There is
no way from here to a connection without TLS.

Under TLS 1.3 a ticket comes after the handshake: a session is kept as soon as it is there, while
the answer is still awaited, since the other lanes open then. Sessions live as long as the
transport, which is one sync: a ticket shown on another network would tie the two visits together.

Spec: docs/spec/directory.md section 1 (sni, pin, split)
"""

import ssl
import threading
from typing import Final

from client_sync.transports.deadline import Deadline
from client_sync.transports.hello import cut_hello
from client_sync.transports.pinning import key_hash
from client_sync.transports.streams import Stream
from schemas.domain.directory import Route

_PIECE_BYTES: Final = 16_384
_LONG_BYTES: Final = 20_000  # more than a batch of texts: photographs
_SHORT_RECORD_BYTES: Final = 2048  # a cut costs half of one; its 22 bytes of frame are 1 %
_PROTOCOLS: Final = ["http/1.1"]


class WrongCertificateError(OSError):
    """The other side is not who it should be."""


class TlsSettings:
    """What all connections of one transport share: trust, and sessions to resume."""

    def __init__(self, trusting: ssl.SSLContext | None = None) -> None:
        """Use the system's authorities unless told otherwise."""
        self._checked = trusting or ssl.create_default_context()
        self._pinned = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._pinned.check_hostname = False
        self._pinned.verify_mode = ssl.CERT_NONE  # the pin decides, after the handshake
        for context in (self._checked, self._pinned):
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            context.set_alpn_protocols(_PROTOCOLS)
        self._sessions: dict[Route, ssl.SSLSession] = {}
        self._lock = threading.Lock()

    def begin(self, route: Route, into: ssl.MemoryBIO, out: ssl.MemoryBIO) -> ssl.SSLObject:
        """Make the TLS side of a new connection."""
        context = self._pinned if route.pins else self._checked
        with self._lock:
            session = self._sessions.get(route)
        return context.wrap_bio(into, out, server_hostname=route.sni, session=session)

    def keep(self, route: Route, tls: ssl.SSLObject) -> bool:
        """Keep a connection's session for the next one; tell whether it can be resumed."""
        session = tls.session
        if session is None or not (session.has_ticket or tls.version() == "TLSv1.2"):
            return False
        with self._lock:
            self._sessions[route] = session
        return True


class TlsStream:
    """A stream inside of TLS."""

    def __init__(self, below: Stream, route: Route, settings: TlsSettings) -> None:
        """Prepare it; `shake_hands` comes first."""
        self._below = below
        self._route = route
        self._settings = settings
        self._into = ssl.MemoryBIO()
        self._out = ssl.MemoryBIO()
        self._tls = settings.begin(route, self._into, self._out)
        self._is_kept = False

    @property
    def is_resumed(self) -> bool:
        """Tell whether an earlier session was taken up again."""
        return bool(self._tls.session_reused)

    def shake_hands(self, deadline: Deadline) -> None:
        """Greet, and check who answers.

        Raises:
            WrongCertificateError: When it is somebody else.
            OSError: When the link fails.
        """
        is_first = True
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._send_out(deadline, is_first=is_first)
                is_first = False
                self._take_in(deadline)
            except ssl.SSLCertVerificationError as error:
                raise WrongCertificateError("the certificate is not the relay's") from error
        self._check_pin()
        self._send_out(deadline)

    def send(self, data: bytes, deadline: Deadline) -> None:
        """Seal and send; one write below, however long.

        What is long goes in short records: of a record that was cut nobody can read anything.
        """
        step_bytes = _SHORT_RECORD_BYTES if len(data) > _LONG_BYTES else len(data)
        for start in range(0, len(data), max(step_bytes, 1)):
            self._tls.write(data[start : start + step_bytes])
        self._send_out(deadline)

    def receive(self, most_bytes: int, deadline: Deadline) -> bytes:
        """Wait for the next bytes; a stream that ends without TLS saying so was cut."""
        while True:
            try:
                return self._tls.read(most_bytes)
            except ssl.SSLWantReadError:
                self._send_out(deadline)
                self.keep_session()  # a ticket may have come, and other lanes wait for it
                self._take_in(deadline)
            except ssl.SSLZeroReturnError:
                return b""

    def keep_session(self) -> None:
        """Let later connections resume this one, if its ticket has come."""
        if not self._is_kept:
            self._is_kept = self._settings.keep(self._route, self._tls)

    def break_off(self) -> None:
        """End every wait."""
        self._below.break_off()

    def close(self) -> None:
        """Let go of it."""
        self._below.close()

    def _check_pin(self) -> None:
        """Compare the key; a resumed session shows the certificate that was checked before."""
        if not self._route.pins:
            return
        certificate = self._tls.getpeercert(binary_form=True)
        if certificate is None or key_hash(certificate) not in self._route.pins:
            raise WrongCertificateError("the certificate's key is not the one pinned")

    def _send_out(self, deadline: Deadline, *, is_first: bool = False) -> None:
        data = self._out.read()
        if not data:
            return
        pieces = cut_hello(data, self._route.sni, self._route.split) if is_first else (data,)
        for piece in pieces:
            self._below.send(piece, deadline)

    def _take_in(self, deadline: Deadline) -> None:
        data = self._below.receive(_PIECE_BYTES, deadline)
        if data:
            self._into.write(data)
        else:
            self._into.write_eof()
