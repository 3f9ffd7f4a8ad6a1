"""The web server's worker, on real sockets: cut, slow and broken connections."""

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

HEADER = encode_request_header(RequestHeader())
LEAST_CONNECTIONS: Final = 64
"""The least that can be set."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayProcess]:
    """A relay under gunicorn, with short deadlines."""
    home: Path = tmp_path_factory.mktemp("relay")
    with RelayProcess(home, TOCSIN_RELAY_BODY_SECONDS="1", TOCSIN_RELAY_WORKERS="1") as relay:
        yield relay


def open_request(served: RelayProcess, length: int, body: bytes) -> socket.socket:
    """Begin a request and send a part of its body."""
    connection = socket.create_connection(served.address, timeout=30)
    head = f"POST {served.path} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n"
    connection.sendall(head.encode("ascii") + body)
    return connection


def test_blob_is_held_while_its_connection_waits_for_more(served: RelayProcess) -> None:
    with open_request(served, 9000, HEADER + put(blob_of(1)) + b"\x01"):
        assert served.comes_to_hold(blob_of(1))


def test_reset_connection_loses_at_most_the_blob_in_flight(served: RelayProcess) -> None:
    connection = open_request(served, 9000, HEADER + put(blob_of(2), blob_of(3))[:-1])
    # Lingering for zero seconds makes close() send a reset instead of an end.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    connection.close()
    assert served.comes_to_hold(blob_of(2))
    with served.client() as client:
        assert client.held(blob_of(3)) == [False]


def test_silent_sender_is_answered_and_let_go_at_the_deadline(served: RelayProcess) -> None:
    with open_request(served, 9000, HEADER + put(blob_of(4))) as connection:
        # No more is sent: the answer comes because the deadline ends the body.
        assert connection.recv(15) == b"HTTP/1.1 200 OK"


def test_chunked_body_is_taken_as_it_arrives(served: RelayProcess) -> None:
    body = HEADER + put(blob_of(5), blob_of(6))
    with socket.create_connection(served.address, timeout=30) as connection:
        head = f"POST {served.path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head.encode("ascii"))
        for at in range(0, len(body), 700):
            piece = body[at : at + 700]
            connection.sendall(f"{len(piece):x}\r\n".encode("ascii") + piece + b"\r\n")
        connection.sendall(b"0\r\n\r\n")
        assert connection.recv(15) == b"HTTP/1.1 200 OK"
    with served.client() as client:
        assert client.held(blob_of(5), blob_of(6)) == [True, True]


def test_blob_in_chunks_is_held_while_its_connection_waits_for_more(served: RelayProcess) -> None:
    body = HEADER + put(blob_of(7))
    with socket.create_connection(served.address, timeout=30) as connection:
        head = f"POST {served.path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head.encode("ascii"))
        connection.sendall(f"{len(body) + 999:x}\r\n".encode("ascii") + body)
        assert served.comes_to_hold(blob_of(7))


def test_broken_chunk_loses_nothing_that_came_before_it(served: RelayProcess) -> None:
    body = HEADER + put(blob_of(8))
    with socket.create_connection(served.address, timeout=30) as connection:
        head = f"POST {served.path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        chunk = f"{len(body):x}\r\n".encode("ascii") + body
        connection.sendall(head.encode("ascii") + chunk + b"\r\nnonsense\r\n")
        assert connection.recv(15) == b"HTTP/1.1 200 OK"
    with served.client() as client:
        assert client.held(blob_of(8)) == [True]


@pytest.mark.parametrize("broken", [b"zz\r\n", b"5\r\nab", b"-1\r\n\r\n"])
def test_broken_chunks_tell_the_path_apart_from_no_other(
    served: RelayProcess, broken: bytes
) -> None:
    answers = []
    for path in (served.path, "/no-such-page"):
        with socket.create_connection(served.address, timeout=30) as connection:
            head = f"POST {path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            connection.sendall(head.encode("ascii") + broken)
            connection.shutdown(socket.SHUT_WR)
            whole = b""
            while piece := connection.recv(65_536):
                whole += piece
        answers.append([line for line in whole.split(b"\r\n") if not line.startswith(b"Date:")])
    assert answers[0] == answers[1]
    assert answers[0][0] == b"HTTP/1.1 404 NOT FOUND"


def test_kept_alive_connection_carries_many_exchanges(served: RelayProcess) -> None:
    with served.client() as client:
        assert [client.put(blob_of(number)) for number in range(100, 110)] == [[0]] * 10


def whole_request(served: RelayProcess, body: bytes, further: str = "") -> bytes:
    """Write a whole HTTP request."""
    head = f"POST {served.path} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n{further}\r\n"
    return head.encode("ascii") + body


def answers(connection: socket.socket, wanted: int) -> int:
    """Read until so many answers have begun, or the end."""
    whole = b""
    while whole.count(b"HTTP/1.1 200 OK") < wanted and (piece := connection.recv(65_536)):
        whole += piece
    return whole.count(b"HTTP/1.1 200 OK")


def test_requests_sent_at_once_are_answered_one_after_the_other(served: RelayProcess) -> None:
    requests = [whole_request(served, HEADER + put(blob_of(200 + number))) for number in range(5)]
    with socket.create_connection(served.address, timeout=30) as connection:
        connection.sendall(b"".join(requests))
        assert answers(connection, 5) == 5
    with served.client() as client:
        assert client.held(*[blob_of(200 + number) for number in range(5)]) == [True] * 5


def test_nobody_is_turned_away_while_every_connection_is_being_answered(tmp_path: Path) -> None:
    blobs = [blob_of(1000 + number) for number in range(LEAST_CONNECTIONS + 32)]
    settings = {"TOCSIN_RELAY_CONNECTIONS": str(LEAST_CONNECTIONS), "TOCSIN_RELAY_THREADS": "1"}
    with (
        RelayProcess(tmp_path / "small", TOCSIN_RELAY_WORKERS="1", **settings) as relay,
        ExitStack() as stack,
    ):
        connections = []
        with relay.stands_still():
            for blob in blobs:
                connection = socket.create_connection(relay.address, timeout=30)
                connections.append(stack.enter_context(connection))
                connection.sendall(
                    whole_request(relay, HEADER + put(blob), "Connection: close\r\n")
                )
        # Nobody hangs up: they may not keep each other waiting either.
        assert [answers(connection, 1) for connection in connections] == [1] * len(blobs)


@pytest.mark.parametrize("step", [1, 90, 1300])
def test_request_in_pieces_is_answered_when_it_is_whole(served: RelayProcess, step: int) -> None:
    request = whole_request(served, HEADER + put(blob_of(300 + step)))
    with socket.create_connection(served.address, timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(request), step):
            connection.sendall(request[start : start + step])
        assert answers(connection, 1) == 1


def test_sender_that_waits_to_be_asked_is_asked(served: RelayProcess) -> None:
    body = HEADER + put(blob_of(400))
    request = whole_request(served, body, "Expect: 100-continue\r\n")
    with socket.create_connection(served.address, timeout=30) as connection:
        connection.sendall(request[: -len(body)])
        assert connection.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert answers(connection, 1) == 1


def test_body_longer_than_what_is_gathered_is_read_as_it_comes(served: RelayProcess) -> None:
    blobs = [blob_of(500 + number, 16_384) for number in range(30)]
    with served.client() as client:
        assert client.put(*blobs) == [0] * 30


def test_half_a_request_and_then_the_end_is_answered_for_what_was_whole(
    served: RelayProcess,
) -> None:
    with open_request(served, 9000, HEADER + put(blob_of(600))) as connection:
        connection.shutdown(socket.SHUT_WR)
        assert answers(connection, 1) == 1
