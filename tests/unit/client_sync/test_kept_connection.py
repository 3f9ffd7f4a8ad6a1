"""One connection carries many requests; a link for thirty seconds has no time for more."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from client_sync.clock import SystemClock
from client_sync.transports.relay_http import HttpTransport
from schemas.domain.directory import BridgeLine
from schemas.domain.ids import RelayKey

ANSWER = bytes(200)


class CountingServer(ThreadingHTTPServer):
    """Counts connections."""

    connections = 0

    def get_request(self):  # type: ignore[no-untyped-def]  # noqa: ANN201 - typed in the base
        """Accept one more."""
        self.connections += 1
        return super().get_request()


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Read the body and answer 200 with some bytes."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[CountingServer]:
    """Serve on loopback until the test ends."""
    with CountingServer(("127.0.0.1", 0), _Answering) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_ten_requests_need_one_connection_and_none_of_them_fails(server: CountingServer) -> None:
    bridge = BridgeLine(f"http://127.0.0.1:{server.server_port}/x", RelayKey(bytes(32)))
    transport = HttpTransport(SystemClock())
    for size_bytes in (1, 1280, 16_404, 16_404, 100, 16_404, 1280, 1280, 5000, 1):
        answer = transport.exchange(bridge, bytes(size_bytes), timeout_seconds=10)
        assert (answer.body, answer.is_whole) == (ANSWER, True)
    transport.close()
    assert server.connections == 1
    assert transport.tally.round_trips == 10
