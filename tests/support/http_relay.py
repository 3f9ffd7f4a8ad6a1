"""A memory relay behind a real HTTP or HTTPS socket on loopback, with manners to be set."""

import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from tests.support.certificate import CERTIFICATE, PRIVATE_KEY
from tests.support.memory_relay import MemoryRelay

PATH = "/0123456789abcdef0123456789abcdef"


class Manner(Enum):
    """How the next answers are given."""

    HONEST = auto()
    PORTAL = auto()
    REDIRECT = auto()
    NOT_FOUND = auto()
    CUT = auto()
    HANG_UP = auto()
    CLOSE = auto()
    SILENT = auto()


@dataclass
class Front:
    """What stands before the relay.

    Attributes:
        names: Server names of the TLS hellos that came, None where there was none.
        resumed: TLS connections that took up an earlier session.
        awake: A silent front answers once this is set.
    """

    relay: MemoryRelay
    manner: Manner = Manner.HONEST
    cut_bytes: int = 0
    connections: int = 0
    headers: list[dict[str, str]] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    resumed: int = 0
    awake: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    front: ClassVar[Front]
    has_counted = False

    def setup(self) -> None:
        super().setup()
        self.front.connections += 1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        front = self.front
        if isinstance(self.connection, ssl.SSLSocket) and self.connection.session_reused:
            front.resumed += not self.has_counted
            self.has_counted = True
        if front.manner is Manner.SILENT:
            front.awake.wait(20)
        front.headers.append({name.lower(): value for name, value in self.headers.items()})
        if front.manner is Manner.HANG_UP:
            self.close_connection = True
            return
        if front.manner is Manner.REDIRECT:
            self._answer(302, b"", {"Location": "http://127.0.0.1:1/login"})
        elif front.manner is Manner.NOT_FOUND or self.path != PATH:
            self._answer(404, b"<h1>Not found</h1>", {})
        elif front.manner is Manner.PORTAL:
            self._answer(200, b"<!doctype html><title>Sign in</title>", {})
        else:
            with front.lock:
                answer = front.relay.take(body)
            self._give(answer)

    def _give(self, answer: bytes) -> None:
        manner = self.front.manner
        if manner is Manner.CUT:
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer[: self.front.cut_bytes])
            self.close_connection = True
            return
        self._answer(200, answer, {"Connection": "close"} if manner is Manner.CLOSE else {})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Let a client hang up in the middle of a handshake."""


def trusting() -> ssl.SSLContext:
    """Trust the test certificate."""
    return ssl.create_default_context(cadata=CERTIFICATE)


def server_tls(front: Front, newest: ssl.TLSVersion) -> ssl.SSLContext:
    """Make a server's side of TLS that notes the names it is asked for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = newest
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(PRIVATE_KEY + CERTIFICATE)
        file.flush()
        context.load_cert_chain(file.name)

    def note(_socket: object, name: str | None, _context: object) -> None:
        front.names.append(name)

    context.sni_callback = note
    return context


@contextmanager
def http_relay(
    relay: MemoryRelay,
    *,
    is_tls: bool = False,
    newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
) -> Iterator[Front]:
    """Serve a relay on a free port of loopback; its URL is set to where it is."""
    front = Front(relay)
    handler = type("Handler", (_Handler,), {"front": front})
    server = _QuietServer(("127.0.0.1", 0), handler)
    port = server.server_address[1]
    if is_tls:
        server.socket = server_tls(front, newest).wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    relay.url = f"http{'s' if is_tls else ''}://127.0.0.1:{port}{PATH}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield front
    finally:
        front.awake.set()
        server.shutdown()
        thread.join()
        server.server_close()
