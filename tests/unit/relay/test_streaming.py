"""Blobs are stored as they arrive, not when the request ends."""

import io
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest
from gunicorn.http.errors import InvalidChunkSize

from schemas.domain.sync import RequestHeader
from schemas.wire.exchange import encode_request_header
from server.relay.body import Body
from tests.support.relay_answers import put
from tests.support.relays import RelayUnderTest, blob_of

HEADER: Final = encode_request_header(RequestHeader())
WAIT_SECONDS: Final = 20


class Arriving(io.BufferedIOBase):
    """A body that gives one piece per read and calls back before some of them."""

    def __init__(self, *pieces: bytes | Callable[[], object]) -> None:
        self._pieces = list(pieces)

    def read1(self, size: int = -1, /) -> bytes:
        """Give the next piece, or as much of it as is wanted."""
        while self._pieces:
            piece = self._pieces.pop(0)
            if not isinstance(piece, bytes):
                piece()
                continue
            if size >= 0 and len(piece) > size:
                self._pieces.insert(0, piece[size:])
                piece = piece[:size]
            if piece:
                return piece
        return b""


def test_whole_blob_is_held_while_the_next_one_still_travels(lone_relay: RelayUnderTest) -> None:
    seen: list[list[bool]] = []
    frames = put(blob_of(1), blob_of(2))
    body = Arriving(
        HEADER + frames[:1028],
        # The inbox keeps the order: when this empty claim is decided, so is all before it.
        lambda: lone_relay.relay.inbox.put([]).outcomes(),
        lambda: seen.append(lone_relay.held(blob_of(1), blob_of(2))),
        frames[1028:],
    )
    assert lone_relay.http("POST", lone_relay.path, body).status == "200 OK"
    assert seen == [[True, False]]
    assert lone_relay.held(blob_of(1), blob_of(2)) == [True, True]


@pytest.mark.parametrize("cut", range(0, 4 * 1028, 257))
def test_cut_loses_at_most_the_blob_in_flight(lone_relay: RelayUnderTest, cut: int) -> None:
    blobs = [blob_of(number) for number in range(4)]
    lone_relay.http("POST", lone_relay.path, HEADER + put(*blobs)[:cut])
    assert lone_relay.held(*blobs) == [cut >= 1028 * (number + 1) for number in range(4)]


@pytest.mark.parametrize("error", [ConnectionResetError(), InvalidChunkSize(b"zz")])
def test_connection_that_breaks_has_ended(lone_relay: RelayUnderTest, error: Exception) -> None:
    def break_off() -> None:
        raise error

    lone_relay.http("POST", lone_relay.path, Arriving(HEADER + put(blob_of(1)), break_off))
    assert lone_relay.held(blob_of(1)) == [True]


def test_body_past_its_deadline_has_ended(lone_relay: RelayUnderTest) -> None:
    body = Arriving(
        HEADER + put(blob_of(1)),
        lambda: lone_relay.clock.advance(timedelta(seconds=301)),
        put(blob_of(2)),
        put(blob_of(3)),
    )
    lone_relay.http("POST", lone_relay.path, body)
    assert lone_relay.held(blob_of(1), blob_of(2), blob_of(3)) == [True, True, False]


def test_body_is_read_no_further_than_its_declared_length(lone_relay: RelayUnderTest) -> None:
    stream = io.BytesIO(b"12345next request")
    body = Body(stream, declared_bytes=5, limit_bytes=100, clock=lone_relay.clock, limit_seconds=1)
    assert b"".join(body.pieces()) == b"12345"
    assert stream.read() == b"next request"


def test_requests_of_many_threads_each_get_their_own_receipt(relay: RelayUnderTest) -> None:
    received: dict[int, list[int]] = {}

    def send(number: int) -> None:
        received[number] = relay.put(blob_of(number), blob_of(1000 + number), blob_of(5000))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_SECONDS)
    assert sorted(received) == list(range(16))
    assert all(statuses[:2] == [0, 0] for statuses in received.values())
    assert sorted(statuses[2] for statuses in received.values()) == [0] + [1] * 15
    assert len(relay.pull().envelopes) == 33
