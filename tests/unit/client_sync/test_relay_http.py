"""The HTTP transport against a real socket on loopback."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from client_sync.errors import TransportError
from client_sync.sync.answer import parse_answer
from client_sync.transports.relay_http import HttpTransport
from schemas.constants import REQUEST_HEADER_BYTES
from schemas.domain.sync import RequestHeader
from schemas.wire.classes import REQUEST_CLASSES_BYTES
from schemas.wire.exchange import encode_request_header
from schemas.wire.frames import FrameType, encode_frame
from tests.support.client_world import NOW, MovedClock, Seeded
from tests.support.http_relay import Front, Manner, http_relay
from tests.support.memory_desk import make_relay

POLL = encode_request_header(RequestHeader()) + encode_frame(
    FrameType.PAD, bytes(REQUEST_CLASSES_BYTES[0] - REQUEST_HEADER_BYTES - 4)
)


@pytest.fixture
def front() -> Iterator[Front]:
    """A relay on loopback."""
    with http_relay(make_relay("loopback", NOW, Seeded("http"))) as made:
        yield made


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    """A transport whose deadline stands still."""
    made = HttpTransport(MovedClock())
    yield made
    made.close()


def test_an_exchange_comes_back_whole(front: Front, transport: HttpTransport) -> None:
    answer = transport.exchange(front.relay.bridge, POLL, 10)
    assert answer.is_whole
    assert parse_answer(answer.body, is_whole=True).header.day == front.relay.day % 65536


def test_one_connection_serves_many_exchanges(front: Front, transport: HttpTransport) -> None:
    for _ in range(5):
        transport.exchange(front.relay.bridge, POLL, 10)
    assert front.connections == 1


def test_a_connection_closed_while_idle_is_opened_again(
    front: Front, transport: HttpTransport
) -> None:
    front.manner = Manner.CLOSE
    for _ in range(3):
        assert transport.exchange(front.relay.bridge, POLL, 10).is_whole
    assert front.connections == 3


def test_a_kept_connection_that_was_dropped_silently_is_no_failure(
    front: Front, transport: HttpTransport
) -> None:
    transport.exchange(front.relay.bridge, POLL, 10)
    ((connection,),) = transport._idle.values()
    connection.stream.break_off()
    assert transport.exchange(front.relay.bridge, POLL, 10).is_whole


def test_no_header_betrays_the_sender(front: Front, transport: HttpTransport) -> None:
    transport.exchange(front.relay.bridge, POLL, 10)
    assert set(front.headers[0]) == {"host", "accept-encoding", "content-length"}


@pytest.mark.parametrize("manner", [Manner.REDIRECT, Manner.NOT_FOUND])
def test_what_is_not_200_is_no_relay(
    front: Front, transport: HttpTransport, manner: Manner
) -> None:
    front.manner = manner
    with pytest.raises(TransportError, match="sign-in page"):
        transport.exchange(front.relay.bridge, POLL, 10)


def test_a_portals_page_is_an_answer_that_does_not_parse(
    front: Front, transport: HttpTransport
) -> None:
    front.manner = Manner.PORTAL
    answer = transport.exchange(front.relay.bridge, POLL, 10)
    with pytest.raises(TransportError, match="sign-in page"):
        parse_answer(answer.body, is_whole=answer.is_whole)


@pytest.mark.parametrize("cut_bytes", [0, 5, 20])
def test_a_cut_answer_is_known_as_cut(
    front: Front, transport: HttpTransport, cut_bytes: int
) -> None:
    front.manner, front.cut_bytes = Manner.CUT, cut_bytes
    answer = transport.exchange(front.relay.bridge, POLL, 10)
    assert (len(answer.body), answer.is_whole) == (cut_bytes, False)


def test_a_relay_that_hangs_up_is_unreachable(front: Front, transport: HttpTransport) -> None:
    front.manner = Manner.HANG_UP
    with pytest.raises(TransportError, match="tried again"):
        transport.exchange(front.relay.bridge, POLL, 10)


def test_a_closed_port_is_unreachable(transport: HttpTransport) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/x"
        bridge = make_relay("x", NOW, Seeded("x")).bridge
        with pytest.raises(TransportError):
            transport.exchange(replace(bridge, url=url), POLL, 5)


def test_a_server_that_never_answers_is_given_up(transport: HttpTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        bridge = make_relay("x", NOW, Seeded("x")).bridge
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/x"
        with pytest.raises(TransportError):
            transport.exchange(replace(bridge, url=url), POLL, 0.05)


def test_a_certificate_nobody_vouches_for_is_refused(transport: HttpTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:
        plain.settimeout(5)
        url = f"https://127.0.0.1:{plain.getsockname()[1]}/x"
        bridge = replace(make_relay("x", NOW, Seeded("x")).bridge, url=url)
        answering = threading.Thread(target=_answer_plainly, args=(plain,))
        answering.start()
        with pytest.raises(TransportError):
            transport.exchange(bridge, POLL, 5)
        answering.join()


def _answer_plainly(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")


def test_every_byte_is_counted_both_ways(front: Front, transport: HttpTransport) -> None:
    answer = transport.exchange(front.relay.bridge, POLL, 10)
    tally = transport.tally
    assert tally.round_trips == 1
    assert len(POLL) < tally.bytes_up < len(POLL) + 300
    assert len(answer.body) < tally.bytes_down < len(answer.body) + 300
