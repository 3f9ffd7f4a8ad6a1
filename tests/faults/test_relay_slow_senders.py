"""Five hundred connections that hang: an honest sender gets its receipt all the same.

Real sockets, a real gunicorn, loopback. Nothing here waits for the wall clock: the hanging ones
are opened first, and then the honest one is simply served.
"""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from schemas.domain.sync import RequestHeader
from schemas.wire.exchange import encode_request_header
from tests.support.relay_answers import put
from tests.support.relay_process import RelayProcess
from tests.support.relays import blob_of

HANGING: Final = 500
HEADER: Final = encode_request_header(RequestHeader())
ANSWER_SECONDS: Final = 10
"""Far above what an honest request takes, far below every deadline of a slow one."""

BEGINNINGS: Final = {
    "says nothing": b"",
    "half a header": b"POST /x HTTP/1.1\r\nHost: a\r\nX-A: ",
    "a body that stops": b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 4400\r\n\r\n" + HEADER,
    "a body in chunks that stops": (
        b"POST %s HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" + HEADER
    ),
    "a body of a length nobody has": (
        b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999999\r\n\r\n" + HEADER
    ),
    "a body that announces too much": (
        b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999\r\n\r\n" + HEADER
    ),
}


@pytest.fixture(scope="module", params=["1000", "64"], ids=["room for all", "less room"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RelayProcess]:
    """A relay with sixteen threads, with room for all connections or for a quarter of them."""
    home: Path = tmp_path_factory.mktemp("relay")
    with RelayProcess(home, TOCSIN_RELAY_CONNECTIONS=request.param) as relay:
        yield relay


def hang(relay: RelayProcess, beginning: bytes, stack: ExitStack) -> None:
    """Open many connections that say the same and no more."""
    said = beginning.replace(b"%s", relay.path.encode("ascii"))
    for _ in range(HANGING):
        connection = stack.enter_context(socket.create_connection(relay.address, timeout=30))
        # With less room, some are dropped while they are still being opened.
        try:
            connection.sendall(said)
        except (BrokenPipeError, ConnectionResetError):
            continue


@pytest.mark.parametrize("kind", BEGINNINGS)
def test_honest_sender_gets_its_receipt_while_500_connections_hang(
    served: RelayProcess, kind: str
) -> None:
    number = 1000 * list(BEGINNINGS).index(kind)
    with ExitStack() as stack:
        hang(served, BEGINNINGS[kind], stack)
        for sender in range(5):
            body = HEADER + put(blob_of(number + sender))
            connection = socket.create_connection(served.address, timeout=ANSWER_SECONDS)
            with connection:
                head = f"POST {served.path} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n"
                connection.sendall(head.encode("ascii") + b"\r\n" + body)
                assert connection.recv(15) == b"HTTP/1.1 200 OK"
    with served.client() as client:
        assert client.held(*[blob_of(number + sender) for sender in range(5)]) == [True] * 5


def test_all_kinds_at_once_do_not_keep_a_large_batch_out(served: RelayProcess) -> None:
    blobs = [blob_of(90_000 + number) for number in range(200)]
    with ExitStack() as stack:
        for beginning in BEGINNINGS.values():
            hang(served, beginning, stack)
        with served.client() as client:
            assert client.put(*blobs) == [0] * len(blobs)
