"""Whoever sits on a network's way out: a sign-in page, or a proxy that cuts what passes it.

Usage: python -m tests.lab.adversary.portal_site CONFIG

The JSON file names `chain` and `key` of the certificate it shows for every host, and `upstream`: ""
to answer every request with a page, or host, port and authority of the server it passes requests on
to. An answer that it passes on is cut, each at another byte, and every second one is given the
shorter Content-Length, so that it looks whole.
"""

import http.client
import json
import ssl
import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, Final

PAGE: Final = b"<!doctype html><title>Sign in</title><p>Welcome to the network." * 8
HTTP_PORT: Final = 80
HTTPS_PORT: Final = 443
_STEP_BYTES: Final = 37  # prime, so that cuts wander over every frame of an answer
_SECONDS: Final = 60


@dataclass
class Cutter:
    """Says where each answer is cut."""

    _count: int = 0

    def cut(self, body: bytes) -> tuple[bytes, bool]:
        """Cut an answer.

        Returns:
            Its beginning, and whether it shall look whole.
        """
        self._count += 1
        return body[: self._count * _STEP_BYTES % (len(body) + 1)], self._count % 2 == 0


class Site(BaseHTTPRequestHandler):
    """Answers for everybody."""

    protocol_version = "HTTP/1.1"
    upstream: ClassVar[dict[str, Any]] = {}
    cutter: ClassVar[Cutter] = Cutter()

    def do_GET(self) -> None:
        """Show the page."""
        self._answer(PAGE, len(PAGE))

    def do_POST(self) -> None:
        """Show the page, or pass the request on and cut the answer."""
        asked = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if not self.upstream:
            self._answer(PAGE, len(PAGE))
            return
        body = self._fetch(asked)
        shorter, looks_whole = self.cutter.cut(body)
        self._answer(shorter, len(shorter) if looks_whole else len(body))

    def _fetch(self, asked: bytes) -> bytes:
        tls = ssl.create_default_context(cafile=self.upstream["authority"])
        connection = http.client.HTTPSConnection(
            self.upstream["host"], HTTPS_PORT, timeout=_SECONDS, context=tls
        )
        connection.request("POST", self.path, asked)
        body = connection.getresponse().read()
        connection.close()
        return body

    def _answer(self, body: bytes, length: int) -> None:
        self.send_response(http.client.OK)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.close_connection or length != len(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its parent's word
        """Keep quiet."""


class TlsServer(ThreadingHTTPServer):
    """A server whose handshakes may fail without a word."""

    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  # its parent's
        """A phone that does not believe the certificate goes away; that is its right."""


def serve(config: dict[str, Any]) -> None:
    """Listen on both ports until ended."""
    Site.upstream = config["upstream"] or {}
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(config["chain"], config["key"])
    plain = TlsServer(("", HTTP_PORT), Site)
    secure = TlsServer(("", HTTPS_PORT), Site)
    secure.socket = tls.wrap_socket(secure.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=plain.serve_forever, daemon=True).start()
    secure.serve_forever()


if __name__ == "__main__":
    serve(json.loads(Path(sys.argv[1]).read_text()))
