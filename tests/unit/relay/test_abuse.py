"""Bombs, and bodies without an end: refused, and nothing is unpacked on the way."""

import gzip
import io
import zlib
from typing import Final

import pytest

from schemas.domain.sync import RequestHeader
from schemas.wire.exchange import encode_request_header
from schemas.wire.frames import FrameType, encode_frame
from tests.support.relay_answers import put
from tests.support.relays import RelayUnderTest, blob_of

HEADER: Final = encode_request_header(RequestHeader())


def raw_deflate(size_bytes: int) -> bytes:
    """Compress zeros as a directory is compressed."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(bytes(size_bytes)) + packer.flush()


class Endless(io.BufferedIOBase):
    """A body that never ends, and counts what was asked of it."""

    def __init__(self, begins: bytes) -> None:
        self._begins = begins
        self.given_bytes = 0

    def read1(self, size: int = -1, /) -> bytes:
        """Give as much as is asked for."""
        piece = self._begins[:size] or bytes(size)
        self._begins = self._begins[len(piece) :]
        self.given_bytes += len(piece)
        return piece


def test_relay_stores_a_bomb_as_it_is_and_unpacks_nothing(lone_relay: RelayUnderTest) -> None:
    bomb = raw_deflate(1 << 20)
    blob = bomb.ljust(2048, b"\0")[:2048]
    assert lone_relay.put(blob) == [0]
    assert lone_relay.pull().envelopes[0].blob == blob


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_packed_body_is_not_unpacked_whatever_its_header_says(
    lone_relay: RelayUnderTest, coding: str
) -> None:
    body = gzip.compress(HEADER + put(blob_of(1)))
    reply = lone_relay.http("POST", lone_relay.path, body, HTTP_CONTENT_ENCODING=coding)
    assert reply == lone_relay.http("GET", "/no-such-page")
    assert lone_relay.held(blob_of(1)) == [False]


def test_bomb_in_place_of_a_directory_is_refused_even_from_the_desk(
    lone_relay: RelayUnderTest,
) -> None:
    bomb = bytes(64) + raw_deflate(16_000_000)
    assert len(bomb) < 16_384
    answer = lone_relay.desk(encode_frame(FrameType.PUT_DIRECTORY, bomb))
    assert (answer.done, answer.slugs) == (0, ["malformed-frame"])
    assert lone_relay.exchange(b"").directory is None


def test_body_without_an_end_is_read_to_its_limit_and_answered(
    lone_relay: RelayUnderTest,
) -> None:
    body = Endless(HEADER + put(blob_of(1)))
    reply = lone_relay.http("POST", lone_relay.path, body)
    assert reply.status == "200 OK"
    assert body.given_bytes <= lone_relay.config.max_request_bytes + 1
    assert lone_relay.held(blob_of(1)) == [True]


def test_frame_that_announces_sixteen_megabytes_is_refused_from_its_header(
    lone_relay: RelayUnderTest,
) -> None:
    body = Endless(HEADER + put(blob_of(1)) + b"\x01\xff\xff\xff")
    reply = lone_relay.http("POST", lone_relay.path, body)
    assert b"malformed-frame" in reply.body
    assert body.given_bytes <= 2 * 65_536
