"""The wire to an upstream, on real sockets: plain, by proxy, cut, closed, answered by others."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from schemas.domain.directory import Endpoint, Route
from server.relay.upstream.errors import UnreachableError
from server.relay.upstream.link import HttpLink

BODY: Final = b"what is said to the upstream"
ANSWER: Final = b"what the upstream says"
OK: Final = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(ANSWER) + ANSWER
WAIT_SECONDS: Final = 20

Behaviour = Callable[[socket.socket], None]


def read_request(connection: socket.socket) -> bytes:
    """Read one request with its body; nothing when the other side has gone."""
    whole = b""
    while not whole.endswith(BODY):
        piece = connection.recv(4096)
        if not piece:
            return b""
        whole += piece
    return whole


@contextmanager
def served(*behaviours: Behaviour) -> Iterator[Endpoint]:
    """Serve one connection after the other, each in its way."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run() -> None:
            for behave in behaviours:
                connection, _ = server.accept()
                with connection:
                    behave(connection)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield Endpoint("127.0.0.1", server.getsockname()[1])
        finally:
            thread.join(WAIT_SECONDS)


def route_to(server: Endpoint, via: Endpoint | None = None) -> Route:
    """Make a plain route."""
    return Route(is_tls=False, server=server, target="/path", http_host="relay", sni=None, via=via)


def exchanged(route: Route) -> bytes:
    """Exchange once."""
    link = HttpLink(route)
    try:
        return link.exchange(BODY)
    finally:
        link.close()


def answer(connection: socket.socket) -> None:
    """Answer one request well."""
    read_request(connection)
    connection.sendall(OK)


def test_request_says_no_more_than_it_must() -> None:
    said: list[bytes] = []

    def behave(connection: socket.socket) -> None:
        said.append(read_request(connection))
        connection.sendall(OK)

    with served(behave) as server:
        assert exchanged(route_to(server)) == ANSWER
    head, _, body = said[0].partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"POST /path HTTP/1.1",
        b"Host: relay",
        b"Content-Length: %d" % len(BODY),
    ]
    assert body == BODY


def test_one_connection_is_kept_for_a_run() -> None:
    def behave(connection: socket.socket) -> None:
        answer(connection)
        answer(connection)

    with served(behave) as server:
        link = HttpLink(route_to(server))
        assert [link.exchange(BODY), link.exchange(BODY)] == [ANSWER, ANSWER]
        link.close()


def test_kept_connection_that_was_closed_is_opened_again() -> None:
    with served(answer, answer) as server:
        link = HttpLink(route_to(server))
        assert [link.exchange(BODY), link.exchange(BODY)] == [ANSWER, ANSWER]
        link.close()


def test_answer_that_is_cut_is_handed_on_as_far_as_it_came() -> None:
    def behave(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(OK[:-5])

    with served(behave) as server:
        assert exchanged(route_to(server)) == ANSWER[:-5]


@pytest.mark.parametrize(
    ("said", "slug"),
    [
        (
            b"HTTP/1.1 302 Found\r\nLocation: http://portal/\r\nContent-Length: 0\r\n\r\n",
            "not-a-relay",
        ),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "not-a-relay"),
        (b"", "no-answer"),
        (b"SSH-2.0-OpenSSH\r\n", "no-answer"),
    ],
)
def test_what_is_no_relay_is_told_apart_from_silence(said: bytes, slug: str) -> None:
    def behave(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(said)

    with served(behave) as server, pytest.raises(UnreachableError) as caught:
        exchanged(route_to(server))
    assert caught.value.slug == slug


def test_nobody_there_is_no_answer() -> None:
    with pytest.raises(UnreachableError, match="cannot be reached"):
        exchanged(route_to(Endpoint("127.0.0.1", 9)))


def test_proxy_is_given_the_name_and_the_upstream_is_asked_through_it() -> None:
    asked: list[bytes] = []

    def behave(connection: socket.socket) -> None:
        asked.append(connection.recv(3))
        connection.sendall(b"\x05\x00")
        asked.append(connection.recv(256))
        connection.sendall(b"\x05\x00\x00\x01" + bytes(6))
        answer(connection)

    with served(behave) as proxy:
        route = route_to(Endpoint("relay.onion", 80), via=proxy)
        assert exchanged(route) == ANSWER
    assert asked == [b"\x05\x01\x00", b"\x05\x01\x00\x03\x0brelay.onion\x00\x50"]


@pytest.mark.parametrize("refusal", [b"\x05\xff", b"\x05\x00\x05\x01\x00\x01" + bytes(6), b""])
def test_proxy_that_refuses_is_no_answer(refusal: bytes) -> None:
    def behave(connection: socket.socket) -> None:
        connection.recv(3)
        connection.sendall(refusal[:2])
        if refusal[2:]:
            connection.recv(256)
            connection.sendall(refusal[2:])

    with served(behave) as proxy, pytest.raises(UnreachableError):
        exchanged(route_to(Endpoint("relay.onion", 80), via=proxy))
